"""A panel or the whole window as a picture: painted anew at the scale asked for, with lines and words as such."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPoint, QRect, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter, QRegion
from PySide6.QtWidgets import QWidget

from explorer.errors import OutputError
from explorer.writing import replacing

Form = Literal["png", "svg", "pdf"]

MOST_PIXELS = 250_000_000
"""Of a picture; Qt makes none above 2 GB."""

ITSELF = QWidget.RenderFlag(0)
"""Neither what lies below a part nor the parts in it."""

POINTS = 0.75
"""Points of a pixel: a page has 72 to the inch, a screen 96 pixels."""


def write_picture(panel: QWidget, path: Path, form: Form, scale: int = 1) -> None:
    """Write a panel as it is now. OutputError where that cannot be; what was there before then stays."""
    data = {"png": lambda: png(panel, scale), "svg": lambda: svg(panel), "pdf": lambda: pdf(panel)}[form]()
    with replacing(path) as file:
        file.write(data)


def blank(size: QSize, scale: float, panel: QWidget) -> QImage:
    """Return a picture with nothing on it but a panel's ground, of so many pixels a point of its size."""
    width, height = round(size.width() * scale), round(size.height() * scale)
    if not 0 < width * height <= MOST_PIXELS:
        raise OutputError(f"a picture of {width} × {height} pixels is too large; choose a smaller scale")
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(scale)
    made.fill(panel.palette().color(panel.backgroundRole()))
    return made


def image(panel: QWidget, scale: float) -> QImage:
    """Return a panel painted with so many pixels a point."""
    made = blank(panel.rect().size(), scale, panel)
    painter = QPainter(made)
    panel.render(painter, QPoint())
    painter.end()
    return made


def png(panel: QWidget, scale: int) -> bytes:
    """Return a panel as a PNG of that scale."""
    buffer = QBuffer()
    if not image(panel, scale).save(buffer, "PNG"):
        raise OutputError("there is not enough memory for this picture; choose a smaller scale")
    return bytes(buffer.data().data())


def svg(panel: QWidget) -> bytes:
    """Return a panel as an SVG."""
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # in the other one nothing is cut off
    generator.setOutputDevice(buffer)
    generator.setSize(panel.rect().size())  # some panels call another thing their size
    generator.setViewBox(panel.rect())
    generator.setResolution(panel.logicalDpiX())  # a text has the size that it has on the screen
    generator.setTitle(panel.windowTitle() or panel.accessibleName() or "Gate Explorer")
    painter = QPainter(generator)
    _paint(panel, painter)
    painter.end()
    return bytes(data.data())


def pdf(panel: QWidget) -> bytes:
    """Return a panel as a PDF of one page, as large as it is on the screen."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator("Gate Explorer")
    writer.setTitle(panel.windowTitle() or panel.accessibleName() or "Gate Explorer")
    size = QSizeF(panel.width() * POINTS, panel.height() * POINTS)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    writer.setResolution(panel.logicalDpiX())
    painter = QPainter(writer)
    painter.scale(writer.width() / panel.width(), writer.height() / panel.height())
    _paint(panel, painter)
    painter.end()
    return bytes(data.data())


def _paint(panel: QWidget, painter: QPainter) -> None:
    """Paint a panel part by part, each cut off where it ends: what Qt cuts off itself is pixels only."""
    painter.fillRect(panel.rect(), QColor(panel.palette().color(panel.backgroundRole())))
    _paint_part(panel, painter, QPoint(), panel.rect())


def _paint_part(part: QWidget, painter: QPainter, at: QPoint, within: QRect) -> None:
    area = QRect(at, part.rect().size()) & within
    if area.isEmpty():
        return
    painter.save()
    painter.setClipRect(area)
    part.render(painter, at, QRegion(), ITSELF)
    painter.restore()
    for child in part.children():
        if isinstance(child, QWidget) and not child.isWindow() and child.isVisibleTo(part):
            _paint_part(child, painter, at + child.pos(), area)
