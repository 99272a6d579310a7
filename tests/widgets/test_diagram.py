"""The cell diagram shows what the trace holds, digit by digit, wherever and however it is looked at."""

from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget

from explorer.cells import GRU, LSTM, Cell, Kind
from explorer.formulas import parts
from explorer.network import Layer, Network, Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.stepper import Stepper
from explorer.terms import equations
from explorer.trace import Trace
from tests.explorer.making import make_experiment
from tests.widgets.colors import alike, pixel
from tests.widgets.events import move, press
from tests.widgets.insides import CASES, show, trace_of
from tests.widgets.undrawn import PEEPHOLE
from widgets.decimals import UNKNOWN, aligned
from widgets.diagram import CellDiagram
from widgets.drawing import GATE_SCALE, color_table, quantise, symmetric_scale
from widgets.theme import DARK, LIGHT, unit_style

Key = Qt.Key
SIZES = [(900, 640), (600, 440), (600, 900), (320, 240), (240, 400), (160, 120)]


@pytest.fixture
def diagram(exposed) -> CellDiagram:
    return exposed(CellDiagram(), 760, 560)


def texts(diagram: CellDiagram) -> dict[str, str]:
    """Return what stands at each part that has room for it."""
    return {name: diagram.reading.text(name) for name in diagram.plan.texts.chips}


def middle(diagram: CellDiagram, name: str) -> QPointF:
    return diagram.plan.nodes[name].center()


def hover(diagram: CellDiagram, name: str) -> None:
    point = middle(diagram, name)
    move(diagram, point.x(), point.y())


def picture(diagram: CellDiagram):
    return diagram.grab().toImage()


# The numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("step", [0, 7, 29])
def test_every_value_is_the_traces_digit_by_digit(diagram, case, step) -> None:
    trace = trace_of(CASES[case])
    for place in trace.experiment.network.places:
        show(diagram, trace, place=place, unit=4, step=step)
        diagram.repaint()
        cell = trace.experiment.network.cell(place)
        seen = texts(diagram)
        for quantity in cell.quantities:
            value = trace.read(0, quantity.name, place, steps=slice(step, step + 1))[0, 4]
            assert seen[quantity.name] == aligned(value), quantity.name
        before = step + 1 if place.direction else step - 1
        for state in cell.states:
            inside = 0 <= before < 30
            known = trace.read(0, state, place, steps=slice(before, before + 1)) if inside else None
            wanted = trace.experiment.initial_state(place)[state][4] if known is None else known[0, 4]
            assert seen[f"{state}_prev"] == aligned(wanted)


def test_products_are_those_of_the_traces_values_in_its_own_dtype(diagram) -> None:
    for dtype in ("float32", "float64"):
        trace = trace_of(Recipe("lstm", hidden=6, dtype=dtype))
        values = {name: row[2] for name, row in trace.values_at(0, Place(), 7).items()}
        before = {name: row[2] for name, row in trace.values_at(0, Place(), 6).items()}
        show(diagram, trace)
        assert diagram.reading.values["f ⊙ c⁻"] == values["f"] * before["c"]
        assert diagram.reading.values["f ⊙ c⁻"].dtype == dtype
        assert texts(diagram)["i ⊙ g"] == aligned(values["i"] * values["g"])
        # What is stored may be rounded once less: torch adds a product without rounding it first.
        assert values["c"] == pytest.approx(values["f"] * before["c"] + values["i"] * values["g"], rel=1e-6)
        gru = trace_of(Recipe("gru", hidden=6, dtype=dtype))
        values = {name: row[2] for name, row in gru.values_at(0, Place(), 7).items()}
        before = gru.values_at(0, Place(), 6)["h"][2]
        show(diagram, gru)
        assert texts(diagram)["r ⊙ q_n"] == aligned(values["r"] * values["q_n"])
        assert texts(diagram)["1 − z"] == aligned(1 - values["z"])
        assert texts(diagram)["z ⊙ h⁻"] == aligned(values["z"] * before)
        assert texts(diagram)["(1 − z) ⊙ n"] == aligned((1 - values["z"]) * values["n"])


