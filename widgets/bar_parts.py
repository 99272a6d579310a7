"""What a bar is made of that shows what there is room for: buttons, gaps, and how much room they take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

SPACING = 2
WITH_WORD, WITHOUT_WORD = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly

Part = tuple[int, Callable[[bool], None]]
"""The room that a part of the bar takes, and what shows it or leaves it out."""


def icon_button(name: str, says: str, key: str = "", *, checkable: bool = False, repeat: bool = False) -> QToolButton:
    """Return a button with the icon of that name. A click leaves the focus where it is, so that keys go on working."""
    button = QToolButton(objectName=name, accessibleName=says, toolTip=f"{says} ({key})" if key else says)
    button.setIconSize(QSize(20, 20))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setCheckable(checkable)
    button.setAutoRepeat(repeat)
    button.setAutoRepeatDelay(350)
    button.setAutoRepeatInterval(50)
    return button


def room_of(widget: QWidget) -> int:
    """Return the width that a widget takes in the bar, its distance to the next included."""
    return max(widget.sizeHint().width(), widget.minimumWidth()) + SPACING


def bare_room(button: QToolButton) -> int:
    """Return the room that a button with a word takes without it."""
    return room_of(button) - (_word_room(button) if button.toolButtonStyle() == WITH_WORD else 0)


def with_word(button: QToolButton) -> Part:
    """Return the room that its word takes, and how the button gets or loses it."""
    return _word_room(button), lambda fits: button.setToolButtonStyle(WITH_WORD if fits else WITHOUT_WORD)


def _word_room(button: QToolButton) -> int:
    """Return what a text adds to the width of a button, as Qt reckons it."""
    return button.fontMetrics().horizontalAdvance(f"  {button.text()}") + 6


def showing(*widgets: QWidget) -> Part:
    """Return the room that some widgets need, and how they are shown or left out."""

    def show(fits: bool) -> None:
        for widget in widgets:
            widget.setVisible(fits)

    return sum(map(room_of, widgets)), show


def gap(width: int) -> QFrame:
    """Return a distance that can be hidden with what it belongs to."""
    frame = QFrame()
    frame.setFixedWidth(width)
    return frame
