"""What is drawn of a gradient: its L2 norm at every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.functions import FloatArray
from explorer.gradients.backward import Backward
from explorer.network import Place


def norms(backwards: Mapping[Place, Backward]) -> dict[str, FloatArray]:
    """Return the norms at every step, (T,), of every place: ``l0.dh``, ``l0.dh_direct``, ``l0.da_i`` and so on.

    ``l0.dh`` is ‖∂L/∂h‖, and so is every state's and pre-activation's. The direct part of ∂L/∂h is what comes from
    above at the same step, the rest comes through later steps.
    """
    curves: dict[str, FloatArray] = {}
    for place, backward in backwards.items():
        for name, rows in backward.totals.items():
            curves[f"{place.key}.d{name}"] = _norm(rows)
            if name == "h":
                curves[f"{place.key}.dh_direct"] = _norm(backward.direct)
                curves[f"{place.key}.dh_through"] = _norm(backward.through)
    return curves


def mean_norms(several: Sequence[Mapping[str, FloatArray]], steps: int | None = None) -> dict[str, FloatArray]:
    """Return the mean over sequences of their curves, at each step over those that have it; NaN past the longest.

    ``steps`` says how long the curves are to be, if not as long as the longest of them.
    """
    means = {}
    for name in several[0] if several else ():
        curves = [curve[name] for curve in several]
        length = max(len(curve) for curve in curves) if steps is None else steps
        total, count = np.zeros(length), np.zeros(length)
        for curve in curves:
            total[: len(curve)] += curve[:length]
            count[: len(curve)] += 1
        means[name] = np.divide(total, count, out=np.full(length, np.nan), where=count > 0)
    return means


def shares(backward: Backward) -> dict[str, FloatArray]:
    """Return the norm of what each step adds to the gradient of ``weight_ih`` and of ``weight_hh``: (T,) each.

    One step's share is an outer product, so that its norm is the product of two. The shares themselves add up to the
    gradient, their norms do not.
    """
    from_input, from_state = backward.term_gradients()
    return {
        "weight_ih": _norm(from_input) * _norm(backward.x),
        "weight_hh": _norm(from_state) * _norm(backward.previous["h"]),
    }


def _norm(rows: FloatArray) -> FloatArray:
    """Return the norm of every row, also where the squares of its numbers are too small or too large to be held."""
    largest = np.abs(rows).max(axis=1, initial=0)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1)[:, None]
    scaled = rows / scale
    norm: FloatArray = np.sqrt(np.einsum("th,th->t", scaled, scaled)) * scale[:, 0]
    return norm
