"""A trained network is shown data just as its training showed them."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.experiment import Experiment
from explorer.run import run
from explorer.sequences import read_dataset
from explorer.targets import targets
from explorer.training.batches import probe_sequences
from explorer.training.description import describe
from explorer.training.film import probe_dataset
from explorer.training.loop import Training
from explorer.training.origin import origin_from, origin_of, origin_table, read_origin
from explorer.training.recording import Recorder
from explorer.training.runs import Recording
from explorer.training.settings import Settings

FEW = Settings(cells=("gru",), hidden=3, iterations=2, batch=2, steps=20)


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a table whose last part, which is held out, lies far from the rest."""

    def read(names="flow,level,heat,open", far=300):
        draws = np.random.default_rng(4)
        values = draws.normal(20, 5, size=(200, 3)) + np.where(np.arange(200) > 150, far, 0)[:, None]
        values = np.column_stack([values, draws.integers(0, 2, size=200)])
        path = tmp_path / "table.csv"
        np.savetxt(path, values, "%.5f,%.5f,%.5f,%d", header=names, comments="")
        return read_dataset(str(path))

    return read


def trained(folder, settings, dataset):
    """Train, and return the task and what was recorded."""
    training = Training(settings, dataset)
    with Recorder(folder, describe(training.task)) as recorder:
        for report in training:
            recorder.take(report)
    return training.task, Recording(folder)


@pytest.mark.parametrize("scale", ["auto", "min-max", "none"])
def test_the_data_of_the_training_are_seen_as_they_were_then(tmp_path, read, scale):
    dataset = read()
    task, recorded = trained(tmp_path / "run", replace(FEW, scale=scale), dataset)

    shown = recorded.inputs.experiment(dataset, recorded.network("gru", 2))

    np.testing.assert_array_equal(shown.inputs(0), task.example(dataset.sequences[0]).numbers)
    assert shown.dataset is dataset
    assert run(shown, "numpy").whole(0)
    if scale == "auto":  # fitted on what was held out, too, every number would be another
        own = Experiment(dataset, shown.network, "standardize").inputs(0)
        assert np.abs(own - shown.inputs(0)).max() > 1


def test_other_data_are_scaled_as_the_first_were_whatever_the_order_of_their_columns(tmp_path, read):
    _, recorded = trained(tmp_path / "run", FEW, read())
    mean, sd = recorded.inputs.scaling.mean, recorded.inputs.scaling.sd
    other = read("heat,open,flow,level", far=0)

    shown = recorded.inputs.experiment(other, recorded.network("gru", 2))

    values = other.sequences[0].values[:, [2, 3, 0, 1]]
    np.testing.assert_array_equal(shown.inputs(0), ((values - mean) / sd).astype(np.float32))
    assert recorded.inputs.unlike(other) == ""


def test_a_feature_that_was_asked_is_no_input_but_the_target(tmp_path, read):
    dataset = read()
    task, recorded = trained(tmp_path / "run", replace(FEW, task="tagging", target=("open",)), dataset)
    assert recorded.inputs.names == ("flow", "level", "heat")

    shown = recorded.inputs.experiment(dataset, recorded.network("gru", 2))

    np.testing.assert_array_equal(shown.inputs(0), task.example(dataset.sequences[0]).numbers)
    asked = targets(shown.network.head, shown.dataset, 0, range(200))
    np.testing.assert_array_equal(asked[:, 0], dataset.sequences[0].values[:, 3])


def test_as_many_features_of_other_names_are_taken_in_their_order_and_that_is_said(tmp_path, read):
    _, recorded = trained(tmp_path / "run", FEW, read())
    other = read("a,b,c,d")

    shown = recorded.inputs.experiment(other, recorded.network("gru", 2))

    scaling = recorded.inputs.scaling
    np.testing.assert_array_equal(shown.inputs(0), scaling.apply(other.sequences[0].values).astype(np.float32))
    assert recorded.inputs.unlike(other) == (
        "This run was trained on flow, level, heat, open, which these data do not have: "
        "a, b, c, d are taken instead, in this order, and scaled as the first were."
    )


def test_data_without_its_features_are_refused_in_a_sentence(tmp_path, read):
    dataset = read()
    _, recorded = trained(tmp_path / "run", FEW, dataset)
    with pytest.raises(DataError, match="was trained on flow, level, heat, open; these data have no heat, open"):
        recorded.inputs.experiment(dataset.select(["flow", "level"]), recorded.network("gru", 2))


