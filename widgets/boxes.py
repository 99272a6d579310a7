"""The number boxes of the transport: the step, how far a jump goes, and the speed."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from widgets.jump import LONGEST
from widgets.keys import tell
from widgets.theme import number_font

SLOWEST, FASTEST = 1.0, 960.0
LOCALE = QLocale(QLocale.Language.French, QLocale.Country.France)
"""Its digits come in groups of three with a thin space between, as in 22 694."""


class StepBox(QSpinBox):
    """The step as a number: arrows change it at once, typing when it is confirmed, Escape takes typing back."""

    told_keys = (tell("take back what was typed", "Esc"),)

    def __init__(self) -> None:
        super().__init__()
        self.setFont(number_font())
        self.setLocale(LOCALE)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName("Step")
        self.setToolTip("The step t, counted from 0. Type one and press Enter to go there")
        self._typed = False
        self.lineEdit().textEdited.connect(self._on_text_edited)

    def being_typed(self) -> bool:
        """Return whether a person has begun to type a step and not confirmed it."""
        return self._typed

    def forget_typing(self) -> None:
        """Let the box show a value again, whatever has been typed."""
        self._typed = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take typing back on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.forget_typing()
            self.editingFinished.emit()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _on_text_edited(self, text: str) -> None:
        self._typed = True


class JumpBox(QSpinBox):
    """How many steps a jump is, as a small field: arrows change it at once, typing when it is confirmed."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(number_font())
        self.setLocale(QLocale.c())
        self.setPrefix("±")
        self.setRange(1, LONGEST)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName("Steps of a jump")
        self.setToolTip("How many steps Shift+← and Shift+→ go")


class SpeedBox(QDoubleSpinBox):
    """Steps per second; the arrows double and halve it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(number_font())
        self.setLocale(QLocale.c())
        self.setRange(SLOWEST, FASTEST)
        self.setDecimals(3)
        self.setSuffix(" steps/s")
        self.setKeyboardTracking(False)
        self.setValue(60.0)
        self.setAccessibleName("Speed in steps per second")
        self.setToolTip("Speed: slower [, faster ], back to the normal speed with Backspace")

    def textFromValue(self, value: float) -> str:
        """Return the number without zeros that say nothing."""
        return f"{value:g}"

    def stepBy(self, steps: int) -> None:
        """Double or halve the speed, so many times."""
        self.setValue(self.value() * 2.0**steps)
