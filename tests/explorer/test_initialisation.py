"""A recipe is a network: the same weights everywhere, distributed as their names promise."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import UsageError
from explorer.initialisation import INITIALISATIONS, fitting_initialisations, make_network
from explorer.network import Place, Recipe

ROOT = Path(__file__).parents[2]

# float32 weights of Recipe(hidden=8, layers=2, bidirectional=True, seed=3) over 3 features. A change here is a change
# of every network that somebody has written down as a seed.
PINNED = {
    "rnn": "dfcb703a656186a5",
    "lstm": "8899341ea1fc3062",
    "gru": "f3aa989820339733",
}

CHANGES = [
    {"hidden": 9},
    {"layers": 3},
    {"bidirectional": False},
    {"bias": False},
    {"seed": 4},
    {"init": "orthogonal"},
]

FITTING = [(cell, init) for cell in ("rnn", "lstm", "gru") for init in fitting_initialisations(cell)]


def digest(network) -> str:
    state = hashlib.sha256()
    for name, array in network.state_dict().items():
        state.update(name.encode() + array.astype("<f4").tobytes())
    return state.hexdigest()[:16]


def block(network, name, gate, place=Place()):  # noqa: B008 - an immutable value
    size, k = network.weights(place).hidden_size, network.cell(place).block_index(gate)
    return getattr(network.weights(place), name)[k * size : (k + 1) * size]


@pytest.mark.parametrize("cell", PINNED)
def test_a_seed_gives_the_weights_it_always_gave(cell):
    network = make_network(Recipe(cell=cell, hidden=8, layers=2, bidirectional=True, seed=3), 3)
    assert digest(network) == PINNED[cell]


ALIKE = {"candidate": {"rnn": "", "lstm": "g", "gru": "n"}, "keep": {"lstm": "f", "gru": "z"}}
PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")

recipes = st.builds(
    Recipe,
    hidden=st.integers(1, 5),
    layers=st.integers(1, 3),
    bidirectional=st.booleans(),
    bias=st.booleans(),
    seed=st.integers(0, 2**70),
    init=st.sampled_from(["default", "orthogonal"]),
)


@given(recipe=recipes, numbers=st.integers(1, 4))
def test_cells_of_the_same_sizes_and_seed_have_comparable_weights(recipe, numbers):
    networks = {cell: make_network(replace(recipe, cell=cell), numbers) for cell in ("rnn", "lstm", "gru")}
    for place in networks["rnn"].places:
        for name in PARAMETERS if recipe.bias else PARAMETERS[:2]:
            for gates in ALIKE.values():
                first, *others = (block(networks[cell], name, gate, place) for cell, gate in gates.items())
                for other in others:
                    assert np.array_equal(first, other)


@given(recipe=recipes, numbers=st.integers(1, 4))
def test_no_two_blocks_are_drawn_alike_but_those_that_do_the_same(recipe, numbers):
    recipe = replace(recipe, init="default", bias=True, dtype="float64")
    drawn = [
        block(network, name, gate.name, place).ravel()[0]
        for cell in ("lstm", "gru")
        for network in (make_network(replace(recipe, cell=cell), numbers),)
        for place in network.places
        for name in PARAMETERS
        for gate in network.cell(place).blocks
        if cell == "lstm" or gate.name == "r"
    ]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("init", ["default", "orthogonal"])
def test_a_further_layer_leaves_those_before_as_they_are(init):
    recipe = Recipe(hidden=4, layers=2, init=init)
    two, three = make_network(recipe, 3).state_dict(), make_network(replace(recipe, layers=3), 3).state_dict()
    for name, array in two.items():
        assert np.array_equal(array, three[name])


def test_what_keeps_has_the_same_time_scale_in_either_cell_by_chrono():
    lstm, gru = (make_network(Recipe(cell, init="chrono", hidden=16, layers=2, seed=7), 3) for cell in ("lstm", "gru"))
    for place in lstm.places:
        assert np.array_equal(block(lstm, "bias_ih", "f", place), block(gru, "bias_ih", "z", place))
        assert np.unique(block(lstm, "bias_ih", "f", place)).size == 16
        assert np.array_equal(block(lstm, "weight_hh", "g", place), block(gru, "weight_hh", "n", place))


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_another_recipe_gives_other_weights(change):
    recipe = Recipe(hidden=8, layers=2, bidirectional=True, seed=3)
    assert digest(make_network(replace(recipe, **change), 3)) != digest(make_network(recipe, 3))


@pytest.mark.parametrize(("cell", "init"), FITTING)
def test_both_dtypes_hold_the_same_network(cell, init):
    recipe = Recipe(cell=cell, init=init, hidden=6, layers=2, bidirectional=True)
    single, double = make_network(recipe, 3), make_network(replace(recipe, dtype="float64"), 3)
    for name, array in double.state_dict().items():
        assert array.dtype == np.float64
        assert np.array_equal(single.state_dict()[name], array.astype(np.float32))


def test_the_weights_need_no_torch():
    code = """
import sys
class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ImportError("there is no torch here")
sys.meta_path.insert(0, NoTorch())
from tests.explorer.making import make_experiment
from tests.explorer.test_initialisation import digest
from explorer.network import Recipe
from explorer.run import run
experiment = make_experiment(Recipe(hidden=8, layers=2, bidirectional=True, seed=3))
run(experiment, "numpy").read(0, "f")
try:
    import torch
