"""The probe: a few held-out sequences, on which the gradient through time and the gates are watched while it trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.cells import Kind
from explorer.errors import DataError
from explorer.functions import FloatArray
from explorer.gradients import Played, mean_norms, norms, play
from explorer.network import Head, Network
from explorer.training.batches import Batch, probe_sequences
from explorer.training.outputs import NO_CLASS, Answers, Outputs, loss
from explorer.training.reports import Probed
from explorer.training.tasks import Task

LEFT, RIGHT = 0.1, 0.9
"""A gate below the one or above the other is saturated."""


class Probe:
    """The fixed sequences of a task, each looked at whole, in float64, with nothing dropped."""

    def __init__(self, task: Task) -> None:
        self._outputs = task.outputs
        self._sequences = probe_sequences(task)
        self.steps = max(int(batch.lengths[0]) for batch in self._sequences)

    def look(self, network: Network, iteration: int) -> Probed:
        """Return what the network with its weights of now does with the sequences.

        Besides the curves of ``gradients.norms`` there is ``l0.dh_last`` … of each state where more than one step is
        asked: the gradient of the last asked step's part of the loss alone, which is how far back one answer looks.
        """
        curves, played = [], []
        with np.errstate(all="ignore"):  # what has diverged is recorded as NaN or infinite
            for batch in self._sequences:
                played.append(play(network, batch.x(tuple(network.embeddings.values()))[0]))
                curves.append(_curves(network, self._outputs, played[-1], batch))
            gates = _gates(network, played)
        return Probed(network.layers[0].cell.name, iteration, mean_norms(curves, self.steps), gates)

    def unfold(self, network: Network) -> dict[str, FloatArray]:
        """Return the gradient at every step and unit of the first sequence: ``l0.dh``, ``l0.da_f`` … (T, H).

        As in ``look``, ``l0.dh_last`` … is that of the last asked step's part of the loss alone.
        """
        if network.head is None:
            raise DataError("a network without a head answers nothing, so it cannot be probed")
        batch = self._sequences[0]
        played = play(network, batch.x(tuple(network.embeddings.values()))[0])
        backwards = played.back(_direct(network.head, self._outputs, played, batch.answers))
        found = {
            f"{place.key}.d{name}": values
            for place, backward in backwards.items()
            for name, values in backward.totals.items()
        }
        alone, several = _last_alone(self._outputs, batch.answers)
        if several:
            last = played.back(_direct(network.head, self._outputs, played, alone))
            found |= {
                f"{place.key}.d{state}_last": last[place].totals[state]
                for place in network.places
                for state in network.cell(place).states
            }
        return found


def _curves(network: Network, outputs: Outputs, played: Played, batch: Batch) -> dict[str, FloatArray]:
    if network.head is None:
        raise DataError("a network without a head answers nothing, so it cannot be probed")
    curves = norms(played.back(_direct(network.head, outputs, played, batch.answers)))
    alone, several = _last_alone(outputs, batch.answers)
    if several:
        last = norms(played.back(_direct(network.head, outputs, played, alone)))
        curves |= {
            f"{place.key}.d{state}_last": last[f"{place.key}.d{state}"]
            for place in network.places
            for state in network.cell(place).states
        }
    return curves


def _direct(head: Head, outputs: Outputs, played: Played, answers: Answers) -> FloatArray:
    """Return the gradient of the loss of the sequence at what the top layer puts out: (T, width), float64."""
    import torch

    weight = head.weight.astype(np.float64)
    y = torch.from_numpy(played.output @ weight.T + head.bias.astype(np.float64))[None].requires_grad_()
    due = torch.from_numpy(answers if outputs.kind == "class" else answers.astype(np.float64))
    (gradient,) = torch.autograd.grad(loss(outputs, y, due), y)
    direct: FloatArray = gradient[0].numpy() @ weight
    return direct


def _last_alone(outputs: Outputs, answers: Answers) -> tuple[Answers, bool]:
    """Return the answers with nothing asked but at the last step at which something is, and whether that is less."""
    empty = NO_CLASS if outputs.kind == "class" else np.nan
    asked = answers[0] != NO_CLASS if outputs.kind == "class" else ~np.isnan(answers[0]).all(axis=1)
    steps = np.flatnonzero(asked)
    alone = np.full_like(answers, empty)
    alone[0, steps[-1]] = answers[0, steps[-1]]
    return alone, len(steps) > 1


def _gates(network: Network, played: Sequence[Played]) -> Mapping[str, float]:
    """Return saturation and mean of every gate over all steps and units, and of what keeps the memory time scale τ.

    τ = −1/⟨ln f⟩, with ln f = −ln(1 + e^−a) of the pre-activation, exact also where f rounds to 1.
    """
    found: dict[str, float] = {}
    for place in network.places:
        cell = network.cell(place)
        keeps = {block.name for block in cell.blocks if block.does == "keep"}
        for quantity in cell.quantities:
            if quantity.kind is not Kind.GATE:
                continue
            values = np.concatenate([each.values[place][quantity.name] for each in played])
            name = f"{place.key}.{quantity.name}"
            found[f"{name}.left"] = float(np.mean(values < LEFT))
            found[f"{name}.right"] = float(np.mean(values > RIGHT))
            found[f"{name}.mean"] = float(np.mean(values))
            if quantity.name in keeps:
                a = np.concatenate([each.values[place][quantity.operands[0]] for each in played])
                found[f"{name}.tau"] = float(1 / np.mean(np.logaddexp(0, -a)))
    return found
