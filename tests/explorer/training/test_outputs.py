"""Losses are torch's own; metrics are those one counts by hand."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from explorer.training.outputs import METRICS, Outputs, loss, measure

NAN = np.nan


def outputs(kind: str, names: str = "ab", *, detects: bool = False) -> Outputs:
    size = len(names)
    return Outputs(kind, tuple(names), np.zeros(size), np.ones(size), detects)


FAN = ("x 5 %", "x 50 %", "x 95 %")


def test_the_loss_of_values_is_the_mean_square_of_what_is_asked():
    y = torch.tensor([[[1.0, 2.0], [3.0, 5.0]]], requires_grad=True)
    due = torch.tensor([[[0.0, NAN], [NAN, 2.0]]])
    value = loss(outputs("value"), y, due)
    assert value.item() == pytest.approx((1 + 9) / 2)
    value.backward()
    assert torch.equal(y.grad, torch.tensor([[[1.0, 0.0], [0.0, 3.0]]]))


def test_the_loss_of_classes_and_of_yes_and_no_are_torchs():
    generator = torch.Generator().manual_seed(0)
    y = torch.randn(3, 4, 5, generator=generator, dtype=torch.float64)
    due = torch.randint(0, 5, (3, 4), generator=generator)
    due[0, 2:] = -1
    asked = due >= 0
    wanted = functional.cross_entropy(y[asked], due[asked])
    assert loss(outputs("class", "abcde"), y, due).item() == pytest.approx(wanted.item())
    yes = (torch.rand(3, 4, 5, generator=generator) < 0.3).double()
    yes[1] = NAN
    asked = ~torch.isnan(yes)
    wanted = functional.binary_cross_entropy_with_logits(y[asked], yes[asked])
    assert loss(outputs("binary", "abcde"), y, yes).item() == pytest.approx(wanted.item())


@pytest.mark.parametrize("kind", METRICS)
def test_where_nothing_is_asked_the_loss_is_0_and_no_metric_has_a_value(kind):
    names = FAN if kind == "fan" else ("a", "b")
    asked = Outputs(kind, names, np.zeros(len(names)), np.ones(len(names)))
    y = torch.randn(1, 3, len(names), requires_grad=True)
    due = torch.full((1, 3), -1) if kind == "class" else torch.full((1, 3, len(names)), NAN)
    value = loss(asked, y, due)
    value.backward()
    assert value.item() == 0
    assert not y.grad.any()
    metrics = measure(asked, [y.detach().numpy()], [due.numpy()])
    assert list(metrics) == [metric.name for metric in METRICS[kind]]
    assert all(math.isnan(metric) for metric in metrics.values())


def test_the_loss_of_a_fan_is_least_at_the_levels_of_what_is_drawn():
    due = torch.randn(4001, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64).repeat(1, 3)
    due[7] = NAN
    levels = torch.quantile(due[8:, 0], torch.tensor([0.05, 0.5, 0.95], dtype=torch.float64))
    fan = Outputs("fan", FAN, np.zeros(3), np.ones(3))
    best = loss(fan, levels.expand(4001, 3), due)
    for k in range(3):
        for other in (-0.1, 0.1):
            moved = levels.clone()
            moved[k] += other
            assert loss(fan, moved.expand(4001, 3), due) > best


def test_metrics_of_a_fan_by_hand():
    y, due = np.array([[[0.0, 1.0, 4.0], [1.0, 1.0, 1.0]]]), np.array([[[3.0, 3.0, 3.0], [NAN, NAN, NAN]]])
    fan = Outputs("fan", FAN, np.zeros(3), np.ones(3))
    found = measure(fan, [y], [due])
    assert found == pytest.approx({"pinball": (0.05 * 3 + 0.5 * 2 + 0.05 * 1) / 3, "RMSE": 2.0, "MAE": 2.0})
    assert loss(fan, torch.tensor(y), torch.tensor(due)).item() == pytest.approx(found["pinball"])


def test_metrics_of_values_over_batches_of_different_lengths():
    one, other = np.array([[[1.0], [2.0]]]), np.array([[[4.0]], [[0.0]]])
    metrics = measure(outputs("value", "a"), [one, other], [np.array([[[0.0], [NAN]]]), np.array([[[1.0]], [[2.0]]])])
    assert metrics == pytest.approx({"MSE": 14 / 3, "RMSE": math.sqrt(14 / 3), "MAE": 2.0})


def test_metrics_of_classes():
    y = np.log(np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.5, 0.25, 0.25], [0.8, 0.1, 0.1]]))[None]
    metrics = measure(outputs("class", "abc"), [y], [np.array([[0, 1, 1, -1]])])
    # Class a: found 1, due 1, said 2. Class b: found 1, due 2, said 1. Class c is neither due nor said.
    assert metrics == pytest.approx(
        {"cross-entropy": (2 * math.log(2) + math.log(4)) / 3, "accuracy": 2 / 3, "macro-F1": 2 / 3}
    )


def test_metrics_of_yes_and_no():
    y, due = np.array([[[2.0], [-1.0], [3.0], [0.0]]]), np.array([[[1.0], [1.0], [0.0], [NAN]]])
    entropy = (math.log1p(math.exp(-2)) + math.log1p(math.exp(1)) + 3 + math.log1p(math.exp(-3))) / 3
    assert measure(outputs("binary", "a"), [y], [due]) == pytest.approx({"BCE": entropy, "accuracy": 1 / 3, "F1": 0.5})


def test_errors_are_compared_with_marks_and_do_not_count_there():
    y = np.array([[[1.0], [3.0], [2.0], [1.0], [9.0]]])
    marks = np.array([[False, True, False, True, True]])
    answers = np.array([[[0.0], [0.0], [0.0], [0.0], [NAN]]])
    metrics = measure(outputs("value", "a", detects=True), [y], [answers], [marks])
    # Of the pairs of a marked and another step: 3 > 1, 3 > 2, 1 = 1 and 1 < 2.
    assert metrics["AUROC"] == pytest.approx(2.5 / 4)
    assert metrics["MSE"] == pytest.approx((1 + 4) / 2)


def test_what_has_diverged_is_no_number():
    metrics = measure(outputs("value", "a"), [np.array([[[np.inf], [NAN]]])], [np.array([[[0.0], [1.0]]])])
    assert not any(math.isfinite(metric) for metric in metrics.values())
