"""What the network's outputs are, the loss that is made smaller, and the metrics by which they are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from explorer.functions import FloatArray as Array
from explorer.network import FAN, Head
from explorer.sequences import FloatArray

if TYPE_CHECKING:
    from torch import Tensor

Answers = npt.NDArray[Any]
Marks = npt.NDArray[np.bool_]

Kind = Literal["value", "fan", "class", "binary"]

NO_CLASS = -1
"""Stands where no class is asked. Where no value is, there is NaN."""


class Metric(NamedTuple):
    """A measure of the answers, and whether a lower or a higher one is better."""

    name: str
    better: Literal["lower", "higher"]


METRICS: dict[Kind, tuple[Metric, ...]] = {
    "value": (Metric("MSE", "lower"), Metric("RMSE", "lower"), Metric("MAE", "lower")),
    "fan": (Metric("pinball", "lower"), Metric("RMSE", "lower"), Metric("MAE", "lower")),
    "class": (Metric("cross-entropy", "lower"), Metric("accuracy", "higher"), Metric("macro-F1", "higher")),
    "binary": (Metric("BCE", "lower"), Metric("accuracy", "higher"), Metric("F1", "higher")),
}
"""The first of each kind is the loss. RMSE and MAE of a fan are those of its median."""

DETECTION = Metric("AUROC", "higher")
"""How likely the error at a marked step is larger than at one that is not: 1 finds all, 0.5 is chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """What the network answers: values, the levels of a fan, one class, or a yes or no for each name.

    ``names`` are the ``size`` outputs, of a class the classes, of a fan the levels of one value after those of
    another. ``mean`` and ``sd`` (size,) lead to the data's units, y · sd + mean; of classes, 0 and 1. ``detects`` says
    that errors are compared with marks, too. ``asked`` is the column of which there are classes, and how far ahead:
    ``word +1``. ``relative``: values are asked as they are above what their column is at the step itself.
    """

    kind: Kind
    names: tuple[str, ...]
    mean: FloatArray
    sd: FloatArray
    detects: bool = False
    asked: str = ""
    relative: bool = False

    def head(self, weight: Array, bias: Array) -> Head:
        """Return the read-out that answers this: weight (size, H), bias (size,)."""
        scale, shift = np.array(self.sd, np.float64), np.array(self.mean, np.float64)
        return Head(weight, bias, self.names, self.kind, scale, shift, self.asked, self.relative)

    @property
    def size(self) -> int:
        """How many numbers the network puts out at a step."""
        return len(self.names)

    @property
    def loss(self) -> str:
        """The name of the loss, which is the first metric too."""
        return METRICS[self.kind][0].name

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is measured on held-out data, the loss first."""
        return METRICS[self.kind] + ((DETECTION,) if self.detects else ())


def loss(outputs: Outputs, y: Tensor, answers: Tensor) -> Tensor:
    """Return the mean loss over everything that is asked, 0 where nothing is: a scalar of torch.

    y (…, size) is what the network puts out; answers (…, size) with NaN, or (…) whole with −1, where nothing is asked.
    """
    from torch import isnan, nan_to_num, where, zeros_like
    from torch.nn import functional

    if outputs.kind == "class":
        answers = answers.reshape(-1)
        total = functional.cross_entropy(y.reshape(-1, outputs.size), answers, ignore_index=NO_CLASS, reduction="sum")
        return total / (answers != NO_CLASS).sum().clamp(min=1)
    asked, due = ~isnan(answers), nan_to_num(answers).to(y.dtype)
    measured: Callable[..., Tensor] = functional.mse_loss
    if outputs.kind != "value":
        measured = functional.binary_cross_entropy_with_logits if outputs.kind == "binary" else _pinball
    if bool(asked.all()):  # the usual case, in a fifth of the operations there and back
        return measured(y, due)
    each = measured(y, due, reduction="none")
    return where(asked, each, zeros_like(each)).sum() / asked.sum().clamp(min=1)


def _pinball(y: Tensor, due: Tensor, reduction: str = "mean") -> Tensor:
    """Return max(q e, (q − 1) e) of e = due − y: least where y is what ``due`` stays below with probability q.

    y and due (…, values · levels). Source: Koenker & Bassett 1978.
    """
    from torch import maximum

    error, q = due - y, y.new_tensor(FAN).repeat(y.shape[-1] // len(FAN))
    each = maximum(q * error, (q - 1) * error)
    return each.mean() if reduction == "mean" else each


def measure(
    outputs: Outputs, predicted: Sequence[Answers], answers: Sequence[Answers], marks: Sequence[Marks | None] = ()
) -> dict[str, float]:
    """Return every metric over all that is asked; NaN where nothing is.

    predicted: arrays (…, size), answers: arrays as in ``loss``, marks: arrays (…), one of each for each batch. Where
    steps are marked, only the detection counts them.
    """
    size = outputs.size
    y = np.concatenate([np.reshape(each, (-1, size)) for each in predicted]).astype(np.float64)
    marked = [np.reshape(each, -1) for each in marks if each is not None]
    with np.errstate(all="ignore"):  # what has diverged is judged as NaN or infinite
        if outputs.kind == "class":
            due = np.concatenate([np.reshape(each, -1) for each in answers])
            asked = due != NO_CLASS
            results = _judge_class(y[asked], due[asked].astype(np.int64), size)
            return dict(zip((metric.name for metric in METRICS["class"]), results, strict=True))
        due = np.concatenate([np.reshape(each, (-1, size)) for each in answers]).astype(np.float64)
        found = {DETECTION.name: _detection((y - due) ** 2, np.concatenate(marked))} if outputs.detects else {}
        asked = ~np.isnan(due)
        if marked:
            asked &= ~np.concatenate(marked)[:, None]
        if outputs.kind == "fan":
            results = _judge_fan(y, due, asked)
        else:
            judge = _judge_binary if outputs.kind == "binary" else _judge_value
            results = judge(y[asked], due[asked])
        return dict(zip((metric.name for metric in METRICS[outputs.kind]), results, strict=True)) | found


def log_softmax(y: FloatArray) -> FloatArray:
    """Return ln of the probabilities of the classes. y (…, classes)."""
    shifted: FloatArray = y - y.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def _judge_value(y: FloatArray, due: FloatArray) -> tuple[float, ...]:
    if not due.size:
        return (np.nan,) * 3
    error = y - due
    mse = float(np.mean(error * error))
    return mse, float(np.sqrt(mse)), float(np.mean(np.abs(error)))


def _judge_fan(y: FloatArray, due: FloatArray, asked: Marks) -> tuple[float, ...]:
    """Return the pinball loss, and RMSE and MAE of the medians. All (n, size)."""
    if not asked.any():
        return (np.nan,) * 3
    middle = slice(FAN.index(0.5), None, len(FAN))
    error, q = due - y, np.tile(FAN, y.shape[1] // len(FAN))
    pinball = float(np.maximum(q * error, (q - 1) * error)[asked].mean())
    _, *of_median = _judge_value(y[:, middle][asked[:, middle]], due[:, middle][asked[:, middle]])
    return pinball, *of_median


def _judge_class(y: FloatArray, due: npt.NDArray[np.int64], size: int) -> tuple[float, ...]:
    """Return cross-entropy, accuracy, and the mean F1 of the classes that are due or answered."""
    if not due.size:
        return (np.nan,) * 3
    entropy = -float(np.mean(log_softmax(y)[np.arange(len(due)), due]))
    said = y.argmax(axis=1)
    right = np.bincount(due[said == due], minlength=size)
    both = np.bincount(due, minlength=size) + np.bincount(said, minlength=size)
    there = both > 0
    return entropy, float(np.mean(said == due)), float(np.mean(2 * right[there] / both[there]))


def _judge_binary(y: FloatArray, due: FloatArray) -> tuple[float, ...]:
    """Return cross-entropy, accuracy, and the F1 of yes; y > 0 means yes."""
    if not due.size:
        return (np.nan,) * 3
    entropy = float(np.mean(np.maximum(y, 0) - y * due + np.log1p(np.exp(-np.abs(y)))))
    said, yes = y > 0, due > 0.5
    both = int(said.sum() + yes.sum())
    return entropy, float(np.mean(said == yes)), 2 * int((said & yes).sum()) / both if both else np.nan


def _detection(errors: FloatArray, marked: Marks) -> float:
    """Return the area under the ROC curve of the mean squared error of a step, ties counted half (Mann-Whitney)."""
    there = ~np.isnan(errors).all(axis=1)
    marked, errors = marked[there], errors[there]
    yes = int(marked.sum())
    if not 0 < yes < len(marked):
        return np.nan
    scores = np.nansum(errors, axis=1) / (~np.isnan(errors)).sum(axis=1)
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[marked].sum() - yes * (yes + 1) / 2) / (yes * (len(marked) - yes)))
