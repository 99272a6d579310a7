"""What outputs are to be: found in the data by the names of a head, at the step that they are asked for."""

from types import MappingProxyType

import numpy as np
import pytest

from explorer.network import Head
from explorer.sequences import Dataset, Label, Sequence, generate
from explorer.sequences.sequence import Filled
from explorer.targets import targets

NAN = np.nan


def head(*names: str, **further: object) -> Head:
    return Head(np.zeros((len(names), 2)), np.zeros(len(names)), names, **further)


def data(*, vocabulary: tuple[str, ...] = (), **further: object) -> Dataset:
    values = np.array([[1.0, 0], [2, 1], [3, 2], [4, 0]])
    words = MappingProxyType({"word": vocabulary} if vocabulary else {})
    return Dataset((Sequence("s", values, ("load", "word"), **further),), "test", vocabularies=words)


def test_a_forecast_is_what_comes():
    found = targets(head("load +1", "load +2", "word −1", "gone +1"), data(), 0, range(4))
    assert np.array_equal(found[:, 0], [2, 3, 4, NAN], equal_nan=True)
    assert np.array_equal(found[:, 1], [3, 4, NAN, NAN], equal_nan=True)
    assert np.array_equal(found[:, 2], [NAN, 0, 1, 2], equal_nan=True)
    assert np.isnan(found[:, 3]).all()


@pytest.mark.parametrize("steps", [range(1), range(1, 3), range(3, 4), range(2, 2)])
def test_a_part_is_part_of_the_whole(steps):
    whole = targets(head("load +1", "load −2"), data(), 0, range(4))
    part = targets(head("load +1", "load −2"), data(), 0, steps)
    assert np.array_equal(part, whole[steps.start : steps.stop], equal_nan=True)


def test_what_was_filled_is_not_asked():
    filled = {"load": Filled(np.array([2]), np.array([4]), np.array([1]))}
    found = targets(head("load +1"), data(filled=filled), 0, range(4))
    assert np.array_equal(found[:, 0], [2, NAN, 4, NAN], equal_nan=True)


def test_of_its_own_step_what_is_asked_comes_before_what_is_seen():
    asked = data(targets=np.array([[9.0], [8], [7], [NAN]]), target_names=("load",))
    assert np.array_equal(targets(head("load"), asked, 0, range(4))[:, 0], [9, 8, 7, NAN], equal_nan=True)
    assert np.array_equal(targets(head("load +1"), asked, 0, range(4))[:, 0], [2, 3, 4, NAN], equal_nan=True)


def test_a_label_is_yes_or_no():
    marked = data(labels=(Label("anomaly", np.array([False, True, False, True])),))
    assert np.array_equal(targets(head("anomaly", kind="binary"), marked, 0, range(4))[:, 0], [0, 1, 0, 1])


def test_of_classes_the_right_one_is_1():
    words = data(vocabulary=("a", "b", "c"))
    found = targets(head("a", "b", "c", kind="class", asked="word +1"), words, 0, range(4))
    right = [[NAN, 1, NAN], [NAN, NAN, 1], [1, NAN, NAN], [NAN, NAN, NAN]]
    assert np.array_equal(found, right, equal_nan=True)
    numbers = targets(head("2", "0", kind="class", asked="word"), data(), 0, range(4))
    assert np.array_equal(numbers, [[NAN, 1], [NAN, NAN], [1, NAN], [NAN, 1]], equal_nan=True)
    assert np.isnan(targets(head("a", "b", "c", kind="class"), words, 0, range(4))).all()


def test_a_class_may_stand_in_columns_of_yes_and_no():
    several = data(labels=tuple(Label(f"state={k}", np.arange(4) == k) for k in range(3)))
    found = targets(head("0", "1", "2", kind="class", asked="state"), several, 0, range(4))
    assert np.array_equal(np.nan_to_num(found), np.eye(4, 3))


def test_the_class_of_a_sequence_is_asked_at_its_end():
    labelled = data(label="bad")
    found = targets(head("good", "bad", kind="class", asked="label"), labelled, 0, range(4))
    assert np.isnan(found[:3]).all()
    assert np.array_equal(found[3], [NAN, 1], equal_nan=True)
    assert np.isnan(targets(head("good", "bad", kind="class", asked="label"), labelled, 0, range(3))).all()


@pytest.mark.parametrize("name", ["adding", "copy"])
def test_a_generators_own_targets(name):
    dataset = generate(name, seed=0)
    shown = dataset.sequences[0]
    if name == "adding":
        found = targets(head(*shown.target_names), dataset, 0, range(len(shown)))
        assert np.array_equal(found, shown.targets, equal_nan=True)
    else:
        words = tuple(map(str, range(10)))
        found = targets(head(*words, kind="class", asked=shown.target_names[0]), dataset, 0, range(len(shown)))
        asked = np.flatnonzero(~np.isnan(shown.targets[:, 0]))
        assert np.array_equal(np.nanargmax(found[asked], axis=1), shown.targets[asked, 0])
