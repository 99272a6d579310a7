"""One cell that learns: its model and optimiser, one update after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.errors import DataError
from explorer.experiment import make_network_for
from explorer.functions import FloatArray
from explorer.initialisation import make_head
from explorer.network import PADDING, Network
from explorer.training.batches import Batch
from explorer.training.model import Model
from explorer.training.norms import Norms, measure_norms, norm
from explorer.training.optimising import clip, make_optimizer, rate_at
from explorer.training.outputs import loss, measure
from explorer.training.reports import Iteration
from explorer.training.tasks import Task

if TYPE_CHECKING:
    from torch import Tensor

_DROPOUT = 2
"""Tells the seed of what is dropped from those of weights, splits and batches."""


class Learner:
    """The network of one of the cells of a task. ``differentiate`` and then ``update`` make one iteration."""

    def __init__(self, task: Task, cell: str) -> None:
        self.cell = cell
        self._task, self._settings = task, task.settings
        vocabularies = task.dataset.vocabularies
        self.model = Model(
            network_for(task, cell),
            dropout=self._settings.dropout,
            device=self._settings.device,
            padding=frozenset(name for name, words in vocabularies.items() if words[0] == PADDING),
        )
        self._optimizer = make_optimizer(self._settings, self.model.flat)
        self._loss, self._norms = float("nan"), Norms(0.0, {}, {})

    def differentiate(self, batch: Batch, iteration: int) -> None:
        """Compute the loss of a batch, its gradient and the norms of that."""
        import torch

        settings, model = self._settings, self.model
        model.grad.zero_()
        if not settings.dropout:
            value = self._loss_of(batch)
        else:
            devices = [torch.device("cuda")] if settings.device == "cuda" else []
            with torch.random.fork_rng(devices):
                seeds = np.random.SeedSequence((settings.seed, _DROPOUT, iteration))
                torch.manual_seed(int(seeds.generate_state(1, np.uint64)[0] >> np.uint64(1)))
                value = self._loss_of(batch)
        if value.requires_grad:
            torch.autograd.backward(value)
        self._loss = float(value.detach())
        self._norms = measure_norms(model.layout, self._numbers(model.grad))

    def _loss_of(self, batch: Batch) -> Tensor:
        import torch

        y = self.model.answer(batch, window=self._settings.window, learning=True)
        return loss(self._task.outputs, y, torch.from_numpy(batch.answers).to(self.model.device))

    def broken(self) -> str | None:
        """Say what of the last ``differentiate`` is NaN or infinite, and where: in a weight, or else in a gradient."""
        if np.isfinite(self._loss) and np.isfinite(self._norms.total):
            return None
        layout, grad = self.model.layout, self._numbers(self.model.grad)
        for what, flat in (("", self._numbers(self.model.flat.data)), ("the gradient of ", grad)):
            if found := layout.first_broken(flat):
                parameter, gate, value = found
                where = parameter + (f", gate {gate}," if gate else "")
                return f"{what}{where} of the {self.cell} became {_word(value)}"
        if np.isfinite(self._loss):
            return None
        parameter, gate = layout.largest(grad)
        where = parameter + (f", gate {gate}," if gate else "")
        return (
            f"the loss of the {self.cell} {'became NaN' if np.isnan(self._loss) else 'overflowed'}, while all its "
            f"weights and gradients are finite; the largest gradient is that of {where.rstrip(',')}"
        )

    def update(self, iteration: int) -> Iteration:
        """Follow the gradient, and return what this iteration was."""
        settings, model, norms = self._settings, self.model, self._norms
        clipped = clip(settings, model.grad, norms.total)
        weights = self._numbers(model.flat.data)
        before = weights.copy()
        rate = rate_at(settings, iteration)
        self._optimizer.param_groups[0]["lr"] = rate
        self._optimizer.step()
        weights = self._numbers(model.flat.data)
        size = norm(before)
        return Iteration(
            self.cell,
            iteration,
            loss=self._loss,
            grad_norm=norms.total,
            grad_norm_clipped=clipped,
            parameters=MappingProxyType(dict(norms.parameters)),
            gates=MappingProxyType(dict(norms.gates)),
            rate=rate,
            weight_norm=norm(weights),
            update_ratio=norm(weights - before) / size if size else 0.0,
        )

    def measure(self, batches: Sequence[Batch]) -> dict[str, float]:
        """Return every metric on held-out data."""
        predicted = [self.model.predict(batch) for batch in batches]
        outputs = self._task.outputs
        return measure(outputs, predicted, [each.answers for each in batches], [each.marks for each in batches])

    def state(self) -> dict[str, FloatArray]:
        """Return weights and moments as arrays, ``lstm.weights.weight_ih_l0`` … and ``lstm.optimizer.exp_avg`` …."""
        moments = self._optimizer.state_dict()["state"].get(0, {})
        arrays = {f"weights.{name}": array for name, array in self.model.arrays().items()}
        arrays |= {
            f"optimizer.{name}": value.detach().cpu().numpy().copy()
            for name, value in moments.items()
            if value is not None
        }
        return {f"{self.cell}.{name}": array for name, array in arrays.items()}

    def restore(self, arrays: Mapping[str, FloatArray]) -> None:
        """Take what ``state`` returned. ``DataError`` where it is of another network or optimiser."""
        import torch

        start = f"{self.cell}.weights."
        self.model.load({name[len(start) :]: array for name, array in arrays.items() if name.startswith(start)})
        start = f"{self.cell}.optimizer."
        moments: dict[str, Any] = {}
        for name, array in arrays.items():
            if name.startswith(start):
                if array.shape not in ((), (self.model.layout.size,)):
                    raise DataError(f"{name} has shape {array.shape}, but must have ({self.model.layout.size},)")
                moments[name[len(start) :]] = torch.tensor(np.asarray(array))
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": {0: moments} if moments else {}, "param_groups": groups})

    def _numbers(self, tensor: Tensor) -> FloatArray:
        numbers: FloatArray = tensor.cpu().numpy()
        return numbers


def network_for(task: Task, cell: str) -> Network:
    """Return the fresh network of one of the cells of a task, with its head."""
    recipe = task.settings.recipe(cell, task.longest)
    network, outputs = make_network_for(task.dataset, recipe), task.outputs
    weight, bias = make_head(recipe, network.layers[-1].output_size, outputs.size)
    return replace(network, head=outputs.head(weight, bias))


def _word(value: float) -> str:
    return "NaN" if np.isnan(value) else "infinite"
