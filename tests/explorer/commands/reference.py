"""The cells written down once more, one step after the other in float64, from PyTorch's documentation alone."""

from collections.abc import Mapping

import numpy as np

Arrays = Mapping[str, np.ndarray]


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * a))


def rnn(weights: dict, x: np.ndarray, h: np.ndarray, relu: bool) -> dict:
    a = weights["weight_ih"] @ x + weights["bias_ih"] + weights["weight_hh"] @ h + weights["bias_hh"]
    return {"a": a, "h": np.maximum(a, 0) if relu else np.tanh(a)}


def lstm(weights: dict, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> dict:
    stacked = weights["weight_ih"] @ x + weights["bias_ih"] + weights["weight_hh"] @ h + weights["bias_hh"]
    a_i, a_f, a_g, a_o = np.split(stacked, 4)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    c = f * c + i * g
    gates = {"a_i": a_i, "a_f": a_f, "a_g": a_g, "a_o": a_o, "i": i, "f": f, "g": g, "o": o}
    return gates | {"c": c, "tanh_c": np.tanh(c), "h": o * np.tanh(c)}


def gru(weights: dict, x: np.ndarray, h: np.ndarray) -> dict:
    from_input = weights["weight_ih"] @ x + weights["bias_ih"]
    from_state = weights["weight_hh"] @ h + weights["bias_hh"]
    (u_r, u_z, u_n), (q_r, q_z, q_n) = np.split(from_input, 3), np.split(from_state, 3)
    r, z = sigmoid(u_r + q_r), sigmoid(u_z + q_z)
    n = np.tanh(u_n + r * q_n)
    gates = {"a_r": u_r + q_r, "a_z": u_z + q_z, "u_n": u_n, "q_n": q_n, "a_n": u_n + r * q_n}
    return gates | {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * h}


def run_layer(cell: str, weights: dict, x: np.ndarray, h: np.ndarray, c: np.ndarray, reverse: bool) -> dict:
    """Run one layer in one direction; every quantity (T, H) by input step. ``cell`` may be "relu" for that RNN."""
    steps = []
    for x_t in x[::-1] if reverse else x:
        if cell == "lstm":
            now = lstm(weights, x_t, h, c)
            c = now["c"]
        else:
            now = gru(weights, x_t, h) if cell == "gru" else rnn(weights, x_t, h, relu=cell == "relu")
        h = now["h"]
        steps.append(now)
    in_order = steps[::-1] if reverse else steps
    return {name: np.stack([now[name] for now in in_order]) for name in steps[0]}


def run_network(cell: str, state_dict: Arrays, x: np.ndarray, initial: Arrays) -> dict[str, np.ndarray]:
    """Run all layers that ``state_dict`` holds; every quantity under the names of the npz."""
    state_dict = {name: np.asarray(array, np.float64) for name, array in state_dict.items()}
    found, layer = {}, 0
    x = x.astype(np.float64)
    while f"weight_hh_l{layer}" in state_dict:
        outputs = []
        for suffix in (f"l{layer}", f"l{layer}_reverse"):
            if f"weight_hh_{suffix}" not in state_dict:
                continue
            weights = {name: state_dict[f"{name}_{suffix}"] for name in ("weight_ih", "weight_hh")}
            zero = np.zeros(len(weights["weight_hh"]))
            weights |= {name: state_dict.get(f"{name}_{suffix}", zero) for name in ("bias_ih", "bias_hh")}
            start = [initial.get(f"{suffix}.{state}", zero[: weights["weight_hh"].shape[1]]) for state in "hc"]
            values = run_layer(cell, weights, x, *start, reverse=suffix.endswith("reverse"))
            found |= {f"{suffix}.{name}": array for name, array in values.items()}
            outputs.append(values["h"])
        x = np.concatenate(outputs, axis=1)
        layer += 1
    return found
