"""What each task asks of the network at a step: which columns, how many steps ahead or back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.errors import DataError, UsageError
from explorer.network import FAN
from explorer.sequences import Dataset, derive, derived_columns, find_generator
from explorer.training.columns import Column, as_classes, find_column, own_columns, whole_column
from explorer.training.outputs import Kind
from explorer.training.settings import Settings
from explorer.training.splits import Part


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``offsets`` are the steps asked for: +1 is the next one, −5 that of five steps before.

    ``known`` says that the columns are known at each step, so that one can answer with what was last. ``marks`` names
    labels that are compared with the errors. ``names`` are those of the outputs. ``fan`` asks for the levels of a fan
    in place of each value, ``relative`` for what a value is above that of the step itself. ``masked`` hides a column
    while it is asked for, and shows all others.
    """

    columns: tuple[Column, ...]
    offsets: tuple[int, ...] = (0,)
    known: bool = False
    marks: tuple[str, ...] = ()
    fan: bool = False
    relative: bool = False
    masked: bool = False

    @property
    def kind(self) -> Kind:
        """What sort of answer it is."""
        return "fan" if self.fan else self.columns[0].kind

    @property
    def levels(self) -> tuple[str, ...]:
        """How the outputs of one value are told apart, as the end of their names."""
        return tuple(f" {100 * level:.0f} %" for level in FAN) if self.fan else ("",)

    @property
    def names(self) -> tuple[str, ...]:
        """One for each output: the classes, or column and offset."""
        if self.kind == "class":
            return self.columns[0].words
        return tuple(
            f"{column.name}{_signed(offset)}{level}"
            for offset in self.offsets
            for column in self.columns
            for level in self.levels
        )

    @property
    def asked(self) -> str:
        """The column and offset of which the outputs are the classes; empty where their names say it."""
        return f"{self.columns[0].name}{_signed(self.offsets[0])}" if self.kind == "class" else ""

    @property
    def asked_features(self) -> frozenset[str]:
        """The features that are the answer of the very step, and so no input."""
        if self.known or self.masked:
            return frozenset()
        return frozenset(source for column in self.columns if column.origin == "feature" for source in column.sources)


def reach_ahead(settings: Settings, dataset: Dataset) -> int:
    """Return how many steps ahead what is asked lies at most."""
    if settings.task in ("forecast", "anomaly"):
        return settings.horizon
    if settings.task == "generator":
        return int(dict(dataset.settings).get("horizon", 0))
    return 0


def as_shown(settings: Settings, dataset: Dataset) -> Dataset:
    """Return the data with the columns derived that the network is shown by how they change.

    ``UsageError`` if one that is asked for is no input, or holds words.
    """
    if settings.derive == "none" or settings.task != "forecast":
        return dataset
    own = dataset.sequences[0].target_names if dataset.seed is None else ()
    numbers = tuple(dataset.features[k] for k in dataset.numeric)
    columns = settings.target or derived_columns(dataset) or own or numbers
    if not columns:
        raise UsageError("changes are of inputs that are numbers, and there are none")
    return derive(dataset, columns)


def ask(settings: Settings, dataset: Dataset, training: Sequence[Part]) -> Question:
    """Return what the task asks of these data. ``UsageError`` or ``DataError`` saying what is missing for it."""
    return _ASKING[settings.task](settings, dataset, training)


def _ask_forecast(settings: Settings, dataset: Dataset, training: Sequence[Part]) -> Question:
    columns = _columns_over_time(settings, dataset)
    if settings.horizon == 0 and any(column.origin == "feature" for column in columns):
        raise UsageError("horizon must be at least 1 to forecast what is an input, not 0: it is known at that step")
    if columns[0].kind == "class":
        if settings.fan:
            raise UsageError(f"fan is of numbers; the target {columns[0].name!r} holds words")
        return Question(columns, (settings.horizon,), known=True)
    offsets = tuple(range(1, settings.horizon + 1)) or (0,)
    relative = settings.derive == "changes"
    return Question(columns, offsets, known=settings.horizon > 0, fan=settings.fan, relative=relative)


def _ask_anomaly(settings: Settings, dataset: Dataset, training: Sequence[Part]) -> Question:
    columns = _columns_over_time(settings, dataset)
    if columns[0].kind == "class":
        raise UsageError(f"the task anomaly needs a target of numbers; {columns[0].name!r} holds words")
    return Question(columns, (settings.horizon,), known=True, marks=_marks_in(dataset), fan=settings.fan)


