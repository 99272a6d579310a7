"""How keys are written wherever actions are listed, and who has them first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

SYMBOLS = {"Right": "→", "Left": "←", "Up": "↑", "Down": "↓", "-": "−"}


GOES_ON = {
    *("Right", "Left", "Shift+Right", "Shift+Left", "Ctrl+Right", "Ctrl+Left", "Alt+Right", "Alt+Left"),
    *("Up", "Down", "Ctrl+Up", "Ctrl+Down", "Alt+Up", "Alt+Down", "PgUp", "PgDown"),
    *("+", "-", "Ctrl++", "Ctrl+-", "[", "]", "Ctrl+Z", "Ctrl+Y", "F10", "F11"),
}
"""Keys that go on doing what they do while they are held down. Whatever switches, opens or marks does so once."""


def goes_on(action: QAction) -> bool:
    """Whether an action is done again and again while its key is held down."""
    return any(key.toString() in GOES_ON for key in action.shortcuts())


@dataclass(frozen=True, slots=True)
class Told:
    """What some keys do where they are no actions: a list or a plot tells it in ``told_keys``, for the cheat sheet."""

    does: str
    keys: tuple[QKeySequence, ...]

    @property
    def text(self) -> str:
        """The keys as they are written everywhere."""
        return _either(self.keys)


def tell(does: str, *keys: str) -> Told:
    """Return what keys do, each as Qt writes it: ``tell("copy", "Ctrl+C")``."""
    return Told(does, tuple(QKeySequence(key) for key in keys))


def keys_of(action: QAction) -> str:
    """Return ``Ctrl+Shift+Z or Ctrl+Y``; nothing where an action has no key."""
    return _either(action.shortcuts())


def claims(event: QEvent, *keys: Qt.Key | QKeySequence.StandardKey) -> bool:
    """Return whether one of these keys was pressed and could be a shortcut; then it comes to the widget instead."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    claimed = any(event.matches(k) if isinstance(k, QKeySequence.StandardKey) else event.key() == k for k in keys)
    if claimed:
        event.accept()
    return claimed


def offer_copy(widget: QWidget, text: str, copy: Callable[[], None]) -> None:
    """Have an entry in the widget's menu that copies, and the key for it where the widget has the focus."""
    action = QAction(text, widget, shortcut=QKeySequence(QKeySequence.StandardKey.Copy))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.triggered.connect(copy)
    widget.addAction(action)
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)


def _either(keys: Iterable[QKeySequence]) -> str:
    return " or ".join(_key(key) for key in keys)


def _key(key: QKeySequence) -> str:
    text = key.toString(QKeySequence.SequenceFormat.NativeText)
    held, last = text[: text.rfind("+", 0, -1) + 1], text[text.rfind("+", 0, -1) + 1 :]
    return held + SYMBOLS.get(last, last)
