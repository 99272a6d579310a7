"""The report of a watch: the errors of a network that learned what is normal, turned into alarms, beside rivals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DataError
from explorer.evaluation.alarms import (
    RATE,
    WARM_UP,
    Bools,
    Floats,
    Ints,
    Watch,
    filtered,
    fit_watch,
    run_lengths,
    stretches,
    stuck_limits,
)
from explorer.evaluation.alarms_found import DRAWS, RECOVERY, Found, by_chance, find, near
from explorer.evaluation.alarms_rivals import hotelling, persistence_error, regression_error, rolling_z
from explorer.evaluation.live import GLITCH, HELD, LABEL, held
from explorer.evaluation.report import Event, Report, beaten
from explorer.evaluation.trial import Trial
from explorer.network import FAN
from explorer.sequences import Sequence as Steps
from explorer.training.batches import hidden_batch, whole_batch
from explorer.training.examples import known_columns
from explorer.training.model import Model
from explorer.training.splits import Part


@dataclass(frozen=True, slots=True, eq=False)
class Raised:
    """What one way to tell errors raised on all that is judged: scores (T,), the sensor (T,) each is of, flags (T,)."""

    watch: Watch
    scores: Floats
    sensors: Ints
    flags: Bools


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """All that is judged, one sequence behind the other with unjudged steps between them, and what calibrates.

    ``values`` are the sensors' by sequence, (T, J) in standard deviations of the training; ``stuck`` (T,) is where one
    of the judged sensors is stuck, with ``stuck_at`` (T,) which, by the ``limits`` (J,) of each.
    """

    trial: Trial
    values: Mapping[int, Floats]
    judged: Bools
    stuck: Bools
    stuck_at: Ints
    limits: Floats

    @property
    def filter(self) -> int:
        return self.trial.task.settings.filter

    def healthy(self, of: Mapping[int, NDArray[Any]], parts: Sequence[Part]) -> list[NDArray[Any]]:
        """Return what is ``of`` each sequence in the parts, without marked steps and what follows them."""
        kept = []
        for part in parts:
            marked = _marked(self.trial.sequences[part.example])[part.first : part.last]
            kept.append(of[part.example][part.first : part.last][~marked])
        return kept

    def joined(self, of: Mapping[int, NDArray[Any]], blank: Any) -> NDArray[Any]:
        """Return what is ``of`` each sequence where it is judged, one behind the other, with ``blank`` between them."""
        return _joined(self.trial, of, blank)

    def raised(self, errors: Mapping[int, Floats]) -> Raised:
        """Return what errors by sequence, (T, J), raise by the rule that is the same for all."""
        smooth = {k: filtered(each, self.filter) for k, each in errors.items()}
        watch = fit_watch(self.healthy(smooth, self.trial.calibration))
        course = self.joined(smooth, np.nan)
        scores = watch.score(course)
        with np.errstate(invalid="ignore"):
            over = scores > watch.threshold
        return Raised(watch, scores, watch.sensor(course), over & self.judged)


def watched(trial: Trial) -> Report:
    """Return what a watch has found in what is judged, beside rivals with the same filter, threshold and stuck rule.

    ``DataError`` where nothing comes after the normal steps, or none of them calibrates.
    """
    if not trial.task.held_out:
        raise DataError(
            f"nothing comes after the first {trial.task.settings.normal} steps, which are normal; "
            "name other data with --input, or less as normal",
            file=trial.task.dataset.source,
        )
    course, predicted = _course(trial), _predicted(trial)
    errors = {k: course.values[k] - predicted[k] for k in predicted}
    own = course.raised(errors)
    named = {name: course.raised(each) for name, each in _rivals(course).items()}
    faults, glitches = _labels(trial)
    found = _found(course, own, faults, glitches)
    figures = _figures(course, own, found, faults, glitches)
    report = Report(
        figures,
        {
            name: _figures(course, each, _found(course, each, faults, glitches), faults, glitches)
            for name, each in named.items()
        },
        facts=_facts(course, own, found),
        events=_events(course, own, found),
        columns=_columns(course, own, predicted),
    )
    return replace(report, said=_said(report, course, own, found))


def _course(trial: Trial) -> _Course:
    examples = sorted({part.example for part in (*trial.calibration, *trial.task.training, *trial.task.held_out)})
    task = trial.task
    values = {k: known_columns(task.question, task.outputs, trial.sequences[k]) for k in examples}
    judged = _joined(trial, {k: np.arange(len(each)) >= WARM_UP for k, each in values.items()}, blank=False)
    course = _Course(trial, values, judged, judged, judged.astype(np.int64), np.zeros(0))
    limits = stuck_limits(course.healthy(values, (*task.training, *trial.calibration)))
    lengths = course.joined({k: run_lengths(each) for k, each in values.items()}, 0)
    stuck = lengths >= limits
    return _Course(trial, values, judged, stuck.any(axis=1) & judged, stuck.argmax(axis=1), limits)


def _joined(trial: Trial, of: Mapping[int, NDArray[Any]], blank: Any) -> NDArray[Any]:
    pieces: list[NDArray[Any]] = []
    for part in trial.task.held_out:
        piece = of[part.example][part.first : part.last]
        apart = RECOVERY + trial.task.settings.filter
        pieces += [piece, np.full((apart, *piece.shape[1:]), blank, piece.dtype)]
    return np.concatenate(pieces)


def _predicted(trial: Trial) -> dict[int, Floats]:
    """Return what the network told of each step before it was there, by sequence: (T, J) in standard deviations.

    It reads each sequence from its first step on. Where columns are hidden, it reads it once for each of them.
    """
    task, model = trial.task, Model(trial.network)
    lead, found = max(task.question.offsets), {}
    for k in sorted({part.example for part in (*trial.calibration, *task.held_out)}):
        example = task.examples[k]
        if task.hideable:
            y = model.predict(hidden_batch(task, example))
            told = np.stack([y[row, :, row] for row in range(len(y))], axis=1)
        else:
            told = model.predict(whole_batch(task, [Part(k, 0, len(example))]))[0]
            if task.outputs.kind == "fan":
                told = told[:, FAN.index(0.5) :: len(FAN)]
        ahead = np.full(told.shape, np.nan)
        ahead[lead:] = told[: len(told) - lead]
        found[k] = ahead
    return found


def _rivals(course: _Course) -> dict[str, dict[int, Floats]]:
    """Return the errors of each rival by sequence."""
    values = course.values
    healthy = course.healthy(values, course.trial.task.training)
    lead, sensors = max(1, *course.trial.task.question.offsets), next(iter(values.values())).shape[1]
    ways: dict[str, Callable[[Floats], Floats]] = {
        "persistence": lambda each: persistence_error(each, lead),
        "rolling z": rolling_z,
    }
    if sum(int((~np.isnan(each).any(axis=1)).sum()) for each in healthy) > 2 * sensors:
        ways["Hotelling T²" if sensors > 1 else "z of the value"] = lambda each: hotelling(each, healthy)
        if sensors > 1:
            ways["linear regression"] = lambda each: regression_error(each, healthy)
    return {name: {k: way(each) for k, each in values.items()} for name, way in ways.items()}


def _marked(sequence: Steps) -> Bools:
    """Return whether a step is marked, or comes so soon after one that is that it may not be normal yet: (T,)."""
    marked = np.zeros(len(sequence), dtype=np.bool_)
    for label in sequence.labels:
        marked |= label.values
    return near(stretches(marked), RECOVERY, len(marked))


def _labels(trial: Trial) -> tuple[dict[str, Bools], Bools]:
    """Return the marks of each kind of fault in all that is judged, and those of glitches: (T,)."""
    faults: dict[str, Bools] = {}
    names = dict.fromkeys(label.name for part in trial.task.held_out for label in trial.sequences[part.example].labels)
    for name in (*names, GLITCH):
        of = {}
        for part in trial.task.held_out:
            sequence = trial.sequences[part.example]
            marks = [label.values for label in sequence.labels if label.name == name]
            of[part.example] = marks[0] if marks else np.zeros(len(sequence), dtype=np.bool_)
        kind, marked = name.removeprefix(LABEL), _joined(trial, of, blank=False)
        faults[kind] = faults[kind] | marked if kind in faults else marked
    glitches = faults.pop(GLITCH)
    return faults, glitches


def _found(course: _Course, raised: Raised, faults: Mapping[str, Bools], glitches: Bools) -> Found:
    return find(raised.flags | course.stuck, faults, glitches, course.judged, course.filter)


def _figures(
    course: _Course, raised: Raised, found: Found, faults: Mapping[str, Bools], glitches: Bools
) -> dict[str, float]:
    bare = find(raised.flags, faults, glitches, course.judged, course.filter)
    figures = {"alarms": float(len(found.alarms)), **found.figures}
    if len(found.events):
        figures |= {"F1 without stuck rule": bare.figures["event F1"], "chance": by_chance(found, course.judged)}
    else:
        figures = {"alarms": figures["alarms"], "alarms per 1000": figures["false alarms per 1000"]}
    return figures


def _places(course: _Course) -> tuple[NDArray[Any], Ints]:
    """Return the sequence and the step of all that is judged, and of what lies between: (T,) each."""
    trial = course.trial
    used = {part.example for part in trial.task.held_out}
    names = {k: np.full(len(trial.sequences[k]), trial.sequences[k].name) for k in used}
    width = max((each.dtype for each in names.values()), key=lambda dtype: dtype.itemsize)
    steps = {k: np.arange(len(trial.sequences[k])) for k in used}
    return course.joined({k: each.astype(width) for k, each in names.items()}, ""), course.joined(steps, -1)


def _events(course: _Course, own: Raised, found: Found) -> tuple[Event, ...]:
    """Return the alarms, the highest score first, each with the sensor that is stuck, or else disagrees most."""
    names, steps = _places(course)
    columns = [column.name for column in course.trial.task.question.columns]
    events = []
    for (begin, end), false in zip(found.alarms.tolist(), found.false.tolist(), strict=True):
        peak = begin + int(np.nan_to_num(own.scores[begin:end], nan=-1.0).argmax())
        stuck = course.stuck[begin:end]
        what = f"{columns[course.stuck_at[begin:end][stuck][0]]}, stuck" if stuck.any() else columns[own.sensors[peak]]
        right = None
        if len(found.events):
            right = not false and bool(((found.events[:, 0] < end) & (found.events[:, 1] > begin)).any())
        score = float(np.nan_to_num(own.scores[peak]))
        events.append(Event(str(names[begin]), int(steps[begin]), int(steps[end - 1]), round(score, 4), what, right))
    return tuple(sorted(events, key=lambda event: -event.score))


def _facts(course: _Course, own: Raised, found: Found) -> dict[str, Any]:
    return {
        "stated false alarms per 1000": 1000 * RATE,
        "threshold": own.watch.threshold if np.isfinite(own.watch.threshold) else None,
        "filter": course.filter,
        "calibration steps": sum(part.steps for part in course.trial.calibration),
        "judged steps": int(course.judged.sum()),
        "faults": len(found.events),
        HELD: held(own.watch, course.limits),
    }


def _columns(course: _Course, own: Raised, predicted: Mapping[int, Floats]) -> dict[str, NDArray[Any]]:
    """Return each judged step: what each sensor was and was told to be, the score, the flag and the sensor."""
    judged, question, outputs = course.judged, course.trial.task.question, course.trial.task.outputs
    names, steps = _places(course)
    columns = {"sequence": names[judged], "index": steps[judged]}
    was = course.joined({k: course.values[k] for k in predicted}, np.nan)[judged]
    told = course.joined(predicted, np.nan)[judged]
    levels = len(question.levels)
    for k, column in enumerate(question.columns):
        ending, sd, mean = f" {column.name}" if len(question.columns) > 1 else "", outputs.sd, outputs.mean
        for name, values in (("target", was), ("prediction", told)):
            columns[f"{name}{ending}"] = values[:, k] * sd[k * levels] + mean[k * levels]
    sensors = np.where(course.stuck, course.stuck_at, own.sensors)
    named = np.array([column.name for column in question.columns])[sensors]
    return columns | {"score": own.scores[judged], "flag": (own.flags | course.stuck)[judged], "sensor": named[judged]}


def _said(report: Report, course: _Course, own: Raised, found: Found) -> tuple[str, ...]:
    rate, judged = 1000 * RATE, int(course.judged.sum())
    said = [
        f"an alarm is raised where the error of a sensor is above what normal running reaches in {rate:g} of 1000 "
        f"steps (score {own.watch.threshold:.3g}), or where a sensor is stuck"
    ]
    if not len(found.events):
        return (*said, f"no label marks a fault in the {judged} steps, so alarms are counted and not judged")
    caught, false, chance = int((found.first >= 0).sum()), int(found.false.sum()), report.figures["chance"]
    said.append(
        f"{caught} of {len(found.events)} faults are found with {false} false alarm{'' if false == 1 else 's'}; alarms "
        f"as many and as long, placed at random, do as well with a probability of "
        f"{f'less than {1 / DRAWS:g}' if not chance else f'{chance:.2g}'}"
    )
    compared = beaten(report, "event F1", "higher")
    return (*said, compared) if compared else tuple(said)
