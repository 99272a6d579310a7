"""Fields of forms that speak only when a person has changed them, and that a passing wheel leaves alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from widgets.theme import Theme

DECIMALS = 6


class QuietWheel:
    """A field that a passing wheel leaves alone: it turns it only where a person is at work, else the form scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Take the wheel with the focus only."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SixDigits(QuietWheel):
    """A spin box as wide as six digits and the arrows: a number must not be cut off."""

    def sizeHint(self) -> QSize:
        """Return that size, with air above and below."""
        return QSize(self.fontMetrics().horizontalAdvance("0" * 7) + 38, super().sizeHint().height() + 3)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()


class WholeNumberField(SixDigits, QAbstractSpinBox):
    """A spin box of whole numbers of any size, written alike in every locale.

    Tells of a number when it is complete: Enter, leaving the field, or a step. Typing 128 does not tell of 1 and 12.
    Without a number of its own to take back, Ctrl+Z is left to the window.
    """

    edited = Signal(object)  # int: Signal(int) would cut it off at 32 bits

    def __init__(self, minimum: int, maximum: int, parent=None) -> None:
        super().__init__(parent)
        self._minimum, self._maximum = minimum, maximum
        self._value = minimum
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
        self.lineEdit().setText(str(minimum))
        self.editingFinished.connect(self._on_editing_finished)

    @property
    def value(self) -> int:
        """The number that was last complete."""
        return self._value

    def set_value(self, value: int) -> None:
        """Show a number, also one beyond what can be typed, and say nothing."""
        self._minimum, self._maximum = min(self._minimum, value), max(self._maximum, value)
        self._value = value
        self.lineEdit().setText(str(value))

    def set_limits(self, minimum: int, maximum: int) -> None:
        """Let numbers from ``minimum`` to ``maximum`` be chosen."""
        self._minimum, self._maximum = minimum, maximum

    def stepBy(self, steps: int) -> None:
        """Go up or down, from what is typed."""
        self._take(min(max(self._typed() + steps, self._minimum), self._maximum))
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Return which of the two arrows can go further."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value > self._minimum:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        if self._value < self._maximum:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        return flags

    def validate(self, text: str, pos: int) -> object:
        """Let digits in, up to the largest number."""
        if not text.isascii() or not (text.isdigit() or text == "") or len(text) > 19 or int(text or 0) > self._maximum:
            return QValidator.State.Invalid
        whole = text != "" and int(text) >= self._minimum
        return QValidator.State.Acceptable if whole else QValidator.State.Intermediate

    def fixup(self, text: str) -> str:
        """Return what stands in for a number that was left incomplete: the last complete one."""
        return str(self._value)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window where the field has nothing typed to take back."""
        if event.type() == QEvent.Type.ShortcutOverride and self.text() == str(self._value):
            keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
            if any(event.matches(key) for key in keys):
                event.ignore()
                return False
        return super().event(event)

    def _typed(self) -> int:
        text = self.text()
        return int(text) if text.isdigit() else self._value

    def _take(self, value: int) -> None:
        self.lineEdit().setText(str(value))
        if value != self._value:
            self._value = value
            self.edited.emit(value)

    def _on_editing_finished(self) -> None:
        self._take(min(max(self._typed(), self._minimum), self._maximum))


class NumberField(SixDigits, QDoubleSpinBox):
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


class ChoiceBox(QuietWheel, QComboBox):
    """A combo box of (title, data, tooltip). ``activated`` tells what a person chose; the wheel needs the focus."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_choices(self, choices: Iterable[tuple[str, object, str]], chosen: object) -> None:
        """Offer these choices, with ``chosen`` shown, and say nothing."""
        choices = list(choices)
        if choices != self._offered():
            self.clear()
            for title, data, tip in choices:
                self.addItem(title, data)
                self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.show_choice(chosen)

    def show_choice(self, chosen: object) -> None:
        """Show this choice, and say nothing."""
        data = [item[1] for item in self._offered()]
        self.setCurrentIndex(data.index(chosen) if chosen in data else -1)
        self.setToolTip(self.currentData(Qt.ItemDataRole.ToolTipRole) or "")

    def _offered(self) -> list[tuple[str, object, str]]:
        tip = Qt.ItemDataRole.ToolTipRole
        return [(self.itemText(k), self.itemData(k), self.itemData(k, tip)) for k in range(self.count())]


