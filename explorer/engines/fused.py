"""The fast way: torch's own fused layer gives h, and the cell's equations then explain every step of it at once.

With h known for all steps, the pre-activations of all steps are one product per gate block, the gates follow
elementwise, and a state that torch does not return (the LSTM's c) by a scan. Source: science notes on exact recovery;
oneDNN's backward pass recomputes the gates in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from explorer.cells import Conveyor, evaluate
from explorer.functions import Array, FloatArray, torch_functions
from explorer.network import Weights, given
from explorer.trace import Check
from explorer.track import Track

ROUNDING = {"float32": 1e-5, "float64": 1e-11}
"""The difference that rounding can explain, relative to the largest value (at least 1)."""

LANES = 64
"""Stretches into which the scan cuts the steps, to advance all of them at once."""


class Fused:
    """Runs torch's layer over a stretch, recovers every quantity, and measures the difference between the two."""

    name = "torch, fused and explained"
    chunk = 4096

    def __init__(self) -> None:
        self._modules: dict[int, tuple[Weights, Any, dict[str, Any]]] = {}

    def advance(self, track: Track, first: int, last: int) -> Check | None:
        """Compute the steps first…last − 1 with torch's fused layer, explain and record them."""
        values, finals = self.explain(track, first, last)
        reach, steps = input_reach(track, first, last), last - first if finals else 1
        check = compare(values.pop("h again"), values["h"], reach, steps)
        final = first if track.reverse else last - 1
        for state, fused in finals.items():
            check = compare(values[state][final - first], fused, reach, steps).worse(check)
        track.record(first, values, _torch_min_max)
        return check

    def explain(self, track: Track, first: int, last: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return every kept quantity (n, H) of the steps and, apart, the final states that torch itself gives.

        ``h`` is torch's; ``h again`` is what the recovered quantities give for it.
        """
        import torch

        cell, fn = track.cell, torch_functions()
        module, blocks = self.module(track)
        flip: Callable[[Any], Any] = (lambda a: a.flip(0)) if track.reverse else (lambda a: a)
        with torch.inference_mode():
            x = flip(as_tensor(track.inputs(first, last)))
            edge = (last - 1, last) if track.reverse else (first, first + 1)
            before = {state: as_tensor(rows).clone() for state, rows in track.previous(*edge).items()}
            starts = tuple(before.values())
            h, ends = module(x, starts if len(starts) > 1 else starts[0])
            finals = dict(zip(cell.states, ends if len(starts) > 1 else (ends,), strict=True))
            values: dict[str, Array] = {"h_prev": torch.cat([before["h"], h[:-1]])}
            values |= given(cell, blocks, x, values["h_prev"], affine=_affine)
            if cell.conveyor is not None:
                _ride(cell.conveyor, values, before[cell.conveyor.state], lambda name: evaluate(cell, name, values, fn))
            quantities = {name: flip(evaluate(cell, name, values, fn)) for name in track.kept}
            again = quantities["h"]
            return quantities | {"h again": again, "h": flip(h)}, {s: f[0] for s, f in finals.items() if s != "h"}

    def module(self, track: Track) -> tuple[Any, dict[str, Any]]:
        """Return torch's module for one layer and direction, holding the track's weights, and the gate blocks."""
        import torch

        kept = self._modules.get(id(track.weights))
        if kept is None:
            weights = track.weights
            options: dict[str, Any] = {"bias": weights.bias_ih is not None}
            if track.cell.name == "rnn":
                options["nonlinearity"] = track.cell.nonlinearity
            kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[track.cell.name]
            # Made without memory, then given our arrays: no draw from torch's global generator, no copy.
            module = kind(weights.input_size, weights.hidden_size, device="meta", **options)
            parameters = {f"{name}_l0": as_tensor(array) for name, array in weights.named()}
            module.load_state_dict(parameters, assign=True)
            kept = (weights, module, {name: as_tensor(array) for name, array in track.blocks.items()})
            self._modules[id(weights)] = kept
        return kept[1], kept[2]


def _ride(conveyor: Conveyor, values: dict[str, Array], start: Array, value: Any) -> None:
    """Add the conveyor's state and the state before each step to ``values``: s_t = keep_t s_{t−1} + write_t."""
    import torch

    one, other = conveyor.write
    rows = torch.from_numpy(scan(value(conveyor.keep).numpy(), (value(one) * value(other)).numpy(), start[0].numpy()))
    values[conveyor.state] = rows
    values[f"{conveyor.state}_prev"] = torch.cat([start, rows[:-1]])


def scan(keep: FloatArray, write: FloatArray, start: FloatArray) -> FloatArray:
    """Return s (n, H) with s_t = keep_t ⊙ s_{t−1} + write_t, s_{−1} = ``start``.

    The steps are cut into stretches that advance side by side from zero; then what each inherits from the one before,
    damped by the product of its keeps, is added. No division, so it is as stable as the plain loop, to rounding.
    """
    length = len(keep) // LANES
    whole = length * LANES
    out = np.empty_like(write)
    if length > 0:
        kept, rows = (array[:whole].reshape(LANES, length, -1) for array in (keep, out))
        added = write[:whole].reshape(LANES, length, -1)
        damping = np.empty_like(rows)
        rows[:, 0], damping[:, 0] = added[:, 0], kept[:, 0]
        for t in range(1, length):
            np.multiply(kept[:, t], rows[:, t - 1], out=rows[:, t])
            rows[:, t] += added[:, t]
            np.multiply(kept[:, t], damping[:, t - 1], out=damping[:, t])
        inherited = np.empty((LANES, 1, keep.shape[-1]), keep.dtype)
        for lane in range(LANES):
            inherited[lane] = start
            start = rows[lane, -1] + damping[lane, -1] * start
        damping *= inherited
        rows += damping
    for t in range(whole, len(keep)):
        np.multiply(keep[t], start, out=out[t])
        out[t] += write[t]
        start = out[t]
    return out


class _Shared:
    """The memory of a numpy array, without its being read-only; torch has no such thing and warns of it."""

    def __init__(self, array: FloatArray) -> None:
        self._array = array
        self.__array_interface__ = array.__array_interface__ | {"data": (array.ctypes.data, False)}


def as_tensor(array: FloatArray) -> Any:
    """Share a numpy array with torch. Ours are often read-only: nothing here writes to them."""
    import torch

    return torch.from_numpy(np.asarray(_Shared(np.ascontiguousarray(array))))


def _affine(bias: Any, *products: tuple[Any, Any]) -> Any:
    """Return the sum of the matrix products and the bias, adding in place: no tensor in between."""
    import torch

    (rows, weight), *others = products
    total = torch.addmm(bias, rows, weight)
    for rows, weight in others:
        total.addmm_(rows, weight)
    return total


def _torch_min_max(buckets: Any) -> tuple[FloatArray, FloatArray]:
    return buckets.amin(1).numpy(), buckets.amax(1).numpy()


def input_reach(track: Track, first: int, last: int) -> float:
    """Return how large the products of the inputs with the weights can be before they cancel."""
    x = np.abs(track.inputs(first, last)).max(axis=0)
    return float((np.abs(track.weights.weight_ih) @ np.where(np.isfinite(x), x, 0)).max())


def compare(ours: Any, theirs: Any, reach: float, steps: int = 1) -> Check:
    """Hold what we computed against torch's: the largest difference, and the one that rounding explains.

    Rounding is relative to the largest value, but at least to 1. A state that is carried over ``steps`` without being
    squashed, the LSTM's c, is rounded twice at each of them: over an input of 100 that drives f to 1, torch's own c
    strays from the exact one by 4e-5 of itself in 4096 steps. Where products with large inputs cancel, what is left
    is off by their rounding: ``reach``, from ``input_reach``.
    """
    import torch

    kind, eps = str(theirs.dtype).removeprefix("torch."), torch.finfo(theirs.dtype).eps
    allowed = max(ROUNDING[kind], steps * eps) * max(1.0, _largest(theirs)) + 4 * eps * reach
    return Check(difference(ours, theirs), allowed)


def _largest(values: Any) -> float:
    """Return the largest finite magnitude in ``values``."""
    import torch

    low, high = (float(end) for end in torch.aminmax(values))
    if math.isfinite(low) and math.isfinite(high):
        return max(-low, high)
    return float(values.abs().nan_to_num(0, 0, 0).max())


def difference(ours: Any, fused: Any) -> float:
    """Return the largest absolute difference; NaN where only one of the two is NaN or the infinities differ."""
    import torch

    low, high = (float(end) for end in torch.aminmax(ours - fused))
    if math.isfinite(low) and math.isfinite(high):
        return max(-low, high)
    same = (ours == fused) | (ours.isnan() & fused.isnan())
    return float((ours - fused).abs().masked_fill(same, 0).max())
