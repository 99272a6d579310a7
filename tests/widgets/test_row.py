"""What a person does over a row: pan, zoom at the pointer, zoom to a range, move the cursor, all by real events."""

import pytest
from PySide6.QtCore import Qt

from explorer.network import Place, Recipe
from explorer.run import run
from tests.explorer.making import make_experiment
from tests.widgets.events import ALT, LEFT, SHIFT, click, double_click, drag, move, press, release, wheel
from widgets.quantity_row import QuantityRow
from widgets.row import LEFT as MARGIN
from widgets.row import RIGHT
from widgets.theme import LIGHT
from widgets.view import View

WIDTH = 500


class Asked:
    """Everything a row asks for."""

    def __init__(self, row) -> None:
        self.all: list[tuple] = []
        for name in ("step", "zoom", "pan", "whole", "range", "unit"):
            getattr(row, f"{name}_requested").connect(lambda *values, name=name: self.all.append((name, *values)))

    def of(self, name: str) -> list[tuple]:
        return [values for first, *values in self.all if first == name]


@pytest.fixture
def row(qtbot):
    trace = run(make_experiment(Recipe(hidden=4), (1000,)), "numpy")
    made = QuantityRow(trace.experiment.network.cell(Place()).quantity("h"), LIGHT)
    qtbot.addWidget(made)
    made.resize(MARGIN + WIDTH + RIGHT, 120)
    made.show_trace(trace, 0, Place())
    made.set_view(View(200.0, 100.0, 1000))
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_drag_pans_by_as_many_steps_as_it_is_long(row) -> None:
    asked = Asked(row)
    drag(row, [(MARGIN + 300, 60), (MARGIN + 310, 62), (MARGIN + 250, 60), (MARGIN + 200, 60)])
    assert {name for name, *_ in asked.all} == {"pan"}
    assert sum(steps for (steps,) in asked.of("pan")) == pytest.approx(100 / WIDTH * 100)


def test_what_is_under_the_pointer_stays_there_while_it_is_dragged(row) -> None:
    row.pan_requested.connect(lambda steps: row.set_view(row.view.panned(steps)))
    under = row.view.first + row.fraction_at(MARGIN + 300) * row.view.span
    press(row, MARGIN + 300, 60)
    for x in (320, 100, 400, 250):
        move(row, MARGIN + x, 60)
        assert row.view.first + row.fraction_at(MARGIN + x) * row.view.span == pytest.approx(under)
    release(row, MARGIN + 250, 60)


def test_a_hand_that_trembles_does_not_pan(row) -> None:
    asked = Asked(row)
    drag(row, [(MARGIN + 300, 10), (MARGIN + 302, 11), (MARGIN + 299, 10)])
    assert [name for name, *_ in asked.all] == ["unit"]


def test_shift_and_drag_move_the_cursor(row) -> None:
    asked = Asked(row)
    drag(row, [(MARGIN + 2, 60), (MARGIN + 101, 10), (MARGIN + 251, 60), (MARGIN + 5000, 60), (-50, 60)], SHIFT)
    assert {name for name, *_ in asked.all} == {"step"}
    assert asked.of("step") == [[200], [220], [250], [999], [166]]


def colors_near(row, x: float) -> set[str]:
    """Return the colours about ``x`` at half the height."""
    picture = row.grab().toImage()
    ratio = picture.devicePixelRatio()
    return {picture.pixelColor(round(x * ratio) + dx, picture.height() // 2).name() for dx in range(-3, 4)}


def test_alt_and_drag_zoom_to_what_the_box_holds(row) -> None:
    asked = Asked(row)
    press(row, MARGIN + 100, 30, ALT)
    move(row, MARGIN + 399, 90, ALT)
    assert LIGHT.accent in colors_near(row, MARGIN + 100)
    assert LIGHT.accent in colors_near(row, MARGIN + 399)
    release(row, MARGIN + 399, 90, ALT)
    assert [name for name, *_ in asked.all] == ["range"]
    assert asked.of("range")[0] == pytest.approx([220.0, 280.0], abs=0.5)
    assert LIGHT.accent not in colors_near(row, MARGIN + 100)


def test_the_box_may_be_drawn_backwards_and_ends_at_the_plot(row) -> None:
    asked = Asked(row)
    drag(row, [(MARGIN + 400, 60), (MARGIN + 100, 60), (-40, 60)], ALT)
    assert asked.of("range")[0] == pytest.approx([200.0, 280.0], abs=0.5)


def test_the_wheel_zooms_at_the_pointer(row) -> None:
    asked = Asked(row)
    assert wheel(row, MARGIN + 125, 60, 1)
    assert wheel(row, MARGIN + 125, 60, -1)
    (inward, at), (outward, there) = asked.of("zoom")
    assert at == there == pytest.approx(0.25)
    assert inward < 1 < outward
    assert inward * outward == pytest.approx(1)
    row.zoom_requested.connect(lambda factor, fraction: row.set_view(row.view.zoomed(factor, fraction)))
    before = row.view.step_at(row.fraction_at(MARGIN + 127))
    for _ in range(5):
        wheel(row, MARGIN + 127, 60, 1)
    assert row.view.span < 60
    assert row.view.step_at(row.fraction_at(MARGIN + 127)) == before


def test_a_sideways_wheel_pans(row) -> None:
    asked = Asked(row)
    wheel(row, MARGIN + 125, 60, 1, sideways=True)
    assert asked.all == [("pan", pytest.approx(-10.0))]


@pytest.mark.parametrize("x", [-20, WIDTH + 10])
def test_beside_the_plot_the_wheel_is_left_to_the_scroll_area(row, x) -> None:
    asked = Asked(row)
    assert not wheel(row, MARGIN + x, 60, 1)
    assert asked.all == []


def test_with_shift_the_wheel_leaves_the_steps_alone(row) -> None:
    asked = Asked(row)
    assert wheel(row, MARGIN + 125, 60, 1, SHIFT)
    assert asked.all == []


def test_a_double_click_asks_for_the_whole(row) -> None:
    asked = Asked(row)
    double_click(row, MARGIN + 100, 100)
    assert asked.all == [("whole",)]


def test_other_buttons_and_the_margins_do_nothing(row) -> None:
    asked = Asked(row)
    click(row, MARGIN + 100, 20, button=Qt.MouseButton.RightButton)
    click(row, MARGIN + 100, 20, button=Qt.MouseButton.MiddleButton)
    double_click(row, MARGIN + 100, 20, button=Qt.MouseButton.RightButton)
    click(row, 20, 20)
    double_click(row, 20, 20)
    drag(row, [(20, 60), (200, 60)])
    move(row, MARGIN + 100, 60, button=LEFT)
    assert asked.all == []


def test_a_press_that_becomes_a_drag_asks_for_no_unit(row) -> None:
    asked = Asked(row)
    drag(row, [(MARGIN + 100, 10), (MARGIN + 130, 10), (MARGIN + 100, 10)])
    assert asked.of("unit") == []
    click(row, MARGIN + 100, 10, SHIFT)
    assert asked.of("unit") == []
    assert asked.of("step") == [[220]]
