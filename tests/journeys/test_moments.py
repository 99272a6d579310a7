"""A training in the real window: its moments gone through by mouse and keys, kept, promoted and left."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from explorer.cells import Kind
from explorer.clamps import Clamp
from explorer.experiment import Experiment, make_network_for
from explorer.network import Recipe
from explorer.run import run
from explorer.training.description import begin_run, describe
from explorer.training.recording import Recorder
from explorer.training.reports import Moment
from explorer.training.runs import Recording
from explorer.training.settings import Settings
from explorer.training.tasks import make_task
from tests.journeys.person import LONG, Person
from tests.widgets.benches import same_numbers
from tests.widgets.trained import Trained, trained
from widgets.moments import MomentsBar
from widgets.scrub import MARGIN

Key = Qt.Key
FEATURES = 1
PRE = Kind.PRE_ACTIVATION


@pytest.fixture
def source() -> Trained:
    return Trained(Recipe(hidden=8), FEATURES, range(0, 201, 20), outputs=("x +1",))


def begin(person: Person, source: Trained, *, growing: bool = False) -> MomentsBar:
    person.window.moments.open(source, "run 1", growing=growing)
    person.bot.wait(0)
    return person.window.moments.bar


def rest(person: Person) -> None:
    bench = person.bench
    person.wait(lambda: not bench.computing.busy and not bench.changing)


def shows(person: Person, source: Trained, iteration: int, cell: str = "lstm") -> None:
    """Check that the rows, the readout and the outputs are those of the network as it was."""
    rest(person)
    bench, window = person.bench, person.window
    data = bench.experiment.dataset
    should = run(Experiment(data, source.network(cell, iteration), bench.experiment.scale), "numpy")
    same_numbers(bench.trace, should)
    assert window.moments.shown == (cell, iteration)
    assert window.moments.bar.box.value() == iteration
    assert window.row_desk.output_row.isVisible()
    first = next(q.name for q in should.experiment.network.cell(bench.place).quantities if q.kind is not PRE)
    assert np.array_equal(window.readout.table.numbers.column(0), should.values_at(0, bench.place, bench.step)[first])
    assert np.array_equal(window.row_desk.output_row._values, should.output(0))


def on_slider(bar: MomentsBar, index: int) -> QPoint:
    width = bar.scrub.width() - 2 * MARGIN
    return QPoint(round(MARGIN + width * index / bar.scrub.maximum()), bar.scrub.height() // 2)


def test_the_slider_is_dragged_and_the_cell_is_shown_as_it_was(person, source) -> None:
    before = person.bench.experiment
    bar = begin(person, source)
    assert bar.isVisible()
    assert person.bench.experiment is before
    person.drag(bar.scrub, *(on_slider(bar, index) for index in (0, 3, 7, 5)))
    shows(person, source, 100)
    assert len(person.bench.history.changes) == 2


def test_keys_go_from_moment_to_moment(person, source) -> None:
    bar = begin(person, source)
    bar.scrub.setFocus()
    person.press(Key.Key_Home)
    shows(person, source, 0)
    person.press(Key.Key_Right, times=2)
    shows(person, source, 40)
    person.press(Key.Key_Left)
    shows(person, source, 20)
    person.press(Key.Key_End)
    shows(person, source, 200)
    assert person.bench.step == 0


def test_an_iteration_is_typed_and_the_nearest_recorded_shown(person, source) -> None:
    bar = begin(person, source)
    bar.box.setFocus()
    bar.box.selectAll()
    person.type("131")
    person.press(Key.Key_Return)
    shows(person, source, 140)
    person.press(Key.Key_Up)
    shows(person, source, 160)
    person.press(Key.Key_Down, times=3)
    shows(person, source, 100)


def test_it_plays_through_every_moment_and_stops_at_the_end(person, source) -> None:
    bar, seen = begin(person, source), []
    bar._timer.setInterval(1)  # faster than any can be computed: none may be left out
    person.bench.trace_changed.connect(lambda _: seen.append(person.window.moments.shown))
    person.click(bar.play)
    assert bar.playing
    assert bar.play.accessibleName() == "Pause"
    person.bot.waitUntil(lambda: not bar.playing, timeout=LONG)
    assert seen == [("lstm", iteration) for iteration in range(0, 201, 20)]
    shows(person, source, 200)


def test_while_it_trains_playing_waits_at_the_end_for_more(person, source) -> None:
    bar = begin(person, source, growing=True)
    person.click(bar.last)
    shows(person, source, 200)
    person.click(bar.play)
    source.go_on(220, 240)
    person.window.moments.grow()
    person.wait(lambda: person.window.moments.shown == ("lstm", 240))
    assert bar.playing
    person.click(bar.play)
    assert not bar.playing
    source.go_on(260)
    person.window.moments.grow(growing=False)
    shows(person, source, 240)
    assert bar.of.text() == "of 260"


def test_two_moments_are_compared(person, source) -> None:
    bar = begin(person, source)
    person.click(bar.first)
    shows(person, source, 0)
    first = person.bench.trace
    person.click(bar.keep)
    person.click(bar.last)
    shows(person, source, 200)
    person.wait(lambda: not person.bench.comparing.computing)
    (side,) = person.bench.comparing.sides
    assert (person.bench.comparing.name, side.name) == ("LSTM at 200", "LSTM at 0")
    same_numbers(side.trace, first)
    assert [row.side for row in person.window.rows.rows if row.quantity.name == "f"] == [0, side.key]


def test_a_moment_becomes_the_current_network(person, source) -> None:
    before = person.bench.experiment
    bar = begin(person, source)
    assert not bar.promote.isEnabled()
    person.click(bar.last)
    person.click(bar.back)
    person.click(bar.back)
    rest(person)
    person.click(bar.promote)
    shows(person, source, 160)
    promoted = person.bench.experiment
    assert source.promoted == [("lstm", 160)]
    assert person.bench.history.undo_name == "network of iteration 160"
    person.click(bar.first)
    shows(person, source, 0)
    person.click(bar.close_)
    rest(person)
    assert not bar.isVisible()
    assert person.bench.experiment is promoted
    person.window.rows.setFocus()
    person.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    rest(person)
    assert person.bench.experiment is before
    assert not person.window.row_desk.output_row.isVisible()


def test_what_is_said_of_the_current_network_goes_with_it(person, source) -> None:
    bar, said = begin(person, source), "The network of iteration 200 is the current one."
    person.click(bar.last)
    rest(person)
    person.click(bar.promote)
    rest(person)
    assert person.status() == said
    person.click(bar.first)
    shows(person, source, 0)
    person.window.rows.setFocus()
    person.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    shows(person, source, 200)
    assert person.status() == said, "it is current still"
    person.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    rest(person)
    assert said not in person.status()


def test_undo_leaves_the_training_and_the_bar_says_so(person, source) -> None:
    before = person.bench.experiment
    bar = begin(person, source)
    person.click(bar.last)
    shows(person, source, 200)
    person.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    rest(person)
    assert person.bench.experiment is before
    assert person.window.moments.shown is None
    assert not bar.keep.isEnabled()
    assert not bar.title.isEnabled()
    person.click(bar.last)
    shows(person, source, 200)


def test_one_of_several_cells_is_chosen(person) -> None:
    source = Trained(Recipe(hidden=8), FEATURES, (0, 50, 100), ("rnn", "lstm", "gru"), outputs=("x +1",))
    bar = begin(person, source)
    person.click(bar.last)
    shows(person, source, 100, "rnn")
    bar.cells.setFocus()
    person.press(Key.Key_Down, times=2)
    shows(person, source, 100, "gru")
    person.click(bar.keep)
    person.click(bar.first)
    shows(person, source, 0, "gru")
    person.wait(lambda: bool(person.bench.comparing.sides))
    assert person.bench.comparing.sides[0].name == "GRU at 100"


def test_what_cannot_be_read_is_said_and_the_handle_goes_back(person, source) -> None:
    bar = begin(person, source)
    person.click(bar.first)
    shows(person, source, 0)
    source.lost.add(200)
    person.click(bar.last)
    rest(person)
    assert person.window.moments.shown == ("lstm", 0)
    assert bar.box.value() == 0
    assert bar.scrub.value() == 0
    assert any("iteration 200 cannot be read" in message.text for message in person.window.status.messages)


def test_what_is_held_is_held_at_every_moment(person, source) -> None:
    bar = begin(person, source)
    person.bench.edit_clamps((Clamp("f", 0.0, None, (10, 60)),))
    rest(person)
    person.click(bar.last)
    rest(person)
    assert np.all(person.bench.trace.read(0, "f", steps=slice(10, 60)) == 0)
    assert person.window.moments.shown == ("lstm", 200)
    assert person.window.holds.divergence.isVisible()


def test_a_run_folder_is_gone_through(visit, tmp_path) -> None:
    settings = Settings(task="generator", generator="adding", hidden=6, cells=("gru",))
    task = make_task(settings)
    first, rng = make_network_for(task.dataset, settings.recipe("gru", task.longest)), np.random.default_rng(0)
    head = task.outputs.head(rng.normal(size=(1, 6)).astype(np.float32), np.zeros(1, np.float32))
    begin_run(tmp_path, settings)
    with Recorder(tmp_path, describe(task)) as recorder:
        for iteration in (0, 20, 40):
            recorder.take(Moment("gru", iteration, replace(trained(first, iteration), head=head)))
        recorder.close("stopped")
    person = visit("preset:adding")
    bar = begin(person, Recording(tmp_path))
    person.click(bar.last)
    rest(person)
    should = replace(trained(first, 40), head=head)
    same_numbers(person.bench.trace, run(Experiment(person.bench.experiment.dataset, should), "numpy"))
    assert np.array_equal(
        person.bench.trace.output(0), run(Experiment(person.bench.experiment.dataset, should), "numpy").output(0)
    )
    due = person.bench.experiment.dataset.sequences[0].targets
    assert np.array_equal(person.window.row_desk.output_row._targets, due, equal_nan=True)
    person.click(bar.promote)
    assert person.bench.history.undo_name == "network of iteration 40"


def test_the_row_of_the_outputs_is_put_away_and_that_is_remembered(visit, source) -> None:
    person = visit()
    person.click(begin(person, source).last)
    rest(person)
    row = person.window.row_desk.output_row
    assert row.isVisible()
    action = person.window.actions_.output_row
    action.trigger()
    assert not row.isVisible()
    person.window.close()
    person = visit()
    person.click(begin(person, source).last)
    rest(person)
    assert not person.window.row_desk.output_row.isVisible()
    assert not person.window.actions_.output_row.isChecked()
    person.window.rows.setFocus()
    person.press(Key.Key_R)
    assert person.window.row_desk.output_row.isVisible()
    assert person.window.actions_.output_row.isChecked()
