"""The equations show what the trace holds, digit by digit, and their digits add up."""

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from explorer.cells import LSTM, Cell, Kind
from explorer.network import Layer, Network, Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.stages import stages
from explorer.stepper import Stepper
from explorer.terms import terms
from explorer.trace import Trace
from tests.explorer.making import make_experiment, with_weights
from tests.widgets.events import SHIFT, click, double_click, drag, move, press
from tests.widgets.insides import CASES, NUMBER, decimals, embedded, show, trace_of, values_of
from tests.widgets.undrawn import MINIMAL, PEEPHOLE
from widgets.decimals import MINUS, aligned, exact
from widgets.equation_parts import Part, boxes_of
from widgets.equation_rows import Line, rows
from widgets.equation_texts import PENDING
from widgets.equations import Equations
from widgets.inside import NOT_YET
from widgets.theme import DARK, LIGHT

Key = Qt.Key


@pytest.fixture
def panel(exposed) -> Equations:
    return exposed(Equations(), 620, 500)


def line(panel: Equations, name: str) -> Line:
    return next(line for line in panel.lines if name in line.row.names)


def links(numbers: str) -> list[str]:
    """Return the links of a chain: what stands between its equals signs."""
    return [link.strip() for link in re.split(r"(?:^|\s)=\s", numbers) if link]


# The numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [*CASES, "words"])
@pytest.mark.parametrize("step", [0, 7, 29])
def test_every_value_is_the_traces_digit_by_digit(panel, case, step) -> None:
    trace = embedded() if case == "words" else trace_of(CASES[case])
    for place in trace.experiment.network.places:
        show(panel, trace, place=place, unit=4, step=step)
        values, cell = values_of(trace, place, step, 4), trace.experiment.network.cell(place)
        assert [name for line in panel.lines for name in line.row.names] == _in_order(cell)
        for each in panel.lines:
            found = links(each.numbers)
            assert found[-1] == aligned(values[each.row.names[-1]]), each.text
            if len(each.row.names) > 1:
                inner = f"{each.row.function}({aligned(values[each.row.names[0]])})"
                assert found[-2] == inner, each.text


def _in_order(cell: Cell) -> list[str]:
    """Return the quantities in the order of the lines: a pre-activation right before what is made of it alone."""
    names = [q.name for q in cell.quantities]
    alone = {q.operands[0]: q.name for q in cell.quantities if q.operands[:1] == (f"a_{q.name}",)}
    alone |= {"a": "h"} if "a" in names else {}
    return [part for name in names if name not in alone for part in (*(a for a, q in alone.items() if q == name), name)]


@pytest.mark.parametrize("case", [*CASES, "words"])
def test_the_terms_add_up_in_decimals_and_are_those_of_the_core(panel, case) -> None:
    trace = embedded() if case == "words" else trace_of(CASES[case])
    for place in trace.experiment.network.places:
        show(panel, trace, place=place)
        cell = trace.experiment.network.cell(place)
        for step in range(30):
            panel.set_step(step)
            values = values_of(trace, place, step, 2)
            for block in cell.blocks:
                made = terms(trace, 0, place, step, block.name, 2)
                sums = [(made.inputs.sum(), made.b_i), (made.hidden.sum(), made.b_h)]
                for name, wanted in zip(block.terms, sums if block.split else [sums[0] + sums[1]], strict=True):
                    shown = decimals(links(line(panel, name).numbers)[0])
                    assert sum(shown) == Decimal(aligned(values[name]).replace(MINUS, "-"))
                    assert len(shown) == len(wanted)
                    for one, other in zip(shown, wanted, strict=True):
                        assert abs(float(one) - other) < 1e-6


