"""In which order heat maps show the units: what was chosen, worked out off the window's thread for each place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from explorer.network import Place
from explorer.ordering import Order, by_activity, by_correlation, by_index, by_similarity, by_time_scale
from explorer.trace import Trace
from widgets.job import Job, Report, sentence

By = Literal["index", "activity", "memory", "likeness", "correlation", "trend", "season"]


@dataclass(frozen=True, slots=True)
class SortBy:
    """By what units are sorted: of which quantity, and, for a correlation, with which feature of the input.

    Trend and season are those of the column that is foretold. ``within`` are the steps that are looked at, None for all
    that are known.
    """

    by: By = "index"
    quantity: str = "h"
    feature: int = 0
    within: range | None = None

    def text(self, features: tuple[str, ...]) -> str:
        """Return it in a few words, for below a title; empty for the order of their numbers."""
        by = {
            "index": "",
            "memory": "↓ memory",
            "correlation": f"↓ r with {features[self.feature]}" if self.feature < len(features) else "",
        }.get(self.by, f"↓ {self.by} of {self.quantity}")
        return by if self.within is None else f"{by}, brushed"

    def order(self, trace: Trace, sequence: int, place: Place) -> Order:
        """Return the order of the units at a place. A quantity that the cell there has not is taken to be h."""
        names = {quantity.name for quantity in trace.experiment.network.cell(place).quantities}
        quantity = self.quantity if self.quantity in names else "h"
        match self.by:
            case "activity":
                return by_activity(trace, sequence, place, quantity, within=self.within)
            case "memory":
                return by_time_scale(trace, sequence, place, within=self.within)
            case "likeness":
                return by_similarity(trace, sequence, place, quantity, within=self.within)
            case "correlation":
                return by_correlation(trace, sequence, place, quantity, self.feature, within=self.within)
            case "trend" | "season":
                from explorer.evaluation import season

                follows = season.by_trend if self.by == "trend" else season.by_season
                return follows(trace, sequence, place, quantity)
        return by_index(trace, place)


class Sorting(QObject):
    """Keeps the choice, and says ``sorted(orders)``, from place to ``Order``, whenever there are others.

    Of a trace that still grows it sorts by what is known, and once more when all is.
    """

    sorted = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.by = SortBy()
        self.orders: dict[Place, Order] = {}
        self._trace: Trace | None = None
        self._sequence, self._places = 0, frozenset[Place]()
        self._sorted_whole = False
        self._job: Job | None = None

    def show_trace(self, trace: Trace, sequence: int, places: Iterable[Place]) -> None:
        """Sort the units of these places of another trace."""
        wanted = frozenset(places)
        if trace is self._trace and sequence == self._sequence and wanted <= self._places:
            return
        if trace is not self._trace or sequence != self._sequence:
            self._forget()
            self._places = frozenset()
        self._trace, self._sequence, self._places = trace, sequence, self._places | wanted
        self._begin()

    def grow(self) -> None:
        """Sort once more where all steps have become known."""
        if not self._sorted_whole and self._trace is not None and self._trace.whole(self._sequence):
            self._begin()

    def sort(self, by: SortBy) -> None:
        """Sort by something else, or once more by the same over what is known now."""
        self.by = by
        self._begin()

    def end(self) -> None:
        """Sort no more: for closing the window."""
        if self._job is not None:
            self._job.end()

    def _forget(self) -> None:
        if self.orders:
            self.orders = {}
            self.sorted.emit(self.orders)

    def _begin(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        trace, sequence, by = self._trace, self._sequence, self.by
        if trace is None or by.by == "index" or by.feature >= trace.experiment.dataset.input_size:
            self._forget()
            return
        self._sorted_whole = trace.whole(sequence)
        found: dict[Place, Order] = {}
        places = sorted(self._places)

        def work(report: Report) -> Iterator[float]:
            for k, place in enumerate(places):
                found[place] = by.order(trace, sequence, place)
                yield (k + 1) / len(places)

        job = self._job = Job(work, "sorting the units", self)
        job.finished.connect(lambda: self._on_sorted(job, found))
        job.failed.connect(lambda error: self.failed.emit(f"the units were not sorted: {sentence(error)}"))
        job.start()

    def _on_sorted(self, job: Job, found: dict[Place, Order]) -> None:
        if job is self._job:
            self._job = None
            self.orders = found
            self.sorted.emit(found)
