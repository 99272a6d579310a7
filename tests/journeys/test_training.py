"""From Start to Stop: a training runs beside the window, and all that it records is shown."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import Qt

from explorer.sequences import read_dataset
from explorer.training.description import describe
from explorer.training.folders import list_runs, runs_folder
from explorer.training.loop import Training
from explorer.training.recording import Recorder
from explorer.training.runs import Recording
from explorer.training.settings import Settings
from tests.journeys.person import CTRL
from tests.widgets.trainings import lengthen, small_settings, train_run

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_runs(monkeypatch, tmp_path):
    """Keep the runs of a test in its own folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return runs_folder()


@pytest.fixture
def trainee(person):
    """Return a person before the panel of training, on the adding problem."""
    person.window.open_source("preset:adding")
    person.wait_for_trace()
    person.press(Qt.Key.Key_T, CTRL)
    person.wait(lambda: person.window.training.panel is not None and person.window.training.panel.isVisible())
    return person


def training_of(person):
    return person.window.training


def open_run(person, folder):
    """Open a run, and wait until it is read."""
    dock = training_of(person)
    dock.open_run(folder)
    person.wait(lambda: dock.recording is not None and dock.recording.folder == folder, person.status())


def make_small(person, hidden=4, batch=2, iterations=5000):
    """Set a training that is quick: a small network, a few sequences."""
    form = training_of(person).panel.form
    for name, value in (("hidden", hidden), ("batch", batch), ("iterations", iterations)):
        person.click(form.fields[name].lineEdit())
        person.press(Qt.Key.Key_A, CTRL)
        person.type(str(value))
        person.press(Qt.Key.Key_Return)


def test_from_start_to_stop(trainee):
    make_small(trainee)
    dock = training_of(trainee)
    panel = dock.panel

    trainee.click(panel.bar.start)
    trainee.wait(lambda: dock.trainer.state == "running", trainee.status())
    trainee.wait(lambda: dock.recording.iteration >= 25, "no iterations")

    assert panel.pages.currentWidget() is panel.curves
    loss = {curve.name: curve for curve in panel.curves.loss.curves}
    assert set(loss) == {"RNN", "LSTM", "GRU"}
    assert {level.name for level in panel.curves.loss.levels} >= {"chance"}

    trainee.click(panel.bar.pause)
    trainee.wait(lambda: dock.trainer.state == "paused")
    assert "Paused" in panel.bar.words.text()
    at = dock.trainer.iteration
    trainee.click(panel.bar.one)
    trainee.wait(lambda: dock.recording.iteration == at + 1, "not one iteration")
    trainee.wait(lambda: loss_of(panel, "GRU")[-1] == Recording(dock.recording.folder).metrics("gru")["loss"][-1])

    trainee.click(panel.bar.pause)
    trainee.wait(lambda: dock.recording.iteration > at + 5, "it did not go on")
    trainee.click(panel.bar.stop)
    trainee.wait(lambda: dock.trainer.state in ("off", "warming", "ready"))
    trainee.wait(lambda: panel.bar.words.text().startswith("Stopped"), panel.bar.words.text())

    recorded = Recording(dock.recording.folder)
    assert recorded.state == "stopped"
    trainee.wait(lambda: len(loss_of(panel, "RNN")) == recorded.iteration)
    np.testing.assert_array_equal(loss_of(panel, "RNN"), recorded.metrics("rnn")["loss"])


def loss_of(panel, title):
    return next(curve.y for curve in panel.curves.loss.curves if curve.name == title)


def test_a_wish_that_makes_no_sense_is_refused_beside_its_field(trainee):
    form = training_of(trainee).panel.form
    for cell in ("rnn", "lstm", "gru"):
        trainee.click(form.cells[cell])

    trainee.click(training_of(trainee).panel.bar.start)

    assert form.errors["cells"].isVisible()
    assert training_of(trainee).trainer.state not in ("starting", "running")
    assert not list_runs()


