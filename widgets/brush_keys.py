"""Brushing by keys: in brush mode Shift+← and Shift+→ take the cursor along and brush what it passes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from widgets.jump import Jump
from widgets.keys import tell
from widgets.row_area import RowArea
from widgets.workbench import Workbench

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
WAYS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}


class BrushKeys(QObject):
    """Takes these keys of the rows while a drag would brush; otherwise they jump, as ever."""

    told_keys = (
        tell("brush a step on and back", "Shift+Right", "Shift+Left"),
        tell("brush a jump on and back", "Ctrl+Shift+Right", "Ctrl+Shift+Left"),
    )

    def __init__(self, rows: RowArea, bench: Workbench, jump: Jump) -> None:
        super().__init__(rows)
        self._brushing, self._bench, self._jump = rows.brushing, bench, jump
        rows.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have the keys before the shortcut that jumps."""
        if not (self._brushing.on and isinstance(event, QKeyEvent)):
            return False
        way, held = WAYS.get(Qt.Key(event.key()), 0), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not way or held not in (SHIFT, SHIFT | CTRL) or not self._bench.frontier:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            by = way * (self._jump.steps if held & CTRL else 1)
            self._bench.go_to(self._brushing.extend(self._bench.step, by, self._bench.frontier))
        return True
