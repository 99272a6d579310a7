"""What a person may say of a file instead of leaving it to be guessed. None everywhere means: guess."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Literal

Role = Literal["input", "target", "time", "id", "label", "category", "text", "ignore"]
"""What a column is to the network: ``id`` tells the sequences of a long table apart, ``label`` marks steps or whole
sequences and is never an input, ``category`` is an input of a few different words."""

Fill = Literal["forward", "interpolate", "mean", "mask", "drop"]
"""What becomes of a missing value: the last one before it; a line between its neighbours; the mean of the training
part; zero, with a further input that is 1 where it is missing; or the step is left out."""

Shape = Literal["one", "long", "wide"]
"""How rows are steps: one sequence; several, told apart by an id column; or one sequence a row."""

Scale = Literal["none", "standardize", "min-max"]
"""What the network is shown of a feature: the value itself, (x − mean) / sd, or its place between min 0 and max 1."""

Tokens = Literal["words", "characters"]

Order = Literal["day-first", "month-first"]
"""What 05/06/2013 begins with."""

DAY_FIRST: Order = "day-first"


@dataclass(frozen=True, slots=True)
class Form:
    """How bytes are cut into a table. As told, a None is to be guessed; as found, there is no None.

    ``encoding`` is a Python codec. ``delimiter`` is one character, ``""`` for one column, ``" "`` for runs of blanks
    and tabs; blanks beside any other delimiter are no part of a cell. ``quote`` and ``escape`` are one character or
    ``""`` for none (a quote inside quotes is doubled either way). ``decimal`` is ``.`` or ``,``; ``thousands`` is one
    character or ``""``. Lines that begin with ``comment`` are passed over, ``""`` for none. ``preamble_lines`` counts
    the lines of the file above the header, ``header_lines`` those of the header (0: no names), ``footer_lines`` those
    below the last row; told all three and no table, it goes to the end of the file. ``table`` chooses one of several
    tables in the file, from 0. ``missing`` are words that stand for no value, in any case (an empty cell always does).
    ``dates`` is the order of day and month; None also as found, as each column may show another.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    comment: str | None = None
    preamble_lines: int | None = None
    header_lines: int | None = None
    footer_lines: int | None = None
    table: int | None = None
    missing: tuple[str, ...] | None = None
    dates: Order | None = None

    def over(self, guessed: Form) -> Form:
        """Return ``guessed`` with everything in its place that is told here."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(guessed, **{name: value for name, value in told.items() if value is not None})


def _nothing() -> abc.Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that can be set when a file is opened. ``roles``, ``fills`` are by the name of the column.

    ``embedded`` names the categories that become codes with a learned vector each, where the others become one input
    a word. ``rate`` is in steps per second, where no column is the time. ``train`` is the part of the data, from the
    beginning, on which scaling and means are fitted. ``bad_cells`` says whether a cell that is no number, where the
    others of its column are, is an error or a missing value. ``plain_text`` reads the file as running text, not as a
    table. ``tokens`` are what a text is cut into: where nothing is said, words in a table, characters in running text.
    """

    form: Form = Form()
    roles: abc.Mapping[str, Role] = field(default_factory=_nothing)  # type: ignore[arg-type]
    fills: abc.Mapping[str, Fill] = field(default_factory=_nothing)  # type: ignore[arg-type]
    embedded: tuple[str, ...] = ()
    shape: Shape | None = None
    rate: float | None = None
    train: float = 1.0
    bad_cells: Literal["refuse", "missing"] = "refuse"
    plain_text: bool | None = None
    tokens: Tokens | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that does not fit: what, and where. ``line`` and ``column`` from 1, ``text`` as it stands."""

    message: str
    line: int | None = None
    column: int | None = None
    text: str = ""
