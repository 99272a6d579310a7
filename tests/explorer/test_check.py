"""The self-check: green where it should be, red where one weight block is not torch's."""

import math
import os

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.engines import ENGINES, complete, make_engine
from explorer.engines.check import verify
from explorer.engines.fused import Fused
from explorer.engines.rounding import compare, judge
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
        assert check.passed or (not check.telling and scale > 100), check


def machine_temperatures(steps, features, seed):
    """Return values as a machine's sensors give them, not standardised: 86 ± 12, wandering slowly."""
    rng = np.random.default_rng(seed)
    slow = np.cumsum(rng.standard_normal((steps, features)), axis=0)
    return 86 + 12 * np.sin(slow / 10) + rng.standard_normal((steps, features))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("cell", "nonlinearity", "init"),
    [*((*kind, "default") for kind in KINDS), ("lstm", "tanh", "chrono"), ("gru", "tanh", "chrono")],
)
@given(hidden=st.integers(8, 64), features=st.integers(1, 3), seed=st.integers(0, 10**6))
@settings(max_examples=40 if os.environ.get("GATE_ALL") else 2)
def test_what_was_not_standardised_stays_green(cell, nonlinearity, init, engine, hidden, features, seed):
    x = machine_temperatures(5000, features, seed)
    recipe = Recipe(cell, nonlinearity, hidden, init=init, seed=seed, longest=5000)
    trace = run(Experiment(make_dataset(x), make_network(recipe, features)), engine)
    check = trace.check or last(verify(trace))
    assert check.passed, check
    if cell != "lstm":
        assert check.error < 1e-3


def noise_run(cell, scale, engine="torch", spoiled=None):
    """Return the check of a run over noise of this scale; ``spoiled`` changes the blocks on our side only.

    With this seed no gate is so shut at every step that a wrong one could not be told from a right one.
    """
    x = np.random.default_rng(0).standard_normal((1500, 3)) * scale
    trace = Trace(
        Experiment(make_dataset(x), make_network(Recipe(cell, hidden=8, seed=7), 3)), make_engine(engine).name
    )
    track = trace.tracks[0][Place()]
    if spoiled is not None:
        spoiled(track)
    for _ in complete(trace, make_engine(engine)):
        pass
    return trace.check or last(verify(trace))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scale", [1, 90, 1e3, 1e9])
@pytest.mark.parametrize(("cell", "gate"), BLOCKS)
@pytest.mark.parametrize("part", ["W_i", "W_h", "b_"])
def test_one_wrong_unit_is_seen_however_large_the_inputs(cell, gate, part, scale, engine):
    def spoiled(track):
        name = "b_hn" if (part, gate) == ("b_", "n") else f"{part}{gate}"
        track.blocks[name] = np.array(track.blocks[name])
        track.blocks[name][..., 2] += 0.5

    check = noise_run(cell, scale, engine, spoiled)
    assert not check.passed
    assert check.telling == (scale < 1e9), "where it cannot tell it says so, right or wrong"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scale", [1, 90, 1e3, 1e9])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_what_is_right_passes_where_anything_can_be_told(cell, scale, engine):
    check = noise_run(cell, scale, engine)
    assert check.passed == check.telling == (scale < 1e9)


@pytest.mark.parametrize("changed", [("W_io", 0.5), ("W_io", 5), ("b_o", 0.5), ("b_g", 0.5), ("b_f", 0.5), ("W_hi", 2)])
def test_a_wrong_block_is_seen_where_c_has_grown_to_thousands(changed):
    x = machine_temperatures(5000, 1, 0)
    trace = Trace(Experiment(make_dataset(x), make_network(Recipe(), 1)), "torch")
    blocks = trace.tracks[0][Place()].blocks
    name, by = changed
    blocks[name] = blocks[name] + np.float32(by)
    for _ in complete(trace, Fused()):
        pass
    assert np.abs(trace.read(0, "c")).max() > 1000
    assert trace.check.telling
    assert not trace.check.passed


@pytest.mark.parametrize("scale", [1, 90, 1e3, 1e6, 1e9])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_random_h_is_never_passed(cell, scale):
    x = np.random.default_rng(0).standard_normal((3000, 3)) * scale
    trace = run(Experiment(make_dataset(x), make_network(Recipe(cell, hidden=8), 3)), "numpy")
    trace.tracks[0][Place()].states["h"][:] = np.random.default_rng(1).uniform(-1, 1, (3000, 8))
    assert not last(verify(trace)).passed


@pytest.mark.parametrize("scale", [1e9, 1e12])
def test_float64_tells_what_float32_cannot(scale):
    x = np.random.default_rng(0).standard_normal((500, 3)) * scale
    for dtype in ("float32", "float64"):
        experiment = Experiment(make_dataset(x), make_network(Recipe(hidden=8, dtype=dtype), 3))
        for engine in ENGINES:
            trace = run(experiment, engine)
            check = trace.check or last(verify(trace))
            assert check.passed == check.telling == (dtype == "float64")
            assert check.doubt.startswith("" if check.telling else "cannot be verified in float32: the inputs are so")


def held(ours, theirs):
    """Return the check of two rows of numbers, which may be off by nothing but the usual rounding."""
    pair = ("h", ours[None], theirs[None])
    nothing = torch.zeros_like(pair[1])
    checks = compare([pair], 0, lambda: (0.0, {"h": nothing})), judge(*pair[1:], nothing)
    assert checks[0].passed == checks[1].passed
    return checks[0]


def test_a_nan_of_ours_alone_does_not_pass():
    fine, broken = torch.zeros(4), torch.tensor([0.0, np.nan, 0, 0])
    assert not held(broken, fine).passed
    assert not held(fine, broken).passed
    assert held(broken, broken).passed
    infinite = torch.tensor([np.inf, -np.inf, 0, 1])
    assert held(infinite, infinite).passed
    assert not held(infinite, -infinite).passed
    assert not held(fine, infinite).passed


def test_each_element_is_judged_by_itself():
    theirs = torch.tensor([[0.0, 0.0], [0.5, 1000.0]])
    offset = torch.tensor([[1e-3, 0.0], [0.0, 0.0]])
    assert judge(theirs + torch.tensor([[9e-4, 0], [0, 5e-3]]), theirs, offset).passed
    check = judge(theirs + torch.tensor([[9e-4, 9e-4], [0, 5e-3]]), theirs, offset)
    assert not check.passed
    assert (check.error, check.tolerance) == pytest.approx((9e-4, 1e-5))


def test_what_only_a_large_offset_explains_tells_nothing():
    zero = torch.zeros(1, 2)
    check = judge(zero + 0.4, zero, zero + 0.7)
    assert (check.telling, check.passed) == (False, False)
    assert check.tolerance == pytest.approx(0.7, rel=1e-3)
    assert judge(zero + 1e-3, zero, zero + 0.7).passed
    assert not judge(zero + 0.8, zero, zero + 0.7).passed
    assert judge(zero + math.nan, zero, zero, terms=100).telling, "a NaN is wrong however large the inputs"


def test_the_worse_of_two_checks():
    good, bad, broken = Check(1e-9, 1e-5), Check(1e-3, 1e-5), Check(math.nan, 1e-5)
    assert not broken.passed
    for other in (good, bad, None):
        assert broken.worse(other) is broken
    assert good.worse(broken) is broken
    assert good.worse(bad) is bad.worse(good) is bad
    assert good.worse(None) is good
    vague = Check(0, 0.5, telling=False)
    assert vague.worse(bad) is bad.worse(vague) is bad
    assert vague.worse(good) is good.worse(vague) is vague
    assert vague.worse(broken) is broken.worse(vague) is broken
