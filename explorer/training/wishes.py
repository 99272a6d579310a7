"""What was asked of a training and is not done yet: told by one thread, done by another at the end of an iteration."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

COMMANDS = ("start", "pause", "resume", "step", "stop", "quit")


class Wishes:
    """Takes commands and says, at the end of each iteration, whether there is to be another."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._folder: Path | None = None
        self._paused = False
        self._steps = 0
        self._ending = False

    def take(self, command: Mapping[str, object], heard: Callable[[str], None] = lambda _: None) -> None:
        """Take a command such as ``{"do": "pause"}``; ``heard`` is told its word before anything comes of it.

        ``start`` names the folder of the ``run``. ``step`` is one iteration and then a pause. After ``stop`` or
        ``quit`` there is no further iteration. ``ValueError`` if it is no command, ``KeyError`` if it names no run.
        """
        word = command.get("do")
        if word not in COMMANDS:
            raise ValueError(f"there is no command {word!r}; there are {', '.join(COMMANDS)}")
        folder = Path(str(command["run"])) if word == "start" else None
        heard(str(word))
        with self._changed:
            if word == "start":
                self._folder = folder
            elif word == "pause":
                self._paused, self._steps = True, 0
            elif word == "resume":
                self._paused, self._steps = False, 0
            elif word == "step":
                self._paused, self._steps = True, self._steps + 1
            else:
                self._ending = True
            self._changed.notify_all()

    @property
    def ending(self) -> bool:
        """Whether it was asked to end."""
        return self._ending

    def folder(self) -> Path | None:
        """Wait until a run is to be started and return its folder, or None if it is to end without one."""
        with self._changed:
            self._changed.wait_for(lambda: self._ending or self._folder is not None)
            return self._folder

    def another(self, resting: Callable[[], None], going_on: Callable[[], None]) -> bool:
        """Return whether there is to be another iteration, once that is known.

        While a pause lasts it waits: ``resting`` is called before that and ``going_on`` after, if it goes on.
        """
        with self._changed:
            if not self._may_go():
                resting()
                self._changed.wait_for(self._may_go)
                if not self._ending:
                    going_on()
            self._steps = max(self._steps - 1, 0)
            return not self._ending

    def _may_go(self) -> bool:
        return self._ending or not self._paused or self._steps > 0