def test_one_input_is_a_number_and_several_are_told_when_pointed_at(diagram) -> None:
    one = show(diagram, trace_of(CASES["lstm"], features=1))
    trace = diagram.source.trace
    assert texts(one)["x"] == aligned(trace.inputs(0)[7, 0])
    trace = trace_of(CASES["lstm"], features=12)
    show(diagram, trace)
    assert texts(diagram)["x"] == "12 features"
    told = diagram.told("x").splitlines()
    assert told[:3] == ["x: input", f"x0 = {aligned(trace.inputs(0)[7, 0])}", f"x1 = {aligned(trace.inputs(0)[7, 1])}"]
    assert told[-1] == "and 4 more"
    deep = trace_of(CASES["deep"])
    show(diagram, deep, place=Place(1, 1))
    assert texts(diagram)["x"] == "12 units"
    below = deep.read(0, "h", Place(0, 1), steps=slice(7, 8))[0, 0]
    assert diagram.told("x").splitlines()[1] == "h of layer 0"
    assert f"x[6] = {aligned(below)}" in diagram.told("x")


def test_it_shows_the_last_of_the_selected_units_that_there_is(diagram) -> None:
    trace = trace_of(CASES["lstm"])
    diagram.show_trace(trace, 0, Place())
    diagram.set_step(3)
    assert diagram.source is None
    diagram.show_selection((1, 5, 99))
    assert diagram.source.unit == 5
    assert texts(diagram)["h"] == aligned(trace.values_at(0, Place(), 3)["h"][5])
    diagram.show_selection((1,))
    assert texts(diagram)["h"] == aligned(trace.values_at(0, Place(), 3)["h"][1])
    again = run(trace.experiment, "numpy")
    diagram.show_trace(again, 0, Place())
    assert diagram.source.trace is again
    diagram.show_selection(())
    assert diagram.source is None
    words = picture(diagram)
    assert len({words.pixel(x, y) for x in range(words.width()) for y in range(words.height())}) > 2, "it says why"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_what_is_no_number_is_unmistakable(diagram, theme) -> None:
    experiment = make_experiment(Recipe("lstm", hidden=6), (30,), features=1)
    values = experiment.dataset.sequences[0].values.copy()
    values[7] = np.nan
    values[9] = np.inf
    experiment = replace(experiment, dataset=Dataset((Sequence("s", values, ("x0",)),), "test"))
    trace = run(experiment, "numpy")
    diagram.apply_theme(theme)
    show(diagram, trace, step=7)
    assert set(texts(diagram).values()) - {texts(diagram)[name] for name in ("h_prev", "c_prev")} == {"NaN"}
    for name in ("h", "f ⊙ c⁻", "a_f", "x"):
        inside = diagram.plan.texts.chips[name].number.topLeft() + QPointF(3, 3)
        assert alike(pixel(diagram, inside), theme.nan_color), name
    clean = make_experiment(Recipe("lstm", hidden=6), (30,), features=1)
    values = clean.dataset.sequences[0].values.copy()
    values[9] = np.inf
    show(diagram, run(replace(clean, dataset=Dataset((Sequence("s", values, ("x0",)),), "test")), "numpy"), step=9)
    assert texts(diagram)["x"] == "inf"
    inside = diagram.plan.texts.chips["x"].number.topLeft() + QPointF(3, 3)
    assert alike(pixel(diagram, inside), theme.pos_inf_color)
    infinite = [name for name, text in texts(diagram).items() if text in ("inf", f"{chr(0x2212)}inf")]
    assert "a_f" in infinite