@pytest.mark.parametrize(("case", "name"), [("lstm", "c"), ("gru", "h"), ("gru", "n")])
def test_products_on_the_way_add_up_too(panel, case, name) -> None:
    trace = trace_of(CASES[case])
    show(panel, trace)
    for step in range(30):
        panel.set_step(step)
        values, before = values_of(trace, Place(), step, 2), trace.tracks[0][Place()].previous(step, step + 1)
        found = links(line(panel, name).numbers)
        if name == "c":
            products = values["f"] * before["c"][0, 2], values["i"] * values["g"]
        elif name == "h":
            products = (1 - values["z"]) * values["n"], values["z"] * before["h"][0, 2]
        else:
            products = values["u_n"], values["r"] * values["q_n"]
        shown, total = decimals(found[1]), decimals(found[2])
        assert sum(shown) == total[0]
        assert all(abs(float(a) - b) < 1.1e-6 for a, b in zip(shown, products, strict=True))
        for operand in ("f", "i", "g") if name == "c" else ("z", "n") if name == "h" else ("r", "q_n"):
            assert aligned(values[operand]) in found[0]


def test_the_line_reads_as_in_a_book(panel) -> None:
    show(panel, trace_of(CASES["lstm"]))
    texts = {each.row.name: each.row.text for each in panel.lines}
    assert texts == {
        "i": "i = σ(W_ii x + b_ii + W_hi h⁻ + b_hi)",
        "f": "f = σ(W_if x + b_if + W_hf h⁻ + b_hf)",
        "g": "g = tanh(W_ig x + b_ig + W_hg h⁻ + b_hg)",
        "o": "o = σ(W_io x + b_io + W_ho h⁻ + b_ho)",
        "c": "c = f ⊙ c⁻ + i ⊙ g",
        "tanh_c": "tanh(c)",
        "h": "h = o ⊙ tanh(c)",
    }
    number = rf"{MINUS}?\d\.\d{{6}}"
    chain = rf"= σ\({number}(?: [+{MINUS}] \d\.\d{{6}}){{3}}\) = σ\({number}\) = {number}"
    assert re.fullmatch(chain, line(panel, "f").numbers)
    show(panel, trace_of(CASES["gru"]))
    assert line(panel, "n").row.text == "n = tanh(u_n + r ⊙ q_n)"
    assert line(panel, "q_n").row.text == "q_n = W_hn h⁻ + b_hn"


def test_a_cell_that_nobody_knows_is_written_all_the_same(panel) -> None:
    experiment = make_experiment(CASES["lstm"], (30,), initial=True)
    layer = Layer(PEEPHOLE, experiment.network.layers[0].weights)
    trace = run(replace(experiment, network=Network((layer,))), "numpy")
    show(panel, trace)
    values, before = values_of(trace, Place(), 7, 2), trace.values_at(0, Place(), 6)["c"][2]
    assert {name for each in panel.lines for name in each.row.names} == {q.name for q in PEEPHOLE.quantities}
    for each in panel.lines:
        assert links(each.numbers)[-1] == aligned(values[each.row.name]), each.text
        assert "held" not in each.text
    assert line(panel, "f").numbers == f"= norm({aligned(values['a_f'])}) = {aligned(values['f'])}"
    assert line(panel, "i").row.text == "i = σ(a_i + c⁻)"
    shown = links(line(panel, "i").numbers)
    assert sum(decimals(shown[0])) == decimals(shown[1])[0]
    assert all(abs(float(a) - b) < 1e-6 for a, b in zip(decimals(shown[0]), (values["a_i"], before), strict=True))
    panel.show_stage(1)
    assert line(panel, "f").numbers == ""
    panel.show_stage(2)
    assert line(panel, "f").numbers == f"= norm({aligned(values['a_f'])})", "its operand is there, it itself is not"


def test_a_number_of_the_formula_is_a_number_of_the_line() -> None:
    assert [row.text for row in rows(MINIMAL)][1:] == ["z = σ(a_i)", "h = z ⊙ h⁻ + 0.5 ⊙ a_i"]


