"""Arrays that rows are appended to: whoever looks at the rows there were goes on seeing them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Scalar = TypeVar("Scalar", bound=np.generic)


def with_room(array: npt.NDArray[Scalar], used: int, rows: int) -> npt.NDArray[Scalar]:
    """Return an array of at least ``rows`` rows that begins with the first ``used`` of ``array``.

    That is ``array`` itself where it is long enough, else a copy twice as long: so appending row by row costs, all in
    all, no more than a copy or two. What lies behind ``used`` is not set. Views of the old array stay as they are.
    """
    if rows <= len(array):
        return array
    larger = np.empty((max(rows, 2 * len(array)), *array.shape[1:]), array.dtype)
    larger[:used] = array[:used]
    return larger


class GrowingRows(Generic[Scalar]):
    """Rows (n, …) that are appended to and never changed: ``rows`` is a read-only view of those there are by now."""

    def __init__(self, rows: npt.NDArray[Scalar]) -> None:
        self._array = self.rows = rows

    def append(self, rows: npt.NDArray[Any]) -> npt.NDArray[Scalar]:
        """Take in further rows, and return all of them."""
        used = len(self.rows)
        self._array = with_room(self._array, used, used + len(rows))
        self._array[used : used + len(rows)] = rows
        self.rows = self._array[: used + len(rows)]
        self.rows.flags.writeable = False
        return self.rows
