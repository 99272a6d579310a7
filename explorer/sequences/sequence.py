"""What goes into a network: one sequence, and a data set of several. Values that never change."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from explorer.errors import DataError, UsageError
from explorer.sequences.names import ANOMALIES, plain_name
from explorer.sequences.options import Options

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
DatetimeArray = npt.NDArray[np.datetime64]
IntArray = npt.NDArray[np.int64]
HowArray = npt.NDArray[np.uint8]

HOW = (
    "",
    "the last value before it",
    "the next value",
    "a line between its neighbours",
    "the mean of the training part",
    "zero",
    "the word (missing)",
)
"""What a missing value can be filled with: ``Filled.how`` counts these."""

BETWEEN = "\n"
"""Between the names of several files that are one source."""


def read_only(array: npt.ArrayLike, dtype: npt.DTypeLike) -> npt.NDArray[np.generic]:
    """Return ``array`` as a C-contiguous array of ``dtype`` that cannot be written to.

    What is so already is returned as it is, so that a table of many millions of numbers is never held twice; anything
    else is copied, so that whoever keeps the original cannot change it under us.
    """
    if (
        isinstance(array, np.ndarray)
        and not array.flags.writeable
        and array.flags.c_contiguous
        and array.dtype == dtype
    ):
        return array
    result = np.array(array, dtype=dtype, order="C", copy=True)
    result.flags.writeable = False
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A yes or no at every step: an anomaly, an echo due. Drawn as marks, never an input.

    ``values`` (T,) bool, read-only.
    """

    name: str
    values: BoolArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only(self.values, np.bool_))
        if self.values.ndim != 1:
            raise ValueError(f"a label is one value a step, not an array of shape {self.values.shape}")

    @property
    def anomaly(self) -> bool:
        """Whether it marks what is amiss, as its name says."""
        return plain_name(self.name) in ANOMALIES


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """The values of one feature that do not stand in the file, as a cell there is missing or wrong.

    ``steps`` (n,) are where they stand, rising; ``lines`` (n,) where the cells are in the file, in what ``counted``
    says; ``how`` (n,) what they were filled with, counted as in ``HOW``. All read-only.
    """

    steps: IntArray
    lines: IntArray
    how: HowArray
    counted: str = "line"

    def __post_init__(self) -> None:
        for name, dtype in (("steps", np.int64), ("lines", np.int64), ("how", np.uint8)):
            object.__setattr__(self, name, read_only(getattr(self, name), dtype))
        if not self.steps.shape == self.lines.shape == self.how.shape:
            raise ValueError("a filled value has a step, a line and what it was filled with")

    def within(self, first: int, end: int) -> slice:
        """Return which of them are at the steps from ``first`` to before ``end``."""
        one, other = np.searchsorted(self.steps, (first, end)).tolist()
        return slice(one, other)


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """One sequence of T steps with D features: ``values[t]`` is the input x_t. Compared by identity.

    ``values`` (T, D) float64 in the units of its source; ``features`` D different names; ``times`` (T,) of
    datetime64[us] or float64, or None where only the step counts; ``targets`` (T, K) float64 is what the network is to
    answer at each step under the names ``target_names``, NaN where nothing is asked; ``label`` is the class of the
    whole sequence, empty where it has none; ``tokens`` are what stands at each step of a text, as written; ``filled``
    gives, of each feature that has any, the values that do not stand in the file. All arrays are C-contiguous and
    read-only.
    ``ValueError`` if the parts do not fit each other.
    """

    name: str
    values: FloatArray
    features: tuple[str, ...]
    labels: tuple[Label, ...] = ()
    times: FloatArray | DatetimeArray | None = None
    time_name: str = ""
    targets: FloatArray | None = None
    target_names: tuple[str, ...] = ()
    label: str = ""
    tokens: tuple[str, ...] = ()
    filled: abc.Mapping[str, Filled] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only(self.values, np.float64))
        if self.values.ndim != 2 or self.values.shape[1] != len(self.features):
            raise ValueError(f"values of shape {self.values.shape} do not hold {len(self.features)} features")
        if len(set(self.features)) != len(self.features):
            raise ValueError(f"the names of features must differ: {', '.join(self.features)}")
        if any(len(label.values) != len(self) for label in self.labels):
            raise ValueError(f"every label must have {len(self)} steps")
        if self.tokens and len(self.tokens) != len(self):
            raise ValueError(f"{len(self.tokens)} tokens do not fit {len(self)} steps")
        if self.times is not None:
            dated = np.issubdtype(np.asarray(self.times).dtype, np.datetime64)
            object.__setattr__(self, "times", read_only(self.times, "datetime64[us]" if dated else np.float64))
            if self.times.shape != (len(self),):
                raise ValueError(f"times of shape {self.times.shape} do not fit {len(self)} steps")
        if self.targets is not None:
            object.__setattr__(self, "targets", read_only(self.targets, np.float64))
        shape = None if self.targets is None else self.targets.shape
        if shape != (None if not self.target_names else (len(self), len(self.target_names))):
            raise ValueError(
                f"targets of shape {shape} do not fit {len(self)} steps of {len(self.target_names)} targets"
            )

    def __len__(self) -> int:
        return int(self.values.shape[0])

    @property
    def input_size(self) -> int:
        """D, the number of features."""
        return len(self.features)

    def with_features(self, names: abc.Sequence[str]) -> Sequence:
        """Return this sequence with the named features only, in the order given. ``UsageError`` if one is unknown."""
        if tuple(names) == self.features:
            return self
        _check_names(names, self.features)
        columns = [self.features.index(name) for name in names]
        filled = MappingProxyType({name: self.filled[name] for name in names if name in self.filled})
        return replace(self, values=self.values[:, columns], features=tuple(names), filled=filled)


