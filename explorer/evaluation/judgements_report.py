"""The report of a network that judges whole sequences: beside rivals, over the distance, and since when it can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DataError
from explorer.evaluation.judgements import (
    ACCURACY,
    Codes,
    Yes,
    by_distance,
    figures_of,
    said_of_learning,
)
from explorer.evaluation.judgements_rivals import COUNTED, MAJORITY, counted, majority
from explorer.evaluation.report import Report, beaten
from explorer.evaluation.trial import Trial
from explorer.sequences import FloatArray, coded_feature
from explorer.sequences import Sequence as Steps
from explorer.sequences.text import word_of
from explorer.training.description import read_description
from explorer.training.fresh import TRAINING
from explorer.training.moments import moments_of, read_moment
from explorer.training.outputs import log_softmax
from explorer.training.runs import Recording

CLUE = "clue"
"""The label that marks the step on which the judgement depends, by which its distance from the end is told."""

FAR = 40
"""Steps from which on a clue is far away."""

TAUGHT = 5000
"""So many sequences that were drawn for training are what rivals learn from, where there is no end of them."""

MOMENTS = 8
"""So many moments of a run are looked at, evenly chosen."""

ANEW = "of texts not in the training"
FARTHEST = f"{ACCURACY}, clue {FAR} or more words away"


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """The sequences that are judged: which class is right (n,), how far the clue is from the end (n,), NaN without one.

    ``anew`` (n,) is where a text does not stand in the training part, too; None where no text is compared.
    """

    names: tuple[str, ...]
    due: Codes
    distance: FloatArray
    anew: Yes | None

    def figures(self, probabilities: FloatArray) -> dict[str, float]:
        """Return every figure of answers (n, C), the loss first."""
        likely = np.maximum(probabilities[np.arange(len(self.due)), self.due], 1e-12)
        found = {"cross-entropy": -float(np.log(likely).mean()) if len(likely) else np.nan}
        found |= figures_of(probabilities, self.due, self.names)
        right = probabilities.argmax(axis=1) == self.due
        if (far := self.distance >= FAR).any():
            found[FARTHEST] = float(right[far].mean())
        if self.anew is not None:
            found[f"{ACCURACY} {ANEW}"] = float(right[self.anew].mean()) if self.anew.any() else np.nan
        return found

    def distances(self, probabilities: FloatArray) -> list[dict[str, float]]:
        """Return the accuracy over the distance as json can hold it."""
        right = probabilities.argmax(axis=1) == self.due
        return [
            {"from": each.first, "to": each.last, "count": each.count, ACCURACY: each.accuracy}
            for each in by_distance(right, self.distance)
        ]


def judged(trial: Trial) -> Report:
    """Return the figures of a network whose task is to judge whole sequences, beside rivals that count words.

    Sequences without a label that it was taught are left out. ``DataError`` where there are no others.
    """
    task = trial.task
    names = task.outputs.names
    shown = [trial.sequences[part.example] for part in task.held_out]
    due = np.array([names.index(each.label) if each.label in names else -1 for each in shown], np.int64)
    there = due >= 0
    if not there.any():
        raise DataError(
            f"none of these sequences has a label that the network can answer: {', '.join(names)}",
            file=task.dataset.source,
        )
    shown = [each for each, known in zip(shown, there.tolist(), strict=True) if known]
    taught = _taught(trial)
    learned = np.array([names.index(each.label) for each in taught], np.int64)
    texts, asked = _texts(trial, taught), _texts(trial, shown)
    anew = None
    if texts is not None and asked is not None and task.fresh is None:
        seen = set(texts)
        anew = np.array([text not in seen for text in asked], np.bool_)
    about = _Judged(names, due[there], np.array([_distance(each) for each in shown]), anew)
    probabilities = _probabilities(trial)[there]
    rivals = {MAJORITY: majority(learned, len(names), len(shown))}
    if texts is not None and asked is not None:
        rivals[COUNTED] = counted(texts, learned, len(names), asked)
    facts: dict[str, Any] = {"sequences": len(shown)}
    if anew is not None:
        facts["texts that stand in the training, too"] = int(np.count_nonzero(~anew))
    if not np.isnan(about.distance).all():
        facts["by distance"] = about.distances(probabilities)
        facts["by iteration"] = _by_iteration(trial, about, there)
    report = Report(
        about.figures(probabilities),
        {name: about.figures(answers) for name, answers in rivals.items()},
        facts=facts,
        columns=_columns(trial, about, np.flatnonzero(there), shown, probabilities),
    )
    said = [beaten(report, ACCURACY, "higher")]
    if anew is not None and not anew.all():
        said.append(beaten(report, f"{ACCURACY} {ANEW}", "higher"))
    return replace(report, said=(*filter(None, said), *_learning(trial, report)))


def _probabilities(trial: Trial) -> FloatArray:
    """Return how likely the network holds each class at the last step of each sequence: (n, C)."""
    y = np.array([y[-1] for _, y in trial.answers()], np.float64)
    return np.exp(log_softmax(y))


def _taught(trial: Trial) -> Sequence[Steps]:
    """Return what the network was taught, at most so much of it as is said where there is no end of it."""
    task = trial.task
    if task.fresh is None:
        return [trial.sequences[part.example] for part in task.training]
    batch = task.settings.batch
    batches = min(task.settings.iterations, -(-TAUGHT // batch))
    return [each for k in range(batches) for each in task.fresh.draw(TRAINING, k, batch)]


def _texts(trial: Trial, sequences: Sequence[Steps]) -> list[tuple[str, ...]] | None:
    """Return the words of each sequence as the vocabulary counts them, rare ones too; None where there are none."""
    dataset = trial.task.dataset
    name = coded_feature(dataset)
    if name is None:
        return None
    kind = (dataset.options.tokens if dataset.options else "") or "words"
    words = dataset.vocabularies[name]
    return [
        tuple(word_of(token, kind) for token in each.tokens)
        if each.tokens
        else tuple(words[int(code)] for code in each.values[:, each.features.index(name)])
        for each in sequences
    ]


def _distance(sequence: Steps) -> float:
    """Return how many steps the last marked clue is from the end; NaN where none is."""
    marked = [np.flatnonzero(label.values) for label in sequence.labels if label.name == CLUE]
    return float(len(sequence) - 1 - marked[0][-1]) if marked and len(marked[0]) else np.nan


def _by_iteration(trial: Trial, about: _Judged, there: Yes) -> list[dict[str, Any]]:
    """Return the accuracy after some of the moments of the run, also over the distance."""
    if trial.folder is None:
        return []
    kept, description = moments_of(trial.folder, trial.cell), read_description(trial.folder)
    chosen = [kept[k] for k in np.unique(np.linspace(0, len(kept) - 1, MOMENTS).round().astype(int)).tolist()]
    found = []
    for at in chosen:
        network = read_moment(trial.folder, trial.cell, at, description)
        probabilities = _probabilities(replace(trial, network=network))[there]
        right = probabilities.argmax(axis=1) == about.due
        found.append({"iteration": at, ACCURACY: float(right.mean()), "by distance": about.distances(probabilities)})
    return found


def _learning(trial: Trial, report: Report) -> tuple[str, ...]:
    """Return in sentences when the cells of the run learned what was held out while they were trained."""
    if trial.folder is None:
        return ()
    run, curves = Recording(trial.folder), {}
    for cell in run.cells:
        columns = run.metrics(cell)
        if ACCURACY in columns:
            measured = ~np.isnan(columns[ACCURACY])
            curves[cell] = (columns["iteration"][measured], columns[ACCURACY][measured])
    curves = {cell: curve for cell, curve in curves.items() if len(curve[0])}
    if not curves:
        return ()
    best = max(*(float(accuracy.max()) for _, accuracy in curves.values()), _best(report.rivals))
    last = max(int(iterations[-1]) for iterations, _ in curves.values())
    return said_of_learning(curves, report.rivals[MAJORITY][ACCURACY], best, last)


def _best(rivals: Mapping[str, Mapping[str, float]]) -> float:
    return max(figures[ACCURACY] for figures in rivals.values())


def _columns(
    trial: Trial, about: _Judged, places: NDArray[np.int64], shown: Sequence[Steps], probabilities: FloatArray
) -> dict[str, NDArray[Any]]:
    """Return a row for each sequence: where it stands in the data, what it is and was judged to be, how certainly."""
    names, said = np.array(about.names), probabilities.argmax(axis=1)
    examples = np.array([part.example for part in trial.task.held_out], np.int64)
    return {
        "sequence": np.array([each.name for each in shown]),
        "index": examples[places],
        "target": names[about.due],
        "prediction": names[said],
        "score": probabilities.max(axis=1),
        "flag": said != about.due,
    }
