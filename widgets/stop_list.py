"""Lists of stops, worked by mouse or keyboard: breakpoints with a switch and their hits, bookmarks with notes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from explorer.conditions import ConditionError
from widgets.condition_line import ConditionLine, draw_wave
from widgets.keys import claims, tell
from widgets.row_header import selected_ground
from widgets.theme import LIGHT, OUTLINE, Theme, number_font

Index = QModelIndex | QPersistentModelIndex
ERROR = Qt.ItemDataRole.UserRole
MOST_LINES = 4
"""Lines that an error may take."""

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class StopList(QTreeWidget):
    """Rows of two columns. Delete removes a row, Ctrl+Z brings it back, F2 or a double click edits it."""

    told_keys = (
        tell("take it away", "Del", "Backspace"),
        tell("have it back", "Ctrl+Z"),
        tell("edit it", "F2", "Return"),
    )

    remove_requested = Signal(int)
    """The row."""
    restore_requested = Signal()
    edited_column = right_column = 0
    item_flags = Qt.ItemFlag.ItemIsEditable
    nothing = ""
    """What is said where there are no rows: what they are for, and the key that makes one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.setAccessibleDescription(self.nothing)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setAllColumnsShowFocus(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        self.itemDoubleClicked.connect(lambda item: self.editItem(item, self.edited_column))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.setStyleSheet(
            f"QTreeView {{ background: {theme.base}; border: 1px solid {theme.line}; }}"
            f"QTreeView::item {{ padding: 3px 2px; color: {theme.text}; }}"
            f"QTreeView::item:hover {{ background: {theme.hover}; }}"
            f"QTreeView::item:selected {{ background: {selected_ground(theme)}; color: {theme.text}; }}"
            f"QTreeView:focus {{ border-color: {theme.accent}; }}"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or what is said where there are none."""
        super().paintEvent(event)
        if not self.topLevelItemCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._theme.muted_text))
            flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(8, 8, -8, -8), flags, self.nothing)

    def row(self) -> int:
        """Return the row that the keys act on, −1 where there is none."""
        return self.indexOfTopLevelItem(self.currentItem()) if self.currentItem() is not None else -1

    def event(self, event: QEvent) -> bool:
        """Claim Ctrl+Z where the list has the focus: the window's undo is for the experiment."""
        return claims(event, QKeySequence.StandardKey.Undo) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove on Delete, bring back on Ctrl+Z."""
        if self.state() == QTreeWidget.State.EditingState:  # Enter comes here, too, once the editor has had it
            event.accept()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.restore_requested.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if self.row() >= 0:
                self.remove_requested.emit(self.row())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.row() >= 0:
            self._on_enter()
        elif event.key() == Qt.Key.Key_F2 and self.row() >= 0:
            self.editItem(self.currentItem(), self.edited_column)
        else:
            super().keyPressEvent(event)

    def _on_enter(self) -> None:
        """Edit the row."""
        self.editItem(self.currentItem(), self.edited_column)

    def _fit(self, count: int) -> None:
        """Have so many rows, the current one staying where it is."""
        current = self.row()
        while self.topLevelItemCount() > count:
            self.takeTopLevelItem(self.topLevelItemCount() - 1)
        while self.topLevelItemCount() < count:
            item = QTreeWidgetItem(self)
            item.setFlags(item.flags() | self.item_flags)
            item.setFont(0, number_font())
            item.setTextAlignment(self.right_column, RIGHT)
        if count and current >= count:
            self.setCurrentItem(self.topLevelItem(count - 1))


class BreakpointList(StopList):
    """Conditions, each with a box that switches it, what is wrong with it, and how often it holds."""

    right_column = 1
    item_flags = Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
    nothing = "No breakpoints. F5 stops where the condition of one begins to hold; F9 sets one at the cursor."

    edited = Signal(int, str)
    switched = Signal(int, bool)
    typed = Signal(object)
    """ConditionLine in which a condition is edited and typing rests: whoever knows what is wrong shows it."""
    edit_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Breakpoints")
        self.names: Sequence[str] = ()
        self._delegate = _ConditionDelegate(self)
        self.setItemDelegateForColumn(0, self._delegate)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.itemChanged.connect(self._on_item_changed)
        self._delegate.closeEditor.connect(lambda _: self.edit_ended.emit())

    def show_typed(self, line: ConditionLine, error: ConditionError | None) -> None:
        """Show what is wrong with what is typed: underlined in the line, and told below it."""
        line.show_error(error)
        with QSignalBlocker(self):
            self.currentItem().setData(0, ERROR, error)
        self.scheduleDelayedItemsLayout()

    def show_points(self, rows: Sequence[tuple[str, bool, ConditionError | None]]) -> None:
        """Show these: condition, whether it is on, what is wrong with it."""
        with QSignalBlocker(self):
            self._fit(len(rows))
            for k, (text, on, error) in enumerate(rows):
                item = self.topLevelItem(k)
                item.setText(0, text)
                item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
                item.setData(0, ERROR, error)
                item.setToolTip(0, text if error is None else error.message)
                item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, "" if error is None else error.message)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def show_counts(self, counts: Sequence[str]) -> None:
        """Say how often each holds."""
        with QSignalBlocker(self):
            for k, count in enumerate(counts):
                self.topLevelItem(k).setText(1, count)
        self.viewport().update()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._delegate.theme = theme
        super().apply_theme(theme)

    def resizeEvent(self, event) -> None:
        """Give errors as many lines as they now need."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            row = self.indexOfTopLevelItem(item)
            self.switched.emit(row, item.checkState(0) == Qt.CheckState.Checked)
            self.edited.emit(row, item.text(0))


class _ConditionDelegate(QStyledItemDelegate):
    """Draws a condition with what is wrong underlined and told below; edits it in a line that completes."""

    theme = LIGHT

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Give the box an edge that can be seen on dark."""
        super().initStyleOption(option, index)
        option.palette.setColor(QPalette.ColorRole.Window, QColor(self.theme.border).lighter(OUTLINE))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return room for the condition, and for what is wrong with it."""
        size = super().sizeHint(option, index)
        error = index.data(ERROR)
        if error is not None:
            size.setHeight(size.height() + self._told(option.widget, error).height() + 2)
        return size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the condition, and below it the error."""
        error = index.data(ERROR)
        if error is None:
            super().paint(painter, option, index)
            return
        view, told = option.widget, self._told(option.widget, error)
        line = QStyleOptionViewItem(option)
        self.initStyleOption(line, index)
        view.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, line, painter, view)
        line.rect = option.rect.adjusted(0, 0, 0, -told.height() - 2)
        super().paint(painter, line, index)
        text = view.style().subElementRect(QStyle.SubElement.SE_ItemViewItemText, line, view)
        painter.save()
        metrics = QFontMetrics(line.font)
        first, last = error.column, error.column + max(error.length, 1)
        margin = view.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, line, view) + 1
        left, right = (text.left() + margin + metrics.horizontalAdvance(line.text[:end]) for end in (first, last))
        base = text.center().y() + metrics.height() / 2 + 1
        painter.setClipRect(line.rect)
        draw_wave(painter, left, max(right, left + metrics.horizontalAdvance("m")), base, self.theme.error)
        painter.setClipping(False)
        painter.setFont(view.font())
        painter.setPen(QColor(self.theme.error))
        box = QRect(text.left() + margin, line.rect.bottom(), told.width(), told.height())
        painter.drawText(box, Qt.TextFlag.TextWordWrap, error.message)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return the line to edit it in."""
        view = self.parent()
        line = ConditionLine(view.names, parent)
        line.setAccessibleName("Condition")
        line.apply_theme(self.theme)
        line.rested.connect(lambda _: view.typed.emit(line))
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show what is stored, unless something else is typed already: errors and hits come while one types."""
        if not editor.isModified():
            editor.setText(index.data(Qt.ItemDataRole.EditRole))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Lay the line over the condition, beside its box."""
        line = QStyleOptionViewItem(option)
        self.initStyleOption(line, index)
        text = self.parent().style().subElementRect(QStyle.SubElement.SE_ItemViewItemText, line, self.parent())
        height = super().sizeHint(option, index).height()  # of the condition alone
        editor.setGeometry(QRect(text.left(), option.rect.top(), option.rect.right() - text.left(), height))

    def _told(self, view: QTreeWidget, error: ConditionError) -> QRect:
        metrics = QFontMetrics(view.font())
        room = QRect(0, 0, max(view.columnWidth(0) - 34, 80), MOST_LINES * metrics.lineSpacing())
        return metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, error.message).intersected(room)


class BookmarkList(StopList):
    """Steps with their notes; a click or Enter goes there."""

    step_requested = Signal(int)
    """The row."""
    note_edited = Signal(int, str)
    edited_column = 1
    nothing = "No bookmarks. One marks a step to come back to, with a note; Ctrl+B sets one at the cursor."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Bookmarks")
        self._delegate = _NoteDelegate(self)
        self.setItemDelegate(self._delegate)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.itemClicked.connect(lambda item: self.step_requested.emit(self.indexOfTopLevelItem(item)))
        self.itemChanged.connect(self._on_item_changed)

    def show_marks(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show these: step and note."""
        with QSignalBlocker(self):
            self._fit(len(rows))
            for k, (step, note) in enumerate(rows):
                item = self.topLevelItem(k)
                item.setText(0, step)
                item.setText(1, note)
                item.setToolTip(1, note or "F2 or a double click writes a note")
        self.viewport().update()

    def _on_enter(self) -> None:
        self.step_requested.emit(self.row())

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 1:
            self.note_edited.emit(self.indexOfTopLevelItem(item), item.text(1))


class _NoteDelegate(QStyledItemDelegate):
    """Edits a note in a plain line; beside a chosen step without any it says how."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Say how a note is written where one would stand."""
        super().initStyleOption(option, index)
        if index.column() == 1 and not option.text and option.state & QStyle.StateFlag.State_Selected:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay
            option.text = "F2 writes a note"
            option.font.setItalic(True)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return the line to write it in."""
        line = QLineEdit(parent)
        line.setAccessibleName("Note")
        line.setPlaceholderText("Why this step?")
        return line
