"""One theme for everything: colours, line styles, colour maps, icons and the font of numbers, light or dark.

Panels take a ``Theme`` and ask here; no other file spells out a colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from widgets.oklab import diverging

MapKind = Literal["gate", "state"]
MUTED = 0.42
"""How much of its colour what is disabled keeps."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance, each ``#rrggbb``.

    Everything a person reads (``text``, ``muted_text``, ``accent``, ``warning``, ``error``, ``success``, ``cursor``)
    has a contrast of at least 4.5:1 on every ground (``window`` to ``field``), ``accent_text`` on ``accent``.
    """

    name: str
    window: str
    """The ground between panels."""
    base: str
    """The ground of plots, tables and fields."""
    raised: str
    """The ground of buttons and cards."""
    field: str
    """The ground of what one types into."""
    hover: str
    """The ground of a button or card under the pointer."""
    text: str
    muted_text: str
    line: str
    """Grids and the borders of what is not a control."""
    border: str
    """The edge of a control, 3:1 on its ground."""
    accent: str
    accent_text: str
    cursor: str
    """The step cursor; draw it with a halo of ``base``, so that it shows on every colour map."""
    mark: str
    """The label marks of a sequence; drawn half transparent."""
    warning: str
    error: str
    success: str
    nan_color: str
    """Of NaN in a heat map. These three are in none of the colour maps."""
    pos_inf_color: str
    neg_inf_color: str
    unit_colors: tuple[str, ...]
    """Okabe–Ito, 3:1 on ``base``: for lines and swatches, not for text. Ask ``unit_style`` for them."""
    side_colors: tuple[str, ...]
    """Grounds of ``accent_text`` in tags, first that of the present trace. Ask ``side_color`` for them."""


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    raised="#fbfbfc",
    field="#ffffff",
    hover="#e6ebf1",
    text="#1b1f24",
    muted_text="#57606a",
    line="#d5dae0",
    border="#868e98",
    accent="#0a5db8",
    accent_text="#ffffff",
    cursor="#c2255c",
    mark="#d9480f",
    warning="#8a5200",
    error="#b3261e",
    success="#1a6b35",
    nan_color="#ff00ff",
    pos_inf_color="#ff0000",
    neg_inf_color="#00ffff",
    unit_colors=("#0072b2", "#c24f00", "#009e73", "#cc79a7", "#bf8200", "#000000", "#3f98d0"),
    side_colors=("#57606a", "#006d62", "#6f42b5", "#8a4b00", "#a61e6b", "#2f6b1f"),
)
"""Orange, vermilion and sky blue are darker than Okabe and Ito's, and yellow is left out: they would fade on white."""

DARK = Theme(
    name="dark",
    window="#1e2227",
    base="#15181c",
    raised="#2a2f36",
    field="#2d333b",
    hover="#363d46",
    text="#e6e9ed",
    muted_text="#a8b1bb",
    line="#363c44",
    border="#747d88",
    accent="#6cb0f5",
    accent_text="#10151b",
    cursor="#ff80ab",
    mark="#ff922b",
    warning="#e6b450",
    error="#ff8a80",
    success="#6fcf8b",
    nan_color="#ff00ff",
    pos_inf_color="#ff0000",
    neg_inf_color="#2020ff",
    unit_colors=("#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#e6e9ed", "#f0e442"),
    side_colors=("#a8b1bb", "#4fd1bd", "#c4a7f7", "#e8b45c", "#ff92c4", "#9fd36f"),
)
"""Black has become nearly white, and blue, which would fade on black, has left its place to yellow."""

OUTLINE = 140
"""Fusion draws the edge of a control in its window colour, so much darker (in percent): on dark nobody would see it."""

THEMES = MappingProxyType({theme.name: theme for theme in (LIGHT, DARK)})


@dataclass(frozen=True, slots=True)
class UnitStyle:
    """How the line of one unit is drawn: a colour, and dashes in widths of the pen (empty: solid)."""

    color: str
    dash: tuple[float, ...]


