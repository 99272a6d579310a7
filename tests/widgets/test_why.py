"""Why shows the terms of the core: sorted, on one scale, and their parts add up to what was recorded."""

import gc
import weakref
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from explorer.cells import GRU, LSTM, RNN
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.stages import stages
from explorer.stepper import Stepper
from explorer.terms import sources, terms
from explorer.trace import Trace
from tests.explorer.making import make_experiment
from tests.widgets.events import click, move, wheel
from tests.widgets.insides import CASES, decimals, embedded, show, trace_of, values_of
from widgets.decimals import MINUS, UNKNOWN, aligned, exact
from widgets.equation_texts import lines
from widgets.theme import DARK, LIGHT, color_map, unit_style
from widgets.why import Why
from widgets.why_paint import DOWN, PAD, UP, Sheet
from widgets.why_reading import INPUTS, RECURRENT, question_about, questions

Key = Qt.Key


@pytest.fixture
def panel(exposed) -> Why:
    widget = Why()
    widget.apply_theme(LIGHT)
    return exposed(widget, 620, 600)


def seen(panel: Why) -> list[tuple[str, str]]:
    """Return the rows from top to bottom: what stands on the left, and the number on the right."""
    answer = panel.answer()
    names = answer.contributors.all
    return [(answer.heading(k), "") if k < 0 else (names[k].name, answer.text(k)) for k in answer.rows]


def picture(panel: Why):
    QApplication.processEvents()
    return panel.grab().toImage()


# The numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [*CASES, "words"])
@pytest.mark.parametrize("step", [0, 7, 29])
def test_every_contribution_is_the_cores_sorted_by_size(panel, case, step) -> None:
    trace = embedded() if case == "words" else trace_of(CASES[case])
    for place in trace.experiment.network.places:
        show(panel, trace, place=place, unit=4, step=step)
        names = [source.name for source in sources(trace.experiment, place)]
        for asked in questions(trace.experiment.network.cell(place)):
            panel.show_quantity(asked.whole)
            made = terms(trace, 0, place, step, asked.block.name, 4)
            wanted = dict(zip(names, map(float, made.contributions), strict=True))
            if case != "bare":
                through = "r ⊙ " if asked.block.split else ""
                wanted |= {asked.symbols[1]: made.b_i, through + asked.symbols[3]: made.reach * made.b_h}
            rows = [row for row in seen(panel) if row[1]]
            assert dict(rows) == {name: aligned(value) for name, value in wanted.items()}
            if not asked.block.split:
                sizes = [abs(wanted[name]) for name, _ in rows]
                assert sizes == sorted(sizes, reverse=True)


def test_what_a_cell_keeps_apart_is_apart(panel) -> None:
    trace = trace_of(CASES["gru"])
    show(panel, trace, ask="n")
    rows, values = seen(panel), values_of(trace, Place(), 7, 2)
    heads = [k for k, row in enumerate(rows) if not row[1]]
    assert heads == [0, 5], "three inputs and a bias below u_n"
    assert rows[0][0] == f"u_n = {aligned(values['u_n'])}"
    assert rows[5][0].startswith(f"r ⊙ q_n = {aligned(values['r'])} ⊙ ")
    assert {name for name, _ in rows[1:5]} == {"x0", "x1", "x2", "b_in"}
    assert {name for name, _ in rows[6:]} == {*(f"h⁻[{k}]" for k in range(6)), "r ⊙ b_hn"}
    for part in (rows[1:5], rows[6:]):
        sizes = [abs(float(text.replace(MINUS, "-"))) for _, text in part]
        assert sizes == sorted(sizes, reverse=True)
    parts = [decimals(rows[k][0].split(" = ")[-1])[0] for k in heads]
    assert sum(parts) == Decimal(aligned(values["a_n"]).replace(MINUS, "-"))


@pytest.mark.parametrize("case", [*CASES, "words"])
def test_the_parts_add_up_in_decimals_to_what_was_recorded(panel, case) -> None:
    trace = embedded() if case == "words" else trace_of(CASES[case])
    show(panel, trace)
    for step in range(30):
        panel.set_step(step)
        values = values_of(trace, Place(), step, 2)
        for asked in questions(trace.experiment.network.cell(Place())):
            panel.show_quantity(asked.whole)
            pieces = panel.answer().total()
            made = terms(trace, 0, Place(), step, asked.block.name, 2)
            assert sum(decimals(pieces[0])) == decimals(pieces[1])[0]
            assert pieces[1] == f" = {aligned(values[asked.whole])}"
            for shown, part in zip(decimals(pieces[0]), panel.answer().parts, strict=True):
                assert abs(float(shown) - part) < 2e-6
            assert panel.answer().parts == (made.input_term, made.recurrent_term, made.bias)
            assert pieces[-1] == f", {asked.gate} = {aligned(values[asked.gate])}"
            shares = panel.answer().shares
            assert sum(shares) == 100
            assert abs(shares[1] - 100 * made.share) <= 1
            assert panel.answer().words()[1] == f"recurrent part {shares[1]} %"


