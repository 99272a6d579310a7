"""What holds the place of a panel until it is seen, and tells what the panel will offer without its being made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QPaintEvent
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Offer:
    """An action of a panel by its ``name``; what it is called now, if otherwise; and why it cannot be done now."""

    name: str
    text: str = ""
    reason: str = ""


Offers = Callable[[], Iterable[Offer]]


class Unseen(QWidget):
    """A dock behind others counts as visible, but is not painted: so its panel is made when this is painted."""

    seen = Signal()
    chosen = Signal(str)
    """The name of an action that is to be done: by the panel, made for it."""

    def __init__(self, offers: Offers) -> None:
        super().__init__()
        self._offers = offers

    def renew(self) -> None:
        """Offer, by actions of its own, what the panel would offer now."""
        for old in self.actions():
            self.removeAction(old)
            old.deleteLater()
        for offer in self._offers():
            action = QAction(offer.text or offer.name, self, toolTip=offer.reason, enabled=not offer.reason)
            action.setObjectName(offer.name)
            action.triggered.connect(lambda _=False, name=offer.name: self.chosen.emit(name))
            self.addAction(action)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say so when the painting is over."""
        QTimer.singleShot(0, self, self.seen.emit)
