"""The form of a training: what matters first, the rest folded, and each error where it was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explorer.errors import UsageError
from explorer.initialisation import fitting_initialisations
from explorer.presets import file_training, find_preset, load_presets
from explorer.training.asked import ASKED, Asked
from explorer.training.checks import initialisations
from explorer.training.idle import idle
from explorer.training.settings import CHOICES, RANGES, Settings, option_of
from widgets.fields import ChoiceBox, NumberField, WholeNumberField, value_of
from widgets.forms import beside, form_layout, heading
from widgets.theme import LIGHT, Theme
from widgets.trained import CELL_TITLES
from widgets.training_fields import FIRST, FURTHER, TASK_TITLES, WORDS, told

CELLS = tuple(CELL_TITLES)
LEAST_RATE = 1e-6
TITLES = (
    *(asked.title for asked in ASKED.values()),
    *(f"{ASKED['init'].title}, {CELL_TITLES[cell]}" for cell in CELLS),
)
"""Every group has its fields below one another's where labels are as wide as the widest of these."""


class TrainingForm(QScrollArea):
    """Keeps settings; what it does not show of them stays as it was given."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = self._fitting = Settings()
        self._columns: tuple[str, ...] = ()
        self._targets: tuple[str, ...] = ()
        self._theme = LIGHT
        self.fields: dict[str, WholeNumberField | NumberField | ChoiceBox | QCheckBox] = {}
        self.errors: dict[str, QLabel] = {}
        self._build()
        self._lay_out()
        self._connect()
        self.show_settings(self._base)

    def _build(self) -> None:
        self.like = ChoiceBox()
        self.like.setAccessibleName("Settings of a preset")
        self.like.setToolTip("Train these data as a preset trains its own: a system that is ready made")
        self.like.set_choices((("what fits these data", "", ""), *_presets()), "")
        self.task = ChoiceBox()
        self.task.setAccessibleName(ASKED["task"].title)
        self.target = ChoiceBox()
        self.target.setAccessibleName(ASKED["target"].title)
        self.horizon = _field(ASKED["horizon"])
        self.cells = {cell: QPushButton(CELL_TITLES[cell], checkable=True, autoDefault=False) for cell in CELLS}
        for cell, button in self.cells.items():
            button.setToolTip(f"Train an {CELL_TITLES[cell]}" if cell != "gru" else "Train a GRU")
        self.inits = {cell: ChoiceBox() for cell in CELLS}
        for cell, box in self.inits.items():
            box.set_choices(((name, name, "") for name in fitting_initialisations(cell)), "default")
            box.setAccessibleName(f"Initialisation of the {CELL_TITLES[cell]}")
        for asked in (*FIRST, *(asked for group in FURTHER.values() for asked in group)):
            self.fields[asked.name] = _field(asked)
        self.more = QPushButton("More", checkable=True, autoDefault=False)
        self.more.setToolTip("Optimiser, windows, seeds, initialisation, what is recorded")
        self.further = QWidget()
        self.general = self._error("")

    def _error(self, name: str) -> QLabel:
        label = QLabel(wordWrap=True)
        label.setAccessibleName("What is wrong")
        label.hide()
        self.errors[name] = label
        return label

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        form = form_layout()
        self._form = form
        self._like_row = form.rowCount()
        self._row(form, "Settings of", self.like, "like")
        self._row(form, ASKED["task"].title, self.task, "task")
        self._target_row = form.rowCount()
        self._row(form, ASKED["target"].title, self.target, "target")
        self._horizon_row = form.rowCount()
        self._row(form, ASKED["horizon"].title, beside(self.horizon), "horizon")
        self._row(form, ASKED["cells"].title, beside(*self.cells.values()), "cells")
        for asked in FIRST:
            self._row(form, asked.title, _with_note(self.fields[asked.name], asked), asked.name)
        column.addLayout(form)
        column.addWidget(self.more)
        further = QVBoxLayout(self.further)
        further.setContentsMargins(0, 0, 0, 0)
        for title, group in FURTHER.items():
            further.addWidget(heading(title))
            form = form_layout()
            for asked in group:
                self._row(form, asked.title, _with_note(self.fields[asked.name], asked), asked.name)
            if title == "Network":
                for cell, box in self.inits.items():
                    self._row(form, f"{ASKED['init'].title}, {CELL_TITLES[cell]}", beside(box), f"init {cell}")
            further.addLayout(form)
        column.addWidget(self.further)
        column.addWidget(self.general)
        column.addStretch(1)
        self.further.hide()
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have it
        self.setFrameShape(QFrame.Shape.NoFrame)

    def _row(self, form: QFormLayout, title: str, field: QWidget | QHBoxLayout, name: str) -> None:
        label = QLabel(title)
        inside = field if isinstance(field, QWidget) else field.itemAt(0).widget()
        label.setBuddy(inside)
        label.setToolTip(inside.toolTip())
        label.setMinimumWidth(
            self.fontMetrics().horizontalAdvance(max(TITLES, key=self.fontMetrics().horizontalAdvance))
        )
        form.addRow(label, field)
        form.addRow("", self._error(name))
        form.setRowVisible(form.rowCount() - 1, False)

    def _connect(self) -> None:
        boxes = [self.task, self.target, *self.inits.values()]
        for field in (self.horizon, *self.fields.values()):
            if isinstance(field, ChoiceBox):
                boxes.append(field)
            elif isinstance(field, QCheckBox):
                field.clicked.connect(self._on_edited)
            else:
                field.edited.connect(self._on_edited)
        for box in boxes:
            box.activated.connect(self._on_edited)
        for button in self.cells.values():
            button.clicked.connect(self._on_edited)
        self.more.toggled.connect(self._on_more)
        self.like.activated.connect(self._on_like)

    # Values come down -----------------------------------------------------------------------------------------------

    def show_settings(self, settings: Settings, columns: tuple[str, ...] = (), targets: tuple[str, ...] = ()) -> None:
        """Fill the whole form, and say nothing. ``columns`` may be asked for; ``targets`` are those the data names."""
        self._fitting, self._columns, self._targets = settings, columns, targets
        self.like.show_choice("")
        self._form.setRowVisible(self._like_row, not settings.generator)
        self._fill(settings)

    def _fill(self, settings: Settings) -> None:
        columns, targets = self._columns, self._targets
        self._base = settings
        own = [(title, task, tip) for task, (title, tip) in TASK_TITLES.items()]
        self.task.set_choices(own if settings.generator else own[:-1], settings.task)
        whole = f"the data's own: {', '.join(targets)}" if targets else "every number of the data"
        every = [(whole, (), ""), *((name, (name,), "") for name in columns)]
        if settings.target not in [data for _, data, _ in every]:
            every.append((", ".join(settings.target), settings.target, ""))
        self.target.set_choices(every, settings.target)
        self.horizon.set_value(settings.horizon)
        for cell, button in self.cells.items():
            button.setChecked(cell in settings.cells)
        inits = initialisations(settings.init, settings.cells)
        for cell, box in self.inits.items():
            box.show_choice(inits.get(cell, "default"))
        for name, field in self.fields.items():
            value = getattr(settings, name)
            if isinstance(field, QCheckBox):
                field.setChecked(value)
            elif isinstance(field, ChoiceBox):
                field.show_choice(value)
            else:
                field.set_value(value)
        self._show_fitting()
        self.show_error("")

    def settings(self) -> Settings:
        """Return what the form says. ``UsageError`` where it makes no sense."""
        values = {name: value_of(field) for name, field in self.fields.items()}
        cells = tuple(cell for cell in CELLS if self.cells[cell].isChecked())
        if "rnn" not in cells:
            values["nonlinearity"] = "tanh"
        task = self.task.currentData()
        return replace(
            self._base,
            task=task,
            target=self.target.currentData() if task not in ("classify", "generator") else (),
            horizon=self.horizon.value,
            cells=cells,
            init=self._init(cells),
            **values,
        )

    def _init(self, cells: tuple[str, ...]) -> str:
        """Return the initialisations as they were given, where they are the same, else as short as can be."""
        inits = {cell: self.inits[cell].currentData() for cell in cells}
        if cells == self._base.cells and all(self._base.init_of(cell) == init for cell, init in inits.items()):
            return self._base.init
        apart = [f"{cell}={init}" for cell, init in inits.items() if init != "default"]
        return ",".join(apart) or "default"

    def checked(self) -> Settings | None:
        """Return what the form says; where it makes no sense, say so beside the field, and return None."""
        try:
            settings = self.settings()
        except UsageError as error:
            self.show_error(str(error))
            return None
        self.show_error("")
        return settings

    def commit(self) -> None:
        """Take what is being typed as complete."""
        typed_in = self.focusWidget()
        if typed_in is not None:
            typed_in.clearFocus()

    def show_error(self, text: str) -> None:
        """Say what is wrong, below the field that it begins with the name of."""
        wrong = self.field_of(text) if text else None
        for name, label in self.errors.items():
            label.setText(text[:1].upper() + text[1:] if name == wrong else "")
            label.setVisible(name == wrong)
            form = label.parentWidget().findChildren(QFormLayout) if label.parentWidget() else []
            for each in form:
                if each.indexOf(label) >= 0:
                    each.setRowVisible(label, name == wrong)
        if wrong and self.further.isAncestorOf(self.errors[wrong]):
            self.more.setChecked(True)
        if text:
            self.ensureWidgetVisible(self.errors[wrong or ""])

    def field_of(self, text: str) -> str:
        """Return the name of the field that an error begins with, "" if it is none's."""
        option = text.split(" ", 1)[0].rstrip(":")
        if option == "init":
            return next((f"init {cell}" for cell in CELLS if f" {cell}" in text), "")
        names = {option_of(name): name for name in ("task", "target", "horizon", "cells", *self.fields)}
        return names.get(option, "")

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        for label in self.errors.values():
            label.setStyleSheet(f"color: {theme.error}")
        for note in self.findChildren(QLabel, "note"):
            note.setStyleSheet(f"color: {theme.muted_text}")
        for button in self.cells.values():
            button.setStyleSheet(
                f"QPushButton {{ background: {theme.raised}; color: {theme.text}; padding: 4px 12px;"
                f" border: 1px solid {theme.border}; border-radius: 4px; }}"
                f"QPushButton:checked {{ background: {theme.accent}; color: {theme.accent_text}; }}"
                f"QPushButton:focus {{ border: 2px solid {theme.text}; padding: 3px 11px; }}"
            )
        self.more.setStyleSheet(
            f"QPushButton {{ border: none; background: transparent; color: {theme.accent}; text-align: left;"
            " padding: 3px 0; } QPushButton:hover, QPushButton:focus { text-decoration: underline; }"
        )
        self._on_more(self.more.isChecked())

    # Private --------------------------------------------------------------------------------------------------------

    def _on_like(self) -> None:
        """Take the settings of a preset for the data of a file, or again what fits these."""
        name = self.like.currentData()
        self._fill(file_training(find_preset(name)) if name else self._fitting)
        self.edited.emit()

    def _on_edited(self) -> None:
        self._show_fitting()
        self.checked()
        self.edited.emit()

    def _show_fitting(self) -> None:
        """Offer only what has a meaning with the rest."""
        task = self.task.currentData()
        self._form.setRowVisible(self._target_row, task not in ("classify", "generator"))
        self._form.setRowVisible(self._horizon_row, task in ("forecast", "anomaly", "reconstruct"))
        for cell, box in self.inits.items():
            box.setEnabled(self.cells[cell].isChecked())
        cells = [cell for cell, button in self.cells.items() if button.isChecked()]
        reasons = idle(task, self._base.generator, self.fields["optimizer"].currentData(), cells)
        for name, field in self.fields.items():
            field.setEnabled(name not in reasons)
            field.setToolTip(f"No effect: {reasons[name]}" if name in reasons else told(ASKED[name]))

    def _on_more(self, opened: bool) -> None:
        self.more.setText("▾ Less" if opened else "▸ More: optimiser, windows, seeds, initialisation, recording")
        self.further.setVisible(opened)


