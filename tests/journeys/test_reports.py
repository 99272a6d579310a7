"""A network is judged in the real window: its figures beside its rivals', what it found, gone to and marked."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from explorer.evaluation.evaluate import evaluate
from explorer.evaluation.trial import read_trial
from explorer.presets import find_preset, preset_training
from explorer.training.folders import runs_folder
from tests.journeys.person import CTRL
from tests.widgets.trainings import small_settings, train_run
from widgets.report_panel import SCORE

EVENTS = [
    {"sequence": "adding", "first": 40, "last": 47, "score": 3.5, "what": "value", "right": True},
    {"sequence": "adding", "first": 12, "last": 12, "score": 1.25, "what": "marker", "right": False},
    {"sequence": "elsewhere", "first": 3, "last": 9, "score": 1.5, "what": "value", "right": None},
]


@pytest.fixture(autouse=True)
def own_runs(monkeypatch, tmp_path):
    """Keep the runs of a test in its own folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return runs_folder()


def open_run(person, folder):
    dock = person.window.training
    dock.open_run(folder)
    person.wait(lambda: dock.recording is not None and dock.recording.folder == folder, person.status())
    return person.window.moments.bar


def judge_button(person):
    return person.window.training.show().bar.judge


def test_the_report_in_the_window_is_that_of_the_command(person, own_runs, tmp_path) -> None:
    folder = train_run(own_runs / "one", small_settings())
    bar, report = open_run(person, folder), person.window.report
    person.click(judge_button(person))
    assert report.panel.busy.isVisible()
    assert report.panel.title.text() == "Judging RNN after iteration 12 …"
    person.wait(lambda: not report.evaluation.busy, person.status())
    should = evaluate(read_trial(folder, "rnn"))
    table = report.panel.figures
    heads = [table.horizontalHeaderItem(k).text() for k in range(table.columnCount())]
    assert heads == ["RNN", "LSTM", "GRU", *should.rivals]
    for row, (name, value) in enumerate(should.figures.items()):
        assert table.verticalHeaderItem(row).text() == name
        assert float(table.item(row, 0).toolTip()) == pytest.approx(value, rel=1e-6)
    assert report.panel.said.text().lower() == "• " + should.said[0].lower()
    table.setFocus()
    person.press(Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[1:] == heads
    assert report.evaluation.answers.read_text().startswith("sequence,index,target,prediction,score")
    person.click(bar.close_)
    assert not report.dock.isVisible()


def test_judging_is_given_up_and_asked_for_again(person, own_runs) -> None:
    open_run(person, train_run(own_runs / "one", small_settings(cells=("gru",), init="default")))
    report = person.window.report
    person.click(judge_button(person))
    process = report.evaluation._process
    person.click(report.panel.cancel)
    assert process is not report.evaluation._process
    assert not report.panel.busy.isVisible()
    assert report.panel.figures.rowCount() == 0
    person.click(judge_button(person))
    person.wait(lambda: report.panel.figures.rowCount() > 0, person.status())


def test_a_run_that_is_gone_is_one_sentence(person, own_runs) -> None:
    folder = train_run(own_runs / "one", small_settings(cells=("gru",), init="default"))
    open_run(person, folder)
    (folder / "run.toml").unlink()
    person.click(judge_button(person))
    person.wait(lambda: "could not be judged" in person.status(), person.status())
    assert "no run" in person.status()


def test_what_was_found_is_listed_marked_and_gone_to(visit) -> None:
    person = visit("preset:adding")
    window, panel = person.window, person.window.report.panel
    window.report.dock.offer(True)
    shown = {"cell": "gru", "iteration": 5, "data": "what was held out", "figures": {}, "rivals": {}, "cells": {}}
    before = window.rows.cursor_overlay.grab().toImage()
    window.report._show({**shown, "said": [], "events": EVENTS})
    window.report.dock.raise_()
    person.bot.wait(0)
    assert panel.found.rowCount() == 3
    assert panel.found.item(1, SCORE).text() == "1.25"
    assert window.rows.ruler.marks.steps["alarm"].tolist() == [12, 40]
    assert window.rows.cursor_overlay.grab().toImage() != before
    person.click(panel.found.viewport(), QPoint(20, panel.found.rowViewportPosition(0) + 5))
    assert person.bench.step == 40
    panel.found.setFocus()
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Return)
    assert person.bench.step == 12
    panel.found.setFocus()
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Return)
    assert person.bench.step == 12
    assert "found in elsewhere, which is not among the data" in person.status()
    window.report.forget()
    assert not window.rows.ruler.marks.steps["alarm"].size


def test_a_fan_is_shown_where_one_was_trained(visit, own_runs) -> None:
    settings = replace(preset_training(find_preset("sine-mix")), fan=True, horizon=4, iterations=8, weights_every=4)
    person = visit("preset:sine-mix")
    bar = open_run(person, train_run(own_runs / "fan", settings))
    person.click(bar.last)
    person.wait(lambda: person.window.moments.shown is not None, person.status())
    desk = person.window.row_desk
    assert desk.fan_row.isVisible()
    assert not desk.output_row.isVisible()
    person.window.rows.setFocus()
    person.press(Qt.Key.Key_Right, times=5)
    trace = person.bench.trace
    told = trace.experiment.network.head.told(trace.output(0, slice(5, 6)))[0]
    np.testing.assert_array_equal(desk.fan_row._fan[0].ravel(), told)
    person.window.actions_.output_row.trigger()
    assert not desk.fan_row.isVisible()