def test_keys_start_and_stop_with_what_is_being_typed(trainee):
    make_small(trainee)
    dock = training_of(trainee)
    rate = dock.panel.form.fields["rate"]
    trainee.click(rate.lineEdit())
    trainee.press(Qt.Key.Key_A, CTRL)
    trainee.type("0.125")

    trainee.press(Qt.Key.Key_Return, CTRL)
    trainee.wait(lambda: dock.trainer.state == "running" and dock.recording.iteration > 2, trainee.status())
    assert dock.recording.settings.rate == 0.125
    assert dock.recording.metrics("gru")["rate"][0] == 0.125

    trainee.press(Qt.Key.Key_Period, CTRL)
    trainee.wait(lambda: not dock.trainer.is_training)


def test_what_only_the_trainer_can_refuse_is_said_beside_its_field_and_leaves_no_run(trainee):
    panel = training_of(trainee).panel
    panel.form.more.setChecked(True)
    device = panel.form.fields["device"]
    device.show_choice("mps")

    trainee.click(panel.bar.start)

    trainee.wait(lambda: panel.form.errors["device"].isVisible(), trainee.status())
    assert "is not present on this machine" in panel.form.errors["device"].text()
    assert panel.pages.currentWidget() is panel.form
    assert not list_runs()


def test_a_trainer_that_is_killed_is_told_of_and_resumed(trainee):
    make_small(trainee)
    dock = training_of(trainee)
    trainee.click(dock.panel.bar.start)
    trainee.wait(lambda: dock.trainer.state == "running" and dock.recording.iteration > 60, trainee.status())

    psutil.Process(dock.trainer.process_id).kill()

    trainee.wait(lambda: dock.panel.mishap.isVisible(), "nothing was said")
    assert "killed" in dock.panel.trouble.text()
    there = dock.recording.iteration
    trainee.click(dock.panel.go_on)
    trainee.wait(lambda: dock.trainer.state == "running" and dock.recording.iteration > there, trainee.status())
    assert not dock.panel.mishap.isVisible()


def test_a_pause_is_taken_note_of_before_the_trainer_is_ready(trainee):
    dock = training_of(trainee)
    assert dock.trainer.state == "off", "the panel was opened just now"
    trainee.click(dock.panel.bar.start)
    trainee.wait(lambda: dock.trainer.state == "starting", trainee.status())
    trainee.click(dock.panel.bar.pause)
    assert dock.panel.bar.words.text().startswith("Starting; it will rest before the first iteration")
    trainee.wait(lambda: dock.trainer.state == "paused", dock.panel.bar.words.text())
    assert dock.trainer.iteration == 0
    assert dock.panel.bar.words.text().startswith("Paused")


def test_amid_a_long_iteration_a_pause_is_said_to_come_and_a_second_stop_kills(trainee):
    make_small(trainee, hidden=2048, batch=64)
    dock = training_of(trainee)
    bar = dock.panel.bar
    trainee.click(bar.start)
    trainee.wait(lambda: dock.trainer.state == "running", trainee.status())
    trainee.click(bar.pause)
    trainee.wait(lambda: bar.words.text().startswith("Pausing at the end of the iteration"), bar.words.text())
    trainee.click(bar.stop)
    assert bar.words.text().startswith("Stopping at the end of the iteration")
    trainee.click(bar.stop)
    trainee.wait(lambda: dock.panel.mishap.isVisible(), "nothing was said")
    said = dock.panel.trouble.text()
    assert "as you asked twice" in said
    assert said.count("kept") + said.count("nothing was recorded") == 1
    assert "asked twice" not in bar.words.text()
    assert not trainee.window.status.errors.isVisible()
    assert dock.trainer.iteration == 0


def broken_off(person, reason):
    """Wait until the window says the reason for which the training broke off, and return how far the run is kept."""
    dock = training_of(person)
    person.wait(lambda: dock.panel.mishap.isVisible(), "nothing was said")
    assert reason in dock.panel.trouble.text()
    run = Recording(dock.recording.folder)
    assert (run.state, dock.panel.go_on.isVisible()) == ("failed", True)
    assert len(run.metrics("gru")["loss"]) == run.iteration > 0
    return run.iteration


