"""The cell diagram: the cell as engineers draw it, with the numbers of one unit at the cursor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from widgets.diagram_paint import Brush, Sight
from widgets.diagram_reading import Reading, Source
from widgets.diagram_svg import svg
from widgets.diagram_words import spoken, told
from widgets.inside import Spot, SpotSlots, Subject, place_text
from widgets.inside_header import MARGIN, header_height, paint_header, paint_nothing
from widgets.keys import tell
from widgets.painted_list import paint_focus
from widgets.schematic import Schematic, schematic
from widgets.theme import LIGHT, Theme
from widgets.wiring import wiring

EXPORT_SIZE = QSize(960, 640)
"""Of a picture in a file: room for every value with its name."""

TIP_PAD, TIP_OFFSET = 6, QPoint(2, 16)
"""What a tooltip has around its text, and how far from where it is asked for Qt shows it."""

NEXT, PREVIOUS = (Qt.Key.Key_Right, Qt.Key.Key_Down), (Qt.Key.Key_Left, Qt.Key.Key_Up)


class CellDiagram(SpotSlots, QWidget):
    """Draws the cell at a place for the last of the selected units. A step only repaints it: hidden, it costs nothing.

    The pointer or, with the focus, the arrow keys point at a part; its equation is told and its operands stand out.
    """

    told_keys = (
        tell("the next part", "Right", "Down"),
        tell("the previous part", "Left", "Up"),
        tell("point at nothing", "Esc"),
    )

    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spot, self._theme = Spot(self._renew), LIGHT
        self._taken: Subject | None = None  # what the source reads: that is taken up when it is next looked at
        self._grown = False
        self._source: Source | None = None
        self._reading: Reading | None = None
        self._sight = Sight()
        self._room: dict[str, int] = {}
        self._plan: Schematic | None = None
        self._brush: Brush | None = None
        self._still: QPixmap | None = None
        self._build()

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Cell diagram")
        save = QAction("Save the cell diagram as SVG…", self)
        save.triggered.connect(self.export_requested)
        self.addAction(save)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def sizeHint(self) -> QSize:
        """Return a size at which every value stands with its name."""
        return QSize(600, 440)

    # Slots ----------------------------------------------------------------------------------------------------------

    def grow(self) -> None:
        """Take note that further steps have become known: this one may be, and values may go beyond their scale."""
        self._grown = True
        super().grow()

    def show_stage(self, known: Collection[str] | None, new: Collection[str] = (), title: str = "") -> None:
        """Show the inside of a step: the quantities ``known`` by now (None: all), those just computed, its ``title``.

        ``x`` and ``h_prev`` may be among the latter: their products with the weights were just taken.
        """
        sight = Sight(None if known is None else frozenset(known), frozenset(new), self._sight.pointed, title)
        if sight != self._sight:
            self._sight = sight
            self._renew()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self._forget()
        self._renew()

    # What there is to see -------------------------------------------------------------------------------------------

    @property
    def source(self) -> Source | None:
        """The unit that is shown, if there is one."""
        if self._taken is not self._spot.subject:
            self._taken = self._spot.subject
            self._take_unit()
        if self._grown and self._source is not None:
            self._grown = False
            if self._source.grow():
                self._make_room()
        return self._source

    @property
    def reading(self) -> Reading | None:
        """What is shown of the step."""
        source = self.source
        if self._reading is None and source is not None:
            self._reading = source.read(self._spot.step, self._theme)
            longer = {name: len(text) for name, text in self._reading.texts.items() if len(text) > self._room[name]}
            if longer:  # the values keep the room that they once needed, so that nothing jumps about
                self._room |= longer
                self._forget()
            self.setAccessibleName(spoken(source, self._reading, self._sight))
        return self._reading

    @property
    def plan(self) -> Schematic | None:
        """Where everything stands at the present size."""
        source = self.source
        if self._plan is None and source is not None:
            self._plan = self._planned(source, QRectF(self.rect()))
        return self._plan

    def told(self, name: str) -> str:
        """Return what is said of a part when it is pointed at."""
        source, reading = self.source, self.reading
        assert source is not None
        assert reading is not None
        return told(source, reading, source.by_name[name], self._sight)

    def header(self) -> tuple[str, str]:
        """Return what stands above the diagram: on the left the cell and its place, on the right unit and step."""
        source = self.source
        if source is None:
            return "", ""
        return self._sight.title or place_text(source.trace.experiment, source.place), self._spot.stamp()

    def write_svg(self, path: Path | str) -> None:
        """Write the diagram as it is now into an SVG file. OSError where that cannot be written."""
        source, reading = self.source, self.reading
        if source is None or reading is None:
            return
        plan = self._planned(source, QRectF(QPointF(), QSizeF(EXPORT_SIZE)))
        brush, sight = Brush(plan, source.by_name, self._theme), replace(self._sight, pointed=None)

        def paint(painter: QPainter) -> None:
            painter.fillRect(QRectF(QPointF(), QSizeF(EXPORT_SIZE)), QColor(self._theme.base))
            paint_header(painter, EXPORT_SIZE.width(), self.font(), self._theme, self.header(), source.unit)
            brush.paint_still(painter)
            brush.paint_moving(painter, reading, sight)

        title = " · ".join(self.header())
        Path(path).write_bytes(svg(EXPORT_SIZE, title, spoken(source, reading, sight), paint, self.font()))

    # Keeping up -----------------------------------------------------------------------------------------------------

    def _take_unit(self) -> None:
        before, self._source = self._source, None
        if (subject := self._taken) is not None:
            if before is not None and before.shows(subject):
                self._source = before.of_unit(subject.unit)
            else:
                self._source = Source(subject)
        if self._source is None or before is None or before.cell is not self._source.cell:
            self._room = {}
            self._forget()
            self._point(None)
        self._make_room()

    def _make_room(self) -> None:
        room = {} if self._source is None else self._source.characters()
        room = {name: max(wide, self._room.get(name, 0)) for name, wide in room.items()}
        if room != self._room or self._plan is None:
            self._room = room
            self._forget()

    def _planned(self, source: Source, whole: QRectF) -> Schematic:
        area = whole.adjusted(MARGIN, header_height(self.font()), -MARGIN, -MARGIN)
        return schematic(wiring(source.cell), source.parts, source.kinds, self._room, area, self.font())

    def _forget(self) -> None:
        self._plan = self._brush = self._still = None

    def _renew(self) -> None:
        self._reading = None
        self.update()
        if self._sight.pointed is not None and QToolTip.isVisible():
            self._tell()

    # Pointing -------------------------------------------------------------------------------------------------------

    def _point(self, name: str | None) -> None:
        """Point at a part, whose equation then appears beside it, or at none."""
        if name == self._sight.pointed:
            return
        self._sight = replace(self._sight, pointed=name)
        if name is None:
            QToolTip.hideText()
            self.setAccessibleDescription("")
        else:
            self._tell()
        self.update()

    def _tell(self) -> None:
        name, plan, source = self._sight.pointed, self.plan, self.source
        if name is None or plan is None or source is None:
            return
        text = self.told(name)
        self.setAccessibleDescription(text)
        size = QFontMetricsF(QToolTip.font()).size(0, text) + QSizeF(2 * TIP_PAD, 2 * TIP_PAD)
        screen = self.screen().availableGeometry()
        area = QRectF(screen.translated(-self.mapToGlobal(QPoint())))
        place = plan.beside(name, size, source.by_name[name].operands, area)
        QToolTip.showText(self.mapToGlobal(place.toPoint()) - TIP_OFFSET, text, self)

    def _walk(self, by: int) -> bool:
        """Point at the next part in the order in which a step computes them, or at the one before."""
        source = self.source
        if source is None:
            return False
        names = [part.name for part in source.parts]
        pointed = self._sight.pointed
        place = (-1 if by > 0 else len(names)) if pointed is None else names.index(pointed)
        if not 0 <= place + by < len(names):
            return False
        self._point(names[place + by])
        return True

    # Qt -------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shift the still picture into place, and paint the values over it."""
        reading, source = self.reading, self.source
        if source is not None:
            self._prepare(source)
        painter = QPainter(self)
        if reading is None or source is None:
            paint_nothing(painter, self.rect(), self._theme)
        else:
            painter.drawPixmap(0, 0, self._still)
            paint_header(painter, self.width(), self.font(), self._theme, self.header(), source.unit)
            self._brush.paint_moving(painter, reading, self._sight)
        if self.hasFocus():
            paint_focus(painter, self.rect(), self._theme)
        painter.end()

    def _prepare(self, source: Source) -> None:
        """Paint what stays the same from step to step, once."""
        ratio = self.devicePixelRatioF()
        if self._still is not None and self._still.devicePixelRatio() == ratio:
            return
        plan = self.plan
        assert plan is not None
        self._brush = Brush(plan, source.by_name, self._theme)
        self._still = QPixmap(self.size() * ratio)
        self._still.setDevicePixelRatio(ratio)
        self._still.fill(QColor(self._theme.base))
        painter = QPainter(self._still)
        self._brush.paint_still(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        self._forget()

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self._forget()
            self.update()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the part under the pointer."""
        plan = self.plan
        self._point(None if plan is None else plan.at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from part to part with the arrow keys; Esc ends it."""
        key, by = event.key(), {**dict.fromkeys(NEXT, 1), **dict.fromkeys(PREVIOUS, -1)}
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and self.source is not None:
            if key in by:
                self._walk(by[key])
                return
            if key == Qt.Key.Key_Escape and self._sight.pointed is not None:
                self._point(None)
                return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab walk on, too, where one walks already; past the ends, and where one does not, it leaves."""
        if self._sight.pointed is not None and self._walk(1 if forward else -1):
            return True
        return super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        self._point(None)
        super().focusOutEvent(event)
