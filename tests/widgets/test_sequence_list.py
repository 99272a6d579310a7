"""The list of sequences: what it says of each, what a click, a key, the filter and the headings do."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from explorer.run import start
from explorer.sequences import Dataset, Sequence
from tests.widgets.benches import sequences, several
from widgets.sequence_list import SequenceList
from widgets.sequence_model import COMPUTED, ID, LABEL, PREVIEW, STEPS, SequenceModel, feature_ranges
from widgets.sequence_table import thinned
from widgets.theme import DARK, LIGHT

CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)


class Wishes:
    """Everything the list asks for."""

    def __init__(self, panel: SequenceList) -> None:
        self.requested, self.picked, self.order, self.run = [], [], [], []
        panel.sequence_requested.connect(self.requested.append)
        panel.picked.connect(self.picked.append)
        panel.order_edited.connect(self.order.append)
        panel.run_requested.connect(self.run.append)

    def none(self) -> bool:
        return not (self.requested or self.picked or self.order or self.run)


@pytest.fixture
def panel(qtbot) -> SequenceList:
    made = SequenceList()
    qtbot.addWidget(made)
    made.resize(280, 420)
    made.show()
    return made


@pytest.fixture
def shown(panel):
    """Show a data set of so many sequences."""

    def show(*lengths: int) -> Wishes:
        panel.show_dataset(sequences(*lengths))
        panel.show_sequence(0)
        return Wishes(panel)

    return show


def click(panel: SequenceList, row: int, modifier=NONE) -> None:
    place = panel.table.visualRect(panel.model.index(row, ID)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def column(panel: SequenceList, which: int) -> list[str]:
    return [panel.model.index(row, which).data() for row in range(panel.model.rowCount())]


def selected(panel: SequenceList) -> list[int]:
    return sorted(panel.model.sequence(index.row()) for index in panel.table.selectionModel().selectedRows())


def test_it_says_what_there_is(panel, shown) -> None:
    wishes = shown(1200, 30, 7)
    assert panel.header.text() == "3 sequences, 1\u202f237 steps"
    assert column(panel, ID) == ["s0", "s1", "s2"]
    assert column(panel, STEPS) == ["1\u202f200", "30", "7"]
    assert column(panel, LABEL) == ["even", "odd", "even"]
    assert column(panel, COMPUTED) == ["not computed"] * 3
    assert selected(panel) == [0]
    assert panel.computed.text() == "0 of 3 computed"
    assert wishes.none(), "to show is not to wish"
    tip = panel.model.index(0, ID).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "s0 · 1\u202f200 steps · even · not computed"


def test_without_labels_there_is_no_column_of_them(panel) -> None:
    plain = [Sequence(f"{k}", np.zeros((4, 1)), ("x",)) for k in range(3)]
    panel.show_dataset(Dataset(tuple(plain), "plain"))
    assert panel.table.isColumnHidden(LABEL)
    panel.show_dataset(sequences(3, 4))
    assert not panel.table.isColumnHidden(LABEL)


def test_a_click_asks_for_the_sequence(panel, shown) -> None:
    wishes = shown(20, 30, 40)
    click(panel, 2)
    assert wishes.requested == [2]
    assert wishes.picked == []
    panel.show_sequence(2)
    assert panel.table.current == 2
    assert selected(panel) == [2]


def test_enter_asks_for_the_row_the_keys_are_at(panel, shown) -> None:
    wishes = shown(20, 30, 40)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert wishes.none(), "the arrows only move in the list"
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    QTest.keyClick(panel.table, Qt.Key.Key_Enter)
    assert wishes.requested == [1, 2]


def test_with_shift_and_ctrl_several_are_picked(panel, shown) -> None:
    wishes = shown(*[20] * 8)
    click(panel, 1)
    click(panel, 4, SHIFT)
    assert wishes.picked == [(1, 2, 3, 4)]
    click(panel, 6, CTRL)
    click(panel, 2, CTRL)
    assert wishes.picked[-1] == (1, 3, 4, 6)
    assert wishes.requested == [1], "to pick is not to go there"
    assert panel.header.text() == "4 picked, 80 steps"
    panel.show_sequence(3)
    assert selected(panel) == [1, 3, 4, 6], "walking through them keeps them picked"
    click(panel, 0)
    assert wishes.picked[-1] == ()
    assert wishes.requested == [1, 0]


def test_shift_and_arrow_picks_too_and_ctrl_a_all(panel, shown) -> None:
    wishes = shown(*[20] * 5)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Down, SHIFT)
    assert wishes.picked == [(0, 1)]
    QTest.keyClick(panel.table, Qt.Key.Key_A, CTRL)
    assert wishes.picked[-1] == (0, 1, 2, 3, 4)


def test_the_filter_finds_ids_and_labels(panel, shown) -> None:
    wishes = shown(*[20] * 12)
    QTest.keyClicks(panel.filter, "ODD")
    assert column(panel, ID) == [f"s{k}" for k in range(1, 12, 2)]
    assert panel.header.text() == "6 of 12 sequences, 120 steps"
    assert wishes.order[-1] == (1, 3, 5, 7, 9, 11)
    panel.filter.clear()
    assert wishes.order[-1] == ()
    assert panel.model.rowCount() == 12
    QTest.keyClicks(panel.filter, "s11")
    QTest.keyClick(panel.filter, Qt.Key.Key_Return)
    assert wishes.requested == [11]
    QTest.keyClicks(panel.filter, "?")
    assert panel.model.rowCount() == 0
    assert panel.header.text() == "0 of 12 sequences, 0 steps"
    QTest.keyClick(panel.filter, Qt.Key.Key_Return)
    assert wishes.requested == [11]


def test_picked_ones_that_are_filtered_away_are_no_longer_picked(panel, shown) -> None:
    wishes = shown(*[20] * 6)
    click(panel, 1)
    click(panel, 4, SHIFT)
    QTest.keyClicks(panel.filter, "odd")
    assert wishes.picked[-1] == (1, 3)
    assert selected(panel) == [1, 3]


def test_headings_sort_and_a_third_click_puts_all_back(panel, shown) -> None:
    wishes = shown(20, 40, 10, *[30] * 8)
    heading = panel.table.horizontalHeader()

    def click_on(which: int) -> None:
        place = QPoint(heading.sectionViewportPosition(which) + 8, heading.height() // 2)
        QTest.mouseClick(heading.viewport(), Qt.MouseButton.LeftButton, NONE, place)

    click_on(STEPS)
    assert column(panel, STEPS) == ["10", "20", *["30"] * 8, "40"]
    assert wishes.order[-1] == (2, 0, 3, 4, 5, 6, 7, 8, 9, 10, 1)
    click_on(STEPS)
    assert column(panel, STEPS)[0] == "40"
    click_on(STEPS)
    assert wishes.order[-1] == ()
    click_on(ID)
    assert column(panel, ID) == [f"s{k}" for k in range(11)], "s10 after s9"
    click_on(LABEL)
    assert column(panel, LABEL) == ["even"] * 6 + ["odd"] * 5
    assert selected(panel) == [0], "the mark goes with its sequence"


def test_what_is_computed_is_marked_and_counted(panel) -> None:
    experiment = several(20, 30, 40)
    panel.show_dataset(experiment.dataset)
    wishes = Wishes(panel)
    trace, work = start(experiment, "numpy", [1])
    panel.show_computed(trace)
    assert panel.run.isEnabled()
    list(work)
    panel.show_computed(trace, True)
    assert column(panel, COMPUTED) == ["not computed", "computed", "not computed"]
    assert panel.computed.text() == "1 of 3 computed"
    assert (panel.bar.value(), panel.bar.maximum()) == (1, 3)
    assert (panel.run.text(), panel.run.isEnabled()) == ("Running…", False)
    panel.show_computed(trace)
    panel.run.click()
    assert wishes.run == [(0, 1, 2)]
    QTest.keyClicks(panel.filter, "s1")
    assert (panel.run.text(), panel.run.isEnabled()) == ("Run shown", False), "that is all there"
    panel.filter.clear()
    panel.table.sortByColumn(COMPUTED, Qt.SortOrder.AscendingOrder)
    assert column(panel, ID) == ["s1", "s0", "s2"]


def test_run_picked_runs_those(panel, shown) -> None:
    wishes = shown(*[20] * 6)
    click(panel, 1)
    click(panel, 3, CTRL)
    assert panel.run.text() == "Run picked"
    panel.run.click()
    assert wishes.run == [(1, 3)]


def test_the_same_data_again_changes_nothing(panel) -> None:
    data = sequences(*[20] * 6)
    panel.show_dataset(data)
    QTest.keyClicks(panel.filter, "odd")
    panel.show_dataset(data)
    assert panel.filter.text() == "odd"
    panel.show_dataset(sequences(*[20] * 4))
    assert panel.filter.text() == ""
    assert panel.model.rowCount() == 4


def test_words_stand_for_a_sequence_of_codes(panel) -> None:
    codes = [np.array([[1.0], [0.0], [2.0]]), np.arange(3.0).repeat(10)[:, None]]
    made = tuple(Sequence(f"{k}", values, ("text",)) for k, values in enumerate(codes))
    panel.show_dataset(Dataset(made, "words", vocabularies={"text": ("free", "win", "money")}))
    assert column(panel, PREVIEW) == ["win free money", " ".join(["free"] * 10 + ["win"] * 2)]
    panel.show_dataset(Dataset(made[:1], "letters", vocabularies={"text": ("a", "b", "c")}))
    assert column(panel, PREVIEW) == ["bac"]


def test_pictures_show_what_varies_on_one_scale_for_all() -> None:
    flat, low, high = np.zeros((5, 1)), np.linspace(0, 1, 5)[:, None], np.array([3, np.nan, 9, np.inf, 4.0])[:, None]
    made = Dataset(
        (
            Sequence("one", np.hstack([flat, low, low]), ("a", "b", "c")),
            Sequence("other", np.hstack([flat, high, low]), ("a", "b", "c")),
        ),
        "x",
    )
    assert feature_ranges(made, 1) == {1: (0.0, 9.0)}
    assert feature_ranges(made, 3) == {1: (0.0, 9.0), 2: (0.0, 1.0)}


@pytest.mark.parametrize("length", [1, 2, 90, 181, 5000])
def test_a_long_sequence_is_thinned_and_no_spike_is_lost(length) -> None:
    values = np.zeros(length)
    values[length // 3] = 5.0
    x, y = thinned(values, 90)
    assert len(x) == len(y) <= 180
    assert y.max() == 5.0
    assert x.min() >= 0
    assert x.max() <= 90
    assert (np.diff(x) >= 0).all()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_row_shows_a_picture_a_mark_and_a_bar(panel, shown, theme) -> None:
    shown(300, 400, 500)
    panel.apply_theme(theme)
    experiment = several(300, 400, 500)
    trace, work = start(experiment, "numpy", [0])
    list(work)
    panel.show_computed(trace)
    picture = panel.table.viewport().grab().toImage()

    def colours(row: int, which: int) -> set[str]:
        rect = panel.table.visualRect(panel.model.index(row, which))
        return {
            picture.pixelColor(x, y).name()
            for x in range(rect.left(), rect.right())
            for y in range(rect.top() + 2, rect.bottom() - 1)
        }

    assert len(colours(1, PREVIEW)) > 10
    assert theme.accent in colours(0, COMPUTED)
    assert theme.accent not in colours(1, COMPUTED), "neither computed nor looked at"
    panel.show_sequence(1)
    picture = panel.table.viewport().grab().toImage()
    assert theme.accent in colours(1, COMPUTED), "the bar"


def test_ids_give_way_to_the_picture(panel) -> None:
    long = [
        Sequence(f"recording of the north-western bearing, day {k}", np.zeros((4, 1)), ("x",), label="worn")
        for k in range(3)
    ]
    panel.show_dataset(Dataset(tuple(long), "long"))
    table = panel.table
    assert table.columnWidth(PREVIEW) >= 60
    assert sum(table.columnWidth(k) for k in range(5)) <= table.viewport().width()


def test_ten_thousand_are_asked_only_for_what_is_in_view(panel, monkeypatch) -> None:
    values = np.zeros((3, 1))
    many = tuple(Sequence(f"n{k}", values, ("x",)) for k in range(10_000))
    panel.show_dataset(Dataset(many, "many"))
    asked = []
    monkeypatch.setattr(SequenceModel, "text", lambda _self, sequence, _column: asked.append(sequence) or "")
    panel.show_sequence(9_999)
    panel.table.viewport().grab()
    assert 0 < len(set(asked)) < 60
    assert 9_999 in asked