def goes_on(person, iteration):
    """Resume with a click, and wait until the run is further than it was."""
    dock = training_of(person)
    person.click(dock.panel.go_on)
    person.wait(lambda: dock.trainer.state == "running" and dock.recording.iteration > iteration, person.status())
    assert not dock.panel.mishap.isVisible()


def test_a_full_disk_is_told_of_and_the_run_resumed_when_there_is_room(trainee, small_disk, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(small_disk.place))
    make_small(trainee)
    trainee.click(training_of(trainee).panel.bar.start)
    there = broken_off(trainee, os.strerror(errno.ENOSPC))
    small_disk.make_room()
    goes_on(trainee, there)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process as Linux does")
def test_a_trainer_that_gets_no_more_memory_is_told_of_and_resumed(trainee):
    import resource

    make_small(trainee, hidden=64, batch=1024)  # of which every iteration asks the system for memory anew
    dock = training_of(trainee)
    trainee.click(dock.panel.bar.start)
    trainee.wait(lambda: dock.recording.iteration > 1, trainee.status())
    limit = psutil.Process(dock.trainer.process_id).memory_info().vms // 2
    resource.prlimit(dock.trainer.process_id, resource.RLIMIT_AS, (limit, limit))
    goes_on(trainee, broken_off(trainee, "not enough memory"))


def test_runs_are_listed_opened_compared_and_deleted_with_a_way_back(trainee, own_runs):
    for name in ("one", "two"):
        train_run(own_runs / name, small_settings())
    dock = training_of(trainee)
    panel = dock.panel
    panel.show_page(panel.runs)
    dock.runs.show()
    listed = panel.runs

    names = [listed.table.item(row, 0).text() for row in range(listed.table.rowCount())]
    assert sorted(names) == ["one", "two"]
    listed.table.setFocus()
    listed.table.selectRow(names.index("one"))
    trainee.press(Qt.Key.Key_Return)
    trainee.wait(lambda: panel.pages.currentWidget() is panel.curves)
    assert dock.recording.folder.name == "one"

    panel.show_page(listed)
    listed.table.selectRow(names.index("two"))
    trainee.click(listed.compare)
    trainee.wait(lambda: panel.curves.compared.text() == "Solid: one. Dashed: two")
    assert {curve.name for curve in panel.curves.loss.curves} >= {"RNN, one", "RNN, two"}

    panel.show_page(listed)
    trainee.click(listed.delete)
    assert listed.table.rowCount() == 1
    assert "two is deleted" in listed.deleted.text()
    trainee.click(listed.undo)
    assert listed.table.rowCount() == 2
    assert (own_runs / "two" / "run.toml").exists()

    listed.table.selectRow(names.index("two"))
    listed.table.setFocus()
    trainee.press(Qt.Key.Key_Delete)
    trainee.window.close()
    assert not (own_runs / "two").exists()
    assert (own_runs / "one").exists()


def test_a_run_that_is_deleted_is_shown_no_more(trainee, own_runs):
    dock = training_of(trainee)
    panel, listed = dock.panel, dock.panel.runs
    open_run(trainee, train_run(own_runs / "one", small_settings()))
    assert trainee.window.moments.bar.isVisible()
    panel.show_page(listed)
    listed.table.selectRow(0)

    trainee.click(listed.delete)

    assert dock.recording is None
    assert "Finished" not in panel.bar.words.text()
    assert not trainee.window.moments.bar.isVisible()
    panel.show_page(panel.curves)
    assert panel.curves.loss.curves == ()
    panel.show_page(listed)
    trainee.click(listed.undo)
    assert listed.table.rowCount() == 1


