"""Plays: turns the passing of time into steps to take. Knows nothing of what is played."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

FRAME_MS = 16
SPEEDS = (1.0, 960.0)
NORMAL_SPEED = 30.0
LONGEST_FRAME = 0.25
"""Seconds of a frame that are made up for, if it was late."""

LAG = 2
"""Steps by which what is shown may be late before some are skipped."""

CATCH_UP_MS = 1
"""Until the next frame, where steps are due: what was painted meanwhile is seen."""


def frame_steps(due: float, speed: float) -> int:
    """Return how many of the steps that are ``due`` a frame takes at so many steps a second.

    Where each step can have a frame of its own, one that is a little late takes one: the next comes at once and takes
    the other, or every unsteady frame would skip a step. No more than ``LAG`` are left to do so.
    """
    steps = int(due)
    return steps if speed * FRAME_MS > 1000 else max(min(steps, 1), steps - LAG)


class Player(QObject):
    """Emits ``moved(n)`` while it plays: how many steps are due since the frame before, forward or back."""

    moved = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.speed, self.direction = NORMAL_SPEED, 1
        self._due, self._seen = 0.0, 0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_frame)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def play(self, direction: int = 1) -> None:
        """Play on (1) or back (−1); again in the same direction doubles the speed."""
        if self.playing and direction == self.direction:
            self.set_speed(self.speed * 2)
            return
        self.direction, self._due = direction, 0.0
        if not self.playing:
            self._clock.start()
            self._seen = 0
            self._timer.start(FRAME_MS)
            self.playing_changed.emit(True)

    def stop(self) -> None:
        """Stop."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def set_speed(self, steps_per_second: float) -> None:
        """Play at this speed, within what can be followed."""
        speed = min(max(steps_per_second, SPEEDS[0]), SPEEDS[1])
        if speed != self.speed:
            self.speed = speed
            self.speed_changed.emit(speed)

    def set_normal_speed(self) -> None:
        """Play at the speed it began with."""
        self.set_speed(NORMAL_SPEED)

    def _on_frame(self) -> None:
        # A late frame takes the steps that are due, but a long pause (a dialog, a sleep) is not made up for.
        now = self._clock.nsecsElapsed()  # restart() would lose up to a millisecond of every frame
        self._due += min((now - self._seen) / 1e9, LONGEST_FRAME) * self.speed
        self._seen = now
        if steps := frame_steps(self._due, self.speed):
            self._due -= steps
            self.moved.emit(steps * self.direction)
        if self.playing:  # whoever heard of the steps may have stopped it
            wait = FRAME_MS if self._due < 1 else CATCH_UP_MS
            if wait != self._timer.interval():
                self._timer.setInterval(wait)
