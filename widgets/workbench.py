"""The one mutable object of the window: the experiment, its trace, where one stands in it. Emits facts.

It builds the new value first, which may fail and then nothing has changed; swaps second; tells third.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.experiment import Experiment
from explorer.network import Place, Recipe
from explorer.stepper import Stepper
from explorer.trace import Check, Trace
from widgets.computing import Arrival, Build, Computing, Task, Wish, finish_task, make_task
from widgets.history import History, change_name
from widgets.player import Player
from widgets.torch_side import TorchSide

COALESCE_MS = 30
REST_MS = 300
FIRST_UNITS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class _State:
    """What a task replaces, to come back if it is given up."""

    history: History
    trace: Trace | None
    stepper: Stepper | None
    live: bool
    step: int


class Workbench(QObject):
    """Owns the experiment, the trace, the stepper and the player. Panels see it through ``main_window`` only."""

    trace_changed = Signal(object)
    trace_grown = Signal(object)
    step_changed = Signal(object)
    units_changed = Signal(tuple)
    place_changed = Signal(object)
    live_changed = Signal(bool)
    loop_changed = Signal(bool)
    check_changed = Signal(object)
    history_changed = Signal(object)
    progress_changed = Signal(object, str)
    message = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = History()
        self.trace: Trace | None = None
        self.stepper: Stepper | None = None
        self.sequence, self.step = 0, 0
        self.units = FIRST_UNITS
        self.place = Place()
        self.live, self.loop = False, False
        self._before: _State | None = None
        self._running: Arrival | None = None
        self._proposed: Arrival | None = None
        self._wanted_step: int | None = None
        self._held = 0
        self.player, self.torch, self.computing = Player(self), TorchSide(self), Computing(self)
        self._coalesce = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._connect()

    def _connect(self) -> None:
        self.player.moved.connect(self._on_played)
        self._coalesce.timeout.connect(self._on_coalesced)
        self._rest.timeout.connect(self._check)
        self.torch.loaded.connect(self._check)
        self.torch.checked.connect(self._on_checked)
        self.torch.failed.connect(lambda text: self.message.emit(text, "error"))
        self.computing.shown.connect(self._on_shown)
        self.computing.grown.connect(self._on_grown)
        self.computing.finished.connect(self._on_finished)
        self.computing.given_up.connect(self._on_given_up)
        self.computing.failed.connect(lambda text: self.message.emit(text, "error"))
        self.computing.progressed.connect(self.progress_changed)

    # What is --------------------------------------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        """The present experiment."""
        return self.history.present

    @property
    def length(self) -> int:
        """Steps of the present sequence."""
        return 0 if self.trace is None else self.trace.length(self.sequence)

    @property
    def frontier(self) -> int:
        """Steps that can be gone to: all of them, but in live mode those taken."""
        return self.stepper.frontier if self.stepper is not None else self.length

    @property
    def why_not_live(self) -> str:
        """The reason why there is no live mode for this network, or nothing."""
        if self.trace is not None and self.experiment.network.has_reverse:
            return "A network with a backward direction begins at the last step, so it has no frontier to step at."
        return ""

    # Wishes: the experiment -----------------------------------------------------------------------------------------

    def open(self, build: Build, name: str) -> None:
        """Put another experiment in the place of this one, from its first step."""
        self._start(replace(self._next(), wish=Wish(build), entry=name, from_start=True), name)

    def propose(self, build: Build, name: str) -> None:
        """Change the experiment to what ``build`` returns. Wishes that follow fast are taken together."""
        self._propose(Wish(build), name)

    def edit_recipe(self, recipe: Recipe) -> None:
        """Draw another network for the same data."""
        if self.trace is not None:
            name = change_name(self.experiment.network.recipe, recipe)
            self._propose(replace(self._next().wish, recipe=recipe), name)

    def edit_standardize(self, standardize: bool) -> None:
        """Show the network the values standardised, or as they are."""
        wish = replace(self._next().wish, standardize=standardize)
        self._propose(wish, "standardise" if standardize else "raw values")

    def undo(self) -> None:
        """Go back to the experiment before. A change that has not come yet is taken back by not coming."""
        if self._next().entry is not None:
            self._drop_proposal()
            if self._running is not None:
                self.computing.cancel()
        else:
            self._go(-1, "undo", self._next().history.undo_name)

    def redo(self) -> None:
        """Do again what was undone."""
        if self._next().entry is None:
            self._go(1, "redo", self._next().history.redo_name)

    def cancel(self) -> None:
        """Give up what is being computed; what was before stays, or comes back."""
        self._drop_proposal()
        self.computing.cancel()

    # Wishes: where one stands ---------------------------------------------------------------------------------------

    def go_to(self, step: int) -> None:
        """Move the cursor to ``step``, as far as there are steps; in live mode, as far as steps were taken."""
        self._wanted_step = None
        step = min(max(step, 0), max(self.frontier - 1, 0))
        if step != self.step:
            self.step = step
            self.step_changed.emit(step)

    def move(self, steps: int) -> None:
        """Move the cursor by ``steps``. In live mode, going past the last step taken takes further ones."""
        target = self.step + steps
        if self.stepper is not None and target >= self.stepper.frontier and not self.computing.busy:
            taken = self.stepper.advance(target - self.stepper.frontier + 1)
            if taken:
                self.trace_grown.emit(taken)
                self._rest.start()
        self.go_to(target)

    def go_to_last(self) -> None:
        """Move the cursor to the last step that can be gone to."""
        self.go_to(self.frontier - 1)

    def go_to_event(self, direction: int) -> None:
        """Move the cursor to the next (1) or previous (−1) event: where a label begins or ends, and the edges."""
        if self.trace is None:
            return
        events = {0, self.frontier - 1}
        for label in self.trace.experiment.dataset.sequences[self.sequence].labels:
            events.update(int(t) + 1 for t in (label.values[1:] != label.values[:-1]).nonzero()[0])
        later, earlier = (t for t in events if t > self.step), (t for t in events if t < self.step)
        self.go_to(min(later, default=self.step) if direction > 0 else max(earlier, default=self.step))

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

    # Wishes: live mode ----------------------------------------------------------------------------------------------

    def set_live(self, live: bool) -> None:
        """Compute steps as they are taken, from the first on; or everything at once."""
        if self.trace is None or (live and self.why_not_live):
            self.live_changed.emit(self.live)
        elif live != self._next().live:
            self._start(replace(self._next(), live=live), "live mode" if live else "review mode")

    def finish(self) -> None:
        """Compute the steps that were not taken yet, keeping those that were."""
        if self.stepper is not None and not self.computing.busy and self.stepper.frontier < self.length:
            self.computing.run(finish_task(self.stepper, self.torch.is_loaded))

    # Computing ------------------------------------------------------------------------------------------------------

    def _next(self) -> Arrival:
        """Return what the next wish starts from: the change that is coming, else what is."""
        now = self.history
        return self._proposed or self._running or Arrival(Wish(lambda _: now.present), now, None, self.live)

    def _propose(self, wish: Wish, name: str) -> None:
        self._proposed = replace(self._next(), wish=wish, entry=name)
        self._coalesce.start()

    def _drop_proposal(self) -> None:
        if self._proposed is not None:
            self._proposed = None
            self.history_changed.emit(self.history)

    def _on_coalesced(self) -> None:
        if self._proposed is not None:
            self._start(self._proposed, self._proposed.entry or "")

    def _go(self, by: int, how: str, what: str | None) -> None:
        if what is not None:
            history = self._next().history.moved(by)
            wish = Wish(lambda _: history.present)
            self._start(replace(self._next(), wish=wish, history=history), f"{how} {what}")

    def _start(self, change: Arrival, name: str) -> None:
        self._running, self._proposed = change, None
        # In live mode a change keeps as many steps as were gone; entering it takes the first step only.
        gone = self.step if self._wanted_step is None else self._wanted_step
        live_steps = (gone + 1 if self.live and not change.from_start else 1) if change.live else 0
        self.computing.run(make_task(name, change.wish.build, self.sequence, live_steps, self.torch.is_loaded))

    def _on_shown(self, task: Task) -> None:
        change, self._running = self._running, None
        if self._before is None:
            self._before = _State(self.history, self.trace, self.stepper, self.live, self.step)
        self.history = change.history_with(task.trace.experiment)
        if self.trace is not None:
            self.trace.forget()
        self.trace, self.stepper = task.trace, task.stepper
        wanted = self.step if self._wanted_step is None else self._wanted_step
        self.step = wanted = 0 if change.from_start else wanted
        self._tell(live=task.stepper is not None)
        self._wanted_step = wanted if wanted != self.step else None
        if change.live and task.stepper is None:
            self.message.emit(f"Live mode is over. {self.why_not_live}", "note")

    def _on_grown(self, task: Task) -> None:
        if task.trace is not None and task.trace is self.trace:
            self.trace_grown.emit(self.trace.ready(self.sequence))

    def _on_finished(self, task: Task) -> None:
        self._before = None
        self.trace_grown.emit(task.trace.ready(self.sequence))
        if self._wanted_step is not None:
            self.go_to(self._wanted_step)
        self.check_changed.emit(task.trace.check)
        self._rest.start()

    def _on_given_up(self, task: Task) -> None:
        self._running = None
        before, self._before = self._before, None
        if before is not None and before.trace is not None:
            self.history, self.trace, self.stepper = before.history, before.trace, before.stepper
            self.step, self._wanted_step = before.step, None
            self._tell(live=before.live)
        else:
            self.history_changed.emit(self.history)  # whoever shows what was wished for shows again what is

    def _tell(self, *, live: bool) -> None:
        assert self.trace is not None
        network = self.trace.experiment.network
        if self.place not in network.places:
            self.place = network.places[0]
            self.place_changed.emit(self.place)
        if live != self.live:
            self.live = live
            self.live_changed.emit(live)
        self.step = min(self.step, max(self.frontier - 1, 0))
        self.trace_changed.emit(self.trace)
        self.step_changed.emit(self.step)
        self.check_changed.emit(self.trace.check)
        self.history_changed.emit(self.history)

    # Checking against torch -----------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Hold against torch what numpy computed; a fused run has checked itself."""
        if self.trace is None or (self.trace.check is not None and self.stepper is None):
            return
        known = self.frontier
        if self.computing.busy:
            self._rest.start()
        elif self.torch.check(self.trace):
            self._held = known

    def _on_checked(self, trace: Trace, check: Check) -> None:
        trace.check = check
        if trace is self.trace:
            self.check_changed.emit(check)
            if self.frontier != self._held:
                self._rest.start()  # steps were taken meanwhile
        else:
            self._check()

    # Playing --------------------------------------------------------------------------------------------------------

    def play(self, direction: int = 1) -> None:
        """Play on (1) or back (−1); from the beginning again where the end has been reached."""
        if direction > 0 and not self.player.playing and self.step == self.length - 1:
            self.go_to(0)
        self.player.play(direction)

    def toggle(self) -> None:
        """Play, or pause."""
        if self.player.playing:
            self.player.stop()
        else:
            self.play()

    def _on_played(self, steps: int) -> None:
        self.move(steps)
        if self.step == (self.length - 1 if steps > 0 else 0):
            if self.loop and self.length > 1:
                self.go_to(0 if steps > 0 else self.frontier - 1)
            else:
                self.player.stop()

    def close(self) -> None:
        """End everything that still works, for the window to close."""
        self.player.stop()
        self._coalesce.stop()
        self._rest.stop()
        self.computing.end()
        self.torch.end()
