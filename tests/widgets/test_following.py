"""A file that is followed in the workbench: what comes is taken at the frontier, and nothing that was seen changes."""

import gc
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QImage

from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Label, Sequence, generate, read_csv
from explorer.stepper import Stepper
from tests.widgets.benches import Facts, experiment, recipe_of, same_numbers
from widgets.following import TOLD, Followed, Following
from widgets.history import History
from widgets.input_row import InputRow
from widgets.readout import Readout
from widgets.row import LEFT, RIGHT
from widgets.row_area import RowArea
from widgets.sources import make_experiment
from widgets.status import StatusLine
from widgets.theme import LIGHT
from widgets.tile import Tile
from widgets.view import View

FIRST = 60


def row(t: int) -> str:
    return (
        f"2024-03-01 {t // 60 % 24:02}:{t % 60:02},{70 + 5 * math.sin(t / 9):.4f},{math.cos(t):.4f},{int(t % 20 < 3)}\n"
    )


def append(path: Path, first: int, last: int) -> None:
    with path.open("a") as file:
        file.write("".join(map(row, range(first, last))))


@pytest.fixture
def log(tmp_path) -> Path:
    path = tmp_path / "pump.csv"
    path.write_text("time,level,flow,anomaly\n")
    append(path, 0, FIRST)
    return path


@pytest.fixture
def followed(bench, rest, log, qtbot):
    """Open the log, go to its last step, and follow it."""

    def start(*, hidden: int = 6, at_end: bool = True) -> Facts:
        bench.open_source(str(log))
        rest()
        bench.edit_recipe(replace(recipe_of(bench), hidden=hidden))
        rest()
        if at_end:
            bench.go_to_last()
        bench.follow(True)
        qtbot.waitUntil(lambda: bench.endless and bench.frontier == FIRST and not bench.computing.busy, timeout=30_000)
        return Facts(bench)

    return start


@pytest.fixture
def until(bench, qtbot):
    """Wait until so many steps are taken."""

    def wait(steps: int) -> None:
        qtbot.waitUntil(lambda: bench.frontier == bench.length == steps and not bench.computing.busy, timeout=30_000)

    return wait


def assert_whole(bench, log: Path) -> None:
    """The experiment holds all rows of the file, and the trace is a run over all of them, but for the scaling."""
    sequence = bench.experiment.dataset.sequences[0]
    whole = read_csv(log).sequences[0]
    np.testing.assert_array_equal(sequence.values, whole.values)
    np.testing.assert_array_equal(sequence.times, whole.times)
    np.testing.assert_array_equal(sequence.labels[0].values, whole.labels[0].values)
    assert bench.trace.experiment is bench.experiment
    same_numbers(bench.trace, run(bench.experiment, "numpy"))


def test_rows_become_steps_and_a_cursor_at_the_end_moves_along(bench, followed, until, log):
    facts = followed()
    assert bench.live
    assert bench.step == FIRST - 1
    trace = bench.trace
    for last in (FIRST + 1, FIRST + 20, FIRST + 21):
        append(log, bench.length, last)
        until(last)
        assert bench.step == last - 1
    assert bench.trace is trace
    assert facts.of("trace_changed") == [], "nothing is shown anew"
    assert facts.of("trace_grown")[-1] == range(FIRST + 20, FIRST + 21)
    assert_whole(bench, log)


def test_a_cursor_elsewhere_stays(bench, followed, until, log):
    followed()
    bench.go_to(10)
    append(log, FIRST, FIRST + 30)
    until(FIRST + 30)
    assert bench.step == 10
    bench.go_to_last()
    append(log, FIRST + 30, FIRST + 31)
    until(FIRST + 31)
    assert bench.step == FIRST + 30


def test_what_came_since_it_was_opened_is_there_too(bench, rest, until, log):
    bench.open_source(str(log))
    rest()
    bench.go_to_last()
    append(log, FIRST, 2 * FIRST)
    bench.follow(True)
    until(2 * FIRST)
    assert bench.step == 2 * FIRST - 1


def test_a_burst_is_run_in_the_background_and_the_same(bench, followed, until, log):
    followed()
    append(log, FIRST, 6_000)
    until(6_000)
    assert bench.step == 5_999
    sequence = bench.experiment.dataset.sequences[0]
    assert sequence.values.tobytes() == read_csv(log).sequences[0].values.tobytes()