class TextField(QLineEdit):
    """A field that leaves undo and redo to the window where nothing was typed since it was last taken."""

    def take(self) -> str:
        """Return the text, of which nothing is to be taken back any more."""
        text = self.text()
        self.setText(text)
        return text

    def event(self, event: QEvent) -> bool:
        """Let the window have its keys."""
        if event.type() == QEvent.Type.ShortcutOverride and not (self.isUndoAvailable() or self.isRedoAvailable()):
            keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
            if any(event.matches(key) for key in keys):
                event.ignore()
                return False
        return super().event(event)


class Segments(QWidget):
    """A few choices side by side, one of them chosen. Tab goes to the chosen one, the arrow keys choose another."""

    edited = Signal(str)

    def __init__(self, choices: Iterable[tuple[str, str, str]], parent=None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for title, data, tip in choices:
            button = QPushButton(title, checkable=True, autoDefault=False, toolTip=tip)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button)
            self._buttons[data] = button
            row.addWidget(button, 1)
        self._chosen = next(iter(self._buttons))
        self._buttons[self._chosen].setChecked(True)
        self._group.buttonClicked.connect(self._on_clicked)
        self._fit()

    @property
    def chosen(self) -> str:
        """What is chosen."""
        return self._chosen

    def button(self, choice: str) -> QPushButton:
        """Return the button of a choice."""
        return self._buttons[choice]

    def show_choice(self, choice: str) -> None:
        """Show this choice, and say nothing."""
        self._chosen = choice
        self._buttons[choice].setChecked(True)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme: one rounded bar, the chosen part in the accent colour."""
        last = len(self._buttons) - 1
        for k, button in enumerate(self._buttons.values()):
            left, right = (4 if k == 0 else 0), (4 if k == last else 0)
            corners = f"border-top-left-radius: {left}px; border-bottom-left-radius: {left}px;"
            corners += f"border-top-right-radius: {right}px; border-bottom-right-radius: {right}px;"
            edge = "" if k == 0 else "border-left: none;"
            button.setStyleSheet(
                f"QPushButton {{ background: {theme.raised}; color: {theme.text}; padding: 3px 8px;"
                f" border: 1px solid {theme.border}; {edge} {corners} }}"
                f"QPushButton:hover:!checked {{ background: {theme.hover}; }}"
                f"QPushButton:checked {{ background: {theme.accent}; color: {theme.accent_text}; }}"
                f"QPushButton:disabled {{ background: {theme.window}; color: {theme.border};"
                f" border-color: {theme.line}; }}"
                f"QPushButton:focus {{ border: 2px solid {theme.text}; padding: 2px 7px; }}"
            )

    def changeEvent(self, event: QEvent) -> None:
        """Give larger words more room."""
        if event.type() == QEvent.Type.FontChange:
            self._fit()
        super().changeEvent(event)

    def _fit(self) -> None:
        for button in self._buttons.values():
            button.setMinimumWidth(self.fontMetrics().horizontalAdvance(button.text()) + 16)

    def _on_clicked(self, clicked: QPushButton) -> None:
        choice = next(data for data, button in self._buttons.items() if button is clicked)
        if choice != self._chosen:
            self._chosen = choice
            self.edited.emit(choice)


class SnugButton(QPushButton):
    """A button that may be as narrow as its words, whatever size they have."""

    def __init__(self, text: str, tip: str) -> None:
        super().__init__(text, toolTip=tip)
        self.setAccessibleName(tip)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the words and little more."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 16, super().minimumSizeHint().height())


def value_of(field: WholeNumberField | NumberField | ChoiceBox | QCheckBox) -> Any:
    """Return what a field says."""
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, ChoiceBox):
        return field.currentData()
    return field.value if isinstance(field, WholeNumberField) else field.value()
