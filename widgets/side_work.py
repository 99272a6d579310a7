"""The work of computing sides, off the window's thread: what each is of, then what is not known of it, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from explorer.engines import load_torch, make_engine
from explorer.experiment import Experiment
from explorer.run import fork, resume_in_turns
from explorer.trace import Trace
from widgets.batch import Batch
from widgets.job import CancelledError, Report, sentence
from widgets.tasks import choose_engine
from widgets.variations import Variation


@dataclass(frozen=True, slots=True)
class Order:
    """A side that is wanted: the trace that it had, to go on from, and the sequence to compute of it.

    ``own`` says whether that trace was made here: one of the workbench's is only looked at, never written to.
    """

    key: int
    variation: Variation
    sequence: int
    before: Trace | None = None
    own: bool = False


@dataclass(slots=True)
class SideWork:
    """Makes the sides of one present trace, and leaves what it made, or why not, to be looked at.

    Nothing is copied that need not be: where a side has the present experiment, or the one it had, it has that trace.
    """

    present: Trace
    orders: tuple[Order, ...]
    torch_loaded: bool
    made: dict[int, Trace] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    key: int | None = None
    """The side that is being computed."""
    waits_for_torch: bool = False

    def work(self, report: Report) -> Iterator[float]:
        """Make the traces and fill them; one that fails leaves the others as they are."""
        for done, order in enumerate(self.orders):
            self.key = order.key
            try:
                trace = self.made[order.key] = self._begun(order, report)
                for fraction in self._filled(trace, order.sequence):
                    yield (done + fraction) / len(self.orders)
            except CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the window must say it, of this side
                self.failed[order.key] = sentence(error)

    def _begun(self, order: Order, report: Report) -> Trace:
        """Return the trace of a side, with what it can take over: all where nothing changed, else what clamps spare."""
        before = order.before
        experiment = order.variation.of(self.present.experiment, None if before is None else before.experiment)
        if experiment is self.present.experiment:
            return self.present
        if before is not None and before.experiment is experiment and (order.own or before.whole(order.sequence)):
            return before
        engine = self._engine(experiment, order.sequence)
        if before is not None and experiment.differs_in_clamps_only(before.experiment):
            return fork(before, experiment, engine, lambda _: report(0.0))
        return Trace(experiment, make_engine(engine).name)

    def _filled(self, trace: Trace, sequence: int) -> Iterator[float]:
        """Compute what is not known of the sequence; of the present trace the workbench does."""
        if trace is self.present or trace.whole(sequence):
            return
        engine, batch = self._engine(trace.experiment, sequence), Batch((sequence,))
        if engine == "torch" and not self.torch_loaded:
            self.waits_for_torch = True
            yield from (0.0 for _ in load_torch())
            self.waits_for_torch = False
        for _ in resume_in_turns(trace, batch.turns(trace), engine):
            yield batch.fraction

    def _engine(self, experiment: Experiment, sequence: int) -> str:
        return choose_engine(experiment, (sequence,), self.torch_loaded)
