"""What one can choose on the start panel: a card for each preset, an entry for each recent file."""

from __future__ import annotations

from importlib import resources
from pathlib import PurePath

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.presets import Preset
from explorer.sequences import BETWEEN
from widgets.keys import tell
from widgets.theme import LIGHT, Theme, blend

RADIUS = 6.0
BAR = 4.0

HEIGHT, CORNER = 50, 3.0
"""Points of a picture on a card, and of the radius of its corners."""

PICTURE, PICTURE_SCALE = QSize(240, 60), 2
"""The size of a preset's picture in points, and how many pixels of its file a point has."""


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
    """A preset: title, cell, picture, in one sentence what it is, and its lesson. The rest is its tooltip."""

    def __init__(self, preset: Preset) -> None:
        lesson = f"Lesson: {preset.lesson}" if preset.lesson else ""
        super().__init__(f"preset:{preset.name}", preset.title, " ".join(filter(None, (preset.summary, lesson))))
        self.setToolTip(preset.summary)
        self.title = _label(preset.title, bold=True)
        self.cell = _label(str(preset.network["cell"]).upper(), scale=0.85)
        self.picture = Picture(preset.name)
        self.summary = _label(preset.summary.partition(". ")[0].rstrip(".") + ".", scale=0.95)
        self.summary.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.cell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 9, 11, 10)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.picture)
        layout.addWidget(self.summary)
        self.lesson = _label(lesson, scale=0.95)
        self.lesson.setWordWrap(True)
        self.lesson.setVisible(bool(lesson))
        layout.addWidget(self.lesson)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        super().apply_theme(theme)
        self.title.setStyleSheet(f"color: {theme.text}")
        self.summary.setStyleSheet(f"color: {theme.muted_text}")
        self.lesson.setStyleSheet(f"color: {theme.accent}")
        tag = f"color: {theme.muted_text}; border: 1px solid {theme.border}; border-radius: 4px; padding: 0 4px"
        self.cell.setStyleSheet(tag)
        self.picture.apply_theme(theme)


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


class Picture(QWidget):
    """A preset's input over the states of its network, as the window showed them. Read when it is first seen."""

    def __init__(self, preset: str) -> None:
        super().__init__()
        self._preset, self._theme = preset, LIGHT
        self._shown: QPixmap | None = None
        self.setFixedHeight(HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def apply_theme(self, theme: Theme) -> None:
        """Show the picture in the colours of the theme."""
        self._theme, self._shown = theme, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it as wide as the card: steps may be narrower or wider."""
        if self._shown is None:
            file = resources.files("presets").joinpath(self._preset, f"{self._theme.name}.png")
            self._shown = QPixmap()
            if file.is_file():  # a preset that was put there by hand may have none
                self._shown.loadFromData(file.read_bytes())
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(edge, CORNER, CORNER)
        painter.setClipPath(shape)
        painter.drawPixmap(self.rect(), self._shown)
        painter.setClipping(False)
        painter.setPen(QPen(QColor(self._theme.line), 1.0))
        painter.drawPath(shape)


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