DASHES: tuple[tuple[float, ...], ...] = ((), (7, 2.5), (2.5, 2), (8, 2, 2, 2))
"""As many as have no common divisor with the colours, so that neighbours differ in both and 28 styles are distinct."""


def unit_style(position: int, theme: Theme) -> UnitStyle:
    """Return the line style of a unit (or feature) by its index: the same wherever the unit is drawn."""
    return UnitStyle(theme.unit_colors[position % len(theme.unit_colors)], DASHES[position % len(DASHES)])


_CELL_STYLES = MappingProxyType({"lstm": (0, 0), "rnn": (1, 1), "gru": (2, 2)})
_BLOCKS = "fiogznr"


def cell_style(cell: str, theme: Theme) -> UnitStyle:
    """Return the line style of a cell, by its name: the same in every chart."""
    color, dash = _CELL_STYLES.get(cell, (5, 3))
    return UnitStyle(theme.unit_colors[color], DASHES[dash])


def block_style(block: str, theme: Theme) -> UnitStyle:
    """Return the line style of a gate block, ``f``, ``i`` …: the same in every chart."""
    place = _BLOCKS.find(block) if block else -1
    return unit_style(place, theme) if place >= 0 else UnitStyle(theme.text, DASHES[0])


def side_color(side: int, theme: Theme) -> str:
    """Return the ground of the tags of a side, 0 the present trace's, on which ``accent_text`` is read."""
    first, *further = theme.side_colors
    return further[(side - 1) % len(further)] if side else first


@cache
def color_map(kind: MapKind, theme: Theme) -> np.ndarray:
    """Return a read-only lookup table, uint8 (256, 4) RGBA, lowest value first.

    ``"gate"`` is sequential, for limits fixed to 0–1 (viridis). ``"state"`` is diverging, for limits symmetric about 0:
    blue below, orange above, in the middle the theme's own ground. Both are uniform and safe for the colour-blind.
    """
    if kind == "gate":
        table = pg.colormap.get("viridis").getLookupTable(0.0, 1.0, 256, alpha=True).astype(np.uint8)
    elif theme.name == "dark":
        table = diverging(middle=0.21, end=0.85, chroma=(0.11, 0.13), hue=(240.0, 65.0))
    else:
        table = diverging(middle=0.965, end=0.47, chroma=(0.15, 0.13), hue=(255.0, 48.0))
    table.flags.writeable = False
    return table


@cache
def icon(name: str, theme: Theme, color: str = "") -> QIcon:
    """Return the icon ``icons/NAME.svg`` in the theme's text colour or another, muted where disabled, crisp at 1–2×."""
    drawing = resources.files("widgets").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", color or theme.text).encode()))
    made = QIcon()
    for size in (16, 20, 24, 30, 32, 40):
        normal, disabled = QPixmap(size, size), QPixmap(size, size)
        for pixmap in (normal, disabled):
            pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(normal)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        painter = QPainter(disabled)
        painter.setOpacity(MUTED)
        painter.drawPixmap(0, 0, normal)
        painter.end()
        made.addPixmap(normal, QIcon.Mode.Normal)
        made.addPixmap(disabled, QIcon.Mode.Disabled)
    return made


