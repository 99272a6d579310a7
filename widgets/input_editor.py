"""Edit mode: over the input row a drag changes or draws values of the input, keys change the one at the cursor."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from explorer.trace import Trace
from widgets.clamp_words import TypingError, number, parse_value
from widgets.decimals import grouped
from widgets.input_row import MOST_LINES, InputRow
from widgets.keys import claims, tell
from widgets.stroke import Stroke
from widgets.theme import Theme, unit_style
from widgets.view import View

HINT = (
    "Edit: drag a value, or draw many; ↑ ↓ change it at the cursor, Enter types it, Ctrl+↑ ↓ take another feature; "
    "E or Esc ends."
)
TOO_FAR = "zoom in to drag: a step is less than a pixel here"
SHARE, LARGE = 0.01, 10
"""Of the height of the row, how much a key changes a value; with Shift so many times that."""

RING = 4.5
FIELD_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, *FIELD_KEYS)


class InputEditor(QWidget):
    """Lies over the plot of the input row while edit mode is on. Asks for other values by ``values_edited``."""

    told_keys = (
        tell("a larger value", "Up"),
        tell("a smaller value", "Down"),
        tell("ten times as much larger", "Shift+Up"),
        tell("ten times as much smaller", "Shift+Down"),
        tell("the feature above", "Ctrl+Up"),
        tell("the feature below", "Ctrl+Down"),
        tell("type the value", "Return"),
        tell("leave edit mode", "Esc"),
    )

    values_edited = Signal(int, object, tuple, object)
    """Which number of the input, from which step on, is to be what; and a key that is the same for all of one drag."""
    ended = Signal()

    def __init__(self, row: InputRow, theme: Theme) -> None:
        super().__init__(row)
        self._row, self._theme = row, theme
        self._trace: Trace | None = None
        self._sequence, self._step, self.feature = 0, 0, 0
        self._dragged: Stroke | None = None
        self._grabbed = 0.0
        self._drags = 0
        self._field = QLineEdit(self)
        self._field.hide()
        self._field.setAccessibleName("Value of the input at the step")
        self._field.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Edit the input")
        self.setAccessibleDescription(HINT)
        row.installEventFilter(self)
        self.hide()

    # Slots ----------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin to edit."""
        self.setGeometry(self._row.plot)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Edit no more."""
        if not self.isHidden():
            self._close_field()
            self._dragged = None
            self._row.hold_scales(False)
            self.hide()
            self.ended.emit()

    def show_trace(self, trace: Trace, sequence: int) -> None:
        """Edit the input of this sequence."""
        self._trace, self._sequence = trace, sequence
        numbers = trace.experiment.dataset.numeric
        if not numbers:
            self.end()
        self.feature = min(self.feature, max(min(len(numbers), MOST_LINES) - 1, 0))
        self.update()

    def set_step(self, step: int) -> None:
        """Let keys mean this step."""
        self._step = step
        if self.isVisible():
            self._close_field()
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.update()

    # Values ---------------------------------------------------------------------------------------------------------

    def value_at(self, feature: int, step: int) -> float:
        """Return what a number of the input is at a step, in the units of its source, with what was edited."""
        assert self._trace is not None
        column = self._trace.experiment.dataset.numeric[feature]
        return float(self._trace.experiment.values(self._sequence, step, step + 1)[0, column])

    def nearest(self, step: int, y: float) -> int:
        """Return the feature whose line is nearest to a height at a step."""
        assert self._trace is not None
        count = min(len(self._trace.experiment.dataset.numeric), MOST_LINES)
        heights = [self._row.height_of(k, self.value_at(k, step)) for k in range(count)]
        away = [abs(height - y) if math.isfinite(height) else math.inf for height in heights]
        return min(range(count), key=away.__getitem__)

    def _ask(self, step: int, value: float, key: object) -> None:
        if math.isfinite(value) and value != self.value_at(self.feature, step):
            self.values_edited.emit(self.feature, step, (value,), key)

    def _view(self) -> View:
        return self._row.view

    def _x(self, step: int) -> float:
        view = self._view()
        return (step + 0.5 - view.first) / view.span * self.width()

    # Mouse ----------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the value nearest to the pointer at its step."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton or self._trace is None or self._view().span > self.width():
            return
        step = self._view().step_at(event.position().x() / max(self.width(), 1))
        y = self._in_row(event)
        self.feature = self.nearest(step, y)
        value = self.value_at(self.feature, step)
        start = value if math.isfinite(value) else self._row.value_of(self.feature, y)
        self._grabbed = self._row.height_of(self.feature, start) - y
        self._dragged = Stroke(step, start, event.position().x())
        self._drags += 1
        self._row.hold_scales(True)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the value; beside its step, draw those of all steps that the pointer passes over."""
        if self._dragged is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        stroke, key, x, y = self._dragged, ("drag", self._drags), event.position().x(), self._in_row(event)
        step = self._view().step_at(min(max(x / max(self.width(), 1), 0.0), 1.0))
        if stroke.leaves(step, x):
            stroke.draw(step, self._rounded(self._row.value_of(self.feature, y)), self._rounded)
            self.values_edited.emit(self.feature, stroke.first, stroke.values, key)
        else:
            stroke.drag(self._rounded(self._row.value_of(self.feature, y + self._grabbed)))
            self._ask(*stroke.point, key)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        if self._dragged is not None:
            self._dragged = None
            self._row.hold_scales(False)
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the row, in its own coordinates."""
        moved = QWheelEvent(
            event.position() + QPointF(self.pos()),
            *(event.globalPosition(), event.pixelDelta(), event.angleDelta(), event.buttons(), event.modifiers()),
            *(event.phase(), event.inverted()),
        )
        QApplication.sendEvent(self._row, moved)
        self.update()

    def _in_row(self, event: QMouseEvent) -> float:
        return event.position().y() + self.pos().y()

    def _rounded(self, value: float) -> float:
        """Return a value with as many digits as a pixel tells apart."""
        pixel = self._row.span_of(self.feature) / max(self.height(), 1)
        digits = -math.floor(math.log10(pixel)) if pixel > 0 else 0
        return round(value, digits)

    # Keys -----------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Claim the keys of edit mode, whoever else wants them."""
        return claims(event, *KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the value at the cursor, choose a feature, begin to type, or end."""
        key, modifiers = event.key(), event.modifiers()
        up = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(key), 0)
        if key == Qt.Key.Key_Escape:
            self.end()
        elif up and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._choose(-up)
        elif up:
            self._nudge(up * (LARGE if modifiers & Qt.KeyboardModifier.ShiftModifier else 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_field(number(self.value_at(self.feature, self._step)), whole=True)
        elif event.text().isdigit() or event.text() == ".":
            self._open_field(event.text(), whole=False)
        else:
            super().keyPressEvent(event)

    def _choose(self, by: int) -> None:
        assert self._trace is not None
        count = min(len(self._trace.experiment.dataset.numeric), MOST_LINES)
        self.feature = (self.feature + by) % max(count, 1)
        self.update()

    def _nudge(self, by: int) -> None:
        value = self.value_at(self.feature, self._step)
        amount = _nice(self._row.span_of(self.feature) * SHARE)
        start = value if math.isfinite(value) else 0.0
        digits = max(-math.floor(math.log10(amount)), 0) + 2
        self._ask(self._step, round(start + by * amount, digits), ("key", self.feature, self._step))

    def _open_field(self, text: str, *, whole: bool) -> None:
        metrics = QFontMetrics(self._field.font())
        width = metrics.horizontalAdvance("0" * 12)
        x = min(max(self._x(self._step) + 8, 0), max(self.width() - width, 0))
        self._field.setGeometry(round(x), 2, width, self._field.sizeHint().height())
        self._field.setText(text)
        self._field.setToolTip("")
        self._field.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        if whole:
            self._field.selectAll()

    def _close_field(self) -> None:
        if not self._field.isHidden():
            self._field.hide()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_typed(self) -> None:
        try:
            value = parse_value(self._field.text())
        except TypingError as error:
            self._error(str(error))
            return
        self._close_field()
        self._ask(self._step, value, None)

    def _error(self, text: str) -> None:
        from PySide6.QtWidgets import QToolTip

        self._field.setToolTip(text)
        self._field.selectAll()
        QToolTip.showText(self._field.mapToGlobal(self._field.rect().bottomLeft()), text, self._field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay over the plot of the row; Enter takes what was typed, Escape leaves the field only."""
        if watched is self._row and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._row.plot)
        elif watched is self._field and isinstance(event, QKeyEvent) and event.key() in FIELD_KEYS:
            if event.type() == QEvent.Type.KeyPress:  # handled here, or they would go on to the editor
                if event.key() == Qt.Key.Key_Escape:
                    self._close_field()
                else:
                    self._on_typed()
            event.accept()
            return True
        return super().eventFilter(watched, event)

    # Painting -------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a frame, what to do, and a ring around the value that keys change or that is dragged."""
        if self._trace is None:
            return
        painter = QPainter(self)
        accent = QColor(self._theme.accent)
        painter.setPen(QPen(accent, 2))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        stroke = self._dragged
        step, value = (self._step, self.value_at(self.feature, self._step)) if stroke is None else stroke.point
        names = self._trace.experiment.dataset.features
        name = names[self._trace.experiment.dataset.numeric[self.feature]]
        told = f"{name} = {number(value)} at step {grouped(step)}"
        if stroke is not None and stroke.draws:
            told += f" · {len(stroke.values)} steps drawn"
        self._paint_text(painter, f"{told} · {TOO_FAR}" if self._view().span > self.width() else told)
        x, y = self._x(step), self._row.height_of(self.feature, value) - self.pos().y()
        if 0 <= x <= self.width() and math.isfinite(y):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor(self._theme.base))
            painter.setPen(QPen(QColor(unit_style(self.feature, self._theme).color), 2))
            painter.drawEllipse(QPointF(x, min(max(y, RING), self.height() - RING)), RING, RING)

    def _paint_text(self, painter: QPainter, text: str) -> None:
        metrics = QFontMetrics(self.font())
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 20)
        area = QRectF(6, self.height() - metrics.height() - 5, metrics.horizontalAdvance(text) + 10, metrics.height())
        painter.fillRect(area, QColor(self._theme.base))
        painter.setPen(QColor(self._theme.accent))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


def _nice(amount: float) -> float:
    """Return 1, 2 or 5 times a power of ten near an amount."""
    if not (amount > 0 and math.isfinite(amount)):
        return 1.0
    power = 10.0 ** math.floor(math.log10(amount))
    return next(m * power for m in (1, 2, 5, 10) if amount <= m * power * (1 + 1e-9))