def test_a_burst_of_many_thousands_is_seen_to_come_and_is_what_the_finished_file_holds(bench, followed, until, log):
    """Rows are told on the way, and all numbers are those."""
    facts, seen = followed(), []
    bench.following.changed.connect(lambda followed: seen.append(followed.rows if followed else FIRST))
    append(log, FIRST, 50_000)
    until(50_000)
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert bench.step == 49_999
    grown = [steps.stop for steps in facts.of("trace_grown")]
    assert grown == sorted(grown)
    assert grown[-1] == 50_000, "how often on the way depends on how fast the machine is"
    sequence, whole = bench.experiment.dataset.sequences[0], read_csv(log).sequences[0]
    assert sequence.values.tobytes() == whole.values.tobytes()
    assert sequence.times.tobytes() == whole.times.tobytes()
    reference = run(bench.experiment, "torch")
    for name in ("h", "c", "f"):
        mine, theirs = (trace.read(0, name, Place()) for trace in (bench.trace, reference))
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=2e-6)


def test_editing_the_network_goes_on_over_everything_and_follows_on(bench, followed, rest, until, log):
    followed()
    append(log, FIRST, FIRST + 40)
    until(FIRST + 40)
    for wish in (
        lambda: bench.edit_recipe(replace(recipe_of(bench), cell="gru")),
        lambda: bench.edit_scale("min-max"),
        bench.undo,
        bench.undo,
        bench.redo,
    ):
        wish()
        rest()
        assert bench.endless
        before = bench.length
        assert before >= FIRST + 40, "also an experiment of before has every row"
        append(log, before, before + 3)
        until(before + 3)
        assert bench.step == before + 2
        assert_whole(bench, log)


def test_undoing_it_is_the_file_as_it_was_and_follows_no_more(bench, followed, rest, until, log):
    facts = followed()
    append(log, FIRST, FIRST + 5)
    until(FIRST + 5)
    assert bench.history.undo_name == "follow pump.csv"
    bench.undo()
    rest()
    assert not bench.endless
    assert bench.length == FIRST
    assert bench.following.followed is None
    assert not bench.following._timer.isActive()
    assert not facts.messages


def test_opening_something_else_ends_it(bench, followed, rest, log):
    followed()
    bench.open(lambda _: experiment(50), "open")
    rest()
    assert not bench.endless
    assert bench.length == 50
    append(log, FIRST, FIRST + 5)
    assert not bench.following._timer.isActive()


def test_opening_the_same_file_again_ends_it(bench, followed, rest, log):
    followed()
    bench.open_source(str(log))
    rest()
    assert not bench.endless


@pytest.mark.parametrize("how", ["follow", "live"])
def test_leaving_keeps_what_came(bench, followed, rest, until, log, how):
    followed()
    append(log, FIRST, FIRST + 5)
    until(FIRST + 5)
    if how == "follow":
        bench.follow(False)
    else:
        bench.set_live(False)
    rest()
    assert not bench.endless
    assert bench.length == FIRST + 5
    assert bench.trace.complete


def test_a_second_direction_ends_it_and_says_why_it_cannot_begin(bench, followed, rest, log):
    facts = followed()
    bench.edit_recipe(replace(recipe_of(bench), bidirectional=True))
    rest()
    assert not bench.endless
    assert "backward direction" in bench.why_not_followed
    assert any("Live mode is over" in text for text, _ in facts.messages)
    bench.follow(True)
    assert not bench.computing.under_way


def test_what_does_not_grow_cannot_be_followed(bench, opened):
    opened()
    assert "generated" in bench.why_not_followed
    bench.follow(True)
    assert not bench.computing.under_way
    assert not bench.endless


def test_wrong_rows_are_told_once_and_not_all(bench, followed, qtbot, log):
    facts = followed()
    with log.open("a") as file:
        file.write("".join(f"2024-03-02 00:00,x{k},1,0\n" for k in range(100)))
    qtbot.waitUntil(lambda: bench.length == FIRST + 100, timeout=30_000)
    told = [text for text, kind in facts.messages if kind == "error"]
    assert told[0] == (
        f"pump.csv, line {FIRST + 2}, column 2: 'x0' is no number, as the others in 'level' are; taken for missing"
    )
    assert len(told) == TOLD + 1
    assert told[-1] == "pump.csv: 100 cells and rows have not fitted so far"