def test_a_step_that_is_not_taken_yet_has_no_numbers(diagram) -> None:
    stepper = Stepper(make_experiment(CASES["gru"], (30,)))
    stepper.advance(3)
    show(diagram, stepper.trace, step=3)
    assert {name for name, text in texts(diagram).items() if text != UNKNOWN} == {"x"}
    assert diagram.told("h").endswith("not computed yet")
    assert diagram.accessibleName().endswith("step 3, not computed yet")
    stepper.advance(1)
    diagram.grow()
    assert texts(diagram)["h"] == aligned(stepper.trace.values_at(0, Place(), 3)["h"][2])


def test_colours_follow_a_scale_that_grows(diagram) -> None:
    experiment = make_experiment(Recipe("lstm", hidden=6, init="chrono"), (30,), features=1)
    values = np.linspace(0, 40, 30)[:, None]
    stepper = Stepper(replace(experiment, dataset=Dataset((Sequence("s", values, ("x0",)),), "test")))
    stepper.advance(2)
    show(diagram, stepper.trace, step=1)
    before = picture(diagram)
    stepper.advance(28)
    diagram.grow()
    assert picture(diagram) != before, "the same step in other colours"
    for name in ("a_f", "c", "h"):
        assert diagram.source.scale(name) == symmetric_scale(*stepper.trace.extremes(0, name, Place()))
    wanted = quantise(stepper.trace.values_at(0, Place(), 1)["a_g"], diagram.source.scale("a_g"))[2]
    inside = diagram.plan.texts.chips["a_g"].number.topLeft() + QPointF(2, 2)
    assert alike(pixel(diagram, inside), QColor(color_table("state", LIGHT)[wanted]))


# The colours ----------------------------------------------------------------------------------------------------------


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_nodes_and_values_have_the_colours_of_the_rows(diagram, theme) -> None:
    trace = trace_of(CASES["lstm"])
    diagram.apply_theme(theme)
    show(diagram, trace)
    values = trace.values_at(0, Place(), 7)
    for quantity in LSTM.quantities:
        gate = quantity.kind is Kind.GATE
        scale = GATE_SCALE if gate else symmetric_scale(*trace.extremes(0, quantity.name, Place()))
        wanted = QColor(color_table(scale.map, theme)[quantise(values[quantity.name], scale)[2]])
        inside = diagram.plan.texts.chips[quantity.name].number.topLeft() + QPointF(2, 2)
        assert alike(pixel(diagram, inside), wanted), quantity.name
        if quantity.kind is not Kind.PRE_ACTIVATION:
            node = diagram.plan.nodes[quantity.name]
            beside = QPointF(node.left() + 4, node.center().y())
            assert alike(pixel(diagram, beside), wanted), quantity.name


def test_a_wire_has_the_colour_of_what_it_carries(diagram) -> None:
    trace = trace_of(CASES["lstm"])
    show(diagram, trace)
    (wire,) = diagram.plan.lines["f"]
    above, chip = diagram.plan.nodes["f ⊙ c⁻"].bottom(), diagram.plan.texts.chips["f"].rect
    point = QPointF(wire.path.elementAt(0).x, (above + chip.top()) / 2)
    wanted = QColor(color_table("gate", LIGHT)[quantise(trace.values_at(0, Place(), 7)["f"], GATE_SCALE)[2]])
    assert alike(pixel(diagram, point), wanted)


def test_the_ribbon_shows_all_units(diagram) -> None:
    trace = trace_of(CASES["lstm"])
    show(diagram, trace)
    ribbon = diagram.plan.ribbons["h_prev"]
    before = trace.values_at(0, Place(), 6)["h"]
    scale = symmetric_scale(*trace.extremes(0, "h", Place()))
    for unit, level in enumerate(quantise(before, scale)):
        point = QPointF(ribbon.left() + (unit + 0.5) * ribbon.width() / 6, ribbon.center().y())
        assert alike(pixel(diagram, point), QColor(color_table("state", LIGHT)[level]))


