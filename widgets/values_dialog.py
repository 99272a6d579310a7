"""File ▸ Export values: which quantities of which units over which steps, as a table or as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget, QListWidgetItem, QWidget

from explorer.errors import DataError
from explorer.exporting import Part, Values, write_values
from explorer.files import replacing
from explorer.network import Place
from explorer.trace import Trace
from widgets.fields import ChoiceBox, Segments
from widgets.job import Job, Report, sentence
from widgets.saving import SavingDialog
from widgets.theme import Theme

FORMATS = (
    ("CSV", "csv", "A table as text, with exact digits"),
    ("NPZ", "npz", "Arrays for numpy.load"),
    ("Parquet", "parquet", "A table, small and fast to read"),
)
UNITS = (
    ("Selected units", "selected", "Those drawn as lines"),
    ("All units", "all", "Every unit of the layer"),
)
STEPS = (
    ("In view", "view", "The steps that the rows show now"),
    ("Brushed", "brushed", "The range that is marked in the rows"),
    ("All", "all", "Every step that is computed"),
)
INPUT = "x"
LINES = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """What the window shows when the dialog is asked for."""

    trace: Trace
    sequence: int
    place: Place
    units: tuple[int, ...]
    quantities: tuple[str, ...]
    view: range
    brushed: range | None = None
    sides: tuple[str, ...] = ()
    """What is compared with the trace and shown beside it, of which no values are written."""


class ValuesDialog(SavingDialog):
    """Writes values of a trace, with progress and Cancel."""

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__("Export values", "Export", settings, parent)
        self._shown: Shown | None = None
        self._job: Job | None = None
        self.quantities = QListWidget()
        self.quantities.setAccessibleName("Quantities")
        self.place = ChoiceBox()
        self.place.setAccessibleName("Layer")
        self.units, self.steps, self.format = Segments(UNITS), Segments(STEPS), Segments(FORMATS)
        for part, name, choices in ((self.units, "units", UNITS), (self.format, "values", FORMATS)):
            stored = self.remembered(name, choices[0][1])
            part.show_choice(stored if stored in [data for _, data, _ in choices] else choices[0][1])
        for title, part in (
            ("&Quantities", self.quantities),
            ("&Layer", self.place),
            ("Units", self.units),
            ("Steps", self.steps),
            ("Format", self.format),
        ):
            self.form.addRow(title, part)
        self.add_where()
        self.quantities.itemChanged.connect(lambda _: self._show_size())
        self.place.activated.connect(lambda _: self._list_quantities())
        self.units.edited.connect(lambda _: self._show_size())
        self.steps.edited.connect(lambda _: self._show_size())
        self.format.edited.connect(lambda _: self.propose())

    def show_trace(self, shown: Shown) -> None:
        """Offer what is shown now, and come up."""
        if not self.working:
            self._shown = shown
            places = [(place.title, place, "") for place in shown.trace.experiment.network.places]
            self.place.set_choices(places, shown.place)
            self.place.setEnabled(len(places) > 1)
            self.steps.button("brushed").setEnabled(shown.brushed is not None)
            if shown.brushed is not None:
                self.steps.show_choice("brushed")
            elif self.steps.chosen == "brushed":
                self.steps.show_choice("view")
            self._list_quantities()
            self.propose()
        self.show()
        self.raise_()
        self.activateWindow()

    def suffix(self) -> str:
        """Return the format's."""
        return f".{self.format.chosen}"

    def stem(self) -> str:
        """Return the plainest name there is."""
        return "values"

    def begin(self, path: Path) -> None:
        """Write on a thread of its own."""
        try:
            values = self.values()
        except DataError as error:
            self.fail(str(error))
            return
        form = self.format.chosen
        self.remember("values", form)
        self.remember("units", self.units.chosen)

        def work(_: Report) -> Iterator[float]:
            with replacing(path) as file:
                yield from write_values(values, file, form, path.resolve().parent)

        self._job = Job(work, f"writing {path.name}", self)
        self._job.progressed.connect(self.show_progress)
        self._job.finished.connect(lambda: self.finish(path))
        self._job.failed.connect(lambda error: self.fail(sentence(error)))
        self._job.cancelled.connect(lambda: self.fail("Cancelled. Nothing was written."))
        self._job.start()

    def give_up(self) -> None:
        """Write no more of it; the file is as it was before."""
        if self._job is not None and self.working:
            self._job.cancel()

    def end(self) -> None:
        """Wait for the thread: the window is about to close."""
        if self._job is not None and self.working:
            self._job.end()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        super().apply_theme(theme)
        # Its boxes are drawn in the list's colours; in those of a check box they can be seen on dark.
        self.quantities.setPalette(QApplication.palette(QCheckBox.__name__))
        for part in (self.units, self.steps, self.format):
            part.apply_theme(theme)

    def values(self) -> Values:
        """Return what is chosen. DataError where that is nothing, or not computed yet."""
        assert self._shown is not None
        trace, place = self._shown.trace, self.place.currentData()
        size = trace.experiment.network.weights(place).hidden_size
        units = tuple(unit for unit in self._shown.units if unit < size)
        if self.units.chosen == "all":
            units = tuple(range(size))
        chosen = self._chosen()
        parts = tuple(Part(name, place, units) for name in chosen if name != INPUT and units)
        return Values(trace, self._shown.sequence, parts, self._steps(), inputs=INPUT in chosen)

    # Private --------------------------------------------------------------------------------------------------------

    def _steps(self) -> range:
        shown = self._shown
        assert shown is not None
        ready = shown.trace.ready(shown.sequence)
        wanted = {"view": shown.view, "brushed": shown.brushed or shown.view, "all": ready}[self.steps.chosen]
        return range(max(wanted.start, ready.start), min(wanted.stop, ready.stop))

    def _list_quantities(self) -> None:
        shown = self._shown
        assert shown is not None
        cell = shown.trace.experiment.network.cell(self.place.currentData())
        self.quantities.blockSignals(True)
        self.quantities.clear()
        self._add(INPUT, "x  inputs, in the units of the file", INPUT in shown.quantities)
        for quantity in cell.quantities:
            self._add(quantity.name, f"{quantity.symbol}  {quantity.title}", quantity.name in shown.quantities)
        self.quantities.setCurrentRow(0)
        self.quantities.blockSignals(False)
        self.quantities.setFixedHeight(LINES * self.quantities.sizeHintForRow(0) + 2 * self.quantities.frameWidth())
        self._show_size()

    def _add(self, name: str, title: str, checked: bool) -> None:
        item = QListWidgetItem(title, self.quantities)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        item.setData(Qt.ItemDataRole.UserRole, name)

    def _chosen(self) -> Sequence[str]:
        items = [self.quantities.item(k) for k in range(self.quantities.count())]
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked]

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
        others = ", ".join(() if self._shown is None else self._shown.sides)
        self.extent.setText(f"{text}, of the present trace. Not with it: {others}." if others else text)
        self.save.setEnabled(not self.working)
