"""Which rows there were is remembered for each cell, and what cannot be read is as if it had never been stored."""

import pytest
from PySide6.QtCore import QSettings

from explorer.cells import find_cell
from explorer.network import Place
from widgets.row_layout import RowLayout, RowSpec, default_layout
from widgets.row_memory import RowMemory

LSTM, GRU = find_cell("lstm"), find_cell("gru")
LAYOUT = RowLayout((RowSpec("c", None, "lines", 120), RowSpec("h", Place(1, 1), "heat", 0, True)))


@pytest.fixture
def settings(tmp_path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def test_each_cell_has_its_own(settings) -> None:
    RowMemory(settings).keep(LSTM, LAYOUT)
    settings.sync()
    again = RowMemory(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert again.recall(LSTM) == LAYOUT
    assert again.recall(GRU) == default_layout(GRU)


def test_that_one_row_is_alone_is_not_kept(settings) -> None:
    memory = RowMemory(settings)
    memory.keep(LSTM, LAYOUT.alone(("c", None, 0)))
    assert memory.recall(LSTM) == LAYOUT


def test_no_row_at_all_is_a_choice_too(settings) -> None:
    memory = RowMemory(settings)
    memory.keep(LSTM, RowLayout())
    settings.sync()
    assert RowMemory(QSettings(settings.fileName(), QSettings.Format.IniFormat)).recall(LSTM) == RowLayout()


def test_the_first_rows_leave_no_trace(settings) -> None:
    memory = RowMemory(settings)
    memory.keep(LSTM, LAYOUT)
    memory.keep(LSTM, default_layout(LSTM))
    assert settings.allKeys() == []


@pytest.mark.parametrize("stored", ["nothing", "z::both:0:", 17, b"\x00", ["f::both:0:", "x"]], ids=str)
def test_what_cannot_be_read_gives_the_first_rows(settings, stored) -> None:
    settings.setValue("rows/lstm", stored)
    assert RowMemory(settings).recall(LSTM) == default_layout(LSTM)
