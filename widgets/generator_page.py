"""The form of one generator: a field for each of its settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from explorer.sequences import Choice, Generator, Parameter, Setting
from widgets.fields import ChoiceBox, NumberField, WholeNumberField, value_of
from widgets.labels import ElidedLabel

LABELS, WIDTH = 68, 124
"""Pixels for the names of the fields, and for the fields."""

Field = WholeNumberField | NumberField | ChoiceBox


class GeneratorPage(QWidget):
    """Shows a generator's defaults, and says when a person has changed one."""

    edited = Signal()

    def __init__(self, generator: Generator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.generator = generator
        self.fields: dict[str, Field] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        for parameter in generator.parameters:
            field = self._field(parameter)
            name = parameter.name.capitalize() if len(parameter.name) > 2 else parameter.name
            field.setFixedWidth(WIDTH)
            field.setAccessibleName(name)
            field.setAccessibleDescription(parameter.doc)
            field.setToolTip(f"{parameter.doc}: {parameter.range}")
            form.addRow(field_label(name, field), _with_doc(field, parameter.doc))
            self.fields[parameter.name] = field

    def _field(self, parameter: Parameter | Choice) -> Field:
        if isinstance(parameter, Choice):
            field = ChoiceBox()
            field.set_choices([(option, option, "") for option in parameter.options], parameter.default)
            field.activated.connect(lambda _: self.edited.emit())
            return field
        low, high = parameter.minimum, parameter.maximum
        field = WholeNumberField(int(low), int(high)) if parameter.whole else NumberField(low, high)
        field.set_value(parameter.default)
        field.edited.connect(lambda _: self.edited.emit())
        return field

    def settings(self) -> dict[str, Setting]:
        """Return what the form says."""
        return {name: value_of(field) for name, field in self.fields.items()}


def field_label(text: str, field: QWidget) -> QLabel:
    """Return the label before a field, as wide as any."""
    label = QLabel(text)
    label.setBuddy(field)
    label.setMinimumWidth(LABELS)
    return label


def _with_doc(field: QWidget, doc: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(field)
    said = ElidedLabel()
    said.setObjectName("doc")
    said.setText(doc)
    said.setToolTip(doc)
    said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    row.addWidget(said, 1)
    return row
