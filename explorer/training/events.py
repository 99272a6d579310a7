"""Event files for TensorBoard: the numbers of every iteration of a cell, in a folder of its own below the run's."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from explorer.errors import UsageError
from explorer.training.reports import Iteration

FOLDER = "tensorboard"
_VERSION = "brain.Event:2"
"""With this, TensorBoard drops what a run that was cut back had written after the place from which it goes on."""


def require_tensorboard() -> None:
    """Raise UsageError, saying how to install it, where the package that writes event files is not there."""
    if find_spec("tensorboard") is None:
        raise UsageError(
            "tensorboard needs a package that is not installed: run  python -m pip install 'gate-explorer[tensorboard]'"
        )


def tagged(report: Iteration) -> dict[str, float]:
    """Return what is written of an iteration, by its tag; TensorBoard puts what stands before a / into one group."""
    norms = {"total": report.grad_norm, "clipped": report.grad_norm_clipped, **report.parameters, **report.gates}
    return {
        "loss": report.loss,
        "learning_rate": report.rate,
        "weight_norm": report.weight_norm,
        "update_ratio": report.update_ratio,
        **{f"held_out/{name}": value for name, value in report.metrics.items()},
        **{f"grad_norm/{name}": norm for name, norm in norms.items()},
    }


class EventWriter:
    """Appends numbers of one cell to a new event file, which goes on ``after`` an iteration; what came later is void.

    Cells lie side by side below ``tensorboard/``, so that TensorBoard draws what they have in common in one chart.
    """

    def __init__(self, folder: Path, cell: str, after: int = 0) -> None:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._event = Event
        parent = folder / FOLDER / cell
        parent.mkdir(parents=True, exist_ok=True)
        # TensorBoard reads the files of a folder in the order of their names.
        self._file = (parent / f"events.out.tfevents.{time.time_ns():020d}").open("xb")
        self._records = RecordWriter(self._file)
        self._write(file_version=_VERSION)
        if after:
            self._write(step=after + 1, session_log=SessionLog(status=SessionLog.START))

    def append(self, iteration: int, numbers: Mapping[str, float]) -> None:
        """Write the numbers of an iteration by their tags. ``OSError`` if they cannot be written."""
        values = [{"tag": tag, "simple_value": number} for tag, number in numbers.items()]
        self._write(step=iteration, summary={"value": values})

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, **content: Any) -> None:
        self._records.write(self._event(wall_time=time.time(), **content).SerializeToString())
        self._file.flush()
