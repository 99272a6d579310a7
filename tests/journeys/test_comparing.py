"""Side by side, as a person asks for it: every value that a row shows is that of a run of its own experiment."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from explorer.experiment import Experiment
from explorer.network import Recipe
from explorer.run import run
from tests.widgets.benches import recipe_of, sequences, slow_experiment
from widgets.compare_panel import ComparePanel
from widgets.sources import make_experiment

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
UNIT = 2


@pytest.fixture
def comparer(person):
    """Return a person before the window with the panel of what is compared."""
    person.window.compare.dock.raise_()
    person.wait(lambda: person.window.compare.panel is not None)
    person.window.rows.setFocus()
    return person


def panel(person) -> ComparePanel:
    return person.window.compare.panel


def wait_for_sides(person, *names: str) -> None:
    """Wait until exactly these are compared and computed, and see them in the list and in the rows."""
    comparing = person.bench.comparing
    person.wait(
        lambda: (
            not comparing.computing
            and not person.bench.computing.busy
            and tuple(side.name for side in comparing.sides) == names
        ),
        f"{[side.name for side in comparing.sides]}, not {names}",
    )
    assert listed(person)[1:] == list(names)
    assert tagged(person) == set(names)


def listed(person) -> list[str]:
    table = panel(person).table
    return [table.item(row, 0).text() for row in range(table.rowCount())] if table.isVisible() else []


def tagged(person) -> set[str]:
    """Return the names of the sides that have rows."""
    names = {side.key: side.name for side in person.bench.comparing.sides}
    return {names[row.side] for row in person.window.rows.rows if row.side}


def line_of(person, name: str) -> QPoint:
    """Return where a side stands in the list."""
    table = panel(person).table
    return table.visualItemRect(table.findItems(name, Qt.MatchFlag.MatchStartsWith)[0]).center()


def choose(person, name: str) -> None:
    person.click(panel(person).table.viewport(), line_of(person, name))


def rows_of(person, name: str) -> dict:
    """Return the rows of a side by what they show; of the present one where there is no such side."""
    key = next((side.key for side in person.bench.comparing.sides if side.name == name), 0)
    return {row.quantity.name: row for row in person.window.rows.rows if row.side == key}


def shows(person, name: str, experiment: Experiment, sequence: int = 0) -> None:
    """Check that the rows of a side show, at the cursor, what a run of the experiment gives."""
    trace, step = run(experiment, "numpy"), person.bench.step
    rows = rows_of(person, name)
    assert "h" in rows
    for quantity, row in rows.items():
        value = trace.read(sequence, quantity, steps=slice(step, step + 1))[0, UNIT]
        said = row.source.said(step, [UNIT])
        np.testing.assert_allclose(float(said.rsplit("= ", 1)[1]), value, atol=2e-6, err_msg=f"{name} {quantity}")


def of_cell(person, cell: str, **changes) -> Experiment:
    recipe = replace(recipe_of(person.bench), cell=cell, **changes)
    return make_experiment(person.bench.experiment.dataset, recipe)


def test_one_key_puts_the_three_cells_on_one_axis_and_one_cursor_steps_through_all(comparer) -> None:
    comparer.press(KEY.Key_C)
    wait_for_sides(comparer, "RNN", "GRU")
    assert listed(comparer)[0] == "LSTM (present)"
    comparer.press(KEY.Key_Right, times=25)
    assert comparer.bench.step == 25
    for name, cell in (("LSTM", "lstm"), ("RNN", "rnn"), ("GRU", "gru")):
        shows(comparer, name, of_cell(comparer, cell))
    comparer.press(KEY.Key_Left, times=3)
    shows(comparer, "GRU", of_cell(comparer, "gru"))
    assert set(rows_of(comparer, "GRU")) == {"r", "z", "n", "h"}
    assert len({row.view for row in comparer.window.rows.rows}) == 1


def test_differences_and_scales(comparer) -> None:
    comparer.click(panel(comparer).all)
    wait_for_sides(comparer, "RNN", "GRU")
    comparer.press(KEY.Key_Right, times=9)
    comparer.click(panel(comparer).differences)
    own, other = (run(of_cell(comparer, cell), "numpy").read(0, "h")[9, UNIT] for cell in ("lstm", "gru"))
    said = rows_of(comparer, "GRU")["h"].source.said(9, [UNIT])
    np.testing.assert_allclose(float(said.rsplit("= ", 1)[1]), other - own, atol=2e-6)
    comparer.click(panel(comparer).differences)
    shows(comparer, "GRU", of_cell(comparer, "gru"))
    scales = [rows_of(comparer, name)["h"].line_scale for name in ("", "RNN", "GRU")]
    assert len({(scale.low, scale.high) for scale in scales}) == 1
    comparer.click(panel(comparer).linked)
    scales = [rows_of(comparer, name)["h"].line_scale for name in ("", "RNN", "GRU")]
    assert len({(scale.low, scale.high) for scale in scales}) > 1


def test_another_seed_follows_what_is_changed(comparer) -> None:
    comparer.click(panel(comparer).seed)
    comparer.click(panel(comparer).seed)
    wait_for_sides(comparer, "seed 1", "seed 2")
    assert listed(comparer)[0] == "seed 0 (present)"
    shows(comparer, "seed 2", of_cell(comparer, "lstm", seed=2))
    comparer.changes(lambda: comparer.bench.edit_recipe(replace(recipe_of(comparer.bench), cell="gru", hidden=5)))
    wait_for_sides(comparer, "seed 1", "seed 2")
    shows(comparer, "seed 1", of_cell(comparer, "gru", seed=1))


def test_another_sequence_is_chosen_from_the_list(comparer) -> None:
    data = sequences(60, 90, 30)
    made = make_experiment(data, Recipe(hidden=6))
    comparer.changes(lambda: comparer.bench.open(lambda _: made, "open"))
    box = panel(comparer).sequences
    comparer.wait(box.isEnabled)
    box.setFocus()
    comparer.press(KEY.Key_Down, times=1)  # the first is looked at, so it is passed over
    wait_for_sides(comparer, "sequence s1")
    comparer.window.rows.setFocus()
    comparer.press(KEY.Key_Right, times=12)
    shows(comparer, "sequence s1", made, 1)
    assert comparer.bench.sequence == 0
    notes = comparer.text("Notes on what is compared")
    assert notes == "sequence s1 has 30 further steps, beyond the axis of the present one."


def test_what_is_kept_stays_beside_another_preset_and_is_looked_at_again(comparer) -> None:
    kept = comparer.bench.experiment
    comparer.click(panel(comparer).keep)
    wait_for_sides(comparer, "kept: LSTM")
    comparer.changes(lambda: comparer.window.open_source("preset:delayed-echo"))
    wait_for_sides(comparer, "kept: LSTM")
    comparer.window.rows.setFocus()
    comparer.press(KEY.Key_Right, times=40)
    shows(comparer, "kept: LSTM", kept)
    echo = comparer.bench.experiment
    choose(comparer, "kept: LSTM")
    comparer.changes(lambda: comparer.click(panel(comparer).look))
    wait_for_sides(comparer, "kept: GRU")
    assert comparer.bench.experiment is kept
    shows(comparer, "kept: GRU", echo)
    comparer.changes(lambda: comparer.press(KEY.Key_Z, CTRL))
    wait_for_sides(comparer, "kept: LSTM")
    assert comparer.bench.experiment is echo


def test_one_is_removed_by_key_and_all_by_the_button(comparer) -> None:
    comparer.click(panel(comparer).all)
    wait_for_sides(comparer, "RNN", "GRU")
    choose(comparer, "RNN")
    comparer.press(KEY.Key_Delete)
    wait_for_sides(comparer, "GRU")
    comparer.press(KEY.Key_Return)
    wait_for_sides(comparer, "kept: LSTM")
    comparer.click(panel(comparer).clear)
    comparer.wait(lambda: not comparer.bench.comparing.sides)
    assert not panel(comparer).table.isVisible()
    assert panel(comparer).nothing.isVisible()
    assert all(row.side == 0 for row in comparer.window.rows.rows)


def test_what_takes_long_says_so_and_is_cancelled_and_gone_on_with(comparer, monkeypatch) -> None:
    monkeypatch.setattr("widgets.tasks.NUMPY_STEPS", 10**6)
    long = slow_experiment()
    comparer.changes(lambda: comparer.bench.open(lambda _: long, "open"))
    comparer.click(panel(comparer).cells["gru"])
    comparer.wait(lambda: comparer.window.status.cancel.isVisible())
    assert comparer.window.status.progress_text.text().startswith("comparing with")
    comparer.click(comparer.window.status.cancel)
    comparer.wait(lambda: not comparer.bench.comparing.computing)
    assert comparer.bench.comparing.cancelled
    comparer.wait(panel(comparer).go_on.isVisible)
    comparer.click(panel(comparer).go_on)
    wait_for_sides(comparer, "GRU")
    assert comparer.bench.comparing.sides[0].trace.whole(0)
    assert not panel(comparer).go_on.isVisible()
