"""Where a sequence is made: choose a generator, set what it takes, see the beginning, open it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.sequences import GENERATORS, Dataset, Setting, generate, write_source
from widgets.choices import LARGEST_SEED, other_seed
from widgets.decimals import grouped
from widgets.fields import WholeNumberField
from widgets.generator_page import WIDTH, GeneratorPage, field_label
from widgets.job import Job, Report, sentence
from widgets.labels import ElidedLabel
from widgets.sequence_preview import PREVIEW_STEPS, SequencePreview
from widgets.theme import LIGHT, Theme, icon
from widgets.titled_list import TitledList

COALESCE_MS = 30
MOST_STEPS = 1_000_000
"""Of a sequence that has to be made whole to show its beginning."""

LIST_WIDTH = 290
FIRST_SIZE = QSize(960, 700)


class GeneratorForm(QDialog):
    """Keeps what was set from one time to the next. Says ``open_requested(source)``; what was open stays until then."""

    open_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Generate a sequence")
        self._theme = LIGHT
        self._pages: dict[str, GeneratorPage] = {}
        self._job: Job | None = None
        self._shown: tuple[object, ...] = ()
        self._coalesce = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self._build()
        self._lay_out()
        self._connect()
        self._show_page(self.list.chosen)
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))

    def _build(self) -> None:
        self.list = TitledList((g.name, g.title, g.doc) for g in GENERATORS.values())
        self.list.setAccessibleName("Generators")
        self.list.setFixedWidth(LIST_WIDTH)
        self.title, self.doc = QLabel(), QLabel(wordWrap=True)
        self.pages = QStackedWidget()
        self.seed = WholeNumberField(0, LARGEST_SEED)
        self.seed.setFixedWidth(WIDTH)
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("The same seed always generates the same data")
        self.new_seed = QToolButton(toolTip="Another seed")
        self.new_seed.setAccessibleName("New seed")
        self.preview = SequencePreview()
        self.caption = QLabel(wordWrap=True)
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setAccessibleName("About the preview")
        self.buttons = QDialogButtonBox()
        self.open_button = self.buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel_button = self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        for button in (self.open_button, self.cancel_button):
            button.setIcon(QIcon())  # Fusion's cannot be seen on dark

    def _lay_out(self) -> None:
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self.title.setFont(font)
        seed = QHBoxLayout()
        seed.setSpacing(6)
        seed.addWidget(field_label("Seed", self.seed))
        seed.addSpacing(6)
        seed.addWidget(self.seed)
        seed.addWidget(self.new_seed)
        seed.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.doc)
        column.addSpacing(2)
        column.addWidget(self.pages)
        column.addLayout(seed)
        column.addSpacing(4)
        column.addWidget(self.preview, 1)
        column.addWidget(self.caption)
        column.addWidget(self.buttons)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.setSpacing(16)
        whole.addWidget(self.list)
        whole.addLayout(column, 1)

    def _connect(self) -> None:
        self.list.chosen_changed.connect(self._show_page)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        self.seed.edited.connect(lambda _: self._coalesce.start())
        self.new_seed.clicked.connect(self._on_new_seed)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._coalesce.timeout.connect(self._renew)

    # What is shown --------------------------------------------------------------------------------------------------

    @property
    def page(self) -> GeneratorPage:
        """The form of the generator that is chosen."""
        return self._pages[self.list.chosen]

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the list, with a preview."""
        super().showEvent(event)
        self.list.setFocus()
        self._renew()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and icons of the theme."""
        self._theme = theme
        self.list.apply_theme(theme)
        self.preview.apply_theme(theme)
        self.new_seed.setIcon(icon("dice", theme))
        self._color_texts()

    def _color_texts(self) -> None:
        muted = f"color: {self._theme.muted_text}"
        for label in (self.doc, self.caption, *self.pages.findChildren(ElidedLabel, "doc")):
            label.setStyleSheet(muted)

    def _show_page(self, name: str) -> None:
        generator = GENERATORS[name]
        if name not in self._pages:
            self._pages[name] = page = GeneratorPage(generator)
            page.edited.connect(self._coalesce.start)
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(self.page)
        for page in self._pages.values():  # only as much room as this one needs
            page.setVisible(page is self.page)
        self.pages.setFixedHeight(self.page.sizeHint().height())
        for before, after in pairwise([self.list, *self.page.fields.values(), self.seed, self.new_seed]):
            QWidget.setTabOrder(before, after)
        self.title.setText(generator.title)
        self.doc.setText(generator.doc)
        self._color_texts()
        self._coalesce.start()

    # The preview ----------------------------------------------------------------------------------------------------

    def _renew(self) -> None:
        """Make what the form says, on a thread; one at a time, the last wish counts."""
        generator, settings, seed = self.page.generator, self.page.settings(), self.seed.value
        wanted = (generator.name, seed, tuple(settings.items()))
        if not self.isVisible() or self._job is not None or wanted == self._shown:
            return
        self._shown = wanted
        length = int(settings.get("length", 0))
        if generator.count:
            settings[generator.count] = generator.parameter(generator.count).minimum  # the first is shown
        elif generator.sequential:
            settings["length"] = min(length, PREVIEW_STEPS)
        elif length > MOST_STEPS:
            self.preview.show_sequence(None)
            self.caption.setText(f"{grouped(length)} steps. There is no preview above {grouped(MOST_STEPS)}.")
            return
        made: list[Dataset] = []

        def work(report: Report) -> Iterator[float]:
            made.append(generate(generator.name, report, seed=seed, **settings))
            yield 1.0

        self._job = Job(work, "preview", self)
        self._job.finished.connect(lambda: self._on_made(made[0], length))
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _on_made(self, dataset: Dataset, length: int) -> None:
        self._job = None
        sequence = dataset.sequences[0]
        self.preview.show_sequence(sequence)
        length = length or len(sequence)
        shown = min(length, PREVIEW_STEPS)
        first = "" if shown == length else f"the first {grouped(shown)} of "
        parts = [f"{first}{grouped(length)} steps"]
        parts += [f"marked: {label.name}" for label in sequence.labels]
        if dataset.chance is not None and len(sequence) == length:
            parts.append("chance line: {} {:.4g}".format(*dataset.chance))
        self.caption.setText("  ·  ".join(parts))
        self._renew()

    def _on_failed(self, error: object) -> None:
        self._job = None
        self.preview.show_sequence(None)
        self.caption.setText(sentence(error))
        self._renew()

    def _on_new_seed(self) -> None:
        self.seed.set_value(other_seed(self.seed.value))
        self._coalesce.start()

    # The end --------------------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Ask for what the form says to be opened."""
        self.list.setFocus()  # so that a field that is being typed in says what it has
        settings: dict[str, Setting] = self.page.settings()
        super().accept()
        self.open_requested.emit(write_source(self.list.chosen, settings, self.seed.value))

    def end(self) -> None:
        """Stop what is being made, for the window to close."""
        self._coalesce.stop()
        if self._job is not None:
            self._job.end()
            self._job = None
