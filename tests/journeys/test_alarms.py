"""A line is watched in the real window: alarms over what is shown, and over the rows as they are written."""

import numpy as np
import pytest

from explorer.sequences import read_dataset
from explorer.training.description import begin_run, describe, read_description
from explorer.training.folders import runs_folder
from explorer.training.loop import Training
from explorer.training.origin import origin_of, origin_table
from explorer.training.recording import Recorder
from explorer.training.settings import Settings

NAMES = "level,flow,heat"
SETTINGS = Settings(
    task="masked", cells=("gru",), hidden=8, iterations=150, steps=30, batch=16, rate=1e-2, normal=700, held_out=0.4,
    filter=3, weights_every=150, probe_every=150, measure_every=150,
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_runs(monkeypatch, tmp_path):
    """Keep the runs of a test in its own folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return runs_folder()


def rows(first: int, last: int, amiss=range(0)) -> str:
    """Return the rows of three sensors that move together, of which one does not over some steps."""
    steps = np.arange(first, last)
    load = np.sin(steps / 9) + 0.5 * np.sin(steps / 23)
    noise = np.random.default_rng(first).normal(0, 0.02, (len(steps), 3))
    values = load[:, None] * [1.0, 2.0, -1.0] + noise
    values[np.isin(steps, amiss), 1] += 3
    return "".join(",".join(f"{value:.5f}" for value in row) + "\n" for row in values)


def train(folder, path):
    data = read_dataset(str(path))
    training = Training(SETTINGS, data)
    folder.mkdir(parents=True)
    begin_run(folder, SETTINGS, origin_table(origin_of(data)))
    with Recorder(folder, describe(training.task, read_description(folder).data)) as recorder:
        for report in training:
            recorder.take(report)
    return folder


def judged(person, folder):
    """Open a run, look at its last moment, and judge it."""
    window = person.window
    dock = window.training
    dock.open_run(folder)
    person.wait(lambda: dock.recording is not None and dock.recording.folder == folder, person.status())
    person.click(window.moments.bar.last)
    person.wait(lambda: window.moments.shown is not None, person.status())
    person.click(dock.show().bar.judge)
    person.wait(lambda: not window.report.evaluation.busy, person.status())
    return window.report


def test_what_is_amiss_is_marked_where_it_is_shown_and_flagged_as_rows_arrive(visit, own_runs, tmp_path) -> None:
    path = tmp_path / "line.csv"
    path.write_text(f"{NAMES}\n{rows(0, 900, range(820, 840))}")
    person = visit(str(path))
    report = judged(person, train(own_runs / "line", path))
    person.wait(lambda: report.panel.found_title.text().startswith("Found in what is shown"), person.status())
    alarms = [(event["first"], event["last"]) for event in report._events]
    assert any(first < 830 < last for first, last in alarms), alarms
    bands = person.window.rows.cursor_overlay._bands
    assert [(band.start, band.stop - 1) for band in bands] == alarms
    assert person.window.rows.ruler.marks.steps["alarm"].tolist() == [first for first, _ in alarms]

    person.window.workbench.follow(True)
    person.wait(lambda: person.window.workbench.following.followed is not None, person.status())
    person.wait(lambda: report.panel.found_title.text().startswith("Found in what is shown"), person.status())
    with path.open("a") as file:
        file.write(rows(900, 960))
    person.wait(lambda: len(person.bench.experiment.dataset.sequences[0]) == 960, person.status())
    with path.open("a") as file:
        file.write(rows(960, 1000, range(970, 990)))
    person.wait(lambda: any(event["first"] >= 970 for event in report._events), person.status())
    person.wait(lambda: "Alarm at step 97" in person.status(), person.status())
    assert "flow" in person.status() or "level" in person.status() or "heat" in person.status()

    person.window.open_source("preset:adding")
    person.wait(lambda: report.panel.found_title.text().startswith("Found in what is judged"), person.status())
    assert not person.window.rows.cursor_overlay._bands, "data of other sensors: what the report found is listed"
