"""The keys on one page: of the actions themselves, and as lists and plots tell theirs."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from widgets.keys import Told, keys_of

MOUSE = (
    ("wheel", "zoom at the pointer"),
    ("drag", "pan"),
    ("drag on the ruler, Shift+drag", "move the cursor"),
    ("Alt+drag", "zoom to a range"),
    ("double click", "the whole sequence"),
    ("click on a heat map", "select a unit"),
    ("Ctrl+click", "add or take away a unit"),
    ("Shift+wheel", "zoom in the values"),
    ("wheel beside the plots", "scroll the rows"),
    ("drag a title, double click", "move the row, show it alone"),
    ("drag the lower edge", "make the row higher"),
    ("right click on a title", "all that a row can be"),
    ("drag in brush mode, Shift+drag", "select steps, and units"),
    ("click on “step” or “time”", "the other axis"),
)

FIRST_SIZE = QSize(860, 760)
LEFT = ("Step", "Edit", "Help")
"""The menus on the left: together about as long as the others and the mouse."""

MARGIN = 60
"""Pixels of the screen that are left to its own bars."""


class CheatSheet(QDialog):
    """A window that stays beside the work: what moves through the steps comes first.

    ``told`` are the keys that mean something only where a list or plot has the focus, by what it is called.
    """

    def __init__(
        self, actions: Mapping[str, list[QAction]], told: Mapping[str, Iterable[Told]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys")
        room = self.screen().availableSize()
        self.resize(FIRST_SIZE.boundedTo(QSize(room.width() - MARGIN, room.height() - MARGIN)))
        self.text = QTextBrowser()
        self.text.setAccessibleName("Keys")
        self.text.setHtml(_page(actions, told))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())  # Fusion's cannot be seen on dark
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)


def _page(actions: Mapping[str, list[QAction]], told: Mapping[str, Iterable[Told]]) -> str:
    tables = {menu: _table(menu, rows, 190) for menu, listed in actions.items() if (rows := _rows(listed))}
    left = "".join(tables.pop(menu) for menu in LEFT if menu in tables)
    right = "".join([*tables.values(), _table("Mouse, over the rows", list(MOUSE), 190)])
    lists = [_table(title, [(each.text, each.does) for each in keys], 190) for title, keys in told.items()]
    left, right = (whole + "".join(lists[side::2]) for side, whole in enumerate((left, right)))
    return f"<table width='100%'><tr><td width='50%'>{left}</td><td>{right}</td></tr></table>"


def _rows(actions: list[QAction]) -> list[tuple[str, str]]:
    return [(keys_of(action), action.objectName()) for action in actions if action.shortcuts()]


def _table(title: str, rows: list[tuple[str, str]], width: int) -> str:
    lines = "".join(
        f"<tr><td width='{width}'><b>{html.escape(keys)}</b></td><td>{html.escape(does)}</td></tr>"
        for keys, does in rows
    )
    return f"<h3>{html.escape(title)}</h3><table cellpadding='2'>{lines}</table>"