def test_sizes_far_from_one_keep_digits_that_say_something(panel) -> None:
    experiment = make_experiment(Recipe("rnn", "relu", hidden=6, dtype="float64"), (30,))
    for power in (-12, 9, 200):
        values = experiment.dataset.sequences[0].values * 10.0**power
        network = with_weights(experiment.network, Place(), bias_ih=np.zeros(6), bias_hh=np.zeros(6))
        data = Dataset((Sequence("s", values, ("x0", "x1", "x2")),), "test")
        show(panel, run(replace(experiment, dataset=data, network=network), "numpy"))
        found = links(line(panel, "h").numbers)
        assert sum(decimals(found[0])) == decimals(found[1])[0]
        assert all(len(number) <= 20 for number in NUMBER.findall(found[0]))
        significant = NUMBER.findall(found[0])[0].split("e")[0].replace(".", "").strip(f"0{MINUS}")
        assert len(significant) >= 2


# What is unusual ------------------------------------------------------------------------------------------------------


def test_a_value_that_does_not_follow_is_said_to_be_held(panel) -> None:
    trace = trace_of(CASES["lstm"])
    trace.tracks[0][Place()].states["c"][7, 2] = 5.0
    show(panel, trace)
    assert line(panel, "c").numbers.endswith("; c is held at 5.000000")
    assert line(panel, "tanh_c").numbers == f"= tanh(5.000000) = {aligned(np.tanh(np.float32(5)))}"
    assert "held" in line(panel, "h").numbers, "h was recorded before c was changed"
    assert "held" not in line(panel, "f").numbers
    panel.set_step(6)
    assert "held" not in "".join(each.text for each in panel.lines)


def test_a_pre_activation_that_is_held_is_what_goes_on(panel) -> None:
    trace = trace_of(CASES["lstm"])
    show(panel, trace)
    recorded = trace.values_at

    def held(*at) -> dict[str, np.ndarray]:
        values = {name: row.copy() for name, row in recorded(*at).items()}
        values["a_f"][2], values["f"][2] = 0.5, 1 / (1 + np.exp(np.float32(-0.5)))
        return values

    trace.values_at = held
    panel.set_step(8)
    before = decimals(line(panel, "f").numbers.split(";")[0])
    assert sum(before) != Decimal("0.5")
    assert line(panel, "f").numbers.endswith("; a_f is held at 0.500000: f = σ(0.500000) = 0.622459")
    picture(panel)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rounding_alone_is_never_said_to_be_held(panel, dtype) -> None:
    experiment = make_experiment(Recipe("lstm", hidden=200, dtype=dtype), (30,), features=50, initial=True)
    values = experiment.dataset.sequences[0].values * 1e4
    data = Dataset((Sequence("s", values, experiment.dataset.features),), "test")
    show(panel, run(replace(experiment, dataset=data), "numpy"))
    for step in range(30):
        panel.set_step(step)
        assert "held" not in "".join(each.text for each in panel.lines)


def strange(place: str, value: float) -> Trace:
    experiment = make_experiment(CASES["lstm"], (30,))
    values = experiment.dataset.sequences[0].values.copy()
    values[7, 1] = value
    return run(replace(experiment, dataset=Dataset((Sequence("s", values, ("x0", "x1", "x2")),), place)), "numpy")


def picture(panel: Equations):
    return panel.grab().toImage()


def has_color(panel: Equations, color: str) -> bool:
    image, wanted = picture(panel), QColor(color)
    colors = {image.pixel(x, y) for y in range(0, image.height(), 2) for x in range(0, image.width(), 2)}
    return wanted.rgb() in colors


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_nan_and_infinity_cannot_be_missed(panel, theme) -> None:
    panel.apply_theme(theme)
    show(panel, trace_of(CASES["lstm"]))
    assert not any(has_color(panel, color) for color in (theme.nan_color, theme.pos_inf_color, theme.neg_inf_color))
    show(panel, strange("nan", float("nan")))
    assert "NaN" in line(panel, "f").numbers
    assert has_color(panel, theme.nan_color)
    show(panel, strange("inf", float("inf")))
    assert "inf" in line(panel, "f").numbers
    assert has_color(panel, theme.pos_inf_color) or has_color(panel, theme.neg_inf_color)


