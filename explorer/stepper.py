"""The same answer, one step at a time: nothing is computed before it is asked for, and nothing computed is lost."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engines import make_engine
from explorer.errors import UsageError
from explorer.experiment import Experiment
from explorer.run import resume
from explorer.trace import Trace

LIVE = "numpy, live"
"""What a trace says of steps that were computed one by one, when they were taken."""


class Stepper:
    """Advances an experiment of one sequence, or one of its sequences, step by step.

    ``trace`` is the read-only view of all steps taken. Going back is reading an earlier step: it is kept as computed,
    so n steps forward and n back show the same bits. What was taken of other sequences is in it, too, where it is the
    trace of another stepper.
    """

    def __init__(self, experiment: Experiment, sequence: int = 0, trace: Trace | None = None) -> None:
        if experiment.network.has_reverse:
            raise UsageError("a network with a backward direction needs the whole sequence before its first step")
        self.sequence = sequence
        self._engine = make_engine("numpy")
        self.trace = trace or Trace(experiment, LIVE)

    @property
    def frontier(self) -> int:
        """How many steps have been taken."""
        return self.trace.ready(self.sequence).stop

    def advance(self, n: int = 1) -> range:
        """Take up to ``n`` further steps, through all layers. Returns which were taken; empty at the end."""
        taken = range(self.frontier, min(self.frontier + n, self.trace.length(self.sequence)))
        if taken:
            self.trace.check = None
            self.trace.hand_over(self.sequence, LIVE)
            for track in self.trace.tracks[self.sequence].values():
                # A run to the end that was cancelled may have left the lower layers further on than the frontier.
                if track.ready.stop < taken.stop:
                    self._engine.advance(track, track.ready.stop, taken.stop)
        return taken

    def make_room(self) -> None:
        """Prepare for steps that are to be added: takes as long as copying all there are."""
        self.trace.make_room(self.sequence)

    def lengthen(self, experiment: Experiment) -> None:
        """Go on with the same experiment over a sequence to which steps were added; none of them is taken yet."""
        self.trace.lengthen(experiment, self.sequence)

    def finish(self, engine: str = "torch") -> Iterator[float]:
        """Compute the steps not yet taken, keeping the others as they are. Iterate; each item is the fraction done."""
        return resume(self.trace, engine, (self.sequence,))