def test_a_file_that_is_gone_is_waited_for(bench, followed, qtbot, until, log):
    facts = followed()
    data = log.read_bytes()
    log.unlink()
    qtbot.waitUntil(lambda: bool(bench.following.followed.waits), timeout=30_000)
    assert "it is not there any more" in bench.following.text
    log.write_bytes(data)
    append(log, FIRST, FIRST + 2)
    until(FIRST + 2)
    assert not bench.following.followed.waits
    assert len(facts.messages) == 1


@pytest.mark.parametrize("how", ["folder", "handles"])
def test_what_keeps_it_from_being_read_for_a_while_is_told_and_waited_for(bench, followed, qtbot, until, log, how):
    """A folder stands in its place, or the system has no handles left to open it with."""
    facts = followed()
    data = log.read_bytes()
    if how == "folder":
        log.unlink()
        log.mkdir()
    else:
        resource = pytest.importorskip("resource")
        append(log, FIRST, FIRST + 1)
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        qtbot.waitUntil(lambda: bool(bench.following.followed.waits), timeout=30_000)
    finally:
        if how == "handles":
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert "Following waits until it is there again" in facts.messages[0][0]
    if how == "folder":
        log.rmdir()
        log.write_bytes(data)
        append(log, FIRST, FIRST + 1)
    append(log, FIRST + 1, FIRST + 3)
    until(FIRST + 3)
    assert not bench.following.followed.waits
    assert_whole(bench, log)


def test_an_error_nobody_thought_of_ends_it_and_is_told(log, qtbot):
    """Rows may be lost then, so it does not go on; and does not stop without a word either."""
    asked = []

    def may_look() -> bool:
        asked.append(None)
        if len(asked) > 1:
            raise MemoryError
        return True

    following, told = Following(may_look), []
    following.message.connect(lambda text, kind: told.append((text, kind)))
    made = following.open(make_experiment(read_csv(log), Recipe(hidden=2)), lambda _: None)
    following.show_trace(made, live=True)
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    ((text, kind),) = told
    assert kind == "error"
    assert text.startswith("pump.csv is followed no more: there is not enough memory")
    assert following.followed is None
    assert not following._timer.isActive()


def test_reading_a_burst_gives_no_reason_to_look_through_all_memory(log, qtbot):
    """Cells that are gone in a moment do not count as kept, or the window would stand still for it now and then."""
    following = Following(lambda: True)
    made = following.open(make_experiment(read_csv(log), Recipe(hidden=2)), lambda _: None)
    append(log, FIRST, 20_000)
    gc.collect()
    before = gc.get_stats()[0]["collections"]
    following.show_trace(made, live=True)
    qtbot.waitUntil(lambda: following.followed.rows == 20_000, timeout=30_000)
    following.stop()
    assert gc.get_stats()[0]["collections"] - before < 10


def test_a_file_written_anew_ends_it_and_says_so(bench, followed, qtbot, log):
    facts = followed()
    log.write_text("time,level,flow,anomaly\n" + row(3))
    qtbot.waitUntil(lambda: not bench.endless, timeout=30_000)
    assert "followed no more" in facts.messages[0][0]
    assert bench.length == FIRST, "what came stays"


def test_playing_waits_at_the_end(bench, followed, qtbot, until, log):
    followed()
    bench.play()
    played = []
    bench.player.moved.connect(played.append)
    qtbot.waitUntil(lambda: sum(played) > 3, timeout=30_000)
    assert bench.player.playing
    assert bench.step == FIRST - 1, "it neither begins again nor goes beyond"
    append(log, FIRST, FIRST + 4)
    until(FIRST + 4)
    assert bench.step == FIRST + 3
    bench.follow(False)
    qtbot.waitUntil(lambda: not bench.player.playing, timeout=30_000)


@pytest.mark.parametrize("how", ["follow", "undo", "anew", "open"])
def test_live_mode_is_over_with_it_where_it_came_with_it(bench, followed, rest, until, log, qtbot, how):
    followed()
    assert bench.live
    if how == "follow":
        bench.follow(False)
    elif how == "undo":
        bench.undo()
    elif how == "anew":
        log.write_text("time,level,flow,anomaly\n" + row(3))
    else:
        bench.open(lambda _: experiment(50), "open")
    qtbot.waitUntil(lambda: not bench.live and not bench.computing.busy, timeout=30_000)
    assert not bench.endless
    assert bench.trace.complete
    assert bench.length == (50 if how == "open" else FIRST)