def test_a_step_that_is_not_taken_yet_is_said_to_be_so(panel) -> None:
    experiment = make_experiment(CASES["gru"], (30,))
    trace = Trace(experiment, "live")
    stepper = Stepper(experiment, 0, trace)
    stepper.advance(3)
    show(panel, trace, step=3)
    assert NOT_YET in panel.header()[0]
    assert [each.text for each in panel.lines] == [row.text for row in rows(trace.experiment.network.cell(Place()))]
    assert panel.told(0).endswith(NOT_YET)
    stepper.advance(1)
    panel.grow()
    assert NOT_YET not in panel.header()[0]
    assert links(line(panel, "h").numbers)[-1] == aligned(values_of(trace, Place(), 3, 2)["h"])


def test_without_a_unit_it_says_what_to_do(panel) -> None:
    panel.show_trace(trace_of(CASES["lstm"]), 0, Place())
    assert panel.lines == ()
    picture(panel)
    panel.show_selection((99,))
    assert panel.lines == ()
    panel.show_selection((3, 99))
    assert panel.header()[1].startswith("unit 3")


def test_another_cell_may_come_while_there_is_no_unit(panel) -> None:
    show(panel, trace_of(CASES["lstm"]))
    picture(panel)
    panel.show_selection((99,))
    picture(panel)
    panel.show_trace(trace_of(CASES["gru"]), 0, Place())
    panel.show_selection((1,))
    picture(panel)
    assert [each.row.symbol for each in panel.lines] == ["r", "z", "u_n", "q_n", "n", "h"]
    assert len(panel.page.places) == 6


def test_the_next_trace_of_the_same_cell_leaves_the_page_and_what_is_chosen(panel) -> None:
    trace = trace_of(CASES["lstm"])
    show(panel, trace)
    picture(panel)
    click(panel.viewport(), *middle(panel, 1))
    page = panel.page
    panel.show_trace(run(trace.experiment, "numpy"), 0, Place())
    picture(panel)
    assert panel.page is page
    assert panel.chosen == range(1, 2)
    panel.show_trace(trace_of(CASES["rnn"]), 0, Place())
    picture(panel)
    assert panel.chosen == range(0)


# Inside a step --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["lstm", "gru", "rnn"])
def test_a_micro_step_shows_what_is_known_by_it_and_nothing_else(panel, case) -> None:
    trace = trace_of(CASES[case])
    show(panel, trace)
    whole = {each.row.name: each.numbers for each in panel.lines}
    cell, known = trace.experiment.network.cell(Place()), set()
    for k, stage in enumerate(stages(cell)):
        panel.show_stage(k)
        known |= set(stage.names)
        assert panel.header()[0] == f"inside step 7: {k + 1} of {len(stages(cell))}, {stage.title}"
        for each in panel.lines:
            assert (each.numbers == whole[each.row.name]) == (each.row.name in known), (stage.title, each.text)
        new = {run.text for each in panel.lines for piece in each.pieces for run in piece if run.style == "new"}
        values = values_of(trace, Place(), 7, 2)
        assert {aligned(values[name]) for name in stage.names} <= new
        assert bool(stage.terms) <= (len(new) >= 2 * len(cell.blocks) - 2)
    panel.show_stage(0)
    first = panel.lines[0].numbers
    assert first.count(PENDING) == 2
    panel.show_stage(1)
    assert PENDING not in panel.lines[0].numbers
    panel.show_stage(None)
    assert {each.row.name: each.numbers for each in panel.lines} == whole


def test_what_is_not_known_yet_is_not_told_either(panel) -> None:
    trace = trace_of(CASES["lstm"])
    show(panel, trace)
    panel.show_stage(0)
    assert [text.split(" = ")[0] for text in panel.told(1).splitlines()[1:]] == ["W_if x", "b_if"]
    panel.show_stage(3)
    assert panel.told(1).splitlines()[-1] == f"f = {exact(values_of(trace, Place(), 7, 2)['f'])}"