def test_a_run_that_has_just_gone_on_is_not_deleted(trainee, own_runs):
    train_run(own_runs / "one", small_settings())
    dock = training_of(trainee)
    listed = dock.panel.runs
    dock.panel.show_page(listed)
    listed.table.selectRow(0)
    dock.resume_run(own_runs / "one")

    listed.delete_requested.emit(str(own_runs / "one"))

    dock.runs.show()
    assert listed.table.rowCount() == 1
    trainee.wait(lambda: not dock.trainer.is_training)


def test_a_click_in_the_heat_map_marks_a_step_of_the_probe_and_not_the_windows(trainee, own_runs):
    folder = train_run(own_runs / "one", small_settings())
    dock = training_of(trainee)
    open_run(trainee, folder)
    dock.panel.show_page(dock.panel.through)
    heat = dock.panel.through.heat
    trainee.wait(lambda: heat.areas() and heat.height() > 60)
    area = heat.areas()["LSTM"]

    before = trainee.bench.step
    place = area.topLeft().toPoint()
    place.setX(round(area.left() + 20.5 / 30 * area.width()))
    place.setY(round(area.top() + 1.5 / 4 * area.height()))
    trainee.click(heat, place)

    assert trainee.bench.step == before
    assert "step 20:" in heat.accessibleDescription()
    assert "step 20:" in dock.panel.through.chart.accessibleDescription()
    assert dock.iteration == 4
    assert "after iteration 4" in dock.panel.through.chart.title


def test_the_moments_of_a_run_are_offered_and_mark_their_iteration(trainee, own_runs):
    dock = training_of(trainee)
    open_run(trainee, train_run(own_runs / "one", small_settings()))
    dock.panel.show_page(dock.panel.through)
    bar = trainee.window.moments.bar
    assert bar is not None
    assert bar.isVisible()

    trainee.changes(lambda: bar.moment_requested.emit("lstm", 8))

    assert trainee.window.moments.shown == ("lstm", 8)
    assert dock.iteration == 8
    assert "after iteration 8" in dock.panel.through.chart.title


def test_a_bar_whose_moment_is_not_shown_says_so(trainee, own_runs):
    dock, actions = training_of(trainee), trainee.window.actions_
    open_run(trainee, train_run(own_runs / "one", small_settings()))
    bar = trainee.window.moments.bar

    assert bar.label.text() == "Not shown"
    assert not actions._moment[1].isEnabled()
    trainee.changes(actions._moments[2].trigger)  # of the menu, and so of the palette

    assert bar.label.text() == "Iteration"
    assert trainee.window.moments.shown == ("rnn", 8)
    assert actions._moment[1].isEnabled()
    assert dock.iteration == 8


def test_an_iteration_that_is_asked_for_in_a_chart_is_near_the_moment_that_is_shown(trainee, own_runs):
    dock, moments = training_of(trainee), trainee.window.moments
    open_run(trainee, train_run(own_runs / "one", small_settings()))
    dock.panel.iteration_requested.emit(5)
    assert moments.shown is None  # nobody looks at moments
    trainee.changes(lambda: moments.bar.moment_requested.emit("lstm", 12))

    trainee.changes(lambda: dock.panel.iteration_requested.emit(5))

    assert moments.shown == ("lstm", 4)
    assert dock.iteration == 5


def test_the_gradient_of_every_unit_is_shown_on_demand(trainee, own_runs):
    dock = training_of(trainee)
    open_run(trainee, train_run(own_runs / "one", small_settings()))
    through = dock.panel.through
    dock.panel.show_page(through)
    trainee.wait(lambda: through.units.isVisible())

    trainee.click(through.units)
    trainee.wait(lambda: through.heat.layers["GRU"].of_units, trainee.status())

    for cell, title in (("rnn", "RNN"), ("lstm", "LSTM"), ("gru", "GRU")):
        values = through.heat.layers[title].values
        assert values.shape == (6, 30)
        recorded = dock.recording.through_time(cell)["l0.dh"][-1]
        np.testing.assert_allclose(np.linalg.norm(values, axis=0), recorded, rtol=1e-6)
    trainee.click(through.units)
    assert not through.heat.layers["GRU"].of_units


