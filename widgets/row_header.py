"""The names of a table's rows, with swatches of the units that are drawn as lines."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QHeaderView

from widgets.theme import LIGHT, Theme, UnitStyle, blend

PADDING = 7
SHORTEST = 90
"""Pixels that names have in any case, and numbers then have to be scrolled to."""

SWATCH = 28
"""Length of a unit's line sample: enough to tell the dashes apart."""

SELECTED_SHARE = 0.16


def selected_ground(theme: Theme) -> str:
    """Return the ground of a selected row. Not the palette's: a style sheet that is set again puts back an old one."""
    return blend(theme.accent, theme.base, SELECTED_SHARE)


class RowHeader(QHeaderView):
    """The names of the rows, with a piece of their line beside those that are drawn as lines."""

    def __init__(self, parent=None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._swatches: Mapping[int, UnitStyle] = {}
        self._theme = LIGHT
        self._room = 0  # for swatches
        self._longest = 0
        self.setSectionsClickable(True)

    def set_swatches(self, swatches: Mapping[int, UnitStyle]) -> None:
        """Mark these rows and no others."""
        self._swatches = swatches
        self.viewport().update()

    def make_room(self, swatches: bool) -> None:
        """Reserve the width of swatches, so that the first one moves nothing."""
        self._room = SWATCH + PADDING if swatches else 0

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.setStyleSheet(f"QHeaderView {{ background: {theme.base}; border: none; }}")  # below the last name
        self.setFont(QGuiApplication.font())  # not the table's: names are no numbers
        self.viewport().update()

    def measure(self) -> None:
        """Find out how long the names are."""
        model, metrics = self.model(), QFontMetricsF(self.font())
        names = [model.headerData(k, Qt.Orientation.Vertical) for k in range(model.rowCount())]
        self._longest = math.ceil(max(map(metrics.horizontalAdvance, names), default=0)) + 2 * PADDING + self._room

    def fit(self, room: int) -> None:
        """Take the width of the longest name, or of the room that the numbers leave; longer names are elided."""
        self.setFixedWidth(min(self._longest, max(room, SHORTEST)))

    def sizeHint(self) -> QSize:
        """Return the width once measured; Qt would ask a part of the names again and again."""
        return QSize(self.minimumWidth(), 0)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one name, on the ground of its row."""
        theme, table = self._theme, self.parent()
        selected = table.selectionModel().isRowSelected(section, QModelIndex())
        painter.fillRect(rect, QColor(selected_ground(theme) if selected else theme.base))
        if section in self._swatches:
            style = self._swatches[section]
            pen = QPen(QColor(style.color), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            if style.dash:
                pen.setDashPattern(style.dash)
            painter.setPen(pen)
            middle = rect.top() + rect.height() / 2
            painter.drawLine(QPointF(rect.left() + PADDING, middle), QPointF(rect.left() + PADDING + SWATCH, middle))
        room = rect.adjusted(PADDING + self._room, 0, -PADDING, 0)
        name = self.model().headerData(section, Qt.Orientation.Vertical)
        painter.setFont(self.font())
        text = QFontMetricsF(self.font()).elidedText(name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.setPen(QColor(theme.text if selected else theme.muted_text))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
