"""File ▸ Export: which panel, in which format, how large, and where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from explorer.errors import OutputError
from widgets.fields import ChoiceBox, Segments
from widgets.pictures import picture_size, write_picture
from widgets.saving import SavingDialog
from widgets.theme import Theme

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
        self._panels: dict[str, QWidget] = {}
        self.what = ChoiceBox()
        self.what.setAccessibleName("Panel")
        self.format, self.scale = Segments(FORMATS), Segments(SCALES)
        self.format.show_choice(_one_of(FORMATS, self.remembered("picture", "png")))
        self.scale.show_choice(_one_of(SCALES, self.remembered("scale", "2")))
        self.form.addRow("&Panel", self.what)
        self.form.addRow("Format", self.format)
        self.form.addRow("Scale", self.scale)
        self.what.activated.connect(lambda _: self._on_what_chosen())
        self.format.edited.connect(lambda _: self._on_format_edited())
        self.scale.edited.connect(lambda _: self._show_size())

    def show_panels(self, panels: Mapping[str, QWidget]) -> None:
        """Offer these panels by their titles, and come up."""
        before = self.what.currentData() or self.remembered("panel", "")
        self._panels = dict(panels)
        titles = [(title, title, "") for title in panels]
        self.what.set_choices(titles, before if before in panels else next(iter(panels)))
        if self.form.indexOf(self.where) < 0:
            self.add_where()
        self._on_format_edited()
        self.show()
        self.raise_()
        self.activateWindow()

    def suffix(self) -> str:
        """Return the format's."""
        return f".{self.format.chosen}"

    def stem(self) -> str:
        """Return a name after the panel."""
        return "gate-explorer-" + str(self.what.currentData() or "").lower().replace(" ", "-")

    def begin(self, path: Path) -> None:
        """Write it at once."""
        try:
            write_picture(self._panel, path, self.format.chosen, int(self.scale.chosen))
        except OutputError as error:
            self.fail(str(error))
            return
        self.remember("panel", self.what.currentData())
        self.remember("picture", self.format.chosen)
        self.remember("scale", self.scale.chosen)
        self.finish(path)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        super().apply_theme(theme)
        for part in (self.format, self.scale):
            part.apply_theme(theme)

    @property
    def _panel(self) -> QWidget:
        return self._panels[self.what.currentData()]

    def _on_what_chosen(self) -> None:
        self.propose()
        self._show_size()

    def _on_format_edited(self) -> None:
        self.scale.setEnabled(self.format.chosen == "png")
        self.propose()
        self._show_size()

    def _show_size(self) -> None:
        width, height = picture_size(self._panel, int(self.scale.chosen) if self.format.chosen == "png" else 1)
        unit = "pixels" if self.format.chosen == "png" else "points, at any scale"
        self.extent.setText(f"{width} × {height} {unit}; it is painted as it stands in the window")


def _one_of(choices: tuple[tuple[str, str, str], ...], wanted: str) -> str:
    known = [data for _, data, _ in choices]
    return wanted if wanted in known else known[0]
