"""The self-check where something is held: green for what is right, red for what is wrong there."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import LSTM, held
from explorer.clamps import Clamp
from explorer.engines import ENGINES, complete, make_engine
from explorer.engines.check import verify
from explorer.engines.rounding import moved
from explorer.holds import Hold
from explorer.network import Place, Recipe
from explorer.run import fork, resume, run
from explorer.trace import Trace
from tests.counts import cases
from tests.explorer.making import make_experiment
from tests.explorer.test_check import BLOCKS, KINDS, last, spoil
from tests.explorer.test_clamps import HELD, holding, questions


@given(questions(dtype="float32", longest=300, most=1), st.sampled_from(ENGINES))
def test_it_passes_for_what_is_right(experiment, engine):
    trace = run(experiment, engine)
    assert last(verify(trace)).passed
    if engine == "torch":
        assert trace.check.passed


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("cell", "nonlinearity", "quantity"), HELD)
@pytest.mark.parametrize(("value", "steps"), [(0, 100), (1, 100), (-30, 8), (1000, 8)])
def test_it_passes_for_every_quantity(cell, nonlinearity, quantity, value, steps, dtype):
    experiment = make_experiment(Recipe(cell, nonlinearity, hidden=6, layers=2, dtype=dtype), [300])
    trace = run(holding(experiment, Clamp(quantity, value, (1, 2), (100, 100 + steps))))
    for check in (trace.check, last(verify(trace))):
        assert check.passed or (not check.telling and abs(value) > 1)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("cell", "gate"), BLOCKS)
@pytest.mark.parametrize("part", ["W_i", "W_h", "b_"])
def test_one_wrong_block_is_seen_although_its_gate_is_held(cell, gate, part, engine):
    experiment = make_experiment(Recipe(cell, hidden=6, dtype="float64"), [100])
    name = gate or "h"
    held = holding(experiment, Clamp(name, 0.5))
    trace = run(held, engine)
    assert last(verify(trace)).passed
    spoil(trace.tracks[0][Place()].blocks, cell, gate, part)
    assert not last(verify(trace)).passed
    if engine == "torch":
        trace = Trace(held, "torch")
        spoil(trace.tracks[0][Place()].blocks, cell, gate, part)
        list(complete(trace, make_engine("torch")))
        assert not trace.check.passed


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_a_state_that_is_not_held_as_it_says_is_seen(cell, nonlinearity, dtype, engine):
    experiment = make_experiment(Recipe(cell, nonlinearity, hidden=6, dtype=dtype), [60])
    for state in experiment.network.cell(Place()).states:
        trace = run(holding(experiment, Clamp(state, 0.5, (3,), (20, None))), engine)
        rows = trace.tracks[0][Place()].states[state]
        assert (rows[20:, 3] == 0.5).all()
        for step, unit in ((59, 3), (59, 2), (30, 3), (10, 3)):  # also where no step follows that would tell
            right = rows[step, unit]
            rows[step, unit] = 0.25
            assert not last(verify(trace)).passed
            rows[step, unit] = right
            assert last(verify(trace)).passed


@pytest.mark.parametrize("seed", range(cases(8, 30)))
def test_a_gate_beyond_one_magnifies_what_is_rounded(seed):
    experiment = make_experiment(Recipe("gru", hidden=16, seed=seed), [60], seed=seed)
    trace = run(holding(experiment, Clamp("z", 300, None, (28, 34)), Clamp("h", -20, (1, 5), (22, 31))), "numpy")
    check = last(verify(trace))
    assert check.passed or not check.telling


@pytest.mark.parametrize("name", ["a_f", "f"])
def test_what_is_held_is_not_moved_by_what_it_was_made_of(name):
    rng = np.random.default_rng(0)
    known = {key: torch.tensor(rng.standard_normal((5, 3))) for key in ("a_i", "a_f", "a_g", "a_o", "h_prev", "c_prev")}
    offsets = {"a_f": torch.full((5, 3), 0.1)}
    one = Hold(np.array([True, False, False]), np.full(3, 0.5))
    assert (moved(LSTM, "c", known, offsets) > 0).all()
    by = moved(LSTM, "c", {**known, **held(known, {name: one})}, offsets, {name: one})
    assert (by[:, 0] == 0).all()
    assert (by[:, 1:] > 0).all()


def test_it_covers_all_that_torch_computed_and_what_is_held_between():
    experiment = make_experiment(Recipe(hidden=6), [9000])
    trace = run(holding(experiment, Clamp("f", 1, None, (3000, 7000))))
    assert trace.check.passed
    assert trace.check.error >= run(experiment).check.error / 2
    track = Trace(holding(experiment, Clamp("f", 1, None, (3000, 7000))), "torch").tracks[0][Place()]
    engine = make_engine("torch")
    spoil(track.blocks, "lstm", "o", "b_")
    assert not engine.advance(track, 0, 3000).passed
    assert not engine.advance(track, 3000, 4000)().passed


def test_held_steps_are_there_to_be_seen_before_they_are_checked():
    experiment = make_experiment(Recipe(hidden=6), [1500])
    trace = fork(run(experiment), holding(experiment, Clamp("f", 1, None, (1000, None))))
    work = resume(trace)
    before = trace.check
    assert before.passed
    while not trace.whole(0):
        next(work)
    assert trace.check is None
    assert list(work) == []
    assert trace.check.passed
    assert trace.check.error >= before.error


def test_what_is_left_before_it_is_checked_says_nothing_of_itself():
    experiment = make_experiment(Recipe(hidden=6), [1500])
    trace = fork(run(experiment), holding(experiment, Clamp("f", 1, None, (1000, None))))
    work = resume(trace)
    next(work)
    work.close()
    assert trace.check is None
    for _ in resume(trace):
        pass
    assert trace.check is None
    *_, check = verify(trace)
    assert check.passed


def test_an_experiment_that_is_edited_needs_no_hold():
    experiment = make_experiment(Recipe(hidden=6), [60])
    trace = run(replace(experiment, clamps=(Clamp("x", 3, (1,), (20, 21)),)))
    assert trace.check.passed
    assert last(verify(trace)).passed
