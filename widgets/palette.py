"""The command palette: every action of the window by a few letters of its name, without the mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets.keys import keys_of, tell
from widgets.search import Entry, entries, entries_of_panels, search
from widgets.theme import LIGHT, Theme, blend

WIDTH, ROWS, EDGE = 620, 12, 10
MOST_RECENT = 8
ENTRY = Qt.ItemDataRole.UserRole
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QFrame):
    """Lies over the window while one types; Enter does what is chosen, Escape leaves all as it was.

    Either way the focus goes back to where it came from, but where a panel takes it. What was done last stands first.
    ``panels`` returns the docks whose actions are offered, and what stands in each.
    """

    told_keys = (
        tell("the next and the previous action", "Down", "Up"),
        tell("a page on and back", "PgDown", "PgUp"),
        tell("do it", "Return"),
        tell("leave", "Esc"),
    )

    def __init__(
        self, window: QMainWindow, settings: QSettings, panels: Callable[[], list[tuple[QDockWidget, QWidget]]]
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._panels = window, settings, panels
        self._listed: list[Entry] = []
        self._before: QWidget | None = None
        self.setObjectName("palette")
        self.setAutoFillBackground(True)
        self.edit = QLineEdit(placeholderText="Search all actions")
        self.edit.setAccessibleName("Search all actions")
        self.list = QListWidget()
        self.list.setAccessibleName("Actions")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys stay with what is typed
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self._delegate = _Delegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self.none = QLabel("No action is called so.", alignment=Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        for part in (self.edit, self.list, self.none):
            column.addWidget(part)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._show_found)
        self.list.itemClicked.connect(self._on_clicked)
        self.list.currentItemChanged.connect(self._on_current_changed)
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Come up with what was used last, ready to be typed into."""
        if self.isVisible():
            self.edit.selectAll()
            return
        menus = [action.menu() for action in self._window.menuBar().actions()]
        self._listed = entries([menu for menu in menus if isinstance(menu, QMenu)])
        self._listed += entries_of_panels(self._panels())
        self._before = QApplication.focusWidget()
        self.edit.clear()
        self._show_found("")
        self.show()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Go, and give the focus back."""
        if self.isVisible():
            before, self._before = self._before, None
            self.hide()
            self._listed = []
            self.list.clear()  # what was offered may be gone by the next time
            if before is not None:
                before.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def found(self) -> list[Entry]:
        """What is listed, from the top."""
        return [self.list.item(k).data(ENTRY) for k in range(self.list.count())]

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._delegate.theme = theme
        self.setStyleSheet(
            f"QFrame#palette {{ background: {theme.raised}; border: 1px solid {theme.border}; border-radius: 6px; }}"
            f"QListWidget {{ background: {theme.raised}; }} QLabel {{ color: {theme.muted_text}; }}"
        )

    # Private --------------------------------------------------------------------------------------------------------

    @property
    def _recent(self) -> tuple[str, ...]:
        stored = self._settings.value("palette")
        return tuple(str(key) for key in stored) if isinstance(stored, list) else ()

    def _show_found(self, query: str) -> None:
        self.list.clear()
        for entry in search(self._listed, query, self._recent):
            item = QListWidgetItem(entry.title)
            item.setData(ENTRY, entry)
            item.setToolTip(entry.reason)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, _description(entry))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self.none.setVisible(self.list.count() == 0)
        self._place()

    def _place(self) -> None:
        bar = self._window.menuBar().geometry().bottom() + 1
        count = self.list.count()
        found = min(count, ROWS) * self.list.sizeHintForRow(0) if count else self.none.sizeHint().height()
        height = self.edit.sizeHint().height() + found + 3 * EDGE
        room = self._window.rect().adjusted(EDGE, bar + EDGE, -EDGE, -EDGE)
        size = QSize(WIDTH * self.fontMetrics().height() // 16, height).boundedTo(room.size())
        self.setGeometry(QRect(QPoint(room.center().x() - size.width() // 2, room.top()), size))

    def _do(self, item: QListWidgetItem | None) -> None:
        entry = None if item is None else item.data(ENTRY)
        if entry is None or not entry.action.isEnabled():
            return
        kept = [key for key in self._recent if key != entry.key]
        self._settings.setValue("palette", [entry.key, *kept][:MOST_RECENT])
        self.dismiss()
        if entry.dock is not None:
            _show(entry.dock)
        dock = entry.action.parent()
        if not (isinstance(dock, QDockWidget) and entry.action.isChecked()):
            entry.action.trigger()
        if isinstance(dock, QDockWidget):  # who looks for a panel by its name wants to see it, also from behind a tab
            dock.raise_()

    def _on_clicked(self, item: QListWidgetItem) -> None:
        self._do(item)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        entry = None if item is None else item.data(ENTRY)
        self.edit.setAccessibleDescription("" if entry is None else f"{entry.title}, {_description(entry)}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys that choose act on the list; go when the focus goes; stay in place when the window changes."""
        kind = event.type()
        if watched is self._window:
            if kind == QEvent.Type.Resize and self.isVisible():
                self._place()
        elif kind == QEvent.Type.FocusOut and event.reason() not in STAYS:
            self._before = None  # whoever took the focus is to keep it
            self.dismiss()
        elif kind == QEvent.Type.KeyPress:
            return self._took(event)
        return super().eventFilter(watched, event)

    def _took(self, event: QKeyEvent) -> bool:
        keys: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Escape: self.dismiss,
            Qt.Key.Key_Return: lambda: self._do(self.list.currentItem()),
            Qt.Key.Key_Enter: lambda: self._do(self.list.currentItem()),
        }
        if event.key() in keys:
            keys[event.key()]()
        elif event.key() in MOVES:
            QApplication.sendEvent(self.list, event)
        else:
            return event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)  # there is nowhere else to go
        return True


STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.MenuBarFocusReason)
"""Reasons for which the focus goes that are none to leave: it will be back."""


def _show(dock: QDockWidget) -> None:
    """Bring a dock to the front, also one that was closed."""
    if not dock.toggleViewAction().isChecked():
        dock.toggleViewAction().trigger()
    dock.raise_()


def _description(entry: Entry) -> str:
    parts = (" ▸ ".join(entry.menus), keys_of(entry.action), entry.reason)
    return ", ".join(part for part in parts if part)


class _Delegate(QStyledItemDelegate):
    """Draws an action on a line: its name, its menus, and on the right its key or why it cannot be done."""

    theme = LIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a line with air."""
        return QSize(160, QFontMetrics(option.font).height() + 10)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground, tick, name, menus, key."""
        theme, area, entry = self.theme, option.rect, index.data(ENTRY)
        metrics, enabled = QFontMetrics(option.font), entry.action.isEnabled()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(area, QColor(blend(theme.accent, theme.raised, 0.18)))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(theme.accent))
        inner = area.adjusted(12, 0, -10, 0)
        beside = keys_of(entry.action) if enabled else entry.reason
        title = f"✓ {entry.title}" if entry.action.isChecked() else entry.title
        room = max(metrics.horizontalAdvance(title), inner.width() - metrics.horizontalAdvance(beside) - 16)
        _write(painter, inner, title, theme.text if enabled else theme.muted_text, option.font, left=True, room=room)
        used = metrics.horizontalAdvance(title) + 14
        path = " ▸ ".join(entry.menus)
        if room - used > metrics.averageCharWidth() * 6:
            after = inner.adjusted(used, 0, 0, 0)
            _write(painter, after, path, theme.muted_text, option.font, left=True, room=room - used)
        _write(painter, inner, beside, theme.muted_text, option.font, left=False, room=inner.width() - room - 12)
        painter.restore()


def _write(painter: QPainter, area: QRect, text: str, color: str, font: QFont, *, left: bool, room: int) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
