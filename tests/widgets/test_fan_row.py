"""The row of a fan: the column over the band foretold for it, and at the step what is foretold from there on."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QImage

from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Head, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.targets import answered
from widgets.fan_row import LEVELS, FanRow
from widgets.row import LEFT, RIGHT
from widgets.theme import LIGHT, unit_style
from widgets.view import View

WIDTH, STEPS, AHEAD = 600, 40, 3
NAMES = tuple(f"load +{h} {level} %" for h in range(1, AHEAD + 1) for level in (5, 50, 95))
OFFSETS = (-4.0, 0.0, 4.0)


def experiment(*, relative: bool) -> Experiment:
    """Return a network whose head always foretells 50, or what is there now, give or take 4 for each step ahead."""
    values = 50 + 20 * np.sin(np.arange(STEPS) / 4)[:, None]
    data = Dataset((Sequence("s", values, ("load",)),), "s.csv")
    network = make_network(Recipe(hidden=5, dtype="float64"), 1)
    shift = np.array([(0.0 if relative else 50.0) + h * off for h in range(1, AHEAD + 1) for off in OFFSETS])
    head = Head(np.zeros((9, 5)), np.zeros(9), NAMES, "fan", np.ones(1), shift, relative=relative)
    return Experiment(data, replace(network, head=head), "standardize")


@pytest.fixture
def row(qtbot):
    made = FanRow(LIGHT)
    qtbot.addWidget(made)
    made.resize(QSize(LEFT + WIDTH + RIGHT, 150))
    return made


def show(qtbot, row: FanRow, made: Experiment):
    trace = run(made, "numpy")
    row.show_trace(trace, 0)
    row.set_view(View.whole(STEPS))
    row.show()
    qtbot.waitExposed(row)
    return trace


def colour(row: FanRow, step: float, value: float) -> np.ndarray:
    """Return the colour of the plot at a step and a value."""
    picture = row.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ratio, plot = picture.devicePixelRatio(), row.plot
    x = plot.left() + (step + 0.5) * plot.width() / STEPS
    y = plot.top() + 3 + (1 - row._scales[0].fraction(np.float64(value))) * (plot.height() - 6)
    return np.array(picture.pixelColor(round(x * ratio), round(y * ratio)).getRgb()[:3])


def distance(seen: np.ndarray, color: str) -> int:
    return int(np.abs(seen - np.array(QColor(color).getRgb()[:3])).sum())


def test_the_band_lies_where_it_was_foretold_and_nowhere_before_it_could_be(qtbot, row) -> None:
    show(qtbot, row, experiment(relative=False))
    row.set_step(30)
    # 3 steps before, 38 … 62 was foretold for every step; the column itself is 50 ± 20, and there about 50.
    for step in (12, 25):
        assert distance(colour(row, step, 39), LIGHT.base) > 20
        assert distance(colour(row, step, 36), LIGHT.base) < 6
    assert distance(colour(row, 1, 39), LIGHT.base) < 6, "nothing was foretold for the first steps"


def test_the_fan_opens_at_the_step_from_the_column_as_it_is(qtbot, row) -> None:
    trace = show(qtbot, row, experiment(relative=True))
    for step in (8, 20):
        row.set_step(step)
        now = trace.experiment.dataset.sequences[0].values[step, 0]
        ink = unit_style(0, LIGHT).color
        inside, outside = colour(row, step + 2, now + 6), colour(row, step + 2, now + 10)
        assert distance(inside, ink) < distance(outside, ink)
        y = answered(
            trace.experiment.network.head,
            trace.experiment.dataset,
            0,
            range(step, step + 1),
            trace.output(0, slice(step, step + 1)),
        )
        assert np.array_equal(row._fan[0], y.reshape(AHEAD, LEVELS))
        assert row._fan[0, 1, 2] == pytest.approx(now + 8)


def test_all_is_told_exactly_under_the_pointer(qtbot, row) -> None:
    show(qtbot, row, experiment(relative=False))
    row.set_step(20)
    x = row.plot.left() + 22.5 * row.plot.width() / STEPS
    lines = row.tip_at(QPointF(x, row.height() / 2)).splitlines()
    assert lines[0] == "step 22"
    assert lines[1].startswith("load = ")
    assert lines[2] == "foretold at 19: 50.0, from 38.0 to 62.0"
    assert lines[3] == "foretold at 20: 50.0, from 42.0 to 58.0"


def test_a_head_of_values_has_no_fan(qtbot, row) -> None:
    made = experiment(relative=False)
    head = Head(np.zeros((1, 5)), np.zeros(1), ("load +1",))
    show(qtbot, row, replace(made, network=replace(made.network, head=head)))
    assert row.isHidden() or not row._offered
