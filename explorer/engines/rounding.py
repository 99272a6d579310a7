"""What rounding explains: how far two right computations of the same steps may lie apart, element by element.

Two ways to the same numbers differ where sums are rounded in another order. Mostly by so little that one small number
allows for all. Where inputs are large, or a state has grown for long, each step and unit is judged by itself: by the
rounding of its own products, sent through the cell's own equations at that very point. Where a gate is saturated that
is next to nothing, so that what is wrong there is seen however large the inputs are.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from explorer.cells import FREE, Cell, Holds, evaluate, held
from explorer.functions import Array, torch_functions
from explorer.network import block_weights, given
from explorer.trace import Check
from explorer.track import Track

ROUNDING = {"float32": 1e-5, "float64": 1e-11}
"""The difference that rounding explains where nothing is large, relative to the value (at least 1)."""

LIMIT = 1e-2
"""What rounding may do to h, relative to its largest value (at least 1), for a comparison to tell anything."""

TERM, CARRIED = 2, 2
"""Machine epsilons by which a sum of products may be off, of all their magnitudes; a carried state, at every step."""

Offsets = dict[str, Any]
"""By how much quantities may be off, each (n, H)."""

Pair = tuple[str, Any, Any]
"""A state's name; its values as we computed them and as torch did, each (n, H)."""


def compare(pairs: list[Pair], reach: float, offsets: Callable[[], tuple[float, Offsets]]) -> Check:
    """Hold the states as we computed them against torch's: whether rounding explains all of the difference.

    ``reach`` (from ``input_reach``) is how large the products are before they cancel. Where that is little, and so is
    the difference, as it is or beside the size of each number, there is no more to it. Else ``offsets``, as costly as
    to explain the steps, says how far the products may be off at most, and each of the states.
    """
    import torch

    dtype = pairs[0][2].dtype
    kind, products = _kind(dtype), torch.finfo(dtype).eps / 2 * reach
    plain = [Check(difference(ours, theirs), ROUNDING[kind] + products, dtype=kind) for _, ours, theirs in pairs]
    if products <= ROUNDING[kind]:
        if all(check.passed for check in plain):
            return functools.reduce(Check.worse, plain)
        checks = [judge(ours, theirs, ours.new_zeros(())) for _, ours, theirs in pairs]
        if all(check.passed for check in checks):
            return functools.reduce(Check.worse, checks)
    terms, states = offsets()
    checks = [judge(ours, theirs, states[state], terms) for state, ours, theirs in pairs]
    return functools.reduce(Check.worse, checks)


def judge(ours: Any, theirs: Any, offset: Any, terms: float = 0) -> Check:
    """Hold every element of ours against torch's (n, H), which may be off by ``offset`` beside the usual rounding.

    Nothing is told where ``terms``, how far the products may be off, could move h as a whole, or where a large
    difference is explained by nothing but a large offset.
    """
    kind, same = _kind(theirs.dtype), (ours == theirs) | (ours.isnan() & theirs.isnan())
    error, size = (ours - theirs).abs().masked_fill(same, 0), theirs.abs().nan_to_num(0, 0, 0)
    allowed = ROUNDING[kind] * size.clamp(min=1) + offset.nan_to_num(0, math.inf)
    coarse = LIMIT * size.amax(0).clamp(min=1)
    scale = max(1.0, float(size.max()))
    at = (error / allowed).argmax()  # where there is a NaN, it is that
    worst = Check(float(error.flatten()[at]), float(allowed.flatten()[at]), dtype=kind)
    vague = float(allowed.masked_fill(error <= coarse, 0).max()) if worst.passed else 0.0
    unknown = max(terms if terms > LIMIT * scale else 0.0, vague)
    if unknown and not math.isnan(worst.error):
        return Check(float(error.max()), min(unknown, scale), telling=False, dtype=kind)
    return worst


