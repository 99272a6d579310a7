"""The loop: one to three cells learn the same batches, and say what became of each iteration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from explorer.errors import DataError, UsageError
from explorer.sequences import Dataset
from explorer.training.batches import Batch, held_out_batches, training_batch
from explorer.training.learner import Learner
from explorer.training.probe import Probe
from explorer.training.reports import Ended, Iteration, Moment, Probed, Report, Resume
from explorer.training.settings import Settings
from explorer.training.tasks import make_task


class Training:
    """A training, from its start or from where it was. Iterate over it for its reports; to stop, stop iterating.

    First come ``Probed`` and ``Moment`` of iteration 0 of each cell. Then after each iteration, cells in the settings'
    order: of each ``Probed`` and ``Moment`` where due, and at last its ``Iteration``. So after that of the last cell
    nothing more is to come of the iteration. ``Ended`` is the last report of one that was not stopped.

    ``UsageError`` or ``DataError`` where settings, data, device or ``resume`` do not fit.
    """

    def __init__(self, settings: Settings, dataset: Dataset | None = None, resume: Resume | None = None) -> None:
        require_device(settings.device)
        self.settings = settings
        self.task = make_task(settings, dataset)
        self.iteration = 0
        self.learners = tuple(Learner(self.task, cell) for cell in settings.cells)
        self._probe = Probe(self.task)
        self._held_out: tuple[Batch, ...] = held_out_batches(self.task)
        self._best: dict[str, tuple[float, int]] = {cell: (float("inf"), 0) for cell in settings.cells}
        if resume is not None:
            self._restore(resume)

    def __iter__(self) -> Iterator[Report]:
        if self.iteration == 0:
            for learner in self.learners:
                yield from self._look(learner)
        while self.iteration < self.settings.iterations:
            if self._out_of_patience():
                yield Ended("early stop", self.iteration)
                return
            batch = training_batch(self.task, self.iteration + 1)
            for learner in self.learners:
                learner.differentiate(batch, self.iteration + 1)
            if broken := next(filter(None, (learner.broken() for learner in self.learners)), None):
                yield Ended(self._sentence(broken), self.iteration + 1, failed=True)
                return
            yield from self._update()
        yield Ended("finished", self.iteration)

    def moments(self) -> tuple[Moment, ...]:
        """Return the weights of each cell as they are now, such as where it was stopped between two that are due."""
        return tuple(Moment(learner.cell, self.iteration, learner.model.network()) for learner in self.learners)

    def resume_state(self) -> Resume:
        """Return what a later training needs to go on from the end of the last iteration to the same curves."""
        arrays = {name: array for learner in self.learners for name, array in learner.state().items()}
        best = {cell: [repr(value), iteration] for cell, (value, iteration) in self._best.items()}
        facts = {"iteration": self.iteration, "cells": list(self.settings.cells), "best": best}
        return Resume(self.iteration, MappingProxyType(arrays), MappingProxyType(facts))

    def _update(self) -> Iterator[Report]:
        """Update all cells, and only then report, so that the state is that of a whole iteration at every report."""
        self.iteration += 1
        done = [learner.update(self.iteration) for learner in self.learners]
        if self._due(self.settings.measure_every):
            done = [self._measured(learner, each) for learner, each in zip(self.learners, done, strict=True)]
        for learner, each in zip(self.learners, done, strict=True):
            yield from self._look(learner)
            yield each

    def _look(self, learner: Learner) -> Iterator[Probed | Moment]:
        probed, kept = self._due(self.settings.probe_every), self._due(self.settings.weights_every)
        if probed or kept:
            network = learner.model.network()
            if probed:
                yield self._probe.look(network, self.iteration)
            if kept:
                yield Moment(learner.cell, self.iteration, network)

    def _due(self, every: int) -> bool:
        """Whether something is due now: every so many iterations, and after the last, whichever way it is the last."""
        return self.iteration % every == 0 or self.iteration == self.settings.iterations or self._out_of_patience()

    def _measured(self, learner: Learner, done: Iteration) -> Iteration:
        metrics = learner.measure(self._held_out)
        value = metrics[self.task.outputs.loss]
        if value < self._best[learner.cell][0]:
            self._best[learner.cell] = (value, self.iteration)
        return replace(done, metrics=MappingProxyType(metrics))

    def _out_of_patience(self) -> bool:
        """Whether a measurement has just shown that no cell has become better for so long as patience lasts."""
        patience, measured = self.settings.patience, self.iteration % self.settings.measure_every == 0
        return patience > 0 and measured and all(self.iteration - best >= patience for _, best in self._best.values())

    def _sentence(self, broken: str) -> str:
        """Say how it ended, and what to do: a lower rate, or clipping where there is none."""
        advice = "lower the learning rate" + ("" if self.settings.clip else ", or clip by norm")
        return f"stopped at iteration {self.iteration + 1}: {broken}; {advice}"

    def _restore(self, resume: Resume) -> None:
        cells = list(resume.facts.get("cells", []))
        if cells != list(self.settings.cells):
            raise DataError(
                f"what is to be resumed trained {', '.join(cells) or 'nothing'}, not {', '.join(self.settings.cells)}"
            )
        for learner in self.learners:
            learner.restore(resume.arrays)
        self.iteration = resume.iteration
        self._best = {cell: (float(value), int(at)) for cell, (value, at) in resume.facts["best"].items()}


def train(settings: Settings, dataset: Dataset | None = None, resume: Resume | None = None) -> Iterator[Report]:
    """Train, and yield the reports of ``Training``."""
    return iter(Training(settings, dataset, resume))


def require_device(device: str) -> None:
    """Check that torch can compute on the device. ``UsageError`` saying what to do, if it cannot."""
    import torch

    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[device]:
        present = ", ".join(name for name, is_there in there.items() if is_there)
        raise UsageError(f"device {device} is not present on this machine; choose {present}")
