"""Gradients by autograd, step by step through the cells as they are written a second time in ``reference``."""

import torch

from explorer.network import Network, Place
from tests.explorer import reference


def gradients(
    network: Network, x: torch.Tensor, direct: torch.Tensor, initial: dict[str, torch.Tensor] | None = None
) -> tuple[dict[Place, dict[str, torch.Tensor]], dict[str, torch.Tensor], torch.Tensor]:
    """Return ∂L/∂ every quantity (T, H) and initial state of every place, every parameter, and the input (T, D).

    Initial states' are named ``initial.h``; L = Σ direct ⊙ the top layer's output.
    """
    parameters = {
        name: torch.tensor(array, dtype=torch.float64, requires_grad=True)
        for name, array in network.state_dict().items()
    }
    below = inputs = x.clone().requires_grad_()
    rows: dict[Place, list[dict[str, torch.Tensor]]] = {}
    starts: dict[Place, dict[str, torch.Tensor]] = {}
    for layer in range(len(network.layers)):
        places = [place for place in network.places if place.layer == layer]
        for place in places:
            rows[place], starts[place] = _walk(network, place, parameters, below, initial or {})
        below = torch.cat([torch.stack([row["h"] for row in rows[place]]) for place in places], dim=1)
    wanted = [(place, t, name, row[name]) for place in rows for t, row in enumerate(rows[place]) for name in row]
    wanted += [(place, -1, name, start) for place in starts for name, start in starts[place].items()]
    tensors = [tensor for *_, tensor in wanted] + [*parameters.values(), inputs]
    found = torch.autograd.grad((below * direct).sum(), tensors, allow_unused=True)
    found = [torch.zeros_like(tensor) if grad is None else grad for tensor, grad in zip(tensors, found, strict=True)]
    answer = {}
    for place in rows:
        answer[place] = {
            name: torch.zeros(len(x), start_size(rows[place]), dtype=torch.float64) for name in rows[place][0]
        }
    for (place, t, name, _), grad in zip(wanted, found, strict=False):
        if t < 0:
            answer[place][f"initial.{name}"] = grad
        else:
            answer[place][name][t] = grad
    return answer, dict(zip(parameters, found[len(wanted) :], strict=False)), found[-1]


def start_size(rows):
    return len(rows[0]["h"])


def _walk(network, place, parameters, below, initial):
    cell, size = network.cell(place), network.weights(place).hidden_size
    zeros = torch.zeros(len(network.weights(place).weight_hh), dtype=torch.float64)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    W = {name: parameters.get(f"{name}_{place.key}", zeros) for name in names}
    start = {
        name: torch.as_tensor(initial.get(f"{place.key}.{name}", torch.zeros(size)), dtype=torch.float64)
        .clone()
        .requires_grad_()
        for name in cell.states
    }
    state, rows = start, []
    for x in below.flip(0) if place.direction else below:
        match cell.name:
            case "lstm":
                state = reference.lstm(W, x, state["h"], state["c"])
            case "gru":
                state = reference.gru(W, x, state["h"])
            case _:
                state = reference.rnn(W, x, state["h"], cell.nonlinearity)
        rows.append(state)
    return (rows[::-1] if place.direction else rows), start