def test_its_digits_are_those_of_the_equation(panel) -> None:
    trace = trace_of(CASES["lstm"])
    show(panel, trace)
    for step in range(30):
        panel.set_step(step)
        for row, asked in zip(lines(panel._spot.subject, step), questions(LSTM), strict=False):
            panel.show_quantity(asked.whole)
            inputs, b_i, states, b_h = decimals("".join(run.text for piece in row.pieces[:4] for run in piece))
            assert decimals(panel.answer().total()[0]) == [inputs, states, b_i + b_h]


# What is asked --------------------------------------------------------------------------------------------------------


def test_questions_are_the_gates_and_quantities_lead_to_them() -> None:
    assert [asked.title for asked in questions(GRU)] == ["r · reset gate", "z · update gate", "n · new gate"]
    assert [asked.gate for asked in questions(LSTM)] == ["i", "f", "g", "o"]
    assert [(asked.whole, asked.gate) for asked in questions(RNN)] == [("a", "h")]
    for name, gate in {"f": "f", "a_f": "f", "g": "g", "c": None, "tanh_c": None, "h": None}.items():
        asked = question_about(LSTM, name)
        assert (None if asked is None else asked.gate) == gate
    for name, gate in {"u_n": "n", "q_n": "n", "a_n": "n", "n": "n", "z": "z", "h": None, "?": None}.items():
        asked = question_about(GRU, name)
        assert (None if asked is None else asked.gate) == gate
    assert question_about(RNN, "h").gate == "h"


def test_the_first_gate_is_asked_about_until_another_is_chosen(panel) -> None:
    show(panel, trace_of(CASES["lstm"]))
    assert panel.choice.currentText() == "i · input gate"
    QTest.keyClick(panel.choice, Key.Key_Down)
    assert panel.answer().contributors.asked.whole == "a_f"
    panel.show_quantity("c")
    assert panel.choice.currentText() == "f · forget gate", "c is made of several"
    panel.show_quantity("o")
    assert panel.choice.currentText() == "o · output gate"
    show(panel, trace_of(CASES["gru"]))
    assert panel.choice.currentText() == "r · reset gate"
    show(panel, trace_of(CASES["deep lstm"]))
    assert panel.choice.currentText() == "o · output gate", "the last that was asked for and that there is"


# The list -------------------------------------------------------------------------------------------------------------


def test_bars_lie_on_one_scale_to_the_left_and_to_the_right(panel) -> None:
    show(panel, trace_of(CASES["lstm"]))
    image, answer, box = picture(panel), panel.answer(), panel.list
    ratio, left = image.devicePixelRatio(), box.viewport().mapTo(panel, QPoint())
    table = color_map("state", LIGHT)
    for row, k in enumerate(answer.rows):
        value, bar = answer.values[k], box.sheet.bar(float(answer.values[k]), box.limit)
        middle = box.sheet.bars.center().x()
        assert bar.width() == pytest.approx(abs(value) / box.limit * box.sheet.bars.width() / 2)
        assert (bar.right() == pytest.approx(middle)) if value < 0 else (bar.left() == pytest.approx(middle))
        if bar.width() > 6:
            point = (bar.center() + QRectF(0, box.top_of(row), 0, 0).topLeft() + left.toPointF()) * ratio
            wanted = QColor(*map(int, table[UP if value > 0 else DOWN, :3]))
            assert image.pixelColor(point.toPoint()) == wanted
    assert box.limit >= answer.largest > box.limit / 5


