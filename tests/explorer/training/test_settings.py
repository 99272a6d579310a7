"""Every setting is checked with a sentence, and comes back from a file as it was."""

from dataclasses import fields

import pytest

from explorer.errors import UsageError
from explorer.training.settings import (
    CHOICES,
    RANGES,
    SWITCHES,
    Settings,
    option_of,
    read_settings,
    settings_from,
    settings_table,
    write_settings,
)

FULL = Settings(
    task="reconstruct",
    target=("a", "b"),
    cells=("rnn", "lstm"),
    init="lstm=chrono,rnn=identity",
    nonlinearity="relu",
    generator="adding",
    generator_settings=(("length", 50),),
    layers=2,
    dropout=0.25,
    rate=1e-4,
    seed=2**63 - 1,
)


@pytest.mark.parametrize("settings", [Settings(), FULL], ids=["default", "full"])
def test_what_is_written_is_read_again(settings):
    assert read_settings(write_settings(settings)) == settings


def test_a_table_says_only_what_differs_from_the_base():
    settings = settings_from({"lr": 0.5, "held-out": 0.3, "cells": ["gru"]}, Settings(hidden=7))
    assert (settings.rate, settings.held_out, settings.cells, settings.hidden) == (0.5, 0.3, ("gru",), 7)


def test_the_names_are_those_of_the_command_line():
    assert {"lr", "clip-value", "data-seed", "generator-settings"} <= set(settings_table(Settings()))
    assert not any("_" in option for option in settings_table(Settings()))


@pytest.mark.parametrize("name", RANGES)
def test_a_number_out_of_its_range_is_refused_by_name_value_and_range(name):
    low, high = RANGES[name]
    for wrong in (low - 1, high + 1, "many", True, float("nan")):
        with pytest.raises(UsageError) as refusal:
            Settings(**{name: wrong})
        said = str(refusal.value)
        assert said.startswith(f"{option_of(name)} must be ")
        assert repr(wrong) in said
        assert f"from {low:,} to" in said or f"from {low:g} to" in said
    whole = isinstance(low, int)
    if whole:
        with pytest.raises(UsageError, match="a whole number"):
            Settings(**{name: low + 0.5})


@pytest.mark.parametrize("name", CHOICES)
def test_an_unknown_word_is_refused_beside_those_there_are(name):
    with pytest.raises(UsageError, match=f"{option_of(name)} must be one of .*{CHOICES[name][-1]}.*, not 'else'"):
        Settings(**{name: "else"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cells": ()}, "cells must name at least one of rnn, lstm, gru"),
        ({"cells": ("lstm", "mlp")}, "cells must be one of rnn, lstm, gru, not 'mlp'"),
        ({"cells": ("lstm", "lstm")}, "cells names one twice"),
        ({"cells": "lstm"}, "cells must be a list of names, not 'lstm'"),
        ({"nonlinearity": "relu"}, "nonlinearity relu is for rnn only"),
        ({"init": "chrono", "cells": ("rnn",)}, "init of rnn must be one of default, orthogonal, identity"),
        ({"init": "identity"}, "init of lstm must be one of .*, not 'identity'"),
        ({"init": "gru=chrono"}, "init names gru, which is not among the cells lstm"),
        ({"init": "lstm=chrono,lstm=default"}, "each cell once"),
        ({"init": "lstm=chrono,default"}, "cell=name between commas"),
        ({"generator": "subtracting"}, "no generator 'subtracting'"),
        ({"generator": "adding", "generator_settings": (("length", 1),)}, "length must be a whole number from 2 to"),
        ({"generator_settings": (("length", 10),)}, "of no use without a generator"),
        ({"dropout": 1}, "dropout must be a number from 0 to 0.99"),
        ({"curriculum": 1.5}, "curriculum must be a number from 0 to 1"),
        ({"bidirectional": True}, "bidirectional does not go with the task forecast"),
        ({"bidirectional": 1}, "bidirectional must be true or false"),
        ({"tensorboard": "yes"}, "tensorboard must be true or false, not 'yes'"),
        ({"bidirectional": True, "task": "tagging", "window": 20}, "window of 20 steps"),
        ({"task": "classify", "target": ("a",)}, "target a is of no use for the task classify"),
        ({"task": "masked", "normal": 50, "split": "sequences"}, "the first 50 steps of each sequence are normal"),
        ({"task": "anomaly", "horizon": 0}, "horizon must be at least 1 for the task anomaly"),
        ({"derive": "changes", "horizon": 0}, "horizon must be at least 1 with derive changes"),
    ],
)
def test_what_does_not_go_together_is_said(given, said):
    with pytest.raises(UsageError, match=said):
        Settings(**given)


@pytest.mark.parametrize("text", ["lr = ", "learning-rate = 1.0", "lr = 'fast'", "generator-settings = 3"])
def test_a_file_that_makes_no_sense_is_refused(text):
    with pytest.raises(UsageError):
        read_settings(text)


def test_the_recipe_of_each_cell():
    settings = Settings(cells=("rnn", "lstm"), init="lstm=chrono", nonlinearity="relu", hidden=9, seed=4)
    rnn, lstm = (settings.recipe(cell, longest=70) for cell in settings.cells)
    assert (rnn.cell, rnn.nonlinearity, rnn.init, rnn.hidden, rnn.seed) == ("rnn", "relu", "default", 9, 4)
    assert (lstm.cell, lstm.nonlinearity, lstm.init, lstm.longest) == ("lstm", "tanh", "chrono", 70)


def test_every_field_is_checked():
    checked = {*RANGES, *CHOICES, *SWITCHES, "target", "cells", "init", "generator", "generator_settings"}
    assert {field.name for field in fields(Settings)} == checked
