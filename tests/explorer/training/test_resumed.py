"""A real training that is broken off and resumed from its folder: the very same curves, weights and gradients."""

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.training.description import describe
from explorer.training.loop import Training
from explorer.training.recording import Recorder
from explorer.training.reports import Iteration
from explorer.training.resuming import TABLES, read_resume
from explorer.training.runs import Recording
from tests.explorer.training.hosting import SMALL

SETTINGS = replace(
    SMALL,
    cells=("rnn", "lstm"),
    layers=2,
    dropout=0.2,
    iterations=12,
    probe_every=3,
    measure_every=4,
    weights_every=5,
    schedule="cosine",
)


def trained(folder: Path, *, keep_at: int = 0, until: int = SETTINGS.iterations) -> None:
    """Train in a folder, from where it can go on; keep the state after one iteration and stop after another."""
    resume = read_resume(folder)
    training = Training(SETTINGS, resume=resume)
    with Recorder(folder, describe(training.task), resume) as recorder:
        for report in training:
            recorder.take(report)
            if isinstance(report, Iteration) and report.cell == SETTINGS.cells[-1]:
                if report.iteration == keep_at:
                    recorder.keep(training.resume_state())
                if report.iteration == until < SETTINGS.iterations:
                    return


@pytest.mark.parametrize(("keep_at", "until"), [(5, 5), (5, 9), (6, 12), (1, 1)])
def test_a_resumed_training_is_the_one_that_was_never_broken_off(tmp_path, keep_at, until):
    trained(tmp_path / "whole")
    trained(tmp_path / "broken", keep_at=keep_at, until=until)
    trained(tmp_path / "broken")
    whole, broken = (
        sorted(path for path in (tmp_path / name).rglob("*") if path.is_file()) for name in ("whole", "broken")
    )
    names = [path.name for path in broken if path.parent.name != "resume"]
    assert names == [path.name for path in whole]
    for name in (*TABLES, "through_time.npz", "weights/rnn-10.safetensors", "weights/lstm-12.safetensors"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    run = Recording(tmp_path / "broken")
    assert (run.state, run.iteration, run.moments("rnn")) == ("finished", 12, (0, 5, 10, 12))
    assert run.through_time("lstm")["l1.dc"].shape == (5, 12)
