"""The table of sequences: a picture of each, a mark at what is computed, a bar at what is looked at."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyledItemDelegate, QTableView

from explorer.sequences import Dataset
from widgets.decimals import grouped
from widgets.keys import tell
from widgets.row_header import selected_ground
from widgets.sequence_model import COMPUTED, ID, LABEL, NOWHERE, PREVIEW, STEPS, TITLES, SequenceModel, feature_ranges
from widgets.theme import LIGHT, Theme, unit_style

MOST_LINES = 2
"""Features in a picture; more would be a tangle at this size."""

ROW_HEIGHT = 26
BAR, DOT, PADDING = 3, 7, 5
STATE_WIDTH, PICTURE_WIDTH = 20, 64
"""Pixels of the mark, and what is left to the picture where ids and labels are long."""

LEAST_WIDTH = 44

LEFT, RIGHT = (
    side | Qt.AlignmentFlag.AlignVCenter for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
)
KEPT = 600
"""Pictures that are kept; a screen shows some thirty."""


class SequenceTable(QTableView):
    """Shows a ``SequenceModel``. Says ``chosen(row)`` where a person wants to look at one: by a click, or Enter."""

    told_keys = (tell("look at the sequence", "Return"),)

    chosen = Signal(int)

    def __init__(self, model: SequenceModel, parent=None) -> None:
        super().__init__(parent)
        self.sequences = model
        self.current = -1
        self._wanted: dict[int, int] = {}  # pixels that a column would take
        self.setModel(model)
        self._painter = _RowPainter(self)
        self.setItemDelegate(self._painter)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(20)
        header.setSortIndicatorClearable(True)  # a third click: the order of the data set again
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(PREVIEW, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(COMPUTED, STATE_WIDTH)
        self.setSortingEnabled(True)
        self.clicked.connect(self._on_clicked)
        self._modifiers = Qt.KeyboardModifier.NoModifier

    def show_dataset(self, dataset: Dataset) -> None:
        """Draw pictures of this data set; its model has been told already."""
        self._painter.show_dataset(dataset)
        self.setColumnHidden(LABEL, not self.sequences.labelled)
        font = self.font()
        font.setBold(True)
        metrics, sequences = QFontMetrics(font), dataset.sequences
        texts = {
            ID: {sequence.name for sequence in sequences},
            STEPS: {grouped(max(map(len, sequences)))},
            LABEL: {sequence.label for sequence in sequences},
        }
        for column, shown in texts.items():
            longest = sorted({TITLES[column], *shown}, key=len)[-5:]  # measuring ten thousand would take a while
            self._wanted[column] = max(map(metrics.horizontalAdvance, longest)) + 2 * PADDING + 4
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between the columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give each column what it wants; where that is too much, shorten labels, then ids, and keep the picture."""
        if not self._wanted:
            return
        wanted = self._wanted
        room = self.viewport().width() - STATE_WIDTH - wanted[STEPS] - PICTURE_WIDTH
        label = min(wanted[LABEL], max(room - wanted[ID], LEAST_WIDTH)) if self.sequences.labelled else 0
        widths = {ID: min(wanted[ID], max(room - label, LEAST_WIDTH)), STEPS: wanted[STEPS], LABEL: label}
        for column, width in widths.items():
            self.setColumnWidth(column, width)

    def show_current(self, sequence: int) -> None:
        """Mark the sequence that is looked at."""
        before, self.current = self.current, sequence
        for one in (before, sequence):
            row = self.sequences.row(one)
            if row is not None:
                top = self.rowViewportPosition(row)
                self.viewport().update(QRect(0, top, self.viewport().width(), self.rowHeight(row)))

    def show_computed(self) -> None:
        """Draw the marks anew."""
        self.viewport().update(0, 0, STATE_WIDTH, self.viewport().height())

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._painter.apply_theme(theme)
        ground = f"background: {theme.base}; border: none;"
        self.horizontalHeader().setStyleSheet(
            f"QHeaderView {{ {ground} border-bottom: 1px solid {theme.line}; }}"
            f"QHeaderView::section {{ {ground} color: {theme.muted_text}; padding: 3px {PADDING}px; }}"
        )
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the row of the keyboard on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event) -> None:
        """Remember the keys that were held: with Shift or Ctrl a click picks several."""
        self._modifiers = event.modifiers()
        super().mouseReleaseEvent(event)

    def _on_clicked(self, index) -> None:
        several = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        if not self._modifiers & several:
            self.chosen.emit(index.row())


