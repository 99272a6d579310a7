"""What a picture is taken of: a panel at the size it is to have, seen or not; or several of them, put together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QWidget

from widgets.pictures import blank, image

GAP = 8
"""Pixels between panels that are put together."""

PASSES = 2
"""What stands beside a scroll bar has another width once that has gone."""

SHAPE = 16 / 9
"""Width by height of what a video is watched on."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A panel, by its title, and its size on a picture. ``place`` is where in the window it is seen, None: nowhere.

    ``insist`` has it painted sharp the next time, where otherwise it would take its time.
    """

    title: str
    panel: QWidget
    size: QSize
    place: QRect | None = None
    insist: Callable[[], None] = lambda: None

    @contextmanager
    def posed(self) -> Iterator[QWidget]:
        """Let the panel have that size; afterwards it is, and is scrolled, as before."""
        before = self.panel.rect().size()  # some panels call another thing their size
        if before == self.size:
            self.insist()
            yield self.panel
            return
        scrolled = [(bar, bar.value()) for bar in self.panel.findChildren(QScrollBar)]
        self.panel.resize(self.size)
        _settle(self.panel)
        self.insist()
        try:
            yield self.panel
        finally:
            self.panel.resize(before)
            for bar, value in scrolled:
                bar.setValue(value)


def _settle(panel: QWidget) -> None:
    """Do what Qt puts off until there is nothing else to do: texts of another width, scroll bars no longer needed.

    Only within the panel: what lies around it would give it its former size.
    """
    for _ in range(PASSES):
        for part in (panel, *panel.findChildren(QWidget)):
            QCoreApplication.sendPostedEvents(part, QEvent.Type.LayoutRequest)
            if isinstance(part, QAbstractScrollArea):
                QCoreApplication.sendPostedEvents(part, QEvent.Type.MetaCall)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Subjects on one picture: which, and the corner of each."""

    size: QSize
    placed: tuple[tuple[Subject, QPoint], ...]

    def image(self, scale: float) -> QImage:
        """Return them painted with so many pixels a point. The size stays, whatever becomes of the window meanwhile."""
        made = blank(self.size, scale, self.placed[0][0].panel)
        painter = QPainter(made)
        for subject, corner in self.placed:
            with subject.posed() as panel:
                painter.drawImage(corner, image(panel, scale), QRect(QPoint(), self._pixels(subject, scale)))
        painter.end()
        return made

    @staticmethod
    def _pixels(subject: Subject, scale: float) -> QSize:
        return QSize(math.ceil(subject.size.width() * scale), math.ceil(subject.size.height() * scale))


def arranged(subjects: Sequence[Subject]) -> Sheet:
    """Put subjects together: as they stand in the window, closed up where others stand between; else in rows."""
    areas = [subject.place for subject in subjects if subject.place is not None]
    met = any(one.intersects(other) for k, one in enumerate(areas) for other in areas[:k])
    if met or len(areas) < len(subjects):
        corners = _in_rows([subject.size for subject in subjects])
    else:
        across = _closed_up([(area.left(), area.right() + 1) for area in areas])
        down = _closed_up([(area.top(), area.bottom() + 1) for area in areas])
        corners = [QPoint(x, y) for x, y in zip(across, down, strict=True)]
    whole = QRect()
    for subject, corner in zip(subjects, corners, strict=True):
        whole = whole.united(QRect(corner, subject.size))
    return Sheet(whole.size(), tuple(zip(subjects, corners, strict=True)))


def _closed_up(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return where spans begin when the first begins at 0 and nothing wider than the gap is between them."""
    begins: dict[tuple[int, int], int] = {}
    reach = start = min(first for first, _ in spans)
    for first, last in sorted(spans):
        start += max(first - reach - GAP, 0)
        reach = max(reach, last)
        begins[first, last] = first - start
    return [begins[span] for span in spans]


def _in_rows(sizes: Sequence[QSize]) -> list[QPoint]:
    """Return the corners of as many in a row as come nearest to the shape of a screen, with little left empty."""
    tried = []
    filled = sum(size.width() * size.height() for size in sizes)
    for many in range(1, len(sizes) + 1):
        corners, top, widest = [], 0, 0
        for k in range(0, len(sizes), many):
            left = 0
            for size in sizes[k : k + many]:
                corners.append(QPoint(left, top))
                left += size.width() + GAP
            widest = max(widest, left - GAP)
            top += max(size.height() for size in sizes[k : k + many]) + GAP
        height = top - GAP
        tried.append((abs(math.log(widest / height / SHAPE)) + 1 - filled / (widest * height), many, corners))
    return min(tried)[2]
