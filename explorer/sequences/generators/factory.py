"""A factory line that makes items in batches: five sensors, the physics behind them, and labelled faults."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass

import numpy as np

from explorer.sequences.generators.generator import Generator, Parameter, length_parameter
from explorer.sequences.generators.making import assemble
from explorer.sequences.sequence import Sequence

Progress = abc.Callable[[float], None]

SENSORS = ("temperature", "pressure", "speed", "vibration", "current")
FAULTS = ("bearing wear", "pressure leak", "stuck sensor", "overheating")
GLITCH = "glitch"

SPEEDS, PRESSURES = (60.0, 90.0, 120.0), (4.0, 5.5, 7.0)
"""Of the recipes: turns a minute, and bar. Each batch is of any speed and any pressure, up to a twentieth off."""

NOISE = (0.4, 0.05, 0.6, 0.08, 0.3)
"""Standard deviation of each sensor's noise: °C, bar, turns a minute, mm/s, A."""

KEPT = 0.6
"""Of the noise, from one step to the next."""

RESONANCE, WIDTH = 90.0, 10.0
"""The speed at which the machine shakes by itself, and how far from it that is half as strong."""

AMBIENT, THERMAL = 20.0, 40.0
"""°C around the line, and how many steps it takes to warm up or cool down to 1/e."""

LASTS = {"bearing wear": (120, 220), "pressure leak": (80, 160), "stuck sensor": (50, 120), "overheating": (120, 200)}
APART, GLITCHES = 60, 0.4
"""How far glitches stay from faults, in steps, and how many there are for each fault, about."""

CHUNK = 10_000
_CHANCES, _NORMALS = 12, len(SENSORS) + 2
"""Random numbers of each step: uniform ones for what comes when, normal ones for noise and drift."""


@dataclass(slots=True)
class _Event:
    """A fault or a glitch that goes on: which, since when, until when, how strong, and of which sensor."""

    kind: str
    first: int
    last: int
    size: float
    sensor: int


@dataclass(slots=True)
class _Plan:
    """What comes when: batches and gaps between them, all kinds of faults in random turns, and now and then a glitch.

    ``speed`` and ``pressure`` are what is wanted now, ``change`` is when that changes. ``due`` is when the next fault
    comes, ``left`` are the kinds that it may be of; before it, and after one until ``calm``, there is no glitch.
    """

    healthy: int
    every: float
    size: float
    speed: float = 0.0
    pressure: float = 1.0
    idle: bool = True
    change: int = 0
    due: int = -1
    left: tuple[str, ...] = ()
    fault: _Event | None = None
    glitch: _Event | None = None
    calm: int = 0

    def advance(self, t: int, u: list[float]) -> None:
        """Let begin and end at step ``t`` what does so, by uniform numbers ``u``."""
        if t >= self.change:
            self._change(t, u)
        if self.glitch is not None and t >= self.glitch.last:
            self.glitch = None
        if not self.every:
            return
        if self.fault is not None and t >= self.fault.last:
            self.fault, self.due, self.calm = None, t + 1 + int(self.every * (0.5 + u[4])), t + APART
        if self.due < 0:
            self.due = self.healthy + int(self.every * (0.2 + 0.8 * u[4]))
        if self.fault is None and t >= self.due:
            self._fail(t, u)
        alone = self.fault is None and self.glitch is None and self.calm <= t < self.due - APART
        if alone and u[9] < GLITCHES / self.every:
            way = 1.0 if u[10] < 0.5 else -1.0
            self.glitch = _Event(GLITCH, t, t + 1 + int(2 * u[6]), way * (8 + 10 * u[7]), int(len(SENSORS) * u[8]))

    def _change(self, t: int, u: list[float]) -> None:
        """Begin a batch after a gap, and a gap after a batch."""
        self.idle = not self.idle
        if self.idle:
            self.speed, self.pressure, self.change = 0.0, 1.0, t + 10 + int(21 * u[2])
            return
        self.speed = SPEEDS[int(3 * u[0])] * (0.95 + 0.1 * u[2])
        self.pressure = PRESSURES[int(3 * u[1])] * (0.95 + 0.1 * u[3])
        self.change = t + 120 + int(141 * u[11])

    def _fail(self, t: int, u: list[float]) -> None:
        kinds = self.left or FAULTS
        kind = kinds[int(len(kinds) * u[5])]
        self.left = tuple(each for each in kinds if each != kind)
        low, high = LASTS[kind]
        last = t + low + int((high - low + 1) * u[6])
        self.fault = _Event(kind, t, last, self.size * (1 + u[7]), int(len(SENSORS) * u[8]))


