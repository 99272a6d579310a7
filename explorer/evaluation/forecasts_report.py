"""The report of a forecast with a fan: how good it is step by step ahead, beside rivals that know the same past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DataError
from explorer.evaluation import forecasts_rivals as rivals
from explorer.evaluation.forecasts import GAIN, Foretold, coverage, diebold_mariano, direction, mae, mase, rmse
from explorer.evaluation.report import Report, beaten
from explorer.evaluation.season import season_of
from explorer.evaluation.trial import Trial
from explorer.network import FAN
from explorer.sequences import FloatArray
from explorer.targets import answered
from explorer.training.examples import asked_columns

IntArray = NDArray[np.int64]

PERSISTENCE = "persistence"

FEW = 5
"""Figures are of so many horizons: of the last, and of others evenly before it."""

NARROW, WIDE = 0.8, 0.97
"""A fan that holds less of what came, or more, is said to be too narrow, or too wide."""


def forecast_report(trial: Trial) -> Report:
    """Return the report of a forecast whose answers are fans: every step is told all that came before, and no more.

    Figures are in the units of the data, of each horizon: ``RMSE +5``; of several columns, after the name of each.
    ``DM t`` is of the test of Diebold and Mariano against persistence. Rivals are fitted on the training part. Judged
    are the steps of which every horizon is known, the same for all. In the CSV, index is the step from which it is
    foretold, and what has no horizon in its name is of the last one. ``DataError`` where no step can be judged.
    """
    columns, horizon = trial.task.question.columns, len(trial.task.question.offsets)
    names, index = _judged(trial)
    figures: dict[str, float] = {}
    others: dict[str, dict[str, float]] = {}
    said: list[str] = []
    facts: dict[str, Any] = {"steps": len(index), "horizon": horizon}
    rows: dict[str, NDArray[Any]] = {"sequence": names, "index": index}
    for k, column in enumerate(columns):
        title = f"{column.name} " if len(columns) > 1 else ""
        parts = [_values(trial, part.example)[part.first : part.last, k] for part in trial.task.training]
        told = _told(trial, k, parts)
        found = {name: _figures(each, told[PERSISTENCE], _mean_change(parts), title) for name, each in told.items()}
        own = found.pop("")
        said += _sentences(own, found, title, horizon)
        figures |= own
        for name, line in found.items():
            others[name] = others.get(name, {}) | line
        rows |= _rows(told[""], title)
    return Report(figures, others, tuple(said), facts, columns=rows)


def _values(trial: Trial, example: int) -> FloatArray:
    """Return the asked columns of an example in the units of the data: (T, J)."""
    return asked_columns(trial.task.question, trial.sequences[example])


def _steps(trial: Trial) -> list[IntArray]:
    """Return of each held-out part the steps that can be judged."""
    horizon, found = len(trial.task.question.offsets), []
    for part in trial.task.held_out:
        missing = np.isnan(_values(trial, part.example).sum(axis=1))
        steps = np.arange(part.first, min(part.last, len(missing) - horizon))
        found.append(steps[~missing[steps[:, None] + np.arange(horizon + 1)].any(axis=1)])
    return found


def _judged(trial: Trial) -> tuple[NDArray[Any], IntArray]:
    """Return of each step that is judged the name of its sequence, and which one it is: (n,) both."""
    steps = _steps(trial)
    if not sum(map(len, steps)):
        raise DataError("no step can be judged: nothing is known so far ahead", file=trial.task.dataset.source)
    names = [trial.sequences[part.example].name for part in trial.task.held_out]
    return np.repeat(np.array(names), [len(each) for each in steps]), np.concatenate(steps)


def _told(trial: Trial, k: int, parts: Sequence[FloatArray]) -> dict[str, Foretold]:
    """Return what the network (by the name "") and each rival foretell of column k at the steps that are judged."""
    question, head = trial.task.question, trial.network.head
    assert head is not None
    horizon, fitted, slope = len(question.offsets), rivals.fit_autoregression(parts), rivals.slope(parts)
    period = season_of(max(parts, key=len))
    found: dict[str, list[tuple[FloatArray, ...]]] = {}
    for (part, y), steps in zip(trial.answers(), _steps(trial), strict=True):
        column = _values(trial, part.example)[:, k]
        now, due = column[steps], column[steps[:, None] + np.arange(1, horizon + 1)]
        answers = answered(head, trial.alone(part), 0, range(part.first, part.last), y).astype(np.float64)
        fans = answers.reshape(len(y), horizon, len(question.columns), len(FAN))[steps - part.first, :, k]
        ways = {
            PERSISTENCE: rivals.persistence(column, steps, horizon),
            "drift": rivals.drift(column, steps, horizon, slope),
        }
        if period is not None:
            ways[f"seasonal, {period} steps"] = rivals.seasonal(column, steps, horizon, period)
        if fitted is not None:
            ways[f"AR({fitted.order})"] = rivals.autoregressive(column, steps, horizon, fitted)
        found.setdefault("", []).append((now, due, fans[..., 1], fans[..., 0], fans[..., 2]))
        for name, told in ways.items():
            found.setdefault(name, []).append((now, due, np.where(np.isfinite(told), told, now[:, None])))
    return {name: Foretold(*map(np.concatenate, zip(*each, strict=True))) for name, each in found.items()}


def _mean_change(parts: Sequence[FloatArray]) -> float:
    """Return the mean |x_t − x_{t−1}| of the training parts."""
    found = np.abs(np.concatenate([np.diff(part) for part in parts]))
    found = found[np.isfinite(found)]
    return float(found.mean()) if len(found) else 0.0


def _figures(foretold: Foretold, persistence: Foretold, change: float, title: str) -> dict[str, float]:
    """Return every figure of one way to foretell a column, by name."""
    horizon = foretold.due.shape[1]
    with np.errstate(invalid="ignore", over="ignore"):  # what has diverged is judged as NaN or infinite
        pairs = zip(foretold.errors.T, persistence.errors.T, strict=True)
        measures = {
            "RMSE": rmse(foretold),
            "MAE": mae(foretold),
            "MASE": mase(foretold, change),
            "direction": direction(foretold),
            "DM t": np.array([diebold_mariano(*pair, k + 1) for k, pair in enumerate(pairs)]),
        }
        if foretold.low is not None:
            measures["coverage"] = coverage(foretold)
    if foretold is persistence:
        del measures["DM t"]
    shown = sorted({max(1, round(horizon * (k + 1) / FEW)) for k in range(FEW)})
    found = {f"{title}{name} +{h}": float(values[h - 1]) for name, values in measures.items() for h in shown}
    if "coverage" in measures:
        found[f"{title}coverage"] = float(measures["coverage"].mean())
    return found


def _sentences(
    own: Mapping[str, float], others: Mapping[str, Mapping[str, float]], title: str, horizon: int
) -> list[str]:
    """Return what the figures of a column mean: against persistence, against the other rivals, and of the fan."""
    key, t = f"{title}RMSE +{horizon}", own[f"{title}DM t +{horizon}"]
    reached, still = own[key], others[PERSISTENCE][key]
    if not np.isfinite(reached):
        return [f"{title}the network has diverged: what it foretells is no number"]
    ahead = f"{title}{horizon} step{'' if horizon == 1 else 's'} ahead"
    beside = f"RMSE {reached:.4g} against {still:.4g}, Diebold-Mariano t {t:.1f}"
    gained = t < GAIN
    if gained:
        said = [f"better than persistence {ahead}: {beside}"]
    else:
        said = [f"no better than persistence {ahead}: {beside}, and a gain is one below {GAIN:g}"]
    if gained or any(line[key] <= reached for line in others.values()):
        said.append(beaten(Report(own, others), key, "lower"))
    inside = own[f"{title}coverage"]
    off = ": it is too narrow" if inside < NARROW else ": it is too wide" if inside > WIDE else ""
    return [
        *said,
        f"{title}{100 * inside:.0f} % of what came lies within the fan of {100 * (FAN[-1] - FAN[0]):.0f} %{off}",
    ]


def _rows(foretold: Foretold, title: str) -> dict[str, NDArray[Any]]:
    """Return the columns of the CSV: of the last horizon under plain names, of the others under theirs."""
    assert foretold.low is not None
    assert foretold.high is not None
    parts = {"target": foretold.due, "prediction": foretold.told, "low": foretold.low, "high": foretold.high}
    ending, horizon = f" {title}".rstrip(), foretold.due.shape[1]
    found: dict[str, NDArray[Any]] = {f"{name}{ending}": values[:, -1] for name, values in parts.items()}
    low, high, due = foretold.low[:, -1], foretold.high[:, -1], foretold.due[:, -1]
    found |= {f"score{ending}": np.abs(foretold.errors[:, -1]), f"flag{ending}": (due < low) | (due > high)}
    for h in range(1, horizon):
        found |= {f"{name}{ending} +{h}": values[:, h - 1] for name, values in parts.items()}
    return found