def term_offsets(track: Track, x: Any, h: Any, terms: Mapping[str, Any]) -> Offsets:
    """Return how far each of the layer's ``terms`` may be off: what rounds off all its products, were they positive.

    Taken from the weights themselves. Where a term is not finite, it is so for everyone, and nothing is off.
    """
    import torch

    blocks = block_weights(track.cell, track.weights)
    weights = {name: torch.from_numpy(np.abs(array)) for name, array in blocks.items()}
    eps = TERM * torch.finfo(x.dtype).eps
    sums = given(track.cell, weights, x.abs(), h.abs(), terms)
    return {name: (eps * sums[name]).masked_fill(~rows.isfinite(), 0) for name, rows in terms.items()}


def largest(offsets: Offsets) -> float:
    """Return by how much the most uncertain of them may be off."""
    return max(float(rows.max()) for rows in offsets.values())


def moved(cell: Cell, name: str, known: Mapping[str, Array], offsets: Offsets, holds: Holds = FREE) -> Any:
    """Return how far the quantity ``name`` (n, H) moves where what it rests on, in ``known``, is off by ``offsets``.

    One after the other, up and down: what two small offsets do only together is smaller than either. What is held does
    not move.
    """
    import torch

    fn = torch_functions()
    here = evaluate(cell, name, dict(known), fn, holds)
    total = torch.zeros_like(here)
    for key in sorted(_rests_on(cell, name, known) & offsets.keys()):
        ends = (held({key: known[key] + sign * offsets[key]}, holds) for sign in (1, -1))
        up, down = ((evaluate(cell, name, {**known, **end}, fn, holds) - here).abs() for end in ends)
        total += up.maximum(down).nan_to_num(0, math.inf)
    return total


def magnified(cell: Cell, name: str, known: Mapping[str, Array], holds: Holds) -> Any:
    """Return how far ``name`` moves where every quantity that it is made of, in ``known`` or not, is itself rounded.

    Gates and activations of at most 1 keep that as small as it is. Those that are held need not be.
    """
    import torch

    values = dict(known)
    total = torch.zeros_like(evaluate(cell, name, values, torch_functions(), holds))
    for key, rows in values.items():
        if key != name:
            rounded = {key: TERM * torch.finfo(rows.dtype).eps * rows.abs()}
            total += moved(cell, name, {**known, key: rows}, rounded, holds)
    return total


def _rests_on(cell: Cell, name: str, known: Mapping[str, Array]) -> frozenset[str]:
    if name in known:
        return frozenset((name,))
    return frozenset().union(*(_rests_on(cell, operand, known) for operand in cell.quantity(name).operands))


def growth(cell: Cell, known: Mapping[str, Array], offsets: Offsets) -> tuple[Any, Any]:
    """Return how the offset of a conveyor's state goes on, d = keep ⊙ d⁻ + write: the two, (n, H) each."""
    import torch

    assert cell.conveyor is not None
    names = (cell.conveyor.keep, *cell.conveyor.write)
    keep, one, other = (evaluate(cell, name, dict(known), torch_functions()).abs() for name in names)
    off_keep, off_one, off_other = (moved(cell, name, known, offsets) for name in names)
    before = known[f"{cell.conveyor.state}_prev"].abs()
    rounded = CARRIED * torch.finfo(before.dtype).eps * (keep * before + one * other)
    return keep + off_keep, off_keep * before + off_one * other + off_other * (one + off_one) + rounded


def input_reach(track: Track, first: int, last: int) -> float:
    """Return how large the products of the inputs with the weights can be before they cancel."""
    x = np.abs(track.inputs(first, last)).max(axis=0)
    return float((np.abs(track.weights.weight_ih) @ np.where(np.isfinite(x), x, 0)).max())


def difference(ours: Any, theirs: Any) -> float:
    """Return the largest absolute difference; NaN where only one of the two is NaN or the infinities differ."""
    import torch

    low, high = (float(end) for end in torch.aminmax(ours - theirs))
    if math.isfinite(low) and math.isfinite(high):
        return max(0.0, -low, high)
    same = (ours == theirs) | (ours.isnan() & theirs.isnan())
    return float((ours - theirs).abs().masked_fill(same, 0).max())


def _kind(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")
