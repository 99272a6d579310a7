"""Tokens on the step axis: which is written where, on which colour, and that it can be read."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest

from explorer.cells import CELL_NAMES
from explorer.network import Place, Recipe
from explorer.run import run, start
from explorer.sequences import Dataset, Options, Sequence, dataset_of_texts
from explorer.stepper import Stepper
from widgets.decimals import exact
from widgets.drawing import GATE_SCALE, color_table, quantise
from widgets.row import GAP, LEFT, RIGHT
from widgets.sources import make_experiment
from widgets.theme import DARK, LIGHT
from widgets.token_strip import TokenStrip
from widgets.tokens import Tint, Words, coat, ink, luminance, visible
from widgets.view import View

WIDTH = 800
TEXT = "the cat sat on the mat and the dog lay by the door"
RECIPE = Recipe(hidden=4, init="forget-bias")


def dataset(text: str = TEXT, tokens=None, train: float = 1.0) -> Dataset:
    return dataset_of_texts("t.txt", [text], ["t"], (), Options(tokens=tokens, train=train), ())


def trace_of(data: Dataset, recipe: Recipe = RECIPE):
    return run(make_experiment(data, recipe), "numpy")


@pytest.fixture
def strip(qtbot):
    made = TokenStrip(LIGHT)
    qtbot.addWidget(made)
    made.resize(QSize(LEFT + WIDTH + RIGHT, made.height()))
    made.show()
    qtbot.waitExposed(made)
    return made


def show(strip: TokenStrip, trace, view: View | None = None, units=(2,)) -> None:
    strip.show_trace(trace, 0, Place())
    strip.show_selection(units)
    strip.set_view(view or View.whole(trace.length()))


def picture(widget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def column_middle(strip: TokenStrip, step: int, view: View) -> float:
    return LEFT + (step + 0.5 - view.first) / view.span * strip.plot.width()


def ground(strip: TokenStrip, step: int, view: View) -> str:
    """Return the colour beside the text of a token in its column."""
    seen = picture(strip)
    x = LEFT + (step - view.first) / view.span * strip.plot.width() + 2
    ratio = seen.devicePixelRatio()
    return seen.pixelColor(round(x * ratio), round((strip.plot.top() + 3) * ratio)).name()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("quantity", ["h", "c", "f", "a_i"])
def test_each_token_stands_on_the_colour_of_its_value(strip, theme, quantity):
    trace = trace_of(dataset())
    strip.apply_theme(theme)
    strip.show_quantity(quantity)
    show(strip, trace)
    view = View.whole(trace.length())
    tint = Tint.of(trace, 0, Place(), quantity, (2,))
    table = color_table(tint.scale().map, theme)
    values = trace.read(0, quantity, Place())[:, 2]
    for step in range(1, trace.length()):  # that of step 0 is framed
        wanted = QColor(table[quantise(values[step : step + 1], tint.scale())[0]]).name()
        assert ground(strip, step, view) == wanted, step


def test_another_unit_place_or_trace_gives_other_colours(strip):
    trace = trace_of(dataset(), Recipe(hidden=4, layers=2))
    view = View.whole(trace.length())
    show(strip, trace, units=(2, 1))
    first = ground(strip, 3, view)
    strip.show_selection((1, 2))
    assert ground(strip, 3, view) != first, "the first of the selected units counts"
    strip.show_selection((2,))
    assert ground(strip, 3, view) == first
    strip.show_trace(trace, 0, Place(1))
    assert ground(strip, 3, view) != first
    assert "h · l1 · unit 2" in strip.button.text()


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_a_quantity_that_the_cell_lacks_gives_way_to_h(strip, cell):
    strip.show_quantity("f")
    show(strip, trace_of(dataset(), Recipe(cell=cell, hidden=2)), units=(9,))
    assert strip.button.text().startswith("f · unit 0" if cell == "lstm" else "h · unit 0")


def test_the_button_offers_every_quantity(strip, qtbot):
    show(strip, trace_of(dataset()))
    menu = strip.button.menu()
    menu.aboutToShow.emit()
    offered = {action.data(): action for action in menu.actions()}
    assert {"i", "f", "g", "o", "c", "h", "a_f"} <= set(offered)
    assert [name for name, action in offered.items() if action.isChecked()] == ["h"]
    with qtbot.waitSignal(strip.quantity_requested) as caught:
        offered["o"].trigger()
    assert caught.args == ["o"]
    assert strip.button.text().startswith("h"), "a wish, not yet a fact"
    strip.show_quantity("o")
    assert strip.button.text().startswith("o · unit 2")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("kind", ["gate", "state"])
def test_text_can_be_read_on_every_colour(theme, kind):
    for color in color_table(kind, theme):
        below = QColor(color)
        light, dark = sorted((luminance(below), luminance(ink(below))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    values = np.linspace(-0.5, 1.5, 50)
    made = coat(np.append(values, np.nan), GATE_SCALE, theme)
    assert [QColor(c).name() for c in made.inks] == [ink(QColor(c)).name() for c in made.grounds]


def ink_columns(strip: TokenStrip, step: int, view: View) -> int:
    """Return how many columns of pixels of a token's column hold more than its ground: its text."""
    seen, ratio = picture(strip), strip.devicePixelRatioF()
    width = strip.plot.width() / view.span
    left = column_middle(strip, step, view) - width / 2
    top, bottom = round((strip.plot.top() + 8) * ratio), round((strip.plot.bottom() - 8) * ratio)
    area = range(round((left + 3) * ratio), round((left + width - 3) * ratio))
    base = ground(strip, step, view)
    return sum(any(seen.pixelColor(x, y).name() != base for y in range(top, bottom)) for x in area)


