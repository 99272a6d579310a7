"""The status line: what happened last, what is being computed, by what, and whether it is right."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QToolButton, QWidget

from explorer.trace import Check
from widgets.labels import ElidedLabel
from widgets.messages import Message, MessageList
from widgets.theme import LIGHT, Theme, icon

NOTE_MS = 12_000
"""How long a note stays. An error stays until it is dismissed."""

ERROR_WIDTH = 320
"""Pixels that an error may take from the engine's name."""

MOST_MESSAGES = 1000
"""Messages that are kept; those before are only in the log."""

PATIENCE_MS = 150
"""Work that ends sooner shows no progress: a bar that flashes says nothing."""


class StatusLine(QWidget):
    """Messages on the left; progress with Cancel, the engine and the self-check on the right."""

    cancel_requested = Signal()
    report_requested = Signal()
    """All messages, and what helps to find their cause, are to be written to a file."""
    said = Signal(object)
    """A message, each time that it is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._check: Check | None = None
        self._reason = "torch has not run yet"
        self._messages: list[Message] = []
        self._shown: Message | None = None
        self._note_timer = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._list: MessageList | None = None
        self._build()
        self._connect()
        self.apply_theme(LIGHT)

    def _build(self) -> None:
        self.sign = QLabel()
        self.message = ElidedLabel()
        self.message.setAccessibleName("Latest message")
        self.dismiss = QToolButton(autoRaise=True, toolTip="Dismiss this message")
        self.dismiss.setAccessibleName("Dismiss the message")
        self.errors = QToolButton(autoRaise=True, toolTip="Show all messages of this session")
        self.errors.setAccessibleName("Errors: show all messages")
        self.errors.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.progress_text = QLabel()
        self.bar = QProgressBar(textVisible=False, minimum=0, maximum=1000)
        self.bar.setFixedWidth(120)
        self.bar.setAccessibleName("Progress")
        self.cancel = QPushButton("Cancel")
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they were
        self.followed = ElidedLabel()
        self.followed.setAccessibleName("Followed file")
        self.engine = ElidedLabel()
        self.engine.setAccessibleName("Engine")
        self.tick = QLabel()
        self.badge = ElidedLabel()
        self.badge.setAccessibleName("Self-check against torch")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(6)
        self._saying = saying = QWidget()  # takes what the others leave, whatever the length of its text
        saying.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        said = QHBoxLayout(saying)
        said.setContentsMargins(0, 0, 0, 0)
        for widget in (self.sign, self.message, self.dismiss):
            said.addWidget(widget)
        said.addStretch(1)
        row.addWidget(saying, 1)
        row.addWidget(self.errors)
        row.addSpacing(10)
        for widget in (self.progress_text, self.bar, self.cancel):
            row.addWidget(widget)
            widget.hide()
        row.addSpacing(10)
        row.addWidget(self.followed)
        row.addSpacing(10)
        row.addWidget(self.engine)
        row.addSpacing(10)
        row.addWidget(self.tick)
        row.addWidget(self.badge)
        for widget in (self.sign, self.dismiss, self.errors):
            widget.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.cancel.clicked.connect(self._on_cancel_clicked)
        self.dismiss.clicked.connect(self._clear_message)
        self.errors.clicked.connect(self.open_list)
        self._note_timer.timeout.connect(self._clear_message)
        self._patience.timeout.connect(self._show_progress_items)

    def show_engine(self, text: str) -> None:
        """Say by what the trace was computed: ``numpy, step by step``."""
        said = f"computed with {text.removeprefix('computed with ')}" if text else ""
        if said != self.engine.text():
            self.engine.setText(said)
            self.engine.setToolTip(said)

    def show_followed(self, text: str) -> None:
        """Say which file is followed and how far; nothing where none is."""
        self.followed.setText(text)
        self.followed.setToolTip(text)

    def show_check(self, check: Check | None, reason: str = "") -> None:
        """Say how far the trace is from torch; where that is not known yet, ``reason`` says why."""
        self._check, self._reason = check, reason
        self._show_badge()

    def show_progress(self, fraction: float | None, text: str = "") -> None:
        """Show how much of a long work is done, 0–1, or with None that it goes on. Without a text it is over."""
        if not text:
            self._patience.stop()
            for widget in (self.progress_text, self.bar, self.cancel):
                widget.hide()
            return
        if self.bar.isHidden() and not self._patience.isActive():
            self.cancel.setEnabled(True)
            self._patience.start()
        self.progress_text.setText(text)
        self.bar.setMaximum(0 if fraction is None else 1000)
        self.bar.setValue(0 if fraction is None else round(1000 * min(max(fraction, 0.0), 1.0)))

    def show_message(self, text: str, kind: str = "note") -> None:
        """Show a ``note`` for a while, or an ``error`` until it is dismissed. A note does not displace an error.

        What stands below the first line of the text are details, which only the list of all messages shows.
        """
        message = Message.of(text, kind)
        if self._messages and self._messages[-1].repeats(message):
            self._messages[-1] = self._messages[-1].again()
        else:
            self._messages.append(message)
            del self._messages[:-MOST_MESSAGES]
        if self._list is not None:
            self._list.show_messages(self._messages)
        self._show_errors_button()
        if kind == "error" or self._shown is None or self._shown.kind != "error":
            self._show(self._messages[-1])
        self.said.emit(message)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said in this session, the newest last."""
        return tuple(self._messages)

    @property
    def list(self) -> MessageList:
        """The window that lists all messages, made when it is first asked for."""
        if self._list is None:
            self._list = MessageList(self)
            self._list.apply_theme(self._theme)
            self._list.show_messages(self._messages)
            self._list.cleared.connect(self._on_cleared)
            self._list.report_requested.connect(self.report_requested)
        return self._list

    def open_list(self) -> None:
        """Show all messages, beside the work."""
        self.list.show()
        self.list.raise_()
        self.list.activateWindow()

    def withdraw(self, text: str) -> None:
        """Take a note off that says this, as it does not hold any more."""
        if text and self._shown is not None and self._shown.kind == "note" and text in self._shown.text:
            self._clear_message()

    def withdraw_error(self) -> None:
        """Take an error off that was about something else than what is open now; the list of messages keeps it."""
        if self._shown is not None and self._shown.kind == "error":
            self._clear_message()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours and icons."""
        self._theme = theme
        self.dismiss.setIcon(icon("close", theme))
        self.errors.setIcon(icon("warning", theme))
        self.followed.setStyleSheet(f"color: {theme.accent}")
        self.engine.setStyleSheet(f"color: {theme.muted_text}")
        self.progress_text.setStyleSheet(f"color: {theme.muted_text}")
        if self._list is not None:
            self._list.apply_theme(theme)
        self._show_badge()
        if self._shown is not None:
            self._show(self._shown)

    def sizeHint(self) -> QSize:
        """Return a height that no part changes by coming and going."""
        tallest = max(part.sizeHint().height() for part in (self.cancel, self.errors, self.dismiss, self.badge))
        return QSize(super().sizeHint().width(), tallest + 4)

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def _show_badge(self) -> None:
        theme, check = self._theme, self._check
        if check is None:
            text, color, sign = "not yet verified", theme.muted_text, ""
            tip = self._reason
        elif not check.telling:
            text, color, sign = check.doubt, theme.warning, "warning"
            tip = f"{text}. Right and wrong numbers cannot be told apart there."
        elif check.passed:
            text, color, sign = f"verified against torch: max error {check.error:.1e}", theme.success, "check"
            tip = f"The largest difference from torch's own layer, over all steps. Allowed is {check.tolerance:.1e}."
        else:
            text = f"differs from torch: max error {check.error:.1e}, allowed {check.tolerance:.1e}"
            color, sign = theme.error, "close"
            tip = "The numbers on screen are not what torch computes from these weights."
        self.badge.setText(f"{text}: {self._reason}" if check is None and self._reason else text)
        self.badge.setStyleSheet(f"color: {color}")
        # A whole sentence may be shortened, and is in the tooltip; a result never is.
        whole = check is None or check.telling
        self.badge.setMinimumWidth(self.badge.sizeHint().width() if whole else 0)
        self.tick.setVisible(bool(sign))
        if sign:
            self.tick.setPixmap(_sign(sign, theme, color, self))
        for label in (self.badge, self.tick):
            label.setToolTip(tip)

    def _show(self, message: Message) -> None:
        error = message.kind == "error"
        self._shown = message
        self.message.setText(message.text)
        self.message.setToolTip(message.text)
        self.message.setStyleSheet(f"color: {self._theme.error if error else self._theme.text}")
        self.sign.setVisible(error)
        self.dismiss.setVisible(error)
        self._saying.setMinimumWidth(ERROR_WIDTH if error else 0)
        if error:
            self.sign.setPixmap(_sign("warning", self._theme, self._theme.error, self))
            self._note_timer.stop()
        else:
            self._note_timer.start()

    def _clear_message(self) -> None:
        self._shown = None
        self._note_timer.stop()
        self.message.clear()
        self.message.setToolTip("")
        self._saying.setMinimumWidth(0)
        self.sign.hide()
        self.dismiss.hide()

    def _show_errors_button(self) -> None:
        count = sum(message.count for message in self._messages if message.kind == "error")
        self.errors.setText(f" {count} error{'s' if count != 1 else ''}")
        self.errors.setVisible(count > 0)

    def _show_progress_items(self) -> None:
        for widget in (self.progress_text, self.bar, self.cancel):
            widget.show()

    def _on_cancel_clicked(self) -> None:
        self.cancel.setEnabled(False)
        self.cancel_requested.emit()

    def _on_cleared(self) -> None:
        self._messages.clear()
        self._clear_message()
        self._show_errors_button()


def _sign(name: str, theme: Theme, color: str, widget: QWidget) -> QPixmap:
    """Return a small icon in a colour that means something."""
    return icon(name, replace(theme, text=color)).pixmap(QSize(16, 16), widget.devicePixelRatioF())
