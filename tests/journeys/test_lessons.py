"""Lessons: every one is read to its end in the window, and each number it shows is the trace's own."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor

from explorer.findings import Claim, Shown
from explorer.lessons import find_lesson, lesson_training
from explorer.network import Recipe
from explorer.presets import load_presets
from explorer.run_claims import ReportClaim
from tests.journeys.person import CTRL, SHIFT, Person
from widgets.decimals import short
from widgets.lesson_dock import BUSY
from widgets.lesson_panel import ASIDE, PENDING, UNJUDGED, UNTRAINED
from widgets.theme import DARK

Key = Qt.Key
TRAINING = 120_000
"""Milliseconds that the longest training of a lesson may take on a busy machine: alone it takes 7 s."""

UNTOLD = (PENDING, ASIDE.strip("*"), "train first")
LESSONS = [preset.name for preset in load_presets() if find_lesson(preset.name) is not None]


@pytest.fixture(autouse=True)
def own_runs(monkeypatch, tmp_path):
    """Keep what a lesson trains in the test's own folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def shown(person: Person) -> str:
    return person.window.lesson.panel.text.toPlainText()


def cells_beside(person: Person) -> tuple[str, ...]:
    """Return the cells that the present one is compared with."""
    sides = [side.trace.experiment for side in person.bench.comparing.sides if side.key]
    return tuple(experiment.network.recipe.cell for experiment in sides)


def trained(person: Person) -> bool:
    run = person.window.training.recording
    return run is not None and run.state == "finished"


def compares(person: Person, cells: tuple[str, ...]) -> bool:
    return cells_beside(person) == cells


def read(person: Person) -> None:
    """Open the lesson from the palette, with nothing but the keyboard."""
    person.press(Key.Key_P, CTRL | SHIFT)
    person.type("read the lesson")
    person.press(Key.Key_Return)
    assert person.window.lesson.panel.isVisible()


def follow(person: Person, words: str) -> None:
    """Click the link of these words."""
    text = person.window.lesson.panel.text
    found = text.document().find(words)
    assert not found.isNull(), f"{words} in {shown(person)}"
    second = QTextCursor(text.document())
    second.setPosition(found.selectionStart() + 1)
    text.setTextCursor(second)
    text.ensureCursorVisible()
    person.click(text.viewport(), text.cursorRect(second).center() + QPoint(1, 0))


def is_judged(claim: Claim, scene: str) -> bool:
    return isinstance(claim, ReportClaim) and not claim.lesson and claim.scene == scene


def judge(person: Person) -> Mapping[str, Any]:
    """Press Evaluate above the pages of the training; return the report."""
    with person.bot.waitSignal(person.window.report.evaluation.finished, timeout=TRAINING) as told:
        person.click(person.window.training.show().bar.judge)
    return told.args[0]


SYSTEMS = ("factory", "stock", "reviews")
"""Their lessons train for half a minute, and all they claim is held to the runs in tests without a window, too."""


@pytest.mark.parametrize(
    "preset", [pytest.param(name, marks=pytest.mark.slow) if name in SYSTEMS else name for name in LESSONS]
)
def test_a_lesson_is_read_to_its_end(visit, preset) -> None:
    person = visit(f"preset:{preset}")
    lesson, panel, bench = find_lesson(preset), person.window.lesson.panel, person.bench
    reports: dict[str, Mapping[str, Any]] = {}
    read(person)
    for number, page in enumerate(lesson.pages):
        assert panel.count.text() == f"{number + 1} of {len(lesson.pages)}"
        assert page.title in shown(person)
        for words, target in re.findall(r"\[([^\]]*)\]\(scene:([^)]*)\)", page.text):
            follow(person, " ".join(words.split()))
            person.wait(lambda: not bench.changing and not bench.computing.busy)
            scene = lesson.scenes[target]
            assert person.window.lesson.scene == target
            if scene.train is not None:
                person.bot.waitUntil(lambda: trained(person), timeout=TRAINING)
                assert person.window.training.recording.settings == lesson_training(lesson, scene)
                assert person.window.training.panel.isVisible()
                if any(is_judged(claim, target) for claim in lesson.claims.values()):
                    reports[target] = judge(person)
            assert scene.step in (None, bench.step)
            view = person.window.rows.view
            assert scene.view in (None, (view.first, view.last))
            assert scene.select in (None, bench.units)
            person.wait(partial(compares, person, scene.compare), f"{cells_beside(person)}")
            assert [row.quantity for row in person.window.rows.editing.layout.of_side(0).rows] == list(scene.show)
            assert len(bench.clamps) == len(scene.hold)
        asked = shown(person)
        assert panel.on.text() == "Answer"
        panel.on.setFocus()
        person.press(Key.Key_Return)
        claims = [lesson.claims[name] for name in page.claims]
        elsewhere = sum(isinstance(claim, ReportClaim) and bool(claim.lesson) for claim in claims)
        person.wait(lambda: not any(text in shown(person) for text in UNTOLD), shown(person))
        assert shown(person).count(UNJUDGED.replace("*", "")) == elsewhere, "nobody has followed those lessons here"
        assert len(shown(person)) > len(asked)
        for claim in claims:
            if not isinstance(claim, ReportClaim):
                found = claim.find(Shown(bench.trace, bench.sequence, person.window.training.recording))
                assert short(found.number) in shown(person)
            elif not claim.lesson:
                found = claim.find(Shown(bench.trace, report=reports[claim.scene]))
                assert short(found.number) in shown(person)
        person.press(Key.Key_Return)
    assert panel.count.text() == f"{len(lesson.pages)} of {len(lesson.pages)}"
    assert not panel.on.isEnabled()


