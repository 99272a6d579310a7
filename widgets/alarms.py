"""Alarms over what is shown: the watch of a report reads the sequence on a thread, and each row that comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.errors import GateExplorerError
from explorer.evaluation.live import LiveWatch
from explorer.sequences import Dataset
from explorer.training.description import read_description
from explorer.training.moments import read_moment
from widgets.aside import Aside

if TYPE_CHECKING:
    from explorer.evaluation.report import Event

AT_ONCE, CHUNK = 64, 512
"""Steps that are watched within a frame, and those between two looks at whether they are still wanted."""


class Alarms(QObject):
    """Watches one sequence at a time with the network that a report is of.

    ``found(events)`` gives all alarms of what is watched so far, as in a report; ``raised(event)`` one that came with
    rows that were written since, told once. Where data are not like those of the run nothing is watched, and ``found``
    gives None.
    """

    found = Signal(object)
    raised = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._aside = Aside("watching", AT_ONCE, self)
        self._aside.failed.connect(lambda _: self._give_up())
        self._make: Callable[[], LiveWatch] | None = None
        self._live: LiveWatch | None = None
        self._dataset: Dataset | None = None
        self._sequence = self._known = 0
        self._told = -1
        self._events: tuple[Event, ...] | None = None

    def begin(self, run: Path, cell: str, iteration: int, held: Mapping[str, Any]) -> None:
        """Watch from now on with this network, and with what its report fitted."""

        def make() -> LiveWatch:
            description = read_description(run)
            return LiveWatch(description, read_moment(run, cell, iteration, description), held)

        self._make = make
        if self._dataset is not None:
            dataset, self._dataset = self._dataset, None
            self.show(dataset, self._sequence)

    def forget(self) -> None:
        """Watch no more."""
        self._aside.end()
        self._make = self._live = None

    def show(self, dataset: Dataset, sequence: int) -> None:
        """Watch this sequence from its beginning, unless it is the one that is watched."""
        if dataset is self._dataset and sequence == self._sequence:
            return
        self._aside.end()
        self._dataset, self._sequence, self._live, self._told = dataset, sequence, None, -1
        self._events = None
        if self._make is None:
            return
        try:
            self._live = self._make()
        except GateExplorerError:
            self._live = None
        features = dataset.sequences[sequence].features
        if self._live is None or not set(self._live.columns) <= set(features):
            self._give_up()
            return
        self._known = len(dataset.sequences[sequence])
        self._go_on()

    def grow(self, dataset: Dataset) -> None:
        """Go on with the sequence, to which steps were added; alarms among these are told."""
        if self._dataset is not None and self._sequence < len(dataset.sequences):
            before, self._dataset = self._dataset, dataset
            if self._live is not None and dataset is not before:
                self._go_on()

    def end(self) -> None:
        """End the thread, for the window to close."""
        self._aside.end()

    # Private --------------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        live, dataset = self._live, self._dataset
        if live is None or dataset is None or self._aside.busy:
            return
        last = len(dataset.sequences[self._sequence])
        steps = last - live.steps
        if steps > 0:
            self._aside.do(self._watch(live, dataset, last), steps, steps, self._tell)

    def _watch(self, live: LiveWatch, dataset: Dataset, last: int) -> Iterator[int]:
        while live.steps < last:
            before = live.steps
            live.take(dataset, self._sequence, min(before + CHUNK, last))
            yield live.steps - before

    def _tell(self) -> None:
        if self._live is None or self._dataset is None:
            return
        events: tuple[Event, ...] = self._live.events(self._dataset.sequences[self._sequence])
        if events != self._events:  # most rows that come change nothing
            self._events = events
            self.found.emit([asdict(event) for event in events])
        if events and events[-1].first >= self._known and events[-1].first > self._told:
            self._told = events[-1].first
            self.raised.emit(asdict(events[-1]))
        self._go_on()  # more may have come while it worked

    def _give_up(self) -> None:
        self._live = None
        self.found.emit(None)
