"""A training: what it reports, the same curves whenever it is asked, going on where it was, and how it ends."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.errors import DataError, UsageError
from explorer.network import Network
from explorer.training.batches import training_batch
from explorer.training.learner import network_for
from explorer.training.loop import Training, require_device, train
from explorer.training.outputs import loss
from explorer.training.reports import Ended, Iteration, Moment, Probed, Resume
from explorer.training.settings import DEVICES, OPTIMIZERS, Settings
from tests.explorer.training.drawing import drawn
from tests.explorer.training.learning import curves

CELLS = ("rnn", "lstm", "gru")
SHORT = Settings(
    cells=CELLS, hidden=5, steps=12, batch=4, iterations=6, probe_every=2, measure_every=3, weights_every=4
)
DATA = drawn((40, 30, 25, 12, 9))
ADDING = replace(SHORT, task="generator", generator="adding", generator_settings=(("length", 15),))


def kinds(reports):
    return [(type(report), report.iteration, getattr(report, "cell", "")) for report in reports]


def test_the_order_of_what_it_reports():
    reports = list(train(replace(SHORT, cells=("gru", "rnn"), iterations=5), DATA))
    expected = [(kind, 0, cell) for cell in ("gru", "rnn") for kind in (Probed, Moment)]
    due = {1: (), 2: (Probed,), 3: (), 4: (Probed, Moment), 5: (Probed, Moment)}  # all at the end
    expected += [(kind, n, cell) for n in due for cell in ("gru", "rnn") for kind in (*due[n], Iteration)]
    assert kinds(reports) == [*expected, (Ended, 5, "")]
    assert reports[-1].reason == "finished"
    assert not reports[-1].failed
    measured = [report.iteration for report in reports if isinstance(report, Iteration) and report.metrics]
    assert measured == [3, 3, 5, 5]
    assert set(reports[-2].metrics) == {"MSE", "RMSE", "MAE"}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_iteration_is_what_torch_does(cell, optimizer):
    settings = replace(
        SHORT, cells=(cell,), optimizer=optimizer, rate=0.01, schedule="step", clip=0.3, weight_decay=0.01
    )
    training = Training(settings, DATA)
    task, network = training.task, network_for(training.task, cell)
    layer = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](2, 5, batch_first=True)
    module = torch.nn.ModuleDict({"layer": layer, "head": torch.nn.Linear(5, task.outputs.size)})
    weights = {name: torch.tensor(array) for name, array in network.state_dict().items()}
    module.load_state_dict({name if "head" in name else f"layer.{name}": array for name, array in weights.items()})
    kinds = {
        "sgd": torch.optim.SGD,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "rmsprop": torch.optim.RMSprop,
    }
    options = {"momentum": 0.9} if optimizer == "sgd" else {}
    theirs = kinds[optimizer](module.parameters(), lr=0.01, weight_decay=0.01, **options)
    scheduler = torch.optim.lr_scheduler.StepLR(theirs, 2)
    for report in training:
        if not isinstance(report, Iteration):
            continue
        batch = training_batch(task, report.iteration)
        before = torch.nn.utils.parameters_to_vector(module.parameters()).detach().clone()
        theirs.zero_grad()
        value = loss(
            task.outputs, module["head"](layer(torch.from_numpy(batch.numbers))[0]), torch.from_numpy(batch.answers)
        )
        value.backward()
        grads = {name.removeprefix("layer."): p.grad.clone() for name, p in module.named_parameters()}
        total = torch.nn.utils.clip_grad_norm_(module.parameters(), 0.3)
        theirs.step()
        after = torch.nn.utils.parameters_to_vector(module.parameters()).detach()
        close = {"rel": 2e-4, "abs": 1e-9}
        assert report.loss == pytest.approx(value.item(), rel=1e-5)
        assert report.grad_norm == pytest.approx(float(total), **close)
        assert report.grad_norm_clipped == pytest.approx(min(0.3, float(total)), **close)
        assert report.parameters == pytest.approx({name: float(grad.norm()) for name, grad in grads.items()}, **close)
        assert report.rate == pytest.approx(theirs.param_groups[0]["lr"])
        assert report.weight_norm == pytest.approx(float(after.norm()), rel=1e-5)
        assert report.update_ratio == pytest.approx(float((after - before).norm() / before.norm()), rel=1e-3)
        scheduler.step()
    for name, array in training.moments()[0].network.state_dict().items():
        expected = dict(module.named_parameters())[name if "head" in name else f"layer.{name}"]
        np.testing.assert_allclose(array, expected.detach(), rtol=1e-3, atol=1e-5)


def test_held_out_metrics_are_of_held_out_data():
    training = Training(replace(SHORT, cells=("lstm",)), DATA)
    last = [report for report in training if isinstance(report, Iteration)][-1]
    errors = []
    for part in training.task.held_out:
        example = training.task.examples[part.example]
        for first in range(part.first, part.last, 12):
            rows = slice(first, min(first + 12, part.last))
            x = torch.from_numpy(example.numbers[rows])[None]
            weights = dict(training.learners[0].model.parameters)
            W, b = weights.pop("head.weight"), weights.pop("head.bias")
            layer = torch.nn.LSTM(2, 5, batch_first=True)
            layer.load_state_dict(weights)
            errors.append((layer(x)[0] @ W.T + b)[0].detach().numpy() - example.answers[rows])
    squares = np.concatenate([error[~np.isnan(error)] for error in errors]) ** 2
    assert last.metrics["MSE"] == pytest.approx(squares.mean(), rel=1e-5)


VARIETY = {
    "fresh": (ADDING, None),
    "dropout": (replace(SHORT, layers=2, dropout=0.4, optimizer="adamw", schedule="one-cycle"), DATA),
    "reverse": (replace(SHORT, task="reconstruct", steps=0, bidirectional=True, optimizer="sgd"), DATA),
    "window": (
        replace(SHORT, window=5, optimizer="rmsprop", schedule="cosine", weight_decay=0.1, clip_value=0.1),
        DATA,
    ),
    "patience": (replace(SHORT, patience=4, measure_every=1, rate=0.05, iterations=12), DATA),
}


def rows(settings, data, resume=None):
    """Return all iterations, and the end, as they would be written."""
    reports = list(Training(settings, data, resume))
    return [repr(report) for report in reports if isinstance(report, Iteration)], repr(reports[-1].reason)


@pytest.mark.parametrize("name", VARIETY)
def test_the_same_curves_twice_and_after_going_on_at_every_iteration(name):
    settings, data = VARIETY[name]
    torch.manual_seed(1)
    whole, reason = rows(settings, data)
    torch.manual_seed(2)
    assert rows(settings, data) == (whole, reason)
    training = Training(settings, data)
    kept = [written(training.resume_state()) for report in training if is_last(report, settings)]
    assert len(kept) * len(settings.cells) == len(whole)
    for resume in kept:
        rest = whole[resume.iteration * len(settings.cells) :]
        assert rows(settings, data, resume) == (rest, reason)


def is_last(report, settings):
    """Return whether nothing more is to come of an iteration."""
    return isinstance(report, Iteration) and report.cell == settings.cells[-1]


def written(resume):
    """Return it as it comes back from disk: json, and arrays that are nobody else's."""
    arrays = {name: np.array(array) for name, array in resume.arrays.items()}
    return Resume(resume.iteration, arrays, json.loads(json.dumps(dict(resume.facts))))


