"""From what a person opens to an experiment."""

import numpy as np
import pytest

from explorer.errors import DataError, UsageError
from explorer.network import Recipe
from explorer.presets import load_presets
from explorer.sequences import GENERATORS, Options, dataset_of_texts, generate
from widgets.job import CancelledError
from widgets.sources import READING, is_file, make_experiment, read_source, source_name, source_recipe


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "engine.csv"
    rows = "\n".join(f"{80 + k % 7},{k / 3}" for k in range(60))
    path.write_text(f"temperature,load\n{rows}\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_a_preset_opens_with_its_own_network_as_it_is(preset) -> None:
    source = f"preset:{preset.name}"
    dataset = read_source(source)
    assert dataset.source == source
    experiment = make_experiment(dataset, source_recipe(source))
    assert experiment.scale == ("standardize" if GENERATORS[preset.generator].far else "none")
    made = experiment.network.recipe
    for field, value in preset.network.items():
        assert getattr(made, field) == value


def test_another_seed_makes_other_data() -> None:
    first, again, other = (read_source("preset:sine-mix", seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.sequences[0].values, again.sequences[0].values)
    assert (first.sequences[0].values != other.sequences[0].values).any()
    assert (first.seed, other.seed) == (3, 4)


def test_what_is_generated_is_read_from_its_source_and_made_anew_by_another_seed() -> None:
    first = read_source("generated:parity?length=30&seed=5")
    other = read_source(first.source, seed=6)
    assert (first.seed, other.seed) == (5, 6)
    assert first.settings == other.settings == (("length", 30), ("asked", "each-step"))
    assert (first.sequences[0].values != other.sequences[0].values).any()
    assert source_recipe(first.source) == Recipe()


@pytest.mark.parametrize(
    ("source", "name", "file"),
    [
        ("preset:adding", "adding", False),
        ("generated:lorenz?rho=30&seed=1", "lorenz", False),
        ("/home/ada/what?.csv", "what?.csv", True),
    ],
)
def test_a_source_has_a_name_and_only_a_file_is_remembered(source, name, file) -> None:
    assert source_name(source) == name
    assert is_file(source) is file


def test_of_what_is_generated_only_large_numbers_are_standardised() -> None:
    assert make_experiment(generate("parity", seed=0), Recipe()).scale == "none"
    assert make_experiment(generate("lorenz", seed=0), Recipe()).scale == "standardize"
    assert make_experiment(generate("lorenz", seed=0), Recipe(), "none").scale == "none"


def test_a_long_loop_says_how_far_it_is_and_can_be_stopped() -> None:
    fractions = []
    read_source("generated:lorenz?length=30000", fractions.append)
    assert fractions == sorted(fractions)
    assert 0 < fractions[-1] <= READING

    def stop(fraction: float) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        read_source("generated:lorenz?length=30000", stop)


def test_a_file_is_standardised_unless_told_otherwise(table) -> None:
    dataset = read_source(table)
    assert dataset.features == ("temperature", "load")
    recipe = source_recipe(table)
    assert recipe == Recipe()
    assert make_experiment(dataset, recipe).scale == "standardize"
    assert make_experiment(dataset, recipe, "none").scale == "none"
    assert make_experiment(generate("adding", seed=0), recipe, "min-max").scale == "min-max"
    assert np.abs(make_experiment(dataset, recipe).inputs(0).mean(axis=0)).max() < 1e-5


def test_reading_says_how_far_it_is_and_leaves_room_for_computing(table) -> None:
    fractions = []
    read_source(table, fractions.append)
    assert fractions
    assert fractions == sorted(fractions)
    assert fractions[0] >= 0
    assert fractions[-1] <= READING


def test_reading_stops_when_it_is_not_wanted_any_more(table) -> None:
    def report(fraction: float) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        read_source(table, report)


def test_the_longest_memory_is_that_of_the_longest_sequence(table) -> None:
    experiment = make_experiment(read_source(table), Recipe(init="chrono"))
    assert experiment.network.recipe.longest == 60


def test_what_cannot_be_opened_is_said_in_one_sentence(tmp_path) -> None:
    with pytest.raises(UsageError, match="no-such"):
        read_source("preset:no-such")
    with pytest.raises(UsageError, match="no-such"):
        source_recipe("preset:no-such")
    with pytest.raises(DataError) as caught:
        read_source(str(tmp_path / "missing.csv"))
    assert "\n" not in str(caught.value)


def test_of_words_there_is_nothing_to_standardise() -> None:
    experiment = make_experiment(dataset_of_texts("t.csv", ["to be"], (), (), Options(), ()), Recipe())
    assert experiment.scaling is None
    assert experiment.inputs(0).shape == (2, 16)


def test_a_cell_that_does_not_fit_is_told_with_a_way_out(tmp_path, bench, qtbot):
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n3,4\nbad,5\n6,7\n")
    with qtbot.waitSignal(bench.message, timeout=60_000) as told:
        bench.open_source(str(path))
    fault = "a.csv, line 4, column 1: 'bad' is no number, as the others in 'x' are"
    assert told.args == [
        f"{fault}. Ctrl+O shows its import settings: correct it there, or set Bad cells to take them as missing",
        "error",
    ]
    with pytest.raises(DataError, match=r"as the others in 'x' are$"):
        read_source(str(path))
    path.unlink()
    with qtbot.waitSignal(bench.message, timeout=60_000) as told:
        bench.open_source(str(path))
    assert told.args[0] == "a.csv: there is no such file"
