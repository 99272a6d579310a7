"""The self-check: green where it should be, red where one weight block is not torch's."""

import math

import numpy as np
import pytest
import torch

from explorer.engines import ENGINES
from explorer.engines.check import verify
from explorer.engines.fused import Fused, compare
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run, start
from explorer.trace import Check, Trace
from tests.explorer.making import make_dataset, make_experiment

KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]
BLOCKS = [("rnn", ""), *(("lstm", gate) for gate in "ifgo"), *(("gru", gate) for gate in "rzn")]


def last(checks) -> Check:
    return list(checks)[-1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_it_passes_for_what_is_right(cell, nonlinearity, both, dtype):
    recipe = Recipe(cell, nonlinearity, hidden=6, layers=2, bidirectional=both, dtype=dtype)
    experiment = make_experiment(recipe, [1500, 3], initial=True)
    for engine in ENGINES:
        trace = run(experiment, engine)
        assert (trace.check is not None) == (engine == "torch")
        for check in (last(verify(trace)), trace.check or last(verify(trace))):
            assert check.passed
            assert 0 < check.error < (1e-6 if dtype == "float32" else 1e-14)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(("cell", "gate"), BLOCKS)
@pytest.mark.parametrize("part", ["W_i", "W_h", "b_"])
def test_one_wrong_block_is_seen_while_it_runs(cell, gate, part, both):
    experiment = make_experiment(Recipe(cell, hidden=6, bidirectional=both, dtype="float64"), [100])
    trace = Trace(experiment, "torch")
    place = experiment.network.places[-1]
    track, engine = trace.tracks[0][place], Fused()
    spoil(track.blocks, cell, gate, part)
    check = engine.advance(track, 0, 100)
    assert not check.passed
    assert check.error > 1e-7


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("cell", "gate"), BLOCKS)
@pytest.mark.parametrize("part", ["W_i", "W_h", "b_"])
def test_one_wrong_block_is_seen_afterwards(cell, gate, part, engine):
    trace = run(make_experiment(Recipe(cell, hidden=6, layers=2, dtype="float64"), [100]), engine)
    assert last(verify(trace)).passed
    spoil(trace.tracks[0][Place(1)].blocks, cell, gate, part)
    assert not last(verify(trace)).passed


def spoil(blocks, cell, gate, part):
    """Change one weight of one gate block by 0.001, on our side only."""
    name = f"{part}{gate}"
    if part == "b_" and f"b_{gate}" == "b_n":
        name = "b_hn"  # the split block has its two biases apart
    blocks[name] = np.array(blocks[name])
    blocks[name][..., 2] += 1e-3


@pytest.mark.parametrize("scale", [1, 100])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_swapped_gates_are_seen(dtype, scale):
    x = np.random.default_rng(0).standard_normal((100, 3)) * scale
    trace = Trace(Experiment(make_dataset(x), make_network(Recipe(hidden=6, dtype=dtype), 3)), "torch")
    track = trace.tracks[0][Place()]
    blocks = track.blocks
    for part in ("W_i", "W_h", "b_"):
        blocks[f"{part}i"], blocks[f"{part}o"] = blocks[f"{part}o"], blocks[f"{part}i"]
    assert not Fused().advance(track, 0, 100).passed


def test_a_state_that_is_not_torchs_is_seen():
    trace = run(make_experiment(Recipe(dtype="float64"), [100]), "numpy")
    trace.tracks[0][Place()].states["c"][57, 3] += 1e-6
    assert not last(verify(trace)).passed


def test_the_worst_of_all_steps_and_sequences_is_kept():
    trace = run(make_experiment(Recipe(dtype="float64"), [1100, 50]), "numpy")
    trace.tracks[0][Place()].states["h"][3, 0] += 0.5
    checks = list(verify(trace))
    assert len(checks) == 3
    assert not any(check.passed for check in checks)
    assert checks[-1].error == pytest.approx(0.5, rel=0.2)


def test_only_the_steps_that_are_known_are_checked():
    experiment = make_experiment(Recipe(hidden=4, layers=2), [3000])
    trace, work = start(experiment, "numpy")
    assert list(verify(trace)) == []
    next(work)
    assert last(verify(trace)).passed


@pytest.mark.parametrize("scale", [1.0, 1e2, 1e4, 1e6])
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_large_inputs_do_not_make_it_red(cell, nonlinearity, scale):
    x = np.random.default_rng(0).standard_normal((3000, 50)) * scale
    experiment = Experiment(make_dataset(x), make_network(Recipe(cell, nonlinearity), 50))
    trace = run(experiment, "torch")
    for check in (trace.check, last(verify(trace)), last(verify(run(experiment, "numpy")))):
        assert check.passed, check


def test_a_nan_of_ours_alone_does_not_pass():
    fine, broken = torch.zeros(4), torch.tensor([0.0, np.nan, 0, 0])
    assert not compare(broken, fine, 0).passed
    assert not compare(fine, broken, 0).passed
    assert compare(broken, broken, 0).passed
    infinite = torch.tensor([np.inf, -np.inf, 0, 1])
    assert compare(infinite, infinite, 0).passed
    assert not compare(infinite, -infinite, 0).passed
    assert not compare(fine, infinite, 0).passed


def test_the_worse_of_two_checks():
    good, bad, broken = Check(1e-9, 1e-5), Check(1e-3, 1e-5), Check(math.nan, 1e-5)
    assert not broken.passed
    for other in (good, bad, None):
        assert broken.worse(other) is broken
    assert good.worse(broken) is broken
    assert good.worse(bad) is bad.worse(good) is bad
    assert good.worse(None) is good