def test_the_scale_holds_over_steps_and_begins_anew_with_a_question(panel) -> None:
    trace = trace_of(CASES["lstm"])
    show(panel, trace)
    limits = []
    for step in range(30):
        panel.set_step(step)
        picture(panel)
        limits.append(panel.list.limit)
    assert limits == sorted(limits)
    assert len(set(limits)) < 6
    biggest = max(abs(terms(trace, 0, Place(), step, "i", 2).contributions).max() for step in range(7, 30))
    assert limits[-1] >= biggest
    panel.show_quantity("f")
    picture(panel)
    largest = panel.answer().largest
    assert panel.list.limit == min(m * 10.0**e for m in (1, 2, 3, 5) for e in range(-5, 3) if m * 10.0**e >= largest)


def test_units_and_features_have_the_colour_of_their_lines(panel) -> None:
    show(panel, trace_of(CASES["lstm"]))
    image, answer = picture(panel), panel.answer()
    left = panel.list.viewport().mapTo(panel, QPoint())
    for row, k in enumerate(answer.rows):
        drawn = answer.contributors.all[k].drawn
        y = panel.list.top_of(row) + panel.list.sheet.height // 2 + left.y()
        colors = {QColor(image.pixel(x, y + by)).name() for x in range(PAD, PAD + 22) for by in (-1, 0, 1)}
        if drawn is None:
            assert colors == {LIGHT.base}
            assert answer.contributors.all[k].name in ("b_ii", "b_hi")
        else:
            assert unit_style(drawn, LIGHT).color in colors
    names = {each.name: each.drawn for each in panel.answer().contributors.all}
    assert names["x1"] == 1
    assert names["h⁻[4]"] == 4
    show(panel, embedded())
    names = {each.name: each.drawn for each in panel.answer().contributors.all}
    assert names["level"] == 0
    assert names["word[0]"] is None


def test_a_thousand_are_scrolled_through_and_only_what_is_seen_is_painted(panel) -> None:
    trace = run(make_experiment(Recipe("lstm", hidden=1000), (12,), features=8), "numpy")
    show(panel, trace)
    picture(panel)
    bar, box = panel.list.verticalScrollBar(), panel.list
    assert len(panel.answer().rows) == 1010
    assert bar.maximum() > 900 * box.sheet.height
    assert len(box.sheet._names) < 40
    wheel(box, 100, 200, -3)
    assert bar.value() > 0
    QTest.keyClick(box, Key.Key_End)
    assert bar.value() == bar.maximum()
    picture(panel)
    assert box.row_at(box.top_of(1009) + 2) == 1009
    assert box.top_of(1009) + box.sheet.height <= box.viewport().height()
    assert len(box.sheet._names) < 80


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_nan_and_infinity_cannot_be_missed(panel, theme) -> None:
    panel.apply_theme(theme)
    for value, color in ((np.nan, theme.nan_color), (np.inf, theme.pos_inf_color)):
        experiment = make_experiment(CASES["lstm"], (30,))
        values = experiment.dataset.sequences[0].values.copy()
        values[7, 1] = value
        data = Dataset((Sequence("s", values, ("x0", "x1", "x2")),), "test")
        show(panel, run(replace(experiment, dataset=data), "numpy"))
        names = [name for name, _ in seen(panel)]
        assert names[0] == "x1", "what is no number stands above all others"
        made = terms(panel.answer().subject.trace, 0, Place(), 7, "i", 2).contributions[1]
        color = color if np.isnan(made) or made > 0 else theme.neg_inf_color
        image = picture(panel)
        assert QColor(color).rgb() in {image.pixel(x, y) for x in range(0, 600, 3) for y in range(image.height())}
        assert panel.answer().words() == ("no shares: not all terms are numbers",)


def test_a_step_that_is_not_taken_yet_has_no_answer(panel) -> None:
    experiment = make_experiment(CASES["gru"], (30,))
    trace = Trace(experiment, "live")
    stepper = Stepper(experiment, 0, trace)
    stepper.advance(3)
    show(panel, trace, step=3)
    assert panel.answer() is None
    picture(panel)
    stepper.advance(1)
    panel.grow()
    assert panel.answer() is not None
    panel.show_selection((99,))
    assert panel.answer() is None
    picture(panel)


def test_what_nobody_sees_reads_nothing(qtbot) -> None:
    panel = Why()
    qtbot.addWidget(panel)
    show(panel, trace_of(CASES["lstm"]))
    for step in range(5):
        panel.set_step(step)
        panel.grow()
    assert panel._answer is None
    panel.show()
    qtbot.waitUntil(lambda: panel._answer is not None)
    assert panel._answer.step == 4


