"""A watch over steps as they come: the scores and alarms of the report, from each step and what was before it alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.errors import DataError
from explorer.evaluation.alarms import WARM_UP, Bools, Floats, Ints, Watch, filtered, run_lengths, stretches
from explorer.evaluation.report import Event
from explorer.functions import FloatArray
from explorer.growth import GrowingRows
from explorer.network import FAN, Network, Place, from_inputs
from explorer.sequences import Dataset, Sequence
from explorer.tape import take
from explorer.targets import asked_of, column
from explorer.training.description import Description

GLITCH = "glitch"
"""A label so called marks what is no fault."""

LABEL = "label "
"""Before the name of a label in the table that ``generate`` writes."""

HELD = "watch"
"""Under which name the facts of a report have what ``LiveWatch`` needs."""


class LiveWatch:
    """Watches one sequence with a network of a run, and the watch that its report fitted.

    ``columns`` are the sensors. ``take`` gets the steps in their order, in pieces of any length; what was raised is in
    ``flags``, ``scores`` and ``sensors``, (T,) each, of all steps so far. Only numpy is needed.
    ``DataError`` where the run does not watch.
    """

    def __init__(self, description: Description, network: Network, held: Mapping[str, Any]) -> None:
        outputs, head, settings = description.outputs, network.head, description.settings
        if outputs is None or head is None or description.inputs is None or network.has_reverse:
            raise DataError("this run does not watch: it says nothing of what is usual")
        self._network, self._inputs = network, description.inputs
        self._watch = Watch(np.array(held["usual"], np.float64), _number(held["threshold"]))
        self._limits = np.array([_number(each) for each in held["stuck"]])
        asked = asked_of(outputs.head(head.weight, head.bias))
        self._levels = len(FAN) if outputs.kind == "fan" else 1
        self.columns = tuple(name for name, _ in asked[:: self._levels])
        self._mean, self._sd = outputs.mean[:: self._levels], outputs.sd[:: self._levels]
        self._lead = max(ahead for _, ahead in asked)
        self._hidden = [self._inputs.names.index(name) for name in self.columns] if settings.task == "masked" else []
        self._filter = settings.filter
        self._states: list[dict[Place, dict[str, FloatArray]]] = [{} for _ in self._hidden or [0]]
        self.steps = 0
        sensors = len(self.columns)
        self._waiting, self._errors = np.full((self._lead, sensors), np.nan), np.empty((0, sensors))
        self._last, self._lasted = np.full((1, sensors), np.nan), np.zeros(sensors, np.int64)
        self._flags, self._stuck_at = (GrowingRows(np.empty(0, np.bool_)) for _ in range(2))
        self._scores, self._sensors = GrowingRows(np.empty(0)), GrowingRows(np.empty(0, np.int64))

    @property
    def flags(self) -> Bools:
        """Whether each step raises an alarm."""
        return self._flags.rows

    @property
    def scores(self) -> Floats:
        """How unusual each step is, NaN where that is not known."""
        return self._scores.rows

    @property
    def sensors(self) -> Ints:
        """Which of the ``columns`` is stuck at a step, or else disagrees most."""
        return self._sensors.rows

    def take(self, dataset: Dataset, sequence: int, last: int) -> None:
        """Watch the steps that are new before ``last`` of a sequence, the same one every time."""
        steps = range(self.steps, last)
        if not steps:
            return
        shown = dataset.sequences[sequence]
        values = shown.values[steps.start : steps.stop, [shown.features.index(name) for name in self._inputs.names]]
        due = np.stack([column(dataset, sequence, name, steps) for name in self.columns], axis=1)
        due = (due - self._mean) / self._sd
        ahead = np.concatenate([self._waiting, self._told(values)])
        self._waiting = ahead[len(steps) :]
        errors = np.concatenate([self._errors, due - ahead[: len(steps)]])
        self._errors = errors[max(len(errors) - self._filter + 1, 0) :]
        smooth = filtered(errors, self._filter)[-len(steps) :]
        scores = self._watch.score(smooth)
        with np.errstate(invalid="ignore"):
            over = scores > self._watch.threshold
        stuck = self._stuck(due)
        any_stuck: Bools = np.asarray(stuck.any(axis=1))
        sensors = np.where(any_stuck, stuck.argmax(axis=1), self._watch.sensor(smooth))
        self._flags.append((over | any_stuck) & (np.array(steps) >= WARM_UP))
        self._stuck_at.append(any_stuck)
        self._scores.append(scores)
        self._sensors.append(sensors)
        self.steps = last

    def events(self, shown: Sequence) -> tuple[Event, ...]:
        """Return the alarms so far in the order of their steps, of the sequence that is watched."""
        faults, found = faults_of(shown), []
        for first, end in stretches(self.flags, self._filter).tolist():
            scores = np.nan_to_num(self.scores[first:end], nan=0.0)
            stuck = np.flatnonzero(self._stuck_at.rows[first:end])
            at = first + int(stuck[0] if len(stuck) else scores.argmax())
            what = self.columns[self.sensors[at]] + (", stuck" if len(stuck) else "")
            right = None if faults is None else bool(faults[first:end].any())
            found.append(Event(shown.name, first, end - 1, float(scores.max()), what, right))
        return tuple(found)

    # Private --------------------------------------------------------------------------------------------------------

    def _told(self, values: Floats) -> Floats:
        """Return what the network tells of each sensor, (n, J), in standard deviations."""
        scaling = self._inputs.scaling
        with np.errstate(over="ignore"):
            x = (values if scaling is None else scaling.apply(values)).astype(np.float32)
        if not self._hidden:
            y = self._passed(0, x.astype(self._network.dtype))
            return np.asarray(y[:, self._levels // 2 :: self._levels], np.float64)
        told = np.empty((len(x), len(self._hidden)))
        for k, feature in enumerate(self._hidden):
            without = x.astype(self._network.dtype)
            without[:, feature] = 0
            told[:, k] = self._passed(k, without)[:, k]
        return told

    def _passed(self, which: int, x: FloatArray) -> FloatArray:
        """Return what the head answers at steps x (n, D), going on from where this pass was."""
        network, states = self._network, self._states[which]
        for place in network.places:
            weights, cell = network.weights(place), network.cell(place)
            zero = np.zeros(weights.hidden_size, network.dtype)
            before = states.get(place) or dict.fromkeys(cell.states, zero)
            values = take(cell, weights, from_inputs(weights, x), before).values
            states[place] = {state: values[state][-1].copy() for state in cell.states}
            x = values["h"]
        assert network.head is not None
        return network.head.answer(x, self.steps)

    def _stuck(self, due: Floats) -> Bools:
        """Return which sensors are stuck at each step (n, J)."""
        lengths = run_lengths(np.concatenate([self._last, due]))[1:]
        since = np.arange(2, len(due) + 2)[:, None]
        lengths = np.where(lengths == since, lengths - 1 + self._lasted, lengths)
        self._last, self._lasted = due[-1:], lengths[-1]
        return np.asarray(lengths >= self._limits)


def faults_of(shown: Sequence) -> Bools | None:
    """Return the steps that some label marks as a fault, (T,); None where no label marks any."""
    marks = [label.values for label in shown.labels if label.name.removeprefix(LABEL) != GLITCH and label.values.any()]
    return np.logical_or.reduce(marks) if marks else None


def held(watch: Watch, limits: Floats) -> dict[str, Any]:
    """Return what a watch is, as values that json can hold: None stands for what is infinite."""
    usual = [float(each) if np.isfinite(each) else 1e300 for each in watch.usual]
    return {"usual": usual, "threshold": _plain(watch.threshold), "stuck": [_plain(each) for each in limits]}


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _number(value: float | None) -> float:
    return np.inf if value is None else float(value)
