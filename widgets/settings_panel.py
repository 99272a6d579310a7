"""What is run: the data as the network sees it, and the recipe of the network."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QLabel,
    QSpacerItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.experiment import Experiment
from explorer.initialisation import fitting_initialisations
from explorer.network import Recipe
from explorer.sequences import Dataset
from widgets.button_action import ButtonAction
from widgets.choices import (
    CELLS,
    DTYPES,
    INITIALISATIONS,
    LARGEST_SEED,
    NONLINEARITIES,
    SCALES,
    extent,
    other_seed,
    recipe_of,
)
from widgets.decimals import grouped
from widgets.fields import ChoiceBox, Segments, WholeNumberField
from widgets.forms import beside, form_layout, heading, scrolling
from widgets.labels import ElidedLabel, Notes
from widgets.sources import source_name
from widgets.theme import LIGHT, Theme, icon


class SettingsPanel(QWidget):
    """A form of all that a person can choose. Emits a complete, valid recipe for every change of the network."""

    recipe_edited = Signal(object)  # Recipe
    scale_edited = Signal(str)
    data_seed_edited = Signal(object)  # int

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipe = Recipe()
        self._build_data()
        self._build_network()
        self._lay_out()
        self._connect()
        self._show_recipe(self._recipe)
        self.apply_theme(LIGHT)

    def _build_data(self) -> None:
        self.name = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        font = self.name.font()
        font.setBold(True)
        self.name.setFont(font)
        self.extent = ElidedLabel()
        self.notes = Notes()
        self.scale = Segments(SCALES)
        self.data_seed = WholeNumberField(0, LARGEST_SEED)
        self.data_seed.setAccessibleName("Seed of the data")
        self.data_seed.setToolTip("The same seed always generates the same data")
        self.new_data_seed = QToolButton(toolTip="Generate other data: a new seed")
        self.new_data_seed.setAccessibleName("New seed of the data")
        ButtonAction("Generate other data", self.new_data_seed, self)

    def _build_network(self) -> None:
        self.cell = Segments(CELLS)
        self.nonlinearity = Segments(NONLINEARITIES)
        self.hidden = WholeNumberField(1, 4096)
        self.hidden.setToolTip("How many units each layer has, in each direction")
        self.embedding = WholeNumberField(1, 4096)
        self.embedding.setToolTip("How many numbers stand for each word; they are what the first layer sees of it")
        self.layers = WholeNumberField(1, 16)
        self.layers.setToolTip("How many layers are stacked; each reads the hidden states of the one below")
        self.bidirectional = QCheckBox("Both directions")
        self.bidirectional.setToolTip("Every layer also reads the sequence from its last step to its first")
        self.bias = QCheckBox("Bias")
        self.bias.setToolTip("Add bias_ih and bias_hh to the pre-activations")
        self.init = ChoiceBox()
        self.init.setAccessibleName("Initialisation")
        self.seed = WholeNumberField(0, LARGEST_SEED)
        self.seed.setAccessibleName("Seed of the weights")
        self.seed.setToolTip("The same seed always draws the same weights")
        self.new_seed = QToolButton(toolTip="Draw other weights: a new seed")
        self.new_seed.setAccessibleName("New seed of the weights")
        ButtonAction("Draw other weights", self.new_seed, self)
        self.dtype = Segments(DTYPES)
        self.size = ElidedLabel()

    def _lay_out(self) -> None:
        inner = QWidget()
        self._form = form = form_layout(inner)
        form.setContentsMargins(12, 10, 12, 10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._headings = [heading("Data"), heading("Network")]
        for row in (self._headings[0], self.name, self.extent, self.notes):
            form.addRow(row)
        form.addRow(_label("Values", self.scale), self.scale)
        self._data_seed_row = form.rowCount()
        form.addRow(_label("Seed", self.data_seed), beside(self.data_seed, self.new_data_seed))
        form.addItem(QSpacerItem(0, 10))
        form.addRow(self._headings[1])
        form.addRow(_label("Cell", self.cell), self.cell)
        form.addRow(_label("Nonlinearity", self.nonlinearity), self.nonlinearity)
        form.addRow(_label("Hidden size", self.hidden), beside(self.hidden))
        self._embedding_row = form.rowCount()
        form.addRow(_label("Embedding", self.embedding), beside(self.embedding))
        form.addRow(_label("Layers", self.layers), beside(self.layers))
        form.addRow("", self.bidirectional)
        form.addRow("", self.bias)
        form.addRow(_label("Initialisation", self.init), self.init)
        form.addRow(_label("Seed", self.seed), beside(self.seed, self.new_seed))
        form.addRow(_label("Precision", self.dtype), self.dtype)
        form.addRow("", self.size)
        scroll = scrolling(inner)
        scroll.setMinimumWidth(inner.minimumSizeHint().width() + scroll.verticalScrollBar().sizeHint().width())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _connect(self) -> None:
        # A click leaves the focus where it is: who picks an LSTM and presses → wants a step, not the next cell.
        for button in self.findChildren(QAbstractButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for field in (self.cell, self.nonlinearity, self.dtype, self.hidden, self.embedding, self.layers, self.seed):
            field.edited.connect(self._on_edited)
        for box in (self.bidirectional, self.bias):
            box.clicked.connect(self._on_edited)
        self.init.activated.connect(self._on_edited)
        self.new_seed.clicked.connect(self._on_new_seed)
        self.scale.edited.connect(lambda: self.scale_edited.emit(self.scale.chosen))
        self.data_seed.edited.connect(self.data_seed_edited)
        self.new_data_seed.clicked.connect(self._on_new_data_seed)

    def show_experiment(self, experiment: Experiment) -> None:
        """Fill the whole form, and say nothing. Also takes back what was refused."""
        dataset, network = experiment.dataset, experiment.network
        self.name.setText(source_name(dataset.source))
        self.name.setToolTip(dataset.source)
        self.show_extent(dataset)
        self.extent.setToolTip("\n".join(dataset.features[:40]) + ("\n…" if dataset.input_size > 40 else ""))
        self.notes.show_notes(dataset.notes)
        self.scale.show_choice(experiment.scale)
        self.scale.setEnabled(bool(dataset.numeric))
        fitted = "" if experiment.fitted is None else "Scaled with the numbers of its training, not of these data"
        self.scale.setToolTip(fitted if dataset.numeric else "Words stand for vectors: there is no value to scale")
        self._form.setRowVisible(self._embedding_row, bool(dataset.vocabularies))
        self._form.setRowVisible(self._data_seed_row, dataset.seed is not None)
        if dataset.seed is not None:
            self.data_seed.set_value(dataset.seed)
        parameters = sum(array.size for array in network.state_dict().values())
        self.size.setText(f"{grouped(parameters)} parameters")
        self._show_recipe(network.recipe or recipe_of(network))

    def show_extent(self, dataset: Dataset) -> None:
        """Say how many steps there are, of a sequence that grows."""
        self.extent.setText(extent(dataset))

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours and icons."""
        for segments in (self.scale, self.cell, self.nonlinearity, self.dtype):
            segments.apply_theme(theme)
        self.notes.apply_theme(theme)
        for label in (self.extent, self.size, *self._headings):
            label.setStyleSheet(f"color: {theme.muted_text}")
        for button in (self.new_seed, self.new_data_seed):
            button.setIcon(icon("dice", theme))

    def _show_recipe(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self.cell.show_choice(recipe.cell)
        self.nonlinearity.show_choice(recipe.nonlinearity)
        self.nonlinearity.setEnabled(recipe.cell == "rnn")
        self._form.labelForField(self.nonlinearity).setEnabled(recipe.cell == "rnn")
        self.nonlinearity.setToolTip("" if recipe.cell == "rnn" else "Only the RNN has a choice")
        self.hidden.set_value(recipe.hidden)
        self.embedding.set_value(recipe.embedding)
        self.layers.set_value(recipe.layers)
        for box, checked in ((self.bidirectional, recipe.bidirectional), (self.bias, recipe.bias)):
            with QSignalBlocker(box):
                box.setChecked(checked)
        fitting = fitting_initialisations(recipe.cell, bias=recipe.bias)
        titled = [(name, INITIALISATIONS.get(name, (name, ""))) for name in fitting]
        self.init.set_choices([(title, name, tip) for name, (title, tip) in titled], recipe.init)
        self.seed.set_value(recipe.seed)
        self.dtype.show_choice(recipe.dtype)

    def _on_edited(self) -> None:
        """Tell of the recipe that the form now describes, with what does not fit the cell put right."""
        recipe = replace(
            self._recipe,
            cell=self.cell.chosen,
            nonlinearity=self.nonlinearity.chosen if self.cell.chosen == "rnn" else "tanh",
            hidden=self.hidden.value,
            embedding=self.embedding.value,
            layers=self.layers.value,
            bidirectional=self.bidirectional.isChecked(),
            bias=self.bias.isChecked(),
            init=self.init.currentData(),
            seed=self.seed.value,
            dtype=self.dtype.chosen,
        )
        if recipe.init not in fitting_initialisations(recipe.cell, bias=recipe.bias):
            recipe = replace(recipe, init="default")
        if recipe != self._recipe:
            self._show_recipe(recipe)
            self.recipe_edited.emit(recipe)

    def _on_new_seed(self) -> None:
        self.seed.set_value(other_seed(self.seed.value))
        self._on_edited()

    def _on_new_data_seed(self) -> None:
        self.data_seed.set_value(other_seed(self.data_seed.value))
        self.data_seed_edited.emit(self.data_seed.value)


def _label(text: str, field: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(field)
    if not field.accessibleName():
        field.setAccessibleName(text)
    return label
