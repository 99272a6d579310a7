"""The sides: the traces that are compared beside the present one."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.trace import Trace


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the traces that are compared beside the present one."""

    key: int
    """1, 2 … as they were added; the present trace is side 0."""
    name: str
    """Short, as a row is tagged: "GRU", "seed 1", "sequence b", "kept: LSTM"."""
    trace: Trace
    sequence: int
