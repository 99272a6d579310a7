"""How keys are written, wherever actions are listed."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence

SYMBOLS = {"Right": "→", "Left": "←", "-": "−"}


def keys_of(action: QAction) -> str:
    """Return ``Ctrl+Shift+Z or Ctrl+Y``; nothing where an action has no key."""
    return " or ".join(_key(key) for key in action.shortcuts())


def _key(key: QKeySequence) -> str:
    text = key.toString(QKeySequence.SequenceFormat.NativeText)
    held, last = text[: text.rfind("+", 0, -1) + 1], text[text.rfind("+", 0, -1) + 1 :]
    return held + SYMBOLS.get(last, last)
