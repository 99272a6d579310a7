"""A run as those see it who look on: read as far as it is, and followed while it grows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import numpy as np

from explorer.errors import OutputError
from explorer.functions import FloatArray
from explorer.network import Network
from explorer.training.baselines import Baseline
from explorer.training.description import Description, read_description
from explorer.training.inputs import Inputs
from explorer.training.moments import moments_of, promote, read_moment
from explorer.training.reports import Resume
from explorer.training.resuming import TABLES, read_resume
from explorer.training.rows import Progress, RowReader, Rows, untold
from explorer.training.segments import SegmentReader, build_through_time
from explorer.training.settings import Settings
from explorer.training.status import LIVE, Status, read_status

Columns = Mapping[str, FloatArray]
_FIXED = ("iteration", "loss", "grad_norm", "grad_norm_clipped")
_NORM = "grad_norm."


class Recording:
    """A run's folder, which may be written to at this moment. ``DataError`` if it is no run or damaged.

    What it gives stands still until ``refresh``, which reads only what came since. Where nobody writes to the run any
    more, opening it makes the through_time.npz that a killed training could not. ``progress`` is told how much is read.
    """

    def __init__(self, folder: Path, progress: Progress = untold) -> None:
        self.folder = folder
        self._description = read_description(folder)
        self._stamp: tuple[int, int] | None = None
        metrics, updates, gates = (folder / name for name in TABLES)
        self._metrics, self._updates, self._gates = RowReader(metrics, _NORM), RowReader(updates), RowReader(gates)
        self._segments = {cell: SegmentReader(folder, cell) for cell in self.cells}
        self._moments: dict[str, tuple[int, ...]] = {}
        self._status = Status()
        self.refresh(progress)
        if not self.is_live:
            with suppress(OutputError, OSError):  # of a folder that may only be read
                build_through_time(folder)

    @property
    def description(self) -> Description:
        """Everything that run.toml says."""
        return self._description

    @property
    def settings(self) -> Settings:
        """What it was trained with."""
        return self._description.settings

    @property
    def inputs(self) -> Inputs | None:
        """What its networks were shown; None before a trainer has said so."""
        return self._description.inputs

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells that are trained together."""
        return self.settings.cells

    @property
    def baselines(self) -> tuple[Baseline, ...]:
        """What is reached without learning."""
        return self._description.baselines

    @property
    def state(self) -> str:
        """One of running, paused, finished, stopped, failed, unknown (killed, or not begun yet)."""
        return self._status.state

    @property
    def reason(self) -> str:
        """Why it is in this state, a word or a sentence; empty while it runs."""
        return self._status.reason

    @property
    def is_live(self) -> bool:
        """Whether a living process trains it."""
        return self._status.state in LIVE

    @property
    def iteration(self) -> int:
        """The last iteration that every cell has a row of, 0 before the first."""
        lasts = [int(rows[-1, 0]) if len(rows) else 0 for rows in map(self._metrics.rows, self.cells)]
        return min(lasts)

    @property
    def stirs(self) -> bool:
        """Whether its writer has said anything since it was read; asks one small file alone."""
        return read_status(self.folder) != self._status

    @property
    def unread(self) -> int:
        """About how many bytes ``refresh`` would have to read: much where a long run was cut back."""
        return self._metrics.unread() + self._updates.unread()

    def refresh(self, progress: Progress = untold) -> bool:
        """Read what came since; whether anything changed. ``DataError`` where a file is damaged."""
        changed = self._refresh_description()
        status, self._status = self._status, read_status(self.folder)
        changed |= status != self._status
        # The metrics first: of every row of theirs the update stands there already. They are most of it by far.
        changed |= self._metrics.refresh(progress)
        tables: list[RowReader | SegmentReader] = [self._updates, self._gates]
        for table in (*tables, *self._segments.values()):
            changed |= table.refresh()
        moments = {cell: moments_of(self.folder, cell) for cell in self.cells}
        changed |= moments != self._moments
        self._moments = moments
        return changed

    def metrics(self, cell: str) -> Columns:
        """Return the columns of a cell, (n,) each: ``iteration``, ``loss``, … of metrics.csv; ``rate`` and the like.

        NaN where something was not measured, as the metrics on held-out data mostly are.
        """
        rows, updates = self._metrics.rows(cell), self._updates.rows(cell)
        columns = _columns(rows, self._metrics.columns(cell))
        return MappingProxyType(columns | _columns(_beside(rows, updates)[:, 1:], self._updates.columns(cell)[1:]))

    @property
    def lost(self) -> str:
        """Say in a sentence which iterations before the last are not in metrics.csv; nothing where all are."""
        for cell in self.cells:
            iterations = np.append(0, self._metrics.rows(cell)[:, 0]).astype(np.int64)
            holes = np.flatnonzero(np.diff(iterations) != 1)
            ends = zip(iterations[holes] + 1, iterations[holes + 1] - 1, strict=True)
            if stretches := [f"{a}" if a == b else f"{a} to {b}" for a, b in ends]:
                which = ("iteration " if stretches[0].isdigit() and len(stretches) == 1 else "iterations ") + (
                    " and ".join(stretches[:3]) + (" and others" if len(stretches) > 3 else "")
                )
                return f"metrics.csv has no rows of {which}: a disk or another program has lost them"
        return ""

    def metric_names(self) -> tuple[str, ...]:
        """Return the names of what is measured on held-out data, the loss first."""
        return tuple(name for name in self._metrics.names if name not in _FIXED and not name.startswith(_NORM))

    def through_time(self, cell: str) -> Columns:
        """Return ``iteration`` (R,), ``l0.dh`` (R, T) … of a cell, index = step, NaN past the end.

        Each is read from the disk when it is asked for.
        """
        return self._segments[cell]

    def gates(self, cell: str) -> Columns:
        """Return ``iteration`` (R,), ``l0.f.left``, ``l0.f.tau`` … of a cell, (R,) each, on the probe."""
        return MappingProxyType(_columns(self._gates.rows(cell), self._gates.columns(cell)))

    def moments(self, cell: str) -> tuple[int, ...]:
        """Return the iterations whose weights are there."""
        return self._moments.get(cell, ())

    def network(self, cell: str, iteration: int) -> Network:
        """Return the network of one of the ``moments``. ``DataError`` if its file is gone or damaged."""
        return read_moment(self.folder, cell, iteration, self._description)

    def promote(self, cell: str, iteration: int) -> Network:
        """Return the network of a moment, and have its file stay for good. ``OutputError`` if that cannot be said."""
        network = self.network(cell, iteration)
        promote(self.folder, cell, iteration)
        return network

    def resume_point(self) -> Resume | None:
        """Return from where it can go on, None if from nowhere. ``DataError`` if that is damaged."""
        return read_resume(self.folder)

    def _refresh_description(self) -> bool:
        """Read run.toml again where it was replaced: the trainer adds to it when it begins."""
        with suppress(OSError):
            found = (self.folder / "run.toml").stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp != self._stamp:
                self._description, self._stamp = read_description(self.folder), stamp
                return True
        return False


def _beside(rows: Rows, others: Rows) -> Rows:
    """Return the rows of another table of the same iterations, (n, its columns); NaN where a disk lost them.

    rows, others: (n, …) and (m, …), the iteration first, rising.
    """
    count = len(rows)
    if np.array_equal(others[:count, 0], rows[:, 0]):
        return others[:count]
    at = np.searchsorted(others[:, 0], rows[:, 0])
    there = at < len(others)
    there[there] = others[at[there], 0] == rows[there, 0]
    found = np.full((count, others.shape[1]), np.nan)
    found[there] = others[at[there]]
    return found


def _columns(rows: Rows, names: tuple[str, ...]) -> dict[str, FloatArray]:
    return {name: rows[:, k] for k, name in enumerate(names)}
