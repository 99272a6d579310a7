"""A review is read in the real window: what moved the judgement, another word in the place of one, and back."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from explorer.gradients import moved_by
from explorer.presets import find_preset, preset_training
from explorer.training.folders import runs_folder
from explorer.training.settings import settings_from
from tests.journeys.person import CTRL
from tests.widgets.trainings import train_run

Key = Qt.Key
FEW = {"iterations": 8, "hidden": 8, "measure-every": 4, "probe-every": 4, "weights-every": 4, "batch": 8}


@pytest.fixture(autouse=True)
def own_runs(monkeypatch, tmp_path):
    """Keep the runs of a test in its own folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return runs_folder()


@pytest.fixture
def reader(visit, own_runs):
    """Return a person before a network that was trained on reviews."""
    person = visit("preset:reviews")
    folder = train_run(own_runs / "reviews", settings_from(FEW, preset_training(find_preset("reviews"))))
    dock = person.window.training
    dock.open_run(folder)
    person.wait(lambda: dock.recording is not None and dock.recording.folder == folder, person.status())
    person.click(person.window.moments.bar.last)
    person.wait(lambda: person.window.moments.shown is not None, person.status())
    return person


def judgement(person) -> np.ndarray:
    trace = person.bench.trace
    return trace.experiment.network.head.told(trace.output(person.bench.sequence, slice(None)))


def test_what_moved_the_judgement_follows_the_cursor(reader) -> None:
    row, bench = reader.window.row_desk.moved_row, reader.bench
    reader.window.rows.setFocus()
    for key in (Key.Key_End, Key.Key_Left, Key.Key_Home, Key.Key_Right):
        reader.press(key)
        reader.wait(lambda: row._fresh, "the row is worked out once the cursor rests")
        answer, wanted = moved_by(bench.trace, bench.sequence, bench.step)
        np.testing.assert_array_equal(row.moved, wanted.sum(axis=1))
        assert bench.trace.experiment.network.head.names[answer] in row.title
    tip = row.tip_at(QPointF(row.plot.left() + 3, row.height() / 2)).splitlines()
    words = reader.window.rows.tokens._words
    assert tip[0] == f"step 0 “{words.tokens[0]}”"
    assert tip[1].endswith(f"of step 1 by {float(row.moved[0])!r}".replace("-", "−"))


def test_another_word_is_read_and_taken_back(reader) -> None:
    window, bench = reader.window, reader.bench
    panel = window.text.panel
    window.text.dock.show()
    window.text.dock.raise_()
    bench.go_to(2)
    before, words = judgement(reader), panel._reading.words
    assert panel.word.line.placeholderText() == words.tokens[2]
    other = next(word for word in words.vocabulary if word[0].isalpha() and word != words.tokens[2])
    panel.word.line.setFocus()
    reader.type(other)
    reader.changes(lambda: reader.press(Key.Key_Return))
    assert panel._reading.words.tokens[2] == window.rows.tokens._words.tokens[2] == other
    assert panel._reading.words.changed(2)
    assert "read instead of" in panel._about.text()
    after = judgement(reader)
    np.testing.assert_array_equal(after[:2], before[:2])
    assert (after[2:] != before[2:]).all()
    assert window.holds.divergence.isVisible(), "how far the states are apart"

    reader.changes(lambda: reader.click(panel.word.back))
    assert panel._reading.words.tokens == words.tokens
    assert not bench.clamps
    np.testing.assert_array_equal(judgement(reader), before)
    window.rows.setFocus()
    reader.changes(lambda: reader.press(Key.Key_Z, CTRL))
    assert panel._reading.words.tokens[2] == other, "undo: the other word again"


def test_a_word_without_a_code_is_read_as_unknown(reader) -> None:
    panel = reader.window.text.panel
    reader.window.text.dock.show()
    reader.window.text.dock.raise_()
    panel.word.line.setFocus()
    reader.type("zzyzx")
    reader.changes(lambda: reader.press(Key.Key_Return))
    assert "“zzyzx” is not in the vocabulary: the network reads it as <unk>" in reader.status()
    assert panel._reading.words.tokens[0] == "<unk>"
