"""The row of the outputs: y in the units of the data, its target dashed beside it, and both exactly where asked for."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QImage

from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.stepper import Stepper
from tests.widgets.heads import headed, with_head
from widgets.drawing import Scale, line_scale
from widgets.output_row import MOST_LINES, OutputRow
from widgets.row import LEFT, RIGHT
from widgets.theme import DARK, LIGHT, unit_style
from widgets.view import View

WIDTH, STEPS = 600, 30


def experiment(*names: str, steps: int = STEPS, **further: object) -> Experiment:
    values = 50 + 20 * np.sin(np.arange(steps) / 4)[:, None] + np.random.default_rng(0).normal(size=(steps, 1))
    data = Dataset((Sequence("s", values, ("load",)),), "s.csv")
    made = Experiment(data, make_network(Recipe(hidden=5, dtype="float64"), 1), "standardize")
    return with_head(made, *names, **further)


def forecast(*names: str, steps: int = STEPS) -> Experiment:
    return experiment(*names, steps=steps, scale=np.array([14.0]), shift=np.array([50.0]))


@pytest.fixture
def row(qtbot):
    made = OutputRow(LIGHT)
    qtbot.addWidget(made)
    made.resize(QSize(LEFT + WIDTH + RIGHT, 120))
    return made


def show(qtbot, row: OutputRow, made: Experiment) -> np.ndarray:
    """Show the outputs of the experiment; return what they are, in the units of the data (T, K)."""
    trace = run(made, "numpy")
    row.show_trace(trace, 0)
    row.set_view(View.whole(trace.length()))
    row.show()
    qtbot.waitExposed(row)
    return made.network.head.told(trace.output(0))


def seen(row: OutputRow) -> np.ndarray:
    """Return (height, width, 3) of the plot as it is on screen."""
    picture = row.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    whole = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4)[..., 2::-1].astype(int)
    plot = row.plot
    return whole[plot.top() : plot.bottom() + 1, plot.left() : plot.right() + 1]


def inked(picture: np.ndarray, color: str, theme=LIGHT) -> np.ndarray:
    ink, ground = (np.array(QColor(each).getRgb()[:3]) for each in (color, theme.base))
    return np.abs(picture - ink).sum(-1) < np.abs(picture - ground).sum(-1)


def at(picture: np.ndarray, step: int, value: float, scale: Scale, steps: int = STEPS) -> np.ndarray:
    """Return a few pixels around where a value is drawn."""
    x, y = (step + 0.5) * picture.shape[1] / steps, 3 + (1 - scale.fraction(value)) * (picture.shape[0] - 6)
    return picture[max(int(y) - 2, 0) : int(y) + 3, int(x) - 2 : int(x) + 3]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_line_passes_through_the_outputs_in_the_units_of_the_data(qtbot, row, theme):
    row.apply_theme(theme)
    y = show(qtbot, row, forecast("gone"))
    drawn = inked(seen(row), unit_style(0, theme).color, theme)
    for step in range(STEPS):
        assert at(drawn, step, y[step, 0], line_scale(y.min(), y.max())).any(), step


def test_the_target_is_drawn_to_the_same_scale(qtbot, row):
    made = forecast("load +1")
    y, values = show(qtbot, row, made), made.dataset.sequences[0].values[:, 0]
    drawn = inked(seen(row), unit_style(0, LIGHT).color)
    both = np.append(y[:, 0], values[1:])
    scale = line_scale(both.min(), both.max())
    near = [at(drawn, step, values[step + 1], scale).any() for step in range(STEPS - 1)]
    assert np.mean(near) > 0.5  # dashed: a part of the steps falls into gaps
    assert not all(near)


def test_a_target_that_is_alone_has_a_mark(qtbot, row):
    made = forecast("due")
    asked = np.full((STEPS, 1), np.nan)
    asked[20] = 90.0
    shown = replace(made.dataset.sequences[0], targets=asked, target_names=("due",))
    y = show(qtbot, row, replace(made, dataset=replace(made.dataset, sequences=(shown,))))
    drawn = inked(seen(row), unit_style(0, LIGHT).color)
    assert at(drawn, 20, 90.0, line_scale(y.min(), 90.0)).any()
    assert not at(drawn, 21, 90.0, line_scale(y.min(), 90.0)).any()


def test_classes_are_probabilities_from_0_to_1(qtbot, row):
    y = show(qtbot, row, experiment("a", "b", "c", kind="class", asked="gone"))
    assert np.allclose(y.sum(axis=1), 1)
    picture = seen(row)
    for k in range(3):
        drawn = inked(picture, unit_style(k, LIGHT).color)
        assert all(at(drawn, step, y[step, k], Scale(0.0, 1.0)).any() for step in range(STEPS))
    assert row.title == "3 classes"


def test_a_nan_is_marked(qtbot, row):
    made = forecast("load +1")
    values = made.dataset.sequences[0].values.copy()
    values[10] = np.nan
    broken = replace(made.dataset, sequences=(Sequence("s", values, ("load",)),))
    show(qtbot, row, replace(made, dataset=broken, scale="none"))
    marked = inked(seen(row), LIGHT.nan_color)[-6:]
    assert marked[:, int(12.5 * WIDTH / STEPS)].any()
    assert not marked[:, int(5.5 * WIDTH / STEPS)].any()


def test_the_tip_says_both_exactly(qtbot, row):
    made = forecast("load +1", "load +2")
    y, values = show(qtbot, row, made), made.dataset.sequences[0].values[:, 0]
    x = row.plot.left() + (27 + 0.5) / STEPS * row.plot.width()
    assert row.tip_at(QPointF(x, 50)).split("\n") == [
        "step 27",
        f"load +1: y = {y[27, 0]!s}, target = {values[28]!s}",
        f"load +2: y = {y[27, 1]!s}, target = {values[29]!s}",
    ]
    x = row.plot.left() + (29 + 0.5) / STEPS * row.plot.width()
    assert row.tip_at(QPointF(x, 50)).split("\n")[1] == f"load +1: y = {y[29, 0]!s}"
    assert row.tip_at(QPointF(4, 50)) == ""


def test_without_a_head_there_is_no_row(qtbot, row):
    made = forecast("load +1")
    show(qtbot, row, made)
    assert row.isVisible()
    row.show_trace(run(replace(made, network=replace(made.network, head=None)), "numpy"), 0)
    assert not row.isVisible()
    row.set_wanted(False)
    row.show_trace(run(made, "numpy"), 0)
    assert not row.isVisible()
    row.set_wanted(True)
    assert row.isVisible()


def test_what_becomes_known_is_drawn(qtbot, row):
    made = forecast("load +1")
    stepper = Stepper(made)
    row.show_trace(stepper.trace, 0)
    row.set_view(View.whole(STEPS))
    row.show()
    qtbot.waitExposed(row)
    assert row.ready() == range(0)
    stepper.advance(12)
    row.grow()
    assert row.ready() == range(12)
    drawn = inked(seen(row), unit_style(0, LIGHT).color)
    assert drawn[:, : int(11.5 * WIDTH / STEPS)].any()
    assert not drawn[:, int(12.5 * WIDTH / STEPS) :].any()


def test_many_steps_are_read_out_on_a_thread(qtbot, row, monkeypatch):
    monkeypatch.setattr("widgets.output_row.AT_ONCE", 100)
    made = forecast("load +1", steps=40_000)
    y = show(qtbot, row, made)
    qtbot.waitUntil(lambda: row.ready() == range(40_000))
    low, high = row._scales[0].low, row._scales[0].high
    assert low < y.min() < y.max() < high


def test_of_many_classes_those_asked_most_are_drawn(qtbot, row):
    words = tuple(map(str, range(12)))
    made = experiment(*words, kind="class", asked="load")
    codes = np.repeat([11.0, 3, 4, 5, 6, 7, 8, 2], [7, 5, 4, 4, 3, 3, 3, 1])[:, None]
    data = replace(made.dataset, sequences=(Sequence("s", codes, ("load",)),))
    show(qtbot, row, replace(made, dataset=data))
    assert row._drawn == [3, 4, 5, 6, 7, 8, 11]
    assert row.title == f"12 classes, {MOST_LINES} drawn"


def test_over_a_training_only_the_outputs_change(qtbot, row):
    made = forecast("load +1")
    show(qtbot, row, made)
    asked = row._targets
    other = replace(
        made, network=headed(made.network, "load +1", seed=1, scale=np.array([14.0]), shift=np.array([50.0]))
    )
    y = show(qtbot, row, other)
    assert row._targets is asked
    assert np.array_equal(row._values, y)
