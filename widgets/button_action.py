"""What a button of a panel does, as an action: found in the palette by a name that needs no panel around it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget


class ButtonAction(QAction):
    """Presses a button. ``otherwise`` says why it cannot be pressed; without it the button's tooltip does."""

    def __init__(self, text: str, button: QAbstractButton, panel: QWidget, otherwise: str = "") -> None:
        super().__init__(text, panel)
        self._button, self._panel, self._otherwise = button, panel, otherwise
        self.setObjectName(text)
        self.triggered.connect(lambda _checked=False: button.click())
        panel.addAction(self)

    def renew(self) -> None:
        """Take on whether the button can be pressed now, and whether it is offered at all."""
        enabled = self._button.isEnabled()
        self.setVisible(self._button.isVisibleTo(self._panel))
        self.setEnabled(enabled)
        self.setToolTip("" if enabled else self._otherwise or self._button.toolTip())


def actions_of(panel: QWidget) -> Iterator[tuple[QWidget, QAction]]:
    """Yield every action of a panel and of its parts as it is now, with the part that owns it; those of menus aside."""
    for owner in (panel, *panel.findChildren(QWidget)):
        if not isinstance(owner, QMenu):
            for action in owner.actions():
                if isinstance(action, ButtonAction):
                    action.renew()
                if action.text() and not action.isSeparator() and action.isVisible():
                    yield owner, action


def name_of(action: QAction) -> str:
    """Return what an action is known by, whatever it is called now."""
    return action.objectName() or action.text()


def allow(action: QAction, allowed: bool, otherwise: str) -> None:
    """Offer an action, or say why it cannot be had: in its tooltip, which menus and the palette show."""
    action.setEnabled(allowed)
    action.setToolTip("" if allowed else otherwise)
