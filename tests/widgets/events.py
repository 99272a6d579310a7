"""Real mouse and wheel events, as the window system sends them."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


def mouse(widget: QWidget, kind, x: float, y: float, modifiers=NO_KEY, button=LEFT) -> None:
    """Send one mouse event; ``kind`` is one of QMouseEvent.Type."""
    moving = kind == QMouseEvent.Type.MouseMove
    held = NO_BUTTON if kind == QMouseEvent.Type.MouseButtonRelease else button
    where = QPointF(x, y)
    event = QMouseEvent(
        kind, where, QPointF(widget.mapToGlobal(where)), NO_BUTTON if moving else button, held, modifiers
    )
    QApplication.sendEvent(widget, event)


def press(widget: QWidget, x: float, y: float, modifiers=NO_KEY, button=LEFT) -> None:
    mouse(widget, QMouseEvent.Type.MouseButtonPress, x, y, modifiers, button)


def move(widget: QWidget, x: float, y: float, modifiers=NO_KEY, button=LEFT) -> None:
    mouse(widget, QMouseEvent.Type.MouseMove, x, y, modifiers, button)


def release(widget: QWidget, x: float, y: float, modifiers=NO_KEY, button=LEFT) -> None:
    mouse(widget, QMouseEvent.Type.MouseButtonRelease, x, y, modifiers, button)


def click(widget: QWidget, x: float, y: float, modifiers=NO_KEY, button=LEFT) -> None:
    press(widget, x, y, modifiers, button)
    release(widget, x, y, modifiers, button)


def drag(widget: QWidget, places: list[tuple[float, float]], modifiers=NO_KEY) -> None:
    """Press at the first place, move over the others, release at the last."""
    press(widget, *places[0], modifiers)
    for place in places[1:]:
        move(widget, *place, modifiers)
    release(widget, *places[-1], modifiers)


def double_click(widget: QWidget, x: float, y: float, button=LEFT) -> None:
    """Send what a double click sends: the second press is another kind of event."""
    click(widget, x, y, button=button)
    mouse(widget, QMouseEvent.Type.MouseButtonDblClick, x, y, button=button)
    release(widget, x, y, button=button)


def wheel(widget: QWidget, x: float, y: float, notches: float = 1.0, modifiers=NO_KEY, *, sideways=False) -> bool:
    """Turn the wheel, away from oneself if positive. Returns whether the widget took it."""
    turn = round(120 * notches)
    delta = QPoint(turn, 0) if sideways else QPoint(0, turn)
    where = QPointF(x, y)
    event = QWheelEvent(
        where,
        QPointF(widget.mapToGlobal(where)),
        QPoint(),
        delta,
        NO_BUTTON,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.setAccepted(True)
    widget.wheelEvent(event)
    return event.isAccepted()