def number_font() -> QFont:
    """Return the font of numbers: every figure as wide as the next. Its size is that of the texts, and goes with it."""
    font = QFont()
    font.setFamilies(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families())
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def system_theme(app: QGuiApplication) -> Theme:
    """Return the theme the desktop asks for, light where it does not say."""
    return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the whole application: style, palette, the little a palette does not reach, and pyqtgraph's defaults.

    The palette is set in full, since ``setColorScheme`` does nothing on plain X11.
    """
    if not app.styleSheet():  # under a style sheet the style's name is hidden, and setting it again costs
        app.setStyle("Fusion")
    palette = _palette(theme)
    app.setPalette(palette)
    palette.setColor(QPalette.ColorRole.Base, QColor(theme.field))
    palette.setColor(QPalette.ColorRole.Window, QColor(theme.border).lighter(OUTLINE))
    for control in ("QAbstractSpinBox", "QLineEdit", "QComboBox", "QCheckBox", "QRadioButton", "QPushButton"):
        app.setPalette(palette, control)
    app.setStyleSheet(_style_sheet(theme, app.font().pointSizeF()))
    pg.setConfigOptions(background=theme.base, foreground=theme.muted_text)


def blend(color: str, ground: str, share: float) -> str:
    """Return the colour laid over the ground with that share, 0–1."""
    over, under = QColor(color).getRgb()[:3], QColor(ground).getRgb()[:3]
    return QColor(*(round(share * a + (1 - share) * b) for a, b in zip(over, under, strict=True))).name()


def header_sheet(theme: Theme, edge: str) -> str:
    """Return the style of a table's header: quiet, on the ground of the table, with a line at its ``edge``."""
    ground = f"background: {theme.base}; border: none;"
    return (
        f"QHeaderView {{ {ground} }} QHeaderView::section {{ {ground} color: {theme.muted_text};"
        f" padding: 2px 8px; border-{edge}: 1px solid {theme.line}; }}"
    )


def _style_sheet(theme: Theme, points: float) -> str:
    """Return what Fusion's palette does not reach: tooltips, and scroll bars that are slim and can be seen on dark.

    And the titles of docks, which under a style sheet keep the size of text that they had at first, unless they have
    another than the application: a hundredth of a point more.
    """
    return f"""
        QDockWidget {{ font-size: {points + 0.01}pt; }}
        QToolTip {{ color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.border}; padding: 3px; }}
        QMenu {{ background: {theme.raised}; border: 1px solid {theme.border}; padding: 3px; }}
        QMenu::item {{ padding: 4px 26px; border-radius: 3px; }}
        QMenu::item:selected:enabled {{ background: {theme.accent}; color: {theme.accent_text}; }}
        QMenu::item:disabled {{ color: {blend(theme.text, theme.window, MUTED)}; }}
        QMenu::separator {{ height: 1px; background: {theme.border}; margin: 3px 8px; }}
        QScrollBar {{ background: transparent; border: none; margin: 0; }}
        QScrollBar:vertical {{ width: 12px; }}
        QScrollBar:horizontal {{ height: 12px; }}
        QScrollBar::handle {{ background: {theme.border}; border-radius: 4px; margin: 2px; }}
        QScrollBar::handle:hover {{ background: {theme.muted_text}; }}
        QScrollBar::handle:vertical {{ min-height: 28px; }}
        QScrollBar::handle:horizontal {{ min-width: 28px; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
        QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: blend(theme.window, theme.base, 0.6),
        role.Text: theme.text,
        role.PlaceholderText: theme.muted_text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.muted_text,
        role.Light: blend("#ffffff", theme.raised, 0.10 if theme.name == "dark" else 0.80),
        role.Midlight: blend("#ffffff", theme.raised, 0.05 if theme.name == "dark" else 0.40),
        role.Mid: theme.line,
        role.Dark: theme.border,
        role.Shadow: blend("#000000", theme.window, 0.6),
    }
    faded = (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText, role.HighlightedText)
    palette = QPalette()
    for each, color in colors.items():
        palette.setColor(QPalette.ColorGroup.All, each, QColor(color))
        if each in faded:
            palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(blend(theme.text, theme.window, MUTED)))
    for each in (role.Highlight, role.Accent):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.line))
    return palette


def tabs_style(theme: Theme) -> str:
    """Return the style of tabs as words on the panel's own ground, the chosen one underlined."""
    return (
        "QTabBar::tab { background: transparent; border: none; padding: 5px 7px; margin: 0;"
        f" color: {theme.muted_text}; border-bottom: 2px solid transparent; }}"
        f"QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}"
        f"QTabBar::tab:hover {{ color: {theme.text}; }}"
        f"QTabBar::tab:selected:focus {{ color: {theme.accent}; border: 1px solid {theme.accent}; }}"
    )
