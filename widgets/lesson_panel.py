"""A lesson beside the rows: a page at a time, links that set the scene, and an answer that waits for a guess."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from explorer.findings import Claim
from explorer.lessons import SCENE, Lesson, Page, told_text
from widgets.decimals import UNKNOWN
from widgets.keys import tell
from widgets.theme import LIGHT, Theme

PENDING = "…"
"""What stands for the number of a claim that cannot be said of what is shown."""

UNTRAINED = f"{UNKNOWN} *(train first)*"
"""What stands for what came of a run that there is not."""

UNJUDGED = f"{UNKNOWN} *(train, then Evaluate)*"
"""What stands for a figure of a report that there is not."""

ASIDE = "*(not what the lesson tells: something else is shown)*"


class LessonPanel(QWidget):
    """Shows a lesson. What is told of a claim comes with ``show_claims``, from whoever knows what is shown."""

    told_keys = (tell("the answer, or the next page", "Return"), tell("the page before", "Backspace"))

    scene_requested = Signal(str)
    answered = Signal()
    """The answer of the page was asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lesson: Lesson | None = None
        self.page, self.is_answered = 0, False
        self._tell: Callable[[Claim], str] = lambda _: PENDING
        self._shown = ""
        self._build()
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(self._on_next)
        self.text.anchorClicked.connect(self._on_link)
        self.apply_theme(LIGHT)

    def _build(self) -> None:
        self.title, self.count = QLabel(wordWrap=True), QLabel()
        self.title.setAccessibleName("Lesson")
        self.text = QTextBrowser(openLinks=False, frameShape=QTextBrowser.Shape.NoFrame)
        self.text.setAccessibleName("Text of the lesson")
        self.text.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.text.document().setDocumentMargin(0)
        self.back, self.on = QPushButton("Back", autoDefault=False), QPushButton(autoDefault=False)
        self.back.setToolTip("The page before")
        buttons = QHBoxLayout()
        buttons.addWidget(self.back)
        buttons.addWidget(self.count, 1, Qt.AlignmentFlag.AlignCenter)
        buttons.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text, 1)
        column.addLayout(buttons)

    def sizeHint(self) -> QSize:
        """Return room for some short lines."""
        return QSize(300, 380)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_lesson(self, lesson: Lesson | None) -> None:
        """Show the first page of a lesson; the same one stays where it is."""
        if lesson is not self.lesson:
            self.lesson, self.page, self.is_answered = lesson, 0, False
            self._show()

    def show_claims(self, tell: Callable[[Claim], str]) -> None:
        """Show what is now told of each claim."""
        self._tell = tell
        self._show_text()

    def turn(self, by: int) -> None:
        """Go to another page; its answer waits to be asked for."""
        if self.lesson is not None:
            self.page, self.is_answered = min(max(self.page + by, 0), len(self.lesson.pages) - 1), False
            self._show()
            self.text.verticalScrollBar().setValue(0)

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        palette = self.text.palette()
        for role, color in (
            (QPalette.ColorRole.Base, Qt.GlobalColor.transparent),
            (QPalette.ColorRole.Text, theme.text),
            (QPalette.ColorRole.Link, theme.accent),
        ):
            palette.setColor(role, color)
        self.text.setPalette(palette)
        self.title.setStyleSheet(f"color: {theme.text}; font-weight: bold;")
        self.count.setStyleSheet(f"color: {theme.muted_text}")
        self._shown = ""
        self._show_text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on by Return, back by Backspace; on a link of the text, Return follows it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.on.click()
        elif event.key() == Qt.Key.Key_Backspace:
            self.back.click()
        else:
            super().keyPressEvent(event)

    # What is shown --------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Page | None:
        """The page that is shown."""
        return None if self.lesson is None else self.lesson.pages[self.page]

    @property
    def _asks(self) -> bool:
        return self.current is not None and bool(self.current.answer) and not self.is_answered

    def _show(self) -> None:
        lesson = self.lesson
        if lesson is None:
            return
        self.title.setText(lesson.title)
        self.count.setText(f"{self.page + 1} of {len(lesson.pages)}")
        self.count.setAccessibleName(f"Page {self.page + 1} of {len(lesson.pages)}")
        self.back.setEnabled(self.page > 0)
        last = self.page == len(lesson.pages) - 1
        self.on.setText("Answer" if self._asks else "Next")
        self.on.setToolTip("When you have guessed" if self._asks else "This is the last page" if last else "")
        self.on.setEnabled(self._asks or not last)
        self._show_text()

    def _show_text(self) -> None:
        if self.lesson is None or self.current is None:
            return
        parts = (f"### {self.current.title}", self.current.text, self.current.answer if self.is_answered else "")
        text = told_text("\n\n".join(parts), self.lesson, self._tell)
        if text != self._shown:
            self._shown, bar = text, self.text.verticalScrollBar()
            at = bar.value()
            self.text.setMarkdown(text)
            bar.setValue(at)

    def _on_next(self) -> None:
        if self._asks:
            self.is_answered = True
            self._show()
            bar = self.text.verticalScrollBar()
            bar.setValue(bar.maximum())
            self.answered.emit()
        else:
            self.turn(1)

    def _on_link(self, url: QUrl) -> None:
        self.scene_requested.emit(url.toString().removeprefix(SCENE))
