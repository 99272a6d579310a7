"""Every task on a table as it lies on disk, and on generators: what goes in, what is asked, and what is missing."""

import numpy as np
import pytest

from explorer.errors import DataError, UsageError
from explorer.experiment import Experiment, make_network_for
from explorer.sequences import GENERATORS, Options, dataset_of_texts, derive, generate
from explorer.training.baselines import baselines
from explorer.training.batches import held_out_batches, probe_sequences, training_batch
from explorer.training.settings import TASKS, Settings
from explorer.training.tasks import make_task
from tests.explorer.training.drawing import drawn, table

NAN = np.nan

POWER = "load,heat,state,fault,due\n" + "".join(
    f"{3 + k % 4},{k * 0.5},{('idle', 'busy', 'off')[k // 2 % 3]},{int(k in (4, 13, 17, 33, 36))},{k * k % 7}\n"
    for k in range(40)
)
ROLES = {"load": "input", "heat": "input", "state": "label", "fault": "label", "due": "target"}


def power(folder, **roles):
    return table(folder, POWER, roles=ROLES | roles)


def rows(task, example=0):
    return task.examples[example].numbers, task.examples[example].answers


def test_forecast_of_chosen_columns_up_to_the_horizon(tmp_path):
    task = make_task(Settings(target=("heat",), horizon=2, scale="none"), power(tmp_path))
    numbers, answers = rows(task)
    assert task.outputs.names == ("heat +1", "heat +2")
    assert numbers.shape == (40, 2)
    np.testing.assert_array_equal(answers[:38], np.stack([numbers[1:39, 1], numbers[2:, 1]], axis=1))
    np.testing.assert_array_equal(answers[38:], [[numbers[39, 1], NAN], [NAN, NAN]])


def test_forecast_of_the_datas_own_targets_and_at_the_same_step(tmp_path):
    due = np.array([k * k % 7 for k in range(40)], dtype=np.float32)
    ahead = make_task(Settings(scale="none"), power(tmp_path))
    assert ahead.outputs.names == ("due +1",)
    np.testing.assert_array_equal(rows(ahead)[1][:-1, 0], due[1:])
    now = make_task(Settings(horizon=0, scale="none"), power(tmp_path))
    assert now.outputs.names == ("due",)
    np.testing.assert_array_equal(rows(now)[1][:, 0], due)


def test_what_is_asked_is_scaled_on_the_training_part_and_can_be_led_back(tmp_path):
    task = make_task(Settings(target=("heat",)), power(tmp_path))
    numbers, answers = rows(task)
    heat = np.arange(40) * 0.5
    cut = task.training[0].last
    assert cut == 32
    np.testing.assert_allclose(numbers[:, 1], (heat - heat[:cut].mean()) / heat[:cut].std(), rtol=1e-6)
    np.testing.assert_allclose(answers[:-1, 0] * task.outputs.sd + task.outputs.mean, heat[1:], rtol=1e-6)


def test_a_forecast_of_changes_is_shown_them_and_asks_for_the_column_itself(tmp_path):
    settings = Settings(target=("heat",), horizon=2, scale="none", derive="changes")
    task = make_task(settings, power(tmp_path))
    numbers, answers = rows(task)
    heat = np.arange(40) * 0.5
    assert task.dataset.features == ("load", "heat change", "heat above mean")
    assert task.outputs.names == ("heat +1", "heat +2")
    np.testing.assert_array_equal(numbers[:, 1], [0, *[0.5] * 39])
    np.testing.assert_array_equal(numbers[:, 2], heat / 2)
    np.testing.assert_array_equal(answers[:38], np.tile([0.5, 1.0], (38, 1)))
    again = make_task(settings, derive(power(tmp_path), ["heat"]))
    np.testing.assert_array_equal(rows(again)[0], numbers)
    np.testing.assert_array_equal(rows(again)[1], answers)


def test_changes_are_answered_in_their_own_sd_of_the_training_part(tmp_path):
    data = power(tmp_path, due="input")
    task = make_task(Settings(target=("due",), horizon=2, derive="changes"), data)
    due = np.array([k * k % 7 for k in range(40)], dtype=float)
    sd = np.diff(due[:31]).std()
    np.testing.assert_allclose(task.outputs.sd, [sd, sd], rtol=0.02)
    np.testing.assert_array_equal(task.outputs.mean, [0, 0])
    np.testing.assert_allclose(rows(task)[1][:-2, 1] * task.outputs.sd[1], due[2:] - due[:-2], rtol=1e-6, atol=1e-6)


