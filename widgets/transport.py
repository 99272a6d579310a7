"""The bar by which a person moves through the steps: buttons, scrub line, step box, jump, speed, loop and live mode."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from widgets.bar_parts import SPACING, WITH_WORD, bare_room, gap, icon_button, room_of, showing, with_word
from widgets.boxes import LOCALE, JumpBox, SpeedBox, StepBox
from widgets.jump import USUAL
from widgets.scrub import Scrub
from widgets.theme import Theme, blend, icon, number_font

MARGINS = 36
"""Pixels of the bar that hold nothing: its edges and the gaps between its groups."""

LIVE_TIP = (
    "Live: nothing is computed ahead. Each step is computed when you take it, and the plots grow at the frontier."
)

FOLLOW_TIP = (
    "Follow: as another program writes rows to the end of this file, they become steps. "
    "With the cursor at the last step, it moves along."
)


class Transport(QWidget):
    """What a person sees of the step, and the wishes to change it.

    A wish never changes what is shown: box, line and toggles show the answer, or go back where there is none.
    """

    step_requested = Signal(object)
    """int, the step to go to."""
    moved = Signal(object)
    """int, so many steps on or, below 0, back."""
    play_requested = Signal()
    """Play, or pause where it plays."""
    speed_edited = Signal(float)
    """Steps per second."""
    jump_edited = Signal(int)
    """How many steps a jump is."""
    loop_edited = Signal(bool)
    live_edited = Signal(bool)
    follow_edited = Signal(bool)
    finish_requested = Signal()
    """In live mode, or where a run was given up, to run all steps that are left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = self._frontier = self._step = 0
        self._speed, self._jump = 60.0, USUAL
        self._loop = self._live = self._playing = self._unfinished = self._follows = False
        self._theme: Theme | None = None
        self._build()
        self._connect()
        self.show_length(0, 0)
        self.show_jump(USUAL)
        self.show_playing(False)
        self.show_live(False, True, "")
        self.show_follow(False, "")

    def _build(self) -> None:
        self.first = icon_button("first", "First step", "Home")
        self.jump_back = icon_button("jump-back", "", repeat=True)
        self.step_back = icon_button("step-back", "Back one step", "←", repeat=True)
        self.play = icon_button("play", "Play", "Space")
        self.step_forward = icon_button("step-forward", "On one step", "→", repeat=True)
        self.jump_forward = icon_button("jump-forward", "", repeat=True)
        self.last = icon_button("last", "Last step", "End")
        self.loop = icon_button("loop", "Loop: begin again after the last step", checkable=True)
        self.speed = SpeedBox()
        self.step_box, self.jump = StepBox(), JumpBox()
        self.of = QLabel()
        self.of.setFont(number_font())
        self.known = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.known.setContentsMargins(0, 0, 6, 0)
        self.live = icon_button("live", "Live", checkable=True)
        self.finish = icon_button("finish", "Run to end")
        self.follow = icon_button("follow", "Follow", checkable=True)
        for button in (self.live, self.finish, self.follow):
            button.setText(f" {button.accessibleName()}")
            button.setToolButtonStyle(WITH_WORD)
        self.finish.setToolTip("Compute all steps that are left; those taken stay as they are")
        self.scrub = Scrub()
        self.scrub.setAccessibleName("Step")
        self.scrub.setToolTip("Drag, or turn the wheel, to go to any step")
        self._buttons = (self.first, self.jump_back, self.step_back, self.play, self.step_forward, self.jump_forward)
        self._buttons += (self.last, self.loop, self.live, self.finish, self.follow)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 6)
        row.setSpacing(SPACING)
        for button in self._buttons[:7]:
            row.addWidget(button)
        row.addWidget(gap(8))
        self.label = QLabel("Step")
        self.label.setBuddy(self.step_box)
        # Each with the distance that is hidden with it.
        self._beside = {part: gap(4) for part in (self.loop, self.label, self.of, self.finish)} | {self.known: gap(12)}
        for widget in (self.loop, self._beside[self.loop], self.speed):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.label, self._beside[self.label], self.step_box, self._beside[self.of], self.of, self.jump):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self._beside[self.known], self.known, self.finish, self._beside[self.finish]):
            row.addWidget(widget)
        for widget in (self.follow, gap(4), self.live):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.scrub)
        layout.addLayout(row)
        chain = [
            *self._buttons[:8],
            self.speed,
            self.step_box,
            self.jump,
            self.finish,
            self.follow,
            self.live,
            self.scrub,
        ]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.first.clicked.connect(lambda: self.step_requested.emit(0))
        self.last.clicked.connect(lambda: self.step_requested.emit(self._frontier - 1))
        self.step_back.clicked.connect(lambda: self.moved.emit(-1))
        self.step_forward.clicked.connect(lambda: self.moved.emit(1))
        self.jump_back.clicked.connect(lambda: self.moved.emit(-self._jump))
        self.jump_forward.clicked.connect(lambda: self.moved.emit(self._jump))
        self.play.clicked.connect(lambda: self.play_requested.emit())
        self.finish.clicked.connect(lambda: self.finish_requested.emit())
        self.loop.clicked.connect(self._on_loop_clicked)
        self.live.clicked.connect(self._on_live_clicked)
        self.follow.clicked.connect(self._on_follow_clicked)
        self.speed.valueChanged.connect(self._on_speed_changed)
        self.jump.valueChanged.connect(self._on_jump_changed)
        self.step_box.valueChanged.connect(self._on_step_changed)
        self.step_box.editingFinished.connect(self._on_step_confirmed)
        self.scrub.valueChanged.connect(self._on_scrub_changed)

    def show_length(self, steps: int, frontier: int) -> None:
        """Show the number of steps, and of those that are known (in review all of them)."""
        self._steps, self._frontier = steps, frontier
        self._step = min(self._step, max(0, steps - 1))
        with QSignalBlocker(self.scrub), QSignalBlocker(self.step_box):
            self.scrub.show_length(steps, frontier)
            self.step_box.setMaximum(max(0, steps - 1))
        self._show_step()
        self.of.setText(f"of {LOCALE.toString(max(0, steps - 1))}")
        self.of.setToolTip(f"{LOCALE.toString(steps)} steps, counted from 0")
        for widget in (*self._buttons[:7], self.scrub, self.step_box, self.of):
            widget.setEnabled(steps > 0)
        self.known.setMinimumWidth(self.known.fontMetrics().horizontalAdvance(_computed(steps)) + 8)
        self._show_frontier()

    def set_step(self, step: int) -> None:
        """Show the step."""
        self._step = step
        self.scrub.setValue(step)
        if not self.step_box.being_typed():
            self.step_box.setValue(step)

    def show_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self._playing = playing
        name = "Pause" if playing else "Play"
        self.play.setAccessibleName(name)
        self.play.setToolTip(f"{name} (Space)")
        if self._theme is not None:
            self.play.setIcon(icon(name.lower(), self._theme))

    def show_speed(self, speed: float) -> None:
        """Show the speed in steps per second."""
        self._speed = speed
        self.speed.setValue(speed)

    def show_jump(self, steps: int) -> None:
        """Show how many steps a jump is."""
        self._jump = steps
        self.jump.setValue(steps)
        self.scrub.setPageStep(steps)
        much = "1 step" if steps == 1 else f"{steps} steps"
        for button, way, key in ((self.jump_back, "Back", "←"), (self.jump_forward, "On", "→")):
            button.setAccessibleName(f"{way} {much}")
            button.setToolTip(f"{way} {much} (Shift+{key})")

    def show_loop(self, loop: bool) -> None:
        """Show whether playing begins again after the last step."""
        self._loop = loop
        self.loop.setChecked(loop)

    def show_live(self, live: bool, possible: bool, reason: str) -> None:
        """Show whether live mode is on, and where it is not possible, why."""
        self._live = live
        self.live.setChecked(live)
        self.live.setEnabled(possible)
        self.live.setToolTip(LIVE_TIP if possible else f"No live mode: {reason}")
        self.live.setAccessibleDescription(self.live.toolTip())
        self._show_frontier()

    def show_follow(self, follows: bool, reason: str) -> None:
        """Show whether the file is followed, and where it cannot be, why."""
        self._follows = follows
        self.follow.setChecked(follows)
        if follows:
            self.follow.show()
        self.follow.setEnabled(not reason)
        self.follow.setToolTip(f"It cannot be followed: {reason}" if reason else FOLLOW_TIP)
        self.follow.setAccessibleDescription(self.follow.toolTip())
        self._show_frontier()

    def show_unfinished(self, unfinished: bool) -> None:
        """Show that there are steps nobody computes, also where it is not live: a run was given up."""
        self._unfinished = unfinished
        self._show_frontier()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and icons of the theme."""
        self._theme = theme
        for button in self._buttons:
            button.setIcon(icon(button.objectName(), theme))
        self.show_playing(self._playing)
        self.scrub.apply_theme(theme)
        self.known.setStyleSheet(f"color: {theme.muted_text}")
        on = blend(theme.accent, theme.window, 0.22)
        self.setStyleSheet(
            "QToolButton { border: 2px solid transparent; border-radius: 5px; padding: 3px; }"
            f"QToolButton:hover {{ background: {theme.hover}; }}"
            f"QToolButton:pressed {{ background: {on}; }}"
            f"QToolButton:checked {{ background: {on}; border-color: {on}; }}"
            f"QToolButton:focus {{ border-color: {theme.accent}; }}"
        )

    def minimumSizeHint(self) -> QSize:
        """Return room for what cannot be done without."""
        return QSize(MARGINS + self._least_room(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        self._show_what_fits()
        super().resizeEvent(event)

    def _least_room(self) -> int:
        needed = [self.first, self.step_back, self.play, self.step_forward, self.last, self.speed, self.step_box]
        needed += [self.finish, self._beside[self.finish]] if self._offers_the_end else []
        follow = [self.follow] if self._follows else []
        return sum(map(room_of, needed)) + sum(map(bare_room, [self.live, *follow]))

    def _show_what_fits(self) -> None:
        """Leave out, where the window is narrow, what is said or done elsewhere too: the least needed first."""
        room = self.width() - MARGINS - self._least_room()
        can_follow = self.follow.isEnabled()
        follow = (bare_room(self.follow), self.follow.setVisible)
        spare = [
            *([showing(self.known, self._beside[self.known])] if self._partly_known else []),
            *([follow] if can_follow and not self._follows else []),
            with_word(self.live),
            showing(self.of, self._beside[self.of]),
            showing(self.loop, self._beside[self.loop]),  # the jumps have keys, and this has none
            *([with_word(self.follow)] if can_follow or self._follows else []),
            showing(self.jump_back, self.jump_forward),
            showing(self.jump),
            showing(self.label, self._beside[self.label]),
            *([] if can_follow or self._follows else [follow, with_word(self.follow)]),  # the menu says why not
        ]
        for needed, show in spare:
            room -= needed
            show(room >= 0)

    def _show_step(self) -> None:
        self.step_box.forget_typing()
        self.set_step(self._step)

    @property
    def _offers_the_end(self) -> bool:
        return self._unfinished or (self._live and not self._follows)

    @property
    def _partly_known(self) -> bool:
        return self._live or (self._unfinished and self._frontier < self._steps)

    def _show_frontier(self) -> None:
        for widget in (self.known, self._beside[self.known]):
            widget.setVisible(self._partly_known)
        self._show_what_fits()
        self.known.setText(_computed(self._frontier))
        for widget in (self.finish, self._beside[self.finish]):
            widget.setVisible(self._offers_the_end)
        self.finish.setEnabled(self._unfinished or self._frontier < self._steps)

    def _on_step_changed(self, step: int) -> None:
        if step != self._step:
            self.step_requested.emit(step)
            self._show_step()

    def _on_step_confirmed(self) -> None:
        if self.step_box.being_typed():
            self._on_step_changed(self.step_box.value())
        self._show_step()

    def _on_scrub_changed(self, step: int) -> None:
        if step == self._step:
            return
        wish = max(0, min(step, self._frontier - 1))
        if wish != self._step:
            self.step_requested.emit(wish)
        self.scrub.setValue(self._step)

    def _on_speed_changed(self, speed: float) -> None:
        if speed != self._speed:
            self.speed_edited.emit(speed)
            self.show_speed(self._speed)

    def _on_jump_changed(self, steps: int) -> None:
        if steps != self._jump:
            self.jump_edited.emit(steps)
            self.jump.setValue(self._jump)

    def _on_loop_clicked(self, loop: bool) -> None:
        self.loop_edited.emit(loop)
        self.loop.setChecked(self._loop)

    def _on_follow_clicked(self, follows: bool) -> None:
        self.follow_edited.emit(follows)
        self.follow.setChecked(self._follows)

    def _on_live_clicked(self, live: bool) -> None:
        self.live_edited.emit(live)
        self.live.setChecked(self._live)


def _computed(steps: int) -> str:
    """Return up to which step all are computed, counted from 0 as the step is, which stands beside it."""
    return f"computed to {LOCALE.toString(steps - 1)}" if steps else "none computed"
