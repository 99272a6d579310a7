"""The line of the readout that says with which step it compares."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QToolButton, QWidget

from widgets.labels import ElidedLabel
from widgets.theme import Theme


class PinLine(QWidget):
    """There while a second cursor is pinned: shows differences or values, and takes the pin away."""

    differences_edited = Signal(bool)
    unpin_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox("Δ", checked=True)
        self.box.setToolTip("Show every number minus the one at the pinned step; else the numbers themselves")
        self.box.setAccessibleName("Show differences from the pinned step")
        self.step = ElidedLabel()
        self.step.setAccessibleName("Pinned step")
        self.unpin = QToolButton(text="Unpin")
        self.unpin.setToolTip("Take the second cursor away (P at its step)")
        self.unpin.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        row.addWidget(self.step)
        row.addStretch(1)
        row.addWidget(self.unpin)
        self.box.toggled.connect(self.differences_edited)
        self.unpin.clicked.connect(lambda: self.unpin_requested.emit())
        self.hide()

    @property
    def differences(self) -> bool:
        """Whether there is a pinned step and differences from it are to be shown."""
        return not self.isHidden() and self.box.isChecked()

    def show_step(self, text: str | None) -> None:
        """Say which step is pinned, or go."""
        self.step.setText("" if text is None else f"value − value at {text}")
        self.setVisible(text is not None)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours: those of the pinned cursor."""
        self.step.setStyleSheet(f"color: {theme.accent}")
