"""File ▸ Export: which panel, in which format, how large, and where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from explorer.errors import OutputError
from widgets.fields import ChoiceBox
from widgets.pictures import write_picture
from widgets.saving import SavingDialog, named_after
from widgets.subjects import Subject

FORMATS = (
    ("PNG", "png", "Pixels, for slides and web pages"),
    ("SVG", "svg", "Lines and words as such, to edit and to scale"),
    ("PDF", "pdf", "Lines and words as such, one page"),
)
SCALES = tuple((f"{k}×", str(k), f"{k} pixels for each on a plain screen") for k in (1, 2, 3, 4))


class ExportDialog(SavingDialog):
    """Writes a picture of a panel."""

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__("Export a picture", "Export", settings, parent)
        self.begun.connect(self._begin)
        self._subjects: dict[str, Subject] = {}
        self.what = ChoiceBox()
        self.what.setAccessibleName("Panel")
        self.form.addRow("&Panel", self.what)
        self.add_format("picture", FORMATS)
        self.scale = self.add_segments("Scale", "scale", SCALES, "2")
        self.add_where()
        self.what.activated.connect(lambda _: self._on_what_chosen())
        self.format.edited.connect(lambda _: self._show_size())
        self.scale.edited.connect(lambda _: self._show_size())

    def show_subjects(self, subjects: Sequence[Subject]) -> None:
        """Offer these panels by their titles, and come up."""
        before = self.what.currentData() or self.remembered("panel", "")
        self._subjects = {subject.title: subject for subject in subjects}
        titles = [(title, title, "") for title in self._subjects]
        self.what.set_choices(titles, before if before in self._subjects else subjects[0].title)
        self._on_what_chosen()
        self.come_up()

    def stem(self) -> str:
        """Return a name after the panel."""
        return named_after([self._subject.title])

    def _begin(self, path: Path) -> None:
        """Write it at once."""
        try:
            with self._subject.posed() as panel:
                write_picture(panel, path, self.format.chosen, int(self.scale.chosen))
        except OutputError as error:
            self.fail(str(error))
            return
        self.remember("panel", self._subject.title)
        self.finish(path)

    @property
    def _subject(self) -> Subject:
        return self._subjects[self.what.currentData()]

    def _on_what_chosen(self) -> None:
        self.propose()
        self._show_size()

    def _show_size(self) -> None:
        pixels = self.format.chosen == "png"
        self.scale.setEnabled(pixels)
        size = self._subject.size * (int(self.scale.chosen) if pixels else 1)
        unit = "pixels" if pixels else "points, at any scale"
        stands = "as it stands in the window" if self._subject.place is not None else "whole, seen or not"
        self.extent.setText(f"{size.width()} × {size.height()} {unit}; it is painted {stands}")