except ImportError:
    print(digest(experiment.network))
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.stdout.strip() == PINNED["lstm"], ran.stderr


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_default_is_uniform_within_one_over_root_h(cell):
    network = make_network(Recipe(cell=cell, hidden=64, layers=2, dtype="float64"), 10)
    for array in network.state_dict().values():
        bound = 1 / 8
        assert np.all(np.abs(array) <= bound)
        # mean 0 and sd bound/√3, each within 4 of its own standard errors
        assert abs(array.mean()) < 4 * bound / np.sqrt(3 * array.size)
        assert abs(array.std() - bound / np.sqrt(3)) < 4 * bound / np.sqrt(15 * array.size)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_orthogonal_has_all_singular_values_one_in_every_block(cell):
    network = make_network(Recipe(cell=cell, init="orthogonal", hidden=16, layers=2, dtype="float64"), 4)
    for place in network.places:
        weights = network.weights(place)
        for k in range(len(network.cell(place).blocks)):
            square = weights.weight_hh[16 * k : 16 * k + 16]
            np.testing.assert_allclose(square @ square.T, np.eye(16), rtol=0, atol=1e-13)
            bound = np.sqrt(6 / (16 + weights.input_size))
            glorot = np.abs(weights.weight_ih[16 * k : 16 * k + 16])
            assert 0.9 * bound < glorot.max() <= bound
        assert not weights.bias_ih.any()
        assert not weights.bias_hh.any()


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_identity_repeats_the_state(nonlinearity):
    network = make_network(Recipe("rnn", nonlinearity, init="identity", hidden=50, dtype="float64"), 40)
    weights = network.weights(Place())
    assert np.array_equal(weights.weight_hh, np.eye(50))
    assert not weights.bias_ih.any()
    assert not weights.bias_hh.any()
    assert weights.weight_ih.std() == pytest.approx(0.001, rel=4 / np.sqrt(2 * 2000))


def test_forget_bias_is_one_in_sum_and_all_else_is_the_default():
    recipe = Recipe(init="forget-bias", hidden=8, layers=2, bidirectional=True)
    network, default = make_network(recipe, 3), make_network(replace(recipe, init="default"), 3)
    for place in network.places:
        total = network.weights(place).bias_ih + network.weights(place).bias_hh
        assert np.array_equal(total[8:16], np.ones(8))
        assert np.array_equal(block(network, "bias_ih", "f", place), np.ones(8))
        assert np.array_equal(network.weights(place).weight_hh, default.weights(place).weight_hh)
        for gate in "igo":
            assert np.array_equal(block(network, "bias_ih", gate, place), block(default, "bias_ih", gate, place))


def test_chrono_spreads_the_time_scales_evenly_up_to_the_longest():
    recipe = Recipe(init="chrono", hidden=200, longest=100, dtype="float64")
    networks = [make_network(replace(recipe, seed=seed), 1) for seed in range(100)]
    b_f, b_i = (
        np.concatenate([block(network, "bias_ih", gate) + block(network, "bias_hh", gate) for network in networks])
        for gate in "fi"
    )
    assert np.array_equal(b_i, -b_f)
    scale = 1 + np.exp(b_f)  # 1 / (1 − f), uniform on 2 … 100
    error = 4 / np.sqrt(b_f.size)
    assert scale.mean() == pytest.approx(51, abs=error * 98 / np.sqrt(12))
    assert b_f.mean() == pytest.approx(3.642008, abs=error * b_f.std())
    assert 2 <= scale.min() < 2.1
    assert 99.9 < scale.max() <= 100


def test_chrono_of_a_gru_lets_z_keep():
    network = make_network(Recipe("gru", init="chrono", hidden=1000, longest=50, dtype="float64"), 1)
    b_z = block(network, "bias_ih", "z") + block(network, "bias_hh", "z")
    assert np.all(b_z >= 0)
    scale = 1 + np.exp(b_z)
    assert scale.mean() == pytest.approx(26, abs=4 * 48 / np.sqrt(12 * 1000))
    assert 48 < scale.max() <= 50


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (Recipe(cell="gru", init="forget-bias"), "is for lstm, not for gru"),
        (Recipe(cell="rnn", init="chrono"), "is for lstm and gru, not for rnn"),
        (Recipe(cell="lstm", init="identity"), "is for rnn, not for lstm"),
        (Recipe(init="chrono", bias=False), "sets a bias"),
        (Recipe(init="nice"), "no initialisation 'nice'; choose one of default, orthogonal"),
        (Recipe(hidden=0), "hidden size must be at least 1, not 0"),
        (Recipe(layers=-1), "number of layers must be at least 1, not -1"),
        (Recipe(seed=-1), "seed must not be negative, but is -1"),
        (Recipe(dtype="float16"), "dtype must be float32 or float64, not 'float16'"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(recipe, message):
    with pytest.raises(UsageError, match=message) as caught:
        make_network(recipe, 2)
    assert "\n" not in str(caught.value)


def test_what_fits_is_what_can_be_made():
    for cell in ("rnn", "lstm", "gru"):
        for bias in (True, False):
            fitting = fitting_initialisations(cell, bias=bias)
            for init in INITIALISATIONS:
                recipe = Recipe(cell=cell, init=init, bias=bias, hidden=2)
                if init in fitting:
                    make_network(recipe, 1)
                else:
                    with pytest.raises(UsageError):
                        make_network(recipe, 1)
