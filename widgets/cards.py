"""What one can choose on the start panel: a card for each preset, an entry for each recent file."""

from __future__ import annotations

from pathlib import PurePath

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.presets import Preset
from explorer.sequences import BETWEEN
from widgets.keys import tell
from widgets.theme import LIGHT, Theme, blend, unit_style

RADIUS = 6.0
BAR = 4.0


class Card(QAbstractButton):
    """A button as a card: it shows the pointer, the focus, and by a bar at its left that it is the one now open.

    Enter chooses it as well as Space. A click leaves the focus where it is, so that keys go on working there.
    """

    told_keys = (tell("open it", "Return", "Space"),)

    def __init__(self, source: str, name: str, description: str) -> None:
        super().__init__()
        self.source = source
        """What ``Dataset.source`` is after this has been opened."""
        self.current = False
        self._theme = LIGHT
        self.setAccessibleName(name)
        self._description = description
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.show_current(False)

    def show_current(self, current: bool) -> None:
        """Show whether it is what is now open."""
        self.current = current
        self.setAccessibleDescription(f"Open now. {self._description}" if current else self._description)
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return what its contents want."""
        return self.layout().sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose it on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the bar and the edge."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = theme.hover if self.underMouse() or self.isDown() else theme.raised
        ground = blend(theme.accent, ground, 0.12) if self.current else ground
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(edge, RADIUS, RADIUS)
        painter.fillPath(shape, QColor(ground))
        if self.current:
            painter.setClipPath(shape)
            painter.fillRect(QRectF(0, 0, BAR + 1, self.height()), QColor(theme.accent))
            painter.setClipping(False)
        focus = self.hasFocus()
        painter.setPen(QPen(QColor(theme.accent if focus else theme.line), 2.0 if focus else 1.0))
        painter.drawPath(shape)


class PresetCard(Card):
    """A preset: its title, its cell, its sequence in small, and in one sentence what it is. The rest is its tooltip."""

    def __init__(self, preset: Preset, thumbnail: np.ndarray) -> None:
        super().__init__(f"preset:{preset.name}", preset.title, preset.summary)
        self.setToolTip(preset.summary)
        self.title = _label(preset.title, bold=True)
        self.cell = _label(str(preset.network["cell"]).upper(), scale=0.85)
        self.sparkline = Sparkline(thumbnail)
        self.summary = _label(preset.summary.partition(". ")[0].rstrip(".") + ".", scale=0.95)
        self.summary.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.cell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 9, 11, 10)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.sparkline)
        layout.addWidget(self.summary)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        super().apply_theme(theme)
        self.title.setStyleSheet(f"color: {theme.text}")
        self.summary.setStyleSheet(f"color: {theme.muted_text}")
        tag = f"color: {theme.muted_text}; border: 1px solid {theme.border}; border-radius: 4px; padding: 0 4px"
        self.cell.setStyleSheet(tag)
        self.sparkline.apply_theme(theme)


class RecentFile(Card):
    """A file opened before: its name over its folder, both shortened in the middle; the tooltip has the whole path."""

    def __init__(self, path: str) -> None:
        first, *others = path.split(BETWEEN)
        name = f"{PurePath(first).name} and {len(others)} more" if others else PurePath(first).name
        super().__init__(path, name, path)
        self.path = path
        self.setToolTip(path)
        self.name = Elided(name)
        self.folder = Elided(str(PurePath(first).parent), scale=0.9)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 5, 11, 5)
        layout.setSpacing(1)
        layout.addWidget(self.name)
        layout.addWidget(self.folder)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        super().apply_theme(theme)
        self.name.setStyleSheet(f"color: {theme.text}")
        self.folder.setStyleSheet(f"color: {theme.muted_text}")


class Elided(QLabel):
    """One line of text that is shortened in the middle where there is no room for all of it."""

    def __init__(self, text: str, scale: float = 1.0) -> None:
        super().__init__(text)
        _prepare(self, scale, bold=False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def shown(self) -> str:
        """Return the text as it is drawn."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown())


class Sparkline(QWidget):
    """The features of a short sequence, values (steps, features), in small and on one scale. NaN leaves a gap."""

    def __init__(self, values: np.ndarray) -> None:
        super().__init__()
        self._theme = LIGHT
        self._values = np.asarray(values, dtype=float)
        self.setFixedHeight(34)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def places(self) -> np.ndarray:
        """Return where each value is drawn, (steps, features, 2) in pixels, NaN where it is not finite."""
        finite = np.isfinite(self._values)
        low, high = (self._values[finite].min(), self._values[finite].max()) if finite.any() else (0.0, 0.0)
        share = (self._values - low) / (high - low) if high > low else self._values * 0.0 + 0.5
        x = np.linspace(1.0, self.width() - 1.0, len(self._values))
        y = self.height() - 2.0 - np.where(finite, share, np.nan) * (self.height() - 4.0)
        return np.stack(np.broadcast_arrays(x[:, None], y), axis=-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a line for each feature, the first on top."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self.places()
        for feature in reversed(range(places.shape[1])):
            painter.setPen(QPen(QColor(unit_style(feature, self._theme).color), 1.3))
            line = places[:, feature]
            gaps = np.flatnonzero(np.isnan(line[:, 1]))
            for piece in np.split(line, gaps):
                drawn = piece[np.isfinite(piece[:, 1])]
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in drawn]))


def _label(text: str, *, scale: float = 1.0, bold: bool = False) -> QLabel:
    label = QLabel(text)
    _prepare(label, scale, bold)
    return label


def _prepare(label: QLabel, scale: float, bold: bool) -> None:
    """Let the label be plain text at a share of the usual size, and leave the mouse to the card under it."""
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(bold)
    label.setFont(font)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
