"""The scrub line: a thin slider over all steps of a sequence, hatched where steps are not known yet."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from widgets.theme import LIGHT, Theme

GROOVE = 6.0
HANDLE = 6.5
MARGIN = 10.0
NOTCH = 120


class Scrub(QSlider):
    """A slider from step 0 to the last, on which a press anywhere goes to that step.

    Its ``value`` is what it shows; whoever owns it decides what a change by the user (``valueChanged``) means. The
    mouse stops at the frontier, the first step that is not known.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = LIGHT
        self._frontier = 0
        self._hollow = False
        self._turned = 0
        self.setRange(0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_length(self, steps: int, frontier: int) -> None:
        """Show that there are so many steps, of which those before the frontier are known."""
        self._frontier = frontier
        self.setMaximum(max(0, steps - 1))
        self.update()

    def set_hollow(self, hollow: bool) -> None:
        """Draw the handle hollow: what it stands at is not what is shown."""
        if hollow != self._hollow:
            self._hollow = hollow
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def step_at(self, x: float) -> int:
        """Return the known step nearest to a place in the widget, 0 if none is known."""
        share = (x - MARGIN) / max(1.0, self.width() - 2 * MARGIN)
        return max(0, min(round(share * self.maximum()), self._frontier - 1))

    def place_of(self, step: int) -> float:
        """Return where in the widget a step lies."""
        return MARGIN + (self.width() - 2 * MARGIN) * step / max(1, self.maximum())

    def sizeHint(self) -> QSize:
        """Return a height at which the handle and its focus ring fit."""
        return QSize(400, 20)

    def minimumSizeHint(self) -> QSize:
        """Return a width on which one can still aim."""
        return QSize(120, 20)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self.step_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer while the button is down."""
        if self.isSliderDown():
            self.setValue(self.step_at(event.position().x()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.setSliderDown(False)
        self.update()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go one step for each notch of the wheel, up is on."""
        self._turned += event.angleDelta().y() or -event.angleDelta().x()
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        self.setValue(self.value() + notches)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove, what is not known, and the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        theme, middle = self._theme, self.height() / 2
        groove = QRectF(MARGIN, middle - GROOVE / 2, self.width() - 2 * MARGIN, GROOVE)
        shape = QPainterPath()
        shape.addRoundedRect(groove, GROOVE / 2, GROOVE / 2)
        painter.setClipPath(shape)
        painter.fillRect(groove, QColor(theme.line))
        if 0 < self._frontier <= self.maximum():
            unknown = QRectF(groove)
            unknown.setLeft(self.place_of(self._frontier - 1))
            self._hatch(painter, unknown)
        if self.isEnabled() and not self._hollow:
            played = QRectF(groove)
            played.setRight(self.place_of(self.value()))
            painter.fillRect(played, QColor(theme.accent))
        painter.setClipping(False)
        if self.isEnabled():
            self._draw_handle(painter, QPointF(self.place_of(self.value()), middle))

    def _hatch(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, QColor(self._theme.window))
        painter.setPen(QPen(QColor(self._theme.border), 1.2))
        x = area.left() - GROOVE
        while x < area.right():
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x + GROOVE, area.top()))
            x += 4.0
        painter.setPen(Qt.PenStyle.NoPen)

    def _draw_handle(self, painter: QPainter, center: QPointF) -> None:
        theme = self._theme
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1.6))
            painter.setBrush(QColor(theme.window))
            painter.drawEllipse(center, HANDLE + 2.6, HANDLE + 2.6)
        big = self.isSliderDown() or self.underMouse()
        painter.setPen(QPen(QColor(theme.muted_text if self._hollow else theme.window), 1.5))
        painter.setBrush(QColor(theme.window if self._hollow else theme.accent))
        painter.drawEllipse(center, HANDLE + big, HANDLE + big)