def test_where_nothing_is_named_all_numbers_change_and_what_is_derived_already_is_asked(tmp_path):
    settings = Settings(derive="changes")
    data = power(tmp_path, due="input", state="ignore")
    assert make_task(settings, data).outputs.names == ("load +1", "heat +1", "due +1")
    assert make_task(settings, derive(data, ["due"])).outputs.names == ("due +1",)
    with pytest.raises(UsageError, match="changes are of inputs that are numbers, and 'due' is none"):
        make_task(settings, power(tmp_path))


def test_tagging_by_a_label_of_several_classes(tmp_path):
    task = make_task(Settings(task="tagging", target=("state",)), power(tmp_path))
    assert (task.outputs.kind, set(task.outputs.names)) == ("class", {"idle", "busy", "off"})
    assert [task.outputs.names[code] for code in rows(task)[1][:6]] == ["idle", "idle", "busy", "busy", "off", "off"]


def test_tagging_by_yes_and_no(tmp_path):
    task = make_task(Settings(task="tagging", target=("fault",)), power(tmp_path))
    assert (task.outputs.kind, task.outputs.names) == ("binary", ("fault",))
    assert np.flatnonzero(rows(task)[1][:, 0]).tolist() == [4, 13, 17, 33, 36]


def test_tagging_by_a_column_of_whole_numbers_the_training_parts_first(tmp_path):
    text = "x,kind\n" + "".join(f"{k},{2 + k % 2 if k < 16 else 1}\n" for k in range(20))
    task = make_task(Settings(task="tagging"), table(tmp_path, text, roles={"kind": "target"}))
    assert task.outputs.names == ("2", "3", "1")
    assert rows(task)[1].tolist() == [0, 1] * 8 + [2] * 4


def test_tagging_by_words_that_would_be_an_input_takes_them_out_of_it(tmp_path):
    for embedded in ((), ("state",)):
        dataset = table(tmp_path, POWER, roles=ROLES | {"state": "category"}, embedded=embedded)
        task = make_task(Settings(task="tagging", target=("state",), horizon=1), dataset)
        assert task.dataset.features == ("load", "heat")
        assert task.outputs.kind == "class"
        words = [task.outputs.names[code] for code in rows(task)[1][:6]]
        assert words == ["idle", "idle", "busy", "busy", "off", "off"]


def test_classify_asks_at_the_last_step_of_a_whole_sequence(tmp_path):
    text = "run,x,kind\n" + "".join(
        f"{run},{step * run},{('', 'up', 'down')[run % 3]}\n" for run in range(1, 13) for step in range(run + 1)
    )
    dataset = table(tmp_path, text, roles={"run": "id", "kind": "label", "x": "input"})
    task = make_task(Settings(task="classify", batch=4, steps=2), dataset)
    assert len(task.examples) == 8  # four have no label
    assert set(task.outputs.names) == {"up", "down"}
    batch = training_batch(task, 1)
    assert (batch.lengths > 2).any()
    for answers, length in zip(batch.answers, batch.lengths, strict=True):
        assert (answers[: length - 1] == -1).all()
        assert task.outputs.names[answers[length - 1]] == ("", "up", "down")[(length - 1) % 3]


def test_anomaly_learns_from_what_is_not_marked_and_never_sees_the_label(tmp_path):
    task = make_task(Settings(task="anomaly", target=("load",), scale="none"), power(tmp_path, state="ignore"))
    assert task.dataset.features == ("load", "heat")
    assert np.flatnonzero(task.examples[0].marks).tolist() == [3, 12, 16, 32, 35]
    further = make_task(Settings(task="anomaly", target=("load",), horizon=2), power(tmp_path, state="ignore"))
    assert np.flatnonzero(further.examples[0].marks).tolist() == [2, 11, 15, 31, 34]
    taught = [row[~np.isnan(row)] for row in training_batch(task, 1).answers]
    assert all(len(row) == 32 - 3 for row in taught)
    assert [metric.name for metric in task.outputs.metrics] == ["MSE", "RMSE", "MAE", "AUROC"]


