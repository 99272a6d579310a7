"""The presets a person begins with: all there, in order, and each makes what it says."""

import struct
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

from explorer.errors import UsageError
from explorer.presets import file_training, find_preset, load_presets, preset_dataset, preset_training
from explorer.sequences import GENERATORS
from explorer.training.baselines import baselines
from explorer.training.settings import option_of, settings_table
from explorer.training.tasks import make_task

NAMES = [
    "sine-mix",
    "factory",
    "stock",
    "reviews",
    "delayed-echo",
    "adding",
    "step-impulse",
    "copy",
    "parity",
    "flip-flop",
    "mackey-glass",
    "lorenz",
    "bursts",
]
OPTIONS = {"cell", "nonlinearity", "hidden", "layers", "bidirectional", "bias", "seed", "init", "embedding"}


def test_the_presets_in_their_stored_order():
    assert [preset.name for preset in load_presets()] == NAMES


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_a_preset_is_complete_and_makes_its_data(preset):
    assert preset.title
    assert 20 < len(preset.summary) < 200
    assert set(preset.network) <= OPTIONS
    assert preset.network["cell"] in {"rnn", "lstm", "gru"}
    assert set(preset.settings) == {parameter.name for parameter in GENERATORS[preset.generator].parameters}
    dataset = preset_dataset(preset)
    assert dataset.source == f"preset:{preset.name}"
    assert dataset.seed == preset.data_seed
    if "length" in preset.settings:
        assert len(dataset.sequences[0]) == preset.settings["length"]
    else:
        assert len(dataset.sequences) == preset.settings[GENERATORS[preset.generator].count]


def test_seed_and_settings_of_a_preset_can_be_changed():
    preset = find_preset("sine-mix")
    other = preset_dataset(preset, seed=5, settings={"length": 30})
    assert (other.seed, len(other.sequences[0]), dict(other.settings)["period"]) == (5, 30, preset.settings["period"])
    assert not np.array_equal(other.sequences[0].values, preset_dataset(preset).sequences[0].values[:30])
    with pytest.raises(UsageError, match="no setting"):
        preset_dataset(preset, settings={"size": 3})


def test_an_unknown_preset_is_told_beside_those_there_are():
    with pytest.raises(UsageError, match="no preset 'sine'; there are sine-mix, factory, stock, reviews, delayed-echo"):
        find_preset("sine")


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_a_preset_brings_a_training_of_its_own(preset):
    settings = preset_training(preset)
    assert preset.network["cell"] in settings.cells
    assert settings.init_of(preset.network["cell"]) == preset.network["init"]
    assert (settings.generator, dict(settings.generator_settings)) == (preset.generator, dict(preset.settings))
    assert {"task", "cells", option_of("rate"), "iterations"} <= set(preset.training) <= set(settings_table(settings))
    task = make_task(settings, preset_dataset(preset))
    assert task.dataset.features == preset_dataset(preset).features
    assert {line.metric for line in baselines(task)} >= {task.outputs.loss}


def test_a_file_is_trained_with_what_the_preset_says_of_files():
    preset = find_preset("reviews")
    own, other = preset_training(preset), file_training(preset)
    assert (own.task, own.generator) == ("generator", "reviews")
    assert (other.task, other.generator, other.generator_settings) == ("classify", "", ())
    assert (other.optimizer, other.rate) == ("adamw", 2e-3)
    assert (other.cells, other.hidden, other.schedule) == (own.cells, own.hidden, own.schedule)
    # Where nothing is said of files, all holds of them but the generator.
    adding = find_preset("adding")
    assert file_training(adding) == replace(preset_training(adding), generator="", generator_settings=())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_a_preset_has_a_small_picture_for_each_theme(preset, theme):
    """``make pictures NAMES=…`` makes them."""
    file = resources.files("presets").joinpath(preset.name, f"{theme}.png").read_bytes()
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", file[16:24]) == (480, 120)
    assert 1000 < len(file) < 40_000