CHANGES = replace(FEW, target=("level",), derive="changes")
SHOWN = ("flow", "level change", "level above mean", "heat", "open")


def test_raw_data_are_derived_as_those_of_the_training_were_and_read_so_from_its_file(tmp_path, read):
    dataset = read()
    task, recorded = trained(tmp_path / "run", CHANGES, dataset)
    assert (recorded.inputs.names, recorded.inputs.derived) == (SHOWN, ("level",))

    shown = recorded.inputs.experiment(dataset, recorded.network("gru", 2))

    np.testing.assert_array_equal(shown.inputs(0), task.example(task.dataset.sequences[0]).numbers)
    assert shown.dataset.features == SHOWN
    assert shown.dataset.sequences[0].target_names == ("level",)
    assert recorded.inputs.experiment(shown.dataset, shown.network).dataset is shown.dataset
    assert recorded.inputs.unlike(dataset) == recorded.inputs.unlike(shown.dataset) == ""


def test_other_names_are_derived_in_their_order_and_too_few_refused(tmp_path, read):
    _, recorded = trained(tmp_path / "run", CHANGES, read())
    network, other = recorded.network("gru", 2), read("a,b,c,d")
    shown = recorded.inputs.experiment(other, network)
    assert shown.dataset.features == ("a", "b change", "b above mean", "c", "d")
    assert recorded.inputs.unlike(other) == (
        "This run was trained on flow, level, heat, open, which these data do not have: "
        "a, b, c, d are taken instead, in this order, and scaled as the first were."
    )
    with pytest.raises(DataError, match="was trained on flow, level, heat, open; these data have no heat, open"):
        recorded.inputs.experiment(read().select(["flow", "level"]), network)


def test_a_network_of_the_columns_themselves_is_shown_them_again(tmp_path, read):
    dataset = read()
    _, plain = trained(tmp_path / "plain", FEW, dataset)
    _, changed = trained(tmp_path / "changed", CHANGES, dataset)
    derived = changed.inputs.experiment(dataset, changed.network("gru", 2)).dataset
    expected = plain.inputs.experiment(dataset, plain.network("gru", 2))
    shown = plain.inputs.experiment(derived, plain.network("gru", 2))
    np.testing.assert_array_equal(shown.inputs(0), expected.inputs(0))


def test_the_probe_of_derived_data_is_seen_as_in_the_training_and_not_as_if_it_began_there(tmp_path, read):
    dataset = read()
    task, recorded = trained(tmp_path / "run", CHANGES, dataset)
    probe = probe_dataset(CHANGES, dataset)
    shown = recorded.inputs.experiment(probe, recorded.network("gru", 2))
    (batch,) = probe_sequences(task)
    assert len(probe.sequences[0]) < len(dataset.sequences[0])
    np.testing.assert_array_equal(shown.inputs(0), batch.numbers[0])


def test_where_derived_data_are_from_can_be_read_again(tmp_path, read):
    dataset = read()
    _, recorded = trained(tmp_path / "run", CHANGES, dataset)
    derived = recorded.inputs.experiment(dataset, recorded.network("gru", 2)).dataset
    again = read_origin(origin_from(origin_table(origin_of(derived))))
    np.testing.assert_array_equal(again.sequences[0].values, dataset.sequences[0].values)


def test_a_scaling_of_other_features_is_refused(tmp_path, read):
    dataset = read()
    _, recorded = trained(tmp_path / "run", FEW, dataset)
    fitted = recorded.inputs.scaling
    few = dataset.select(["flow", "level"])
    network = trained(tmp_path / "other", FEW, few)[1].network("gru", 2)
    with pytest.raises(DataError, match="the scaling is of 4 features, the data have 2"):
        Experiment(few, network, "standardize", fitted=fitted)


def test_a_table_that_contradicts_itself_is_damaged(tmp_path, read):
    trained(tmp_path / "run", FEW, read())
    path = tmp_path / "run" / "run.toml"
    path.write_text(path.read_text().replace('names = [\n    "flow",\n', "names = [\n", 1))
    with pytest.raises(DataError, match="does not describe a run: inputs has 4 means of 3 features"):
        Recording(tmp_path / "run")