# Asking, choosing, copying --------------------------------------------------------------------------------------------


def middle(panel: Equations, k: int) -> tuple[float, float]:
    place = panel.page.places[k]
    return 60, panel._top + place.top + place.height / 2 - panel.verticalScrollBar().value()


def test_hovering_tells_full_values(panel) -> None:
    trace = trace_of(CASES["lstm"])
    show(panel, trace)
    point = QPoint(*map(round, middle(panel, 1)))
    event = QHelpEvent(QEvent.Type.ToolTip, point, panel.viewport().mapToGlobal(point))
    QApplication.sendEvent(panel.viewport(), event)
    made, values = terms(trace, 0, Place(), 7, "f", 2), values_of(trace, Place(), 7, 2)
    assert QToolTip.text().splitlines() == [
        "f: forget gate",
        f"W_if x = {made.input_term}",
        f"b_if = {made.b_i}",
        f"W_hf h⁻ = {float(made.hidden.sum())}",
        f"b_hf = {made.b_h}",
        f"a_f = {exact(values['a_f'])}",
        f"f = {exact(values['f'])}",
    ]
    QToolTip.hideText()


def test_lines_are_chosen_by_mouse_and_copied_as_text(panel) -> None:
    asked = []
    panel.quantity_requested.connect(asked.append)
    show(panel, trace_of(CASES["lstm"]))
    click(panel.viewport(), *middle(panel, 1))
    assert (panel.chosen, asked) == (range(1, 2), ["f"])
    QTest.keyClick(panel, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == panel.lines[1].text
    assert QGuiApplication.clipboard().text().startswith("f = σ(W_if x + b_if + W_hf h⁻ + b_hf) = σ(")
    click(panel.viewport(), *middle(panel, 3), SHIFT)
    QTest.keyClick(panel, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines() == [each.text for each in panel.lines[1:4]]
    drag(panel.viewport(), [middle(panel, k) for k in (4, 5, 6)])
    assert panel.chosen == range(4, 7)
    press(panel.viewport(), 60, 3)
    assert panel.chosen == range(4, 7), "the header is no line"


def edge_of(panel: Equations, k: int, character: int) -> tuple[float, float]:
    """Return the middle of the left edge of a character of a line, as the panel marks it."""
    box = boxes_of(panel.lines[k], panel.page.places[k], panel._ink, Part(k, character, character + 1, ""))[0]
    down = panel._top - panel.verticalScrollBar().value()
    return box.left() - panel.horizontalScrollBar().value(), box.center().y() + down


def pixels(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4).copy()


def copied(panel: Equations) -> str:
    QTest.keyClick(panel, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QGuiApplication.clipboard().text()


@pytest.mark.parametrize("width", [260, 620, 1500])
@pytest.mark.parametrize("case", ["lstm", "gru", "rnn"])
def test_any_part_of_a_line_is_chosen_by_dragging_and_copied(panel, case, width) -> None:
    panel.resize(width, 900)
    show(panel, trace_of(CASES[case]))
    picture(panel)
    for k, each in enumerate(panel.lines):
        text = each.text
        shown = [n for n in range(len(text)) if text[n] != " "]  # a blank at the end of a line stands nowhere
        for begin, end in zip(shown[::5], shown[3::5], strict=False):
            places = [edge_of(panel, k, begin), edge_of(panel, k, end)]
            drag(panel.viewport(), places)
            assert (panel.part, panel.chosen) == (text[begin:end], range(k, k + 1))
            drag(panel.viewport(), places[::-1])
            assert copied(panel) == text[begin:end] == panel.accessibleDescription()


def test_the_part_that_is_chosen_is_marked_and_nothing_else(panel) -> None:
    show(panel, trace_of(CASES["lstm"]))
    bare = pixels(picture(panel))
    text = panel.lines[1].text
    begin, end = text.index("b_if"), text.index(" + b_hf")
    drag(panel.viewport(), [edge_of(panel, 1, begin), edge_of(panel, 1, end)])
    assert panel.part == "b_if + W_hf h⁻"
    changed = np.argwhere(pixels(picture(panel)) != bare)
    (left, y), (right, _) = edge_of(panel, 1, begin), edge_of(panel, 1, end)
    ratio = panel.devicePixelRatioF()
    (top, first), (bottom, last) = changed.min(axis=0) / ratio, (changed.max(axis=0) + 1) / ratio
    assert (first, last) == (pytest.approx(left, abs=1.1), pytest.approx(right, abs=1.1))
    assert top < y < bottom
    assert bottom - top <= panel._ink.metrics.height() + 1
    QTest.keyClick(panel, Key.Key_Escape)
    np.testing.assert_array_equal(pixels(picture(panel)), bare)


def test_a_part_gives_way_to_lines_and_to_other_numbers(panel) -> None:
    show(panel, trace_of(CASES["lstm"]))
    text = panel.lines[1].text
    symbols, number = text.index("W_hf"), text.rindex("= ") + 2
    press(panel.viewport(), *edge_of(panel, 1, symbols))
    move(panel.viewport(), *edge_of(panel, 1, symbols + 4))
    assert panel.part == "W_hf"
    move(panel.viewport(), *edge_of(panel, 2, 3))
    assert (panel.part, panel.chosen) == ("", range(1, 3))
    move(panel.viewport(), *edge_of(panel, 1, symbols + 7))
    assert (panel.part, panel.chosen) == ("W_hf h⁻", range(1, 2))
    panel.set_step(8)
    assert copied(panel) == "W_hf h⁻", "symbols are the same at every step"
    double_click(panel.viewport(), *edge_of(panel, 1, number + 1))
    assert copied(panel) == aligned(values_of(panel._spot.subject.trace, Place(), 8, 2)["f"])
    panel.set_step(9)
    picture(panel)
    assert panel.part == "", "that number is no more"
    assert copied(panel) == panel.lines[1].text
    x, y = edge_of(panel, 1, symbols)
    drag(panel.viewport(), [(x, y), (x + 2, y)])
    assert panel.part == "", "a hand that trembles while it clicks"
    double_click(panel.viewport(), *edge_of(panel, 1, symbols + 1))
    assert panel.part == "W_hf"
    QTest.keyClick(panel, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert copied(panel).splitlines() == [each.text for each in panel.lines]


def test_keys_walk_choose_and_copy(panel, qtbot) -> None:
    show(panel, trace_of(CASES["gru"]))
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(panel.hasFocus)
    last = len(panel.lines) - 1
    for key, wanted in (
        *(
            (Key.Key_Down, range(1)),
            (Key.Key_Down, range(1, 2)),
            (Key.Key_Up, range(1)),
            (Key.Key_Up, range(1)),
        ),
        *((Key.Key_End, range(last, last + 1)), (Key.Key_Home, range(1))),
    ):
        QTest.keyClick(panel, key)
        assert panel.chosen == wanted
        assert panel.accessibleDescription() == panel.lines[wanted.start].text
    QTest.keyClick(panel, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert panel.chosen == range(2)
    panel.set_step(8)
    picture(panel)
    assert panel.accessibleDescription() == "\n".join(each.text for each in panel.lines[:2])
    QTest.keyClick(panel, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert panel.chosen == range(last + 1)
    QTest.keyClick(panel, Key.Key_Escape)
    assert panel.chosen == range(0)
    QTest.keyClick(panel, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines() == [each.text for each in panel.lines]


def test_walking_scrolls(panel) -> None:
    panel.resize(260, 240)
    show(panel, trace_of(CASES["lstm"]))
    picture(panel)
    assert panel.verticalScrollBar().maximum() > 0
    for k in range(len(panel.lines)):
        QTest.keyClick(panel, Key.Key_Down)
        place, top = panel.page.places[k], panel.verticalScrollBar().value()
        assert place.top >= top - 1
        assert place.top + place.height <= top + panel.viewport().height() - panel._top + 1


# The page -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1300, 400), (620, 500), (400, 700), (260, 900)], ids=str)
@pytest.mark.parametrize("case", ["lstm", "gru", "rnn", "relu"])
def test_nothing_is_cut_off_or_written_over_another_thing(panel, case, size) -> None:
    panel.resize(*size)
    trace = trace_of(CASES[case])
    for step in (7, 8, 9):
        show(panel, trace, step=step)
        picture(panel)
        page, metrics = panel.page, panel._ink.metrics
        assert page.beside == (size[0] == 1300)
        taken: list[QRectF] = []
        for each, place in zip(panel.lines, page.places, strict=True):
            pieces = ["".join(run.text for run in piece) for piece in each.pieces]
            for stretches, texts in ((place.symbols, each.row.pieces), (place.numbers, pieces)):
                assert [k for s in stretches for k in range(s.first, s.last)] == list(range(len(texts)))
                for s in stretches:
                    text = "".join(texts[s.first : s.last])
                    box = QRectF(s.x, s.y, metrics.horizontalAdvance(text.lstrip()), metrics.height())
                    assert box.right() <= panel.viewport().width(), text
                    assert place.top <= box.top() < box.bottom() <= place.top + place.height
                    assert not any(box.intersects(other) for other in taken), text
                    taken.append(box)


def boxes(panel: Equations) -> list[tuple[str, QRectF]]:
    """Return every line of numbers, and where it is."""
    metrics, found = panel._ink.metrics, []
    for each, place in zip(panel.lines, panel.page.places, strict=True):
        pieces = ["".join(run.text for run in piece) for piece in each.pieces]
        for s in place.numbers:
            text = "".join(pieces[s.first : s.last]).lstrip()
            found.append((text, QRectF(s.x, s.y, metrics.horizontalAdvance(text), metrics.height())))
    return found


@pytest.mark.parametrize("width", [700, 400])
def test_long_numbers_get_more_room_when_they_come(panel, width) -> None:
    panel.resize(width, 500)
    experiment = make_experiment(Recipe("rnn", "relu", hidden=6), (30,))
    values = experiment.dataset.sequences[0].values.copy()
    values[8:] *= 3e5
    show(
        panel, run(replace(experiment, dataset=Dataset((Sequence("s", values, ("x0", "x1", "x2")),), "test")), "numpy")
    )
    picture(panel)
    before = panel.page
    for step in range(8, 30):
        panel.set_step(step)
        picture(panel)
        assert all(box.right() <= panel.viewport().width() for _, box in boxes(panel))
        assert "".join(text for text, _ in boxes(panel)).replace(" ", "") == panel.lines[0].numbers.replace(" ", "")
    assert panel.page is not before
    assert max(len(text) for text, _ in boxes(panel)) > 20
    wide = panel.page
    panel.set_step(7)
    picture(panel)
    assert panel.page is wide, "what once needed more room keeps it"


def test_a_step_lays_nothing_out_anew(panel) -> None:
    show(panel, trace_of(CASES["lstm"]))
    for step in range(30):
        panel.set_step(step)
        panel.repaint()
    page, still = panel.page, panel._still
    for step in range(30):
        panel.set_step(step)
        panel.repaint()
    assert panel.page is page
    assert panel._still is still


def test_what_nobody_sees_reads_nothing(qtbot) -> None:
    panel = Equations()
    qtbot.addWidget(panel)
    show(panel, trace_of(CASES["lstm"]))
    for step in range(5):
        panel.set_step(step)
        panel.grow()
    assert panel._lines is None
    panel.show()
    qtbot.waitUntil(lambda: panel._lines is not None)
    assert panel.lines[0].numbers


def test_quantities_of_every_kind_are_there() -> None:
    assert {LSTM.quantity(row.name).kind for row in rows(LSTM)} == {Kind.GATE, Kind.ACTIVATION, Kind.STATE}
