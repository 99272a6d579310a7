"""Inside a step: F11's wishes go through the micro-steps, and whatever else moves the cursor ends it."""

import pytest

from explorer.network import Place, Recipe
from explorer.stages import stages
from tests.widgets.benches import experiment, several


@pytest.fixture
def told(bench) -> list:
    """Return what is told of steps and stages, in order."""
    made = []
    bench.stage_changed.connect(lambda stage: made.append(("stage", stage)))
    bench.step_changed.connect(lambda step: made.append(("step", step)))
    return made


def count(bench) -> int:
    return len(stages(bench.experiment.network.cell(bench.place)))


def test_it_goes_through_the_micro_steps_and_then_into_the_next_step(bench, opened, told) -> None:
    opened()
    bench.go_to(12)
    told.clear()
    for _ in range(count(bench)):
        bench.step_into()
    assert told == [("stage", k) for k in range(7)]
    told.clear()
    bench.step_into()
    assert (bench.step, bench.stage) == (13, 0)
    assert told == [("stage", None), ("step", 13), ("stage", 0)], "nobody shows the stage of one step in another"


def test_over_and_out(bench, opened, told) -> None:
    opened()
    bench.go_to(12)
    bench.step_into()
    bench.step_into()
    bench.step_out()
    assert (bench.step, bench.stage) == (12, None)
    bench.step_out()
    bench.step_into()
    told.clear()
    bench.step_over()
    assert (bench.step, bench.stage) == (13, None)
    assert told == [("stage", None), ("step", 13)]
    bench.go_to_last()
    bench.step_into()
    bench.step_over()
    assert (bench.step, bench.stage) == (bench.length - 1, None), "at the end there is no step, but it is over"


def test_at_the_very_end_it_stays_in_the_last_micro_step(bench, opened) -> None:
    opened(experiment(20))
    bench.go_to_last()
    for _ in range(20):
        bench.step_into()
    assert (bench.step, bench.stage) == (19, count(bench) - 1)


@pytest.mark.parametrize(
    "move",
    [
        lambda bench: bench.move(-1),
        lambda bench: bench.go_to(50),
        lambda bench: bench.go_to_last(),
        lambda bench: bench.go_to_event(1),
        lambda bench: bench.go_to_sequence(1),
        lambda bench: bench.go_to_place(Place(1)),
        lambda bench: bench.player.moved.emit(1),
    ],
)
def test_any_other_movement_ends_it(bench, opened, move) -> None:
    opened(several(90, 80, recipe=Recipe("gru", hidden=4, layers=2)))
    bench.go_to(12)
    bench.step_into()
    assert bench.stage == 0
    move(bench)
    assert bench.stage is None


def test_another_experiment_ends_it(bench, opened, rest) -> None:
    opened()
    bench.go_to(12)
    for _ in range(7):
        bench.step_into()
    bench.edit_recipe(Recipe("rnn", hidden=6))
    rest()
    assert (bench.step, bench.stage) == (12, None)
    bench.step_into()
    assert bench.stage == 0


def test_another_unit_and_what_comes_in_do_not_end_it(bench, opened) -> None:
    opened()
    bench.go_to(12)
    bench.step_into()
    bench.select((4,))
    bench.trace_grown.emit(bench.trace.ready())
    assert bench.stage == 0


def test_it_stops_the_player(bench, opened) -> None:
    opened()
    bench.play()
    bench.step_into()
    assert not bench.player.playing


def test_without_anything_there_is_nothing_to_go_into(bench, told) -> None:
    bench.step_into()
    bench.step_out()
    assert told == []


def test_at_the_frontier_the_step_is_taken_first(bench, opened, rest) -> None:
    opened(experiment(6))
    bench.set_live(True)
    rest()
    bench.step_into()
    assert (bench.step, bench.stage, bench.frontier) == (1, 0, 2)
    for _ in range(count(bench)):
        bench.step_into()
    assert (bench.step, bench.stage, bench.frontier) == (2, 0, 3)
    bench.move(-1)
    bench.step_into()
    assert (bench.step, bench.stage, bench.frontier) == (1, 0, 3), "what was taken is gone into as it is"
    bench.step_over()
    bench.step_over()
    bench.move(10)
    assert (bench.step, bench.frontier) == (5, 6)
    bench.step_into()
    assert (bench.step, bench.stage) == (5, 0), "there is no step left to take"