def test_tokens_stand_in_their_columns_where_they_fit(strip):
    trace = trace_of(dataset("aa bb "[:6] * 5 + "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"))
    view = View(0.0, 11.0, trace.length())
    show(strip, trace, view)
    metrics = QFontMetricsF(strip.font())
    for step in (1, 4):
        assert ink_columns(strip, step, view) <= metrics.horizontalAdvance("aa") + 2
        assert ink_columns(strip, step, view) > 4
    room = strip.plot.width() / view.span
    assert metrics.horizontalAdvance("w" * 35) > room
    assert ink_columns(strip, 10, view) > room / 2, "elided, not left out"
    other = ground(strip, 9, view)
    assert other == QColor(color_table("state", LIGHT)[_level(trace, 9)]).name(), "and not over its neighbour"


def _level(trace, step: int) -> int:
    tint = Tint.of(trace, 0, Place(), "h", (2,))
    return quantise(tint.values(step, step + 1), tint.scale())[0]


def test_in_narrow_steps_some_words_stand_above_the_colours(strip):
    trace = trace_of(dataset("word " * 400))
    view = View.whole(400)
    show(strip, trace, view)
    seen, ratio = picture(strip), strip.devicePixelRatioF()
    y = round((strip.plot.top() + 14) * ratio)
    base = QColor(LIGHT.base).name()
    written = [seen.pixelColor(x, y).name() != base for x in range(round(LEFT * ratio), round((LEFT + WIDTH) * ratio))]
    assert 0.02 < np.mean(written) < 0.6, "some, with room between them"
    bottom = round((strip.plot.bottom() - 3) * ratio)
    middle = round((LEFT + 300) * ratio)
    assert seen.pixelColor(middle, bottom).name() != base, "and the colours below"


def test_in_narrow_steps_no_characters_are_written(strip):
    trace = trace_of(dataset("ab" * 1000, "characters"))
    show(strip, trace, View.whole(2000))
    assert not strip._interval
    assert not strip._within
    strip.set_view(View(0.0, 60.0, 2000))
    assert strip._within
    assert ink_columns(strip, 30, View(0.0, 60.0, 2000)) > 2


def test_the_token_at_the_cursor_is_framed_and_written_in_full(strip):
    trace = trace_of(dataset("word " * 399 + "extraordinary"))
    view = View.whole(400)
    show(strip, trace, view)
    for step in (0, 200, 399):
        strip.set_step(step)
        box = strip._flag()
        assert strip.plot.contains(box)
        assert box.left() <= column_middle(strip, step, view) <= box.right() + 1
        seen, ratio = picture(strip), strip.devicePixelRatioF()
        edge = seen.pixelColor(round((box.left() + 1) * ratio), round(box.center().y() * ratio))
        assert edge.name() == LIGHT.cursor
    assert box.width() > QFontMetricsF(strip.font()).horizontalAdvance("extraordinary")
    strip.set_view(View(0.0, 50.0, 400))
    assert strip._flag().isNull(), "out of view"


