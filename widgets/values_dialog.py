"""File ▸ Export values: which quantities of which units over which steps, as a table or as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from explorer.errors import DataError
from explorer.exporting import Part, Values, write_values
from explorer.network import Place
from explorer.trace import Trace
from explorer.writing import replacing
from widgets.check_list import CheckList
from widgets.fields import ChoiceBox, Segments
from widgets.job import Job, Report, sentence
from widgets.saving import CANCELLED, SavingDialog

FORMATS = (
    ("CSV", "csv", "A table as text, with exact digits"),
    ("NPZ", "npz", "Arrays for numpy.load"),
    ("Parquet", "parquet", "A table, small and fast to read"),
)
UNITS = (
    ("Selected units", "selected", "Those drawn as lines"),
    ("All units", "all", "Every unit of the layers"),
)
STEPS = (
    ("In view", "view", "The steps that the rows show now"),
    ("Brushed", "brushed", "The range that is marked in the rows"),
    ("All", "all", "Every step that is computed"),
)
INPUT = "x"
LINES, FEW_LINES = 7, 5
"""Of the lists."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the window shows of a trace when the dialog is asked for; ``name`` is what it is called beside others."""

    name: str
    trace: Trace
    sequence: int
    place: Place
    units: tuple[int, ...]
    quantities: tuple[str, ...]
    view: range
    brushed: range | None = None


class ValuesDialog(SavingDialog):
    """Writes values of a trace, the present one or one that is compared with it, with progress and Cancel."""

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__("Export values", "Export", settings, parent)
        self.begun.connect(self._begin)
        self._traces: tuple[Shown, ...] = ()
        self._shown: Shown | None = None
        self._job: Job | None = None
        self.of = ChoiceBox()
        self.of.setAccessibleName("Trace")
        self.form.addRow("&Trace", self.of)
        self.quantities = CheckList("Quantities", LINES, "all quantities")
        self.places = CheckList("Layers", FEW_LINES, "all layers")
        self.form.addRow("&Quantities", self.quantities)
        self.form.addRow("&Layers", self.places)
        self.units = self.add_segments("Units", "units", UNITS, "selected")
        self.steps = Segments(STEPS)
        self.form.addRow("Steps", self.steps)
        self.add_format("values", FORMATS)
        self.add_where()
        self.of.activated.connect(lambda k: self._show(self._traces[k]))
        self.quantities.edited.connect(self._show_size)
        self.places.edited.connect(self._on_places_edited)
        for part in (self.units, self.steps):
            part.edited.connect(lambda _: self._show_size())

    def show_traces(self, traces: tuple[Shown, ...]) -> None:
        """Offer what is shown now, of the present trace, which is the first, and of those beside it; and come up."""
        if not self.working:
            before = self._shown
            self._traces = traces
            same = next((k for k, shown in enumerate(traces) if before is not None and shown.name == before.name), 0)
            self.of.set_choices([(shown.name, k, "") for k, shown in enumerate(traces)], same)
            self.form.setRowVisible(self.of, len(traces) > 1)
            self.steps.button("brushed").setEnabled(traces[0].brushed is not None)
            if traces[0].brushed is not None:
                self.steps.show_choice("brushed")
            elif self.steps.chosen == "brushed":
                self.steps.show_choice("view")
            self._show(traces[same])
        self.come_up()

    def _show(self, shown: Shown) -> None:
        chosen = self.places.chosen if self._same_places(shown) else [shown.place]
        self._shown = shown
        self.places.set_choices([(place.title, place) for place in self._all_places(shown)], chosen)
        self.form.setRowVisible(self.places, self.places.count() > 1)
        self._list_quantities(shown.quantities)
        self.propose()

    def stem(self) -> str:
        """Return the plainest name there is, of one of several traces with what it is called."""
        name = self._shown.name if self._shown is not None and self._shown is not self._traces[0] else ""
        return "-".join(["values", *re.findall(r"\w+", name.lower())])

    def _begin(self, path: Path) -> None:
        """Write on a thread of its own."""
        try:
            values = self.values()
        except DataError as error:
            self.fail(str(error))
            return
        form = self.format.chosen

        def work(_: Report) -> Iterator[float]:
            with replacing(path) as file:
                yield from write_values(values, file, form, path.resolve().parent)

        self._job = Job(work, f"writing {path.name}", self)
        self._job.progressed.connect(self.show_progress)
        self._job.finished.connect(lambda: self.finish(path))
        self._job.failed.connect(lambda error: self.fail(sentence(error)))
        self._job.cancelled.connect(lambda: self.fail(CANCELLED))
        self._job.start()

    def give_up(self) -> None:
        """Write no more of it; the file is as it was before."""
        if self._job is not None and self.working:
            self._job.cancel()

    def end(self) -> None:
        """Wait for the thread: the window is about to close."""
        if self._job is not None and self.working:
            self._job.end()

    def values(self) -> Values:
        """Return what is chosen. DataError where that is nothing, or not computed yet."""
        assert self._shown is not None
        trace, chosen = self._shown.trace, self.quantities.chosen
        network = trace.experiment.network
        parts = []
        for place in self.places.chosen:
            size = network.weights(place).hidden_size
            wanted = range(size) if self.units.chosen == "all" else self._shown.units
            units = tuple(unit for unit in wanted if unit < size)
            names = [quantity.name for quantity in network.cell(place).quantities if quantity.name in chosen]
            parts += [Part(name, place, units) for name in names if units]
        return Values(trace, self._shown.sequence, tuple(parts), self._steps(), inputs=INPUT in chosen)

    # Private --------------------------------------------------------------------------------------------------------

    def _steps(self) -> range:
        shown = self._shown
        assert shown is not None
        ready = shown.trace.ready(shown.sequence)
        wanted = {"view": shown.view, "brushed": shown.brushed or shown.view, "all": ready}[self.steps.chosen]
        return range(max(wanted.start, ready.start), min(wanted.stop, ready.stop))

    @staticmethod
    def _all_places(shown: Shown) -> tuple[Place, ...]:
        return shown.trace.experiment.network.places

    def _same_places(self, shown: Shown) -> bool:
        """Whether what was chosen of the layers still holds: they are the same, and the same one is looked at."""
        before = self._shown
        return (
            before is not None and before.place == shown.place and self._all_places(before) == self._all_places(shown)
        )

    def _on_places_edited(self) -> None:
        self._list_quantities(self.quantities.chosen)

    def _list_quantities(self, checked: Iterable[str]) -> None:
        """Offer the inputs, and what any of the layers has: they may be of different cells."""
        assert self._shown is not None
        network = self._shown.trace.experiment.network
        found = {INPUT: "x  inputs, in the units of the file"}
        for place in self.places.chosen or self._all_places(self._shown):
            for quantity in network.cell(place).quantities:
                found.setdefault(quantity.name, f"{quantity.symbol}  {quantity.title}")
        self.quantities.set_choices([(title, name) for name, title in found.items()], checked)
        self._show_size()

    def _show_size(self) -> None:
        self._on_place_changed()
        try:
            values = self.values()
        except DataError as error:
            self.extent.setText(f"{error}".capitalize() + ".")
            self.save.setEnabled(False)
            return
        steps = values.steps
        text = f"steps {steps.start} to {steps[-1]}: {len(steps):,} × {values.width:,} numbers".replace(",", " ")
        self.extent.setText(text)
        self.save.setEnabled(not self.working)
