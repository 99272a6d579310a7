"""Holds what is on the screen against the trace, digit by digit, and the trace against torch's own modules."""

from __future__ import annotations

import numpy as np
import torch
from PySide6.QtCore import QModelIndex, Qt

from explorer.cells import Kind
from explorer.experiment import Experiment
from explorer.network import Place
from tests.explorer import reference
from tests.journeys.person import CTRL, Person
from widgets.decimals import aligned, exact

SMALL = {"float32": 2e-6, "float64": 1e-12}
FIRST = Place()


def assert_on_screen(person: Person) -> None:
    """Step, time, inputs and every number of the readout are those of the trace, and the trace is torch's."""
    bench, window = person.bench, person.window
    step, trace, sequence = bench.step, bench.trace, bench.sequence
    values = trace.experiment.dataset.sequences[sequence]
    assert window.transport.step_box.value() == window.transport.scrub.value() == step
    several = [values.name] if len(trace.experiment.dataset.sequences) > 1 else []
    shown = person.text("Step shown in the readout").split(" · ")
    assert shown[: len(several) + 1] == [*several, f"step {step}"]
    inputs = cells(window.readout.inputs)
    assert [row[0] for row in inputs] == [aligned(value) for value in values.values[step]]
    if trace.experiment.scale != "none":
        assert [row[1] for row in inputs] == [aligned(value) for value in trace.inputs(sequence)[step]]
    assert_readout(person)
    assert_torch(trace.values_at(sequence, bench.place, step), trace.experiment, sequence, step, bench.place)


def assert_readout(person: Person) -> None:
    """Every cell shows the number of the trace; copied it reads back as the very same bits."""
    bench, table = person.bench, person.window.readout.table
    cell = bench.experiment.network.cell(bench.place)
    shown = [q for q in cell.quantities if q.kind is not Kind.PRE_ACTIVATION]
    values = bench.trace.values_at(bench.sequence, bench.place, bench.step)
    columns = [values[q.name] for q in shown]
    model = table.model()
    assert [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())] == [
        q.symbol for q in shown
    ]
    assert cells(table) == [[aligned(x) for x in row] for row in zip(*columns, strict=True)]
    table.copy_all()
    copied = person.clipboard()
    assert copied[0] == ["unit", *[q.symbol for q in shown]]
    assert [row[0] for row in copied[1:]] == [str(unit) for unit in range(len(columns[0]))]
    assert [row[1:] for row in copied[1:]] == [[exact(x) for x in row] for row in zip(*columns, strict=True)]
    back = np.array([[float(text) for text in row[1:]] for row in copied[1:]]).astype(columns[0].dtype)
    assert back.tobytes() == np.stack(columns, axis=1).tobytes()


def assert_copied_with_keys(person: Person) -> None:
    """Ctrl+C in the readout copies the selected units as they stand there."""
    table = person.window.readout.table
    table.setFocus()
    person.press(Qt.Key.Key_C, CTRL)
    units = sorted(person.bench.units)
    assert [row[0] for row in person.clipboard()[1:]] == [str(unit) for unit in units]
    person.window.rows.setFocus()


def assert_torch(values: dict, experiment: Experiment, sequence: int, step: int, place: Place) -> None:
    """Every quantity at the step is what PyTorch's equations give from the state of torch's own module before it."""
    allowed = SMALL[experiment.network.recipe.dtype]
    for name, wanted in torch_at(experiment, sequence, step, place).items():
        difference = np.abs(values[name] - wanted.numpy()) / np.maximum(1, np.abs(wanted.numpy()))
        assert difference.max() <= allowed, (name, step, difference.max())


def torch_at(experiment: Experiment, sequence: int, step: int, place: Place) -> dict[str, torch.Tensor]:
    """Return every quantity at a step, from torch's own module over all steps before; of a later layer or with two
    directions, h of the top layer as torch's module gives it.
    """
    network = experiment.network
    if network.places == (FIRST,):
        return reference.step(experiment, FIRST, _input(experiment, sequence, step), _state(experiment, sequence, step))
    out, _ = reference.torch_run(experiment, sequence)
    if place.layer != len(network.layers) - 1:
        return {}
    size = network.weights(place).hidden_size
    return {"h": out[step, place.direction * size :][:size]}


def _input(experiment: Experiment, sequence: int, step: int) -> torch.Tensor:
    return torch.tensor(experiment.inputs(sequence)[step], dtype=torch.float64)


def _state(experiment: Experiment, sequence: int, step: int) -> dict[str, torch.Tensor]:
    network = experiment.network
    states = network.layers[0].cell.states
    if step == 0:
        arrays = experiment.initial_state(FIRST)
        return {name: torch.tensor(array, dtype=torch.float64) for name, array in arrays.items()}
    with torch.no_grad():
        _, ends = reference.module(experiment)(torch.tensor(experiment.inputs(sequence)[:step]))
    ends = ends if isinstance(ends, tuple) else (ends,)
    return {name: end[0].double() for name, end in zip(states, ends, strict=True)}


def cells(table) -> list[list[str]]:
    """Return the texts of a table, row by row."""
    model = table.model()
    nowhere = QModelIndex()
    rows, columns = range(model.rowCount(nowhere)), range(model.columnCount(nowhere))
    return [[model.data(model.index(row, column)) for column in columns] for row in rows]
