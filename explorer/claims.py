"""What a lesson claims: each kind finds its number in what is shown, and says whether it is as the lesson tells.

Three kinds, in the words of ``preset.toml``. A condition at a step of the preset's own run::

    condition = "c[3] == prev(c[3])"  # in the language of breakpoints; its number is what is compared first
    step = 150
    same = 20                         # if it is to be the same number at another step, too
    length = 200                      # if it is of a run over so many steps and not over as many as are shown

How much of the gradient at the last step is left so many steps before it, in the network that is shown or beside it::

    gradient = 50
    cell = "rnn"                      # if it is another cell, drawn by the same recipe
    init = "default"                  # if it is initialised in another way
    below = 1e-9                      # or above

What came of the run that the scene trains, for one of its cells: its loss on held-out data, or its gradient::

    trained = "rnn"
    gradient = 20                     # if it is not the loss
    above = 0.1
"""

from __future__ import annotations

import math
from collections import abc
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from explorer.conditions import Condition, ConditionError, answerable, hits, parse_condition, told
from explorer.errors import UsageError
from explorer.experiment import Experiment, make_network_for
from explorer.functions import FloatArray
from explorer.gradients import norms, through_time
from explorer.initialisation import fitting_initialisations
from explorer.network import Place
from explorer.presets import find_preset, preset_dataset
from explorer.run import run
from explorer.sequences import Sequence
from explorer.trace import Trace

if TYPE_CHECKING:
    from explorer.training.runs import Recording

SAME = 1e-5
"""How far two numbers may be apart, of their size, that are the same but for the rounding of float32."""

PRESET = "preset:"


@dataclass(frozen=True, slots=True)
class Shown:
    """What claims are asked of: the trace and its sequence, and the run that the scene trained, if there is one."""

    trace: Trace
    sequence: int = 0
    run: Recording | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The number of a claim, and whether it is as the lesson tells."""

    number: float
    holds: bool


class Claim(Protocol):
    """Something the text says of what a scene shows. ``is_slow``: finding it takes longer than a frame may."""

    @property
    def scene(self) -> str:
        """The name of the scene in which it is true."""

    @property
    def is_slow(self) -> bool:
        """Whether a network has to be run for it, or taken back through."""

    def find(self, shown: Shown) -> Finding | None:
        """Return the number; None where it cannot be said of what is shown."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Between what a number has to be, both ends excluded."""

    above: float = -math.inf
    below: float = math.inf

    def finding(self, number: float) -> Finding | None:
        """Return what is found where this is the number; None where it is none."""
        return Finding(number, self.above < number < self.below) if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class StepClaim:
    """A condition that is true at a step, ``same``: with the same number as at another step."""

    condition: Condition
    step: int
    scene: str
    same: int | None = None
    length: int | None = None

    @property
    def is_slow(self) -> bool:
        """Whether it is of a run of its own."""
        return self.length is not None

    def find(self, shown: Shown) -> Finding | None:
        """Return what the condition compares first, and whether it is true."""
        trace, sequence = shown.trace, shown.sequence
        if self.length is not None:
            trace, sequence = run(_resized(trace.experiment, sequence, self.length), "numpy"), 0
        number = self._number(trace, sequence, self.step)
        if number is None:
            return None
        _, found = next(hits(self.condition, trace, sequence, range(self.step, self.step + 1)))
        return Finding(number, len(found) > 0 and self._is_same(number, trace, sequence))

    def _is_same(self, number: float, trace: Trace, sequence: int) -> bool:
        if self.same is None:
            return True
        other = self._number(trace, sequence, self.same)
        return other is not None and math.isclose(number, other, rel_tol=SAME)

    def _number(self, trace: Trace, sequence: int, step: int) -> float | None:
        try:
            if step not in answerable(self.condition, trace, sequence):
                return None
        except ConditionError:  # of another network: it need not have the quantity, or the unit
            return None
        _, values = told(self.condition, trace, sequence, step)[0]
        return float(values[0]) if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class GradientClaim:
    """‖∂y_T/∂h_{T−d}‖, where y is what all units of the top layer show at the last step, each with the same weight.

    The weights of y are such that ‖∂y_T/∂h_T‖ = 1: the number is the part that is left d = ``distance`` steps before.
    What is held passes no gradient, and is not held in another cell.
    """

    distance: int
    limits: Limits
    scene: str
    cell: str = ""
    init: str = ""

    @property
    def is_slow(self) -> bool:
        """It is."""
        return True

    def find(self, shown: Shown) -> Finding | None:
        """Return the norm in the trace that is shown, or in one of the other cell over the same sequence."""
        trace, sequence = shown.trace, shown.sequence
        if self.cell or self.init:
            drawn = _drawn(trace.experiment, sequence, self.cell, self.init)
            if drawn is None:
                return None
            trace, sequence = run(drawn, "numpy"), 0
        if not trace.whole(sequence):
            return None
        network = trace.experiment.network
        direct = np.zeros((trace.length(sequence), network.layers[-1].output_size))
        direct[-1] = 1 / math.sqrt(direct.shape[1])
        curve = norms(through_time(trace, sequence, direct))[f"{Place(len(network.layers) - 1).key}.dh"]
        return _left(curve, self.distance, self.limits)


