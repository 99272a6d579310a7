"""How many steps a jump is: one number for keys, buttons and menus, kept from one time to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal

USUAL, LONGEST = 10, 999


class Jump(QObject):
    """Keeps the number. What was stored and cannot be read is as if it had never been."""

    changed = Signal(int)

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        try:
            stored = int(str(settings.value("jump", USUAL)))
        except ValueError:
            stored = USUAL
        self.steps = stored if 1 <= stored <= LONGEST else USUAL

    def choose(self, steps: int) -> None:
        """Jump so many steps from now on."""
        if steps != self.steps:
            self.steps = steps
            self._settings.setValue("jump", steps)
            self.changed.emit(steps)
