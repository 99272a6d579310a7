"""What a lesson claims: each kind finds its number in what is shown, and says whether it is as the lesson tells.

Six kinds, in the words of ``preset.toml``. A condition at a step of the preset's own run::

    condition = "c[3] == prev(c[3])"  # in the language of breakpoints; its number is what is compared first
    step = 150
    same = 20                         # if it is to be the same number at another step, too
    length = 200                      # if it is of a run over so many steps and not over as many as are shown
    trained = "gru"                   # if it is of the network that the scene trains

How much of the gradient at the last step is left so many steps before it, in the network that is shown or beside it::

    gradient = 50
    cell = "rnn"                      # if it is another cell, drawn by the same recipe
    init = "default"                  # if it is initialised in another way
    below = 1e-9                      # or above

What came of the run that the scene trains, for one of its cells: its loss on held-out data, or its gradient::

    trained = "rnn"
    gradient = 20                     # if it is not the loss
    above = 0.1

What that network answers at a step of the preset's own run: the probability of a class::

    trained = "rnn"
    answer = "helpful"
    step = 14
    hold = ["x[0]=7@8:9"]             # if some of the input is another
    above = 0.9

How closely the unit of that network that does so most follows the cycle of a column, from 0 to 1::

    trained = "lstm"
    season = 13                       # about so many steps
    column = "price"
    quantity = "c"
    iteration = 0                     # if it is not of its last moment
    above = 0.8

A figure of the report of the run that the scene trains, once its network was evaluated::

    report = "event recall"           # as ``main.py evaluate --json`` names it
    cell = "gru"                      # if it is not the first that was trained
    rival = "Hotelling T²"            # if it is that of a rival
    lesson = "factory"                # if the scene is one of another preset's lesson
    above = 0.8
"""

from __future__ import annotations

import math
from collections import abc
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from explorer.conditions import Condition, ConditionError, answerable, hits, parse_condition, told
from explorer.errors import UsageError
from explorer.experiment import Experiment, make_network_for
from explorer.findings import Claim, Finding, Limits, Shown, left
from explorer.gradients import norms, through_time
from explorer.initialisation import fitting_initialisations
from explorer.network import Place
from explorer.presets import find_preset, preset_dataset
from explorer.run import run
from explorer.run_claims import AnswerClaim, ReportClaim, RunClaim, SeasonClaim, trained_trace
from explorer.sequences import Sequence
from explorer.trace import Trace

SAME = 1e-5
"""How far two numbers may be apart, of their size, that are the same but for the rounding of float32."""

PRESET = "preset:"


@dataclass(frozen=True, slots=True)
class StepClaim:
    """A condition that is true at a step, ``same``: with the same number as at another step."""

    condition: Condition
    step: int
    scene: str
    same: int | None = None
    length: int | None = None
    cell: str = ""
    """Of a network that was trained, or of the one that is shown."""

    @property
    def is_slow(self) -> bool:
        """Whether it is of a trace of its own."""
        return self.length is not None or self.of_run

    @property
    def of_run(self) -> bool:
        """Whether it is of a trained network."""
        return bool(self.cell)

    def find(self, shown: Shown) -> Finding | None:
        """Return what the condition compares first, and whether it is true."""
        trace, sequence = shown.trace, shown.sequence
        if self.cell:
            trained = trained_trace(shown, self.cell)
            if trained is None:
                return None
            trace, sequence = trained, 0
        elif self.length is not None:
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

    is_slow: ClassVar[bool] = True
    of_run: ClassVar[bool] = False

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
        return left(curve, self.distance, self.limits)


def read_claim(stored: abc.Mapping[str, Any]) -> Claim:
    """Return a claim from what ``preset.toml`` says of it.

    ``ConditionError`` where its condition cannot be read, ``KeyError`` where something is missing, ``UsageError``
    where there is something that belongs to no claim of its kind.
    """
    if "condition" in stored:
        _require(stored, {"condition", "step", "scene", "same", "length", "trained"})
        return StepClaim(
            parse_condition(stored["condition"]),
            stored["step"],
            stored["scene"],
            stored.get("same"),
            stored.get("length"),
            stored.get("trained", ""),
        )
    limits = Limits(stored.get("above", -math.inf), stored.get("below", math.inf))
    if limits == Limits():
        raise UsageError("it says nothing of 'above' or 'below'")
    if "season" in stored:
        _require(stored, {"season", "column", "quantity", "trained", "iteration", "scene", "above", "below"})
        asked = stored["season"], stored["column"], stored["quantity"]
        return SeasonClaim(*asked, stored["trained"], stored.get("iteration"), limits, stored["scene"])
    if "answer" in stored:
        _require(stored, {"answer", "trained", "step", "hold", "scene", "above", "below"})
        hold = tuple(stored.get("hold", ()))
        return AnswerClaim(stored["answer"], stored["trained"], stored["step"], hold, limits, stored["scene"])
    if "trained" in stored:
        _require(stored, {"trained", "scene", "above", "below", "gradient"})
        return RunClaim(stored["trained"], stored.get("gradient"), limits, stored["scene"])
    if "report" in stored:
        _require(stored, {"report", "scene", "above", "below", "cell", "rival", "lesson"})
        of = stored.get("cell", ""), stored.get("rival", ""), stored.get("lesson", "")
        return ReportClaim(stored["report"], *of, limits, stored["scene"])
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
