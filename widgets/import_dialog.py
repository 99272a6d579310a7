"""Before a file is opened: what was found in it, the first rows, what does not fit, and everything to correct it by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from explorer.sequences import Form, Options
from explorer.sequences.preview import Preview, Read, look
from widgets.import_columns import EMBEDDED, ColumnLine, ImportColumns
from widgets.import_form import ImportForm
from widgets.import_texts import column_line, found_line
from widgets.job import Job, Report, sentence
from widgets.labels import ElidedLabel
from widgets.sources import source_name
from widgets.text_table import TextTable
from widgets.theme import LIGHT, Theme

ROWS = 100
"""Rows that are shown."""

COALESCE_MS = 30
PAINT_MS = 30
"""Before a file is looked at, so that what has changed is painted: beside a thread that works, it takes many times as
long."""

MARGIN = QSize(40, 60)
"""What the frame of a window and a task bar may take of the screen."""

Recall = Callable[[tuple[str, ...]], Options]
"""What was chosen for a table with these columns before; ``Options()`` where nothing was."""


class ImportDialog(QDialog):
    """Shows what would be opened, first of some rows and then of all, anew after every correction."""

    open_requested = Signal(str, object, tuple)
    """The source, the options, and the names by which they are remembered."""

    def __init__(self, recall: Recall, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle("Open a table")
        self._recall, self._theme = recall, LIGHT
        self._source, self._told = "", Options()
        self._names: tuple[str, ...] | None = None  # by which choices are remembered: those found when nothing is told
        self._preview: Preview | None = None
        self._job: Job | None = None
        self._size = self.sizeHint()
        self._coalesce = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self._build()
        self._connect()
        self.apply_theme(LIGHT)

    def _build(self) -> None:
        self.name = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self.found, self.notes = ElidedLabel(), QLabel(wordWrap=True)
        self.form, self.columns = ImportForm(), ImportColumns()
        self.rows, self.problems = TextTable(), TextTable()
        for view, name in ((self.columns, "Columns"), (self.rows, "First rows"), (self.problems, "Problems")):
            view.setAccessibleName(name)
        self.problems.horizontalHeader().setStretchLastSection(True)
        self.problems.verticalHeader().hide()
        self.bar = QProgressBar(textVisible=False, maximum=1000)
        self.bar.setFixedHeight(4)
        self.answer = QLabel(wordWrap=True)
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answer.setAccessibleName("What would be opened")
        buttons = QDialogButtonBox()
        self.reset = buttons.addButton("As found", QDialogButtonBox.ButtonRole.ResetRole)
        self.reset.setToolTip("Take back every choice")
        self.cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.accept_ = buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_.setDefault(True)
        self.reset.setAutoDefault(False)
        self.cancel.setAutoDefault(False)
        self.parts = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self._titles = []
        for title, view, share in (("Columns", self.columns, 3), ("First rows", self.rows, 3), ("", self.problems, 2)):
            self.parts.addWidget(self._titled(title, view))
            self.parts.setStretchFactor(self.parts.count() - 1, share)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.form)
        middle.addWidget(self.parts, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.answer, 1)
        bottom.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setSpacing(6)
        for widget in (self.name, self.found, self.notes):
            column.addWidget(widget)
        column.addLayout(middle, 1)
        column.addWidget(self.bar)
        column.addLayout(bottom)

    def _titled(self, title: str, view: QWidget) -> QWidget:
        whole, label = QWidget(), QLabel(title)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(label)
        column.addWidget(view)
        self._titles.append(label)
        return whole

    def _connect(self) -> None:
        self._coalesce.timeout.connect(self._look_at_first)
        self.form.options_edited.connect(self._on_edited)
        self.columns.role_edited.connect(self._on_role)
        self.columns.fill_edited.connect(
            lambda name, fill: self._on_edited(replace(self._told, fills=_with(self._told.fills, name, fill)))
        )
        self.reset.clicked.connect(lambda: self._on_edited(Options()))
        self.cancel.clicked.connect(self.reject)
        self.accept_.clicked.connect(self.accept)

    # What the window says -------------------------------------------------------------------------------------------

    def show_source(self, source: str, told: Options | None = None) -> None:
        """Look at a file and show what would be opened, with the choices it was opened with before, if any."""
        self._source, self._names, self._told = source, None, Options()
        self._proposed = told
        self._preview = None
        self.name.setText(source_name(source))
        self.name.setToolTip(source)
        self.found.setText("looking at it…")
        self.answer.clear()
        self.notes.hide()
        self.form.show_options(Options(), Form(), None, 1)
        self.columns.show_columns(())
        for table in (self.rows, self.problems):
            table.show_texts((), ())
        self.parts.widget(2).hide()
        self.accept_.setEnabled(False)
        room = self.screen().availableSize() - MARGIN
        self.resize(self._size.boundedTo(room))  # a window that is shown again has been made anew, and may come smaller
        self.open()
        self._look_at_first()

    @property
    def read(self) -> Read | None:
        """What has been read for what is shown, if that is all there is."""
        return None if self._preview is None else self._preview.read

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        for part in (self.form, self.columns, self.rows, self.problems):
            part.apply_theme(theme)
        self.name.setStyleSheet(f"color: {theme.text}; font-weight: 600; font-size: 15px")
        for label in (self.found, self.notes):
            label.setStyleSheet(f"color: {theme.muted_text}")
        for label in self._titles:
            label.setStyleSheet(f"color: {theme.muted_text}; font-weight: 600")
        self.bar.setStyleSheet(
            f"QProgressBar {{ border: none; background: {theme.window}; }}"
            f"QProgressBar::chunk {{ background: {theme.accent}; }}"
        )
        self._show_answer()

    def end(self) -> None:
        """End all work, saying nothing: for closing the window."""
        self._leave()
        self.close()

    def sizeHint(self) -> QSize:
        """Return room for the form, some columns and some rows."""
        return QSize(1120, 760)

    def done(self, result: int) -> None:
        """Leave the work at hand, and tell what is to be opened."""
        self._coalesce.stop()
        self._leave()
        self._size = self.size()
        super().done(result)
        if result == QDialog.DialogCode.Accepted:
            self.open_requested.emit(self._source, self._told, self._names or ())
        self._preview = None  # and with it what was read

    # Looking --------------------------------------------------------------------------------------------------------

    def _look_at_first(self) -> None:
        self._look(ROWS, self._on_first)

    def _look(self, rows: int | None, then: Callable[[Preview], None]) -> None:
        self._leave()
        source, told, made = self._source, self._told, []

        def work(report: Report) -> Iterator[float]:
            made.append(look(source, told, rows=rows, progress=report))
            yield 1.0

        job = self._job = Job(work, f"looking at {source_name(source)}", self)
        job.progressed.connect(lambda fraction: self._on_progressed(job, fraction))
        job.finished.connect(lambda: then(made[0]) if job is self._job else None)
        job.failed.connect(lambda error: self._on_failed(job, error))
        QTimer.singleShot(PAINT_MS, job, lambda: job.start() if job is self._job else job.deleteLater())

    def _leave(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.bar.setValue(0)

    def _on_progressed(self, job: Job, fraction: float) -> None:
        if job is self._job:
            self.bar.setValue(round(1000 * fraction))

    def _on_failed(self, job: Job, error: BaseException) -> None:
        if job is self._job:
            self._job = None
            self._show_error(sentence(error))

    def _on_first(self, preview: Preview) -> None:
        if self._names is None:
            # Made-up names are those of any table without a header: what was chosen holds for this file only.
            self._names = preview.names if preview.named else (self._source,)
            self._told = self._proposed or self._recall(self._names)
            if self._told != Options():
                self._look_at_first()
                return
        self._show(preview)
        self._look(None, self._on_whole)

    def _on_whole(self, preview: Preview) -> None:
        self._leave()
        self._show(preview)

    # Choices --------------------------------------------------------------------------------------------------------

    def _on_edited(self, told: Options) -> None:
        self._told = told
        self._leave()
        self._coalesce.start()

    def _on_role(self, name: str, role: str) -> None:
        embedded = tuple(other for other in self._told.embedded if other != name)
        if role == EMBEDDED:
            role, embedded = "category", (*embedded, name)
        self._on_edited(replace(self._told, roles=_with(self._told.roles, name, role), embedded=embedded))

    # Showing --------------------------------------------------------------------------------------------------------

    def _show(self, preview: Preview) -> None:
        self._preview = preview
        shape = None if preview.running_text else preview.shape
        self.form.show_options(self._told, preview.form, shape, preview.tables)
        self.found.setText(found_line(preview))
        self.notes.setText("\n".join(preview.notes[:3]))
        self.notes.setToolTip("\n".join(preview.notes))
        self.notes.setVisible(bool(preview.notes))
        self.columns.show_columns([self._line(preview, k) for k in range(len(preview.columns))])
        self.rows.show_texts(preview.headings, preview.rows, [str(line) for line in preview.lines], preview.marks)
        self._show_problems(preview)
        self._show_answer()

    def _line(self, preview: Preview, k: int) -> ColumnLine:
        return column_line(preview.columns[k], self._told)

    def _show_problems(self, preview: Preview) -> None:
        rows = [
            (str(problem.line or ""), str(problem.column or ""), problem.text, problem.message)
            for problem in preview.problems
        ]
        count = len(rows) + preview.more_problems
        self._titles[2].setText(f"{count:,} problem{'s' if count != 1 else ''}")
        self.problems.show_texts(("line", "column", "text", "what"), rows)
        self.parts.widget(2).setVisible(bool(rows))

    def _show_answer(self) -> None:
        if self._preview is not None:
            wrong = bool(self._preview.error)
            answer = self._preview.answer if self._preview.whole else f"so far: {self._preview.answer}"
            self._say(self._preview.error or answer, wrong)
            self.accept_.setEnabled(not wrong)

    def _show_error(self, text: str) -> None:
        self.found.clear()
        self._say(text, True)
        self.accept_.setEnabled(False)

    def _say(self, text: str, wrong: bool) -> None:
        self.answer.setText(text)
        self.answer.setStyleSheet(f"color: {self._theme.error if wrong else self._theme.text}")


def _with(chosen: MappingProxyType, name: str, value: str) -> MappingProxyType:
    return MappingProxyType({**chosen, name: value})
