"""What tables have alike: lines to choose from, cells made when they are first written, and headers of the theme."""

from __future__ import annotations

from PySide6.QtWidgets import QHeaderView, QTableView, QTableWidget, QTableWidgetItem

from widgets.theme import Theme, header_sheet


def make_list(table: QTableView, stretched: int) -> None:
    """Have lines that are chosen as a whole and columns as wide as their texts; one is ``stretched`` over the rest."""
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)


def write(table: QTableWidget, row: int, column: int, text: str) -> QTableWidgetItem:
    """Write the text of a cell, and return it."""
    item = table.item(row, column)
    if item is None:
        item = QTableWidgetItem()
        table.setItem(row, column, item)
    item.setText(text)
    return item


def color_headers(table: QTableView, theme: Theme) -> None:
    """Have headers above and beside, and the corner between them, in the theme's colours."""
    table.horizontalHeader().setStyleSheet(header_sheet(theme, "bottom"))
    table.verticalHeader().setStyleSheet(header_sheet(theme, "right"))
    table.setStyleSheet(
        f"QTableCornerButton::section {{ background: {theme.base}; border: none;"
        f" border-bottom: 1px solid {theme.line}; }}"
    )