def _presets() -> Iterator[tuple[str, str, str]]:
    """Yield those whose training is not for data that only their generator makes, as choices."""
    for preset in load_presets():
        if preset.file or preset.training["task"] != "generator":
            yield preset.title, preset.name, preset.summary


def _field(asked: Asked) -> WholeNumberField | NumberField | ChoiceBox | QCheckBox:
    field: WholeNumberField | NumberField | ChoiceBox | QCheckBox
    if asked.kind == "words":
        field = ChoiceBox()
        field.set_choices(((WORDS.get(word, word), word, asked.meaning) for word in CHOICES[asked.name]), None)
    elif asked.kind == "switch":
        field = QCheckBox()
    elif asked.kind == "whole":
        field = WholeNumberField(*map(int, RANGES[asked.name]))
    else:
        low, high = RANGES[asked.name]
        field = NumberField(max(low, LEAST_RATE) if low > 0 else low, high)
    field.setAccessibleName(asked.title)
    field.setToolTip(told(asked))
    return field


def _with_note(field: QWidget, asked: Asked) -> QHBoxLayout:
    """Return the field, and beside it what a 0 means, where that is not plain."""
    note = QLabel(asked.zero, objectName="note")
    if not asked.zero:  # else left alone: what is shown before it has a parent is a window of its own
        note.hide()
    return beside(field, note)
