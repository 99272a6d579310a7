"""The text as one reads it: lines, colours, pages, and the token at the cursor in words."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Options, Sequence, dataset_of_texts
from explorer.stepper import Stepper
from widgets.decimals import exact
from widgets.drawing import color_table, quantise
from widgets.sources import make_experiment
from widgets.text_flow import PAGE, break_lines
from widgets.text_panel import TextPanel
from widgets.theme import DARK, LIGHT
from widgets.tokens import Tint

TEXT = "To be, or not to be (that is the question): whether it is nobler in the mind to suffer the slings. " * 6


def experiment(text: str = TEXT, tokens=None, **recipe):
    data = dataset_of_texts("t.txt", [text], ["t"], (), Options(tokens=tokens), ())
    return make_experiment(data, Recipe(**{"hidden": 4} | recipe))


@pytest.fixture
def panel(qtbot):
    made = TextPanel()
    qtbot.addWidget(made)
    made.apply_theme(LIGHT)
    made.resize(QSize(400, 300))
    made.show()
    qtbot.waitExposed(made)
    return made


def boxes(panel: TextPanel) -> list:
    return [panel.flow.rect_of(step) for step in panel.flow.page]


WIDTHS = st.lists(
    st.tuples(st.floats(0.5, 60), st.booleans(), st.booleans()),
    max_size=60,
)


@given(WIDTHS, st.floats(20, 200))
def test_lines_hold_all_boxes_in_order_within_the_room(parts, room):
    widths, breaks, ends = (list(column) for column in zip(*parts, strict=True)) if parts else ([], [], [])
    lines = break_lines(widths, breaks, ends, room)
    assert len(lines.left) == len(widths)
    for k in range(len(widths)):
        first = k == 0 or lines.line[k] != lines.line[k - 1]
        alone = first and (k + 1 == len(widths) or lines.line[k + 1] != lines.line[k])
        assert lines.left[k] + widths[k] <= room + 1e-6 or alone
        if first:
            assert lines.left[k] == pytest.approx(0)
            assert k == 0 or lines.line[k] == lines.line[k - 1] + 1
        else:
            assert lines.left[k] == pytest.approx(lines.left[k - 1] + widths[k - 1])
            assert not ends[k - 1]


def test_lines_break_where_they_may():
    lines = break_lines([30, 30, 30, 30], [True, False, True, False], [False] * 4, 100)
    assert lines.line.tolist() == [0, 0, 1, 1]
    assert lines.left.tolist() == [0, 30, 0, 30]
    assert break_lines([60, 60], [False, False], [False, False], 100).line.tolist() == [0, 1]
    moved_and_full = break_lines([1, 1, 20], [False, True, False], [False] * 3, 20)
    assert moved_and_full.line.tolist() == [0, 1, 2]
    assert moved_and_full.left.tolist() == [0, 0, 0]
    assert break_lines([10, 10, 10], [True] * 3, [False, True, False], 100).line.tolist() == [0, 0, 1]


@pytest.mark.parametrize("tokens", ["words", "characters"])
def test_it_reads_from_left_to_right_and_down(panel, tokens):
    trace = run(experiment(tokens=tokens), "numpy")
    panel.show_trace(trace, 0, Place())
    placed = boxes(panel)
    assert len(placed) == trace.length()
    for before, after in itertools.pairwise(placed):
        assert after.top() > before.top() or after.left() >= before.right() - 2
        assert after.right() <= panel.flow.width()
    assert placed[-1].bottom() <= panel.flow.height()
    panel.resize(QSize(700, 300))
    assert boxes(panel)[-1].top() < placed[-1].top(), "wider, so fewer lines"


def test_punctuation_stands_by_its_word_and_characters_keep_theirs_together(panel):
    panel.show_trace(run(experiment(), "numpy"), 0, Place())
    tokens, placed = panel._reading.words.tokens, boxes(panel)
    for k in range(1, len(tokens)):
        if tokens[k] in ",):.":
            assert placed[k].top() == placed[k - 1].top()
            assert placed[k].left() <= placed[k - 1].right() + 2
    panel.show_trace(run(experiment(tokens="characters"), "numpy"), 0, Place())
    tokens, placed = panel._reading.words.tokens, boxes(panel)
    for k in range(1, len(tokens)):
        if placed[k].top() != placed[k - 1].top():
            assert tokens[k - 1] == " ", "a line breaks after a blank"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("quantity", ["h", "f"])
def test_each_token_stands_on_the_colour_of_its_value(panel, theme, quantity):
    trace = run(experiment(), "numpy")
    panel.apply_theme(theme)
    panel.show_trace(trace, 0, Place())
    panel.show_selection((3, 1))
    panel.show_quantity(quantity)
    seen, ratio = panel.flow.grab().toImage(), panel.devicePixelRatioF()
    tint = Tint.of(trace, 0, Place(), quantity, (3,))
    table = color_table(tint.scale().map, theme)
    index = quantise(trace.read(0, quantity, Place())[:, 3], tint.scale())
    for step, box in enumerate(boxes(panel)[:40]):
        if step:  # that at the cursor is framed
            at = seen.pixelColor(round((box.left() + 2) * ratio), round((box.top() + 2) * ratio))
            assert at.name() == QColor(table[index[step]]).name(), step


def test_a_click_on_a_token_asks_for_its_step(panel, qtbot):
    panel.show_trace(run(experiment(), "numpy"), 0, Place())
    for step in (0, 5, 17):
        with qtbot.waitSignal(panel.step_requested) as caught:
            QTest.mouseClick(panel.flow, Qt.MouseButton.LeftButton, pos=panel.flow.rect_of(step).center())
        assert caught.args == [step]
    with qtbot.assertNotEmitted(panel.step_requested):
        QTest.mouseClick(panel.flow, Qt.MouseButton.LeftButton, pos=panel.flow.rect().bottomRight())


def test_the_cursor_stays_in_view(panel):
    trace = run(experiment(TEXT * 8), "numpy")
    panel.show_trace(trace, 0, Place())
    for step in (trace.length() - 1, 3, 400):
        panel.set_step(step)
        top = panel._scroll.verticalScrollBar().value()
        box = panel.flow.rect_of(step)
        assert top <= box.top()
        assert box.bottom() <= top + panel._scroll.viewport().height()


def test_a_long_text_has_pages(panel):
    trace = Stepper(experiment("word " * (2 * PAGE + 100))).trace
    panel.show_trace(trace, 0, Place())
    assert panel.flow.page == range(PAGE)
    assert panel._pages.text() == "tokens 0 to 3\u202f999 of 8\u202f100"
    panel.set_step(2 * PAGE + 7)
    assert panel.flow.page == range(2 * PAGE, 2 * PAGE + 100)
    assert not panel.flow.rect_of(2 * PAGE + 7).isNull()
    assert panel.flow.rect_of(3).isNull()
    panel.set_step(1)
    assert panel.flow.page == range(PAGE)


def test_it_says_the_token_at_the_cursor_and_its_value(panel):
    trace = run(experiment(), "numpy")
    panel.show_trace(trace, 0, Place())
    panel.show_selection((2,))
    panel.set_step(4)
    value = trace.read(0, "h", Place())[4, 2]
    assert panel._about.text() == f"“not” · code {int(panel._reading.words.codes[4])} · h · unit 2: {exact(value)}"
    panel.show_quantity("o")
    assert "o · unit 2: " in panel._about.text()


def test_the_unit_is_the_first_of_the_selection(panel, qtbot):
    panel.show_trace(run(experiment(), "numpy"), 0, Place())
    panel.show_selection((2, 1))
    assert panel.unit.value == 2
    for typed, units in (("1", (1, 2)), ("3", (3,))):
        panel.show_selection((2, 1))
        panel.unit.setFocus()
        panel.unit.selectAll()
        with qtbot.waitSignal(panel.units_requested) as caught:
            QTest.keyClicks(panel.unit, typed)
            QTest.keyClick(panel.unit, Qt.Key.Key_Return)
        assert caught.args == [units]
    assert not panel.unit.stepEnabled() & panel.unit.StepEnabledFlag.StepUpEnabled, "there are four units"


def test_what_becomes_known_gets_its_colour(panel):
    stepper = Stepper(experiment())
    stepper.advance(2)
    panel.show_trace(stepper.trace, 0, Place())
    base = QColor(LIGHT.base).name()

    def ground(step: int) -> str:
        box, ratio = panel.flow.rect_of(step), panel.devicePixelRatioF()
        return (
            panel.flow.grab()
            .toImage()
            .pixelColor(round((box.left() + 2) * ratio), round((box.top() + 2) * ratio))
            .name()
        )

    assert ground(1) != base
    assert ground(2) == base
    stepper.advance(3)
    panel.grow()
    assert ground(2) != base
    panel.set_step(4)
    assert "not computed yet" not in panel._about.text()


def test_without_tokens_it_is_empty(panel):
    numbers = Dataset((Sequence("s", np.zeros((9, 1)), ("x",)),), "s")
    panel.show_trace(run(experiment(), "numpy"), 0, Place())
    panel.set_step(4)
    panel.show_trace(run(make_experiment(numbers, Recipe(hidden=2)), "numpy"), 0, Place())
    panel.set_step(5)
    panel.grow()
    panel.flow.grab()
    assert panel._about.text() == ""
    assert panel.flow.page == range(0)


def test_letters_without_a_blank_stand_side_by_side(panel):
    panel.show_trace(run(experiment("GATTACA" * 5, "characters"), "numpy"), 0, Place())
    placed = boxes(panel)
    assert all(after.left() - before.right() <= 1 for before, after in itertools.pairwise(placed[:7]))
