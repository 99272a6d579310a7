"""Where one stands in a trace: the sequence, the step, the units, the layer and direction, and whether it plays."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.functions import IndexArray
from explorer.network import Place
from explorer.stages import stages
from explorer.stepper import Stepper
from explorer.trace import Trace
from widgets.player import Player

FIRST_UNITS = (0, 1, 2)


class Standing(QObject):
    """The part of the workbench that moves about in the trace it has and changes nothing of it."""

    sequence_changed = Signal(object)
    """int: another sequence of the same trace is looked at. ``step_changed`` follows."""
    picked_changed = Signal(tuple)
    step_changed = Signal(object)
    units_changed = Signal(tuple)
    place_changed = Signal(object)
    loop_changed = Signal(bool)
    stage_changed = Signal(object)
    """int | None: how far into the present step one looks, an index into its micro-steps; None where all is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trace: Trace | None = None
        self.stepper: Stepper | None = None
        self.sequence, self.step = 0, 0
        self.picked: tuple[int, ...] = ()
        self.order: tuple[int, ...] = ()
        self.units = FIRST_UNITS
        self.place = Place()
        self.stage: int | None = None
        self.loop = False
        self.endless = False
        self.player = Player(self)
        self.player.moved.connect(self._on_played)
        for moved in (self.step_changed, self.place_changed):  # before anybody else hears of it
            moved.connect(self.step_out)

    @property
    def length(self) -> int:
        """Steps of the present sequence."""
        return 0 if self.trace is None else self.trace.length(self.sequence)

    @property
    def frontier(self) -> int:
        """Steps that can be gone to."""
        return self.length

    @property
    def count(self) -> int:
        """How many sequences there are."""
        return 0 if self.trace is None else len(self.trace.tracks)

    # Wishes: which sequence -----------------------------------------------------------------------------------------

    def go_to_sequence(self, sequence: int, *, at_end: bool = False) -> None:
        """Look at another sequence, at its first step or at its last."""
        if sequence == self.sequence or sequence not in range(self.count):
            return
        self.sequence, self.step = sequence, 0
        self._enter()
        self.step = max(self.frontier - 1, 0) if at_end else 0
        self.sequence_changed.emit(sequence)
        self.step_changed.emit(self.step)

    def _enter(self) -> None:
        """Prepare for the sequence that is to be looked at now."""

    def move_sequence(self, by: int) -> None:
        """Look at the next sequence (1) or the previous one (−1): of those picked, else of all in their order."""
        if (other := self._neighbour(by)) is not None:
            self.go_to_sequence(other)

    def _neighbour(self, by: int) -> int | None:
        walk = self.picked or self.order or range(self.count)
        if self.sequence not in walk:
            return walk[0] if walk else None
        place = walk.index(self.sequence) + by
        return walk[place] if 0 <= place < len(walk) else None

    def set_order(self, sequences: tuple[int, ...]) -> None:
        """Let next and previous walk through these, in this order; through all as they come where there is none."""
        self.order = sequences

    def pick(self, sequences: tuple[int, ...]) -> None:
        """Pick several sequences to walk through, and look at one of them; none, to walk through all again."""
        picked = tuple(k for k in sequences if k in range(self.count))
        if picked != self.picked:
            self.picked = picked
            self.picked_changed.emit(picked)
            if picked and self.sequence not in picked:
                self.go_to_sequence(picked[0])

    # Wishes: where in it --------------------------------------------------------------------------------------------

    def go_to(self, step: int) -> None:
        """Move the cursor to ``step``, as far as there are steps; in live mode, as far as steps were taken."""
        step = min(max(step, 0), max(self.frontier - 1, 0))
        if step != self.step:
            self.step = step
            self.step_changed.emit(step)

    def move(self, steps: int) -> None:
        """Move the cursor by ``steps``."""
        self.go_to(self.step + steps)

    def go_to_last(self) -> None:
        """Move the cursor to the last step that can be gone to."""
        self.go_to(self.frontier - 1)

    def go_to_event(self, direction: int) -> None:
        """Move the cursor to the next (1) or previous (−1) of the ``events``, or to the edge.

        From the edge of a sequence it goes on to the next one, as far as there is one.
        """
        if self.trace is None:
            return
        if self.step == (self.length - 1 if direction > 0 else 0) and (other := self._neighbour(direction)) is not None:
            self.go_to_sequence(other, at_end=direction < 0)
            return
        edges = np.array([0, self.frontier - 1])
        events = np.unique(np.concatenate([edges, *self.events()]))
        there = events[events > self.step] if direction > 0 else events[events < self.step]
        self.go_to(int(there[0 if direction > 0 else -1]) if len(there) else self.step)

    def events(self) -> list[IndexArray]:
        """Return what there is to stop at between the edges: where a label begins or ends."""
        assert self.trace is not None
        labels = self.trace.experiment.dataset.sequences[self.sequence].labels
        return [(label.values[1:] != label.values[:-1]).nonzero()[0] + 1 for label in labels]

    def select(self, units: tuple[int, ...]) -> None:
        """Select these units."""
        if units != self.units:
            self.units = units
            self.units_changed.emit(units)

    def go_to_place(self, place: Place) -> None:
        """Look at another layer or direction."""
        if place != self.place:
            self.place = place
            self.place_changed.emit(place)

    def set_loop(self, loop: bool) -> None:
        """At the end, go on from the beginning."""
        if loop != self.loop:
            self.loop = loop
            self.loop_changed.emit(loop)

    # Wishes: inside a step ------------------------------------------------------------------------------------------

    def step_into(self) -> None:
        """Go one micro-step further within the present step, and from its last one into the next step.

        At the frontier in live mode the next step is taken first. Going anywhere else ends it.
        """
        if self.trace is None:
            return
        self.player.stop()
        if self.stage is None and not self._step_ahead:
            self._look_into(0)
        elif self.stage is not None and self.stage + 1 < len(stages(self.trace.experiment.network.cell(self.place))):
            self._look_into(self.stage + 1)
        else:
            before = self.step
            self.move(1)
            if self.step != before:
                self._look_into(0)

    def step_over(self) -> None:
        """Take one step as a whole."""
        self.step_out()
        self.move(1)

    def step_out(self) -> None:
        """Show all of the present step."""
        self._look_into(None)

    def _look_into(self, stage: int | None) -> None:
        if stage != self.stage:
            self.stage = stage
            self.stage_changed.emit(stage)

    @property
    def _step_ahead(self) -> bool:
        """Whether the step after the present one is there to be taken, and was not."""
        return self.stepper is not None and self.step == self.frontier - 1 < self.length - 1

    # Playing --------------------------------------------------------------------------------------------------------

    def play(self, direction: int = 1) -> None:
        """Play on (1) or back (−1); from the beginning again where the end has been reached."""
        if direction > 0 and not self.player.playing and self.step == self._end:
            self.go_to(0)
        self.player.play(direction)

    def toggle(self) -> None:
        """Play, or pause."""
        if self.player.playing:
            self.player.stop()
        else:
            self.play()

    @property
    def _end(self) -> int:
        """The step at which playing ends: in live mode, where playing takes further steps, the very last.

        A sequence that grows has none: playing waits for what is to come.
        """
        if self.endless:
            return self.length
        return (self.frontier if self.stepper is None else self.length) - 1

    def _on_played(self, steps: int) -> None:
        self.move(steps)
        if self.step == (self._end if steps > 0 else 0):
            if self.loop and self.length > 1:
                self.go_to(0 if steps > 0 else self.frontier - 1)
            else:
                self.player.stop()
