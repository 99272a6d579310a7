"""Computes what is not known yet of the trace there is: steps as they are taken, sequences as they are looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from explorer.experiment import Experiment
from explorer.stepper import Stepper
from explorer.trace import Trace
from widgets.batch import Batch
from widgets.checking import Checking
from widgets.computing import Computing
from widgets.standing import Standing
from widgets.tasks import finish_task
from widgets.torch_side import TorchSide

AT_ONCE, AT_ONCE_WORK = 200, 5_000_000
"""Steps that came in a followed file, times places, and their multiplications with weights, that are taken within a
frame; what is more is run in the background."""

MOST_WAITING = 65_536
"""Steps of a burst that are read before they are run."""

MOST_CHECKED = 20_000
"""Steps up to which all are checked again whenever some have come; of more, only when a run takes them."""

SETTLE_SECONDS = 0.03
"""How long going to another sequence waits for what is short, so that it comes without an empty frame before."""


class Running(Standing):
    """The part of the workbench that fills the trace it has and never takes another."""

    trace_grown = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.torch, self.computing = TorchSide(self), Computing(self)
        self._checking = Checking(self.torch, self.computing, self)
        self.ghost: Trace | None = None
        self._wanted_step: int | None = None
        self._wanted: tuple[int, ...] = ()

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
        """Whether there are steps of the present sequence that were not computed and are not being computed."""
        return not (self.trace is None or self.trace.whole(self.sequence) or self.computing.computes(self.trace))

    @property
    def runs_several(self) -> bool:
        """Whether several sequences are being computed."""
        batch = self.computing.batch(self.trace)
        return batch is not None and len(batch.sequences) > 1

    @property
    def why_not_live(self) -> str:
        """The reason why there is no live mode for this network, or nothing."""
        if self.trace is not None and self.trace.experiment.network.has_reverse:
            return "A network with a backward direction begins at the last step, so it has no frontier to step at."
        return ""

    # Wishes: steps ----------------------------------------------------------------------------------------------------

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
        waits = self.stepper is not None and step >= self.stepper.frontier and not self.take_to(step)
        self.go_to(step)
        if waits:
            self._wanted_step = step

    def take_to(self, step: int) -> bool:
        """In live mode, take the steps up to ``step``; False where another thread is at these."""
        assert self.stepper is not None
        if self.computing.works_on(self.trace):
            return False
        self.trace_grown.emit(self._advance(step - self.stepper.frontier + 1))
        self._checking.soon()
        return True

    def _advance(self, steps: int) -> range:
        """Take further steps, and the same of the ghost before anybody looks."""
        assert self.stepper is not None
        taken = self.stepper.advance(steps)
        if self.ghost is not None:
            free = Stepper(self.ghost.experiment, self.sequence, self.ghost)
            free.advance(taken.stop - free.frontier)
        return taken

    def go_on(self, experiment: Experiment, *, more: bool) -> None:
        """Go on over a sequence to which steps were added, and take them: at once where they are few.

        A cursor at the last step moves along. Where ``more`` are coming at once, a run takes them together.
        """
        assert self.stepper is not None
        along = self.step == self.frontier - 1
        self.stepper.lengthen(experiment)
        left, places = self.length - self.frontier, experiment.network.places
        if more and left < MOST_WAITING:
            return
        weights = [experiment.network.weights(place) for place in places]
        work = left * sum(w.weight_ih.size + w.weight_hh.size for w in weights)
        if left * len(places) <= AT_ONCE and work <= AT_ONCE_WORK:
            self.trace_grown.emit(self.stepper.advance(left))
            if self.length <= MOST_CHECKED:
                self._checking.soon()
        else:
            self.finish()
        if along:
            self._reach(self.length - 1)

    # Wishes: sequences ------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Compute the steps of the present sequence that are not known yet, keeping those that are."""
        self.run_sequences((self.sequence,))

    def run_sequences(self, sequences: tuple[int, ...]) -> None:
        """Compute what is not known yet of these sequences, in the background, the present one before the others."""
        wanted = [] if self.trace is None else [k for k in sequences if not self.trace.whole(k)]
        if self.trace is None or not wanted:
            return
        batch = self.computing.batch(self.trace)
        if batch is not None:
            batch.add(wanted)
        elif self.computing.under_way or self.computing.works_on(self.trace):  # with the last chunk of what was left
            self._wanted += tuple(wanted)
        else:
            batch = Batch(wanted, self.sequence if self.sequence in wanted else None)
            live = self.stepper is not None
            self.computing.run(finish_task(self.trace, batch, self.torch.is_loaded, self.ghost, live=live))
            self.trace_grown.emit(self.trace.ready(self.sequence))

    def run_all(self) -> None:
        """Compute every sequence."""
        self.run_sequences(tuple(range(self.count)))

    def pick(self, sequences: tuple[int, ...]) -> None:
        """Pick several sequences to walk through; outside live mode, they are computed."""
        super().pick(sequences)
        if self.stepper is None:
            self.run_sequences(self.picked)

    def _enter(self) -> None:
        """In live mode take the first step, else compute the sequence, before any other; wait if that is short."""
        assert self.trace is not None
        self._wanted_step = None
        if self.stepper is not None:
            self.stepper = Stepper(self.trace.experiment, self.sequence, self.trace)
            if not self.stepper.frontier:
                self._reach(0)
            return
        if (batch := self.computing.batch(self.trace)) is not None:
            batch.look_at(self.sequence)
        else:
            self.finish()
        if not self.trace.whole(self.sequence):
            self.computing.settle(SETTLE_SECONDS, lambda: self.trace is None or self.trace.whole(self.sequence))

    def _catch_up(self) -> None:
        """Do what was asked for while another thread was at these steps, once it is not and nothing else comes."""
        free = not self.computing.works_on(self.trace) and not self.computing.under_way
        if self._wanted_step is not None and (free or self._wanted_step < self.frontier):
            self._reach(self._wanted_step)
        if self._wanted and free:
            wanted, self._wanted = self._wanted, ()
            self.run_sequences(wanted)