@dataclass(frozen=True, slots=True)
class RunClaim:
    """What came of a run: a cell's last loss on held-out data; its gradient on the probe, ``distance`` steps back.

    The gradient is that of the loss, ‖∂L/∂h_{T−d}‖ / ‖∂L/∂h_T‖, as it was recorded last.
    """

    cell: str
    distance: int | None
    limits: Limits
    scene: str

    @property
    def is_slow(self) -> bool:
        """It is not: the run has recorded it."""
        return False

    def find(self, shown: Shown) -> Finding | None:
        """Return the number; None before the run has come to its end."""
        run = shown.run
        if run is None or run.state != "finished" or self.cell not in run.cells:
            return None
        if self.distance is not None:
            curves = run.through_time(self.cell)["l0.dh"]
            return _left(curves[-1], self.distance, self.limits) if len(curves) else None
        measured = run.metrics(self.cell)[run.metric_names()[0]]
        measured = measured[~np.isnan(measured)]
        return self.limits.finding(float(measured[-1])) if len(measured) else None


def read_claim(stored: abc.Mapping[str, Any]) -> Claim:
    """Return a claim from what ``preset.toml`` says of it.

    ``ConditionError`` where its condition cannot be read, ``KeyError`` where something is missing, ``UsageError``
    where there is something that belongs to no claim of its kind.
    """
    if "condition" in stored:
        _require(stored, {"condition", "step", "scene", "same", "length"})
        condition = parse_condition(stored["condition"])
        return StepClaim(condition, stored["step"], stored["scene"], stored.get("same"), stored.get("length"))
    limits = Limits(stored.get("above", -math.inf), stored.get("below", math.inf))
    if limits == Limits():
        raise UsageError("it says nothing of 'above' or 'below'")
    if "trained" in stored:
        _require(stored, {"trained", "scene", "above", "below", "gradient"})
        return RunClaim(stored["trained"], stored.get("gradient"), limits, stored["scene"])
    _require(stored, {"gradient", "scene", "above", "below", "cell", "init"})
    return GradientClaim(stored["gradient"], limits, stored["scene"], stored.get("cell", ""), stored.get("init", ""))


def _require(stored: abc.Mapping[str, Any], known: set[str]) -> None:
    if odd := sorted(set(stored) - known):
        raise UsageError(f"there is no {odd[0]!r}")


def _resized(shown: Experiment, sequence: int, steps: int) -> Experiment:
    """Return an experiment over so many first steps of a sequence; where it has too few, over a longer one."""
    data, whole = shown.dataset, shown.dataset.sequences[sequence]
    if steps <= len(whole):
        short = Sequence(whole.name, whole.values[:steps], whole.features)
        return replace(shown, dataset=replace(data, sequences=(short,)), clamps=())
    longer = preset_dataset(find_preset(data.source.removeprefix(PRESET)), seed=data.seed, settings={"length": steps})
    return replace(shown, dataset=longer, clamps=())


def _drawn(shown: Experiment, sequence: int, cell: str, init: str) -> Experiment | None:
    """Return the experiment, over one sequence and with nothing held, with another cell or initialisation."""
    recipe, data = shown.network.recipe, shown.dataset
    if recipe is None:
        return None
    other = replace(recipe, cell=cell or recipe.cell)
    fits = recipe.init in fitting_initialisations(other.cell, bias=recipe.bias)
    other = replace(other, init=init or (recipe.init if fits else "default"))
    one = replace(data, sequences=(data.sequences[sequence],))
    return Experiment(one, make_network_for(data, other), shown.scale, fitted=shown.scaling)


def _left(curve: FloatArray, distance: int, limits: Limits) -> Finding | None:
    """Return which part of the gradient at the last step is left so many before; curve (T,), NaN past its end."""
    known = curve[~np.isnan(curve)]
    if distance >= len(known) or not known[-1]:
        return None
    return limits.finding(float(known[-1 - distance] / known[-1]))
