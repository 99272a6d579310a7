"""The readout shows, selects and copies exactly what the trace holds."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QWidget

from explorer.cells import Kind
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Label, Sequence, generate
from explorer.stepper import Stepper
from tests.widgets.colors import alike, pixel
from widgets.decimals import aligned, aligned_all, exact
from widgets.labels import FastLine
from widgets.readout import Readout
from widgets.readout_model import Column, NumbersModel
from widgets.sources import make_experiment as opened
from widgets.theme import DARK, LIGHT, THEMES

DISPLAY, TOOL_TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole


def make_experiment(data: Dataset | None = None, *, scale="none", **recipe) -> Experiment:
    data = data or generate("sine-mix", seed=0, length=300)
    return Experiment(data, make_network(Recipe(**{"hidden": 8} | recipe), data.input_size), scale)


def dated(values, *, seconds: int = 300, labels=()) -> Dataset:
    times = np.datetime64("2013-12-02T21:15", "us") + np.arange(len(values)) * np.timedelta64(seconds, "s")
    return Dataset((Sequence("machine", values, ("temperature", "rpm"), labels, times, "timestamp"),), "machine.csv")


@pytest.fixture
def readout(exposed) -> Readout:
    return exposed(Readout(), 720, 600)


def shown(table) -> list[list[str]]:
    model = table.model()
    return [
        [model.index(row, column).data(DISPLAY) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def headings(table) -> list[str]:
    model = table.model()
    return [model.headerData(k, Qt.Orientation.Horizontal, DISPLAY) for k in range(model.columnCount())]


def click_row(table, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    where = table.visualRect(table.model().index(row, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def press(widget, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


def copied() -> list[list[str]]:
    return [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]


def header(readout) -> str:
    return readout.findChild(FastLine).text()


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_shows_every_quantity_of_the_step_in_the_cells_order(readout, cell):
    trace = run(make_experiment(cell=cell), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(117)
    quantities = trace.experiment.network.cell(Place()).quantities
    wanted = [q for q in quantities if q.kind is not Kind.PRE_ACTIVATION]
    assert headings(readout.table) == [q.symbol for q in wanted]
    values = trace.values_at(0, Place(), 117)
    for column, quantity in enumerate(wanted):
        assert [row[column] for row in shown(readout.table)] == [aligned(x) for x in values[quantity.name]]
        tip = readout.table.model().headerData(column, Qt.Orientation.Horizontal, TOOL_TIP)
        assert quantity.title in tip
        assert quantity.formula in tip


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_pre_activations_come_and_go_with_their_box(readout):
    readout.show_trace(run(make_experiment(cell="gru"), "numpy"), 0)
    box = readout.findChild(QCheckBox)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert headings(readout.table) == ["a_r", "a_z", "r", "z", "u_n", "q_n", "a_n", "n", "h"]
    press(box, Qt.Key.Key_Space)
    assert headings(readout.table) == ["r", "z", "n", "h"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_copies_read_back_as_the_very_numbers(readout, dtype):
    trace = run(make_experiment(dtype=dtype), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(41)
    readout.table.setFocus()
    press(readout.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, *rows = copied()
    assert head == ["unit", "i", "f", "g", "o", "c", "tanh(c)", "h"]
    assert [row[0] for row in rows] == [str(unit) for unit in range(8)]
    values = trace.values_at(0, Place(), 41)
    for column, name in enumerate(["i", "f", "g", "o", "c", "tanh_c", "h"], start=1):
        assert np.array_equal(np.array([row[column] for row in rows], dtype), values[name])


def test_copies_only_the_selected_rows_and_all_where_asked(readout):
    trace = run(make_experiment(), "numpy")
    readout.show_trace(trace, 0)
    click_row(readout.table, 5)
    click_row(readout.table, 2, Qt.KeyboardModifier.ControlModifier)
    press(readout.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    _, *rows = copied()
    assert [row[0] for row in rows] == ["2", "5"]
    assert [row[-1] for row in rows] == [exact(trace.read(0, "h", steps=slice(0, 1))[0, unit]) for unit in (2, 5)]
    _, everything, _ = readout.table.actions()
    everything.trigger()
    assert len(copied()) == 9


def test_the_input_is_shown_and_copied_in_its_units_and_as_the_network_sees_it(readout):
    values = np.random.default_rng(0).normal(86.5, 3.0, (200, 2))
    trace = run(make_experiment(dated(values), scale="standardize"), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(117)
    assert headings(readout.inputs) == ["value", "standardised"]
    seen = trace.inputs(0)[117]
    assert shown(readout.inputs) == [[aligned(values[117, k]), aligned(seen[k])] for k in (0, 1)]
    readout.inputs.setFocus()
    press(readout.inputs, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied() == [
        ["feature", "value", "standardised"],
        ["temperature", repr(float(values[117, 0])), str(seen[0])],
        ["rpm", repr(float(values[117, 1])), str(seen[1])],
    ]
    readout.show_trace(run(replace(trace.experiment, scale="none"), "numpy"), 0)
    assert headings(readout.inputs) == ["value"]


def test_the_header_names_step_time_and_labels(readout):
    label = Label("anomaly", np.arange(200) == 117)
    trace = run(make_experiment(dated(np.zeros((200, 2)), labels=(label,))), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(117)
    assert header(readout) == "step 117 · 2013-12-03 07:00 · anomaly"
    readout.set_step(118)
    assert header(readout) == "step 118 · 2013-12-03 07:05"
    readout.show_trace(run(make_experiment(dated(np.zeros((200, 2)), seconds=7)), "numpy"), 0)
    assert header(readout) == "step 118 · 2013-12-02 21:28:46"
    readout.show_trace(run(make_experiment(dated(np.zeros((200, 2)), seconds=86_400)), "numpy"), 0)
    assert header(readout) == "step 118 · 2014-03-30 21:15"
    readout.show_trace(run(make_experiment(), "numpy"), 0)
    assert header(readout) == "step 118"


def test_every_number_of_a_column_ends_at_the_same_place_after_its_point():
    numbers = [0.0, -0.0, 0.25, -0.25, 12.5, -999.123456789, 1e-5, -1.234e-9, 1e7, -3.2e38, 5e-324, 1e-4, 9.99999e5]
    for value in numbers:
        text = aligned(value)
        assert len(text) - text.index(".") == 7, text
        assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.03)
    assert [aligned(value) for value in (np.nan, np.inf, -np.inf)] == ["NaN", "inf", "−inf"]
    assert [aligned(value) for value in (0.0, -0.0)] == ["0.000000", "0.000000"]


def test_nan_and_infinity_have_the_colours_of_the_heat_maps(readout):
    values = np.zeros((10, 2))
    values[3] = np.nan, np.inf
    values[4] = 1.0, -np.inf
    readout.show_trace(run(make_experiment(dated(values)), "numpy"), 0)
    for theme in THEMES.values():
        readout.apply_theme(theme)
        for step, row, color in (
            (3, 0, theme.nan_color), (3, 1, theme.pos_inf_color), (4, 1, theme.neg_inf_color), (4, 0, theme.base),
        ):  # fmt: skip
            readout.set_step(step)
            corner = readout.inputs.visualRect(readout.inputs.model().index(row, 0)).topLeft() + QPoint(4, 4)
            assert alike(pixel(readout.inputs.viewport(), corner), color)
    readout.set_step(3)
    assert {text for row in shown(readout.table) for text in row} == {"NaN"}


def test_rows_that_a_person_selects_are_units(readout, qtbot):
    readout.show_trace(run(make_experiment(), "numpy"), 0)
    told = []
    readout.units_edited.connect(told.append)
    click_row(readout.table, 3)
    click_row(readout.table, 1, Qt.KeyboardModifier.ControlModifier)
    click_row(readout.table, 3, Qt.KeyboardModifier.ControlModifier)
    assert told == [(3,), (3, 1), (1,)]
    click_row(readout.table, 2)
    click_row(readout.table, 4, Qt.KeyboardModifier.ShiftModifier)
    assert told[-1] == (2, 3, 4)
    press(readout.table, Qt.Key.Key_Down)
    assert told[-1] == (5,)
    names = readout.table.verticalHeader().viewport()
    QTest.mouseClick(names, Qt.MouseButton.LeftButton, pos=QPoint(5, readout.table.rowViewportPosition(6) + 5))
    assert told[-1] == (6,)
    assert all(one != other for one, other in pairwise(told))


def test_a_selection_shown_is_not_told_of(readout):
    readout.show_trace(run(make_experiment(hidden=64), "numpy"), 0)
    told = []
    readout.units_edited.connect(told.append)
    readout.show_selection((60, 3))
    assert readout.table.selected_rows() == [3, 60]
    readout.show_trace(run(make_experiment(hidden=64, seed=1), "numpy"), 0)
    assert readout.table.selected_rows() == [3, 60]
    readout.show_trace(run(make_experiment(hidden=16, cell="gru"), "numpy"), 0)
    assert readout.table.selected_rows() == [3]
    readout.show_selection(())
    assert readout.table.selected_rows() == []
    assert told == []


class PaintedRegion(QObject):
    """Sees what of a widget is painted anew."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__()
        self.region = QRegion()
        watched.installEventFilter(self)

    def rests(self) -> bool:
        """Whether nothing waits to be painted."""
        self.region = QRegion()
        QApplication.processEvents()
        return self.region.isEmpty()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.region += event.region()
        return False