def test_going_on_gives_the_same_moments_and_probe():
    whole = [report for report in Training(SHORT, DATA) if isinstance(report, Moment | Probed)]
    training = Training(SHORT, DATA)
    for report in training:
        if isinstance(report, Iteration) and report.iteration == 3 and report.cell == "gru":
            break
    rest = [report for report in Training(SHORT, DATA, training.resume_state()) if isinstance(report, Moment | Probed)]
    assert kinds(rest) == kinds(whole[-len(rest) :])
    for one, other in zip(rest, whole[-len(rest) :], strict=True):
        ours = one.network.state_dict() if isinstance(one, Moment) else one.norms
        theirs = other.network.state_dict() if isinstance(other, Moment) else other.norms
        for name in theirs:
            np.testing.assert_array_equal(ours[name], theirs[name])


def test_another_seed_is_another_curve_and_cells_do_not_disturb_one_another():
    alone = curves(replace(SHORT, cells=("lstm",)), DATA)
    together = [each for each in curves(SHORT, DATA) if each.cell == "lstm"]
    assert [repr(each) for each in alone] == [repr(each) for each in together]
    other = curves(replace(SHORT, cells=("lstm",), seed=1), DATA)
    assert alone[0].loss != other[0].loss


def test_the_state_is_that_of_a_whole_iteration_at_every_report():
    training = Training(ADDING)
    for report in training:
        if isinstance(report, Iteration) and report.cell == "rnn" and report.iteration == 4:
            break
    assert training.resume_state().iteration == training.iteration == 4
    expected = Training(ADDING)
    for report in expected:
        if isinstance(report, Iteration) and report.cell == "gru" and report.iteration == 4:
            break
    for name, array in expected.resume_state().arrays.items():
        np.testing.assert_array_equal(training.resume_state().arrays[name], array)