def test_closing_the_window_leaves_no_process_behind(trainee):
    make_small(trainee)
    dock = training_of(trainee)
    trainee.click(dock.panel.bar.start)
    trainee.wait(lambda: dock.trainer.state == "running" and dock.recording.iteration > 3, trainee.status())
    process = dock.trainer.process_id

    trainee.window.close()

    trainee.wait(lambda: not psutil.pid_exists(process))
    assert list_runs()[0].iteration > 3


def rows_of(panel):
    table = panel.runs.table
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def test_runs_are_compared_on_curves_norms_gates_and_through_time_until_there_are_enough(trainee, own_runs):
    names = ["one", "two", "three", "four", "five"]
    for seed, name in enumerate(names):
        train_run(own_runs / name, small_settings(seed=seed))
    panel = training_of(trainee).panel
    open_run(trainee, own_runs / "one")
    for name in names[1:4]:
        panel.show_page(panel.runs)
        panel.runs.table.selectRow(rows_of(panel).index(name))
        trainee.click(panel.runs.compare)
        trainee.wait(lambda name=name: name in panel.curves.compared.text(), trainee.status())
    assert panel.curves.compared.text() == "Solid: one. Dashed: two. Dotted: three. Dash-dot: four"

    for page, chart in (
        (panel.curves, panel.curves.loss),
        (panel.norms, panel.norms.chart),
        (panel.through, panel.through.chart),
    ):
        panel.show_page(page)
        for name in names[:4]:
            assert f"GRU, {name}" in {curve.name for curve in chart.curves}
    panel.show_page(panel.gates)
    assert {f"GRU z, {name}" for name in names[:4]} <= {curve.name for curve in panel.gates.tau.curves}
    assert {f"f, {name}" for name in names[:4]} <= {curve.name for curve in panel.gates.mean.curves}

    panel.show_page(panel.runs)
    panel.runs.table.selectRow(rows_of(panel).index("five"))
    assert not panel.runs.compare.isEnabled()
    assert "3 runs are compared already" in panel.runs.compare.toolTip()
    three = rows_of(panel).index("three")
    assert panel.runs.table.item(three, 4).text() == "finished, compared"
    panel.runs.table.selectRow(three)
    trainee.click(panel.runs.compare)
    panel.show_page(panel.gates)
    assert not any("three" in curve.name for curve in panel.gates.tau.curves)
    panel.show_page(panel.curves)
    assert panel.curves.compared.text() == "Solid: one. Dashed: two. Dotted: four"


