"""Breakpoints in the workbench: hits are numpy's, whoever goes on stops at them, and nobody waits for them."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer

from explorer.conditions import rising
from explorer.network import Place, Recipe
from explorer.run import run
from tests.widgets.benches import SMALL, dataset, experiment, several, slow_experiment
from widgets.breaks import MOST, Breakpoint, Breaks
from widgets.decimals import grouped, short
from widgets.sources import make_experiment

ENOUGH = 30_000


@pytest.fixture
def found(qtbot, bench):
    """Wait until all is searched."""

    def wait() -> None:
        qtbot.waitUntil(lambda: bench.breaks._job is None and bench.breaks.searched >= bench.frontier, timeout=ENOUGH)

    return wait


def values(bench, name: str, place: Place = Place()):  # noqa: B008 - an immutable value
    return bench.trace.read(bench.sequence, name, place)


def test_hits_are_those_of_numpy(bench, opened, found) -> None:
    opened(experiment(9000))
    told = []
    bench.hits_changed.connect(told.append)
    for text in ("f[3] < 0.5", "abs(h).max() > 0.3", "t % 7 == 0 and x['sine mix'] > 0", "h[0] > prev(h[0])"):
        bench.breaks.add(text)
    found()
    assert "x['sine mix']" not in bench.experiment.dataset.features
    h, x = values(bench, "h"), bench.experiment.dataset.sequences[0].values[:, 0]
    wanted = {
        "f[3] < 0.5": values(bench, "f")[:, 3] < 0.5,
        "abs(h).max() > 0.3": np.abs(h).max(axis=1) > 0.3,
        "h[0] > prev(h[0])": np.concatenate([[False], h[1:, 0] > h[:-1, 0]]),
    }
    assert bench.breaks.hits.keys() == wanted.keys(), "the one with an unknown feature waits for nothing"
    for text, true in wanted.items():
        np.testing.assert_array_equal(bench.breaks.hits[text], true.nonzero()[0])
        np.testing.assert_array_equal(told[-1][text], true.nonzero()[0])
    stops = np.unique(np.concatenate([rising(true.nonzero()[0]) for true in wanted.values()]))
    np.testing.assert_array_equal(bench.breaks.stops, stops)
    assert len(x) == 9000


def test_they_are_looked_for_anew_in_another_network_and_in_another_sequence(bench, opened, rest, found) -> None:
    opened(several(3000, 500))
    bench.breaks.add("h[1] > 0")
    found()
    first = bench.breaks.hits["h[1] > 0"]
    np.testing.assert_array_equal(first, (values(bench, "h")[:, 1] > 0).nonzero()[0])
    bench.go_to_sequence(1)
    rest()
    found()
    np.testing.assert_array_equal(bench.breaks.hits["h[1] > 0"], (values(bench, "h")[:, 1] > 0).nonzero()[0])
    bench.edit_recipe(Recipe("gru", hidden=5, seed=4, layers=2, bidirectional=True))
    rest()
    found()
    np.testing.assert_array_equal(bench.breaks.hits["h[1] > 0"], (values(bench, "h")[:, 1] > 0).nonzero()[0])
    bench.breaks.add("l1_reverse.z[0] > 0.5")
    found()
    z = values(bench, "z", Place(1, 1))[:, 0]
    np.testing.assert_array_equal(bench.breaks.hits["l1_reverse.z[0] > 0.5"], (z > 0.5).nonzero()[0])
    bench.edit_recipe(SMALL)
    rest()
    assert "l1_reverse.z[0] > 0.5" not in bench.breaks.hits, "has no meaning in a network of one layer"
    assert len(bench.breaks.points) == 2


def test_they_are_found_while_a_trace_grows(qtbot, bench, rest, found) -> None:
    bench.breaks.add("h[0] > 0")
    told = []
    bench.hits_changed.connect(lambda hits: told.append(len(hits["h[0] > 0"])))
    long = slow_experiment()
    bench.open(lambda _: long, "open")
    rest()
    found()
    np.testing.assert_array_equal(bench.breaks.hits["h[0] > 0"], (values(bench, "h")[:, 0] > 0).nonzero()[0])
    assert told == sorted(told)


def test_a_direction_that_begins_at_the_end_is_waited_for(bench, rest, found) -> None:
    bench.breaks.add("l0_reverse.h[0] > 0")
    long = slow_experiment(Recipe("rnn", hidden=3, bidirectional=True, seed=1))
    bench.open(lambda _: long, "open")
    rest()
    found()
    h = values(bench, "h", Place(0, 1))[:, 0]
    assert 0 < (h > 0).sum() < len(h)
    np.testing.assert_array_equal(bench.breaks.hits["l0_reverse.h[0] > 0"], (h > 0).nonzero()[0])


def test_what_nobody_has_looked_at_yet_is_looked_at_when_it_is_asked_for(qapp) -> None:
    trace, breaks = run(experiment(3000), "numpy"), Breaks()
    h = trace.read(0, "h")
    edges = [f"h[0] > {np.median(h[:, 0]):.3f}", f"h[1] > {np.median(h[:, 1]):.3f}"]
    for text in edges:
        breaks.add(text)
    stops = np.unique(
        np.concatenate([rising((h[:, k] > float(text[7:])).nonzero()[0]) for k, text in enumerate(edges)])
    )
    breaks.show_trace(trace, 0)
    assert breaks.searched == 0
    assert len(stops) > 20
    for start in range(0, 3000, 7):
        steps = range(start, start + 23)
        inside = stops[(stops >= steps.start) & (stops < steps.stop)]
        assert breaks.first(steps) == (inside[0] if len(inside) else None)
        assert breaks.first(steps, back=True) == (inside[-1] if len(inside) else None)
    assert breaks.searched == 0
    breaks.end()


def test_in_live_mode_they_are_found_as_steps_come(bench, opened, rest) -> None:
    opened(experiment(300))
    bench.set_live(True)
    rest()
    bench.breaks.add("h[0] > prev(h[0])")
    for _ in range(40):
        bench.move(1)
        h = bench.trace.read(0, "h", steps=slice(0, bench.frontier))[:, 0]
        wanted = np.concatenate([[False], h[1:] > h[:-1]]).nonzero()[0]
        np.testing.assert_array_equal(bench.breaks.hits["h[0] > prev(h[0])"], wanted)


def test_to_the_next_hit_in_review(bench, opened, found) -> None:
    facts = opened(experiment(5000))
    text = f"h[2] > {np.median(values(bench, 'h')[:, 2]):.3f}"
    bench.breaks.add(text)
    found()
    stops = rising((values(bench, "h")[:, 2] > float(text[7:])).nonzero()[0])
    wanted = stops[stops > 0]
    assert len(wanted) > 3
    for step in wanted[:4]:
        bench.run_on()
        assert bench.step == step
        said, kind = facts.messages[-1]
        assert said == f"Step {grouped(int(step))}: {text} (h[2] = {short(values(bench, 'h')[step, 2])})"
        assert kind == "note"
    bench.go_to(int(wanted[-1]))
    bench.run_on()
    assert bench.step == 4999
    assert "No hit" in facts.messages[-1][0]


def test_to_a_hit_that_is_not_found_yet(qtbot, bench, opened) -> None:
    facts = opened(experiment(20_000))
    bench.breaks.add("t == 17000")
    bench.run_on()
    assert facts.messages[-1] == ("Looking for the next hit …", "note")
    qtbot.waitUntil(lambda: bench.step == 17_000, timeout=ENOUGH)
    bench.breaks.add("t == 19000")
    bench.run_on()
    bench.go_to(5)
    qtbot.waitUntil(lambda: bench.breaks._job is None, timeout=ENOUGH)
    assert bench.step == 5, "whoever moves the cursor does not wait for a hit any more"


def test_in_live_mode_steps_are_taken_up_to_the_hit(bench, opened, rest) -> None:
    facts = opened(experiment(3000))
    h = values(bench, "h")[:, 1]
    text = f"h[1] > {np.median(h):.3f}"
    stops = rising((h > float(text[7:])).nonzero()[0])
    bench.set_live(True)
    rest()
    bench.breaks.add(text)
    assert len(stops[stops > 0]) > 3
    for step in stops[stops > 0][:3]:
        bench.run_on()
        rest()
        assert bench.step == step
        assert step < bench.frontier <= step + 1 + 32
        assert f"Step {grouped(int(step))}: {text}" in facts.messages[-1][0]
    bench.breaks.switch(0, False)
    bench.breaks.add("h[1] > 5")
    bench.run_on()
    rest()
    assert bench.step == bench.frontier - 1 == 2999
    np.testing.assert_allclose(values(bench, "h")[:, 1], h, atol=1e-5)


def test_giving_up_a_live_run_stays_where_it_has_come(qtbot, bench, opened, rest) -> None:
    opened(slow_experiment())
    bench.set_live(True)
    rest()
    bench.breaks.add("h[1] > 5")
    bench.run_on()
    qtbot.waitUntil(lambda: bench.frontier > 100, timeout=ENOUGH)
    bench.cancel()
    rest()
    assert 100 <= bench.step < bench.frontier < bench.length
    bench.move(1)
    assert bench.step < bench.length


@pytest.mark.parametrize("live", [False, True])
def test_playing_pauses_at_a_hit_in_either_direction(qtbot, bench, opened, rest, live) -> None:
    facts = opened(experiment(400))
    bench.set_live(live)
    rest()
    bench.player.set_speed(960)
    bench.breaks.add("t == 57")
    bench.breaks.add("t > 200")
    bench.play()
    qtbot.waitUntil(lambda: not bench.player.playing, timeout=ENOUGH)
    assert bench.step == 57
    assert facts.messages[-1][0] == "Paused at step 57: t == 57"
    bench.play()
    qtbot.waitUntil(lambda: not bench.player.playing, timeout=ENOUGH)
    assert bench.step == 201, "where it becomes true, and not at every step at which it is"
    bench.play()
    qtbot.waitUntil(lambda: bench.step > 220, timeout=ENOUGH)
    bench.player.stop()
    bench.play(-1)
    qtbot.waitUntil(lambda: not bench.player.playing, timeout=ENOUGH)
    assert bench.step == 201
    bench.breaks.set_pauses(False)
    bench.play(-1)
    qtbot.waitUntil(lambda: not bench.player.playing, timeout=ENOUGH)
    assert bench.step == 0


def test_events_are_hits_and_bookmarks_too(bench, opened, found) -> None:
    opened(experiment(100))
    bench.breaks.add("t > 20 and t < 30")
    bench.bookmarks.toggle(50)
    found()
    steps = []
    for _ in range(3):
        bench.go_to_event(1)
        steps.append(bench.step)
    assert steps == [21, 50, 99]
    bench.go_to_event(-1)
    bench.go_to_event(-1)
    assert bench.step == 21


def test_a_note_does_not_go_unnoticed(bench, opened) -> None:
    facts = opened(experiment(100))
    bench.toggle_bookmark()
    bench.toggle_bookmark()
    assert facts.messages == []
    bench.toggle_bookmark()
    bench.bookmarks.note(0, "here")
    bench.toggle_bookmark()
    assert "here" in facts.messages[-1][0]
    bench.bookmarks.restore()
    assert bench.bookmarks.at(0).note == "here"


def test_a_pin_belongs_to_its_sequence(bench, opened, rest) -> None:
    opened(several(50, 60))
    told = []
    bench.pinned_changed.connect(told.append)
    bench.go_to(30)
    bench.toggle_pin()
    bench.edit_recipe(Recipe("gru", hidden=4))
    rest()
    assert bench.pinned == 30, "another network over the same steps"
    bench.go_to_sequence(1)
    assert bench.pinned is None
    bench.go_to(40)
    bench.toggle_pin()
    bench.go_to(41)
    bench.toggle_pin()
    bench.toggle_pin()
    assert told == [30, None, 40, 41, None]


def test_a_step_is_toggled(bench, opened) -> None:
    opened(experiment(100))
    bench.go_to(40)
    bench.toggle_breakpoint()
    assert bench.breaks.points == (Breakpoint("t == 40"),)
    assert bench.breaks.hits["t == 40"].tolist() == [40]
    bench.toggle_breakpoint()
    assert bench.breaks.points == ()
    bench.breaks.restore()
    assert bench.breaks.points == (Breakpoint("t == 40"),)


def test_a_long_search_is_given_up_at_once(qtbot, bench, rest) -> None:
    data, recipe = dataset(1_000_000), Recipe("rnn", hidden=16)
    made = make_experiment(data, recipe)
    bench.torch.load()
    qtbot.waitUntil(lambda: bench.torch.is_loaded, timeout=ENOUGH)
    bench.open(lambda _: made, "open")
    rest()
    text = "norm(a) > 1 and abs(h).max() > 0.2 or (sqrt(abs(h)) > 0.9).any() or max(h.min(), prev(h.max())) > 2"
    bench.breaks.add(text)
    assert bench.breaks.active
    qtbot.waitUntil(lambda: 0 < bench.breaks.searched < 1_000_000, timeout=ENOUGH)
    job, clock = bench.breaks._job, QElapsedTimer()
    assert job is not None
    clock.start()
    bench.breaks.switch(0, False)
    assert not bench.breaks.active
    asked = clock.elapsed()
    job._thread.join(10)
    assert asked < 50, "whoever switches it off does not wait"
    assert clock.elapsed() < 200
    known = time.thread_time()
    bench.breaks.switch(0, True)
    assert time.thread_time() - known < 0.05


class Points:
    def __init__(self) -> None:
        self.breaks, self.told = Breaks(), []
        self.breaks.changed.connect(self.told.append)

    @property
    def texts(self) -> list[str]:
        return [point.text for point in self.breaks.points]


@pytest.fixture
def points(qapp):
    return Points()


def test_the_list_is_edited_and_removals_come_back(points) -> None:
    breaks = points.breaks
    for text in ("a > 1", "b > 1", "c > 1"):
        breaks.add(text)
    breaks.switch(1, False)
    breaks.edit(0, "a > 2")
    breaks.edit(0, "a > 2")
    assert breaks.points == (Breakpoint("a > 2"), Breakpoint("b > 1", False), Breakpoint("c > 1"))
    assert len(points.told) == 5
    breaks.add("b > 1")
    assert breaks.points[1].on, "added once more, it is on again"
    breaks.remove(1)
    breaks.edit(1, " ")
    assert points.texts == ["a > 2"]
    breaks.edit(0, "d > 1")
    breaks.restore()
    breaks.restore()
    breaks.restore()
    assert points.texts == ["d > 1", "b > 1", "c > 1"]
    breaks.edit(2, "d > 1")
    assert points.texts == ["d > 1", "b > 1"], "the same twice is one"


def test_there_are_at_most_so_many(points) -> None:
    for k in range(MOST + 5):
        points.breaks.add(f"t == {k}")
    assert len(points.texts) == MOST
