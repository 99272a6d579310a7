"""What is to be said of the gradient through time, in plain words with its numbers, a line for each cell."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.training.verdict import Verdict
from widgets.theme import LIGHT, Theme
from widgets.trained import CELL_TITLES

WAITING = "The verdict on each cell comes with the first look of the probe."


class Verdicts(QWidget):
    """One line a cell; what is wrong stands out in colour and in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._verdicts: Mapping[str, Verdict] = {}
        self.text = QLabel(WAITING, wordWrap=True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setAccessibleName("Verdict")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.text)

    def show_verdicts(self, verdicts: Mapping[str, Verdict]) -> None:
        """Say these."""
        if dict(verdicts) != dict(self._verdicts):
            self._verdicts = dict(verdicts)
            self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self._show()

    def _show(self) -> None:
        theme, lines = self._theme, []
        for cell, verdict in self._verdicts.items():
            color = {"healthy": theme.success, "vanishes": theme.warning, "short": theme.text}.get(
                verdict.kind, theme.error
            )
            numbers = escape(verdict.text.removeprefix(f"{verdict.kind}: "))
            word = escape(verdict.kind) if numbers != escape(verdict.text) else ""
            advice = escape(f"{verdict.advice[:1].upper()}{verdict.advice[1:]}.") if verdict.advice else ""
            lines.append(
                f"<p style='margin: 0 0 5px 0'><b>{escape(CELL_TITLES.get(cell, cell))}</b>"
                f" <b><span style='color: {color}'>{word}</span></b>{': ' if word else ''}{numbers}."
                f" <span style='color: {theme.muted_text}'>{advice}</span></p>"
            )
        self.text.setText("".join(lines) or WAITING)
