"""Where a person begins: open a CSV file, generate a sequence, choose a preset, or go back to a recent file."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from explorer.presets import Preset
from widgets.cards import Card, PresetCard, RecentFile
from widgets.forms import scrolling
from widgets.theme import LIGHT, Theme, blend, icon, tabs_style

PRESETS, RECENT = range(2)
"""The pages."""


class StartPanel(QWidget):
    """The column of things to open, the one that is open marked. It is given values and computes none."""

    open_requested = Signal()
    """To choose a file."""
    generate_requested = Signal()
    """To make a sequence."""
    preset_requested = Signal(str)
    """The preset's name."""
    recent_requested = Signal(str)
    """The file's path."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._source = ""
        self.presets: tuple[PresetCard, ...] = ()
        self.recent: tuple[RecentFile, ...] = ()
        self._build()
        self.open.clicked.connect(lambda: self.open_requested.emit())
        self.generate.clicked.connect(lambda: self.generate_requested.emit())
        self.show_recent(())

    def _build(self) -> None:
        self.open = QPushButton("Open CSV…")
        self.open.setToolTip("Open a table, arrays or text of your own (Ctrl+O)")
        self.open.setIconSize(QSize(20, 20))
        self.open.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.generate = QPushButton("Generate…")
        self.generate.setToolTip("Make a sequence: waves, noise, chaos, or a task for memory (Ctrl+G)")
        self.generate.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hint = QLabel("or drop a file on the window", alignment=Qt.AlignmentFlag.AlignHCenter)
        self._preset_column, self._recent_column = _column(), _column()
        self.pages = QTabWidget(documentMode=True)  # so that no list stands below the other, out of sight
        self.pages.setAccessibleName("What can be opened")
        for column, title, tip in (
            (self._preset_column, "Presets", "What the app brings along"),
            (self._recent_column, "Recent", "Files that were opened before"),
        ):
            contents = QWidget()
            inner = QVBoxLayout(contents)
            inner.setContentsMargins(10, 8, 10, 10)
            inner.addLayout(column)
            inner.addStretch(1)
            self.pages.setTabToolTip(self.pages.addTab(scrolling(contents), title), tip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(4)
        top = QVBoxLayout()
        top.setContentsMargins(10, 0, 10, 4)
        beside = QHBoxLayout()
        beside.setSpacing(5)
        beside.addWidget(self.open, 1)
        beside.addWidget(self.generate)
        top.addLayout(beside)
        top.addWidget(self.hint)
        layout.addLayout(top)
        layout.addWidget(self.pages, 1)

    def minimumSizeHint(self) -> QSize:
        """Return a size at which the texts can be read."""
        return QSize(240, 200)

    def sizeHint(self) -> QSize:
        """Return a size at which four presets fit."""
        return QSize(290, 640)

    def show_presets(self, presets: tuple[Preset, ...]) -> None:
        """Show a card for each preset."""
        self.presets = tuple(map(PresetCard, presets))
        for preset, card in zip(presets, self.presets, strict=True):
            card.clicked.connect(lambda _=False, name=preset.name: self.preset_requested.emit(name))
        self._fill(self._preset_column, self.presets)

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """Show the files opened before, the last one first."""
        if self.recent and paths == tuple(entry.path for entry in self.recent):
            return
        self.recent = tuple(map(RecentFile, paths))
        for entry in self.recent:
            entry.clicked.connect(lambda _=False, path=entry.path: self.recent_requested.emit(path))
        self._fill(self._recent_column, self.recent)
        self.pages.setTabVisible(RECENT, bool(paths))

    def show_current(self, source: str) -> None:
        """Mark what is now open, ``preset:NAME`` or the path of a file, and bring it into view."""
        self._source = source
        for card in (*self.presets, *self.recent):
            card.show_current(card.source == source)
            if card.current:
                # Once it has its place.
                QTimer.singleShot(0, card, lambda card=card: self.bring_into_view(card))

    def bring_into_view(self, card: Card) -> None:
        """Scroll to a card, on its page."""
        page = PRESETS if card in self.presets else RECENT
        self.pages.setCurrentIndex(page)
        self.pages.widget(page).ensureWidgetVisible(card)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and icons of the theme."""
        self._theme = theme
        for card in (*self.presets, *self.recent):
            card.apply_theme(theme)
        self.hint.setStyleSheet(f"color: {theme.muted_text}")
        self.pages.tabBar().setStyleSheet(tabs_style(theme))
        self.open.setIcon(icon("open", theme, theme.accent_text))
        hover = blend(theme.accent_text, theme.accent, 0.12)
        ring = f"border: 2px solid {theme.text}"
        shape = "border-radius: 6px; font-weight: 600"
        self.open.setStyleSheet(
            f"QPushButton {{ color: {theme.accent_text}; background: {theme.accent}; border: 2px solid {theme.accent};"
            f" padding: 7px 6px; {shape}; }}"
            f"QPushButton:hover, QPushButton:pressed {{ background: {hover}; }} QPushButton:focus {{ {ring}; }}"
        )
        self.generate.setStyleSheet(
            f"QPushButton {{ color: {theme.text}; background: {theme.raised}; border: 2px solid {theme.border};"
            f" padding: 7px 8px; {shape}; }}"
            f"QPushButton:hover, QPushButton:pressed {{ background: {theme.hover}; }} QPushButton:focus {{ {ring}; }}"
        )

    def _fill(self, column: QVBoxLayout, cards: tuple[Card, ...]) -> None:
        while item := column.takeAt(0):
            item.widget().deleteLater()
        for card in cards:
            column.addWidget(card)
            card.apply_theme(self._theme)
            card.show_current(card.source == self._source)


def _column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    return column
