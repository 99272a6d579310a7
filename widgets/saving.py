"""What the dialogs that write a file have in common: format, where to, whether to replace, progress, errors, memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.check_list import CheckList
from widgets.fields import Segments
from widgets.theme import LIGHT, Theme

WIDTH = 520
CANCELLED = "Cancelled. Nothing was written."
Choices = tuple[tuple[str, str, str], ...]


class SavingDialog(QDialog):
    """Asks what is to be written and where; non-modal. An existing file is replaced only when the button says so.

    Who derives from it fills ``form``, with the file last, may name its ``stem``, and writes when it is ``begun``.
    """

    begun = Signal(object)
    """The path that is to be written to. Then ``finish`` or ``fail``; what takes long says ``show_progress`` before."""
    written = Signal(str)
    """The path of a file that is whole now."""

    def __init__(self, title: str, verb: str, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(False)
        self._verb, self._settings, self._theme = verb, settings, LIGHT
        self._working = False
        self._kept: dict[str, Segments] = {}
        self._build()
        self.path.textEdited.connect(lambda _: self._on_place_changed())
        self.browse.clicked.connect(self._on_browse_clicked)
        self.save.clicked.connect(self._on_save_clicked)
        self.cancel.clicked.connect(self.reject)

    # What the kinds of dialogs say ----------------------------------------------------------------------------------

    def stem(self) -> str:
        """Return what a file is called that the person has not named."""
        return named_after(())

    def give_up(self) -> None:
        """Write no more of it."""

    # Building -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.path = QLineEdit()
        self.path.setAccessibleName("File")
        self.browse = QPushButton("Browse…")
        self.browse.setAutoDefault(False)
        self.where = QWidget()
        place = QHBoxLayout(self.where)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self.path, 1)
        place.addWidget(self.browse)
        self.extent = QLabel(wordWrap=True)
        self.answer = QLabel(wordWrap=True)
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answer.setAccessibleName("Answer")
        self.bar = QProgressBar(textVisible=False, minimum=0, maximum=1000)
        self.bar.setAccessibleName("Progress")
        self.bar.hide()
        buttons = QDialogButtonBox()
        self.save = buttons.addButton(self._verb, QDialogButtonBox.ButtonRole.ActionRole)
        self.cancel = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        self.cancel.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.addLayout(self.form)
        for part in (self.extent, self.answer, self.bar):
            column.addWidget(part)
        column.addStretch(1)
        column.addWidget(buttons)
        self.save.setDefault(True)  # only now does the dialog know of it
        self.setMinimumWidth(WIDTH)

    def add_segments(self, label: str, name: str, choices: Choices, otherwise: str) -> Segments:
        """Ask for one of a few; what was written with is chosen the next time, too."""
        part, stored = Segments(choices), self.remembered(name, otherwise)
        part.show_choice(stored if stored in [data for _, data, _ in choices] else otherwise)
        self._kept[name] = part
        self.form.addRow(label, part)
        return part

    def add_format(self, name: str, formats: Choices) -> None:
        """Ask for the format, which is what the file's name ends in."""
        self.format = self.add_segments("Format", name, formats, formats[0][1])
        self.format.edited.connect(lambda _: self.propose())

    def add_where(self) -> None:
        """Ask for the place, below all other questions."""
        self.form.addRow("&File", self.where)
        self.form.labelForField(self.where).setBuddy(self.path)
        for one, next_ in ((self.path, self.browse), (self.browse, self.save), (self.save, self.cancel)):
            QWidget.setTabOrder(one, next_)

    def come_up(self) -> None:
        """Be in front, with what was typed before."""
        self.show()
        self.raise_()
        self.activateWindow()

    def suffix(self) -> str:
        """Return what the file's name ends in."""
        return f".{self.format.chosen}"

    # What is remembered ---------------------------------------------------------------------------------------------

    def remembered(self, name: str, otherwise: str) -> str:
        """Return what was chosen the last time."""
        return str(self._settings.value(f"saving/{name}") or otherwise)

    def remember(self, name: str, value: object) -> None:
        """Choose this the next time, too."""
        self._settings.setValue(f"saving/{name}", value)

    def propose(self) -> None:
        """Name a file in the folder of the last one, or give the one that is named the suffix of its format."""
        text = self.path.text().strip()
        if text and not self._proposed(text):
            path = Path(text)
        else:
            path = self._folder() / self.stem()
            self.path.setProperty("proposed", str(path))
        self.path.setText(str(path.with_suffix("") if path.suffix in KNOWN else path) + self.suffix())
        self._on_place_changed()

    def _folder(self) -> Path:
        """Return where the last file went, as long as there is such a folder."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folders = (Path(self.remembered("folder", documents)), Path(documents))
        return next((folder for folder in folders if folder.is_dir()), Path.home())

    def _proposed(self, text: str) -> bool:
        proposed = self.path.property("proposed")
        path = Path(text)
        return str(path.with_suffix("") if path.suffix in KNOWN else path) == proposed

    # While it is written --------------------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        """Whether a file is being written."""
        return self._working

    def show_progress(self, fraction: float) -> None:
        """Show how much is written, 0–1."""
        self.bar.show()
        self.bar.setValue(round(1000 * fraction))

    def finish(self, path: Path) -> None:
        """Say that the file is whole."""
        self._rest()
        self.remember("folder", str(path.parent))
        for name, part in self._kept.items():
            self.remember(name, part.chosen)
        self._say(f"Written to {path}.", self._theme.success)
        self.written.emit(str(path))

    def fail(self, text: str) -> None:
        """Say why there is no file, or none other than before."""
        self._rest()
        self._say(text, self._theme.error)

    def reject(self) -> None:
        """Give up what is being written; where nothing is, go."""
        if self._working:
            self.give_up()
        else:
            super().reject()

    def end(self) -> None:
        """End all work: the window is about to close."""
        self.give_up()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        for part in self.findChildren(Segments):
            part.apply_theme(theme)
        for part in self.findChildren(CheckList):
            part.dress()
        self.extent.setStyleSheet(f"color: {theme.muted_text}")

    def warn(self, text: str) -> None:
        """Say what stands in the way."""
        self._say(text, self._theme.warning)

    def _say(self, text: str, color: str) -> None:
        self.answer.setStyleSheet(f"color: {color}")
        self.answer.setText(text)

    def _rest(self) -> None:
        self._working = False
        self.bar.hide()
        self.cancel.setText("Close")
        self.save.setText(self._verb)
        self.save.setEnabled(True)

    def _on_place_changed(self) -> None:
        if not self._working:
            self.answer.clear()
            self.save.setText(self._verb)

    def _on_browse_clicked(self) -> None:
        wanted = f"*{self.suffix()}"
        option = QFileDialog.Option.DontConfirmOverwrite  # the button asks
        path, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self.path.text(), wanted, options=option)
        if path:
            self.path.setText(path if Path(path).suffix else path + self.suffix())
            self._on_place_changed()

    def _on_save_clicked(self) -> None:
        text = self.path.text().strip()
        path = Path(text).expanduser()
        if not text:
            self._say("Name a file.", self._theme.error)
        elif path.exists() and self.save.text() != REPLACE:
            self.save.setText(REPLACE)
            self.warn(f"There is a file {path.name} already. {REPLACE} it?")
        else:
            self._working = True
            self.save.setEnabled(False)
            self.cancel.setText("Cancel")
            self.answer.clear()
            self.begun.emit(path)


REPLACE = "Replace"
KNOWN = (".png", ".svg", ".pdf", ".csv", ".npz", ".parquet", ".gif", ".mp4")
"""What a name may end in that is another format of the same."""


def named_after(titles: Iterable[str]) -> str:
    """Return what a file is called that shows these panels."""
    return "-".join(["gate-explorer", *(title.lower().replace(" ", "-") for title in titles)])