@dataclass(slots=True)
class _Machine:
    """The state of the line, and what happens to it in a step."""

    speed: float = 0.0
    pressure: float = 1.0
    temperature: float = AMBIENT
    ambient: float = 0.0
    play: float = 1.0

    def advance(self, plan: _Plan, t: int, weather: float, wander: float) -> tuple[float, ...]:
        """Return what perfect sensors would read: cold oil makes friction, friction heat, and heat warms the oil.

        drive = speed · pressure · friction, with friction 1 + 1.2 / (1 + (temperature − 20)² / 200): the current is
        proportional to it, and so is the heat. It shakes by 1 / (1 + ((speed − 90) / 10)²), the more the higher the
        pressure.
        """
        wear = leak = hot = 0.0
        fault = plan.fault
        if fault is not None:
            if fault.kind == "bearing wear":
                wear = fault.size * (t - fault.first + 1) / (fault.last - fault.first)
            elif fault.kind == "pressure leak":
                leak = 0.18 * fault.size
            elif fault.kind == "overheating":
                hot = 18 * fault.size
        self.ambient += 0.03 * weather - 0.0005 * self.ambient
        self.play += 0.0005 * wander - 0.001 * (self.play - 1)
        self.speed += (plan.speed - self.speed) / 4
        self.pressure += (plan.pressure - self.pressure) / 6
        warm = self.temperature - AMBIENT
        friction = (1 + 1.2 / (1 + warm * warm / 200)) * (1 + 0.06 * wear)
        drive = self.speed * self.pressure / 600 * friction
        self.temperature += (AMBIENT + self.ambient + 35 * drive + hot - self.temperature) / THERMAL
        off = (self.speed - RESONANCE) / WIDTH
        shaking = 0.4 + 0.004 * self.speed + 3.5 * self.play / (1 + off * off) * (self.pressure / 6)
        return (
            self.temperature,
            self.pressure * (1 - leak),
            self.speed,
            shaking + 1.4 * wear,
            3 + 0.03 * self.speed + 15 * drive,
        )


def _factory(
    rng: np.random.Generator, progress: Progress, *, length: int, healthy: int, every: float, size: float, noise: float
) -> tuple[Sequence, None]:
    """Return what five sensors of a line read, with a label for each kind of fault, and one for glitches."""
    plan, machine = _Plan(healthy, every, size), _Machine()
    values = np.empty((length, len(SENSORS)))
    labels = {kind: np.zeros(length, dtype=np.bool_) for kind in (*FAULTS, GLITCH)}
    scale, fresh = [noise * each for each in NOISE], (1 - KEPT * KEPT) ** 0.5
    hum = row = [0.0] * len(SENSORS)
    for start in range(0, length, CHUNK):
        progress(start / length)
        # Whole chunks are drawn, so that what a step is made of does not depend on the length.
        chances, normals = rng.random((CHUNK, _CHANCES)).tolist(), rng.standard_normal((CHUNK, _NORMALS)).tolist()
        rows = []
        for t, u, n in zip(range(start, min(start + CHUNK, length)), chances, normals, strict=False):
            plan.advance(t, u)
            hum = [KEPT * old + fresh * new for old, new in zip(hum, n, strict=False)]
            truth = machine.advance(plan, t, *n[len(SENSORS) :])
            before, row = row, [value + sd * each for value, sd, each in zip(truth, scale, hum, strict=True)]
            if plan.glitch is not None:
                row[plan.glitch.sensor] += plan.glitch.size * NOISE[plan.glitch.sensor]
                labels[GLITCH][t] = True
            if plan.fault is not None:
                labels[plan.fault.kind][t] = True
                if plan.fault.kind == "stuck sensor" and t > plan.fault.first:
                    row[plan.fault.sensor] = before[plan.fault.sensor]
            rows.append(row)
        values[start : start + len(rows)] = rows
    return assemble("factory", dict(zip(SENSORS, values.T, strict=True)), labels=labels), None


FACTORY = Generator(
    "factory",
    "Factory line",
    "Five sensors of a line that makes items in batches, with wear, leaks, heat and sensors that stick.",
    (
        length_parameter(5000),
        Parameter("healthy", 1000, 0, 10_000_000, "steps at the beginning without any fault", whole=True),
        Parameter("every", 700.0, 0.0, 1e6, "steps from a fault to the next, on average; 0: never one"),
        Parameter("size", 1.0, 0.0, 2.5, "how strong faults are; at 1 a leak takes 18 to 36 % of the pressure"),
        Parameter("noise", 1.0, 0.0, 10.0, "how noisy sensors are; 0: not at all"),
    ),
    _factory,
    sequential=True,
    far=True,
)