def test_back_and_on_and_the_answer_waits_again(visit) -> None:
    person = visit("preset:step-impulse")
    read(person)
    panel = person.window.lesson.panel
    person.press(Key.Key_Return)
    assert "the network waits" in shown(person)
    person.press(Key.Key_Return)
    assert panel.count.text() == "2 of 4"
    person.press(Key.Key_Backspace)
    assert panel.count.text() == "1 of 4"
    assert "the network waits" not in shown(person)
    assert not panel.back.isEnabled()


def test_numbers_are_of_what_is_shown_and_say_so_where_that_was_changed(visit) -> None:
    person = visit("preset:sine-mix")
    read(person)
    person.press(Key.Key_Return)
    before = shown(person)
    assert ASIDE.strip("*") not in before
    recipe = person.bench.experiment.network.recipe
    person.changes(
        lambda: person.bench.edit_recipe(Recipe(cell="lstm", hidden=32, init="chrono", longest=recipe.longest))
    )
    person.wait(lambda: ASIDE.strip("*") in shown(person), shown(person))
    person.changes(lambda: person.bench.edit_recipe(Recipe(cell="gru", hidden=32, longest=recipe.longest)))
    assert f"About half: {PENDING}" in shown(person), "a GRU has no forget gate"
    person.press(Key.Key_Return)
    follow(person, "a hundred steps of noise and waves")
    person.wait(lambda: person.bench.experiment.network.recipe == recipe and person.bench.step == 199)
    assert len(person.bench.clamps) == 2


def test_a_scene_leaves_live_mode(visit) -> None:
    person = visit("preset:sine-mix")
    person.changes(lambda: person.bench.set_live(True))
    read(person)
    person.press(Key.Key_Return)
    person.wait(lambda: person.bench.step == 60 and not person.bench.live)
    assert PENDING not in shown(person)


def test_the_rows_of_a_lesson_are_gone_with_it(visit, settings) -> None:
    """They are not a person's own choice: nothing of them is remembered."""
    person = visit("preset:step-impulse")
    own = person.window.rows.editing.layout
    read(person)
    person.press(Key.Key_Return)
    assert [row.quantity.name for row in person.window.rows.rows] == ["a", "h"]
    person.changes(lambda: person.window.open_source("preset:copy"))
    assert not person.window.lesson.panel.isVisible()
    person.changes(lambda: person.window.open_source("preset:step-impulse"))
    assert person.window.rows.editing.layout == own
    assert settings.value("rows/rnn") is None


def test_what_has_no_lesson_offers_none(visit, csv) -> None:
    person = visit(csv)
    action = person.window.actions_.lesson
    assert not action.isEnabled()
    assert "no lesson" in action.toolTip()
    person.changes(lambda: person.window.open_source("preset:delayed-echo"))
    assert action.isEnabled()
    assert action.text().replace("&", "") == "Read the lesson: The GRU: carry forward or discard"


def test_it_is_undone_step_by_step(visit) -> None:
    person = visit("preset:sine-mix")
    read(person)
    person.press(Key.Key_Return, times=3)
    person.wait(lambda: len(person.bench.clamps) == 2 and not person.bench.changing)
    person.wait_for_trace()
    person.window.rows.setFocus()
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    assert person.bench.clamps == ()