def _ask_masked(settings: Settings, dataset: Dataset, training: Sequence[Part]) -> Question:
    columns = _columns_over_time(settings, dataset)
    other = next((column.name for column in columns if column.origin != "feature" or column.kind != "value"), None)
    if other is not None:
        raise UsageError(f"the task masked hides inputs that are numbers, and {other!r} is none")
    if len(dataset.features) < 2:
        raise UsageError(
            f"the task masked tells a column from the others, and there is only {columns[0].name!r}; "
            "use the task anomaly, which foretells it"
        )
    return Question(columns, masked=True, marks=_marks_in(dataset))


def _marks_in(dataset: Dataset) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label.name for sequence in dataset.sequences for label in sequence.labels))


def _ask_reconstruct(settings: Settings, dataset: Dataset, training: Sequence[Part]) -> Question:
    columns = _columns_over_time(settings, dataset)
    other = next((column.name for column in columns if column.origin != "feature"), None)
    if other is not None:
        raise UsageError(f"the task reconstruct asks for what was an input, and {other!r} is none")
    return Question(columns, (-settings.horizon,), known=True)


def _columns_over_time(settings: Settings, dataset: Dataset) -> tuple[Column, ...]:
    """Return the target's columns; if none is named, the data's own targets, else all numbers, else the only words."""
    if settings.target:
        columns = tuple(find_column(dataset, name) for name in settings.target)
    elif settings.task == "forecast" and settings.derive != "none":
        columns = tuple(find_column(dataset, name) for name in derived_columns(dataset))
    elif settings.task == "forecast" and dataset.sequences[0].target_names and dataset.seed is None:
        columns = own_columns(dataset, "target")
    elif dataset.numeric:
        columns = tuple(find_column(dataset, dataset.features[k]) for k in dataset.numeric)
    else:
        columns = (find_column(dataset, dataset.features[0]),)
    labelled = next((column.name for column in columns if column.origin == "label"), None)
    if labelled is not None:
        raise UsageError(f"the label {labelled!r} is of the task tagging, not of {settings.task}")
    return _of_one_kind(columns)


def _ask_tagging(settings: Settings, dataset: Dataset, training: Sequence[Part]) -> Question:
    if settings.target:
        columns = tuple(find_column(dataset, name) for name in settings.target)
    else:
        columns = own_columns(dataset, "label") or own_columns(dataset, "target")
    if not columns:
        raise DataError(
            "the task tagging needs a label at each step, and there is none; name a column as target, or give one the "
            "role label",
            file=dataset.source,
        )
    return Question(_of_one_kind(tuple(as_classes(column, dataset, training) for column in columns)))


def _ask_classify(settings: Settings, dataset: Dataset, training: Sequence[Part]) -> Question:
    return Question((whole_column(dataset, training),))


def _ask_generator(settings: Settings, dataset: Dataset, training: Sequence[Part]) -> Question:
    generator, first = find_generator(dataset.generator), dataset.sequences[0]
    if generator.labels:
        return Question((Column("label", "class", "whole", words=generator.labels),))
    if generator.classes is None:
        return Question(tuple(Column(name, "value", "target", (name,)) for name in first.target_names))
    words = tuple(str(code) for code in range(generator.classes(**dict(dataset.settings))))
    return Question((Column(first.target_names[0], "class", "target", (first.target_names[0],), words),))


def _of_one_kind(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns. ``UsageError`` if they are no values together, nor a class, nor yes and no together."""
    kinds = {column.kind for column in columns}
    if len(kinds) > 1 or ("class" in kinds and len(columns) > 1):
        listed = ", ".join(column.name for column in columns)
        raise UsageError(f"target must name one column of words, or only numbers, or only yes and no; it is {listed}")
    return columns


def _signed(offset: int) -> str:
    return f" {'+' if offset > 0 else '−'}{abs(offset)}" if offset else ""


_ASKING = {
    "forecast": _ask_forecast,
    "tagging": _ask_tagging,
    "classify": _ask_classify,
    "anomaly": _ask_anomaly,
    "masked": _ask_masked,
    "reconstruct": _ask_reconstruct,
    "generator": _ask_generator,
}
