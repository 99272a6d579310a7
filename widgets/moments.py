"""The second time axis: a bar to go through the recorded iterations of a training, as the transport does the steps."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from widgets.bar_parts import SPACING, gap, icon_button, room_of
from widgets.boxes import LOCALE, StepBox
from widgets.fields import ChoiceBox
from widgets.labels import ElidedLabel
from widgets.scrub import Scrub
from widgets.theme import Theme, blend, icon, number_font

PLAY_MS = 100
"""Between two moments while it plays, where they can be computed as fast."""

MARGINS, TITLE = 40, 180
"""Pixels of the bar that hold nothing, and that the name of the training takes at most."""

TITLES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
PROBE = "Show the sequence on which its gates were watched: played, a film of the training (Ctrl+Z: back)"
AWAY = "The network that is shown is none of this training. Move the slider to look at one."


class IterationBox(StepBox):
    """The iteration as a number. Its arrows go from one that was recorded to the next."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Iteration")
        self.setToolTip("The iteration of the training. Type one and press Enter for the nearest that was recorded")

    def stepBy(self, steps: int) -> None:
        """Ask to go so many recorded iterations on."""
        self.stepped.emit(steps)


class MomentsBar(QWidget):
    """Shows the moments of a training and which of them is looked at; asks for another one by signals.

    The handle stands where it was put, and the plots follow. Where what was asked for does not come, it goes back.
    """

    moment_requested = Signal(str, int)
    """Of this cell the network after so many iterations."""
    keep_requested = Signal()
    promote_requested = Signal()
    probe_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments: tuple[int, ...] = ()
        self._cell, self._index = "", 0
        self._growing = self._waiting = False
        self._away = True
        self._theme: Theme | None = None
        self._timer = QTimer(self, interval=PLAY_MS)
        self._build()
        self._connect()
        self.setAccessibleName("Moments of the training")

    def _build(self) -> None:
        self.title = ElidedLabel()
        self.cells = ChoiceBox()
        self.cells.setAccessibleName("Cell")
        self.cells.setToolTip("Which of the cells that were trained together")
        self.first = icon_button("first", "First moment", "Home")
        self.back = icon_button("step-back", "Moment before", "←", repeat=True)
        self.play = icon_button("play", "Play the training")
        self.forward = icon_button("step-forward", "Next moment", "→", repeat=True)
        self.last = icon_button("last", "Last moment", "End")
        self.scrub = Scrub()
        self.scrub.setAccessibleName("Iteration of the training")
        self.scrub.setToolTip("Drag, or use ← and →, to see the network as it was at any recorded iteration")
        self.box, self.of, self.label = IterationBox(), QLabel(), QLabel("Iteration")
        self.label.setBuddy(self.box)
        self.of.setFont(number_font())
        self.keep = _word_button("Keep", "Keep this moment to compare with: it becomes a side, and another is shown")
        self.promote = _word_button("Make current", "Let the network of this moment be the current one, to work with")
        self.probe = _word_button("Probe", PROBE)
        self.close_ = icon_button("close", "Close the training")
        self._icons = (self.first, self.back, self.play, self.forward, self.last, self.close_)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 6)
        row.setSpacing(SPACING)
        for part in (*self._icons[:5], gap(4), self.cells, gap(4), self.title):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self.label, gap(4), self.box, gap(4), self.of):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self.probe, gap(4), self.keep, gap(4), self.promote, gap(4), self.close_):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.scrub)
        layout.addLayout(row)
        chain = (self.scrub, *self._icons[:5], self.cells, self.box, self.probe, self.keep, self.promote, self.close_)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.cells.activated.connect(lambda index: self._go(self._index, self.cells.itemData(index)))
        self.first.clicked.connect(lambda: self._go(0))
        self.back.clicked.connect(lambda: self._go(self._index - 1))
        self.forward.clicked.connect(lambda: self._go(self._index + 1))
        self.last.clicked.connect(lambda: self._go(len(self._moments) - 1))
        self.play.clicked.connect(self.toggle)
        self.scrub.valueChanged.connect(self._on_scrubbed)
        self.scrub.sliderPressed.connect(self.stop)
        self.box.stepped.connect(lambda by: self._go(self._index + by))
        self.box.editingFinished.connect(self._on_typed)
        self.probe.clicked.connect(lambda: self.probe_requested.emit())
        self.keep.clicked.connect(lambda: self.keep_requested.emit())
        self.promote.clicked.connect(lambda: self.promote_requested.emit())
        self.close_.clicked.connect(lambda: self.closed.emit())
        self._timer.timeout.connect(self._on_tick)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_run(self, name: str, cells: tuple[str, ...]) -> None:
        """Show another training, of one cell or several."""
        self.stop()
        self.title.setText(name)
        self._cell, self._moments, self._index, self._away = cells[0], (), 0, True
        self.cells.set_choices([(TITLES.get(cell, cell), cell, "") for cell in cells], cells[0])
        self.cells.setVisible(len(cells) > 1)
        self._show_state()

    @property
    def cell(self) -> str:
        """The cell of which moments are shown."""
        return self._cell

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def show_moments(self, moments: tuple[int, ...], *, growing: bool = False) -> None:
        """Show the recorded iterations, rising. While they are ``growing``, what plays waits for more at the end.

        Those in the midst may go as others come: what is looked at stays the nearest.
        """
        at = self._moments[self._index] if self._moments else None
        self._moments, self._growing = moments, growing
        self._index = len(moments) - 1 if at is None or not moments else self._nearest(at)
        with QSignalBlocker(self.scrub), QSignalBlocker(self.box):
            self.scrub.show_length(len(moments), len(moments))
            self.box.setMaximum(moments[-1] if moments else 0)
        self.of.setText(f"of {LOCALE.toString(moments[-1] if moments else 0)}")
        self._show_index()

    def show_moment(self, moment: tuple[str, int] | None, *, waiting: bool) -> None:
        """Show which moment is looked at, None where it is none. The handle stays while another is ``waiting``."""
        self._waiting, self._away = waiting, moment is None
        if moment is not None and not waiting:
            self._cell = moment[0]
            self.cells.show_choice(moment[0])
            if self._moments:
                self._index = self._nearest(moment[1])
        if moment is None and not waiting:
            self.stop()
        self._show_index()

    def go_near(self, iteration: int) -> None:
        """Ask for the moment that is nearest to an iteration, unless none is looked at."""
        if self._moments and not self._away:
            self._go(self._nearest(iteration))

    def go_on(self, by: int) -> None:
        """Ask for a moment so many further on."""
        self._go(self._index + by)

    def nearest(self, iteration: int) -> int | None:
        """Return the moment that is nearest to an iteration."""
        return self._moments[self._nearest(iteration)] if self._moments else None

    def toggle(self) -> None:
        """Play through the training, or pause. At its end it begins anew, unless more is to come."""
        if self.playing:
            self.stop()
        elif self._moments:
            self._timer.start()
            at_end = self._index == len(self._moments) - 1
            self._go(0 if at_end and not self._growing else self._index)
            self._show_playing()

    def stop(self) -> None:
        """Play no more."""
        self._timer.stop()
        self._show_playing()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and icons of the theme."""
        self._theme = theme
        for button in self._icons:
            button.setIcon(icon(button.objectName(), theme))
        self._show_playing()
        self.scrub.apply_theme(theme)
        on = blend(theme.accent, theme.window, 0.22)
        self.setStyleSheet(
            "QToolButton { border: 2px solid transparent; border-radius: 5px; padding: 3px; }"
            f"QToolButton#word {{ background: {theme.field}; border: 1px solid {theme.border}; padding: 4px 9px; }}"
            f"QToolButton:hover {{ background: {theme.hover}; }}"
            f"QToolButton:pressed {{ background: {on}; }}"
            f"QToolButton:disabled {{ color: {theme.muted_text}; }}"
            f"QToolButton:focus {{ border-color: {theme.accent}; }}"
        )

    def minimumSizeHint(self) -> QSize:
        """Return room for what cannot be done without."""
        needed: tuple[QWidget, ...] = (
            self.back,
            self.play,
            self.forward,
            self.box,
            self.keep,
            self.promote,
            self.close_,
        )
        width = sum(map(room_of, needed)) + MARGINS + (0 if self.cells.isHidden() else room_of(self.cells))
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out, where the window is narrow, what has a key or is said elsewhere too: the least needed first."""
        room = self.width() - self.minimumSizeHint().width()
        for parts in ((self.label,), (self.probe,), (self.first, self.last), (self.of,), (self.title,)):
            room -= sum(min(room_of(part), TITLE) for part in parts)
            for part in parts:
                part.setVisible(room >= 0)
        super().resizeEvent(event)

    # Private --------------------------------------------------------------------------------------------------------

    def _nearest(self, iteration: int) -> int:
        return min(range(len(self._moments)), key=lambda k: abs(self._moments[k] - iteration))

    def _go(self, index: int, cell: str = "") -> None:
        """Ask for a moment, unless it is there."""
        index, cell = max(0, min(index, len(self._moments) - 1)), cell or self._cell
        if self._moments and (self._away or (index, cell) != (self._index, self._cell)):
            self._index, self._cell, self._waiting, self._away = index, cell, True, False
            self._show_index()
            self.moment_requested.emit(cell, self._moments[index])
        else:
            self._show_index()

    def _on_tick(self) -> None:
        """Go on once what was asked for last is to be seen: none is left out."""
        if self._waiting:
            return
        if self._index < len(self._moments) - 1:
            self._go(self._index + 1)
        elif not self._growing:
            self.stop()

    def _on_scrubbed(self, index: int) -> None:
        if index != self._index:
            self._go(index)

    def _on_typed(self) -> None:
        typed = self.box.being_typed()
        self.box.forget_typing()
        if typed and self._moments:
            self._go(self._nearest(self.box.value()))
        self._show_index()

    def _show_index(self) -> None:
        with QSignalBlocker(self.scrub), QSignalBlocker(self.box):
            self.scrub.setValue(self._index)
            if self._moments and not self.box.being_typed():
                self.box.setValue(self._moments[self._index])
        self._show_state()

    def _show_state(self) -> None:
        there = bool(self._moments)
        for part in (*self._icons[:5], self.scrub, self.box, self.of):
            part.setEnabled(there)
        for part in (self.keep, self.promote):
            part.setEnabled(there and not self._away)
        self.setAccessibleDescription(AWAY if self._away else "")
        self.label.setText("Not shown" if self._away else "Iteration")
        self.scrub.set_hollow(self._away)
        self.title.setEnabled(not self._away)
        self.title.setToolTip(AWAY if self._away else f"The training {self.title.text()}")

    def _show_playing(self) -> None:
        says = "Pause" if self.playing else "Play the training"
        self.play.setAccessibleName(says)
        self.play.setToolTip(says)
        if self._theme is not None:
            self.play.setIcon(icon("pause" if self.playing else "play", self._theme))


def _word_button(text: str, tip: str) -> QToolButton:
    button = QToolButton(objectName="word", text=text, toolTip=tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