def test_the_unit_has_its_colour(diagram) -> None:
    show(diagram, trace_of(CASES["lstm"]), unit=5)
    image = picture(diagram)
    strip = image.copy(QRect(QPoint(), diagram.size() * image.devicePixelRatio())).copy(
        image.width() // 2, 0, image.width() // 2, round(30 * image.devicePixelRatio())
    )
    seen = {strip.pixelColor(x, y).name() for x in range(strip.width()) for y in range(strip.height())}
    assert any(alike(QColor(name), unit_style(5, LIGHT).color, 4) for name in seen)


def test_only_what_changed_is_painted_otherwise(diagram) -> None:
    """The picture is made of the reading: another value changes its own places only."""
    show(diagram, trace_of(CASES["lstm"]))
    before, reading = picture(diagram), diagram.reading
    diagram._reading = replace(reading, texts=dict(reading.texts) | {"f": "0.123456"})
    after = picture(diagram)
    ratio = before.devicePixelRatio()
    chip = diagram.plan.texts.chips["f"].rect
    inside = QRect((chip.topLeft() * ratio).toPoint(), (chip.size() * ratio).toSize())
    assert before.copy(inside) != after.copy(inside)
    differing = [
        (x, y) for x in range(before.width()) for y in range(before.height()) if before.pixel(x, y) != after.pixel(x, y)
    ]
    assert all(inside.contains(x, y) for x, y in differing)


# The wiring -----------------------------------------------------------------------------------------------------------


def test_a_header_says_which_cell_where_which_unit_and_step(diagram) -> None:
    trace = trace_of(CASES["deep"])
    show(diagram, trace, place=Place(1, 1))
    assert diagram.header() == ("GRU · layer 1 reverse", "unit 2 · step 7")
    diagram.show_trace(trace, 0, Place(1, 0))
    assert diagram.header()[0] == "GRU · layer 1 forward"
    show(diagram, trace_of(CASES["relu"]))
    assert diagram.header()[0] == "RNN (relu)"


def boxes(diagram: CellDiagram) -> dict[str, QRectF]:
    """Return every text and node: what may not overlap."""
    plan = diagram.plan
    found = {f"value {name}": chip.rect for name, chip in plan.texts.chips.items()}
    found |= {f"name {name}": rect for name, rect in plan.texts.names.items()}
    entering = {part.name for part in diagram.source.parts if not part.operation}
    found |= {f"node {name}": rect for name, rect in plan.nodes.items() if name not in entering}
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("case", ["lstm", "gru", "rnn", "deep"])
def test_nothing_is_cut_off_or_written_over_another_thing(diagram, case, size) -> None:
    diagram.resize(*size)
    trace = trace_of(CASES[case])
    for step in (7, 8):
        show(diagram, trace, place=trace.experiment.network.places[-1], step=step)
        diagram.repaint()
        found = boxes(diagram)
        for name, rect in found.items():
            assert QRectF(diagram.rect()).contains(rect), name
        for (one, a), (other, b) in combinations(found.items(), 2):
            assert not a.intersects(b), (one, other)
        assert {part.name for part in diagram.source.parts} == set(diagram.plan.nodes)
    if size[0] >= 600:
        assert set(diagram.plan.texts.chips) == {part.name for part in diagram.source.parts}
        named = {name for name, chip in diagram.plan.texts.chips.items() if chip.name_width}
        layer = {part.name for part in diagram.source.parts if part.operation == "W"}
        assert named | set(diagram.plan.texts.names) | layer == {part.name for part in diagram.source.parts}
    if size == (320, 240):
        assert {"h", "f", "i", "o", "c"} & set(texts(diagram)) == {"h", "f", "i", "o", "c"} & set(diagram.plan.nodes)