def test_live_mode_stays_where_it_was_before(bench, rest, log, qtbot):
    bench.open_source(str(log))
    rest()
    bench.set_live(True)
    rest()
    bench.follow(True)
    qtbot.waitUntil(lambda: bench.endless and not bench.computing.busy, timeout=30_000)
    stopped = []
    bench.following.changed.connect(lambda _: QTimer.singleShot(0, bench, lambda: stopped.append(bench.live)))
    bench.follow(False)
    qtbot.waitUntil(lambda: bool(stopped), timeout=30_000)  # by then it would have left live mode
    rest()
    assert bench.live


def test_what_is_opened_after_a_burst_that_was_cancelled_is_computed_whole(bench, followed, rest, log, qtbot):
    followed()
    append(log, FIRST, 60_000)
    qtbot.waitUntil(lambda: bench.computing.under_way, timeout=30_000)
    bench.cancel()
    qtbot.waitUntil(lambda: not bench.computing.busy, timeout=30_000)
    assert bench.live
    bench.open(lambda _: experiment(50), "open")
    rest()
    assert not bench.live
    assert bench.trace.complete


def test_another_sequence_in_the_file_ends_it_with_a_sentence(bench, rest, tmp_path, qtbot):
    path, facts = tmp_path / "units.csv", Facts(bench)
    path.write_text("unit,t,a\n" + "".join(f"1,{t},{t % 7}\n" for t in range(20)))
    bench.open_source(str(path))
    rest()
    with path.open("a") as file:
        file.write("2,0,5\n")
    bench.follow(True)
    qtbot.waitUntil(lambda: bool(facts.messages) and not bench.computing.busy, timeout=30_000)
    assert "sequence" in facts.messages[0][0]
    assert not bench.endless
    assert not bench.following._timer.isActive()


def test_nothing_is_held_open(bench, followed, until, log):
    followed()
    append(log, FIRST, FIRST + 1)
    until(FIRST + 1)
    folder = Path("/proc/self/fd")
    if folder.is_dir():
        assert not any(os.path.realpath(handle) == str(log.resolve()) for handle in folder.iterdir())
    bench.close()
    assert not bench.following._timer.isActive()


def test_what_is_followed_in_a_line():
    assert Followed("a.csv", 1).text == "following a.csv: 1 row, none has come yet"
    assert Followed("a.csv", 1204, waits="it may not be read").text == "following a.csv: 1,204 rows; it may not be read"


def test_every_experiment_over_the_data_goes_on():
    old, other = experiment(30), experiment(40)
    new = replace(old.dataset, notes=("longer",))
    edited = make_experiment(old.dataset, replace(old.network.recipe, cell="gru"))
    history = History().pushed(other, "a").pushed(old, "b").pushed(edited, "c").moved(-1).with_data(old.dataset, new)
    assert [change.experiment.dataset for change in history.changes] == [other.dataset, new, new]
    assert history.present.network is old.network
    assert [change.name for change in history.changes] == ["a", "b", "c"]


def test_the_view_of_everything_has_room_and_any_other_stays():
    whole = View.whole(100).lengthened(101)
    assert whole.span == pytest.approx(101 * 1.25)
    assert whole.lengthened(120).span == whole.span
    assert whole.lengthened(130).span == pytest.approx(130 * 1.25)
    part = View.whole(100).shown(20, 60)
    assert (part.lengthened(200).first, part.lengthened(200).span) == (20, 40)
    assert part.lengthened(200).following(199).last == 200


# What is seen of it -------------------------------------------------------------------------------------------------


