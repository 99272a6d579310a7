"""Chaotic systems, to be foretold. A last bit that differs would soon be all the difference: see ``making``."""

from __future__ import annotations

from collections import abc
from itertools import islice

import numpy as np

from explorer.sequences.generators.generator import Chance, Generator, Parameter, length_parameter
from explorer.sequences.generators.making import assemble
from explorer.sequences.sequence import FloatArray, Sequence

Progress = abc.Callable[[float], None]

CHUNK = 10_000

BETA, GAMMA = 0.2, 0.1
SUBSTEPS = 10
"""Of the Mackey-Glass equation's solution, in one step."""

SIGMA, RATIO = 10.0, 8 / 3


def _mackey_glass(
    rng: np.random.Generator, progress: Progress, *, length: int, delay: int, horizon: int
) -> tuple[Sequence, Chance]:
    """Return x(t) at t = 0, 1, 2 …, of dx/dt = 0.2 x(t − delay) / (1 + x(t − delay)¹⁰) − 0.1 x, once it has settled.

    Due is x(t + horizon). Source: Mackey & Glass 1977.
    """
    states = _mackey_glass_states(delay, 0.5 + float(rng.random()))
    path = _take(states, 1000, length + horizon, progress)
    return _foretelling("mackey-glass", path, ("x",), ("target",), horizon)


def _mackey_glass_states(delay: int, before: float) -> abc.Iterator[tuple[float]]:
    """Yield x step by step, from a past that was ``before`` all the time.

    The trapezoid rule, with h = 1 / SUBSTEPS and F = x / (1 + x¹⁰): x' (1 + γh/2) = x (1 − γh/2) + βh/2 (F₋ + F'₋),
    where F₋ is that a delay ago: known of a whole delay at once, so that only the sum remains for the loop.
    """
    h = 1 / SUBSTEPS
    keep, take = (1 - GAMMA * h / 2) / (1 + GAMMA * h / 2), (BETA * h / 2) / (1 + GAMMA * h / 2)
    past = np.full(delay * SUBSTEPS + 1, before)
    while True:
        square = past * past
        fourth = square * square
        force = take * past / (1 + fourth * fourth * square)
        x = float(past[-1])
        now = [x]
        for push in (force[:-1] + force[1:]).tolist():
            x = keep * x + push
            now.append(x)
        past = np.array(now)
        yield from zip(now[SUBSTEPS::SUBSTEPS], strict=True)


def _lorenz(
    rng: np.random.Generator, progress: Progress, *, length: int, dt: float, rho: float, horizon: int
) -> tuple[Sequence, Chance]:
    """Return x, y, z every ``dt``, once it has settled: x' = σ (y − x), y' = x (ρ − z) − y, z' = xy − 8/3 z, σ = 10.

    Due is what they are ``horizon`` steps later. Source: Lorenz 1963.
    """
    x, y, z = (float(value) for value in rng.random(3))
    states = _lorenz_states(20 * x - 10, 20 * y - 10, 20 * z + 10, dt, rho)
    path = _take(states, round(20 / dt), length + horizon, progress)
    return _foretelling("lorenz", path, ("x", "y", "z"), ("target x", "target y", "target z"), horizon)


def _lorenz_states(x: float, y: float, z: float, h: float, rho: float) -> abc.Iterator[tuple[float, float, float]]:
    """Yield x, y, z after each step of length h, by the Runge-Kutta method of fourth order."""
    half, sixth = h / 2, h / 6
    while True:
        x1, y1, z1 = SIGMA * (y - x), x * (rho - z) - y, x * y - RATIO * z
        u, v, w = x + half * x1, y + half * y1, z + half * z1
        x2, y2, z2 = SIGMA * (v - u), u * (rho - w) - v, u * v - RATIO * w
        u, v, w = x + half * x2, y + half * y2, z + half * z2
        x3, y3, z3 = SIGMA * (v - u), u * (rho - w) - v, u * v - RATIO * w
        u, v, w = x + h * x3, y + h * y3, z + h * z3
        x4, y4, z4 = SIGMA * (v - u), u * (rho - w) - v, u * v - RATIO * w
        x += sixth * (x1 + 2 * (x2 + x3) + x4)
        y += sixth * (y1 + 2 * (y2 + y3) + y4)
        z += sixth * (z1 + 2 * (z2 + z3) + z4)
        yield x, y, z


def _take(states: abc.Iterator[tuple[float, ...]], settling: int, count: int, progress: Progress) -> FloatArray:
    """Return ``count`` states, (count, size), after passing over those of settling down."""
    first = next(islice(states, settling, None))
    path = np.empty((count, len(first)))
    path[0] = first
    for start in range(1, count, CHUNK):
        progress(start / count)
        chunk = list(islice(states, min(CHUNK, count - start)))
        path[start : start + len(chunk)] = chunk
    return path


def _foretelling(
    name: str, path: FloatArray, features: tuple[str, ...], targets: tuple[str, ...], horizon: int
) -> tuple[Sequence, Chance]:
    """Return the sequence of which each step is to be known ``horizon`` steps before.

    Who always answers the mean has an MSE of the variance.
    """
    later = path[horizon:]
    sequence = assemble(
        name,
        dict(zip(features, path[: len(path) - horizon].T, strict=True)),
        targets=dict(zip(targets, later.T, strict=True)),
    )
    return sequence, ("MSE", float(later.var(axis=0).mean()))


_HORIZON = "how many steps ahead is to be foretold"

MACKEY_GLASS = Generator(
    "mackey-glass",
    "Mackey-Glass",
    "Blood cells whose making follows their number with a delay: chaotic from a delay of about 17. To be foretold.",
    (
        length_parameter(500),
        Parameter("delay", 17, 5, 1000, "steps after which the number has its effect", whole=True),
        Parameter("horizon", 6, 1, 1000, _HORIZON, whole=True),
    ),
    _mackey_glass,
    sequential=True,
)

LORENZ = Generator(
    "lorenz",
    "Lorenz",
    "Convection that turns one way, then the other, never twice alike. To be foretold: its three numbers.",
    (
        length_parameter(1000),
        Parameter("dt", 0.02, 0.001, 0.03, "how much time passes in a step"),
        Parameter("rho", 28.0, 0.0, 60.0, "how strongly it is heated; chaotic from about 24.7"),
        Parameter("horizon", 5, 1, 1000, _HORIZON, whole=True),
    ),
    _lorenz,
    sequential=True,
    far=True,
)
