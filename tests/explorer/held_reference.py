"""The three cells with clamps, written once more and apart from ours: step by step, in torch and float64."""

from dataclasses import replace

import torch

from explorer.experiment import Experiment
from explorer.network import Place
from tests.explorer.reference import Tensors, unrolled


def at(clamps, step):
    """Return a function that holds a quantity as the clamps of this step do, one after the other."""

    def hold(name, values):
        values = values.clone()
        for clamp in clamps:
            first, last = clamp.steps
            if clamp.quantity == name and clamp.on and first <= step and (last is None or step < last):
                units = range(len(values)) if clamp.units is None else clamp.units
                for k, unit in enumerate(units):
                    values[unit] = clamp.value[k] if isinstance(clamp.value, tuple) else clamp.value
        return values

    return hold


def lstm(W: Tensors, x, state, hold) -> Tensors:
    rows = x @ W["weight_ih"].T + W["bias_ih"] + state["h"] @ W["weight_hh"].T + W["bias_hh"]
    now = {f"a_{gate}": hold(f"a_{gate}", part) for gate, part in zip("ifgo", rows.chunk(4), strict=True)}
    for gate in "ifgo":
        value = torch.tanh(now["a_g"]) if gate == "g" else torch.sigmoid(now[f"a_{gate}"])
        now[gate] = hold(gate, value)
    now["c"] = hold("c", now["f"] * state["c"] + now["i"] * now["g"])
    now["tanh_c"] = hold("tanh_c", torch.tanh(now["c"]))
    now["h"] = hold("h", now["o"] * now["tanh_c"])
    return now


def gru(W: Tensors, x, state, hold) -> Tensors:
    u_r, u_z, u_n = (x @ W["weight_ih"].T + W["bias_ih"]).chunk(3)
    q_r, q_z, q_n = (state["h"] @ W["weight_hh"].T + W["bias_hh"]).chunk(3)
    now = {"a_r": hold("a_r", u_r + q_r), "a_z": hold("a_z", u_z + q_z)}
    now["r"], now["z"] = (hold(gate, torch.sigmoid(now[f"a_{gate}"])) for gate in "rz")
    now["u_n"], now["q_n"] = hold("u_n", u_n), hold("q_n", q_n)
    now["a_n"] = hold("a_n", now["u_n"] + now["r"] * now["q_n"])
    now["n"] = hold("n", torch.tanh(now["a_n"]))
    now["h"] = hold("h", (1 - now["z"]) * now["n"] + now["z"] * state["h"])
    return now


def rnn(W: Tensors, x, state, hold, nonlinearity) -> Tensors:
    a = hold("a", x @ W["weight_ih"].T + W["bias_ih"] + state["h"] @ W["weight_hh"].T + W["bias_hh"])
    return {"a": a, "h": hold("h", torch.tanh(a) if nonlinearity == "tanh" else a.clamp(min=0))}


def step(experiment: Experiment, place: Place, x, state: Tensors, hold) -> Tensors:
    network = experiment.network
    rows = len(network.weights(place).weight_hh)
    W = {name: torch.zeros(rows, dtype=torch.float64) for name in ("bias_ih", "bias_hh")}
    for name, array in network.weights(place).named():
        W[name] = torch.tensor(array, dtype=torch.float64)
    cell = network.cell(place)
    match cell.name:
        case "lstm":
            return lstm(W, x, state, hold)
        case "gru":
            return gru(W, x, state, hold)
        case _:
            return rnn(W, x, state, hold, cell.nonlinearity)


def seen(experiment: Experiment, sequence: int):
    """Return what the network sees (T, D): the edited data, scaled as the data are without the edits."""
    scaling = replace(experiment, clamps=()).scaling
    rows = torch.tensor(experiment.dataset.sequences[sequence].values)
    edits = [clamp for clamp in experiment.clamps if clamp.quantity == "x" and clamp.sequence in (None, sequence)]
    rows = torch.stack([at(edits, t)("x", row) for t, row in enumerate(rows)])
    if scaling is not None:
        rows = (rows - torch.tensor(scaling.mean)) / torch.tensor(scaling.sd)
    return rows.to(getattr(torch, str(experiment.network.dtype))).double()


def whole(experiment: Experiment, sequence: int) -> dict[Place, Tensors]:
    """Return every quantity (T, H) of every place, in the order of the input's steps, in float64."""

    def advance(place, t, x, state):
        clamps = [c for c in experiment.clamps if c.place == place and c.sequence in (None, sequence)]
        return step(experiment, place, x, state, at(clamps, t))

    return unrolled(experiment, seen(experiment, sequence), advance)
