"""The row of the divergence: what it says of new traces, and of such as cannot be compared."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor

from explorer.clamps import Clamp
from explorer.experiment import Experiment, make_network_for
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import generate
from widgets.divergence_row import AT_ONCE, DivergenceRow
from widgets.theme import LIGHT
from widgets.view import View

STEPS, UNITS = 40_000, 32


class Full(np.ndarray):
    """Values that find no memory when they are read."""

    reads = 0

    def __getitem__(self, key):
        Full.reads += 1
        raise MemoryError


def test_without_memory_it_says_so_and_does_not_try_again(qtbot) -> None:
    assert STEPS * UNITS > AT_ONCE, "it is compared on a thread"
    data = generate("sine-mix", seed=0, length=STEPS)
    free = run(Experiment(data, make_network_for(data, Recipe("rnn", hidden=UNITS))), "numpy")
    held = run(replace(free.experiment, clamps=(Clamp("h", 0.5, (1,), (50, None)),)), "numpy")
    states = held.tracks[0][Place()].states
    whole, states["h"] = states["h"], states["h"].view(Full)
    row, said = DivergenceRow(LIGHT), []
    qtbot.addWidget(row)
    row.failed.connect(said.append)
    with qtbot.waitSignal(row.failed, timeout=30_000):
        row.show_traces(held, free, 0, Place())
    assert "not enough memory" in said[0]
    assert row.title == "not compared"
    reads = Full.reads
    row.grow()
    assert not row._aside.busy, "no other attempt at the next step"
    assert (Full.reads, len(said)) == (reads, 1)
    states["h"] = whole
    row.show_traces(run(held.experiment, "numpy"), free, 0, Place())
    assert row.title == "comparing", "what failed was about other traces"
    qtbot.waitUntil(lambda: row.begins == 50, timeout=30_000)
    row.end()


@pytest.mark.parametrize("length", [200, STEPS], ids=["within a frame", "on a thread"])
def test_traces_that_have_become_equal_are_said_and_drawn_to_be(qtbot, length: int) -> None:
    data = generate("sine-mix", seed=0, length=length)
    free = run(Experiment(data, make_network_for(data, Recipe("rnn", hidden=UNITS))), "numpy")
    held = run(replace(free.experiment, clamps=(Clamp("h", 0.5, (1,), (50, None)),)), "numpy")
    row = DivergenceRow(LIGHT)
    qtbot.addWidget(row)
    row.resize(600, 80)
    row.set_view(View.whole(length))
    row.show_traces(held, free, 0, Place())
    qtbot.waitUntil(lambda: row.title == "from 50", timeout=30_000)
    apart = row.grab().toImage()
    row.show_traces(run(free.experiment, "numpy"), free, 0, Place())
    qtbot.waitUntil(lambda: row.title == "no difference", timeout=30_000)
    assert "No difference." in row.accessibleDescription()
    equal, plot = row.grab().toImage(), row.plot
    assert equal != apart
    colors = {equal.pixel(x, y) for x in range(plot.left(), plot.right()) for y in range(plot.top(), plot.bottom())}
    assert not colors & {QColor(color).rgb() for color in (LIGHT.accent, LIGHT.warning)}, "no line, and no beginning"
    row.end()
