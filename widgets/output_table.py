"""The outputs of the network at one step, each beside what it was to be: part of the readout."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QWidget

from explorer.targets import answered, targets
from explorer.trace import Trace
from widgets.readout_model import Column, NumbersModel
from widgets.readout_table import NumbersTable

FEW = 5
"""Rows that a table beside that of the units has room for at first."""

UNITS = {
    "value": "in the units of the data",
    "fan": "in the units of the data",
    "class": "the probability of the class",
    "binary": "how likely yes is",
}

Numbers = list[np.ndarray | None]


class OutputTable(NumbersTable):
    """y and target of every output. Hidden where the network has no head."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(NumbersModel("output"), parent)
        self.setAccessibleName("Output and target at the step")
        self._trace: Trace | None = None
        self._sequence = 0
        self.hide()

    def show_trace(self, trace: Trace, sequence: int, headed: Callable[[list[Column]], list[Column]]) -> None:
        """Have a row for each output; ``headed`` says how columns are headed."""
        head = trace.experiment.network.head
        self._trace, self._sequence = (None if head is None else trace), sequence
        self.setVisible(head is not None)
        names: tuple[str, ...] = ()
        if head is not None:
            names = head.names or tuple(f"y[{k}]" for k in range(head.size))
        unit = "" if head is None else UNITS[head.kind]
        columns = headed(
            [Column("y", f"what the network puts out, {unit}"), Column("target", f"what is asked, {unit}")]
        )
        self.numbers.set_shape(names, [columns[0], _sparse(columns[1])])

    def show_step(self, step: int, pinned: int | None) -> None:
        """Show the numbers of this step, or by how much they differ from those of the pinned one."""
        if self._trace is not None:
            now = self._read(step)
            if pinned is not None:
                now = [None if a is None or b is None else a - b for a, b in zip(now, self._read(pinned), strict=True)]
            self.numbers.set_values(now)

    def _read(self, step: int) -> Numbers:
        trace, sequence = self._trace, self._sequence
        assert trace is not None
        head = trace.experiment.network.head
        assert head is not None
        if not 0 <= step < trace.length(sequence):
            return [None, None]
        data, at = trace.experiment.dataset, range(step, step + 1)
        due = targets(head, data, sequence, at)[0]
        if head.kind == "class" and np.isfinite(due).any():
            due = np.nan_to_num(due)  # of classes only the right one has a target line, but none is without a target
        if step not in trace.ready(sequence):
            return [None, due]
        return [answered(head, data, sequence, at, trace.output(sequence, slice(step, step + 1)))[0], due]


def few_rows(table: NumbersTable) -> int:
    """Return the height of a table that shows its rows, up to a few."""
    rows = min(max(table.numbers.rowCount(), 1), FEW) * table.verticalHeader().defaultSectionSize()
    return rows + table.horizontalHeader().sizeHint().height() + 2 * table.frameWidth() + 2


def _sparse(column: Column) -> Column:
    return Column(column.name, column.tip, column.characters, column.gap, sparse=True)