def test_the_next_trace_of_the_same_network_goes_on_and_nothing_keeps_the_one_before(panel) -> None:
    trace = trace_of(CASES["lstm"])
    show(panel, trace)
    picture(panel)
    contributors, sheet = panel.answer().contributors, panel.list.sheet
    again = run(trace.experiment, "numpy")
    panel.show_trace(again, 0, Place())
    panel.hide()
    gone = weakref.ref(trace)
    del trace
    gc.collect()
    assert gone() is None
    panel.show()
    picture(panel)
    assert panel.answer().contributors is contributors
    assert panel.list.sheet is sheet
    panel.resize(500, 500)
    panel.list.renew()
    panel.list.sizeHint()
    picture(panel)
    assert panel.list.sheet.bars.left() == sheet.bars.left(), "names have their room"


# Inside a step --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["lstm", "gru", "rnn"])
def test_a_micro_step_shows_what_is_known_by_it(panel, case) -> None:
    trace = trace_of(CASES[case])
    cell = trace.experiment.network.cell(Place())
    for asked in questions(cell):
        show(panel, trace, ask=asked.whole)
        known = set()
        for k, stage in enumerate(stages(cell)):
            panel.show_stage(k)
            known |= set(stage.names)
            rows = {name: text for name, text in seen(panel) if text}
            states_known = k > 0 and (not asked.between or set(asked.between) <= known)
            for name, text in rows.items():
                of_state = name.startswith("h⁻") or name.endswith(asked.symbols[3])
                assert (text != UNKNOWN) == (states_known if of_state else True), (stage.title, name)
            pieces = panel.answer().total()
            assert (len(pieces) > 1) == (asked.whole in known)
            assert (f", {asked.gate} = " in "".join(pieces)) == (asked.gate in known)
            assert panel._spot.header()[0].startswith(f"inside step 7: {k + 1} of ")
        panel.show_stage(0)
        assert all(panel.answer().is_new(k) for k in range(3))
        panel.show_stage(len(stages(cell)) - 1)
        assert not any(panel.answer().is_new(k) for k in range(len(panel.answer().values)))
        panel.show_stage(None)


# Pointing and going ---------------------------------------------------------------------------------------------------


def row_of(panel: Why, name: str) -> int:
    return [row for row, _ in seen(panel)].index(name)


def test_hovering_tells_what_was_multiplied(panel) -> None:
    trace = trace_of(CASES["gru"])
    show(panel, trace, ask="n")
    picture(panel)
    box, made = panel.list, terms(trace, 0, Place(), 7, "n", 2)
    weights = trace.experiment.network.weights(Place())
    for name, told in {
        "x1": [
            f"x1 = {exact(made.x[1])} as the network sees it",
            f"times the weight {exact(weights.weight_ih[14, 1])}",
            f"adds {made.inputs[1]} to a_n",
        ],
        "h⁻[3]": [
            f"h⁻[3] = {exact(made.h_prev[3])}",
            f"times the weight {exact(weights.weight_hh[14, 3])}",
            f"times r = {made.reach}",
            f"adds {made.reach * made.hidden[3]} to a_n",
        ],
    }.items():
        point = QPoint(100, box.top_of(row_of(panel, name)) + 5)
        QApplication.sendEvent(
            box.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, box.viewport().mapToGlobal(point))
        )
        assert QToolTip.text().splitlines() == told
    QToolTip.hideText()


@pytest.fixture
def wishes(panel) -> list:
    made = []
    panel.feature_requested.connect(lambda name: made.append(("feature", name)))
    panel.row_requested.connect(lambda name: made.append(("row", name)))
    panel.units_requested.connect(lambda units: made.append(("units", units)))
    panel.place_requested.connect(lambda place: made.append(("place", place)))
    return made


def click_on(panel: Why, name: str) -> None:
    picture(panel)
    click(panel.list.viewport(), 100, panel.list.top_of(row_of(panel, name)) + 4)


def test_a_click_goes_to_the_row_of_a_contributor(panel, wishes) -> None:
    show(panel, trace_of(CASES["lstm"]))
    click_on(panel, "x1")
    assert wishes == [("feature", "x1")]
    wishes.clear()
    click_on(panel, "h⁻[5]")
    assert wishes == [("units", (0, 5, 2)), ("row", "h")], "the unit that is asked about stays the last"
    wishes.clear()
    click_on(panel, "h⁻[0]")
    assert wishes == [("row", "h")], "it is selected"
    wishes.clear()
    click_on(panel, "b_ii")
    assert wishes == []
    for name, shape in (("x1", Qt.CursorShape.PointingHandCursor), ("b_ii", Qt.CursorShape.ArrowCursor)):
        move(panel.list.viewport(), 100, panel.list.top_of(row_of(panel, name)) + 4)
        assert panel.list.viewport().cursor().shape() == shape
    show(panel, embedded())
    click_on(panel, "word[1]")
    assert wishes == [("feature", "word")]


