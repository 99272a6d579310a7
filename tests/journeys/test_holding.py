"""What if, as a person asks it: holds typed, switched, removed and undone; numbers are compared with a loop by hand."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from explorer.clamp_texts import parse_hold
from explorer.clamps import Clamp
from tests.widgets.benches import several
from widgets.clamp_words import ranges
from widgets.quantity_row import HEAT_SHARE
from widgets.row import GAP, LEFT
from widgets.theme import unit_style

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


@pytest.fixture
def holder(person):
    """Return a person with the panel of holds before them."""
    person.window.holds.dock.raise_()
    person.wait(lambda: person.window.holds.panel is not None)
    person.panel = person.window.holds.panel
    return person


def fill(person, field, text: str) -> None:
    person.click(field)
    person.press(KEY.Key_A, CTRL)
    person.type(text)


def hold(person, units: str, steps: str, value: str) -> None:
    """Type a hold into the form and press Enter."""
    form = person.panel.form
    fill(person, form.units, units)
    fill(person, form.steps, steps)
    fill(person, form.value, value)
    person.changes(lambda: person.press(KEY.Key_Return))
    person.wait_for_trace()


def lstm_by_hand(experiment, clamp: Clamp) -> dict[str, np.ndarray]:
    """Return f, c and h of an LSTM, step by step, with one of its gates held: nothing of ours but the weights."""
    weights = experiment.network.state_dict()
    w, u = weights["weight_ih_l0"].astype(float), weights["weight_hh_l0"].astype(float)
    b = weights["bias_ih_l0"].astype(float) + weights["bias_hh_l0"].astype(float)
    x = experiment.inputs(0).astype(float)
    size = u.shape[1]
    h, c = np.zeros(size), np.zeros(size)
    found: dict[str, list] = {"f": [], "c": [], "h": []}
    for t in range(len(x)):
        a = (w @ x[t] + b + u @ h).reshape(4, size)
        i, f, g, o = (1 / (1 + np.exp(-a[0])), 1 / (1 + np.exp(-a[1])), np.tanh(a[2]), 1 / (1 + np.exp(-a[3])))
        if clamp.steps[0] <= t < clamp.steps[1]:
            f[list(clamp.units)] = clamp.value
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, row in (("f", f), ("c", c), ("h", h)):
            found[name].append(row.copy())
    return {name: np.array(rows) for name, rows in found.items()}


def test_what_is_held_is_what_a_loop_by_hand_gives(holder):
    form = holder.panel.form
    form.quantity.setCurrentIndex(form.quantity.findData("f"))
    hold(holder, "1, 3", "10-19", "0.25")
    clamp = Clamp("f", 0.25, (1, 3), (10, 20))
    assert holder.bench.experiment.clamps == (clamp,)
    expected = lstm_by_hand(holder.bench.experiment, clamp)
    for step in (9, 10, 19, 20, 60):
        holder.bench.go_to(step)
        table = holder.clipboard_after_copy()
        for name, rows in expected.items():
            column = table[0].index(name)
            shown = np.array([float(line[column].replace("−", "-")) for line in table[1:]])
            np.testing.assert_allclose(shown, rows[step], atol=2e-6, err_msg=f"{name} at {step}")


def test_keep_holds_c_exactly_in_the_readout(holder):
    holder.bench.select((2,))
    holder.bench.go_to(40)
    form = holder.panel.form
    assert form.keep.text() == "Keep c: f = 1, i = 0"
    holder.click(form.onward)
    holder.changes(lambda: holder.click(form.keep))
    holder.wait_for_trace()

    def c() -> str:
        table = holder.clipboard_after_copy()
        return table[3][table[0].index("c")]

    holder.bench.go_to(39)
    before = c()
    holder.window.rows.setFocus()
    for _ in range(30):
        holder.press(KEY.Key_Right)
        assert c() == before


def test_switched_off_and_undone_it_is_bit_for_bit_what_it_was(holder):
    free = holder.bench.trace.read(0, "h").copy()
    hold(holder, "3", "10:20", "1")
    held = holder.bench.trace.read(0, "h").copy()
    assert not np.array_equal(held, free)
    (clamp,) = holder.bench.experiment.clamps
    assert (clamp.quantity, clamp.units, clamp.steps) == ("f", (3,), (10, 20))
    assert holder.window.actions_.undo.text() == "&Undo hold f[3] at 1, steps 10–19"
    table = holder.panel.table
    table.setFocus()
    holder.changes(lambda: holder.press(KEY.Key_Space))
    holder.wait_for_trace()
    assert np.array_equal(holder.bench.trace.read(0, "h"), free)
    holder.changes(lambda: holder.press(KEY.Key_Z, CTRL))
    holder.wait_for_trace()
    assert np.array_equal(holder.bench.trace.read(0, "h"), held)
    holder.changes(lambda: holder.press(KEY.Key_Z, CTRL))
    holder.wait_for_trace()
    assert np.array_equal(holder.bench.trace.read(0, "h"), free)
    assert holder.panel.nothing.isVisible()


def test_the_list_is_typed_over_and_emptied(holder):
    hold(holder, "3", "10-19", "1")
    table = holder.panel.table
    table.setFocus()
    table.setCurrentIndex(holder.panel.model.index(0, 4))
    holder.press(KEY.Key_F2)
    holder.press(KEY.Key_A, CTRL)
    holder.type("0.5")
    holder.changes(lambda: holder.press(KEY.Key_Return))
    holder.wait_for_trace()
    assert holder.bench.experiment.clamps[0].value == 0.5
    table.setCurrentIndex(holder.panel.model.index(0, 3))
    holder.press(KEY.Key_F2)
    holder.press(KEY.Key_A, CTRL)
    holder.type("30-20")
    holder.press(KEY.Key_Return)
    assert "backwards" in holder.panel.error.text() or "no step" in holder.panel.error.text()
    assert holder.bench.experiment.clamps[0].steps == (10, 20)
    table.setFocus()
    holder.changes(lambda: holder.press(KEY.Key_Delete))
    holder.wait_for_trace()
    assert holder.bench.experiment.clamps == ()
    holder.changes(lambda: holder.press(KEY.Key_Z, CTRL))
    holder.wait_for_trace()
    assert len(holder.bench.experiment.clamps) == 1


@pytest.mark.parametrize(
    ("units", "steps", "value", "said", "field"),
    [
        ("99", "all", "1", "There is no unit 99", "units"),
        ("x", "all", "1", "'x' is none", "units"),
        ("3", "99999", "1", "There is no step 99999", "steps"),
        ("3", "20:10", "1", "no step", "steps"),
        ("3", "all", "high", "'high' is no number", "value"),
        ("3", "all", "inf", "finite", "value"),
    ],
)
def test_what_makes_no_sense_is_told_where_it_was_typed(holder, units, steps, value, said, field):
    form = holder.panel.form
    for name, text in (("units", units), ("steps", steps), ("value", value)):
        fill(holder, getattr(form, name), text)
    holder.press(KEY.Key_Return)
    assert said in form.error.text()
    assert form.error.isVisible()
    assert getattr(form, field).hasFocus()
    assert holder.bench.experiment.clamps == ()


def test_the_divergence_is_numpys_norm_and_its_row_goes_with_the_hold(holder):
    row = holder.window.holds.divergence
    assert not row.isVisible()
    hold(holder, "all", "50-", "1")
    holder.wait(lambda: row.value_at(60) is not None)
    assert row.isVisible()
    mine, theirs = (t.read(0, "h").astype(float) for t in (holder.bench.trace, holder.bench.ghost))
    expected = np.linalg.norm(mine - theirs, axis=1)
    found = [row.value_at(step) for step in range(len(expected))]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert row.begins == np.flatnonzero(expected)[0]
    assert row.title == f"from {row.begins}"
    picture, third = row.grab().toImage(), GAP + 2 * max(row.fontMetrics().height(), 18)
    ground = picture.pixel(LEFT - 12, picture.height() - 4)
    ratio = picture.devicePixelRatio()
    inked = [
        picture.pixel(round(x * ratio), round(y * ratio)) != ground
        for y in range(third, third + 12)
        for x in range(10, 80)
    ]
    assert sum(inked) > 60, "below its name, that its scale is logarithmic"
    holder.changes(lambda: holder.click(holder.panel.clear))
    holder.wait_for_trace()
    assert not row.isVisible()


def test_the_mean_and_the_value_at_the_cursor_are_numbers_when_the_hold_is_made(holder):
    form = holder.panel.form
    f = holder.bench.trace.read(0, form.quantity.currentData()).astype(float)
    fill(holder, form.units, "2")
    holder.click(form.mean)
    holder.changes(lambda: holder.click(form.hold))
    holder.wait_for_trace()
    assert holder.bench.experiment.clamps[0].values == pytest.approx((f[:, 2].mean(),))
    holder.bench.go_to(33)
    fill(holder, form.units, "4")
    holder.click(form.now)
    now = holder.bench.trace.read(0, form.quantity.currentData())[33, 4]
    holder.changes(lambda: holder.click(form.hold))
    holder.wait_for_trace()
    assert holder.bench.experiment.clamps[1].values == (float(now),)


def test_a_held_number_is_told_from_a_computed_one(holder):
    hold(holder, "3", "10-19", "1")
    name = holder.panel.form.quantity.currentData()
    numbers = holder.window.readout.table.numbers
    column = [c.name for c in numbers.columns].index(name)
    holder.bench.go_to(9)
    assert numbers.held(range(8)) == []
    holder.bench.go_to(10)
    assert numbers.held(range(8)) == [(3, column)]
    tip = numbers.data(numbers.index(3, column), Qt.ItemDataRole.ToolTipRole)
    assert f"{name} of unit 3, held" in tip
    row = holder.row(name)
    held = row.grab().toImage()
    holder.changes(lambda: holder.press(KEY.Key_Z, CTRL))
    holder.wait_for_trace()
    assert row.grab().toImage() != held


def test_a_whole_hold_is_typed_as_the_command_takes_it(holder):
    line = holder.panel.form.text
    fill(holder, line.field, "l0.f[*]=1@50:100")
    holder.changes(lambda: holder.press(KEY.Key_Return))
    holder.wait_for_trace()
    experiment = holder.bench.experiment
    assert experiment.clamps == (Clamp("f", 1.0, None, (50, 100)),)
    assert experiment.clamps == (parse_hold("l0.f[*]=1@50:100", experiment.network, experiment.dataset),)
    assert np.all(holder.bench.trace.read(0, "f", steps=slice(50, 100)) == 1)
    holder.type("x.mix=0@3:4")
    holder.changes(lambda: holder.press(KEY.Key_Enter))
    holder.wait_for_trace()
    assert holder.bench.experiment.clamps[1:] == (Clamp("x", 0.0, (0,), (3, 4)),), "typed over the one before"
    holder.changes(lambda: holder.press(KEY.Key_Z, CTRL))
    assert len(holder.bench.experiment.clamps) == 1, "what was taken is the window's to undo"


@pytest.mark.parametrize(
    "pasted", ["--hold 'f[3]=mean@10:'", "--hold=f[3]=mean@10:", ' "f[3]=mean@10:"\n', "l0.f[3]=mean@10:"]
)
def test_a_hold_is_pasted_from_a_command_line(holder, pasted):
    free = holder.bench.trace.read(0, "f").astype(float)
    QGuiApplication.clipboard().setText(pasted)
    holder.click(holder.panel.form.text.field)
    holder.press(KEY.Key_V, CTRL)
    holder.changes(lambda: holder.press(KEY.Key_Return))
    holder.wait_for_trace()
    (clamp,) = holder.bench.experiment.clamps
    assert (clamp.quantity, clamp.units, clamp.steps) == ("f", (3,), (10, None))
    assert np.isclose(clamp.values[0], free[:, 3].mean(), rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "said", "column"),
    [
        ("", "a quantity is missing here", 1),
        ("f=1", "which unit?", 2),
        ("l0.f[99]=1", "no unit 99", 6),
        ("l0.q[*]=1", "no quantity 'q'", 4),
        ("l7.f[*]=1", "no l7", 1),
        ("f[*]=high", "'high' is no number", 6),
        ("f[*]=1@9999:", "no step 9999", 8),
        ("f[*]=1@20:10", "", 8),
        ("x.flow=1", "no feature 'flow'", 3),
        ("--hold 'l0.q[*]=1'", "no quantity 'q'", 4),
    ],
)
def test_what_is_wrong_with_a_text_is_told_below_it_and_the_caret_goes_there(holder, text, said, column):
    line = holder.panel.form.text
    fill(holder, line.field, "z" + text)
    holder.press(KEY.Key_Home)
    holder.press(KEY.Key_Delete)
    holder.press(KEY.Key_Return)
    assert line.error.isVisible()
    assert line.error.text().startswith(f"Column {column}: "), line.error.text()
    assert said in line.error.text()
    assert line.field.accessibleDescription() == line.error.text()
    ahead = len("--hold '") if text.startswith("--") else 0
    assert line.field.cursorPosition() == ahead + column - 1
    assert line.field.hasFocus()
    assert holder.bench.experiment.clamps == ()
    holder.type("f")
    assert not line.error.isVisible()


def test_a_text_holds_in_the_one_sequence_where_that_is_ticked(visit):
    person = visit("preset:adding")
    person.changes(lambda: person.bench.open(lambda _: several(30, 20), "open several"))
    person.window.holds.dock.raise_()
    person.wait(lambda: person.window.holds.panel is not None)
    form = (panel := person.window.holds.panel).form
    assert form.only_here.isVisible()
    person.bench.go_to_sequence(1)
    person.wait_for_trace()
    person.click(form.only_here)
    fill(person, form.text.field, "h[0]=0@2:4")
    person.changes(lambda: person.press(KEY.Key_Return))
    assert person.bench.experiment.clamps == (Clamp("h", 0.0, (0,), (2, 4), sequence=1),)
    assert panel.table.isVisible()


def test_a_row_offers_to_hold_from_here_the_unit_that_was_selected_last(holder):
    row = holder.row("f")
    holder.bench.select((1, 5))
    holder.bench.go_to(20)
    title = QPoint(30, 12)
    QApplication.sendEvent(row, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, title, row.mapToGlobal(title)))
    menu = next(menu for menu in holder.window.findChildren(QMenu) if menu.accessibleName() == "row")
    action = next(action for action in menu.actions() if action.text() == "Hold from here …")
    action.trigger()
    menu.close()
    form = holder.panel.form
    assert (form.quantity.currentData(), form.units.text(), form.steps.text(), form.value.text()) == (
        *("f", "5", "from 20", "now"),
    )
    holder.wait(form.value.hasFocus)
    holder.type("0")
    holder.changes(lambda: holder.press(KEY.Key_Return))
    holder.wait_for_trace()
    assert holder.bench.experiment.clamps == (Clamp("f", 0.0, (5,), (20, None)),)


def test_h_begins_a_hold_of_the_row_that_keys_mean(holder):
    holder.window.rows.setFocus()
    holder.bench.go_to(20)
    holder.bench.select((7,))
    holder.press(KEY.Key_Down)
    holder.press(KEY.Key_Down)
    holder.press(KEY.Key_H)
    form = holder.panel.form
    name = holder.window.rows.editing.spec.quantity
    assert (form.quantity.currentData(), form.units.text(), form.steps.text()) == (name, "7", "from 20")
    holder.wait(form.value.hasFocus)


def test_the_brushed_steps_are_offered(holder):
    form = holder.panel.form
    assert not form.brush.isEnabled()
    row = holder.row("f")
    holder.window.rows.setFocus()
    holder.press(KEY.Key_B)
    middle = row.plot.center()
    holder.drag(row, middle, middle + QPoint(20, 0), middle + QPoint(60, 0))
    steps = holder.window.rows.brushing.brushed.steps
    assert form.brush.isEnabled()
    holder.click(form.brush)
    assert form.steps.text() == f"{steps.start}–{steps.stop - 1}"


def test_the_brushed_units_are_offered_with_their_steps(holder):
    form, brushing, row = holder.panel.form, holder.window.rows.brushing, holder.row("f")
    before = form.units.text()
    holder.window.rows.setFocus()
    holder.press(KEY.Key_B)
    top, low = (
        QPoint(row.plot.center().x(), row.plot.top() + 8),
        QPoint(row.plot.center().x() + 50, row.plot.top() + 20),
    )
    holder.drag(row, top, low, low, modifier=SHIFT)
    units = brushing.brushed.units
    assert 1 < len(units) < 10
    assert form.units.text() == before
    holder.click(form.brush)
    assert form.units.text() == ranges(units)
    holder.changes(lambda: holder.click(form.hold))
    (clamp,) = holder.bench.experiment.clamps
    assert (clamp.units, clamp.steps) == (units, (brushing.brushed.steps.start, brushing.brushed.steps.stop))


def test_what_is_painted_after_a_hold_is_what_painting_all_anew_gives(holder):
    hold(holder, "3", "200-220", "1")
    hold(holder, "3", "200-220", "0.3")
    for row in holder.window.rows.rows:
        row.sharpen()
    shown = {row: row.grab().toImage() for row in holder.window.rows.rows}
    for row, image in shown.items():
        row.renew()
        assert row.grab().toImage() == image, row.symbol


def test_in_live_mode_a_hold_acts_on_what_is_to_come(holder):
    holder.changes(lambda: holder.bench.set_live(True))
    holder.wait_for_trace()
    holder.window.rows.setFocus()
    holder.press(KEY.Key_Right, times=20)
    hold(holder, "3", "25-", "1")
    assert holder.bench.frontier == 21
    holder.window.rows.setFocus()
    holder.press(KEY.Key_Right, times=15)
    name = holder.panel.form.quantity.currentData()
    shown = holder.bench.trace.read(0, name, steps=slice(0, 36))[:, 3]
    assert np.all(shown[25:] == 1)
    assert not np.any(shown[:25] == 1)
    assert holder.window.holds.divergence.value_at(24) == 0
    assert holder.window.holds.divergence.value_at(35) > 0


def choose(person, quantity: str) -> None:
    """Choose a quantity in the form, by keys."""
    box = person.panel.form.quantity
    box.setFocus()
    away = box.findData(quantity) - box.currentIndex()
    person.press(KEY.Key_Down if away > 0 else KEY.Key_Up, times=abs(away))
    assert box.currentData() == quantity


def test_units_that_were_typed_stay_for_another_gate(holder):
    form = holder.panel.form
    choose(holder, "f")
    fill(holder, form.units, "3, 5")
    choose(holder, "i")
    assert form.units.text() == "3, 5"
    choose(holder, "x")
    assert form.units.text() == holder.bench.experiment.dataset.features[0]
    choose(holder, "o")
    assert form.units.text() == "0–2"


def test_a_hold_that_is_begun_over_the_input_is_one_of_units_again(holder):
    form = holder.panel.form
    choose(holder, "x")
    label = form.layout().itemAtPosition(3, 0).widget()
    assert label.text() == "of features"
    holder.window.rows.setFocus()
    holder.press(KEY.Key_H)
    assert (form.quantity.currentData(), form.units.text(), label.text()) == ("h", "2", "of units")


def test_a_mean_of_what_is_gone_meanwhile_is_not_held(holder):
    bench = holder.bench
    recipe = bench.experiment.network.recipe
    holder.changes(lambda: bench.edit_recipe(replace(recipe, seed=recipe.seed + 1)))
    holder.wait_for_trace()
    drawn = bench.experiment.network
    holder.panel.mean_requested.emit(Clamp("f", 0.0, (3,)))
    bench.undo()
    bench.computing.settle(30)
    assert bench.experiment.network is not drawn
    holder.wait(lambda: not holder.window.holds._mean.running, "the mean")
    assert bench.clamps == ()
    assert "Hold at the mean again" in holder.status()


def test_the_form_asks_no_more_width_of_the_window_than_the_rows_leave(holder):
    holder.press(KEY.Key_H)
    assert holder.panel.form.isVisible()
    assert holder.window.minimumSizeHint().width() <= 1024


def test_a_unit_that_is_held_at_the_upper_end_of_the_scale_has_its_line_below_the_hatching(holder):
    form = holder.panel.form
    form.quantity.setCurrentIndex(form.quantity.findData("f"))
    row = holder.row("f")
    holder.bench.select((3,))
    hold(holder, "3", "all", "1")
    image, color = row.grab().toImage(), QColor(unit_style(3, holder.window.theme).color)
    ratio, plot = image.devicePixelRatio(), row.plot
    x = round((plot.left() + plot.width() / 2) * ratio)
    top = round((GAP + HEAT_SHARE * plot.height() + 4) * ratio)
    column = [image.pixelColor(x, y) for y in range(top, top + round(12 * ratio))]
    text = QColor(holder.window.theme.text)
    hatched = max(k for k, each in enumerate(column) if each == text)
    near = [k for k, each in enumerate(column) if abs(each.hue() - color.hue()) < 15 and each.saturation() > 60]
    assert near, "the line is seen"
    assert min(near) > hatched


@pytest.mark.parametrize("zoom", [0, 3])
def test_a_difference_of_one_step_is_a_dot(holder, zoom):
    row = holder.window.holds.divergence
    hold(holder, "3", "399", "1")
    holder.wait(lambda: row.begins == 399)
    holder.window.rows.setFocus()
    holder.bench.go_to(200)
    holder.press(KEY.Key_Plus, times=zoom)
    holder.bench.go_to(398)
    image, accent = row.grab().toImage(), QColor(holder.window.theme.accent).rgb()
    plot, ratio = row.plot, row.devicePixelRatioF()
    first, last = round(plot.left() * ratio), round((plot.right() + 1) * ratio)
    inked = sum(image.pixel(x, y) == accent for x in range(first, last) for y in range(image.height()))
    assert inked >= 5 * ratio


def test_the_step_from_which_there_is_a_difference_is_read_in_full(visit, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a\n" + "\n".join(f"{k % 7}" for k in range(100_000)) + "\n", encoding="utf-8")
    person = visit(path)
    row = person.window.holds.divergence
    clamp = Clamp("h", 1.0, (3,), (99_999, None))
    person.changes(lambda: person.bench.add_clamps((clamp,)))
    person.wait(lambda: row.begins == 99_999)
    assert row.title == "from 99\u202f999"
    assert row.fontMetrics().horizontalAdvance(row.title) <= LEFT - 16


def test_a_hold_that_was_begun_is_of_the_unit_that_is_selected_next_unless_units_are_typed(holder):
    form = holder.panel.form
    holder.bench.select((1, 2))
    holder.window.rows.setFocus()
    holder.press(KEY.Key_H)
    assert form.units.text() == "2", "the one that was selected last"
    holder.click(holder.row("f"), holder.unit_in_row("f", 9))
    assert holder.bench.units == (9,)
    assert form.units.text() == "9"
    holder.window.rows.setFocus()
    holder.press(KEY.Key_H)
    fill(holder, form.units, "4")
    holder.click(holder.row("f"), holder.unit_in_row("f", 11))
    assert form.units.text() == "4", "it was typed"


def test_escape_leads_back_from_a_hold_to_the_rows(person):
    """A hold that was begun by a key is given up by one, and the next keys are the rows' again."""
    person.bench.player.stop()
    step = person.bench.step
    person.press(KEY.Key_H)
    form = person.window.holds.panel.form
    person.wait(form.value.hasFocus)
    person.type("0.5")
    person.press(KEY.Key_Escape)
    assert person.window.rows.hasFocus()
    person.press(KEY.Key_Right)
    assert person.bench.step == step + 1
    assert person.bench.experiment.clamps == ()
    person.press(KEY.Key_H)
    assert form.value.hasFocus()
