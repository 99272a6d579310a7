"""Gradient norms of every parameter and gate block of one cell at one iteration: one table, colours by size."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from widgets.chart_axis import number_text
from widgets.tables import color_headers
from widgets.theme import LIGHT, Theme, blend, color_map

TOTAL = "total"
WHOLE = "norm"
DECADES = 6.0
"""From the largest norm on the colours go down so far."""

GROUND = 0.55
"""How much of its colour a cell of the table has: on all of it no text could be read in both themes."""
MOST_LINES = 12


class NormGrid(QTableWidget):
    """A row a parameter, a column a gate block. Choosing a row asks for its curves."""

    chosen_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        self._theme = LIGHT
        self._norms: Mapping[str, Mapping[str, float]] = {}
        self._blocks: tuple[str, ...] = ()
        self.setAccessibleName("Gradient norms of parameters and gate blocks")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(44)
        self.itemSelectionChanged.connect(self._on_chosen)

    @property
    def chosen(self) -> str:
        """The parameter that is chosen, ``total`` where none is."""
        rows = list(self._norms)
        return rows[self.currentRow()] if 0 <= self.currentRow() < len(rows) else TOTAL

    def show_norms(self, norms: Mapping[str, Mapping[str, float]]) -> None:
        """Show (parameter → gate block → norm), where the block ``norm`` is the whole parameter."""
        blocks = tuple(dict.fromkeys(block for each in norms.values() for block in each))
        if tuple(norms) != tuple(self._norms) or blocks != self._blocks:
            self._rebuild(tuple(norms), blocks)
        self._norms = norms
        largest = max((v for each in norms.values() for v in each.values() if math.isfinite(v)), default=0.0)
        for row, each in enumerate(norms.values()):
            for column, block in enumerate(self._blocks):
                self._fill(self.item(row, column), each.get(block), largest)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        color_headers(self, theme)
        self.show_norms(self._norms)

    def sizeHint(self) -> QSize:
        """Return room for every line, up to some."""
        lines = min(max(self.rowCount(), 2), MOST_LINES)
        high = self.horizontalHeader().sizeHint().height() + lines * self.verticalHeader().defaultSectionSize()
        return QSize(super().sizeHint().width(), high + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """Return room for some lines."""
        return QSize(200, min(self.sizeHint().height(), 130))

    def _rebuild(self, parameters: tuple[str, ...], blocks: tuple[str, ...]) -> None:
        chosen = self.chosen
        self.blockSignals(True)
        self._blocks = blocks
        self.setRowCount(len(parameters))
        self.setColumnCount(len(blocks))
        self.setHorizontalHeaderLabels(blocks)
        self.setVerticalHeaderLabels(parameters)
        for row in range(len(parameters)):
            for column in range(len(blocks)):
                item = QTableWidgetItem()
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)
        if parameters:
            self.selectRow(parameters.index(chosen) if chosen in parameters else 0)
        self.blockSignals(False)
        self.updateGeometry()

    def _fill(self, item: QTableWidgetItem, value: float | None, largest: float) -> None:
        if value is None or (math.isnan(value) and largest == 0.0):
            item.setText("")
            item.setData(Qt.ItemDataRole.BackgroundRole, None)
            return
        item.setText(number_text(float(f"{value:.3g}")))
        color = self._theme.nan_color
        if math.isfinite(value) and largest > 0:
            height = 1 + math.log10(value / largest) / DECADES if value > 0 else 0.0
            color = QColor(*map(int, color_map("gate", self._theme)[round(255 * min(max(height, 0), 1))][:3])).name()
        item.setBackground(QColor(blend(color, self._theme.base, GROUND * 0.6)))

    def _on_chosen(self) -> None:
        self.chosen_changed.emit(self.chosen)
