"""The view of a table of numbers: painted in one go, since it is painted again at every step."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from widgets.decimals import UNKNOWN, aligned
from widgets.readout_model import NumbersModel
from widgets.theme import LIGHT, Theme, UnitStyle, blend, number_font

PADDING = 7
SELECTED_SHARE = 0.16
SWATCH = 28
"""Length of a unit's line sample: enough to tell the dashes apart."""


class RowHeader(QHeaderView):
    """The names of the rows, with a piece of their line beside those that are drawn as lines."""

    def __init__(self, parent=None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._swatches: Mapping[int, UnitStyle] = {}
        self._theme = LIGHT
        self._room = 0
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
        self.setFont(QGuiApplication.font())  # not the table's: names are no numbers
        self.viewport().update()

    def fit(self) -> None:
        """Become as wide as the longest name, within reason: a longer one is elided and has a tooltip."""
        model, metrics = self.model(), QFontMetricsF(self.font())
        names = [model.headerData(k, Qt.Orientation.Vertical) for k in range(model.rowCount())]
        longest = math.ceil(max(map(metrics.horizontalAdvance, names), default=0))
        self.setFixedWidth(min(longest, 220) + 2 * PADDING + self._room)

    def sizeHint(self) -> QSize:
        """Return the width once measured; Qt would ask a part of the names again and again."""
        return QSize(self.minimumWidth(), 0)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one name, on the ground of its row."""
        theme, table = self._theme, self.parent()
        selected = table.selectionModel().isRowSelected(section, QModelIndex())
        painter.fillRect(rect, table.palette().color(QPalette.ColorRole.Highlight) if selected else QColor(theme.base))
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


class NumbersTable(QTableView):
    """Shows a ``NumbersModel`` and copies it. Rows are selected as a whole; columns grow with their numbers.

    A delegate in Python would be called for each cell: 30 ms for a screen full, where drawing the texts takes 3.
    """

    def __init__(self, model: NumbersModel, parent=None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._characters: list[int] = []
        self.numbers = model
        self.setModel(model)
        self._build()
        model.modelReset.connect(self._on_reset)
        model.dataChanged.connect(self._grow_columns)

    def _build(self) -> None:
        self.rows = RowHeader(self)
        self.setVerticalHeader(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table, the arrow keys move in it
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
            header.setMinimumSectionSize(4)
        copy = QAction("Copy as TSV", self, shortcut=QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy)
        copy_all = QAction("Copy all as TSV", self)
        copy_all.triggered.connect(self.copy_all)
        self.addActions([copy, copy_all])
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def selected_rows(self) -> list[int]:
        """Return the selected rows, from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def copy(self) -> None:
        """Put the selected rows, or all where none is selected, on the clipboard as TSV with exact numbers."""
        QGuiApplication.clipboard().setText(self.numbers.tsv(self.selected_rows()))

    def copy_all(self) -> None:
        """Put the whole table on the clipboard as TSV with exact numbers."""
        QGuiApplication.clipboard().setText(self.numbers.tsv())

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours and its font of numbers."""
        self._theme = theme
        self.setFont(number_font())
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, QColor(blend(theme.accent, theme.base, SELECTED_SHARE)))
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor(theme.text))
        self.setPalette(palette)
        ground, edge = f"background: {theme.base}; border: none;", f"border-bottom: 1px solid {theme.line};"
        self.horizontalHeader().setStyleSheet(
            f"QHeaderView {{ {ground} {edge} }}"
            f"QHeaderView::section {{ {ground} color: {theme.muted_text}; padding: 3px {PADDING}px; }}"
        )
        self.setStyleSheet(f"QTableCornerButton::section {{ {ground} {edge} }}")
        self.rows.apply_theme(theme)
        self.rows.fit()
        self.verticalHeader().setDefaultSectionSize(math.ceil(QFontMetricsF(self.font()).height()) + 5)
        self._size_columns()

    def sizeHint(self) -> QSize:
        """Return the size that shows every column, and up to 24 rows."""
        rows = min(max(self.model().rowCount(), 1), 24) * self.verticalHeader().defaultSectionSize()
        width = self.verticalHeader().sizeHint().width() + self.horizontalHeader().length()
        frame = 2 * self.frameWidth()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(width + bar + frame, rows + self.horizontalHeader().sizeHint().height() + frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the visible cells as the model's ``data`` would say them, without asking cell by cell."""
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        top, bottom = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        if top >= 0:
            last = bottom if bottom >= 0 else self.numbers.rowCount() - 1
            self._paint_rows(painter, range(top, last + 1))
            self._paint_columns(painter, range(top, last + 1))
            self._paint_focus(painter)
        painter.end()

    def _paint_rows(self, painter: QPainter, rows: range) -> None:
        selection, width = self.selectionModel(), self.viewport().width()
        highlight = self.palette().color(QPalette.ColorRole.Highlight)
        for row in rows:
            if selection.isRowSelected(row, QModelIndex()):
                painter.fillRect(0, self.rowViewportPosition(row), width, self.rowHeight(row), highlight)

    def _paint_columns(self, painter: QPainter, rows: range) -> None:
        metrics = QFontMetricsF(self.font())
        advance, height = metrics.horizontalAdvance("0"), self.verticalHeader().defaultSectionSize()
        tops = [self.rowViewportPosition(row) for row in rows]
        baseline = (height + metrics.ascent() - metrics.descent()) / 2
        known, unknown = QColor(self._theme.text), QColor(self._theme.muted_text)
        for column in range(self.numbers.columnCount()):
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            if left + width < 0 or left > self.viewport().width():
                continue
            right = left + width - PADDING
            values = self.numbers.column(column)
            painter.setPen(unknown if values is None else known)
            numbers = [] if values is None else values[rows.start : rows.stop].tolist()
            for top, text in zip(tops, map(aligned, numbers) if numbers else [UNKNOWN] * len(rows), strict=True):
                painter.drawText(QPointF(right - advance * len(text), top + baseline), text)
            for at in np.flatnonzero(~np.isfinite(numbers)):
                self._paint_strange(painter, QRect(left, tops[at], width, height), numbers[at])

    def _paint_strange(self, painter: QPainter, rect: QRect, number: float) -> None:
        """Draw a number that is none: on the colour it has in the heat maps."""
        theme = self._theme
        ground = QColor(
            theme.nan_color if math.isnan(number) else theme.pos_inf_color if number > 0 else theme.neg_inf_color
        )
        painter.fillRect(rect.adjusted(2, 1, -2, -1), ground)
        painter.setPen(Qt.GlobalColor.white if _dark(ground) else Qt.GlobalColor.black)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, -PADDING, 0), side, aligned(number))

    def _paint_focus(self, painter: QPainter) -> None:
        if self.hasFocus() and self.currentIndex().isValid():
            painter.setPen(QColor(self._theme.accent))
            row = self.currentIndex().row()
            width = min(self.horizontalHeader().length(), self.viewport().width())
            painter.drawRect(0, self.rowViewportPosition(row), width - 1, self.rowHeight(row) - 1)

    def event(self, event: QEvent) -> bool:
        """Claim Ctrl+C where the table has the focus, whoever else in the window wants it."""
        if event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C: the rows with exact numbers, not, as Qt would, the text of one cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Fit the columns to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size_columns()

    def _on_reset(self) -> None:
        self._characters = []
        self._grow_columns()
        self.rows.fit()

    def _grow_columns(self) -> None:
        """Make room for wider numbers, and keep it: columns that come and go with each step would flicker."""
        old = self._characters or [column.characters for column in self.numbers.columns]
        new = [max(pair) for pair in zip(old, self.numbers.widest(), strict=True)]
        if new != self._characters:
            self._characters = new
            self._size_columns()

    def _size_columns(self) -> None:
        metrics, header = QFontMetricsF(self.font()), self.horizontalHeader()
        for column, characters in enumerate(self._characters):
            width = max(metrics.horizontalAdvance("0") * characters + 2 * PADDING, header.sectionSizeHint(column))
            header.resizeSection(column, math.ceil(width))


def _dark(color: QColor) -> bool:
    """Return whether white reads better than black on it. Source: WCAG 2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.179
