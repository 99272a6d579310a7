"""The one mutable object of the window: the experiment, its trace, where one stands in it. Emits facts.

It builds the new value first, which may fail and then nothing has changed; swaps second; tells third.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.experiment import Experiment
from explorer.network import Recipe
from explorer.sequences import Options, Scale
from explorer.stepper import Stepper
from explorer.trace import Check, Trace
from widgets.choices import SCALE_NAMES
from widgets.computing import Arrival, Build, Computing, Task, Wish, finish_task, make_task
from widgets.history import History, change_name
from widgets.sources import PRESET, Told, make_experiment, read_source, source_name, source_recipe
from widgets.standing import Standing
from widgets.torch_side import TorchSide

COALESCE_MS = 30
REST_MS = 300

CANCELLED = "Cancelled. F5 computes the steps that are left."


@dataclass(frozen=True, slots=True)
class _State:
    """What a task replaces, to come back if it is given up."""

    history: History
    trace: Trace | None
    stepper: Stepper | None
    live: bool
    step: int


class Workbench(Standing):
    """Owns the experiment, the trace, the stepper and the player. Panels see it through ``main_window`` only."""

    trace_changed = Signal(object)
    trace_grown = Signal(object)
    live_changed = Signal(bool)
    check_changed = Signal(object)
    history_changed = Signal(object)
    progress_changed = Signal(object, str)
    message = Signal(str, str)
    came_to_nothing = Signal()
    """What was to be opened was not, and there is nothing else."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = History()
        self.live = False
        self._before: _State | None = None
        self._proposed: Arrival | None = None
        self._wanted_step: int | None = None
        self._wants_end = False
        self._held = range(0)
        self.torch, self.computing = TorchSide(self), Computing(self)
        self._coalesce = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._connect()

    def _connect(self) -> None:
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
    def frontier(self) -> int:
        """Steps that can be gone to: all of them, but of those that nobody computes only the ones that are known."""
        if self.stepper is not None:
            return self.stepper.frontier
        if self.trace is None or self.computing.computes(self.trace) or self.trace.experiment.network.has_reverse:
            return self.length
        return self.trace.ready(self.sequence).stop

    @property
    def unfinished(self) -> bool:
        """Whether there are steps that were not computed and are not being computed."""
        return self.trace is not None and not self.trace.complete and not self.computing.computes(self.trace)

    @property
    def why_not_live(self) -> str:
        """The reason why there is no live mode for this network, or nothing."""
        if self.trace is not None and self.experiment.network.has_reverse:
            return "A network with a backward direction begins at the last step, so it has no frontier to step at."
        return ""

    # Wishes: the experiment -----------------------------------------------------------------------------------------

    def open(self, build: Build, name: str) -> None:
        """Put another experiment in the place of this one, from its first step."""
        self._open(Wish(build), name)

    def open_source(self, source: str, told: Told = lambda _: Options()) -> None:
        """Open a preset with its own network, or a file with the one that was chosen last."""
        recipe = source_recipe(source)
        if not source.startswith(PRESET):
            recipe = self._next().wish.network or recipe
        wish = Wish(lambda report: make_experiment(read_source(source, report, told=told), recipe), known=recipe)
        self._open(wish, f"open {source_name(source)}")

    def propose(self, build: Build, name: str) -> None:
        """Change the experiment to what ``build`` returns. Wishes that follow fast are taken together."""
        self._propose(Wish(build), name)

    def edit_recipe(self, recipe: Recipe) -> None:
        """Draw another network for the same data."""
        if self.trace is not None:
            name = change_name(self.experiment.network.recipe, recipe)
            self._propose(replace(self._next().wish, recipe=recipe), name)

    def edit_scale(self, scale: Scale) -> None:
        """Show the network the values as they are, standardised, or between 0 and 1."""
        self._propose(replace(self._next().wish, scale=scale), SCALE_NAMES[scale])

    def edit_data_seed(self, seed: int) -> None:
        """Generate other data of the same kind."""
        if self.trace is not None:
            self._propose(replace(self._next().wish, seed=seed), f"data seed {seed}")

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

    def cancel(self) -> None:
        """Give up what is being computed; what was before stays, or comes back."""
        self._drop_proposal()
        self.computing.cancel()
        if self.stepper is None and self.unfinished:
            self.message.emit(CANCELLED, "note")

    # Wishes: where one stands ---------------------------------------------------------------------------------------

    def go_to(self, step: int) -> None:
        """Move the cursor to ``step``, as far as there are steps; in live mode, as far as steps were taken."""
        self._wanted_step = None
        super().go_to(step)

    def move(self, steps: int) -> None:
        """Move the cursor by ``steps``. In live mode, going past the last step taken takes further ones."""
        self._reach((self.step if self._wanted_step is None else self._wanted_step) + steps)

    def _reach(self, step: int) -> None:
        """Go to a step, in live mode taking what lies before it; where another thread is at these, once it is done."""
        step = min(max(step, 0), max(self.length - 1, 0))
        waits = False
        if self.stepper is not None and step >= self.stepper.frontier:
            waits = self.computing.works_on(self.trace)
            if not waits:
                self.trace_grown.emit(self.stepper.advance(step - self.stepper.frontier + 1))
                self._rest.start()
        self.go_to(step)
        if waits:
            self._wanted_step = step

    # Wishes: live mode ----------------------------------------------------------------------------------------------

    def set_live(self, live: bool) -> None:
        """Compute steps as they are taken, from the first on; or everything at once."""
        if self.trace is None or (live and self.why_not_live):
            self.live_changed.emit(self.live)
        elif live != self._next().live:
            self._start(replace(self._next(), live=live), "live mode" if live else "review mode")

    def finish(self) -> None:
        """Compute the steps that are not known yet, keeping those that are."""
        self._wants_end = False
        if self.trace is None or self.trace.complete or self.computing.under_way:
            return
        if self.computing.works_on(self.trace):  # with the last chunk of what was left
            self._wants_end = True
        else:
            self.computing.run(finish_task(self.trace, self.stepper, self.torch.is_loaded))
            self.trace_grown.emit(self.trace.ready(self.sequence))

    # Computing ------------------------------------------------------------------------------------------------------

    def _next(self) -> Arrival:
        """Return what the next wish starts from: the change that is coming, else what is."""
        now = self.history
        present = Wish(lambda _: now.present, known=now.present.network.recipe if now.changes else None)
        return self._proposed or self.computing.coming or Arrival(present, now, None, self.live)

    def _open(self, wish: Wish, name: str) -> None:
        self._start(replace(self._next(), wish=wish, entry=name, from_start=True), name)

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
        self._proposed = None
        # In live mode a change keeps as many steps as were gone; entering it takes the first step only.
        gone = self.step if self._wanted_step is None else self._wanted_step
        live_steps = (gone + 1 if self.live and not change.from_start else 1) if change.live else 0
        self.computing.run(make_task(change, name, self.sequence, live_steps, self.torch.is_loaded))

    def _on_shown(self, task: Task) -> None:
        change = task.change
        if self._before is None:
            self._before = _State(self.history, self.trace, self.stepper, self.live, self.step)
        self.history = change.history_with(task.trace.experiment)
        if self.trace is not None:
            self.trace.forget()
        self.trace, self.stepper = task.trace, task.stepper
        enters = task.stepper is not None and not self.live
        wanted = self.step if self._wanted_step is None else self._wanted_step
        wanted = 0 if change.from_start or enters else wanted
        self.step = wanted = min(wanted, self.length - 1)
        self._tell(live=task.stepper is not None)
        self._wanted_step = wanted if wanted != self.step else None
        if change.live and task.stepper is None:
            self.message.emit(f"Live mode is over. {self.why_not_live}", "note")

    def _on_grown(self, task: Task) -> None:
        if task.trace is None or task.trace is not self.trace:
            return
        self.trace_grown.emit(self.trace.ready(self.sequence))
        self._catch_up()

    def _catch_up(self) -> None:
        """Do what was asked for while another thread was at these steps, once it is not and nothing else comes."""
        free = not self.computing.works_on(self.trace) and not self.computing.under_way
        if self._wanted_step is not None and (free or self._wanted_step < self.frontier):
            self._reach(self._wanted_step)
        if self._wants_end and free:
            self.finish()

    def _on_finished(self, task: Task) -> None:
        self._before = None
        self.trace_grown.emit(task.trace.ready(self.sequence))
        self._catch_up()
        self.check_changed.emit(task.trace.check)
        self._rest.start()

    def _on_given_up(self, task: Task) -> None:
        if self.computing.under_way:
            self.history_changed.emit(self.history)
            return
        before, self._before = self._before, None
        if before is not None and before.trace is not None:
            self.history, self.trace, self.stepper = before.history, before.trace, before.stepper
            self.step, self._wanted_step = before.step, None
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
        self._wants_end = False
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
        known = self.trace.ready(self.sequence)
        if self.computing.busy:
            self._rest.start()
        elif self.torch.check(self.trace):
            self._held = known

    def _on_checked(self, trace: Trace, check: Check) -> None:
        if trace is not self.trace:
            trace.check = check
            self._check()
            return
        grown = trace.ready(self.sequence) != self._held  # steps were taken meanwhile
        if grown:
            self._rest.start()
        if not grown or self.stepper is not None:
            trace.check = check
            self.check_changed.emit(check)

    # The end --------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End everything that still works, for the window to close."""
        self.player.stop()
        self._coalesce.stop()
        self._rest.stop()
        self.computing.end()
        self.torch.end()
