"""What a gradient curve says in plain words: it vanishes, explodes or is healthy, with its numbers and what to try."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.functions import FloatArray

FAR = 1e-3
"""Below this share of the gradient at the furthest steps it vanishes, above 1/FAR anywhere it explodes."""

GONE = 1e-6
"""Less than this share is as good as nothing."""

Judgement = Literal["vanishes", "explodes", "healthy", "zero", "broken", "short"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, in a sentence, and what to try ("" where nothing has to be).

    ``decade`` is the number of steps over which the gradient falls, or grows, by 10×: NaN where it does not. ``reach``
    is how many steps back still get ``GONE`` of it, None where all do. ``share`` is the most that one of the furthest
    steps, a tenth of them all, gets of what the last one gets.
    """

    kind: Judgement
    text: str
    advice: str = ""
    decade: float = math.nan
    reach: int | None = None
    share: float = math.nan


def judge(norms: Mapping[str, FloatArray], *, cell: str = "lstm") -> Verdict:
    """Judge the curves of a probe, ``Probed.norms``, by how much of the gradient of an answer gets back how far.

    Looked at are all states of the lowest layer together, reading forward, since every way from a step to the loss goes
    through them; where several steps are asked, the gradient of the last one alone.
    """
    return _judge_curve(state_curve(norms), cell)


def state_curve(norms: Mapping[str, FloatArray]) -> FloatArray:
    """Return the norm of the gradient at the whole state of the lowest layer, (T,); empty if there is none."""
    names = [f"l0.d{state}" for state in ("h", "c") if f"l0.d{state}" in norms]
    curves = [norms.get(f"{name}_last", norms[name]) for name in names]
    with np.errstate(all="ignore"):
        return np.hypot.reduce(curves) if curves else np.zeros(0)


def _judge_curve(curve: FloatArray, cell: str) -> Verdict:
    known = np.flatnonzero(~np.isnan(curve))
    curve = curve[: known[-1] + 1] if len(known) else curve
    if len(curve) and not np.isfinite(curve).all():
        step = int(np.flatnonzero(~np.isfinite(curve))[-1])
        text = f"broken: the gradient is {'NaN' if np.isnan(curve[step]) else 'infinite'} at step {step}"
        return Verdict("broken", text, "lower the learning rate, or clip by norm")
    there = np.flatnonzero(curve)
    if len(curve) and not len(there):
        text = "zero: the gradient is exactly 0 at every step"
        return Verdict("zero", text, "look for states that are saturated, or for an answer that is right already")
    back = curve[: there[-1] + 1][::-1] if len(there) else curve
    if len(back) < 3:
        steps = f"{len(back)} step{'' if len(back) == 1 else 's'}"
        return Verdict("short", f"too short to say: the gradient has only {steps} to go back")
    return _judge_decay(back / back.max(), cell)


def _judge_decay(back: FloatArray, cell: str) -> Verdict:
    """Judge shares of the largest, (n,), index = steps back from the last step that is asked."""
    furthest = max(1, len(back) // 10)
    far = back[-furthest:].max()
    where = f"{len(back) - furthest} to {len(back) - 1}" if furthest > 1 else f"{len(back) - 1}"
    if back[0] <= FAR * back.max():
        return _explodes(back)
    share = float(far / back[0])
    if share >= FAR:
        most = "up to " if furthest > 1 else ""
        text = f"healthy: {where} steps back the gradient is {most}{share:.2g}× that of the last step"
        return Verdict("healthy", text, decade=_decade(back), share=share)
    decade, heard = _decade(back), np.flatnonzero(back >= GONE * back[0])
    reach = int(heard[-1]) if heard[-1] + 1 < len(back) else None
    shrinks = f"shrinks by 10× every {_steps(decade)}" if decade > 0 else "falls to nothing"
    text = f"vanishes: the gradient {shrinks}"
    if reach is None:
        text += f"; {'at most ' if furthest > 1 else ''}{share:.1g} of it gets {where} steps back"
    else:
        text += f"; steps further back than {reach} get less than 1e-6 of it"
    return Verdict("vanishes", text, _ADVICE.get(cell, _ADVICE["lstm"]), decade, reach, share)


_ADVICE = {
    "rnn": "try an LSTM or a GRU, or init identity (with relu) or orthogonal",
    "lstm": "try init chrono or forget-bias, so that the forget gate keeps for longer",
    "gru": "try init chrono, so that the update gate keeps for longer",
}


def _explodes(back: FloatArray) -> Verdict:
    peak, advice = int(np.argmax(back)), "clip by norm, lower the learning rate, or try init orthogonal"
    if not back[0] > 0:  # in shares of the peak the last step may be too small to have one
        return Verdict("explodes", f"explodes: {peak} steps back the gradient is more than 1e308× as large", advice)
    decade = peak / -math.log10(back[0])
    times = f"{1 / back[0]:.1g}× as large"
    text = f"explodes: the gradient grows by 10× every {_steps(decade)}; {peak} steps back it is {times}"
    return Verdict("explodes", text, advice, decade, None, float(back[-1] / back[0]))


def _decade(back: FloatArray) -> float:
    """Return over how many steps the shares fall to a tenth, by a line through their logarithms; NaN if they do not."""
    steps = np.flatnonzero(back > 1e-300)  # below is what double precision cannot tell
    if len(steps) < 2:
        return math.nan
    slope = float(np.polyfit(steps, np.log10(back[steps]), 1)[0])
    return -1 / slope if slope < 0 else math.nan


def _steps(decade: float) -> str:
    """Return a number of steps as it is said after "every"."""
    if decade < 0.95:
        return f"{decade:.1g} steps"
    number = f"{decade:.0f}" if decade >= 9.5 else f"{decade:.1f}".removesuffix(".0")
    return "step" if number == "1" else f"{number} steps"
