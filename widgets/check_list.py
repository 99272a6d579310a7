"""A short list of things, any of which can be chosen: a box to check beside each."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget, QListWidgetItem, QWidget

from widgets.keys import tell

CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
DATA = Qt.ItemDataRole.UserRole
AIR = 5
"""Pixels between lines."""

ALL_FROM = 3
"""So many entries have one above them that means all."""


class CheckList(QListWidget):
    """Arrow keys go along it, Space checks, Ctrl+A checks all. ``lines`` are shown at most, the others by scrolling."""

    told_keys = (tell("check", "Space"), tell("check all", "Ctrl+A"))

    edited = Signal()
    """A person has chosen otherwise."""

    def __init__(self, name: str, lines: int, all_title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines, self._all_title = lines, all_title
        self._all: QListWidgetItem | None = None
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(self._on_changed)

    @property
    def chosen(self) -> list:
        """The data of what is checked, from the top down."""
        return [item.data(DATA) for item in self._entries() if item.checkState() == CHECKED]

    def set_choices(self, choices: Iterable[tuple[str, object]], chosen: Iterable[object]) -> None:
        """Offer these, by (title, data), with those checked that are chosen, and say nothing."""
        chosen, choices = list(chosen), list(choices)
        with QSignalBlocker(self):
            self.clear()
            self._all = None
            if self._all_title and len(choices) >= ALL_FROM:
                self._all = self._added(self._all_title, None, checked=False)
            for title, data in choices:
                self._added(title, data, checked=data in chosen)
            self._show_all()
            self.setCurrentRow(0)
            self.fit()

    def choose(self, data: object, *, checked: bool = True) -> None:
        """Check an entry, or not, as a person does."""
        entry = next(item for item in self._entries() if item.data(DATA) == data)
        entry.setCheckState(CHECKED if checked else UNCHECKED)

    def fit(self) -> None:
        """Be as high as the entries, up to so many."""
        height = self.fontMetrics().height() + AIR
        for k in range(self.count()):
            self.item(k).setSizeHint(QSize(0, height))
        self.setFixedHeight(min(max(self.count(), 1), self._lines) * height + 2 * self.frameWidth())

    def dress(self) -> None:
        """Draw the boxes in the colours of check boxes: in a list's they cannot be seen on dark."""
        self.setPalette(QApplication.palette(QCheckBox.__name__))

    def changeEvent(self, event: QEvent) -> None:
        """Give larger words more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            with QSignalBlocker(self):
                self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Check all with the key that selects all."""
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self._check_all(CHECKED)
        else:
            super().keyPressEvent(event)

    def _added(self, title: str, data: object, *, checked: bool) -> QListWidgetItem:
        item = QListWidgetItem(title, self)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(CHECKED if checked else UNCHECKED)
        item.setData(DATA, data)
        return item

    def _entries(self) -> list[QListWidgetItem]:
        return [self.item(k) for k in range(self.count()) if self.item(k) is not self._all]

    def _check_all(self, state: Qt.CheckState) -> None:
        with QSignalBlocker(self):
            for item in self._entries():
                item.setCheckState(state)
            self._show_all()
        self.viewport().update()
        self.edited.emit()

    def _show_all(self) -> None:
        if self._all is not None:
            many, whole = len(self.chosen), len(self._entries())
            some = Qt.CheckState.PartiallyChecked if many else UNCHECKED
            self._all.setCheckState(CHECKED if many == whole else some)

    def _on_changed(self, item: QListWidgetItem) -> None:
        if item is self._all:
            self._check_all(CHECKED if item.checkState() == CHECKED else UNCHECKED)
            return
        with QSignalBlocker(self):
            self._show_all()
        self.viewport().update()
        self.edited.emit()
