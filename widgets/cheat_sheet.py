"""The keys on one page, made from the actions themselves."""

from __future__ import annotations

import html
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

MOUSE = (
    ("wheel", "zoom at the pointer"),
    ("drag", "pan"),
    ("Shift+drag, drag on the ruler", "move the cursor"),
    ("Alt+drag", "zoom to a range"),
    ("double click", "the whole sequence"),
    ("click on a heat map, Ctrl+click", "select a unit, add one"),
    ("Shift+wheel, wheel beside the plot", "scroll the rows"),
)


class CheatSheet(QDialog):
    """A window that stays beside the work."""

    def __init__(self, actions: Mapping[str, list[QAction]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys")
        self.resize(560, 700)
        text = QTextBrowser()
        text.setHtml(_page(actions))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addWidget(buttons)


def _page(actions: Mapping[str, list[QAction]]) -> str:
    parts = []
    for menu, listed in actions.items():
        rows = [(_keys(action), action.text().replace("&", "")) for action in listed if action.shortcuts()]
        if rows:
            parts.append(_table(menu, rows))
    parts.append(_table("Mouse, over the rows", list(MOUSE)))
    return "".join(parts)


def _keys(action: QAction) -> str:
    return ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    lines = "".join(
        f"<tr><td width='210'><b>{html.escape(keys)}</b></td><td>{html.escape(does)}</td></tr>" for keys, does in rows
    )
    return f"<h3>{html.escape(title)}</h3><table cellpadding='3'>{lines}</table>"