def test_a_moment_is_the_network_as_trained_with_its_head():
    training = Training(SHORT, DATA)
    moments = [report for report in training if isinstance(report, Moment)]
    assert [moment.iteration for moment in moments if moment.cell == "lstm"] == [0, 4, 6]
    first, last = moments[0].network, moments[-1].network
    assert isinstance(last, Network)
    assert last.head.names == training.task.outputs.names
    assert last.head.kind == "value"
    np.testing.assert_array_equal(last.head.scale, training.task.outputs.sd)
    np.testing.assert_array_equal(last.head.shift, training.task.outputs.mean)
    assert not np.array_equal(first.head.weight, last.head.weight)
    for moment, now in zip(moments[-3:], training.moments(), strict=True):
        np.testing.assert_array_equal(moment.network.head.weight, now.network.head.weight)


@pytest.mark.parametrize(
    ("cell", "row", "gate"), [("lstm", 7, "gate f,"), ("gru", 12, "gate n,"), ("rnn", 0, "of the rnn")]
)
@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (np.inf, "infinite")])
def test_a_broken_weight_ends_it_and_is_named(cell, row, gate, value, word):
    training, seen = Training(replace(SHORT, cells=(cell,), clip=0), DATA), []
    for report in training:
        seen.append(report)
        if isinstance(report, Iteration) and report.iteration == 2:
            with torch.no_grad():
                training.learners[0].model.parameters["weight_hh_l0"][row, 1] = value
    ended = seen[-1]
    assert ended.failed
    assert ended.iteration == 3
    assert ended.reason.startswith("stopped at iteration 3: weight_hh_l0")
    assert gate in ended.reason
    assert ended.reason.endswith(f"of the {cell} became {word}; lower the learning rate, or clip by norm")
    assert kinds(seen[:-1])[-1] == (Iteration, 2, cell)
    assert training.resume_state().iteration == 2


def test_a_broken_gradient_ends_it_for_all_cells_and_none_is_updated():
    training = Training(SHORT, DATA)
    learner = training.learners[1]
    reports = iter(training)
    while not isinstance(next(reports), Iteration):
        pass
    kept = training.resume_state()

    def spoil(gradient):
        gradient = gradient.clone()
        gradient[6] = torch.inf
        return gradient

    learner.model.parameters["bias_hh_l0"].register_hook(spoil)
    *_, ended = reports
    assert ended.reason == (
        "stopped at iteration 2: the gradient of bias_hh_l0, gate f, of the lstm became infinite; "
        "lower the learning rate"
    )
    assert training.resume_state().iteration == 1
    for name, array in kept.arrays.items():
        np.testing.assert_array_equal(training.resume_state().arrays[name], array)


@pytest.mark.parametrize("value", [1e25, -1e25])
def test_a_loss_that_overflows_while_all_else_is_finite_says_so_and_where_the_gradient_is_largest(value):
    training, seen = Training(replace(SHORT, cells=("lstm",)), DATA), []
    for report in training:
        seen.append(report)
        if isinstance(report, Iteration) and report.iteration == 2:
            with torch.no_grad():
                training.learners[0].model.parameters["head.bias"].fill_(value)
    assert seen[-1].failed
    assert seen[-1].reason == (
        "stopped at iteration 3: the loss of the lstm overflowed, while all its weights and gradients are finite; "
        "the largest gradient is that of head.bias; lower the learning rate"
    )


def test_a_training_that_runs_away_ends_with_a_sentence():
    settings = replace(SHORT, cells=("rnn",), nonlinearity="relu", optimizer="sgd", rate=100.0, clip=0, iterations=500)
    *rest, ended = train(settings, DATA)
    assert ended.failed
    assert ended.reason.startswith(f"stopped at iteration {ended.iteration}: ")
    assert all(np.isfinite(report.loss) for report in rest if isinstance(report, Iteration))


