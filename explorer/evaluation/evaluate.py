"""The report of a run's network, by what its task is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.evaluation.forecasts_report import forecast_report
from explorer.evaluation.judgements_report import judged
from explorer.evaluation.report import Report, beaten
from explorer.evaluation.trial import Trial
from explorer.evaluation.watching import watched
from explorer.targets import answered, targets
from explorer.training.baselines import baselines
from explorer.training.batches import held_out_batches
from explorer.training.model import Model
from explorer.training.outputs import measure
from explorer.training.settings import WATCHING

ALL = 10**12
"""Steps: as many as there are."""


def evaluate(trial: Trial) -> Report:
    """Return what the network reaches on what the trial holds, beside its rivals."""
    settings, kind = trial.task.settings, trial.task.outputs.kind
    if settings.task in WATCHING:
        return watched(trial)
    if settings.task == "forecast" and kind == "fan":
        return forecast_report(trial)
    return judged(trial) if trial.task.question.columns[0].origin == "whole" else _plain(trial)


def _plain(trial: Trial) -> Report:
    """Return the metrics of the training beside its baselines, in windows that begin anew, as while it was trained.

    They are in the units of the outputs: of values, of one standard deviation of the training part.
    """
    task, outputs = trial.task, trial.task.outputs
    batches, model = held_out_batches(task, ALL), Model(trial.network)
    predicted = [model.predict(batch) for batch in batches]
    answers, marks = [batch.answers for batch in batches], [batch.marks for batch in batches]
    rivals: dict[str, dict[str, float]] = {}
    for line in baselines(task, ALL):
        rivals.setdefault(line.name, {})[line.metric] = line.value
    report = Report(
        figures=measure(outputs, predicted, answers, marks),
        rivals=rivals,
        facts={"steps": int(sum(batch.mask.sum() for batch in batches)), "sequences": len(task.held_out)},
        columns=_columns(trial),
    )
    first = outputs.metrics[0]
    said = beaten(report, first.name, first.better)
    return replace(report, said=(said,) if said else ())


def _columns(trial: Trial) -> dict[str, NDArray[Any]]:
    """Return each step at which something is asked: target, prediction, and the error or, of a class, how likely."""
    head, outputs = trial.network.head, trial.task.outputs
    assert head is not None
    names, index, due, told = [], [], [], []
    for part, y in trial.answers():
        data, steps = trial.alone(part), range(part.first, part.last)
        wanted, given = targets(head, data, 0, steps), answered(head, data, 0, steps, y)
        asked = np.isfinite(wanted).any(axis=1)
        names += [data.sequences[0].name] * int(asked.sum())
        index.append(np.flatnonzero(asked) + part.first)
        due.append(wanted[asked])
        told.append(given[asked])
    columns: dict[str, NDArray[Any]] = {"sequence": np.array(names), "index": np.concatenate(index)}
    wanted, given = np.concatenate(due), np.concatenate(told)
    if outputs.kind == "class":
        words, right, said = np.array(outputs.names), np.nan_to_num(wanted).argmax(axis=1), given.argmax(axis=1)
        columns |= {"target": words[right], "prediction": words[said], "score": given.max(axis=1)}
        return columns | {"flag": said != right}
    for k, name in enumerate(outputs.names):
        ending = f" {name}" if outputs.size > 1 else ""
        columns |= {f"target{ending}": wanted[:, k], f"prediction{ending}": given[:, k]}
    return columns | {"score": np.nanmean(np.abs(wanted - given), axis=1)}