@pytest.fixture
def seen(qtbot):
    """Return rows that show the first steps of a sequence, and what lets further ones come."""
    whole = generate("sine-mix", seed=1, length=900).sequences[0]
    marked = np.arange(900) % 50 < 9
    times = np.datetime64("2024-03-01", "us") + np.arange(900) * np.timedelta64(1, "D")
    times[600:] += np.timedelta64(90, "s")

    def data(steps: int) -> Dataset:
        labels = (Label("odd", marked[:steps]),)
        values = np.where(np.arange(900) < 700, 1.0, 3.0)[:, None] * whole.values
        return Dataset((Sequence("s", values[:steps], whole.features, labels, times[:steps], "time"),), "s.csv")

    first = make_experiment(data(300), Recipe(hidden=4))
    stepper = Stepper(first)
    stepper.advance(300)
    area, readout = RowArea(LIGHT), Readout()
    for widget in (area, readout):
        qtbot.addWidget(widget)
    area.resize(LEFT + 600 + RIGHT, 900)
    area.show_trace(stepper.trace, 0, Place())
    area.show_selection((0, 2))
    readout.show_trace(stepper.trace, 0)
    area.show()
    qtbot.waitExposed(area)

    def come(steps: int) -> None:
        taken = range(stepper.frontier, steps)
        stepper.lengthen(replace(first, dataset=data(steps)))
        stepper.advance(len(taken))
        area.grow()
        readout.show_growth(taken.start, taken.stop)

    return area, readout, come


def images(area: RowArea) -> list:
    area.grab()
    return [row._tile.image for row in (area.input_row, *area.rows)]


@pytest.mark.parametrize("zoomed", [False, True])
def test_steps_that_come_are_painted_onto_what_is_there(seen, zoomed):
    """Whole or zoomed in: most steps cost no painting anew, and what is there is what painting anew would give."""
    area, _, come = seen
    if zoomed:
        area.show_range(220, 300)
    images(area)
    renewed, before = 0, [row._tile for row in area.rows]
    for steps in range(305, 900, 5):
        come(steps)
        area.set_step(steps - 1)
        images(area)
        now = [row._tile for row in area.rows]
        renewed += now[0] is not before[0]
        before = now
    assert renewed <= 20, "of 119 times"
    assert area.view.length == 895
    area.insist()
    grown = [image.copy() for image in images(area)]
    for row, image in zip((area.input_row, *area.rows), grown, strict=True):
        anew = Tile(row.view, row.plot.size(), row._tile.ratio)
        anew.first, anew.last, anew.image = row._tile.first, row._tile.last, QImage(image.size(), image.format())
        anew.paint(row.render_tile, row.ready(), QColor(LIGHT.base))
        assert anew.image == image, row.symbol


@given(
    marks=st.lists(st.booleans(), min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=5),
    odd=st.dictionaries(st.integers(0, 39), st.sampled_from([np.nan, np.inf, 1e9, -40.0]), max_size=6),
)
def test_what_is_known_of_the_inputs_that_came_bit_by_bit_is_what_is_known_of_all(qapp, marks, cuts, odd):
    """Bands and scales of the input row, whatever is missing, and however it came."""
    values = np.sin(np.arange(len(marks), dtype=float))[:, None] * [1.0, 2.0]
    for step, value in odd.items():
        values[step % len(marks), step % 2] = value

    def shown(steps: int, row: InputRow) -> InputRow:
        sequence = Sequence("s", values[:steps], ("a", "b"), (Label("odd", np.array(marks[:steps])),))
        made = make_experiment(Dataset((sequence,), "s.csv"), Recipe(hidden=2))
        if row._sequence is None:
            row.show_trace(Stepper(made).trace, 0)
        else:
            row.lengthen(sequence)
        return row

    bit_by_bit = InputRow(LIGHT)
    for steps in sorted({min(max(cut, 1), len(marks)) for cut in cuts} | {len(marks)}):
        shown(steps, bit_by_bit)
    at_once = shown(len(marks), InputRow(LIGHT))
    for mine, theirs in zip(
        (*bit_by_bit._changes[0], *bit_by_bit._limits), (*at_once._changes[0], *at_once._limits), strict=True
    ):
        np.testing.assert_array_equal(mine, theirs)


def test_steps_that_come_have_times_as_fine_as_they_need_and_labels(seen):
    area, readout, come = seen
    readout.set_step(299)
    assert readout._header.text() == "step 299 · 2024-12-25"
    come(700)
    readout.set_step(605)
    assert readout._header.text() == "step 605 · 2025-10-27 00:01:30 · odd"
    area.set_step(605)
    area.show_times(True)
    assert "2025-10-27 00:01:30" in area.ruler._flag_text()


def test_the_status_line_says_what_is_followed(qtbot):
    status = StatusLine()
    qtbot.addWidget(status)
    status.show_followed("following a.csv: 3 rows, last 12:03:05")
    assert status.followed.text() == status.followed.toolTip() == "following a.csv: 3 rows, last 12:03:05"
    status.show_followed("")
    assert status.followed.text() == ""