@dataclass(frozen=True, slots=True)
class Dataset:
    """One or more sequences of any lengths, all with the same features.

    ``source`` is ``preset:NAME``, ``generated:NAME?…`` or the file's path as given, of several files with ``BETWEEN``
    between them; ``notes`` are sentences a person should read, such as which columns were left out; ``generator``,
    ``seed`` and ``settings`` are those of a generated one, ``options`` how a file was opened. ``vocabularies`` gives
    the words of each feature whose values are codes: code k stands for word k, and the network has a vector for each.
    ``chance`` is what a network reaches that has learned nothing, with the name of the measure: ``("MSE", 0.1667)``.
    ``train`` is the part, from the beginning, on which scaling is fitted.
    """

    sequences: tuple[Sequence, ...]
    source: str
    notes: tuple[str, ...] = ()
    seed: int | None = None
    settings: tuple[tuple[str, float | str], ...] = ()
    options: Options | None = None
    vocabularies: abc.Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    chance: tuple[str, float] | None = None
    train: float = 1.0
    generator: str = ""

    def __post_init__(self) -> None:
        if not self.sequences:
            raise DataError("there is no sequence in it", file=self.source)
        if any(sequence.features != self.features for sequence in self.sequences):
            raise ValueError("all sequences of a data set have the same features")
        for name, words in self.vocabularies.items():
            self._require_codes(name, len(words))

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the features, the same in every sequence."""
        return self.sequences[0].features

    @property
    def input_size(self) -> int:
        """D, the number of features."""
        return self.sequences[0].input_size

    @property
    def numeric(self) -> tuple[int, ...]:
        """The positions of the features that are numbers and not codes."""
        return tuple(k for k, name in enumerate(self.features) if name not in self.vocabularies)

    def select(self, columns: abc.Sequence[str]) -> Dataset:
        """Return this data set with the named features only, in the order given. ``UsageError`` if one is unknown."""
        if tuple(columns) == self.features:
            return self
        chosen = tuple(sequence.with_features(columns) for sequence in self.sequences)
        kept = MappingProxyType({name: words for name, words in self.vocabularies.items() if name in columns})
        return replace(self, sequences=chosen, vocabularies=kept)

    def _require_codes(self, name: str, size: int) -> None:
        if name not in self.features:
            raise ValueError(f"there is no feature {name!r} for its vocabulary")
        column = self.features.index(name)
        codes = np.concatenate([sequence.values[:, column] for sequence in self.sequences])
        # Asked this way round, a NaN is no code either.
        if not np.all((codes >= 0) & (codes < size) & (codes == np.floor(codes))):
            raise ValueError(f"the values of {name!r} are no codes from 0 to {size - 1}")


def _check_names(names: abc.Sequence[str], known: tuple[str, ...]) -> None:
    listed = ", ".join(known)
    if not names:
        raise UsageError(f"name at least one column; there are {listed}")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"no column {', '.join(map(repr, unknown))}; there are {listed}")
    if len(set(names)) != len(names):
        raise UsageError(f"a column is named twice in {', '.join(names)}")
