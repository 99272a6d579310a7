"""Values that do not stand in the file: to be told from others in the input row, at every zoom, and in the readout."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.sequences import Dataset, Filled, Sequence, read_dataset
from explorer.trace import Trace
from tests.widgets.test_input_row import WIDTH, ink, rgb, row, seen  # noqa: F401
from tests.widgets.test_readout import headings, readout, shown  # noqa: F401
from widgets.drawing import line_scale
from widgets.fill_marks import STRIP, steps_of, whole_bins
from widgets.row import LEFT
from widgets.theme import LIGHT, THEMES, unit_style
from widgets.view import View

TOOL_TIP = Qt.ItemDataRole.ToolTipRole
BLUE = unit_style(0, LIGHT).color


def filled_at(*steps: int, how: int = 1, counted: str = "line") -> Filled:
    at = np.array(steps, dtype=np.int64)
    return Filled(at, at + 2, np.full(len(at), how), counted)


def trace_of(values, filled: dict[str, Filled], **more) -> Trace:
    values = np.asarray(values, float)
    values = values[:, None] if values.ndim == 1 else values
    features = tuple(f"x{k}" for k in range(values.shape[1]))
    dataset = Dataset((Sequence("s", values, features, filled=MappingProxyType(filled), **more),), "s.csv")
    return Trace(Experiment(dataset, make_network(Recipe(hidden=2), len(features)), "none"), "none")


def show(row, trace: Trace, view: View | None = None) -> None:  # noqa: F811
    row.show_trace(trace, 0)
    row.set_view(view or View.whole(trace.length()))


def strip_of(picture: np.ndarray, theme=LIGHT) -> np.ndarray:
    """Return in which columns the strip at the bottom is inked."""
    return (picture[-2] == rgb(theme.muted_text)).all(-1)


@pytest.mark.parametrize("stretch", [(10, 11), (4, 9), (0, 3), (27, 30)])
def test_a_filled_value_is_hollow_on_its_line_and_inked_in_the_strip(row, stretch) -> None:  # noqa: F811
    values = np.full(30, 5.0)
    show(row, trace_of(values, {"x0": filled_at(*range(*stretch))}))
    picture = seen(row)
    ratio = picture.shape[1] / WIDTH
    height = picture.shape[0] - (6 + STRIP) * ratio
    y = round(3 * ratio + (1 - line_scale(5.0, 5.0).fraction(5.0)) * height)
    for step in range(30):
        x = round((step + 0.5) * picture.shape[1] / 30) + (-1 if step else 1)  # the line begins and ends in the middle
        column = ink(picture, BLUE)[y - round(5 * ratio) : y + round(5 * ratio), x]
        parts = np.count_nonzero(np.diff(column.astype(int)) == 1)
        assert parts == (2 if stretch[0] <= step < stretch[1] else 1), step
    steps = ((np.arange(picture.shape[1]) + 0.5) * 30 / picture.shape[1]).astype(int)
    inked = strip_of(picture)
    assert inked[(steps >= stretch[0]) & (steps < stretch[1])].all()
    assert np.count_nonzero(inked) <= (stretch[1] - stretch[0]) * picture.shape[1] / 30 + 3


@pytest.mark.parametrize("step", [0, 1, 47_999, 99_999])
def test_one_filled_value_among_many_steps_is_seen(row, step) -> None:  # noqa: F811
    show(row, trace_of(np.full(100_000, 0.5), {"x0": filled_at(step)}))
    inked = np.flatnonzero(strip_of(seen(row)))
    assert 1 <= len(inked) <= 5
    assert inked.mean() == pytest.approx(step / 100_000 * seen(row).shape[1], abs=3)


def test_a_long_filled_stretch_is_hollow_where_pixels_hold_many_steps(row) -> None:  # noqa: F811
    show(row, trace_of(np.full(6000, 5.0), {"x0": filled_at(*range(2000, 4000), 5001, 5003)}))
    picture = seen(row)
    rows = ink(picture, BLUE)[: -round(STRIP * picture.shape[1] / WIDTH)]
    parts = np.count_nonzero(np.diff(rows.astype(int), axis=0) == 1, axis=0)
    third = picture.shape[1] // 3
    assert (parts[third + 4 : 2 * third - 4] == 2).all()
    assert (parts[4 : third - 4] == 1).all()
    assert (parts[2 * third + 4 : -4] == 1).all(), "of a bin with a value of the file, that is what is seen"


def test_bins_that_are_filled_from_end_to_end() -> None:
    some = np.array([0, 1, 2, 3, 5, 6, 8, 9, 10, 11])
    assert whole_bins(some, 4, range(12)).tolist() == [0, 8]
    assert whole_bins(some, 4, range(4, 11)).tolist() == [8]
    assert whole_bins(np.array([2, 7]), 1, range(9)).tolist() == [2, 7]
    assert whole_bins(np.zeros(0, dtype=np.int64), 3, range(9)).tolist() == []


def test_the_steps_at_which_any_feature_is_filled() -> None:
    parts = [filled_at(1, 4, 9), filled_at(4, 5), filled_at()]
    assert steps_of(parts, range(10)).tolist() == [1, 4, 5, 9]
    assert steps_of(parts, range(4, 9)).tolist() == [4, 5]
    assert steps_of([], range(10)).tolist() == []


def test_without_filled_values_there_is_no_strip(row) -> None:  # noqa: F811
    show(row, trace_of(np.full(30, 5.0), {}))
    picture = seen(row)
    assert not strip_of(picture).any()
    assert "Hollow" not in row.toolTip()


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_strip_says_what_it_is_in_both_themes(row, theme) -> None:  # noqa: F811
    row.apply_theme(theme)
    show(row, trace_of(np.full(30, 5.0), {"x0": filled_at(3)}))
    assert strip_of(seen(row), theme).any()
    assert "Hollow" in row.toolTip()
    assert row.accessibleDescription() == row.toolTip()


def test_rows_that_follow_are_marked_as_if_painted_anew(row, qtbot) -> None:  # noqa: F811
    values = np.sin(np.arange(60) / 5)
    whole = trace_of(values, {"x0": filled_at(5, 41, 42, 59)})
    begin = trace_of(values[:40], {"x0": filled_at(5)})
    view = View(0.0, 60.0, 60)
    show(row, begin, view)
    row.grab()
    sequence = whole.experiment.dataset.sequences[0]
    for length in (41, 42, 50, 60):
        part = sequence.filled["x0"].within(0, length)
        known = sequence.filled["x0"]
        row.lengthen(
            replace(
                sequence,
                values=values[:length, None],
                filled={"x0": Filled(known.steps[part], known.lines[part], known.how[part])},
            )
        )
        row.grab()
    grown = seen(row)
    row.renew()
    np.testing.assert_array_equal(grown, seen(row))
    assert np.count_nonzero(strip_of(grown)) > 3 * WIDTH / 60


def test_the_first_filled_value_that_follows_makes_the_strip(row) -> None:  # noqa: F811
    trace = trace_of(np.full(30, 5.0), {})
    show(row, trace, View(0.0, 40.0, 40))
    row.grab()
    sequence = trace.experiment.dataset.sequences[0]
    row.lengthen(replace(sequence, values=np.full((31, 1), 5.0), filled={"x0": filled_at(30)}))
    assert strip_of(seen(row)).any()
    assert "Hollow" in row.toolTip()


def hover(row, step: float, span: float) -> str:  # noqa: F811
    at = QPoint(round(LEFT + (step + 0.5) / span * row.plot.width()), row.plot.center().y())
    QToolTip.hideText()
    QApplication.sendEvent(row, QHelpEvent(QEvent.Type.ToolTip, at, row.mapToGlobal(at)))
    return QToolTip.text()


@pytest.mark.qt_log_ignore(r"raise\(\)")  # offscreen has no windows above others
def test_the_pointer_tells_where_the_value_is_missing_and_what_stands_there(row) -> None:  # noqa: F811
    values = np.column_stack([np.full(30, 5.0), np.full(30, 6.0)])
    show(row, trace_of(values, {"x0": filled_at(3), "x1": filled_at(3, 4, how=3)}))
    assert hover(row, 3, 30) == (
        "x0, step 3: no value in line 5 of the file, filled with the last value before it\n"
        "x1, step 3: no value in line 5 of the file, filled with a line between its neighbours"
    )
    assert hover(row, 4, 30).startswith("x1, step 4: no value in line 6")
    assert hover(row, 5, 30).startswith("The input in the units of its source")


@pytest.mark.qt_log_ignore(r"raise\(\)")
def test_where_a_pixel_is_many_steps_the_pointer_tells_of_all_of_them(row) -> None:  # noqa: F811
    show(row, trace_of(np.full(60_000, 5.0), {"x0": filled_at(*range(30_000, 30_050), counted="row")}))
    assert hover(row, 30_025, 60_000) == (
        "x0, steps 30000–30049: 50 values are missing in rows 30002–30051 of the file, "
        "filled with the last value before it"
    )


@pytest.mark.qt_log_ignore(r"raise\(\)")
def test_of_many_features_the_pointer_names_some(row) -> None:  # noqa: F811
    show(row, trace_of(np.zeros((30, 9)), {f"x{k}": filled_at(3) for k in range(9)}))
    assert hover(row, 3, 30).splitlines()[-1] == "and 3 more features"


def test_the_readout_says_which_input_was_filled(readout) -> None:  # noqa: F811
    values = np.column_stack([np.full(30, 5.0), np.full(30, 6.0)])
    readout.show_trace(trace_of(values, {"x1": filled_at(3)}))
    assert headings(readout.inputs) == ["value", "file"]
    assert shown(readout.inputs) == [["5.000000", ""], ["6.000000", ""]]
    readout.set_step(3)
    assert shown(readout.inputs) == [["5.000000", ""], ["6.000000", "filled, line 5"]]
    assert readout._header.text().endswith("· 1 filled")
    model = readout.inputs.numbers
    tips = [model.index(1, column).data(TOOL_TIP) for column in (0, 1)]
    assert all("no value in line 5 of the file, filled with the last value before it" in tip for tip in tips)
    readout.inputs.copy_all()
    assert QGuiApplication.clipboard().text() == "feature\tvalue\tfile\nx0\t5.0\t\nx1\t6.0\tfilled, line 5\n"
    readout.set_step(4)
    assert shown(readout.inputs)[1] == ["6.000000", ""]
    assert "filled" not in readout._header.text()


def test_the_remark_is_painted_and_has_room(readout) -> None:  # noqa: F811
    readout.show_trace(trace_of(np.full(30, 5.0), {"x0": filled_at(3)}))
    table = readout.inputs
    rect = table.visualRect(table.numbers.index(0, 1))
    before = table.viewport().grab().toImage()
    readout.set_step(3)
    after = table.viewport().grab().toImage()
    changed = [
        x for x in range(after.width()) if any(after.pixel(x, y) != before.pixel(x, y) for y in range(after.height()))
    ]
    ratio = after.devicePixelRatio()
    assert rect.left() * ratio < min(changed)
    assert max(changed) < rect.right() * ratio
    colors = {after.pixelColor(x, y).name() for x in changed for y in range(after.height())}
    assert QColor(LIGHT.warning).name() in colors


def test_a_sequence_that_is_whole_has_no_such_column(readout) -> None:  # noqa: F811
    readout.show_trace(trace_of(np.full(30, 5.0), {"x0": filled_at(3)}))
    readout.show_trace(trace_of(np.full(30, 5.0), {}))
    assert headings(readout.inputs) == ["value"]


def test_from_the_file_to_the_readout(readout, row, tmp_path) -> None:  # noqa: F811
    (tmp_path / "t.csv").write_text("time;a;b\n0;1,5;1\n1;;2\n2;2,5;3\n")
    dataset = read_dataset(tmp_path / "t.csv")
    trace = Trace(Experiment(dataset, make_network(Recipe(hidden=2), 2), "none"), "none")
    readout.show_trace(trace)
    readout.set_step(1)
    assert shown(readout.inputs) == [["1.500000", "filled, line 3"], ["2.000000", ""]]
    row.resize(QSize(LEFT + WIDTH + 66, 120))
    show(row, trace)
    assert strip_of(seen(row)).mean() == pytest.approx(1 / row.view.span, abs=0.02)
