"""What a step is called: its index, its time, its token, and the labels that hold at it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.sequences import Dataset, Sequence, tokens_of
from widgets.tokens import visible

DAY = np.timedelta64(1, "D")
UNITS = (("m", np.timedelta64(60, "s")), ("s", np.timedelta64(1, "s")), ("ms", np.timedelta64(1, "ms")))


@dataclass(frozen=True, slots=True)
class Stamps:
    """Names the steps of one sequence. Dates are as fine as the sequence needs: days, minutes, … microseconds."""

    sequence: Sequence | None = None
    title: str = ""
    unit: str = ""
    tokens: tuple[str, ...] = ()

    @classmethod
    def of(cls, dataset: Dataset, sequence: int) -> Stamps:
        """Look once through the times of a sequence."""
        shown = dataset.sequences[sequence]
        title = f"{shown.name} · " if len(dataset.sequences) > 1 else ""
        dated = shown.times is not None and shown.times.dtype.kind == "M"
        return cls(shown, title, _unit(shown.times) if dated else "", tokens_of(dataset, sequence))

    def lengthened(self, sequence: Sequence) -> Stamps:
        """Return these for the same sequence with further steps, as fine as those need, too."""
        unit = self.unit
        if unit and self.sequence is not None and len(sequence) > len(self.sequence):
            fine = ("D", *(name for name, _ in UNITS), "us")
            unit = max(unit, _unit(sequence.times[len(self.sequence) :]), key=fine.index)
        return replace(self, sequence=sequence, unit=unit)

    def text(self, step: int) -> str:
        """Return ``step 117 · 2013-12-03 07:00 · anomaly``."""
        parts = [f"{self.title}step {step}"]
        if self.sequence is not None and 0 <= step < len(self.sequence):
            if time := self._time(step):
                parts.append(time)
            if self.tokens:
                parts.append(f"“{visible(self.tokens[step])}”")
            parts += [label.name for label in self.sequence.labels if label.values[step]]
        return " · ".join(parts)

    def _time(self, step: int) -> str:
        times = self.sequence.times
        if times is None:
            return ""
        if not self.unit:
            return f"{self.sequence.time_name or 'time'} {times[step]}"
        return str(np.datetime_as_string(times[step], unit=self.unit)).replace("T", " ")


def _unit(times: np.ndarray) -> str:
    known = times[~np.isnat(times)] - np.datetime64(0, "us")
    if not (known % DAY).any():
        return "D"
    return next((unit for unit, span in UNITS if not (known % span).any()), "us")
