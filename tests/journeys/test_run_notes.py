"""What the window says of a run when it is opened: lost rows, changed data, and what is trained once more."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.sequences import read_dataset
from explorer.training.description import begin_run, describe, read_description
from explorer.training.folders import runs_folder
from explorer.training.loop import Training
from explorer.training.origin import Origin, origin_of, origin_table
from explorer.training.recording import Recorder
from explorer.training.reports import Iteration
from explorer.training.runs import Recording
from explorer.training.settings import Settings
from tests.journeys.person import CTRL
from tests.widgets.trainings import small_settings, train_run


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """Keep the runs of a test in its own folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return runs_folder()


@pytest.fixture
def dock(runs, person):
    """Return training in the window, its panel in front."""
    person.window.open_source("preset:adding")
    person.wait_for_trace()
    person.press(Qt.Key.Key_T, CTRL)
    person.wait(lambda: person.window.training.panel is not None and person.window.training.panel.isVisible())
    return person.window.training


def open_run(person, folder):
    """Open a run, and wait until it is read and its data are compared."""
    dock = person.window.training
    before = dock.followed.reading
    dock.open_run(folder)
    person.wait(lambda: dock.followed.reading is not before and not dock.notes.busy, person.status())
    assert dock.recording.folder == folder


def test_data_that_have_changed_since_are_told_and_the_run_opens(person, dock, runs, tmp_path):
    t = np.arange(120)
    table, folder = tmp_path / "waves.csv", runs / "one"
    np.savetxt(table, np.sin([t / 3, t / 7]).T, "%.6f", ",", header="fast,slow", comments="")
    data = read_dataset(str(table))
    training = Training(Settings(cells=("gru",), hidden=4, iterations=4, steps=20, batch=2, weights_every=2), data)
    folder.mkdir(parents=True)
    begin_run(folder, training.settings, origin_table(origin_of(data)))
    with Recorder(folder, describe(training.task, read_description(folder).data)) as recorder:
        for report in training:
            recorder.take(report)

    open_run(person, folder)
    assert not dock.panel.mishap.isVisible(), dock.panel.trouble.text()

    table.write_text(table.read_text().replace("0.0", "0.1"))
    open_run(person, folder)
    assert dock.panel.mishap.isVisible()
    said = dock.panel.trouble.text()
    assert said.startswith("The run is open, but waves.csv: the data are not those that this run was begun with")
    (curve,) = [curve for curve in dock.panel.curves.loss.curves if curve.name == "GRU"]
    np.testing.assert_array_equal(curve.y, Recording(folder).metrics("gru")["loss"])

    open_run(person, train_run(runs / "two", small_settings()))
    assert not dock.panel.mishap.isVisible(), "what was said of another run is still there"


def test_rows_that_a_disk_lost_are_told(person, dock, runs):
    folder = train_run(runs / "one", small_settings())
    path = folder / "metrics.csv"
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join(row for row in rows if row.partition(",")[0] not in ("5", "6", "7")))

    open_run(person, folder)

    said = dock.panel.trouble.text()
    assert dock.panel.mishap.isVisible()
    lost = "metrics.csv has no rows of iterations 5 to 7: a disk or another program has lost them"
    assert said == f"The run is open, but {lost}."


def test_a_run_that_goes_on_says_what_is_trained_again(person, dock, runs):
    """It ended at iteration 20, and was kept at 12, as where it was killed between two states."""
    folder, settings = runs / "one", small_settings(iterations=60)
    folder.mkdir(parents=True)
    begin_run(folder, settings, origin_table(Origin("preset:adding")))
    training = Training(settings)
    with Recorder(folder, describe(training.task, read_description(folder).data)) as recorder:
        for report in training:
            recorder.take(report)
            if isinstance(report, Iteration) and report.cell == settings.cells[-1]:
                if report.iteration == 12:
                    recorder.keep(training.resume_state())
                if report.iteration == 20:
                    break
    dock.panel.show_page(dock.panel.runs)
    dock.panel.runs.table.selectRow(0)

    person.click(dock.panel.runs.resume)

    wanted = "one goes on from iteration 12; iterations 13 to 20 are trained again."
    person.wait(lambda: person.status() == wanted, person.status())
    person.wait(lambda: dock.recording.state == "finished", person.status())
    assert Recording(folder).metrics("gru")["iteration"].tolist() == list(range(1, 61))