def test_it_stops_early_when_no_cell_has_become_better_for_so_long():
    settings = replace(SHORT, cells=("rnn", "lstm"), iterations=400, measure_every=5, patience=20, rate=0.05)
    *reports, ended = train(settings, DATA)
    assert ended.reason == "early stop"
    assert not ended.failed
    best = {}
    for cell in settings.cells:
        metrics = {
            r.iteration: r.metrics["MSE"] for r in reports if isinstance(r, Iteration) and r.cell == cell and r.metrics
        }
        best[cell] = min(metrics, key=metrics.get)
    assert ended.iteration == max(best.values()) + 20


def test_an_early_stop_records_its_last_weights_and_probe_as_any_end_does():
    settings = replace(
        SHORT, iterations=400, measure_every=10, patience=10, probe_every=30, weights_every=30, rate=1e-12
    )
    *reports, ended = train(settings, DATA)
    assert (ended.reason, ended.iteration) == ("early stop", 20)
    last = [(Probed, 20, cell) for cell in CELLS] + [(Moment, 20, cell) for cell in CELLS]
    assert sorted(map(str, kinds([r for r in reports if not isinstance(r, Iteration)])[-6:])) == sorted(map(str, last))
    assert kinds(reports)[-1] == (Iteration, 20, CELLS[-1])


def test_patience_shorter_than_from_one_measurement_to_the_next_waits_for_the_next():
    settings = replace(SHORT, cells=("lstm",), iterations=400, measure_every=10, patience=1, rate=0.05)
    *reports, ended = train(settings, DATA)
    measured = [r.metrics["MSE"] for r in reports if isinstance(r, Iteration) and r.metrics]
    assert ended.reason == "early stop"
    assert ended.iteration == 10 * len(measured) > 10
    assert measured[-1] >= min(measured[:-1])
    assert measured[:-1] == sorted(measured[:-1], reverse=True)


@pytest.mark.parametrize("device", DEVICES)
def test_a_device_that_is_not_there_is_refused_in_a_sentence(device):
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if there[device]:
        require_device(device)
    else:
        with pytest.raises(UsageError, match=f"device {device} is not present on this machine; choose cpu"):
            Training(replace(SHORT, device=device), DATA)


def test_what_does_not_fit_is_not_resumed():
    resume = Training(SHORT, DATA).resume_state()
    with pytest.raises(DataError, match="trained rnn, lstm, gru, not lstm"):
        Training(replace(SHORT, cells=("lstm",)), DATA, resume)
    with pytest.raises(DataError, match=r"weight_ih_l0 is \(5, 2\), but must be \(6, 2\)"):
        Training(replace(SHORT, hidden=6), DATA, resume)
    training = Training(SHORT, DATA)
    list(training)
    kept = training.resume_state()
    torn = {name: array[:3] if name.endswith("exp_avg") else array for name, array in kept.arrays.items()}
    with pytest.raises(DataError, match=r"rnn.optimizer.exp_avg has shape \(3,\)"):
        Training(SHORT, DATA, replace(kept, arrays=torn))


def test_a_training_that_is_resumed_at_its_end_only_ends():
    training = Training(SHORT, DATA)
    list(training)
    (ended,) = Training(SHORT, DATA, training.resume_state())
    assert ended.reason == "finished"


@pytest.mark.parametrize("window", [1, 3, 11])
def test_truncated_flow_is_one_update_an_iteration_with_the_same_loss(window):
    whole, cut = (
        curves(replace(SHORT, cells=("lstm",)), DATA),
        curves(replace(SHORT, cells=("lstm",), window=window), DATA),
    )
    assert [each.iteration for each in cut] == [each.iteration for each in whole]
    assert cut[0].loss == pytest.approx(whole[0].loss, rel=1e-6)
    assert cut[0].parameters["head.weight"] == pytest.approx(whole[0].parameters["head.weight"], rel=1e-5)
    assert cut[0].parameters["weight_hh_l0"] != pytest.approx(whole[0].parameters["weight_hh_l0"], rel=1e-4)


@pytest.mark.parametrize("window", [12, 500])
def test_a_window_as_long_as_all_steps_is_none(window):
    whole, cut = (curves(replace(SHORT, window=size), DATA) for size in (0, window))
    assert [repr(each) for each in cut] == [repr(each) for each in whole]
