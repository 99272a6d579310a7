"""Outputs and targets in the readout: exactly those of the step, beside its input, and none where none is asked."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.stepper import Stepper
from tests.widgets.heads import with_head
from widgets.decimals import UNKNOWN, aligned
from widgets.readout import Readout

DISPLAY, TOOL_TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole
STEPS = 40


def experiment(*names: str, **further: object) -> Experiment:
    values = 50 + np.random.default_rng(0).normal(size=(STEPS, 1)).cumsum(axis=0)
    data = Dataset((Sequence("s", values, ("load",)),), "s.csv")
    made = Experiment(data, make_network(Recipe(hidden=5, dtype="float64"), 1), "standardize")
    return with_head(made, *names, **further)


def forecast() -> Experiment:
    return experiment("load +1", "load +2", scale=np.array([14.0]), shift=np.array([50.0]))


@pytest.fixture
def readout(exposed) -> Readout:
    return exposed(Readout(), 720, 600)


def shown(readout: Readout) -> list[list[str]]:
    numbers = readout.outputs.numbers
    return [[numbers.index(row, column).data(DISPLAY) for column in range(2)] for row in range(numbers.rowCount())]


def test_they_are_those_of_the_step_in_the_units_of_the_data(readout) -> None:
    made = forecast()
    trace, values = run(made, "numpy"), made.dataset.sequences[0].values[:, 0]
    readout.show_trace(trace)
    y = made.network.head.told(trace.output(0))
    for step in (0, 17, STEPS - 3):
        readout.set_step(step)
        assert shown(readout) == [[aligned(y[step, k]), aligned(values[step + 1 + k])] for k in range(2)]
    assert readout.outputs.isVisible()
    assert readout.outputs.height() >= 2 * readout.outputs.verticalHeader().defaultSectionSize()


def test_where_nothing_is_asked_there_is_no_target(readout) -> None:
    trace = run(forecast(), "numpy")
    readout.show_trace(trace)
    readout.set_step(STEPS - 2)
    assert [row[1] == UNKNOWN for row in shown(readout)] == [False, True]
    numbers = readout.outputs.numbers
    assert numbers.index(1, 1).data(TOOL_TIP) == "target of output load +2\nthere is none at this step"
    assert numbers.tsv().splitlines()[2].endswith("\t")
    before = readout.outputs.viewport().grab().toImage()
    readout.set_step(STEPS - 1)
    assert readout.outputs.viewport().grab().toImage() != before
    assert [row[1] for row in shown(readout)] == [UNKNOWN, UNKNOWN]


def test_what_is_not_computed_is_not_known_but_its_target_is(readout) -> None:
    made = forecast()
    stepper = Stepper(made)
    stepper.advance(3)
    readout.show_trace(stepper.trace)
    readout.set_step(5)
    assert [row[0] for row in shown(readout)] == [UNKNOWN, UNKNOWN]
    assert shown(readout)[0][1] == aligned(made.dataset.sequences[0].values[6, 0])
    stepper.advance(3)
    readout.show_growth(0, 6)
    assert UNKNOWN not in shown(readout)[0]


def test_differences_are_those_from_the_pinned_step(readout) -> None:
    made = forecast()
    trace = run(made, "numpy")
    readout.show_trace(trace)
    readout.show_pinned(4)
    readout.set_step(20)
    assert readout.pin.differences
    y = made.network.head.told(trace.output(0))
    assert shown(readout)[0][0] == aligned(y[20, 0] - y[4, 0])


def test_of_classes_the_wrong_ones_are_0(readout) -> None:
    made = experiment("0", "1", kind="class", asked="word")
    values = made.dataset.sequences[0].values
    asked = np.full((STEPS, 1), np.nan)
    asked[6] = 1
    one = Sequence("s", values, ("load",), targets=asked, target_names=("word",))
    made = replace(made, dataset=replace(made.dataset, sequences=(one,)))
    readout.show_trace(run(made, "numpy"))
    readout.set_step(6)
    assert [row[1] for row in shown(readout)] == [aligned(np.float64(0)), aligned(np.float64(1))]
    readout.set_step(7)
    assert [row[1] for row in shown(readout)] == [UNKNOWN, UNKNOWN]


def test_without_a_head_there_is_no_table(readout) -> None:
    made = forecast()
    readout.show_trace(run(made, "numpy"))
    readout.show_trace(run(replace(made, network=replace(made.network, head=None)), "numpy"))
    readout.set_step(3)
    assert not readout.outputs.isVisible()
