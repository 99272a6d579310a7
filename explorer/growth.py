"""Arrays that rows are appended to: whoever looks at the rows there were goes on seeing them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Scalar = TypeVar("Scalar", bound=np.generic)

FILLED = 0.75
"""How full an array is when the next, larger one is begun."""


class Room(Generic[Scalar]):
    """An array (n, …) that rows are written to the end of, and that is replaced by one twice as long before it is full.

    A million rows copied at once would stop a window for a moment. So the larger array is begun early, and whenever
    more rows are asked for, some are copied that will not change any more. Views of the old array stay as they are.
    """

    def __init__(self, array: npt.NDArray[Scalar]) -> None:
        self.array = array
        self._next: npt.NDArray[Scalar] | None = None
        self._copied = self._asked = 0

    def make(self, used: int) -> npt.NDArray[Scalar]:
        """Copy the first ``used`` rows, at once, into an array with room for as many again, and return it."""
        self.array, self._next = _longer(self.array, used, 2 * len(self.array)), None
        return self.array

    def reserve(self, used: int, rows: int) -> npt.NDArray[Scalar]:
        """Return an array of at least ``rows`` rows that begins with the first ``used``, which never change any more.

        What lies behind ``used`` is not set.
        """
        room = len(self.array)
        if rows <= FILLED * room:
            return self.array
        if self._next is None:
            self._next, self._copied, self._asked = _longer(self.array, 0, 2 * room), 0, int(FILLED * room)
        # As large a part of what is left to copy as these rows are of what is left to fill.
        share = (rows - self._asked) / (room - self._asked) if rows < room else 1.0
        done = self._copied + int((used - self._copied) * min(max(share, 0.0), 1.0))
        self._next[self._copied : done] = self.array[self._copied : done]
        self._copied, self._asked = done, max(rows, self._asked)
        if rows > room:
            self.array, self._next = self._next if rows <= 2 * room else _longer(self._next, used, rows), None
        return self.array


def _longer(array: npt.NDArray[Scalar], used: int, rows: int) -> npt.NDArray[Scalar]:
    longer = np.empty((rows, *array.shape[1:]), array.dtype)
    longer[:used] = array[:used]
    return longer


class GrowingRows(Generic[Scalar]):
    """Rows (n, …) that are appended to and never changed: ``rows`` is a read-only view of those there are by now."""

    def __init__(self, rows: npt.NDArray[Scalar]) -> None:
        self.rows = rows
        self._room = Room(rows)

    def make_room(self) -> npt.NDArray[Scalar]:
        """Copy the rows to where as many again have room, and return them."""
        return self._seen(self._room.make(len(self.rows)), len(self.rows))

    def append(self, rows: npt.NDArray[Any]) -> npt.NDArray[Scalar]:
        """Take in further rows, and return all of them."""
        used = len(self.rows)
        array = self._room.reserve(used, used + len(rows))
        array[used : used + len(rows)] = rows
        return self._seen(array, used + len(rows))

    def _seen(self, array: npt.NDArray[Scalar], rows: int) -> npt.NDArray[Scalar]:
        self.rows = array[:rows]
        self.rows.flags.writeable = False
        return self.rows
