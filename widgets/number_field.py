"""A field for a number that need not be whole: like ``WholeNumberField``, it speaks only when a person changed it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox

DECIMALS = 6


class NumberField(QDoubleSpinBox):
    """A spin box written alike in every locale, whose arrows go by a tenth of what stands there.

    Tells of a number when it is complete: Enter, leaving the field, or a step.
    """

    edited = Signal(float)

    def __init__(self, minimum: float, maximum: float, parent=None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())
        self.setDecimals(DECIMALS)
        self.setRange(minimum, maximum)
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self.edited)

    def set_value(self, value: float) -> None:
        """Show a number, and say nothing."""
        with QSignalBlocker(self):
            self.setValue(value)

    def textFromValue(self, value: float) -> str:
        """Return the number without zeros that say nothing."""
        return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only where a person is at work; otherwise the form scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        """Return the size of a field of whole numbers."""
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("0" * 7) + 38, hint.height() + 3)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()
