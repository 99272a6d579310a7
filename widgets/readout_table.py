"""The view of a table of numbers: painted in one go, since it is painted again at every step."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QBrush,
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from widgets.decimals import UNKNOWN, aligned, aligned_all
from widgets.drawing import strange_color
from widgets.keys import claims, offer_copy, tell
from widgets.readout_model import Extremes, NumbersModel
from widgets.readout_sorting import ColumnHeader, Sorting
from widgets.row_header import PADDING, RowHeader, selected_ground
from widgets.theme import LIGHT, Theme, number_font
from widgets.tokens import ink

HELD_SIZE = 4
"""Points of the mark beside a number that is held."""

REMARK_SIZE = 7.0
"""Points of the hollow mark before a remark."""


class NumbersTable(QTableView):
    """Shows a ``NumbersModel`` and copies it. Rows are selected as a whole; columns grow with their numbers.

    A delegate in Python would be called for each cell: 30 ms for a screen full, where drawing the texts takes 3.
    """

    told_keys = (tell("copy the selected rows", "Ctrl+C"), tell("sort by the column", "S"))

    def __init__(self, model: NumbersModel, parent=None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._extremes: Extremes | None = None  # the smallest and largest number that each column has had
        self._widths: list[int] = []  # of each column, in characters
        self.numbers = model
        self.sorting = Sorting(model, self)
        self.setModel(model)
        self._build()
        model.modelReset.connect(self._on_reset)
        model.dataChanged.connect(self._grow_columns)

    def _build(self) -> None:
        self.rows, self.headings = RowHeader(self), ColumnHeader(self)
        self.setVerticalHeader(self.rows)
        self.setHorizontalHeader(self.headings)
        self.headings.clicked.connect(self.sorting.cycle)
        self.sorting.changed.connect(self._size_columns)
        self.selectionModel().currentColumnChanged.connect(lambda: self.headings.viewport().update())
        # Qt paints the cells anew, and not what lies behind the last column, where the ground of a row goes on.
        self.selectionModel().selectionChanged.connect(lambda: self.viewport().update())
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # every paint begins with the ground
        self.setTabKeyNavigation(False)  # Tab leaves the table, the arrow keys move in it
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
            header.setMinimumSectionSize(4)
        offer_copy(self, "Copy as TSV", self.copy)
        copy_all = QAction("Copy all as TSV", self)
        copy_all.triggered.connect(self.copy_all)
        self.addAction(copy_all)

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
        self._theme = self.headings.theme = theme
        font = number_font()
        font.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)  # figures have no ligatures; it takes longer
        self.setFont(font)
        ground, edge = f"background: {theme.base}; border: none;", f"border-bottom: 1px solid {theme.line};"
        self.horizontalHeader().setStyleSheet(
            f"QHeaderView {{ {ground} {edge} }}"
            f"QHeaderView::section {{ {ground} color: {theme.muted_text}; padding: 3px {PADDING}px; }}"
        )
        self.setStyleSheet(f"QTableCornerButton::section {{ {ground} {edge} }}")
        self.rows.apply_theme(theme)
        self.rows.measure()
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
        painter.fillRect(event.rect(), QColor(self._theme.base))
        top, bottom = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        if top >= 0:
            last = bottom if bottom >= 0 else self.numbers.rowCount() - 1
            self._paint_rows(painter, range(top, last + 1))
            self._paint_numbers(painter, range(top, last + 1))
            self._paint_held(painter, range(top, last + 1))
            if self.numbers.remarked:
                self._paint_remarks(painter, range(top, last + 1))
            self._paint_focus(painter)
        painter.end()

    def _paint_rows(self, painter: QPainter, rows: range) -> None:
        width, highlight = self.viewport().width(), QColor(selected_ground(self._theme))
        for row in self.selected_rows():
            if row in rows:
                painter.fillRect(0, self.rowViewportPosition(row), width, self.rowHeight(row), highlight)

    def _paint_numbers(self, painter: QPainter, rows: range) -> None:
        """Draw each row as one text: the columns are whole characters wide, so its parts stand where they should."""
        metrics, height = QFontMetricsF(self.font()), self.verticalHeader().defaultSectionSize()
        left, baseline = self.columnViewportPosition(0), (height + metrics.ascent() - metrics.descent()) / 2
        cells, strange = [], []
        for column, width in enumerate(self._widths):
            values = self.numbers.column(column)
            numbers = None if values is None else values[rows.start : rows.stop]
            texts = [UNKNOWN] * len(rows) if numbers is None else aligned_all(numbers)
            if numbers is not None and not (finite := np.isfinite(numbers)).all():
                sparse = self.numbers.columns[column].sparse
                for k in np.flatnonzero(~finite):
                    if sparse and np.isnan(numbers[k]):
                        texts[k] = UNKNOWN
                        continue
                    strange.append((rows[k], column, float(numbers[k])))
                    texts[k] = ""
            cells.append([text.rjust(width - 1) + " " for text in texts])
        known = self._widths and self.numbers.column(0) is not None
        painter.setPen(QColor(self._theme.text if known else self._theme.muted_text))
        for row, texts in zip(rows, zip(*cells, strict=True), strict=True):
            painter.drawText(QPointF(left, self.rowViewportPosition(row) + baseline), "".join(texts))
        for row, column, number in strange:
            self._paint_strange(painter, self.visualRect(self.numbers.index(row, column)), number)

    def _paint_held(self, painter: QPainter, rows: range) -> None:
        """Hatch the left edge of each number that is held, as its row does."""
        for row, column in self.numbers.held(rows):
            box = self.visualRect(self.numbers.index(row, column))
            mark = QRect(box.left(), box.top() + 2, HELD_SIZE, box.height() - 5)
            painter.fillRect(mark, QBrush(QColor(self._theme.text), Qt.BrushStyle.BDiagPattern))
            painter.setPen(QColor(self._theme.text))
            painter.drawRect(mark)

    def _paint_remarks(self, painter: QPainter, rows: range) -> None:
        """Draw what is said of some rows behind their numbers: hollow as the marks of such values in the input row."""
        left, size = self.columnViewportPosition(len(self.numbers.columns)) + PADDING, REMARK_SIZE
        for row in rows:
            remark = self.numbers.remark(row)
            if remark is not None:
                box = self.visualRect(self.numbers.index(row, len(self.numbers.columns)))
                painter.setPen(QPen(QColor(self._theme.warning), 1.4))
                painter.drawRect(QRectF(left, box.center().y() - size / 2 + 0.5, size, size))
                text = box.adjusted(PADDING + size + 6, 0, 0, 0)
                painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, remark.text)

    def _paint_strange(self, painter: QPainter, rect: QRect, number: float) -> None:
        """Draw a number that is none: on the colour it has in the heat maps."""
        ground = strange_color(number, self._theme)
        painter.fillRect(rect.adjusted(2, 1, -2, -1), ground)
        painter.setPen(ink(ground))
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
        return claims(event, QKeySequence.StandardKey.Copy) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C: the rows with exact numbers, not, as Qt would, the text of one cell. Sort on S."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.sorting.cycle(max(self.currentIndex().column(), 0))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which column keys are for."""
        super().focusInEvent(event)
        self.headings.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self.headings.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the columns to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names what the numbers leave."""
        super().resizeEvent(event)
        self._fit_names()

    def _on_reset(self) -> None:
        self._extremes = None
        self.rows.measure()
        self._size_columns()

    def _grow_columns(self) -> None:
        """Make room for wider numbers, and keep it: columns that come and go with each step would flicker."""
        extremes = self.numbers.extremes()
        if extremes is None or (self._extremes is not None and _within(extremes, self._extremes)):
            return
        self._extremes = extremes if self._extremes is None else _union(extremes, self._extremes)
        self._size_columns()

    def _size_columns(self) -> None:
        """Make each column a whole number of characters wide, with some to spare."""
        advance, header = QFontMetricsF(self.font()).horizontalAdvance("0"), self.horizontalHeader()
        self._widths = []
        for k, column in enumerate(self.numbers.columns):
            ends = () if self._extremes is None else (self._extremes[0][k], self._extremes[1][k])
            characters = max(column.characters, *(len(aligned(number)) for number in ends), 0)
            self._widths.append(max(characters + column.gap, math.ceil(header.sectionSizeHint(k) / advance)))
        widths = list(self._widths)
        if self.numbers.remarked:
            room = (REMARK_SIZE + 6 + 2 * PADDING) / advance
            widths.append(math.ceil(self.numbers.remarked.characters + room))
        edges = [round(advance * sum(widths[:k])) for k in range(len(widths) + 1)]
        for column, (left, right) in enumerate(pairwise(edges)):
            header.resizeSection(column, right - left)
        self._fit_names()

    def _fit_names(self) -> None:
        taken = self.horizontalHeader().length() + self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        self.rows.fit(self.width() - taken)


def _within(inner: Extremes, outer: Extremes) -> bool:
    return bool((inner[0] >= outer[0]).all() and (inner[1] <= outer[1]).all())


def _union(one: Extremes, other: Extremes) -> Extremes:
    return np.minimum(one[0], other[0]), np.maximum(one[1], other[1])
