"""What a widget shows at a point, on a screen of any scale factor and of 16 bits, too."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget


def pixel(widget: QWidget, point: QPoint | QPointF) -> QColor:
    picture = widget.grab().toImage()
    return picture.pixelColor((QPointF(point) * picture.devicePixelRatio()).toPoint())


def alike(seen: QColor, wanted: QColor | str, by: int = 8) -> bool:
    """Return whether two colours are the same but for the rounding of a screen of 16 bits."""
    return max(abs(a - b) for a, b in zip(seen.getRgb(), QColor(wanted).getRgb(), strict=True)) <= by
