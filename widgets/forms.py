"""How forms and bars are laid out: fields below one another, what stands side by side, headings, what scrolls."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget


def form_layout(parent: QWidget | None = None, spacing: int = 7) -> QFormLayout:
    """Return a form whose fields are as wide as there is room."""
    form = QFormLayout(parent)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(spacing)
    return form


def heading(text: str) -> QLabel:
    """Return a text in bold."""
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def beside(*widgets: QWidget, right: Iterable[QWidget] = (), spacing: int = 6) -> QHBoxLayout:
    """Return widgets side by side on the left, and some on the ``right``."""
    row = QHBoxLayout()
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    for widget in right:
        row.addWidget(widget)
    return row


def scrolling(inner: QWidget) -> QScrollArea:
    """Return what can be scrolled up and down and has no focus of its own, around a widget that has."""
    scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(inner)
    return scroll


def push_button(text: str, tip: str) -> QPushButton:
    """Return a button that Enter in a field does not press."""
    return QPushButton(text, autoDefault=False, toolTip=tip)
