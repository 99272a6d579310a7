"""The gates of the probe's sequence at one moment of a training after the other: a film of the training."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.run import run
from explorer.sequences import read_dataset
from explorer.training.batches import probe_sequences
from explorer.training.description import begin_run, describe, read_description
from explorer.training.folders import runs_folder
from explorer.training.loop import Training
from explorer.training.origin import origin_of, origin_table
from explorer.training.recording import Recorder
from explorer.training.runs import Recording
from explorer.training.settings import Settings
from explorer.training.tasks import make_task
from tests.journeys.person import CTRL, SHIFT
from tests.widgets.trainings import small_settings, train_run
from widgets.app import follow_run
from widgets.training_defaults import run_source, trained_on


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


def is_the_probe(person, task) -> None:
    """Check that the networks are shown just what the probe looks at."""
    probe = probe_sequences(task)
    experiment = person.bench.experiment
    assert len(experiment.dataset.sequences) == len(probe)
    for k, batch in enumerate(probe):
        np.testing.assert_array_equal(experiment.inputs(k), batch.numbers[0])


def test_the_probe_is_shown_and_played_as_a_film_and_left_again(person, own_runs) -> None:
    folder = train_run(own_runs / "one", small_settings(probe=2))
    person.window.open_source("preset:adding")
    person.wait_for_trace()
    before = person.bench.experiment
    bar = open_run(person, folder)
    person.changes(lambda: person.click(bar.probe))
    is_the_probe(person, make_task(small_settings(probe=2)))
    assert person.window.moments.shown == ("rnn", 12), "the last moment, where none was looked at"
    assert "Only the probe is shown" in person.status()

    seen = {}

    def look(trace) -> None:
        seen[person.window.moments.shown] = trace.read(0, "h").copy()

    person.bench.trace_changed.connect(look)
    person.press(Qt.Key.Key_P, CTRL | SHIFT)
    person.type("Play the iterations")
    person.press(Qt.Key.Key_Return)
    person.wait(lambda: not bar.playing and len(seen) == 4, str(seen.keys()))
    recording = Recording(folder)
    for (cell, iteration), values in seen.items():
        asked = recording.inputs.experiment(person.bench.experiment.dataset, recording.network(cell, iteration))
        np.testing.assert_array_equal(values, run(asked, "numpy").read(0, "h"))
    assert [iteration for _, iteration in seen] == [0, 4, 8, 12]
    assert all((values != seen["rnn", 0]).any() for moment, values in seen.items() if moment[1])

    person.window.rows.setFocus()
    while person.bench.experiment is not before:
        person.changes(lambda: person.press(Qt.Key.Key_Z, CTRL))


def test_a_run_begins_with_its_last_moment(visit, own_runs) -> None:
    folder = train_run(own_runs / "one", small_settings())
    person = visit(run_source(str(folder))[0])
    before, moments, dock = person.bench.experiment, person.window.moments, person.window.training
    follow_run(person.window, str(folder))
    person.wait(lambda: moments.shown == ("rnn", 12), person.status())
    person.wait_for_trace()
    recording = Recording(folder)
    asked = recording.inputs.experiment(before.dataset, recording.network("rnn", 12))
    np.testing.assert_array_equal(person.bench.trace.read(0, "h"), run(asked, "numpy").read(0, "h"))
    assert (moments.bar.label.text(), moments.bar.box.value()) == ("Iteration", 12), "the bar says which it is"
    assert dock.recording.folder == folder

    person.window.rows.setFocus()
    person.changes(lambda: person.press(Qt.Key.Key_Z, CTRL))
    assert person.bench.experiment is before
    open_run(person, train_run(own_runs / "two", small_settings()))
    person.wait(lambda: moments.bar.title.text() == "two")
    person.wait_for_trace()
    assert moments.shown is None, "a run that is opened in the window leaves what is shown"


def test_a_run_without_its_data_leaves_what_is_shown(visit, own_runs) -> None:
    folder = train_run(own_runs / "one", small_settings())
    told = (folder / "run.toml").read_text()
    (folder / "run.toml").write_text(told.replace('source = "preset:adding"', 'source = "gone.csv"'))
    assert trained_on(str(folder)) is None
    person = visit(run_source(str(folder))[0])
    before = person.bench.experiment
    follow_run(person.window, str(folder))
    person.wait(lambda: person.window.moments.bar is not None and person.window.moments.bar.isVisible())
    person.wait(lambda: not person.bench.changing and not person.bench.computing.busy)
    assert person.window.moments.shown is None
    assert person.bench.experiment is before
    assert not [said.text for said in person.window.status.messages if said.kind == "error"], "none was asked for"


def test_the_probe_of_a_table_is_the_held_out_window(person, own_runs, tmp_path) -> None:
    rng = np.random.default_rng(3)
    path = tmp_path / "pump.csv"
    rows = "\n".join(f"{a:.4f},{b:.4f},{k % 30 == 7:d}" for k, (a, b) in enumerate(rng.normal(5, 2, (300, 2))))
    path.write_text(f"level,flow,anomaly\n{rows}\n")
    data = read_dataset(str(path))
    settings = Settings(cells=("gru",), hidden=4, iterations=4, steps=20, batch=2, weights_every=2)
    training = Training(settings, data)
    folder = own_runs / "table"
    folder.mkdir(parents=True)
    begin_run(folder, settings, origin_table(origin_of(data)))
    with Recorder(folder, describe(training.task, read_description(folder).data)) as recorder:
        for report in training:
            recorder.take(report)

    bar = open_run(person, folder)  # whatever is open
    person.changes(lambda: person.click(bar.probe))
    is_the_probe(person, training.task)
    shown = person.bench.experiment.dataset.sequences[0]
    first = int(shown.name.rpartition(" ")[2].partition("–")[0])
    whole = data.sequences[0]
    np.testing.assert_array_equal(shown.values, whole.values[first : first + len(shown)])
    np.testing.assert_array_equal(shown.labels[0].values, whole.labels[0].values[first : first + len(shown)])

    path.unlink()
    person.window.open_source("preset:sine-mix")
    person.wait_for_trace()
    person.click(bar.probe)
    person.wait(lambda: "pump.csv" in person.status(), person.status())
    assert person.bench.experiment.dataset.source == "preset:sine-mix", "what cannot be read leaves all as it is"
