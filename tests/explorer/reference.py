"""The three cells written once more, from PyTorch's documentation and apart from ours, in torch and float64."""

from collections.abc import Callable

import torch

from explorer.experiment import Experiment
from explorer.network import Place

Tensors = dict[str, torch.Tensor]


def lstm(W: Tensors, x: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> Tensors:
    rows = x @ W["weight_ih"].T + W["bias_ih"] + h @ W["weight_hh"].T + W["bias_hh"]
    a_i, a_f, a_g, a_o = rows.chunk(4, -1)
    i, f, g, o = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.tanh(a_g), torch.sigmoid(a_o)
    c = f * c + i * g
    pre = {"a_i": a_i, "a_f": a_f, "a_g": a_g, "a_o": a_o}
    return pre | {"i": i, "f": f, "g": g, "o": o, "c": c, "tanh_c": torch.tanh(c), "h": o * torch.tanh(c)}


def gru(W: Tensors, x: torch.Tensor, h: torch.Tensor) -> Tensors:
    u_r, u_z, u_n = (x @ W["weight_ih"].T + W["bias_ih"]).chunk(3, -1)
    q_r, q_z, q_n = (h @ W["weight_hh"].T + W["bias_hh"]).chunk(3, -1)
    a_r, a_z = u_r + q_r, u_z + q_z
    r, z = torch.sigmoid(a_r), torch.sigmoid(a_z)
    a_n = u_n + r * q_n
    n = torch.tanh(a_n)
    pre = {"a_r": a_r, "a_z": a_z, "u_n": u_n, "q_n": q_n, "a_n": a_n}
    return pre | {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * h}


def rnn(W: Tensors, x: torch.Tensor, h: torch.Tensor, nonlinearity: str) -> Tensors:
    a = x @ W["weight_ih"].T + W["bias_ih"] + h @ W["weight_hh"].T + W["bias_hh"]
    return {"a": a, "h": torch.tanh(a) if nonlinearity == "tanh" else a.clamp(min=0)}


def step(experiment: Experiment, place: Place, x: torch.Tensor, state: Tensors) -> Tensors:
    """Return every quantity after one step from ``state``, in float64; leading axes are a batch."""
    network = experiment.network
    rows = len(network.weights(place).weight_hh)
    W = {"bias_ih": torch.zeros(rows, dtype=torch.float64), "bias_hh": torch.zeros(rows, dtype=torch.float64)}
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        array = network.state_dict().get(f"{name}_{place.key}")
        if array is not None:
            W[name] = torch.tensor(array, dtype=torch.float64)
    cell = network.cell(place)
    match cell.name:
        case "lstm":
            return lstm(W, x, state["h"], state["c"])
        case "gru":
            return gru(W, x, state["h"])
        case _:
            return rnn(W, x, state["h"], cell.nonlinearity)


def whole(experiment: Experiment, sequence: int) -> dict[Place, Tensors]:
    """Return every quantity (T, H) of every place, in the order of the input's steps, in float64."""
    below = torch.tensor(experiment.inputs(sequence), dtype=torch.float64)
    return unrolled(experiment, below, lambda place, _, x, state: step(experiment, place, x, state))


def unrolled(
    experiment: Experiment, below: torch.Tensor, advance: Callable[[Place, int, torch.Tensor, Tensors], Tensors]
) -> dict[Place, Tensors]:
    """Return what ``advance`` makes of a place, a step, what it sees there and the state before, layer upon layer."""
    network, answer = experiment.network, {}
    for layer in range(len(network.layers)):
        places = [place for place in network.places if place.layer == layer]
        for place in places:
            state = {
                name: torch.tensor(array, dtype=torch.float64)
                for name, array in experiment.initial_state(place).items()
            }
            rows = []
            order = range(len(below))
            for t in reversed(order) if place.direction else order:
                state = advance(place, t, below[t], state)
                rows.append(state)
            if place.direction:
                rows.reverse()
            answer[place] = {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
        below = torch.cat([answer[place]["h"] for place in places], dim=1)
    return answer


def module(experiment: Experiment) -> torch.nn.RNNBase:
    """Return torch's own module with the weights of the network's layers; it takes what the first of them sees."""
    network, recipe = experiment.network, experiment.network.recipe
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[recipe.cell]
    options = {"nonlinearity": recipe.nonlinearity} if recipe.cell == "rnn" else {}
    made = kind(
        network.input_size,
        recipe.hidden,
        recipe.layers,
        bias=recipe.bias,
        bidirectional=recipe.bidirectional,
        dtype=getattr(torch, recipe.dtype),
        **options,
    )
    weights = {
        f"{name}_{place.key}": array for place in network.places for name, array in network.weights(place).named()
    }
    made.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
    return made


def torch_run(experiment: Experiment, sequence: int) -> tuple[torch.Tensor, Tensors]:
    """Return the top layer's output (T, directions·H) of torch's own module and its final states (places, H)."""
    network = experiment.network
    states = network.layers[0].cell.states
    starts = tuple(
        torch.stack([torch.tensor(experiment.initial_state(place)[state]) for place in network.places])
        for state in states
    )
    with torch.no_grad():
        out, ends = module(experiment)(
            torch.tensor(experiment.inputs(sequence)), starts if len(starts) > 1 else starts[0]
        )
    return out, dict(zip(states, ends if len(starts) > 1 else (ends,), strict=True))


def torch_steps(experiment: Experiment) -> tuple[Tensors, Tensors]:
    """Return the states (T, H) before and after each step of torch's own cell, taken one by one."""
    network, place = experiment.network, Place()
    cell, weights = network.cell(place), network.weights(place)
    kind = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[cell.name]
    options = {"nonlinearity": cell.nonlinearity} if cell.name == "rnn" else {}
    made = kind(weights.input_size, weights.hidden_size, **options)
    made.load_state_dict({name: torch.tensor(array) for name, array in weights.named()})
    state = tuple(torch.tensor(array)[None] for array in experiment.initial_state(place).values())
    rows = [state]
    with torch.no_grad():
        for x in torch.tensor(experiment.inputs(0)):
            state = made(x[None], state if len(state) > 1 else state[0])
            state = state if isinstance(state, tuple) else (state,)
            rows.append(state)
    whole = {name: torch.cat([row[k] for row in rows]) for k, name in enumerate(cell.states)}
    return {name: array[:-1] for name, array in whole.items()}, {name: array[1:] for name, array in whole.items()}