class _RowPainter(QStyledItemDelegate):
    """Paints the cells of a sequence."""

    def __init__(self, table: SequenceTable) -> None:
        super().__init__(table)
        self._table = table
        self._theme = LIGHT
        self._dataset: Dataset | None = None
        self._ranges: dict[int, tuple[float, float]] | None = None
        self._pictures: dict[tuple[int, int, int], QPixmap] = {}
        self.apply_theme(LIGHT)

    def show_dataset(self, dataset: Dataset) -> None:
        """Draw pictures of this data set."""
        self._dataset, self._ranges = dataset, None
        self._pictures.clear()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self._ground = {False: QColor(theme.base), True: QColor(selected_ground(theme))}
        self._bold = QFont(self._table.font())
        self._bold.setBold(True)
        self._pictures.clear()

    def paint(self, painter: QPainter, option, index) -> None:
        """Paint one cell."""
        table, model, theme, rect = self._table, self._table.sequences, self._theme, option.rect
        row, column = index.row(), index.column()
        sequence = model.sequence(row)
        current = sequence == table.current
        painter.fillRect(rect, self._ground[table.selectionModel().isRowSelected(row, NOWHERE)])
        text = "" if column == COMPUTED else model.text(sequence, column)
        if column == COMPUTED:
            self._paint_state(painter, rect, current, model.is_computed(sequence))
        elif column == PREVIEW and not text:
            self._paint_picture(painter, rect.adjusted(PADDING, 3, -PADDING, -3), sequence)
        else:
            font = self._bold if current and column == ID else table.font()
            room = rect.adjusted(PADDING, 0, -PADDING, 0)
            metrics = QFontMetrics(font)
            if metrics.horizontalAdvance(text) > room.width():
                cut = Qt.TextElideMode.ElideMiddle if column == ID else Qt.TextElideMode.ElideRight
                text = metrics.elidedText(text, cut, room.width())
            painter.setFont(font)
            painter.setPen(QColor(theme.text if column == ID else theme.muted_text))
            painter.drawText(room, RIGHT if column == STEPS else LEFT, text)
        if row == table.currentIndex().row() and table.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _paint_state(self, painter: QPainter, rect: QRect, current: bool, computed: bool) -> None:
        accent = QColor(self._theme.accent)
        if current:
            painter.fillRect(QRect(rect.left(), rect.top(), BAR, rect.height()), accent)
        dot = QRectF(0, 0, DOT, DOT)
        dot.moveCenter(QPointF(rect.center().x() + 2, rect.center().y() + 1))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent if computed else QColor(self._theme.border), 1.2))
        painter.setBrush(accent if computed else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRect, sequence: int) -> None:
        key = (sequence, rect.width(), rect.height())
        if key not in self._pictures:
            if len(self._pictures) >= KEPT:
                self._pictures.clear()
            self._pictures[key] = self._picture(sequence, rect.size(), painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.topLeft(), self._pictures[key])

    def _picture(self, sequence: int, size: QSize, ratio: float) -> QPixmap:
        assert self._dataset is not None
        if self._ranges is None:
            self._ranges = feature_ranges(self._dataset, MOST_LINES)
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = self._dataset.sequences[sequence].values
        for feature, (low, high) in reversed(self._ranges.items()):
            painter.setPen(QPen(QColor(unit_style(feature, self._theme).color), 1.1))
            x, y = thinned(values[:, feature], size.width())
            heights = size.height() - 1.5 - (y - low) / (high - low) * (size.height() - 3)
            for piece in np.split(np.arange(len(x)), np.flatnonzero(~np.isfinite(heights))):
                drawn = piece[np.isfinite(heights[piece])]
                line = [QPointF(x[k], heights[k]) for k in drawn.tolist()]
                painter.drawPolyline(QPolygonF(line)) if len(line) > 1 else painter.drawPoints(QPolygonF(line))
        painter.end()
        return picture


def thinned(values: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return places 0…width and heights of a line through ``values`` (T,), where long by min and max of each pixel."""
    if len(values) <= 2 * width:
        places = np.linspace(0.5, width - 0.5, len(values)) if len(values) > 1 else np.full(len(values), width / 2)
        return places, values
    starts = np.arange(width) * len(values) // width
    low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    return np.repeat(np.arange(width) + 0.5, 2), np.stack([low, high], axis=1).ravel()