def test_a_row_that_is_selected_no_more_is_painted_anew_to_its_end(readout, qtbot):
    readout.show_trace(run(make_experiment(cell="rnn"), "numpy"), 0)
    readout.show_selection((0, 1, 2))
    QApplication.processEvents()
    table = readout.table
    behind = QPoint(table.viewport().width() - 2, table.rowViewportPosition(2) + 4)
    assert behind.x() > table.horizontalHeader().length(), "behind the last column"
    painted = PaintedRegion(table.viewport())
    qtbot.waitUntil(painted.rests)
    readout.show_selection((1,))
    QApplication.processEvents()
    assert painted.region.contains(behind)


def test_a_selection_from_elsewhere_is_brought_into_view(readout):
    readout.show_trace(run(make_experiment(hidden=64), "numpy"), 0)
    readout.show_selection((60,))
    assert readout.table.viewport().rect().intersects(readout.table.visualRect(readout.table.model().index(60, 0)))


def test_selected_units_have_the_swatch_of_their_line(readout):
    readout.apply_theme(LIGHT)
    readout.show_trace(run(make_experiment(), "numpy"), 0)
    readout.show_selection((4,))  # solid
    header = readout.table.verticalHeader()
    middle = readout.table.rowViewportPosition(4) + readout.table.rowHeight(4) // 2
    assert alike(pixel(header.viewport(), QPoint(20, middle)), LIGHT.unit_colors[4])
    assert alike(pixel(header.viewport(), QPoint(20, middle - readout.table.rowHeight(4))), LIGHT.base)