def test_beside_a_long_token_at_the_cursor_no_half_word_is_left(strip):
    trace = trace_of(dataset("no it is mine incomprehensibility unto me as it is to us"))
    view = View.whole(trace.length())
    show(strip, trace)
    before = picture(strip)
    strip.set_step(4)
    seen, ratio = picture(strip), before.devicePixelRatio()
    flag = strip._flag()
    for step in (3, 5):
        left, right = (column_middle(strip, step + by, view) for by in (-0.5, 0.5))
        xs = [x for x in range(round(left) + 2, round(right) - 2) if not flag.left() - 2 <= x <= flag.right() + 2]
        assert xs, "a part of the column is beside the flag"
        colors = {
            seen.pixelColor(round(x * ratio), round(y * ratio)).name()
            for x in xs
            for y in range(strip.plot.top() + 2, strip.plot.bottom() - 2)
        }
        assert len(colors) == 1, step
    assert strip._touched().left() <= column_middle(strip, 2.5, view) + 1, "painted anew when the cursor goes on"
    assert strip._touched().right() >= column_middle(strip, 5.5, view) - 1


def test_beside_a_short_token_at_the_cursor_every_word_stays(strip):
    """Its frame is as wide as its column, whose ends lie between two pixels."""
    trace = trace_of(dataset("no it is me or us as it is to us"))
    view = View.whole(trace.length())
    show(strip, trace)
    before, ratio = picture(strip), strip.devicePixelRatio()
    for at in range(2, trace.length() - 1):
        strip.set_step(at)
        seen = picture(strip)
        for step in (at - 1, at + 1):
            middle = column_middle(strip, step, view)
            xs = range(round((middle - 12) * ratio), round((middle + 12) * ratio))
            ys = range(round(strip.plot.top() * ratio) + 3, round(strip.plot.bottom() * ratio) - 3)
            assert all(seen.pixelColor(x, y) == before.pixelColor(x, y) for x in xs for y in ys), (at, step)


def test_a_step_repaints_the_two_tokens_only(strip, qtbot):
    trace = trace_of(dataset())
    show(strip, trace)
    painted = []
    strip.paintEvent, original = lambda event: (painted.append(event.rect()), original(event)), strip.paintEvent
    strip.update()
    qtbot.waitUntil(lambda: bool(painted))  # whatever was to be painted before
    painted.clear()
    tile = strip._tile
    strip.set_step(4)
    strip.set_step(5)
    qtbot.waitUntil(lambda: bool(painted))
    assert max(rect.width() for rect in painted) < strip.plot.width() * 0.6
    assert strip._tile is tile


def test_what_is_not_computed_yet_is_written_without_a_colour(strip):
    stepper = Stepper(make_experiment(dataset(), RECIPE))
    stepper.advance(3)
    view = View.whole(stepper.trace.length(0))
    show(strip, stepper.trace, view)
    base = QColor(LIGHT.base).name()
    assert ground(strip, 2, view) != base
    assert ground(strip, 3, view) == base
    assert ink_columns(strip, 4, view) > 4
    assert "not computed yet" in strip.tip_at(QPoint(round(column_middle(strip, 3, view)), 20))
    stepper.advance(1)
    strip.grow()
    assert ground(strip, 3, view) != base


def test_it_grows_as_a_trace_is_computed(strip):
    trace, work = start(make_experiment(dataset(), RECIPE), "numpy")
    view = View.whole(trace.length())
    show(strip, trace, view)
    assert ground(strip, 5, view) == QColor(LIGHT.base).name()
    list(work)
    strip.grow()
    assert ground(strip, 5, view) != QColor(LIGHT.base).name()


def test_what_was_painted_wears_the_colours_of_a_scale_that_has_grown(strip):
    stepper = Stepper(make_experiment(dataset("to be or not to be a bee " * 2), RECIPE))
    stepper.advance(2)
    view = View.whole(stepper.trace.length(0))
    show(strip, stepper.trace, view, units=(3, 0))
    first = strip._scale
    strip.grab()
    stepper.advance(14)
    strip.grow()
    assert strip._scale != first
    tint = Tint.of(stepper.trace, 0, Place(), "h", (3, 0))
    table = color_table("state", LIGHT)
    for step in range(1, 16):
        wanted = QColor(table[quantise(tint.values(step, step + 1), tint.scale())[0]]).name()
        assert ground(strip, step, view) == wanted, step


