"""What numpy computed is held against torch, and what is wrong is said to be."""

from dataclasses import replace

import pytest

from explorer.engines import load_torch
from explorer.network import Place
from tests.widgets.benches import SMALL, Facts, experiment, recipe_of


def test_the_check_comes_after_torch(qtbot, bench, opened, rest) -> None:
    facts = opened()
    assert bench.trace.check is None
    assert facts.of("check_changed") in ([], [None])
    with qtbot.waitSignal(bench.check_changed, check_params_cb=lambda check: check is not None, timeout=60_000):
        bench.torch.load()
    assert bench.trace.check.passed
    assert bench.trace.check.error < 1e-5


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("block", ["W_i", "W_h", "b_"])
def test_a_corrupted_weight_block_turns_the_check_red(qtbot, bench, opened, cell, block) -> None:
    facts = opened(experiment(recipe=replace(SMALL, cell=cell)))
    blocks = bench.trace.tracks[0][Place()].blocks
    name = block + bench.trace.experiment.network.cell(Place()).blocks[0].name
    blocks[name] = blocks[name] + 0.01
    with qtbot.waitSignal(bench.check_changed, check_params_cb=lambda check: check is not None, timeout=60_000):
        bench.torch.load()
    assert not bench.trace.check.passed
    assert facts.of("check_changed")[-1] is bench.trace.check
    assert facts.messages == []


def test_live_steps_are_checked_when_stepping_rests(qtbot, bench, opened, rest) -> None:
    for _ in load_torch():
        pass
    opened()
    bench.set_live(True)
    rest()
    bench.torch.load()
    qtbot.waitUntil(lambda: bench.trace.check is not None, timeout=60_000)
    bench.move(30)
    assert bench.trace.check is None, "not yet verified"
    with qtbot.waitSignal(bench.check_changed, timeout=60_000):
        pass
    assert bench.trace.check.passed
    bench.trace.tracks[0][Place()].states["h"][25] += 0.01
    bench.move(1)
    with qtbot.waitSignal(bench.check_changed, timeout=60_000):
        pass
    assert not bench.trace.check.passed


def test_once_torch_is_there_it_computes_and_checks_by_itself(qtbot, bench, opened, rest) -> None:
    opened()
    with qtbot.waitSignal(bench.check_changed, check_params_cb=lambda check: check is not None, timeout=60_000):
        bench.torch.load()
    facts = Facts(bench)
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    rest()
    assert "torch" in bench.trace.engine()
    assert bench.trace.check.passed
    assert facts.of("check_changed")[-1] is bench.trace.check