def test_long_numbers_get_room_before_they_come(diagram) -> None:
    experiment = make_experiment(Recipe("lstm", hidden=6), (30,), features=1)
    values = experiment.dataset.sequences[0].values * 1e5
    show(diagram, run(replace(experiment, dataset=Dataset((Sequence("s", values, ("x0",)),), "test")), "numpy"))
    width = diagram.plan.texts.chips["a_f"].number.width()
    for step in range(30):
        diagram.set_step(step)
        diagram.repaint()
        assert diagram.plan.texts.chips["a_f"].number.width() == width
        for name, text in texts(diagram).items():
            assert len(text) <= diagram._room[name]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_long_numbers_are_not_cut_off_either(diagram, size) -> None:
    diagram.resize(*size)
    experiment = make_experiment(Recipe("rnn", "relu", hidden=6), (30,), features=1)
    values = np.full((30, 1), -3e5)
    show(diagram, run(replace(experiment, dataset=Dataset((Sequence("s", values, ("x0",)),), "test")), "numpy"))
    for rect in boxes(diagram).values():
        assert QRectF(diagram.rect()).contains(rect)


class Picked(CellDiagram):
    """Counts how often it lays out anew."""

    planned = 0

    def _planned(self, *args):
        self.planned += 1
        return super()._planned(*args)


def test_a_step_lays_nothing_out_anew(qtbot) -> None:
    diagram = Picked()
    qtbot.addWidget(diagram)
    diagram.resize(700, 500)
    diagram.show()
    show(diagram, trace_of(CASES["lstm"]))
    diagram.repaint()
    planned, still = diagram.planned, diagram._still
    for step in range(20):
        diagram.set_step(step)
        diagram.repaint()
    assert diagram.planned == planned
    assert diagram._still is still


def test_what_nobody_sees_reads_nothing(qtbot) -> None:
    diagram = CellDiagram()
    qtbot.addWidget(diagram)
    show(diagram, trace_of(CASES["lstm"]))
    for step in range(5):
        diagram.set_step(step)
        diagram.grow()
    assert diagram._source is None
    assert diagram._reading is None
    diagram.show()
    qtbot.waitUntil(lambda: diagram._reading is not None)
    assert diagram.reading.step == 4


def cell_of(cell: Cell) -> Trace:
    """Return a trace of a cell that nobody has drawn, with the weights of an LSTM."""
    experiment = make_experiment(CASES["lstm"], (30,), initial=True)
    layer = Layer(cell, experiment.network.layers[0].weights)
    return run(replace(experiment, network=Network((layer,))), "numpy")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_cell_that_nobody_drew_is_shown_all_the_same(diagram, size) -> None:
    diagram.resize(*size)
    show(diagram, cell_of(PEEPHOLE))
    diagram.repaint()
    assert {part.name for part in parts(PEEPHOLE)} == set(diagram.plan.nodes)
    values = diagram.source.trace.values_at(0, Place(), 7)
    for quantity in PEEPHOLE.quantities:
        assert diagram.reading.text(quantity.name) == aligned(values[quantity.name][2])
    for one, other in combinations(diagram.plan.texts.chips.values(), 2):
        assert not one.rect.intersects(other.rect)
    inner = diagram.source.scale("a_i + c⁻")
    assert inner.low == -inner.high, "what goes into σ is no gate"
    assert diagram.told("f") == f"f: forget gate\nf = norm(a_f)\n= {diagram.reading.text('f')}"


# Pointing -------------------------------------------------------------------------------------------------------------


def test_hovering_tells_the_equation_with_symbols_and_numbers(diagram) -> None:
    show(diagram, trace_of(CASES["lstm"]))
    hover(diagram, "c")
    value = diagram.reading.text
    product, other = (
        f"{value(a)} ⊙ ({value(b)})" if value(b)[0] == "−" else f"{value(a)} ⊙ {value(b)}"
        for a, b in (("f", "c_prev"), ("i", "g"))
    )
    assert QToolTip.text().splitlines() == [
        "c: cell state",
        "c = f ⊙ c⁻ + i ⊙ g",
        f"= {product} + {other}",
        f"= {value('c')}",
    ]
    for quantity in LSTM.quantities:
        hover(diagram, quantity.name)
        assert quantity.formula in QToolTip.text().splitlines()[1]
        assert QToolTip.text().endswith(f"= {value(quantity.name)}")
    QApplication.sendEvent(diagram, QEvent(QEvent.Type.Leave))
    assert diagram._sight.pointed is None