def test_masked_asks_each_column_at_the_step_itself_and_shows_them_all(tmp_path):
    task = make_task(Settings(task="masked", scale="none"), power(tmp_path, state="ignore"))
    assert task.outputs.names == task.dataset.features == ("load", "heat")
    np.testing.assert_allclose(task.examples[0].answers, task.examples[0].numbers)
    one = make_task(Settings(task="masked", target=("heat",), scale="none"), power(tmp_path, state="ignore"))
    assert (one.outputs.names, one.hideable, one.dataset.features) == (("heat",), (1,), ("load", "heat"))


def test_masked_needs_another_column_and_numbers(tmp_path):
    alone = drawn([60])
    with pytest.raises(UsageError, match="there is only 'a'; use the task anomaly"):
        make_task(Settings(task="masked"), alone.select(("a",)))
    text = dataset_of_texts("x.txt", ["a b c a b c a b", "c a b c a b c"], [], [], Options(), [])
    with pytest.raises(UsageError, match="'token' is none"):
        make_task(Settings(task="masked", target=text.features), text)


def test_reconstruct_asks_for_what_came_before(tmp_path):
    task = make_task(Settings(task="reconstruct", target=("load",), horizon=3, scale="none"), power(tmp_path))
    numbers, answers = rows(task)
    assert task.outputs.names == ("load −3",)
    assert np.isnan(answers[:3]).all()
    np.testing.assert_array_equal(answers[3:, 0], numbers[:-3, 0])


def test_the_next_word_of_a_text():
    dataset = dataset_of_texts("x.txt", ["a b c a b c a b", "c a b c a b c"], [], [], Options(), [])
    task = make_task(Settings(), dataset)
    assert task.outputs.kind == "class"
    words = ["".join(task.outputs.names[code] for code in rows(task, k)[1] if code >= 0) for k in (0, 1)]
    assert words == ["bcabcab", "abcabc"]
    back = make_task(Settings(task="reconstruct", horizon=2), dataset)
    assert rows(back)[1][:2].tolist() == [-1, -1]


@pytest.mark.parametrize("generator", [name for name, each in GENERATORS.items() if generate(name, seed=0).chance])
def test_a_generators_own_targets(generator):
    task = make_task(Settings(task="generator", generator=generator, batch=3))
    made = generate(generator, seed=0)
    assert task.outputs.kind == ("class" if made.chance[0] == "cross-entropy" else "value")
    assert (task.fresh is None) == GENERATORS[generator].sequential
    batch = training_batch(task, 1)
    if task.outputs.kind == "class":
        assert -1 <= batch.answers.min() <= batch.answers.max() < task.outputs.size
        seen = np.unique(np.concatenate([training_batch(task, k).answers.ravel() for k in range(1, 30)]))
        assert set(seen[seen >= 0]) == set(range(task.outputs.size))
    else:
        assert task.outputs.names == made.sequences[0].target_names
    assert baselines(task)


def test_every_kind_of_answer_of_the_generators_has_its_code():
    sizes = {
        ("copy", "kinds", 3): 4,
        ("temporal-order", "symbols", 3): 8,
        ("parity", "length", 5): 2,
        ("regimes", "regimes", 5): 5,
    }
    for (generator, name, value), size in sizes.items():
        task = make_task(Settings(task="generator", generator=generator, generator_settings=((name, value),)))
        assert task.outputs.size == size


def test_training_and_held_out_sequences_of_a_generator_have_nothing_in_common():
    task = make_task(Settings(task="generator", generator="adding", batch=64))
    held_out = {row.tobytes() for batch in held_out_batches(task) for row in batch.numbers}
    taught = {row.tobytes() for k in range(1, 6) for row in training_batch(task, k).numbers}
    assert len(held_out) == 200
    assert len(taught) == 5 * 64
    assert not held_out & taught


def test_the_targets_of_a_generator_are_those_of_its_sequences():
    task = make_task(Settings(task="generator", generator="adding", batch=8))
    batch = training_batch(task, 2)
    sums = (batch.numbers[:, :, 0] * batch.numbers[:, :, 1]).sum(axis=1)
    np.testing.assert_allclose(batch.answers[:, -1, 0], sums, rtol=1e-6)
    assert np.isnan(batch.answers[:, :-1]).all()