def test_the_tooltip_says_token_code_and_value(strip):
    data = dataset("The cat the Dog 12345 q q q q", train=0.3)
    trace = trace_of(data)
    view = View.whole(trace.length())
    show(strip, trace, view)
    tips = [strip.tip_at(QPoint(round(column_middle(strip, step, view)), 20)).splitlines() for step in range(5)]
    value = trace.read(0, "h", Place())[0, 2]
    assert tips[0] == ["step 0", "“The” · counts as “the”, code 2", f"h · unit 2: {exact(value)}"]
    assert tips[1][1] == "“cat” · code 3"
    assert tips[3][1] == "“Dog” is not in the vocabulary: <unk>, code 1"
    assert strip.tip_at(QPoint(20, 20)) == "", "beside the plot"


def test_unknown_tokens_are_underlined(strip):
    data = dataset("x x x x x x x x x x x x", train=0.5)
    unknown = dataset("x y x y x y x y z z z z", train=0.6)
    view = View(0.0, 12.0, 12)
    show(strip, trace_of(unknown), view)
    with_dots = ink_columns(strip, 10, view)
    assert Words.of(trace_of(unknown).experiment, 0).unknown(10)
    show(strip, trace_of(data), view)
    assert not Words.of(trace_of(data).experiment, 0).unknown(10)
    ratio = strip.devicePixelRatioF()
    assert with_dots > 0

    def below(seen: QImage, step: int) -> set[str]:
        x = column_middle(strip, step, view)
        y = strip.plot.center().y() + strip.fontMetrics().height() / 2
        return {
            seen.pixelColor(round((x + dx) * ratio), round((y + dy) * ratio)).name()
            for dx in range(-3, 4)
            for dy in (-1, 0, 1)
        }

    assert len(below(picture(strip), 10)) == 1, "a known one is not"
    show(strip, trace_of(unknown), view)
    assert len(below(picture(strip), 10)) > 1


def test_a_click_asks_for_the_step_and_the_wheel_for_a_zoom(strip, qtbot):
    trace = trace_of(dataset())
    view = View.whole(trace.length())
    show(strip, trace, view)
    at = QPoint(round(column_middle(strip, 6, view)), 20)
    with qtbot.waitSignal(strip.step_requested) as caught:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == [6]
    with qtbot.assertNotEmitted(strip.step_requested):
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(LEFT - 2, GAP + 1))


def test_without_tokens_there_is_no_strip(strip):
    numbers = Dataset((Sequence("s", np.zeros((9, 1)), ("x",)),), "s")
    strip.show_trace(trace_of(numbers), 0, Place())
    assert not strip.isVisible()
    strip.show_trace(trace_of(dataset()), 0, Place())
    assert strip.isVisible()
    strip.grow()


def test_categories_stand_on_the_axis_as_their_words(strip):
    codes = np.array([[0.0], [2.0], [1.0], [2.0]])
    data = Dataset((Sequence("s", codes, ("weather",)),), "s", vocabularies={"weather": ("sun", "rain", "snow")})
    assert Words.of(trace_of(data).experiment, 0).tokens == ("sun", "snow", "rain", "snow")
    show(strip, trace_of(data))
    assert "“snow” · code 2" in strip.tip_at(QPoint(round(column_middle(strip, 1, strip.view)), 20))


@pytest.mark.parametrize(
    ("token", "shown"),
    [("a", "a"), (" ", "␣"), ("\n", "⏎"), ("\t", "⇥"), ("\x00", "\\x00"), ("😀", "😀"), ("x" * 99, "x" * 59 + "…")],
)
def test_what_cannot_be_seen_has_a_sign(token, shown):
    assert visible(token) == shown


def test_a_million_characters_paint_in_a_frame(strip):
    data = dataset("It was the best of times.\n" * 38_500, "characters")
    trace, work = start(make_experiment(data, Recipe(hidden=2)), "torch")
    list(work)
    show(strip, trace)
    strip.grab()
    strip.set_step(500_000)
    strip.grab()
    assert "“" in strip.tip_at(QPoint(LEFT + 100, 20))
    strip.set_view(View(500_000.0, 80.0, trace.length()))
    assert strip._within
