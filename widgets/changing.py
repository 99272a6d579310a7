"""The part of the workbench that comes to another experiment: proposed, computed, swapped, told, undone."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.experiment import Experiment
from explorer.stepper import Stepper
from explorer.trace import Trace
from widgets.comparing import Comparing
from widgets.following import Following
from widgets.history import History
from widgets.running import SETTLE_SECONDS
from widgets.stopping import Stopping
from widgets.tasks import Arrival, Task, Wish, make_task

COALESCE_MS = 30

WAIT_SECONDS = 0.15
"""How long what is held next waits for what is held now to be seen, and a moment for the one before."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a task replaces, to come back if it is given up."""

    history: History
    trace: Trace | None
    ghost: Trace | None
    stepper: Stepper | None
    live: bool
    sequence: int
    step: int


class Changing(Stopping):
    """The part of the workbench that has a history, and takes the trace of another experiment when it comes."""

    trace_changed = Signal(object)
    ghost_changed = Signal(object)
    """Trace | None: what would be if nothing were held. Also said when more of it has become known."""
    live_changed = Signal(bool)
    check_changed = Signal(object)
    history_changed = Signal(object)
    progress_changed = Signal(object, str)
    came_to_nothing = Signal()
    """What was to be opened was not, and there is nothing else."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = History()
        self.live = False
        self._before: _State | None = None
        self._proposed: Arrival | None = None
        self._begun = 0.0
        self._coalesce = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self.following = Following(self._at_rest, self)
        self.comparing = Comparing(lambda: self.torch.is_loaded, self)
        self._coalesce.timeout.connect(self._on_coalesced)
        self._checking.checked.connect(self.check_changed)
        self.torch.failed.connect(lambda text: self.message.emit(text, "error"))
        self.computing.shown.connect(self._on_shown)
        self.computing.grown.connect(self._on_grown)
        self.computing.finished.connect(self._on_finished)
        self.computing.given_up.connect(self._on_given_up)
        self.computing.failed.connect(lambda text: self.message.emit(text, "error"))
        self.computing.progressed.connect(self.progress_changed)

    @property
    def experiment(self) -> Experiment:
        """The present experiment."""
        return self.history.present

    @property
    def changing(self) -> bool:
        """Whether another experiment is on its way."""
        return self._next().entry is not None

    def _at_rest(self) -> bool:
        """Whether nothing is on its way to which the present data would be the old ones."""
        return self.stepper is not None and self._proposed is None and not self.computing.busy

    def undo(self) -> None:
        """Go back to the experiment before. A change that has not come yet is taken back by not coming."""
        if self._next().entry is not None:
            if self._proposed is not None:
                self._drop_proposal()
            else:
                self.computing.cancel()
        else:
            self._go(-1, "undo", self._next().history.undo_name)

    def redo(self) -> None:
        """Do again what was undone."""
        if self._next().entry is None:
            self._go(1, "redo", self._next().history.redo_name)

    def _next(self) -> Arrival:
        """Return what the next wish starts from: the change that is coming, else what is."""
        now = self.history
        present = Wish(lambda _: now.present, known=now.present.network.recipe if now.changes else None)
        return self._proposed or self.computing.coming or Arrival(present, now, None, self.live, every=self.endless)

    def _propose(self, wish: Wish, name: str, key: object = None, *, soon: bool = False) -> None:
        """Begin with this when nothing else has joined it for a while; ``soon``, where nothing went just before."""
        self._proposed = replace(self._next(), wish=wish, entry=name, key=key)
        if not self._coalesce.isActive():  # not begun anew: or while a value is dragged nothing would come
            gone = (time.monotonic() - self._begun) * 1000
            self._coalesce.start(max(COALESCE_MS - int(min(gone, COALESCE_MS)), 0) if soon else COALESCE_MS)

    def _drop_proposal(self) -> None:
        if self._proposed is not None:
            self._proposed = None
            self.history_changed.emit(self.history)

    def _on_coalesced(self) -> None:
        coming = self.computing.coming
        dragged = self._proposed is not None and self._proposed.wish.is_dragged
        if dragged and coming is not None and coming.wish.is_dragged and self.computing.youngest < WAIT_SECONDS:
            self._coalesce.start(
                COALESCE_MS
            )  # what is nearly there is seen, and not overtaken: a drag shows what follows of it
        elif self._proposed is not None:
            self._begun = time.monotonic()
            self._start(self._proposed, self._proposed.entry or "")
            if dragged and self.torch.is_loaded:
                self.computing.settle(SETTLE_SECONDS)

    def _go(self, by: int, how: str, what: str | None) -> None:
        if what is not None:
            history = self._next().history.moved(by)
            wish = Wish(lambda _: history.present)
            self._start(replace(self._next(), wish=wish, history=history), f"{how} {what}")

    def _start(self, change: Arrival, name: str, first: int | None = None) -> None:
        self._proposed = None
        # In live mode a change keeps as many steps as were gone; entering it takes the first step only.
        gone = self.step if self._wanted_step is None else self._wanted_step
        live_steps = (gone + 1 if self.live and not change.from_start else 1) if change.live else 0
        sequences = (0,) if change.from_start else (self.sequence if first is None else first, *self.picked)
        goes_on = change.live == self.live and not (change.from_start or change.every)
        known = tuple(trace for trace in (self.trace, self.ghost) if trace is not None and goes_on)
        sides = self.comparing.traces
        self.computing.run(make_task(change, name, sequences, live_steps, self.torch.is_loaded, known, sides))

    def _on_shown(self, task: Task) -> None:
        change = task.change
        if self._before is None:
            self._before = _State(
                self.history, self.trace, self.ghost, self.stepper, self.live, self.sequence, self.step
            )
        self.history = change.history_with(task.trace.experiment)
        if self.trace is not None:
            self.trace.forget()
        meanwhile = self._take_sequence(task)
        self.trace, self.ghost, self.stepper = task.trace, task.ghost, task.stepper
        enters = task.stepper is not None and not self.live and not change.every
        wanted = self.step if self._wanted_step is None else self._wanted_step
        wanted = 0 if change.from_start or enters else wanted
        self.step = wanted = min(wanted, self.length - 1)
        self._tell(live=task.stepper is not None)
        self._wanted_step = wanted if wanted != self.step else None
        if change.live and task.stepper is None:
            self.message.emit(f"Live mode is over. {self.why_not_live}", "note")
        self.go_to_sequence(meanwhile)

    def _take_sequence(self, task: Task) -> int:
        """Look at the sequence that was computed first; return the one to go on to, if that was wished meanwhile."""
        assert task.trace is not None
        assert task.change is not None
        same = self.trace is not None and self.trace.experiment.dataset is task.trace.experiment.dataset
        if task.change.from_start or not same:
            self.picked, self.order = (), ()
        meanwhile = self.sequence if same and not task.change.from_start else task.sequence
        self.sequence = task.sequence
        return meanwhile

    def _on_grown(self, task: Task) -> None:
        if task.trace is None or task.trace is not self.trace:
            return
        self.trace_grown.emit(self.trace.ready(self.sequence))
        if self.ghost is not None:
            self.ghost_changed.emit(self.ghost)
        self._catch_up()

    def _on_finished(self, task: Task) -> None:
        self._before = None
        self.trace_grown.emit(task.trace.ready(self.sequence))
        if self.ghost is not None:
            self.ghost_changed.emit(self.ghost)
        if task.batch is not None:  # it may have been added to when the thread was just done
            self._wanted += tuple(task.batch.left(task.trace))
        self._catch_up()
        self.check_changed.emit(task.trace.check)
        self._checking.soon()

    def _on_given_up(self, task: Task) -> None:
        if self.computing.under_way:
            self.history_changed.emit(self.history)
            return
        before, self._before = self._before, None
        if before is not None and before.trace is not None:
            self.history, self.trace, self.stepper = before.history, before.trace, before.stepper
            self.ghost = before.ghost
            self.sequence, self.step, self._wanted_step = before.sequence, before.step, None
            self._tell(live=before.live)
            return
        self.history_changed.emit(self.history)  # whoever shows what was wished for shows again what is
        if self.trace is None:
            self.came_to_nothing.emit()
        elif task.trace is self.trace:
            self.trace_grown.emit(self.trace.ready(self.sequence))
            if self.step >= self.frontier:
                self.go_to_last()
        self._catch_up()

    def _tell(self, *, live: bool) -> None:
        assert self.trace is not None
        self._wanted = ()
        network = self.trace.experiment.network
        if self.place not in network.places:
            self.place = network.places[0]
            self.place_changed.emit(self.place)
        if live != self.live:
            self.live = live
            self.live_changed.emit(live)
        self.step = min(self.step, max(self.frontier - 1, 0))
        self._checking.show_trace(self.trace, live=live)
        self.following.show_trace(self.trace.experiment, live=live)
        self.trace_changed.emit(self.trace)
        self.ghost_changed.emit(self.ghost)
        self.step_changed.emit(self.step)
        self.check_changed.emit(self.trace.check)
        self.history_changed.emit(self.history)
