# The two commands of a fresh machine are `make run` and `make test`. Another Python: make run PYTHON=python3.12

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

# Window tests run on a real X11 screen, on Linux without one on a virtual screen.
ifeq ($(shell uname),Linux)
X11 := QT_QPA_PLATFORM=xcb $(if $(DISPLAY),,xvfb-run -a -s "-screen 0 1920x1200x24")
endif

TRAINED := tests/journeys/test_training.py tests/journeys/test_lessons.py

.PHONY: run test test-all test-window test-core lint bench screenshots pictures wheel libraries-run libraries-test

run: libraries-run .venv/run.stamp ## open the window
	$(BIN)/python main.py $(ARGS)

test: libraries-test .venv/dev.stamp ## all tests, at reduced counts, those of the window beside the others
	$(MAKE) --jobs=2 test-window test-core

test-window: .venv/dev.stamp
	$(X11) $(PYTEST) tests/widgets tests/journeys $(addprefix --ignore=,$(TRAINED))
	QT_QPA_PLATFORM=offscreen $(PYTEST) -m smoke tests/widgets tests/journeys

# Journeys that train wait for another process most of the time: they follow the tests without a window, so that both
# halves take about as long.
test-core: .venv/dev.stamp
	env -u DISPLAY -u WAYLAND_DISPLAY $(PYTEST) --ignore=tests/widgets --ignore=tests/journeys
	$(X11) $(PYTEST) $(TRAINED)

test-all: ## every count, seed and corpus
	GATE_ALL=1 $(MAKE) test

lint: .venv/dev.stamp
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/limits.py

bench: .venv/dev.stamp ## what was measured, and what it has to reach
	$(BIN)/python -m tests.benchmarks

screenshots: .venv/dev.stamp ## every panel in both themes, to be looked at
	$(X11) $(BIN)/python -m tests.screenshots

pictures: .venv/dev.stamp ## of the presets, as their cards show them
	$(X11) $(BIN)/python -m tests.pictures $(NAMES)

wheel: .venv/dev.stamp
	$(BIN)/python -m build

# Say what the system lacks in one line, before anything is installed or Qt can abort.
libraries-run libraries-test: libraries-%:
	@$(PYTHON) widgets/libraries.py $*

.venv/run.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -e .
	touch $@

.venv/dev.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -e '.[dev]'
	touch $@ .venv/run.stamp

.venv/bin/python:
	$(PYTHON) -m venv .venv