def test_in_the_dark(visit) -> None:
    person = visit("preset:sine-mix")
    read(person)
    person.window.appearance.choose_theme("dark")
    panel = person.window.lesson.panel
    assert panel.text.palette().link().color().name() == DARK.accent.lower()


def test_a_change_that_is_given_up_sets_no_scene_and_none_waits_for_it(visit) -> None:
    person = visit("preset:sine-mix")
    read(person)
    person.changes(lambda: person.bench.edit_recipe(Recipe(cell="gru", hidden=8)))
    lesson = person.window.lesson
    follow(person, "Look at unit 5 at step 60")
    assert person.bench.changing
    person.bench.cancel()
    person.wait(lambda: not person.bench.changing and lesson.scene == "")
    assert person.bench.experiment.network.recipe.cell == "gru"
    person.changes(lambda: person.bench.edit_recipe(Recipe(cell="gru", hidden=9)))
    person.wait(lambda: not person.bench.changing)
    assert (person.bench.experiment.network.recipe.hidden, lesson.scene) == (9, "")
    follow(person, "Look at unit 5 at step 60")
    person.wait(lambda: person.bench.step == 60 and person.bench.experiment.network.recipe.cell == "lstm")


def test_what_nobody_sees_is_not_found_anew(visit, monkeypatch) -> None:
    person = visit("preset:sine-mix")
    read(person)
    person.press(Key.Key_Return)
    person.wait(lambda: PENDING not in shown(person))
    lesson, asked = person.window.lesson, []
    told = lesson._told
    monkeypatch.setattr(lesson, "_told", lambda claim: asked.append(claim) or told(claim))
    lesson._show_claims()
    assert asked
    person.window.docks.steady[1].raise_()
    person.wait(lambda: not person.window.docks.is_seen(lesson.dock))
    asked.clear()
    person.changes(lambda: person.bench.edit_recipe(Recipe(cell="lstm", hidden=32, init="chrono")))
    assert not asked
    lesson.dock.raise_()
    person.wait(lambda: ASIDE.strip("*") in shown(person), shown(person))


def test_a_scene_trains_once_and_not_beside_another_training(visit) -> None:
    person = visit("preset:adding")
    read(person)
    panel, training = person.window.lesson.panel, person.window.training
    quick = replace(panel.lesson.scenes["learn"], train={"cells": ["rnn", "lstm"], "hidden": 4, "iterations": 30})
    panel.lesson = replace(panel.lesson, scenes={**panel.lesson.scenes, "learn": quick})
    panel.turn(3)
    panel.on.click()
    assert UNTRAINED.replace("*", "") in shown(person), "nobody trains unasked"
    assert training.recording is None
    person.press(Key.Key_T, CTRL)
    person.wait(lambda: training.panel is not None)
    training.panel.form.fields["iterations"].set_value(100000)
    training.start()
    person.wait(lambda: training.trainer.state == "running")
    own = training.recording.folder
    follow(person, "train both")
    assert BUSY in person.status()
    assert training.recording.folder == own
    training.trainer.stop()
    person.wait(lambda: not training.trainer.is_training)
    follow(person, "train both")
    person.wait(lambda: training.recording is not None and training.recording.folder != own)
    person.wait(lambda: "train first" not in shown(person) and PENDING not in shown(person), shown(person))
    run = training.recording
    follow(person, "train both")
    assert training.recording is run, "it is there already"
    assert not training.trainer.is_training


def test_what_was_measured_in_one_lesson_is_told_in_another(visit) -> None:
    person = visit("preset:stock")
    read(person)
    panel = person.window.lesson.panel
    few = {"iterations": 8, "hidden": 4, "measure-every": 8, "probe-every": 8, "weights-every": 8}
    panel.lesson = replace(
        panel.lesson, scenes={**panel.lesson.scenes, "learn": replace(panel.lesson.scenes["learn"], train=few)}
    )
    panel.turn(1)
    follow(person, "Train the LSTM")
    person.bot.waitUntil(lambda: trained(person), timeout=TRAINING)
    panel.on.click()
    assert UNJUDGED.replace("*", "") in shown(person)
    report = judge(person)
    person.wait(lambda: short(report["figures"]["RMSE +5"]) in shown(person), shown(person))
    person.changes(lambda: person.window.open_source("preset:reviews"))
    panel.turn(4)
    panel.on.click()
    assert panel.current.title == "The three systems"
    assert short(report["figures"]["RMSE +5"]) in shown(person)
    assert short(report["rivals"]["AR(62)"]["RMSE +5"]) in shown(person)