def test_a_run_that_another_process_resumes_is_followed_again(trainee, own_runs):
    folder = train_run(own_runs / "one", small_settings())
    dock = training_of(trainee)
    open_run(trainee, folder)
    trainee.wait(lambda: dock.panel.bar.words.text().startswith("Finished"))
    trainee.wait(lambda: dock.followed.rests, "it is looked at as if it grew")

    command = [sys.executable, "main.py", "train", "--resume", str(folder), "--iterations", "400"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        trainee.wait(lambda: "Another process trains this run" in dock.panel.bar.words.text(), trainee.status())
        _, told = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 0, told.decode()

    trainee.wait(lambda: len(loss_of(dock.panel, "RNN")) == 400)
    trainee.wait(lambda: dock.panel.bar.words.text().startswith("Finished"))
    np.testing.assert_array_equal(loss_of(dock.panel, "RNN"), Recording(folder).metrics("rnn")["loss"])
    trainee.wait(lambda: dock.followed.rests)


def test_what_is_said_of_a_killed_training_goes_when_another_process_resumes_it(trainee):
    make_small(trainee)
    dock = training_of(trainee)
    trainee.click(dock.panel.bar.start)
    trainee.wait(lambda: dock.trainer.state == "running" and dock.recording.iteration > 20, trainee.status())
    psutil.Process(dock.trainer.process_id).kill()
    trainee.wait(lambda: dock.panel.mishap.isVisible(), "nothing was said")
    trainee.wait(lambda: dock.followed.rests)

    command = [sys.executable, "main.py", "train", "--resume", str(dock.recording.folder), "--iterations", "1000000"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        trainee.wait(lambda: "Another process trains this run" in dock.panel.bar.words.text(), trainee.status())
        trainee.wait(lambda: not dock.panel.mishap.isVisible())
        assert "killed" not in dock.panel.bar.words.text()
    finally:
        process.kill()
        process.communicate()
    trainee.wait(lambda: "killed or crashed" in dock.panel.bar.words.text(), dock.panel.bar.words.text())


def test_a_long_run_is_read_while_the_window_goes_on(trainee, own_runs):
    folder = train_run(own_runs / "one", small_settings())
    lengthen(folder, 60_000)
    dock = training_of(trainee)
    told = []
    dock.followed.progressed.connect(lambda name, fraction: told.append((name, dock.panel.bar.words.text())))

    dock.open_run(folder)
    assert dock.recording is None
    trainee.wait(lambda: dock.recording is not None, trainee.status())

    assert any(name == "one" and text.startswith("Reading one: ") for name, text in told)
    assert dock.recording.iteration == 60_000
    trainee.wait(lambda: dock.panel.curves.loss.curves)
    assert len(loss_of(dock.panel, "LSTM")) == 60_000
    assert dock.panel.bar.words.text().startswith("Finished")


def write_table(path, names, shift):
    """Write a table of two waves, the last quarter of which lies elsewhere."""
    t = np.arange(120)
    far = np.where(t >= 90, 200.0, 0.0) + shift
    np.savetxt(
        path, np.column_stack([np.sin(t / 3) + far, np.cos(t / 7) - far]), "%.6f", ",", header=names, comments=""
    )
    return str(path)


def open_table(person, path):
    person.window.open_source(path)
    person.wait(lambda: person.bench.trace is not None and person.bench.experiment.dataset.source == path)
    person.wait_for_trace()


def test_moments_are_shown_the_data_scaled_as_in_their_training_and_other_data_too(trainee, own_runs, tmp_path):
    own = write_table(tmp_path / "own.csv", "fast,slow", 0.0)
    settings = Settings(cells=("gru",), hidden=4, iterations=4, steps=20, batch=2, weights_every=2)
    training = Training(settings, read_dataset(own))
    (own_runs / "one").mkdir(parents=True)
    with Recorder(own_runs / "one", describe(training.task)) as recorder:
        for report in training:
            recorder.take(report)
    open_table(trainee, own)
    open_run(trainee, own_runs / "one")
    bar = trainee.window.moments.bar

    bar.scrub.setFocus()
    trainee.press(Qt.Key.Key_Home)
    trainee.wait(lambda: trainee.window.moments.shown == ("gru", 0), trainee.status())

    expected = training.task.example(training.task.dataset.sequences[0]).numbers
    np.testing.assert_array_equal(trainee.bench.trace.experiment.inputs(0), expected)
    assert "numbers of its training" in trainee.window.panel.scale.toolTip()

    open_table(trainee, write_table(tmp_path / "other.csv", "a,b", 50.0))
    bar.scrub.setFocus()
    trainee.press(Qt.Key.Key_End)
    trainee.wait(lambda: trainee.window.moments.shown == ("gru", 4), trainee.status())

    scaling, shown = training.task.scaling, trainee.bench.trace.experiment
    values = shown.dataset.sequences[0].values
    np.testing.assert_array_equal(shown.inputs(0), scaling.apply(values).astype(np.float32))
    assert "trained on fast, slow" in trainee.status()

    trainee.window.open_source("preset:step-impulse")
    trainee.wait(lambda: trainee.bench.experiment.dataset.source == "preset:step-impulse")
    trainee.wait_for_trace()
    trainee.press(Qt.Key.Key_Home)
    trainee.wait(lambda: "these data have no fast, slow" in trainee.status(), trainee.status())
