"""A file that another program writes, looked at ten times a second: what came in it, and when it cannot go on.

To ask for the size of a file costs some microseconds, works on every disk, also one of another machine, and needs no
library; so nobody waits to be told of changes by the system.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.errors import DataError
from explorer.experiment import Experiment
from explorer.sequences import Options, Problem
from widgets.job import Report, sentence
from widgets.sources import source_name

if TYPE_CHECKING:
    from explorer.sequences.following import Follower, Growth

LOOK_MS = 100
SOON_MS = 50
"""Milliseconds until the next look where rows have come: few at a time, so that taking them fits into a frame."""

MORE_MS = 15
"""Milliseconds between two looks at a burst: a frame is shown in between."""

BUDGET = 0.008
"""Seconds for which one look goes on reading."""

TOLD = 10
"""Cells and rows that do not fit of which each is told; of the others their number, whenever it has doubled."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What is followed: the name of the file, how many rows it has, when the last came, and what it waits for."""

    name: str
    rows: int
    last: datetime | None = None
    waits: str = ""

    @property
    def text(self) -> str:
        """Return ``following pump.csv: 1,204 rows, last 12:03:05``."""
        last = f", last {self.last:%H:%M:%S}" if self.last else ", none has come yet"
        rows = f"{self.rows:,} row{'s' if self.rows != 1 else ''}"
        return f"following {self.name}: {rows}{f'; {self.waits}' if self.waits else last}"


class Following(QObject):
    """Follows one file, or none. ``may_look`` says whether the window can take further steps now: else they wait.

    Says ``changed(Followed or None)``; ``grown(old, new, more)`` where the data set ``old`` goes on as ``new``, with
    ``more`` if others follow at once; and ``message(text, kind)``.
    """

    changed = Signal(object)
    grown = Signal(object, object, bool)
    message = Signal(str, str)

    def __init__(self, may_look: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._may_look = may_look
        self._coming: Follower | None = None
        self._follower: Follower | None = None
        self.followed: Followed | None = None
        self._odd, self._tell_at, self._more = 0, TOLD, False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_look)

    @property
    def text(self) -> str:
        """What is followed and how far, in a line; empty where nothing is."""
        return "" if self.followed is None else self.followed.text

    def open(self, made: Experiment, report: Report) -> Experiment:
        """Return the experiment over what its file holds by now, to be followed once it is shown. May raise.

        Called by a thread. Reads the file anew: only of what it has read itself does it know where it ended.
        """
        from explorer.sequences.following import Follower

        source = made.dataset.source
        self._coming = follower = Follower(source, made.dataset.options or Options(), report)
        return replace(made, dataset=follower.dataset)

    def show_trace(self, experiment: Experiment, *, live: bool) -> None:
        """Follow what is shown, if it is a file that was opened to be followed; follow no other any more."""
        dataset = experiment.dataset
        if self._coming is not None and dataset is self._coming.dataset and live:
            self._follower, self._coming = self._coming, None
            self._odd, self._tell_at, self._more = 0, TOLD, False
            self._show(Followed(source_name(dataset.source), len(dataset.sequences[0])))
            self._timer.start(0)
        elif self._follower is not None and (dataset is not self._follower.dataset or not live):
            self.stop()

    def stop(self) -> None:
        """Follow no more. What came stays."""
        self._timer.stop()
        self._follower = self._coming = None
        self._tell_rest()
        self._show(None)

    @property
    def _name(self) -> str:
        return "" if self.followed is None else self.followed.name

    def _show(self, followed: Followed | None) -> None:
        if followed != self.followed:
            self.followed = followed
            self.changed.emit(followed)

    def _on_look(self) -> None:
        """Read on, for a part of a frame."""
        follower = self._follower
        if follower is None:
            return
        if not self._may_look():
            self._timer.start(LOOK_MS)
            return
        rows = len(follower.dataset.sequences[0])
        waits, over = self._read_on(follower)
        came = len(follower.dataset.sequences[0]) - rows
        wait = MORE_MS if self._more else SOON_MS if came else LOOK_MS
        if (waits or over) and self._more:  # what was read of a burst is all there is
            self._more = False
            self.grown.emit(follower.dataset, follower.dataset, False)
        self._show_rows(came, waits)
        if over:
            self.message.emit(f"{self._name} is followed no more: {over}", "error")
            self.stop()
        if self._follower is follower:
            self._timer.start(wait)

    def _read_on(self, follower: Follower) -> tuple[str, str]:
        """Take what was appended, for a part of a frame; return what is waited for, and why it is over if it is."""
        from explorer.sequences.tail import UnreadableError

        until = time.monotonic() + BUDGET
        try:
            while self._may_look() and self._take(follower) and time.monotonic() < until:
                pass
        except UnreadableError as error:
            return str(error), ""
        except DataError as error:
            return "", error.message
        except Exception as error:  # noqa: BLE001 - rows may be lost: never go on as if nothing were, nor stop unsaid
            return "", sentence(error)
        return "", ""

    def _take(self, follower: Follower) -> bool:
        """Take a slice of what was appended, and say so; return whether there is more."""
        old, before = follower.dataset, self._more
        growth = _without_collecting(follower.look)
        self._more = growth.more
        self._tell(growth.problems)
        if growth.steps or (before and not growth.more):
            self.grown.emit(old, follower.dataset, growth.more)
        return growth.more

    def _show_rows(self, came: int, waits: str) -> None:
        followed = self.followed
        if followed is None:
            return
        if waits and not followed.waits:
            self.message.emit(f"{self._name}: {waits}. Following waits until it is there again.", "error")
        last = datetime.now() if came else followed.last
        self._show(replace(followed, rows=followed.rows + came, last=last, waits=waits))

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        for problem in problems:
            self._odd += 1
            if self._odd <= TOLD:
                place = f", column {problem.column}" if problem.column else ""
                text = f"{self._name}, line {problem.line}{place}: {problem.message}; taken for missing"
                self.message.emit(text, "error")
        if self._odd >= 2 * self._tell_at:
            self._tell_rest()
            self._tell_at = self._odd

    def _tell_rest(self) -> None:
        if self._odd > self._tell_at:
            self.message.emit(f"{self._name}: {self._odd:,} cells and rows have not fitted so far", "error")
            self._tell_at = self._odd


def _without_collecting(look: Callable[[], Growth]) -> Growth:
    """Return what a look brought. Its thousands of cells are all gone at its end, and are not to be counted as kept.

    Else Python would take them for reason to look through everything there is, a hundred milliseconds long.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return look()
    finally:
        if collecting:
            gc.enable()
