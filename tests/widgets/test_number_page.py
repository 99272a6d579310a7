import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from widgets.number_page import NumberPage
from widgets.trained import Trained


def known(**reached):
    """Return what is known of a run whose cells have come to these iterations."""
    metrics = {}
    for cell, count in reached.items():
        iteration = np.arange(1.0, count + 1)
        metrics[cell] = {"iteration": iteration, "loss": 1000 + iteration}
    return Trained(name="run", cells=tuple(reached), metrics=metrics)


@pytest.fixture
def page(exposed, qtbot):
    made = exposed(NumberPage(), 400, 300)
    with qtbot.waitActive(made):
        made.activateWindow()
    made.show_trained(known(lstm=80, gru=80))
    return made


def losses(page):
    return [page.table.item(0, column).text() for column in range(2)]


def test_all_numbers_are_of_one_iteration(page):
    page.show_trained(known(lstm=88, gru=87))

    assert page.iteration.text() == "87"
    assert losses(page) == ["1087", "1087"]

    page.set_iteration(88)
    assert losses(page) == ["1088", ""]


def test_an_iteration_can_be_typed_while_it_trains(page):
    asked = []
    page.iteration_requested.connect(asked.append)
    page.iteration.setFocus()
    page.iteration.selectAll()

    page.show_trained(known(lstm=84, gru=84))
    QTest.keyClicks(page.iteration, "3")
    page.show_trained(known(lstm=88, gru=88))
    QTest.keyClicks(page.iteration, "0")
    page.show_trained(known(lstm=92, gru=92))
    QTest.keyClick(page.iteration, Qt.Key.Key_Return)

    assert asked == [30]
