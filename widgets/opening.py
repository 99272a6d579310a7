"""The ways in for a person's own data, and what is remembered of them: recent files, and choices by their columns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QSettings, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.errors import GateExplorerError
from explorer.sequences import BETWEEN, Dataset, Options
from explorer.sequences.stored import decode_options, encode_options
from widgets.job import Job, Report
from widgets.sources import is_file
from widgets.theme import LIGHT, Theme

if TYPE_CHECKING:
    from explorer.sequences.preview import Read
    from widgets.import_dialog import ImportDialog

MOST_RECENT = 8
MOST_REMEMBERED = 200
MOST_PASTED = 20

KINDS = (
    "Tables, arrays and texts (*.csv *.tsv *.txt *.psv *.dat *.gz *.zst *.parquet *.arrow *.feather *.npy *.npz "
    "*.xlsx *.xls *.ods);;All files (*)"
)


class Opening(QObject):
    """Asks which file, shows what would be opened, and says ``chosen(source, options)``."""

    chosen = Signal(str, object)
    recent_changed = Signal(tuple)
    refused = Signal(str)

    def __init__(self, settings: QSettings, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._window = settings, window
        # A copy of what is stored, which a thread that reads a file may ask too.
        self._choices: dict[str, str] = self._stored_choices()
        self._theme = LIGHT
        self._dialog: ImportDialog | None = None
        self._preparing: Job | None = None

    @property
    def dialog(self) -> ImportDialog:
        """What shows a file before it is opened; made when it is first asked for, which takes some 100 ms."""
        if self._dialog is None:
            from widgets.import_dialog import ImportDialog

            self._dialog = ImportDialog(self.recall, self._window)
            self._dialog.open_requested.connect(self._on_open_requested)
            self._dialog.finished.connect(self._window.activateWindow)
            self._dialog.apply_theme(self._theme)
        return self._dialog

    @property
    def read(self) -> Read | None:
        """What the dialog has read, for as long as it is shown and while it says what is to be opened."""
        return None if self._dialog is None else self._dialog.read

    def prepare(self) -> None:
        """Import what reads files while nobody waits for it: the first one is then shown without."""
        self._preparing = Job(_import_reading, "preparing to read files", self)
        self._preparing.start()

    # Ways in --------------------------------------------------------------------------------------------------------

    def ask_for_file(self) -> None:
        """Let the person choose a file."""
        paths, _ = QFileDialog.getOpenFileNames(self._window, "Open a sequence, or several", self._folder(), KINDS)
        if paths:
            self.show_file(BETWEEN.join(paths))

    def ask_for_folder(self) -> None:
        """Let the person choose a folder: every file in it is a sequence."""
        path = QFileDialog.getExistingDirectory(self._window, "Open a folder of sequences", self._folder())
        if path:
            self.show_file(path)

    def show_file(self, path: str) -> None:
        """Show what would be opened."""
        self._window.activateWindow()
        self.dialog.show_source(path)

    def show_settings(self, dataset: Dataset) -> None:
        """Show how a file that is open was opened, to correct it."""
        if dataset.options is not None:
            self.dialog.show_source(dataset.source, dataset.options)

    def paste(self) -> None:
        """Show the table on the clipboard, written to a file first, so that it can be opened again."""
        mime = QGuiApplication.clipboard().mimeData()
        if (path := local_file(mime)) is not None:
            self.show_file(path)
        elif mime is not None and mime.hasText() and mime.text().strip():
            try:
                self.show_file(str(_written(mime.text())))
            except OSError as error:
                self.refused.emit(f"what is on the clipboard cannot be kept in a file: {error.strerror}")
        else:
            self.refused.emit("there is no table on the clipboard: copy some rows in a spreadsheet first")

    # What is remembered ---------------------------------------------------------------------------------------------

    def recall(self, names: tuple[str, ...]) -> Options:
        """Return what was chosen for a table with these columns the last time."""
        with suppress(ValueError, KeyError):  # one that is damaged is one that is not there
            return decode_options(self._choices[_key(names)])
        return Options()

    def options_for(self, source: str) -> Options:
        """Return the choices to open a file with that nobody is asked about. Reads the file; any thread may ask."""
        if not is_file(source) or not self._choices:
            return Options()
        from explorer.sequences.preview import look

        try:
            seen = look(source, rows=1)
        except GateExplorerError:
            return Options()  # whoever reads it will say why it cannot be
        return self.recall(seen.names if seen.named else (source,))

    @property
    def recent(self) -> tuple[str, ...]:
        """The files that were opened last, the last one first."""
        stored = self._settings.value("recent")
        paths = stored if isinstance(stored, list) else [stored]
        return tuple(path for path in paths if isinstance(path, str))[:MOST_RECENT]

    def remember_file(self, path: str) -> str:
        """Put a file first among the recent ones; return its full path."""
        full = BETWEEN.join(str(Path(file).resolve()) for file in path.split(BETWEEN))
        recent = (full, *(other for other in self.recent if other != full))[:MOST_RECENT]
        self._settings.setValue("recent", list(recent))
        self.recent_changed.emit(recent)
        return full

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        if self._dialog is not None:
            self._dialog.apply_theme(theme)

    def end(self) -> None:
        """End all work: the window is about to close."""
        if self._preparing is not None:
            self._preparing.end()
        if self._dialog is not None:
            self._dialog.end()

    def _stored_choices(self) -> dict[str, str]:
        with suppress(ValueError, TypeError):
            stored = json.loads(str(self._settings.value("choices") or "{}"))
            return {str(key): str(text) for key, text in stored.items()}
        return {}

    def _remember_choices(self, names: tuple[str, ...], options: Options) -> None:
        choices = {key: text for key, text in self._choices.items() if key != _key(names)}
        if options != Options():
            choices[_key(names)] = encode_options(options)
        self._choices = dict(list(choices.items())[-MOST_REMEMBERED:])
        self._settings.setValue("choices", json.dumps(self._choices))

    def _folder(self) -> str:
        return str(Path(self.recent[0].split(BETWEEN)[0]).parent) if self.recent else ""

    def _on_open_requested(self, source: str, options: Options, names: tuple[str, ...]) -> None:
        if names:
            self._remember_choices(names, options)
        self.chosen.emit(source, options)


def local_file(mime: QMimeData | None) -> str | None:
    """Return the files of this machine in what was dropped or copied, as one source; None if there is none."""
    urls = [] if mime is None else mime.urls()
    return BETWEEN.join(url.toLocalFile() for url in urls if url.isLocalFile()) or None


def _import_reading(_: Report) -> Iterator[float]:
    import_module("explorer.sequences.preview")
    import_module("explorer.sequences.fast").load_polars()
    yield 1.0


def _key(names: tuple[str, ...]) -> str:
    return hashlib.sha1(json.dumps(names).encode(), usedforsecurity=False).hexdigest()


def _written(text: str) -> Path:
    """Return the file that a pasted text was written to. Only the last few are kept."""
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)) / "pasted"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pasted {datetime.now():%Y-%m-%d %H.%M.%S.%f}.tsv"
    path.write_text(text, encoding="utf-8", newline="")
    for old in sorted(folder.glob("pasted *.tsv"))[:-MOST_PASTED]:
        old.unlink(missing_ok=True)
    return path
