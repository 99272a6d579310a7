"""A painting as an SVG file: every browser shows it alike, and it has a title and a description in words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QFont, QPainter
from PySide6.QtSvg import QSvgGenerator

from widgets.theme import number_font


def svg(size: QSize, title: str, description: str, paint: Callable[[QPainter], None], font: QFont) -> bytes:
    """Return what ``paint`` paints. Texts stay texts; for a font that a reader does not have, another of its kind."""
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)  # as browsers count, so that a pixel is a pixel
    generator.setSize(size)
    generator.setViewBox(QRectF(QPointF(), QSizeF(size)))
    generator.setTitle(title)
    generator.setDescription(description)
    painter = QPainter(generator)
    painter.setFont(font)
    paint(painter)
    painter.end()
    drawing = buffer.data().data()
    for family, kind in ((font.family(), "sans-serif"), (number_font().family(), "monospace")):
        named = f'font-family="{family}'
        drawing = drawing.replace(f'{named}"'.encode(), f'{named}, {kind}"'.encode())
    return drawing
