"""Rows of other sides in the real window: what holds or asks why is the present trace; values are written of any."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from explorer.network import Recipe
from explorer.run import run
from tests.journeys.dialogs import click, save
from tests.journeys.person import Person
from widgets.sides import Side
from widgets.sources import make_experiment

Key = Qt.Key


@pytest.fixture
def compared(person) -> Person:
    """Return a person who sees a GRU beside an LSTM."""
    data = person.bench.experiment.dataset
    gru = run(make_experiment(data, Recipe(cell="gru", hidden=9)), "numpy")
    person.window.rows.show_sides("LSTM", (Side(1, "GRU", gru, 0),))
    person.window.rows.setFocus()
    person.bot.wait(0)
    return person


def test_a_row_of_another_side_cannot_be_held(compared) -> None:
    compared.press(Key.Key_Up)
    assert compared.window.rows.editing.spec.side == 1
    compared.press(Key.Key_H)
    assert "of another side" in compared.status()
    assert compared.window.holds.panel is None
    while compared.window.rows.editing.spec.side:
        compared.press(Key.Key_Up)
    compared.press(Key.Key_H)
    assert compared.window.holds.panel is not None


def test_a_unit_clicked_in_another_side_is_selected_in_all_and_nothing_is_asked_of_it(compared) -> None:
    rows = compared.window.rows
    rows.editing.change(rows.editing.layout.hide(("h", None, 0)))
    compared.bot.wait(0)
    row = next(row for row in rows.rows if row.side and row.quantity.name == "h")
    rows.stack.ensureWidgetVisible(row)
    compared.bot.wait(0)
    at = next(y for y in range(row.height()) if row.unit_at(y) == 3)
    asked = compared.window.inside._asked
    compared.click(row, QPoint(row.plot.center().x(), at))
    assert compared.bench.units == (3,)
    assert compared.window.inside._asked == asked


def test_values_are_written_of_the_trace_that_is_chosen(person, tmp_path) -> None:
    desk, rows = person.window.desk, person.window.rows
    desk.export_values()
    assert not desk.values_dialog.of.isVisible(), "there is one trace only"
    desk.values_dialog.close()
    person.window.compare.add_cells(("gru",))
    person.wait(lambda: person.bench.comparing.sides and person.bench.comparing.sides[0].trace.whole(0))
    rows.editing.change(rows.editing.layout.hide(("h", None, 0)))
    desk.export_values()
    dialog = desk.values_dialog
    assert [dialog.of.itemText(k) for k in range(dialog.of.count())] == ["LSTM", "GRU"]
    assert Path(dialog.path.text()).stem == "values"
    assert {"i", "f", "c"} <= {*dialog.quantities.chosen}
    assert "h" not in dialog.quantities.chosen, "that of the present trace is not shown"
    dialog.activateWindow()
    dialog.of.setFocus()
    person.wait(dialog.of.hasFocus)
    QTest.keyClick(dialog.of, Key.Key_Down)
    assert Path(dialog.path.text()).stem == "values-gru"
    assert set(dialog.quantities.chosen) == {"x", "r", "z", "n", "h"}
    click(dialog.format.button("npz"))
    click(dialog.units.button("all"))
    path = tmp_path / "gru.npz"
    assert save(person, dialog, path) == f"Written to {path}."
    side = person.bench.comparing.sides[0]
    with np.load(path) as arrays:
        assert not {"l0.f", "l0.c"} & set(arrays.files)
        for name in "rznh":
            assert np.array_equal(arrays[f"l0.{name}"], side.trace.read(0, name))
    desk.export_values()
    assert dialog.of.currentText() == "GRU", "as it was chosen the last time"
    dialog.close()
    person.bench.comparing.clear()
    person.wait(lambda: not person.bench.comparing.sides)
    desk.export_values()
    assert not dialog.of.isVisible()
    assert "f" in dialog.quantities.chosen
    dialog.close()
