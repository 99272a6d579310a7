"""Rows of other sides in the real window: what holds, asks why or writes values is the present trace."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListWidget

from explorer.network import Recipe
from explorer.run import run
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


def test_values_are_written_of_the_present_trace_and_the_dialog_says_so(compared) -> None:
    rows = compared.window.rows
    rows.editing.change(rows.editing.layout.hide(("h", None, 0)))
    compared.window.desk.export_values()
    dialog = compared.window.desk.values_dialog
    assert dialog.extent.text().endswith("of the present trace. Not with it: GRU.")
    listed = dialog.findChild(QListWidget)
    chosen = {item.text().split()[0] for item in map(listed.item, range(listed.count())) if item.checkState().value}
    assert "h" not in chosen, "that of the present trace is not shown"
    assert {"i", "f", "c"} <= chosen
    dialog.close()
    rows.show_sides("", ())
    compared.window.desk.export_values()
    assert "present" not in dialog.extent.text()
    dialog.close()
