"""Bookmarks: steps of a sequence with a note, kept with the source they belong to."""

from __future__ import annotations

import json
from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from explorer.sequences import BETWEEN
from widgets.sources import is_file

KEY = "bookmarks"
MOST_SOURCES, MOST, LONGEST = 50, 500, 500
"""Sources whose bookmarks are remembered, bookmarks of one source, characters of a note."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A step worth coming back to, and why."""

    step: int
    note: str = ""


class Bookmarks(QObject):
    """The bookmarks of the sequence that is looked at; those of every other are remembered."""

    changed = Signal(object)
    """tuple[Bookmark, …] of the present sequence, in the order of steps."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: QSettings | None = None
        self._kept: dict[str, dict[str, list[list[object]]]] = {}  # by source, the one looked at last is the last
        self._source, self._sequence, self._length = "", "", 0
        self._removed: list[Bookmark] = []
        self.marks: tuple[Bookmark, ...] = ()

    def keep_in(self, settings: QSettings) -> None:
        """Remember them here, and recall what was remembered."""
        self._store = settings
        with suppress(ValueError, TypeError, AttributeError):  # what is damaged is what is not there
            stored = json.loads(str(settings.value(KEY) or "{}"))
            self._kept = {str(source): dict(named) for source, named in stored.items()}

    def show(self, source: str, sequence: str, length: int) -> None:
        """Show the bookmarks of another sequence."""
        source = _full(source)
        if (source, sequence, length) != (self._source, self._sequence, self._length):
            if (source, sequence) != (self._source, self._sequence):
                self._removed = []
            self._source, self._sequence, self._length = source, sequence, length
            self._set(self._recalled(), keep=False)

    @property
    def can_restore(self) -> bool:
        """Whether there is a removed one to bring back."""
        return bool(self._removed)

    def at(self, step: int) -> Bookmark | None:
        """Return the bookmark at a step."""
        return next((mark for mark in self.marks if mark.step == step), None)

    def toggle(self, step: int) -> None:
        """Set a bookmark at a step, or take it away."""
        if self.at(step) is not None:
            self.remove(step)
        elif len(self.marks) < MOST:
            self._put(Bookmark(step))

    def note(self, step: int, note: str) -> None:
        """Write another note."""
        mark, note = self.at(step), " ".join(note.split())[:LONGEST]
        if mark is not None and note != mark.note:
            self._put(Bookmark(step, note))

    def remove(self, step: int) -> None:
        """Take a bookmark away."""
        mark = self.at(step)
        if mark is not None:
            self._removed = [*self._removed, mark][-MOST:]
            self._set(tuple(other for other in self.marks if other is not mark))

    def restore(self) -> None:
        """Bring back the bookmark that was removed last."""
        while self._removed:
            mark = self._removed.pop()
            if self.at(mark.step) is None:
                self._put(mark)
                return

    def _put(self, mark: Bookmark) -> None:
        others = [other for other in self.marks if other.step != mark.step]
        at = bisect_left(others, mark.step, key=lambda other: other.step)
        self._set((*others[:at], mark, *others[at:]))

    def _set(self, marks: tuple[Bookmark, ...], *, keep: bool = True) -> None:
        if marks != self.marks or not keep:
            self.marks = marks
            if keep:
                self._keep()
            self.changed.emit(marks)

    def _recalled(self) -> tuple[Bookmark, ...]:
        marks: dict[int, Bookmark] = {}
        with suppress(ValueError, TypeError):
            for step, note in self._kept.get(self._source, {}).get(self._sequence, []):
                if 0 <= int(step) < self._length:
                    marks[int(step)] = Bookmark(int(step), str(note)[:LONGEST])
        return tuple(sorted(marks.values(), key=lambda mark: mark.step))[:MOST]

    def _keep(self) -> None:
        named = dict(self._kept.pop(self._source, {}))
        named.pop(self._sequence, None)
        if self.marks:
            named[self._sequence] = [[mark.step, mark.note] for mark in self.marks]
        while len(named) > 1 and sum(map(len, named.values())) > MOST:
            named.pop(next(iter(named)))
        if named:
            self._kept[self._source] = named
        self._kept = dict(list(self._kept.items())[-MOST_SOURCES:])
        if self._store is not None:
            self._store.setValue(KEY, json.dumps(self._kept))


def _full(source: str) -> str:
    """Return a source by which it is found again, wherever the window was started."""
    return BETWEEN.join(str(Path(file).resolve()) for file in source.split(BETWEEN)) if is_file(source) else source