@pytest.mark.parametrize("case", ["lstm", "gru", "rnn", "lstm64"])
def test_of_a_pre_activation_its_terms_are_told_and_they_add_up(diagram, case) -> None:
    trace = trace_of(CASES[case])
    show(diagram, trace)
    handed = [part for part in diagram.source.parts if part.operation == "W"]
    for step in range(5, 25):
        diagram.set_step(step)
        found = {equation.name: equation for equation in equations(trace, 0, Place(), step, 2)}
        for part in handed:
            terms, total = (line.removeprefix("= ") for line in diagram.told(part.name).splitlines()[-2:])
            shown = [Decimal(term.replace("−", "-")) for term in terms.replace(" − ", " + −").split(" + ")]
            assert sum(shown) == Decimal(total.replace("−", "-"))
            assert total == diagram.reading.text(part.name)
            for term, operand in zip(shown, found[part.name].operands, strict=True):
                assert abs(float(term) - operand.value) < 1e-6


def test_the_header_says_how_far_into_the_step_it_is(diagram) -> None:
    show(diagram, trace_of(CASES["lstm"]))
    diagram.show_stage({"a_f"}, {"a_f"}, "inside step 7: 3 of 7, pre-activations")
    assert diagram.header() == ("inside step 7: 3 of 7, pre-activations", "unit 2 · step 7")
    diagram.show_stage(None)
    assert diagram.header()[0] == "LSTM"


@pytest.mark.parametrize("size", [(760, 560), (320, 240)], ids=str)
def test_what_is_told_covers_neither_the_part_nor_its_operands(diagram, size) -> None:
    diagram.resize(*size)
    show(diagram, trace_of(CASES["lstm"]))
    plan, area = diagram.plan, QRectF(-2000, -2000, 4000, 4000)
    for part in diagram.source.parts:
        box = QRectF(plan.beside(part.name, QSizeF(250, 70), part.operands, area), QSizeF(250, 70))
        assert not box.intersects(plan.nodes[part.name]), part.name
    box = QRectF(plan.beside("c", QSizeF(250, 70), ("f ⊙ c⁻", "i ⊙ g"), area), QSizeF(250, 70))
    for name in ("c", "f ⊙ c⁻", "i ⊙ g"):
        assert not box.intersects(plan.texts.chips[name].rect), name


def test_a_ribbon_belongs_to_what_runs_along_it(diagram) -> None:
    show(diagram, trace_of(CASES["gru"]))
    for name in ("x", "h_prev"):
        point = diagram.plan.ribbons[name].center()
        move(diagram, point.x(), point.y())
        assert diagram._sight.pointed == name


def test_the_told_numbers_follow_the_step(diagram) -> None:
    show(diagram, trace_of(CASES["gru"]))
    hover(diagram, "h")
    diagram.set_step(8)
    assert QToolTip.text().endswith(f"= {aligned(diagram.source.trace.values_at(0, Place(), 8)['h'][2])}")


def lit(diagram: CellDiagram) -> set[str]:
    """Return the parts of which a wire stands out."""
    image, found = picture(diagram), set()
    for source, lines in diagram.plan.lines.items():
        for line in lines:
            tip = line.arrow.boundingRect().center() * image.devicePixelRatio()
            if alike(image.pixelColor(tip.toPoint()), LIGHT.accent):
                found.add(source)
    return found


def test_the_operands_of_what_is_pointed_at_stand_out(diagram) -> None:
    show(diagram, trace_of(CASES["lstm"]))
    assert lit(diagram) == set()
    hover(diagram, "c")
    assert lit(diagram) == {"f ⊙ c⁻", "i ⊙ g"}
    hover(diagram, "a_o")
    assert lit(diagram) == {"x", "h_prev"}
    diagram.show_selection((0,))
    assert lit(diagram) == {"x", "h_prev"}, "another unit leaves the pointer where it is"


