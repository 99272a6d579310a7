"""Undo and redo as a value: where one is, what is before and what after."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.experiment import Experiment
from explorer.network import Recipe
from explorer.sequences import Dataset, Sequence
from tests.explorer.making import make_experiment
from widgets.history import FEW, MOST, MOST_BYTES, History, change_name

EXPERIMENTS = [make_experiment(Recipe(hidden=2, seed=k), (3,)) for k in range(5)]


def test_nothing_to_undo_at_first() -> None:
    assert History().undo_name is None
    assert History().redo_name is None
    opened = History().pushed(EXPERIMENTS[0], "open")
    assert opened.present is EXPERIMENTS[0]
    assert opened.undo_name is None, "the first experiment has nothing before it"


def test_a_change_can_be_undone_and_redone_by_its_name() -> None:
    history = History().pushed(EXPERIMENTS[0], "open").pushed(EXPERIMENTS[1], "seed 1")
    assert history.present is EXPERIMENTS[1]
    assert (history.undo_name, history.redo_name) == ("seed 1", None)
    back = history.moved(-1)
    assert back.present is EXPERIMENTS[0]
    assert (back.undo_name, back.redo_name) == (None, "seed 1")
    assert back.moved(1) == history


def test_what_was_undone_is_forgotten_by_the_next_change() -> None:
    history = History().pushed(EXPERIMENTS[0], "open").pushed(EXPERIMENTS[1], "one").pushed(EXPERIMENTS[2], "two")
    changed = history.moved(-2).pushed(EXPERIMENTS[3], "three")
    assert [change.name for change in changed.changes] == ["open", "three"]
    assert changed.redo_name is None
    assert history.present is EXPERIMENTS[2], "a history is a value: the old one is as it was"


def test_it_does_not_grow_for_ever() -> None:
    history = History()
    for k in range(MOST + 20):
        history = history.pushed(EXPERIMENTS[k % 5], str(k))
    assert len(history.changes) == MOST
    assert history.changes[0].name == "20"
    assert history.position == MOST - 1


def heavy(megabytes: int) -> Experiment:
    """Return an experiment over data of that size; its memory is not touched."""
    values = np.zeros((megabytes * 125_000 // 3, 3))
    values.flags.writeable = False
    return replace(EXPERIMENTS[0], dataset=Dataset((Sequence("s", values, ("x", "y", "z")),), "s.csv"))


def test_what_is_large_is_kept_only_as_far_as_there_is_room() -> None:
    history = History()
    for k in range(20):
        history = history.pushed(heavy(60), str(k))
    assert [change.name for change in history.changes] == [str(k) for k in range(12, 20)]
    assert history.position == 7
    assert 8 * 60e6 < MOST_BYTES < 9 * 60e6


def test_a_few_changes_are_kept_whatever_they_take() -> None:
    history = History()
    for k in range(20):
        history = history.pushed(heavy(300), str(k))
    assert [change.name for change in history.changes] == [str(k) for k in range(20 - FEW, 20)]


def test_what_several_changes_share_counts_once() -> None:
    shared, history = heavy(450), History()
    for k in range(20):
        history = history.pushed(replace(shared, scale=("none", "standardize")[k % 2]), str(k))
    assert len(history.changes) == 20


@given(st.lists(st.one_of(st.integers(0, 4), st.sampled_from(["undo", "redo"])), max_size=40))
def test_it_is_what_a_list_with_a_finger_in_it_would_be(wishes) -> None:
    history, past, future = History().pushed(EXPERIMENTS[0], "0"), [0], []
    for wish in wishes:
        if wish == "undo":
            assert (history.undo_name is None) == (len(past) == 1)
            if len(past) > 1:
                history = history.moved(-1)
                future.append(past.pop())
        elif wish == "redo":
            assert (history.redo_name is None) == (not future)
            if future:
                history = history.moved(1)
                past.append(future.pop())
        else:
            history = history.pushed(EXPERIMENTS[wish], str(wish))
            past.append(wish)
            future = []
        assert history.present is EXPERIMENTS[past[-1]]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"cell": "gru"}, "cell gru"),
        ({"nonlinearity": "relu"}, "nonlinearity relu"),
        ({"hidden": 64}, "hidden size 64"),
        ({"layers": 2}, "layers 2"),
        ({"bidirectional": True}, "direction on"),
        ({"bias": False}, "bias off"),
        ({"seed": 7}, "seed 7"),
        ({"init": "chrono"}, "initialisation chrono"),
        ({"dtype": "float64"}, "precision float64"),
        ({"longest": 3}, "longest memory 3"),
        ({"cell": "gru", "init": "orthogonal"}, "cell gru"),
        ({}, "network"),
    ],
)
def test_a_change_is_called_by_what_differs(change, name) -> None:
    assert change_name(Recipe(), replace(Recipe(), **change)) == name


def test_every_field_of_a_recipe_has_a_name_for_its_change() -> None:
    """A field added to the recipe must not be undone as a mere "network"."""
    other = {bool: lambda value: not value, int: lambda value: value + 1, str: lambda value: value + "?"}
    for field in fields(Recipe):
        value = getattr(Recipe(), field.name)
        changed = replace(Recipe(), **{field.name: other[type(value)](value)})
        assert change_name(Recipe(), changed) != "network", field.name


def test_a_change_that_is_renamed_stands_for_itself() -> None:
    first, second, third = EXPERIMENTS[:3]
    history = (
        History().pushed(first, "open").pushed(second, "iteration 20", "moment").renamed("network of iteration 20")
    )
    assert (history.undo_name, history.key) == ("network of iteration 20", None)
    further = history.pushed(third, "iteration 40", "moment")
    assert [change.experiment for change in further.changes] == [first, second, third]
    assert further.key == "moment"
