"""The form shows an experiment without a word, and tells of every change once, as a valid recipe."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from explorer.experiment import Experiment, make_network_for
from explorer.initialisation import fitting_initialisations, make_network
from explorer.network import Network, Recipe
from explorer.sequences import Dataset, Options, Sequence, dataset_of_texts, generate
from widgets.choices import INITIALISATIONS
from widgets.settings_panel import SettingsPanel

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def make_experiment(data: Dataset | None = None, *, scale="none", **recipe) -> Experiment:
    data = data or generate("sine-mix", seed=0)
    return Experiment(data, make_network(Recipe(**recipe), data.input_size), scale)


def table(notes=()) -> Dataset:
    values = np.zeros((22_695, 2))
    return Dataset((Sequence("machine", values, ("temperature", "rpm")),), str(Path("data", "machine.csv")), notes)


@pytest.fixture
def panel(qtbot) -> SettingsPanel:
    widget = SettingsPanel()
    qtbot.addWidget(widget)
    widget.resize(300, 600)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    widget.show_experiment(make_experiment())
    return widget


@pytest.fixture
def told(panel) -> list:
    """Whatever the panel says, in order."""
    said = []
    panel.recipe_edited.connect(said.append)
    panel.scale_edited.connect(lambda scale: said.append(("scale", scale)))
    panel.data_seed_edited.connect(lambda seed: said.append(("data seed", seed)))
    return said


def click(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(10, widget.height() // 2))


def type_over(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def turn_wheel(widget, notches: int = 1) -> None:
    where = QPointF(widget.rect().center())
    QApplication.sendEvent(
        widget,
        QWheelEvent(
            where,
            QPointF(widget.mapToGlobal(where.toPoint())),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Modifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints", "requestActivate")
def test_shows_a_recipe_and_says_nothing(panel, told):
    experiment = make_experiment(
        cell="rnn", nonlinearity="relu", hidden=48, layers=3, bidirectional=True, bias=False, init="identity",
        seed=2**40, dtype="float64", scale="standardize",
    )  # fmt: skip
    panel.show_experiment(experiment)
    assert panel.cell.chosen == "rnn"
    assert panel.cell.button("rnn").isChecked()
    assert panel.nonlinearity.isEnabled()
    assert panel.nonlinearity.button("relu").isChecked()
    assert (panel.hidden.text(), panel.layers.text(), panel.seed.text()) == ("48", "3", str(2**40))
    assert panel.bidirectional.isChecked()
    assert not panel.bias.isChecked()
    assert panel.scale.chosen == "standardize"
    assert panel.init.currentText() == "identity (IRNN)"
    assert panel.dtype.button("float64").isChecked()
    assert told == []


def test_says_what_the_data_are(panel, told):
    assert (panel.name.text(), panel.extent.text()) == ("sine-mix", "400 steps · 1 feature")
    assert panel.data_seed.isVisible()
    assert panel.notes.isHidden()
    panel.show_experiment(make_experiment(table(("'comment' holds text and was left out", "'x' is empty"))))
    assert (panel.name.text(), panel.extent.text()) == ("machine.csv", "22\u202f695 steps · 2 features")
    assert panel.name.toolTip() == str(Path("data", "machine.csv"))
    assert panel.extent.toolTip() == "temperature\nrpm"
    assert panel.data_seed.isHidden()
    assert panel.notes.button.text() == "2 notes on this data"
    assert panel.notes.text.isHidden()
    QTest.mouseClick(panel.notes.button, Qt.MouseButton.LeftButton)
    assert panel.notes.text.isVisible()
    assert "'comment' holds text" in panel.notes.text.text()
    two = Dataset(tuple(Sequence(str(k), np.zeros((k, 1)), ("x",)) for k in (7, 5)), "two.csv")
    panel.show_experiment(make_experiment(two))
    assert panel.extent.text() == "2 sequences · 5–7 steps · 1 feature"
    assert told == []


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_counts_the_parameters(panel, cell):
    panel.show_experiment(make_experiment(cell=cell, hidden=64, layers=2))
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[cell]
    count = blocks * 64 * (1 + 64 + 2) + blocks * 64 * (64 + 64 + 2)
    assert panel.size.text() == f"{count:,} parameters".replace(",", "\u202f")


def test_a_cell_is_chosen_with_mouse_and_arrow_keys(panel, told):
    click(panel.cell.button("gru"))
    assert told == [Recipe(cell="gru")]
    click(panel.cell.button("gru"))
    panel.cell.button("gru").setFocus()
    QTest.keyClick(panel.cell.button("gru"), Key.Key_Left)
    assert told == [Recipe(cell="gru"), Recipe(cell="lstm")]


def test_only_the_rnn_has_a_nonlinearity(panel, told):
    assert not panel.nonlinearity.isEnabled()
    click(panel.cell.button("rnn"))
    click(panel.nonlinearity.button("relu"))
    click(panel.cell.button("lstm"))
    assert told == [Recipe(cell="rnn"), Recipe(cell="rnn", nonlinearity="relu"), Recipe(cell="lstm")]
    assert panel.nonlinearity.button("tanh").isChecked()


def test_offers_the_initialisations_that_fit_each_with_a_line_on_it(panel):
    for cell in ("rnn", "lstm", "gru"):
        for bias in (True, False):
            panel.show_experiment(make_experiment(cell=cell, bias=bias))
            names = [panel.init.itemData(k) for k in range(panel.init.count())]
            assert tuple(names) == fitting_initialisations(cell, bias=bias)
            tips = [panel.init.itemData(k, Qt.ItemDataRole.ToolTipRole) for k in range(panel.init.count())]
            assert tips == [INITIALISATIONS[name][1] for name in names]


def test_what_no_longer_fits_falls_back_so_that_every_recipe_is_valid(panel, told):
    panel.show_experiment(make_experiment(init="forget-bias"))
    click(panel.cell.button("gru"))
    panel.show_experiment(make_experiment(init="chrono"))
    click(panel.bias)
    panel.show_experiment(make_experiment(cell="rnn", nonlinearity="relu", init="identity"))
    click(panel.cell.button("lstm"))
    assert told == [Recipe(cell="gru"), Recipe(bias=False), Recipe()]
    for recipe in told:
        make_network(recipe, 1)
    assert panel.init.currentData() == "default"


def test_keeps_what_the_form_does_not_show(panel, told):
    panel.show_experiment(make_experiment(longest=777))
    click(panel.bidirectional)
    assert told == [Recipe(bidirectional=True, longest=777)]


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints", "requestActivate")
def test_a_typed_number_counts_when_it_is_complete(panel, told):
    type_over(panel.hidden, "128")
    assert told == []
    QTest.keyClick(panel.hidden, Key.Key_Return)
    assert told == [Recipe(hidden=128)]
    QTest.keyClick(panel.hidden, Key.Key_Return)
    QTest.keyClick(panel.hidden, Key.Key_Up)
    assert told == [Recipe(hidden=128), Recipe(hidden=129)]
    QTest.keyClick(panel.hidden, Key.Key_PageDown)
    assert told[-1] == Recipe(hidden=119)


def test_a_typed_number_counts_when_the_field_is_left(panel, told):
    type_over(panel.layers, "4")
    QTest.keyClick(panel.layers, Key.Key_Tab)
    assert told == [Recipe(layers=4)]


def test_an_incomplete_number_becomes_the_last_one(panel, told):
    type_over(panel.hidden, "0")
    QTest.keyClick(panel.hidden, Key.Key_Return)
    assert panel.hidden.text() == "1"
    panel.hidden.selectAll()
    QTest.keyClick(panel.hidden, Key.Key_Delete)
    QTest.keyClick(panel.hidden, Key.Key_Return)
    assert panel.hidden.text() == "1"
    type_over(panel.hidden, "5000")
    assert panel.hidden.text() == "500"
    type_over(panel.hidden, "-3.5")
    assert panel.hidden.text() == "35"
    assert told == [Recipe(hidden=1)]


def test_a_new_seed_differs_from_the_old(panel, told):
    for _ in range(20):
        QTest.mouseClick(panel.new_seed, Qt.MouseButton.LeftButton)
        QTest.mouseClick(panel.new_data_seed, Qt.MouseButton.LeftButton)
    seeds = [recipe.seed for recipe in told[0::2]]
    data_seeds = [seed for _, seed in told[1::2]]
    for drawn, field in ((seeds, panel.seed), (data_seeds, panel.data_seed)):
        assert len(drawn) == 20
        assert all(one != other for one, other in zip([0, *drawn], drawn, strict=False))
        assert field.text() == str(drawn[-1])


def test_a_seed_beyond_32_bits_arrives_whole(panel, told):
    type_over(panel.seed, "123456789012345678")
    QTest.keyClick(panel.seed, Key.Key_Return)
    type_over(panel.data_seed, "9223372036854775807")
    QTest.keyClick(panel.data_seed, Key.Key_Return)
    assert told == [Recipe(seed=123456789012345678), ("data seed", 2**63 - 1)]


def test_standardising_is_a_wish_of_its_own(panel, told):
    for scale in ("standardize", "min-max", "none"):
        click(panel.scale.button(scale))
    assert told == [("scale", "standardize"), ("scale", "min-max"), ("scale", "none")]


def test_a_choice_of_initialisation_and_precision(panel, told):
    panel.init.setFocus()
    QTest.keyClick(panel.init, Key.Key_Down)
    click(panel.dtype.button("float64"))
    assert told == [Recipe(init="orthogonal"), Recipe(init="orthogonal", dtype="float64")]


def test_the_wheel_passes_over_fields_without_the_focus(panel, told):
    panel.bias.setFocus()
    for field in (panel.hidden, panel.layers, panel.seed, panel.data_seed, panel.init):
        turn_wheel(field)
        turn_wheel(field, -1)
    assert told == []
    panel.layers.setFocus()
    turn_wheel(panel.layers)
    assert told == [Recipe(layers=2)]


def test_undo_is_left_to_the_window_unless_something_is_typed(qtbot):
    window, panel, undone = QMainWindow(), SettingsPanel(), []
    qtbot.addWidget(window)
    window.setCentralWidget(panel)
    QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), window, activated=lambda: undone.append(1))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    panel.show_experiment(make_experiment())
    type_over(panel.hidden, "12")
    QTest.keyClick(window.windowHandle(), Key.Key_Z, Modifier.ControlModifier)
    assert undone == []
    type_over(panel.hidden, "128")
    QTest.keyClick(panel.hidden, Key.Key_Return)
    QTest.keyClick(window.windowHandle(), Key.Key_Z, Modifier.ControlModifier)
    assert undone == [1]
    assert panel.hidden.text() == "128"


def test_a_refused_wish_is_taken_back_by_showing_the_experiment_again(panel, told):
    type_over(panel.hidden, "4096")
    QTest.keyClick(panel.hidden, Key.Key_Return)
    panel.show_experiment(make_experiment())
    assert panel.hidden.text() == "32"
    type_over(panel.hidden, "4096")
    QTest.keyClick(panel.hidden, Key.Key_Return)
    assert told == [Recipe(hidden=4096), Recipe(hidden=4096)]


def test_shows_a_network_that_was_not_drawn_here(panel, told):
    experiment = make_experiment(cell="gru", hidden=20, layers=2, bidirectional=True, bias=False, dtype="float64")
    panel.show_experiment(replace(experiment, network=Network(experiment.network.layers)))
    assert panel.cell.chosen == "gru"
    assert (panel.hidden.text(), panel.layers.text()) == ("20", "2")
    assert panel.bidirectional.isChecked()
    assert not panel.bias.isChecked()
    assert panel.dtype.chosen == "float64"
    assert told == []


def test_every_field_is_named_and_reached_in_the_order_of_the_form(panel):
    panel.show_experiment(make_experiment(cell="rnn"))
    fields = [panel.hidden, panel.layers, panel.init, panel.seed, panel.data_seed, panel.new_seed, panel.new_data_seed]
    assert all(field.accessibleName() for field in [*fields, panel.cell, panel.nonlinearity, panel.dtype])
    buddies = {label.buddy() for label in panel.findChildren(QLabel) if label.buddy()}
    assert {panel.hidden, panel.layers, panel.init, panel.seed, panel.data_seed} < buddies
    panel.scale.button("none").setFocus()
    wanted = [
        panel.data_seed, panel.new_data_seed, panel.cell.button("rnn"), panel.nonlinearity.button("tanh"),
        panel.hidden, panel.layers, panel.bidirectional, panel.bias, panel.init, panel.seed, panel.new_seed,
        panel.dtype.button("float32"),
    ]  # fmt: skip
    for widget in wanted:
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        assert QApplication.focusWidget() is widget


def test_words_have_vectors_of_a_length_that_can_be_chosen(panel, qtbot):
    texts = dataset_of_texts("t", ["to be or not"], (), (), Options(), ())
    panel.show_experiment(Experiment(texts, make_network_for(texts, Recipe(embedding=7))))
    assert panel.embedding.isVisible()
    assert panel.embedding.value == 7
    with qtbot.waitSignal(panel.recipe_edited) as caught:
        QTest.keyClick(panel.embedding, Key.Key_Up)
    assert caught.args[0].embedding == 8
    panel.show_experiment(make_experiment())
    assert not panel.embedding.isVisible()