def test_a_step_that_is_not_known_is_shown_as_dashes_until_it_is(readout):
    stepper = Stepper(make_experiment())
    stepper.advance(5)
    readout.show_trace(stepper.trace, 0)
    readout.set_step(4)
    assert "–" not in {text for row in shown(readout.table) for text in row}
    readout.set_step(5)
    assert {text for row in shown(readout.table) for text in row} == {"–"}
    assert shown(readout.inputs) == [[aligned(stepper.trace.inputs(0)[5, 0])]]
    assert "not computed yet" in readout.table.model().index(0, 0).data(TOOL_TIP)
    readout.table.copy_all()
    assert copied()[1] == ["0"] + [""] * 7
    stepper.advance(1)
    readout.show_growth(5, 5)
    assert shown(readout.table)[0][-1] == aligned(stepper.trace.read(0, "h", steps=slice(5, 6))[0, 0])


def test_a_step_beyond_the_sequence_is_unknown(readout):
    readout.show_trace(run(make_experiment(), "numpy"), 0)
    readout.set_step(300)
    assert {text for row in shown(readout.table) for text in row} == {"–"}


def test_layers_and_directions_are_chosen_where_there_is_more_than_one(readout):
    places = readout.findChild(QComboBox)
    readout.show_trace(run(make_experiment(), "numpy"), 0)
    assert places.isHidden()
    trace = run(make_experiment(layers=2, bidirectional=True), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(7)
    assert places.isVisible()
    assert [places.itemText(k) for k in range(4)] == ["layer 0", "layer 0 reverse", "layer 1", "layer 1 reverse"]
    asked = []
    readout.place_requested.connect(asked.append)
    press(places, Qt.Key.Key_Down)
    assert asked == [Place(0, 1)]
    readout.show_place(Place(1, 1))
    assert places.currentText() == "layer 1 reverse"
    assert shown(readout.table)[2][-1] == aligned(trace.read(0, "h", Place(1, 1), steps=slice(7, 8))[0, 2])
    assert asked == [Place(0, 1)]


def test_one_change_of_the_model_a_step_and_no_reset(readout):
    readout.show_trace(run(make_experiment(), "numpy"), 0)
    changes, resets = [], []
    readout.table.model().dataChanged.connect(lambda *args: changes.append(args))
    readout.table.model().modelReset.connect(lambda: resets.append(1))
    readout.set_step(1)
    readout.set_step(1)
    assert (len(changes), resets) == (1, [])


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_picture_is_what_the_model_says(readout):
    """The cells are painted without asking the model for each: a changed number changes its own cell only."""
    readout.apply_theme(DARK)
    readout.show_trace(run(make_experiment(), "numpy"), 0)
    readout.set_step(10)
    table = readout.table
    before = table.viewport().grab().toImage()
    values = [table.numbers.column(k).copy() for k in range(7)]
    values[2][3] = 0.987654
    table.numbers.set_values(values)
    after = table.viewport().grab().toImage()
    for row in range(8):
        for column in range(7):
            cell = table.visualRect(table.model().index(row, column))
            rect = QRect(cell.topLeft() * before.devicePixelRatio(), cell.size() * before.devicePixelRatio())
            assert (before.copy(rect) != after.copy(rect)) == ((row, column) == (2 + 1, 2))


def test_columns_grow_with_their_numbers_and_keep_the_room(readout):
    values = np.zeros((4, 2))
    values[1] = -12345.678, 1.0
    readout.show_trace(run(make_experiment(dated(values)), "numpy"), 0)
    table, figure = readout.inputs, QFontMetricsF(readout.inputs.font()).horizontalAdvance("0")
    narrow = table.columnWidth(0)
    readout.set_step(1)
    more = len("−12345.678000") - len("−0.123456")
    assert table.columnWidth(0) == pytest.approx(narrow + more * figure, abs=1)
    readout.set_step(2)
    assert table.columnWidth(0) > narrow


def test_a_long_name_makes_way_for_the_numbers(readout):
    names = ("a_feature_with_a_name_that_goes_on_and_on_and_on_until_nothing_else_has_room", "rpm")
    readout.show_trace(run(make_experiment(Dataset((Sequence("m", np.zeros((9, 2)), names),), "m.csv")), "numpy"), 0)
    table = readout.inputs
    for width in (720, 300):
        readout.resize(width, 600)
        assert table.columnViewportPosition(0) + table.columnWidth(0) <= table.viewport().width()
        assert not table.horizontalScrollBar().isVisible()
    assert table.model().headerData(0, Qt.Orientation.Vertical, TOOL_TIP) == f"feature {names[0]}"


def test_a_step_of_a_text_is_called_by_its_token_and_codes_are_never_scaled(readout) -> None:
    values = np.column_stack([[0.0, 1.0, 2.0, 3.0], [4.0, 6.0, 8.0, 10.0]])
    words = {"token": ("<pad>", "<unk>", "to", "be")}
    sequence = Sequence("s", values, ("token", "pitch"), tokens=("…", "?", "To", "be"))
    experiment = opened(Dataset((sequence,), "s.csv", vocabularies=words), Recipe(hidden=2))
    readout.show_trace(run(experiment, "numpy"), 0)
    readout.set_step(2)
    assert readout._header.text() == "step 2 · “To”"
    assert headings(readout.inputs) == ["value", "standardised"]
    seen = experiment.inputs(0)[2, 0]
    assert shown(readout.inputs) == [[aligned(2.0), aligned(2.0)], [aligned(8.0), aligned(seen)]]


# Sorting --------------------------------------------------------------------------------------------------------------


def names(table) -> list[int]:
    model = table.model()
    return [int(model.headerData(k, Qt.Orientation.Vertical, DISPLAY)) for k in range(model.rowCount())]


def click_heading(table, column: int) -> None:
    header = table.horizontalHeader()
    x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    QTest.mouseClick(
        header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, header.height() // 2)
    )


def assert_rows_are_the_traces(readout, trace, step: int) -> None:
    """Every row shows, digit by digit, what the trace holds of the unit that its name says."""
    values = trace.values_at(0, Place(), step)
    shown_ = [q.name for q in readout._shown]
    for row, unit in zip(shown(readout.table), names(readout.table), strict=True):
        assert row == [aligned(values[name][unit]) for name in shown_]


def test_a_click_on_a_heading_sorts_largest_first_then_smallest_then_not(readout):
    trace = run(make_experiment(hidden=40), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(50)
    values = trace.values_at(0, Place(), 50)
    order = np.argsort(-values["f"].astype(float), kind="stable").tolist()
    click_heading(readout.table, 1)
    assert headings(readout.table)[1] == "f ▾"
    assert names(readout.table) == order
    assert_rows_are_the_traces(readout, trace, 50)
    click_heading(readout.table, 1)
    assert headings(readout.table)[1] == "f ▴"
    assert names(readout.table) == np.argsort(values["f"].astype(float), kind="stable").tolist()
    assert_rows_are_the_traces(readout, trace, 50)
    click_heading(readout.table, 1)
    assert headings(readout.table)[1] == "f"
    assert names(readout.table) == list(range(40))
    click_heading(readout.table, 1)
    click_heading(readout.table, 6)
    assert headings(readout.table)[1] == "f"
    assert names(readout.table) == np.argsort(-values["h"].astype(float), kind="stable").tolist()


def test_rows_stay_while_the_cursor_moves_and_change_places_when_it_rests(qtbot, readout):
    trace = run(make_experiment(hidden=40), "numpy")
    readout.show_trace(trace, 0)
    click_heading(readout.table, 6)
    before = names(readout.table)
    for step in range(1, 60):
        readout.set_step(step)
        assert names(readout.table) == before
        assert_rows_are_the_traces(readout, trace, step)
    assert headings(readout.table)[6] == "h ▿"
    wanted = np.argsort(-trace.values_at(0, Place(), 59)["h"].astype(float), kind="stable").tolist()
    assert wanted != before
    qtbot.waitUntil(lambda: names(readout.table) == wanted)
    assert headings(readout.table)[6] == "h ▾"
    assert_rows_are_the_traces(readout, trace, 59)


def test_selected_units_go_with_their_rows(qtbot, readout):
    trace = run(make_experiment(hidden=12), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(99)
    readout.show_selection((3, 7))
    told = []
    readout.units_edited.connect(told.append)
    click_heading(readout.table, 2)
    picked = [names(readout.table)[row] for row in readout.table.selected_rows()]
    assert sorted(picked) == [3, 7]
    assert told == [], "to sort selects nothing"
    click_row(readout.table, 4)
    assert told == [(names(readout.table)[4],)]
    readout.show_selection((11,))
    assert [names(readout.table)[row] for row in readout.table.selected_rows()] == [11]


def test_keys_sort_the_column_they_are_at_and_copies_come_as_shown(readout):
    trace = run(make_experiment(hidden=9), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(20)
    readout.table.setFocus()
    press(readout.table, Qt.Key.Key_Down)
    press(readout.table, Qt.Key.Key_Right)
    press(readout.table, Qt.Key.Key_Right)
    column = readout.table.currentIndex().column()
    name = readout._shown[column].name
    press(readout.table, Qt.Key.Key_S)
    values = trace.values_at(0, Place(), 20)[name]
    order = np.argsort(-values.astype(float), kind="stable").tolist()
    assert names(readout.table) == order
    readout.table.copy_all()
    lines = copied()
    assert lines[0] == ["unit", *(q.symbol for q in readout._shown)]
    assert [int(line[0]) for line in lines[1:]] == order
    assert [line[column + 1] for line in lines[1:]] == [exact(values[unit]) for unit in order]
    readout.table.clearSelection()
    click_row(readout.table, 5)
    press(readout.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert [int(line[0]) for line in copied()[1:]] == [order[5]]


def test_what_is_no_number_comes_last_either_way(readout):
    data = generate("sine-mix", seed=0, length=50)
    trace = run(make_experiment(data, hidden=6), "numpy")
    readout.show_trace(trace, 0)
    rows = np.array([0.3, np.nan, -1.0, np.inf, -np.inf, 2.0], np.float32)
    readout.table.numbers.set_values([rows] * len(readout._shown))
    click_heading(readout.table, 0)
    assert names(readout.table) == [3, 5, 0, 2, 4, 1]
    click_heading(readout.table, 0)
    assert names(readout.table) == [4, 2, 0, 5, 3, 1]
    # Of equal numbers the order is as given; numpy's other sorts show that only where there are many.
    many = run(make_experiment(data, hidden=200), "numpy")
    readout.show_trace(many, 0)
    rows = (np.arange(200) % 3).astype(np.float32)
    readout.table.numbers.set_values([rows] * len(readout._shown))
    click_heading(readout.table, 1)
    assert names(readout.table) == [*range(2, 200, 3), *range(1, 200, 3), *range(0, 200, 3)]


def test_the_inputs_are_sorted_with_their_remarks(readout):
    data = dated(np.array([[70.0, 1000.0]] * 30))
    readout.show_trace(run(make_experiment(data, scale="standardize"), "numpy"), 0)
    assert shown(readout.inputs)[0][0] == aligned(70.0)
    click_heading(readout.inputs, 0)
    assert shown(readout.inputs)[0][0] == aligned(1000.0)
    assert readout.inputs.model().headerData(0, Qt.Orientation.Vertical, DISPLAY) == "rpm"


# The pinned step ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_differences_from_a_pinned_step_are_exact(readout, dtype):
    trace = run(make_experiment(hidden=16, dtype=dtype, scale="standardize"), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(120)
    readout.show_pinned(30)
    assert headings(readout.table) == [f"Δ{q.symbol}" for q in readout._shown]
    for step in (120, 30, 121):
        readout.set_step(step)
        now, then = trace.values_at(0, Place(), step), trace.values_at(0, Place(), 30)
        readout.table.copy_all()
        for unit, line in enumerate(copied()[1:]):
            wanted = [float(now[q.name][unit]) - float(then[q.name][unit]) for q in readout._shown]
            assert [float(cell) for cell in line[1:]] == wanted
            assert shown(readout.table)[unit] == [aligned(number) for number in wanted]
        x = trace.experiment.dataset.sequences[0].values
        assert readout.inputs.numbers.number(0, 0) == x[step, 0] - x[30, 0]
    readout.show_pinned(31)
    change = trace.values_at(0, Place(), 121)["h"].astype(float) - trace.values_at(0, Place(), 31)["h"]
    assert [row[-1] for row in shown(readout.table)] == [aligned(number) for number in change]
    box = readout.pin.box
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert headings(readout.table) == [q.symbol for q in readout._shown]
    assert_rows_are_the_traces(readout, trace, 121)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    told = []
    readout.unpin_requested.connect(lambda: told.append(True))
    QTest.mouseClick(readout.pin.unpin, Qt.MouseButton.LeftButton)
    assert told == [True]
    readout.show_pinned(None)
    assert headings(readout.table) == [q.symbol for q in readout._shown]
    assert readout.pin.isHidden()


def test_sorting_stays_with_its_column_when_differences_are_shown(qtbot, readout):
    trace = run(make_experiment(hidden=16), "numpy")
    readout.show_trace(trace, 0)
    readout.set_step(80)
    click_heading(readout.table, 4)
    readout.show_pinned(10)
    change = trace.values_at(0, Place(), 80)["c"].astype(float) - trace.values_at(0, Place(), 10)["c"]
    wanted = np.argsort(-change, kind="stable").tolist()
    symbols = [q.name for q in readout._shown]
    assert symbols[4] == "c"
    qtbot.waitUntil(lambda: names(readout.table) == wanted)
    for step in range(81, 90):
        readout.set_step(step)
        QApplication.processEvents()
        assert names(readout.table) == wanted, "it waits for the cursor to rest as before"


def test_a_pinned_step_that_is_not_known_compares_once_it_is(readout):
    stepper = Stepper(make_experiment(hidden=5))
    stepper.advance(5)
    readout.show_trace(stepper.trace, 0)
    readout.show_pinned(9)
    readout.set_step(3)
    assert {cell for row in shown(readout.table) for cell in row} == {"–"}
    stepper.advance(10)
    readout.set_step(4)
    now, then = (stepper.trace.values_at(0, Place(), step)["h"] for step in (4, 9))
    assert [row[-1] for row in shown(readout.table)] == [aligned(d) for d in now.astype(float) - then]


def test_what_is_held_is_marked_where_its_unit_stands(qapp):
    model = NumbersModel("unit")
    model.set_shape(["0", "1", "2"], [Column("f", "forget gate")])
    model.set_held({0: np.array([True, False, False])})
    model.set_values([np.array([0.1, 0.2, 0.3])])
    assert model.held(range(3)) == [(0, 0)]
    model.set_order(np.array([2, 1, 0]))
    assert model.held(range(3)) == [(2, 0)]
    assert "held" in model.data(model.index(2, 0), TOOL_TIP)
    assert "held" not in model.data(model.index(0, 0), TOOL_TIP)


EDGES = (0.0, -0.0, 1e-4, -1e-4, 9.9999e-5, 1e6, -1e6, 999_999.9999999, 1e-42, 3e38, math.nan, math.inf, -math.inf)


@given(st.lists(st.floats(width=32) | st.floats(-10, 10, width=32)))
def test_many_numbers_are_written_as_each_is(values) -> None:
    for dtype in (np.float32, np.float64):
        numbers = np.array([*values, *EDGES], dtype)
        assert aligned_all(numbers) == [aligned(number) for number in numbers]
