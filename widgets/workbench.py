"""The one mutable object of the window: the experiment, its trace, where one stands in it. Emits facts.

It builds the new value first, which may fail and then nothing has changed; swaps second; tells third.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.experiment import Experiment
from explorer.network import Recipe
from explorer.sequences import Dataset, Options, Scale
from explorer.sequences.followable import why_not_followed
from explorer.stepper import Stepper
from explorer.trace import Trace
from widgets.choices import SCALE_NAMES
from widgets.computing import Arrival, Build, Task, Wish, make_task
from widgets.following import Following
from widgets.history import History, change_name
from widgets.running import Running
from widgets.sources import PRESET, REMEDY, Told, make_experiment, read_source, source_name, source_recipe

if TYPE_CHECKING:
    from explorer.sequences.preview import Read

COALESCE_MS = 30

CANCELLED = "Cancelled. F5 computes the steps that are left."


@dataclass(frozen=True, slots=True)
class _State:
    """What a task replaces, to come back if it is given up."""

    history: History
    trace: Trace | None
    stepper: Stepper | None
    live: bool
    sequence: int
    step: int


class Workbench(Running):
    """Owns the experiment, the trace, the stepper and the player. Panels see it through ``main_window`` only."""

    trace_changed = Signal(object)
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
        self._live_to_follow = False  # it is live only because a file is followed, or was
        self._coalesce = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self.following = Following(self._at_rest, self)
        self._connect()

    def _connect(self) -> None:
        self._coalesce.timeout.connect(self._on_coalesced)
        self._checking.checked.connect(self.check_changed)
        self.following.grown.connect(self._on_data_grown)
        self.following.changed.connect(self._on_followed)
        self.following.message.connect(self.message)
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

    # Wishes: the experiment -----------------------------------------------------------------------------------------

    def open(self, build: Build, name: str) -> None:
        """Put another experiment in the place of this one, from its first step."""
        self._open(Wish(build), name)

    def open_source(self, source: str, told: Told = lambda _: Options(), read: Read | None = None) -> None:
        """Open a preset with its own network, or a file, perhaps ``read``, with the one that was chosen last."""
        recipe = source_recipe(source)
        if not source.startswith(PRESET):
            recipe = self._next().wish.network or recipe
        wish = Wish(
            lambda report: make_experiment(read_source(source, report, told=told, read=read, remedy=REMEDY), recipe),
            known=recipe,
        )
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
        if self.endless and self.computing.computes(self.trace):
            # To go back to review would compute the very steps that were given up.
            entered, self._live_to_follow = self._live_to_follow, False
            self.following.stop()
            self._live_to_follow = entered
        self.computing.cancel()
        if self.stepper is None and self.unfinished:
            self.message.emit(CANCELLED, "note")

    # Wishes: live mode ----------------------------------------------------------------------------------------------

    def set_live(self, live: bool) -> None:
        """Compute steps as they are taken, from the first on; or everything at once."""
        if self.trace is None or (live and self.why_not_live):
            self.live_changed.emit(self.live)
        elif live != self._next().live:
            self._live_to_follow = False
            self._start(replace(self._next(), live=live), "live mode" if live else "review mode")

    # Wishes: following a file -------------------------------------------------------------------------------------

    @property
    def why_not_followed(self) -> str:
        """The reason why what is open cannot be followed, or nothing."""
        if self.trace is None:
            return "There is nothing to follow yet."
        if self.endless:
            return ""
        return why_not_followed(self.experiment.dataset) or self.why_not_live

    def follow(self, on: bool) -> None:
        """Read the file anew and go on as it grows, in live mode, with every step there is; or follow it no more."""
        if not on or self.endless or self.why_not_followed:
            self.following.stop()
            if self.stepper is not None and self.unfinished and not self._live_to_follow:
                self.finish()  # of a burst not every step was taken yet
            return
        self._live_to_follow = self._live_to_follow or not self.live
        change, name = self._next(), f"follow {source_name(self.experiment.dataset.source)}"
        if self.step == self.length - 1:
            self._wanted_step = sys.maxsize  # also of those that have come meanwhile, the last
        base = change.wish
        wish = Wish(lambda report: self.following.open(base.build(report), report), known=base.network)
        self._start(replace(change, wish=wish, entry=name, live=True, every=True), name)

    def _at_rest(self) -> bool:
        """Whether nothing is on its way to which the present data would be the old ones."""
        return self.stepper is not None and self._proposed is None and not self.computing.busy

    def _on_data_grown(self, old: Dataset, new: Dataset, more: bool) -> None:
        self.history = self.history.with_data(old, new)
        self.go_on(self.history.present, more=more)

    def _on_followed(self, followed: object) -> None:
        self.endless = followed is not None
        if not self.endless and self._live_to_follow:
            QTimer.singleShot(0, self, self._leave_live)  # whatever ended it is over then

    def _leave_live(self) -> None:
        """Go back to what was before a file was followed: every step computed, also of what is opened next."""
        if self._live_to_follow and not self.endless and self.trace is not None:
            self._live_to_follow = False
            if self._next().live:
                self._start(replace(self._next(), live=False), "review mode")

    # Computing ------------------------------------------------------------------------------------------------------

    def _next(self) -> Arrival:
        """Return what the next wish starts from: the change that is coming, else what is."""
        now = self.history
        present = Wish(lambda _: now.present, known=now.present.network.recipe if now.changes else None)
        return self._proposed or self.computing.coming or Arrival(present, now, None, self.live, every=self.endless)

    def _open(self, wish: Wish, name: str) -> None:
        change = self._next()
        live = change.live and not self._live_to_follow
        self._start(replace(change, wish=wish, entry=name, live=live, from_start=True, every=False), name)

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
        sequences = (0,) if change.from_start else (self.sequence, *self.picked)
        self.computing.run(make_task(change, name, sequences, live_steps, self.torch.is_loaded))

    def _on_shown(self, task: Task) -> None:
        change = task.change
        if self._before is None:
            self._before = _State(self.history, self.trace, self.stepper, self.live, self.sequence, self.step)
        self.history = change.history_with(task.trace.experiment)
        if self.trace is not None:
            self.trace.forget()
        meanwhile = self._take_sequence(task)
        self.trace, self.stepper = task.trace, task.stepper
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
        self._catch_up()

    def _on_finished(self, task: Task) -> None:
        self._before = None
        self.trace_grown.emit(task.trace.ready(self.sequence))
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
        self.step_changed.emit(self.step)
        self.check_changed.emit(self.trace.check)
        self.history_changed.emit(self.history)

    # The end --------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End everything that still works, for the window to close."""
        self.player.stop()
        self._coalesce.stop()
        self._live_to_follow = False
        self._checking.end()
        self.following.stop()
        self.computing.end()
        self.torch.end()