@pytest.mark.parametrize("case", ["lstm", "gru", "rnn"])
def test_arrow_keys_walk_in_the_order_of_computation(diagram, qtbot, case) -> None:
    show(diagram, trace_of(CASES[case]))
    diagram.activateWindow()
    diagram.setFocus()
    qtbot.waitUntil(diagram.hasFocus)
    order = [part.name for part in diagram.source.parts]
    for name in order:
        QTest.keyClick(diagram, Key.Key_Right)
        assert diagram._sight.pointed == name
        assert QToolTip.text() == diagram.told(name) == diagram.accessibleDescription()
    QTest.keyClick(diagram, Key.Key_Down)
    assert diagram._sight.pointed == order[-1]
    for name in order[-2::-1]:
        QTest.keyClick(diagram, Key.Key_Up)
        assert diagram._sight.pointed == name
    QTest.keyClick(diagram, Key.Key_Escape)
    assert diagram._sight.pointed is None
    QTest.keyClick(diagram, Key.Key_Left)
    assert diagram._sight.pointed == order[-1]


def test_tab_walks_where_one_walks_and_else_passes_by(qtbot) -> None:
    window, first, diagram, last = QWidget(), CellDiagram(), CellDiagram(), CellDiagram()
    column = QVBoxLayout(window)
    for each in (first, diagram, last):
        column.addWidget(each)
    qtbot.addWidget(window)
    window.resize(400, 900)
    window.show()
    window.activateWindow()
    show(diagram, trace_of(CASES["rnn"]))
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Key.Key_Tab)
    assert diagram.hasFocus()
    QTest.keyClick(diagram, Key.Key_Tab)
    assert last.hasFocus()
    QTest.keyClick(last, Key.Key_Backtab)
    QTest.keyClick(diagram, Key.Key_Right)
    for name in ("h_prev", "a", "h"):
        QTest.keyClick(diagram, Key.Key_Tab)
        assert (diagram.hasFocus(), diagram._sight.pointed) == (True, name)
    QTest.keyClick(diagram, Key.Key_Backtab)
    assert diagram._sight.pointed == "a"
    QTest.keyClick(diagram, Key.Key_Tab)
    QTest.keyClick(diagram, Key.Key_Tab)
    assert last.hasFocus()
    assert diagram._sight.pointed is None


def test_what_is_shown_is_told_in_words(diagram) -> None:
    trace = trace_of(CASES["rnn"], features=1)
    show(diagram, trace)
    diagram.repaint()
    values = {name: row[2] for name, row in trace.values_at(0, Place(), 7).items()}
    before, x = trace.values_at(0, Place(), 6)["h"][2], trace.inputs(0)[7, 0]
    assert diagram.accessibleName() == (
        f"Cell diagram: RNN, layer 0, unit 2, step 7: x {aligned(x)}, h⁻ {aligned(before)}, "
        f"a {aligned(values['a'])}, h {aligned(values['h'])}"
    )


# Inside a step --------------------------------------------------------------------------------------------------------


def test_a_stage_hides_what_is_not_computed_and_marks_what_just_was(diagram) -> None:
    show(diagram, trace_of(CASES["lstm"]))
    pre, gates = {"a_i", "a_f", "a_g", "a_o"}, {"i", "f", "g", "o"}
    whole = picture(diagram)
    diagram.show_stage(pre | gates, gates)
    assert diagram.told("h").endswith("not computed yet within this step")
    assert diagram.told("f").endswith(f"= {diagram.reading.text('f')}")
    staged = picture(diagram)

    def cut(image, name: str):
        rect, ratio = diagram.plan.texts.chips[name].number, image.devicePixelRatio()
        return image.copy(QRect((rect.topLeft() * ratio).toPoint(), (rect.size() * ratio).toSize()))

    for name in ("c", "h", "f ⊙ c⁻", "tanh_c"):
        assert cut(staged, name) != cut(whole, name), name
    for name in ("x", "h_prev", "c_prev", *pre):
        assert cut(staged, name) == cut(whole, name), name
    for name in gates:
        node = diagram.plan.nodes[name]
        assert alike(pixel(diagram, QPointF(node.center().x(), node.top())), LIGHT.accent, 60), name
    assert f"h {UNKNOWN}" in diagram.accessibleName()
    assert f"f {diagram.reading.text('f')}" in diagram.accessibleName()
    diagram.show_stage((), {"h_prev"})
    assert lit(diagram) == {"h_prev"}
    assert set(texts(diagram)) == {part.name for part in diagram.source.parts}
    diagram.show_stage(None)
    assert picture(diagram) == whole