def test_an_input_from_the_layer_below_leads_there(panel, wishes) -> None:
    trace = trace_of(CASES["deep"])
    show(panel, trace, place=Place(1, 0))
    click_on(panel, "l0_reverse.h[4]")
    assert wishes == [("place", Place(0, 1)), ("units", (0, 2, 4)), ("row", "h")]


def test_keys_walk_over_headings_and_enter_goes(panel, wishes, qtbot) -> None:
    show(panel, trace_of(CASES["gru"]), ask="n")
    picture(panel)
    panel.activateWindow()
    panel.list.setFocus()
    qtbot.waitUntil(panel.list.hasFocus)
    rows = [int(k) for k in panel.answer().rows]
    walked = []
    for _ in range(len(rows)):
        QTest.keyClick(panel.list, Key.Key_Down)
        walked.append(panel.list.pointed)
        assert panel.list.accessibleDescription() == panel.answer().told(walked[-1])
    assert walked[:-2] == [k for k in rows if k not in (INPUTS, RECURRENT)]
    for _ in range(len(rows)):
        QTest.keyClick(panel.list, Key.Key_Up)
    assert panel.list.pointed == rows[1]
    QTest.keyClick(panel.list, Key.Key_End)
    assert panel.list.pointed == rows[-1]
    QTest.keyClick(panel.list, Key.Key_Home)
    name = panel.answer().contributors.all[rows[1]].name
    QTest.keyClick(panel.list, Key.Key_Return)
    assert wishes == ([("feature", name)] if name.startswith("x") else [])
    panel.set_step(8)
    assert panel.list.pointed == rows[1], "the contributor, wherever it stands now"


# Room -----------------------------------------------------------------------------------------------------------------


def test_a_heading_that_is_too_long_keeps_its_name_and_its_value(panel) -> None:
    show(panel, trace_of(CASES["gru"]), ask="n")
    whole = panel.answer().heading(RECURRENT)
    for width in (620, 260):
        panel.resize(width, 500)
        picture(panel)
        shown = panel.list.sheet.fitted(whole)
        assert QFontMetricsF(panel.shares._figures).horizontalAdvance(shown) < panel.list.viewport().width()
        assert shown.split(" = ")[::2] == whole.split(" = ")[::2] if width > 600 else shown.count(" = ") == 1
        assert (shown[:8], shown[-8:]) == (whole[:8], whole[-8:])


@pytest.mark.parametrize("width", [220, 300, 420, 620, 1200])
def test_sums_and_words_find_room(panel, width) -> None:
    panel.resize(width, 500)
    show(panel, trace_of(CASES["lstm"]), ask="f")
    picture(panel)
    shares = panel.shares
    metrics, lines = QFontMetricsF(shares._figures), shares._lines(panel.answer().total())
    assert shares.height() >= shares._below + len(lines) * shares._line
    assert max(x + wide for (x, _), wide in zip(shares._places, shares._wide, strict=True)) <= max(width + PAD, 160)
    assert "".join("".join(lines).split()) == "".join("".join(panel.answer().total()).split())
    assert all(metrics.horizontalAdvance(line) <= shares.width() - PAD for line in lines)
    assert (len(lines) == 1) == (width >= 620)
    sheet = panel.list.sheet
    assert sheet.bars.left() < sheet.bars.right() <= width


def test_the_ends_of_the_scale_are_never_written_over_one_another(qapp) -> None:
    written = []
    for width in range(140, 400, 4):
        sheet = Sheet(LIGHT, qapp.font(), ["temperature", "h⁻[3]"], width)
        image = QImage(width, sheet.height, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        sheet.paint_axis(painter, 1.0)
        painter.end()
        ground = QColor(LIGHT.base).rgb()
        inked = [any(image.pixel(x, y) != ground for y in range(sheet.height - 1)) for x in range(width)]
        gaps = "".join("x" if ink else " " for ink in inked).strip().split("   ")  # wider than between − and 1
        written.append(len([part for part in gaps if part.strip()]))
    assert written[0] == 0, "where there is no room there is no scale"
    assert written[-1] == 3
    assert 1 not in written, "two texts over one another"