def test_a_network_for_the_task_sees_in_an_experiment_what_the_task_shows_it(tmp_path):
    task = make_task(Settings(scale="standardize", split="sequences"), drawn([30, 40, 50]))
    network = make_network_for(task.dataset, task.settings.recipe("gru"))
    experiment = Experiment(task.dataset, network)
    np.testing.assert_array_equal(experiment.seen(1, task.scaling), task.examples[1].numbers)


@pytest.mark.parametrize("name", TASKS)
def test_what_is_missing_is_said(name, tmp_path):
    plain = table(tmp_path, "x,y\n" + "".join(f"{k},{k * k % 11}\n" for k in range(30)))
    refused = {
        "tagging": (DataError, r"table\.csv: the task tagging needs a label at each step, and there is none"),
        "classify": (DataError, r"needs sequences of two classes or more, and there is no sequence with a label"),
        "generator": (DataError, "needs a sequence of a generator"),
    }
    if name in refused:
        error, said = refused[name]
        with pytest.raises(error, match=said):
            make_task(Settings(task=name), plain)
    else:
        assert len(probe_sequences(make_task(Settings(task=name), plain))) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"target": ("size",)}, "target must name columns of the data, not 'size'; there are load, heat, due, "),
        ({"target": ("load",), "horizon": 0}, "horizon must be at least 1 to forecast what is an input, not 0"),
        ({"target": ("fault",)}, "the label 'fault' is of the task tagging, not of forecast"),
        ({"task": "tagging"}, "one column of words, or only numbers, or only yes and no; it is "),
        ({"task": "tagging", "target": ("heat",)}, "holds numbers that are no classes"),
        ({"task": "reconstruct", "target": ("due",)}, "asks for what was an input, and 'due' is none"),
        ({"task": "reconstruct", "horizon": 20, "steps": 20}, "horizon must be less than steps to reconstruct, not 20"),
        ({"horizon": 12}, "no sequence is long enough to hold out 0.2 of it after a gap of 12 steps"),
        ({"horizon": 7}, "nothing is asked in the held-out part of 1 step;"),
    ],
)
def test_what_does_not_fit_the_data_is_said(settings, said, tmp_path):
    with pytest.raises((DataError, UsageError), match=said):
        make_task(Settings(**settings), power(tmp_path))


def test_other_refusals(tmp_path):
    with pytest.raises(UsageError, match="there are no data to train on"):
        make_task(Settings())
    with pytest.raises(DataError, match="the generator sine-mix asks nothing; train it to forecast"):
        make_task(Settings(task="generator", generator="sine-mix"))
    with pytest.raises(UsageError, match="the reverse direction reads what is to be foretold"):
        make_task(Settings(task="generator", generator="lorenz", bidirectional=True))
    with pytest.raises(UsageError, match="split must be sequences for the task classify"):
        make_task(Settings(task="classify", split="time"), drawn([5] * 4, classes=("a", "b")))
    only = table(tmp_path, "kind\n" + "a\nb\n" * 9, roles={"kind": "category"})
    with pytest.raises(UsageError, match="target kind is all there is"):
        make_task(Settings(task="tagging", target=("kind",)), only)
    with pytest.raises(DataError, match=r"'x' of sequence .* is no finite number at step 3"):
        make_task(Settings(), table(tmp_path, "x\n1\n2\n3\ninf\n5\n6\n7\n8\n9\n10\n"))


def test_a_value_that_was_filled_in_is_shown_but_never_asked_for(tmp_path):
    text = "x,y\n" + "".join(f"{'' if k == 7 else k},{k}\n" for k in range(20))
    numbers, answers = rows(make_task(Settings(target=("x",), scale="none"), table(tmp_path, text)))
    assert np.isfinite(numbers).all()
    assert np.flatnonzero(np.isnan(answers[:, 0])).tolist() == [6, 19]


def test_an_infinite_target_is_not_asked(tmp_path):
    text = "x,due\n" + "".join(f"{k},{'inf' if k == 4 else k}\n" for k in range(20))
    task = make_task(Settings(horizon=0, target=("due",)), table(tmp_path, text, roles={"due": "target"}))
    assert np.flatnonzero(np.isnan(rows(task)[1][:, 0])).tolist() == [4]
    assert np.isfinite(task.outputs.mean).all()
