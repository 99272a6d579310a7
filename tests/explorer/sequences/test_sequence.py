"""Sequences are values: they fit together, cannot be changed, and are picked by name."""

import numpy as np
import pytest

from explorer.errors import DataError, UsageError
from explorer.sequences import Dataset, Label, Sequence


def make(features=("a", "b", "c"), steps=4, **more):
    return Sequence("s", np.arange(steps * len(features), dtype=float).reshape(steps, -1), features, **more)


def test_a_sequence_cannot_be_changed_from_outside():
    values = np.zeros((3, 1))
    sequence = Sequence("s", values, ("a",))
    values[0] = 5
    assert sequence.values[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        sequence.values[0] = 1
    with pytest.raises(AttributeError):
        sequence.name = "other"


def test_read_only_values_are_not_copied():
    values = np.zeros((3, 2))
    values.flags.writeable = False
    assert Sequence("s", values, ("a", "b")).values is values


def test_values_become_contiguous_float64():
    sequence = Sequence("s", np.asfortranarray(np.arange(6, dtype=np.int32).reshape(3, 2)), ("a", "b"))
    assert sequence.values.dtype == np.float64
    assert sequence.values.flags.c_contiguous
    assert (len(sequence), sequence.input_size) == (3, 2)


@pytest.mark.parametrize(
    "parts",
    [
        {"features": ("a",)},
        {"features": ("a", "a", "b")},
        {"labels": (Label("anomaly", [True]),)},
        {"times": np.arange(3.0)},
    ],
)
def test_parts_that_do_not_fit_are_refused(parts):
    with pytest.raises(ValueError, match=r"features|steps"):
        Sequence("s", np.zeros((4, 3)), **{"features": ("a", "b", "c"), **parts})


def test_times_are_dates_to_the_microsecond_or_numbers():
    dates = make(times=np.array(["2020-01-01", "2020-01-02", "2020-01-03", "NaT"], dtype="datetime64[D]"))
    assert dates.times.dtype == np.dtype("datetime64[us]")
    assert make(times=np.arange(4)).times.dtype == np.float64


def test_features_are_picked_in_the_order_asked_for():
    label, times = Label("anomaly", [False, True, False, False]), np.arange(4.0)
    picked = make(labels=(label,), times=times, time_name="t").with_features(["c", "a"])
    assert picked.features == ("c", "a")
    np.testing.assert_array_equal(picked.values, make().values[:, [2, 0]])
    assert (picked.labels, picked.time_name) == ((label,), "t")


def test_a_data_set_selects_in_every_sequence():
    dataset = Dataset((make(steps=2), make(steps=5)), "file.csv", notes=("kept",))
    selected = dataset.select(["b"])
    assert [sequence.values.shape for sequence in selected.sequences] == [(2, 1), (5, 1)]
    assert (selected.features, selected.input_size, selected.notes) == (("b",), 1, ("kept",))
    assert dataset.select(["a", "b", "c"]) is dataset


@pytest.mark.parametrize(
    ("columns", "says"), [(["x", "a"], "no column 'x'; there are a, b, c"), ([], "at least one"), (["a", "a"], "twice")]
)
def test_unknown_columns_are_named_beside_those_there_are(columns, says):
    with pytest.raises(UsageError, match=says):
        Dataset((make(),), "file.csv").select(columns)


def test_a_data_set_is_never_empty_and_of_one_kind():
    with pytest.raises(DataError):
        Dataset((), "file.csv")
    with pytest.raises(ValueError, match="same features"):
        Dataset((make(), make(features=("a", "b"))), "file.csv")