# Files ----------------------------------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("case", ["lstm", "gru", "rnn", "relu", "deep"])
def test_a_file_holds_every_text_and_cuts_none(diagram, tmp_path, case, theme) -> None:
    diagram.apply_theme(theme)
    diagram.resize(200, 160)
    trace = trace_of(CASES[case])
    show(diagram, trace, place=trace.experiment.network.places[-1])
    path = tmp_path / "cell.svg"
    diagram.write_svg(path)
    root = ElementTree.fromstring(path.read_bytes())
    assert root.find(f"{SVG}title").text == " · ".join(diagram.header())
    assert root.find(f"{SVG}desc").text == diagram.accessibleName()
    _, _, width, height = (float(number) for number in root.get("viewBox").split())
    found = list(root.iter(f"{SVG}text"))
    written = [text.text for text in found]
    for part in diagram.source.parts:
        assert diagram.reading.text(part.name) in written, part.name
        assert part.symbol in written
    for text in found:
        family, kind = text.get("font-family").split(", ")
        assert kind in ("monospace", "sans-serif")
        font = QFont(family)
        font.setPixelSize(round(float(text.get("font-size"))))
        font.setWeight(QFont.Weight(int(text.get("font-weight"))))
        metrics, x, y = QFontMetricsF(font), float(text.get("x")), float(text.get("y"))
        assert 0 <= x <= x + metrics.horizontalAdvance(text.text) <= width
        assert 0 <= y - metrics.ascent() <= y + metrics.descent() <= height
    assert len(written) >= 2 * len(diagram.source.parts)


def test_a_file_that_cannot_be_written_is_an_error(diagram, tmp_path) -> None:
    show(diagram, trace_of(CASES["rnn"]))
    with pytest.raises(OSError, match="nowhere"):
        diagram.write_svg(tmp_path / "nowhere" / "cell.svg")


def test_saving_is_a_wish(diagram, qtbot) -> None:
    show(diagram, trace_of(CASES["rnn"]))
    (save,) = diagram.actions()
    assert save.text() == "Save the cell diagram as SVG…"
    with qtbot.waitSignal(diagram.export_requested):
        save.trigger()


# Sizes and screens ----------------------------------------------------------------------------------------------------


def test_other_colours_and_another_cell_leave_no_trace(diagram) -> None:
    lstm, gru = trace_of(CASES["lstm"]), trace_of(CASES["gru"])
    show(diagram, lstm)
    first = picture(diagram)
    diagram.apply_theme(DARK)
    assert alike(pixel(diagram, QPointF(3, 3)), DARK.base)
    show(diagram, gru)
    assert set(texts(diagram)) == {part.name for part in parts(GRU)}
    diagram.apply_theme(LIGHT)
    show(diagram, lstm)
    assert picture(diagram) == first


def test_the_font_of_the_application_is_followed(diagram) -> None:
    show(diagram, trace_of(CASES["lstm"]))
    top = diagram.plan.nodes["c"].top()
    font = diagram.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    diagram.setFont(font)
    assert diagram.plan.nodes["c"].top() > top


def test_a_press_gives_it_the_keys(diagram, qtbot) -> None:
    show(diagram, trace_of(CASES["rnn"]))
    diagram.activateWindow()
    press(diagram, 5, 5)
    diagram.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(diagram.hasFocus)
    assert alike(pixel(diagram, QPointF(1, 60)), LIGHT.accent)
