"""What each column of a table is to the network, as far as nobody has told: guessed from what it holds and its name.

In this order: the time; the id that tells sequences apart; labels, targets and splits; categories and texts; what is
left of the numbers are the inputs. Whoever tells the role of one column changes the guess of the others.
"""

from __future__ import annotations

import re
from collections import Counter, abc
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.columns import Column, codes_of, words_of
from explorer.sequences.names import (
    CLOCKS,
    LABELS,
    PARTS,
    SPLIT_WORDS,
    SPLITS,
    TARGETS,
    TIMES,
    is_id_name,
    plain_name,
    step_numbers,
)
from explorer.sequences.options import Options, Role, Shape
from explorer.sequences.telling import find_id, repeats
from explorer.sequences.timing import calendar, guess_times, times_of

MOST_CLASSES = 50
"""Marks of a step that can still be told apart. A column of more classes is no label."""

FEW = 20
"""A column of at most so many different words, each repeated, is a category or a label."""

SEVERAL = 3
"""A column whose cells hold so many words on average is text."""

FEW_STEPS, MANY_STEPS = 4, 8
"""Columns called ``t1 t2 …`` from which they may be the steps of a row, and are if nothing says otherwise."""

MAY_BE_STEPS = "may be the steps of a sequence in each row: then choose one sequence a row (--shape wide)"

ROW_NUMBER = "it only numbers the rows"

Guess = dict[str, tuple[Role, str]]


def with_roles(columns: abc.Sequence[Column], options: Options) -> tuple[Shape, tuple[Column, ...]]:
    """Return how rows are steps, and the columns with their roles and reasons, told or guessed.

    ``UsageError`` if the role of a column is told that is not there, or ``long`` is told and no column is an id.
    """
    names = [column.name for column in columns]
    unknown = [name for name in (*options.roles, *options.fills, *options.embedded) if name not in names]
    if unknown:
        raise UsageError(f"no column {', '.join(map(repr, dict.fromkeys(unknown)))}; there are {', '.join(names)}")
    told: abc.Mapping[str, Role] = {**dict.fromkeys(options.embedded, "category"), **options.roles}
    columns = [calendar(column) if told.get(column.name, "time") == "time" else column for column in columns]
    roles: Guess = {name: (role, "") for name, role in told.items()}
    roles |= {
        column.name: ("ignore", "it is empty") for column in columns if _is_void(column) and column.name not in told
    }
    shape = options.shape
    steps, sure = _steps(_open(columns, roles)) if shape is None and "id" not in told.values() else ((), False)
    if sure:
        shape = "wide"
    if shape == "wide":
        _guess_wide(columns, roles)
    else:
        shape = _guess_rows(columns, roles, shape, told)
        if len(steps) >= FEW_STEPS and roles[steps[0].name] == ("input", ""):
            roles[steps[0].name] = ("input", f"{steps[0].name} to {steps[-1].name} {MAY_BE_STEPS}")
    return shape, tuple(replace(column, role=roles[column.name][0], reason=roles[column.name][1]) for column in columns)


def _open(columns: abc.Sequence[Column], roles: Guess) -> list[Column]:
    return [column for column in columns if column.name not in roles]


def _guess_rows(columns: abc.Sequence[Column], roles: Guess, shape: Shape | None, told: abc.Collection[str]) -> Shape:
    """Guess the roles where a row is a step. Return "long" if there is an id, else "one"."""
    times = tuple(column for column in columns if roles.get(column.name, ("",))[0] == "time")
    if not times:
        times = guess_times(_open(columns, roles))
        roles |= {column.name: ("time", "") for column in times}
    guess_id = shape != "one" and not any(role == "id" for role, _ in roles.values())
    # Before the rest: what is left of the dates may be the time once more, or tell sequences apart.
    id_, counter = find_id(_open(columns, roles), times_of(times)) if guess_id else (None, None)
    if id_ is not None:
        roles[id_.name] = ("id", "")
    if counter is not None:
        roles[counter.name] = ("time", "it counts up from the same number in every sequence")
        times = (counter,)
    long = any(role == "id" for role, _ in roles.values())
    if shape == "long" and not long:
        names = ", ".join(column.name for column in columns)
        raise UsageError(f"which column tells the sequences apart? Give one of them the role id: {names}")
    for column in _open(columns, roles):
        guessed = _once_more(column, times) or _marked(column, long) or _row_number(column)
        if guessed is not None:
            roles[column.name] = guessed
    _guess_words(columns, roles, timed=bool(times) or long)
    roles |= {column.name: ("input", "") for column in _open(columns, roles)}
    if any(role == "text" for role, _ in roles.values()):
        _name_texts(columns, roles, told)
        return "wide"
    _rescue(columns, roles, told)
    return "long" if long else "one"


def _once_more(column: Column, times: abc.Sequence[Column]) -> tuple[Role, str] | None:
    """Return that a column is the time a second time, if it is: a further date, or numbers under such a name."""
    dated = any(time.kind == "date" for time in times)
    again = plain_name(column.name) in CLOCKS or (dated and plain_name(column.name) in PARTS and _is_whole(column))
    if column.kind == "date" or (times and again and column.kind == "number"):
        return "ignore", "it is the time once more"
    return None


def _marked(column: Column, long: bool) -> tuple[Role, str] | None:
    """Return the role of a column whose name or words say that it is a label, a target or a split."""
    name = plain_name(column.name)
    if name in SPLITS or (column.kind == "text" and _is_split(column)):
        return "ignore", "it says on which rows to train and is not for a network to see"
    if column.kind == "number" and (name in TARGETS or name.startswith("target ")):
        return "target", "its name says that it is what the network is to answer, not an input"
    if name not in LABELS and not (name.startswith("label ") and is_yes_or_no(column)):
        return None
    if column.kind == "text":
        return ("label", "") if long or column.constant or repeats(column, MOST_CLASSES, times=1) else None
    if is_yes_or_no(column) or (_is_whole(column) and repeats(column, FEW)):
        return "label", ""
    return "target", "it holds more than a few classes: it is what the network is to answer, not an input"


def _row_number(column: Column) -> tuple[Role, str] | None:
    """Return that a column called an id tells nothing but the rows apart."""
    if is_id_name(column.name) and (column.kind == "text" or _is_whole(column)):
        codes, words = codes_of(column)
        if len(words) == len(codes):
            return "ignore", ROW_NUMBER
    return None


def _guess_words(columns: abc.Sequence[Column], roles: Guess, timed: bool) -> None:
    """Guess the roles of columns of words.

    Text, one sequence a row, is a column with several words a cell, where no column is the time or an id and there are
    fewer columns of numbers than of words: beside measurements, sentences are remarks. A column of few different words
    is then the label; beside measurements it is a category and an input, if every word has ten rows on average.
    """
    open_ = _open(columns, roles)
    words = [column for column in open_ if column.kind == "text"]
    texts = [] if timed else [column for column in words if _words_a_cell(column) >= SEVERAL]
    kinds = Counter(column.kind for column in columns if not column.empty)
    texts = texts if kinds["number"] < kinds["text"] else []
    told = any(role == "text" for role, _ in roles.values())
    for column in words:
        if texts and not told and column is max(texts, key=_words_a_cell):
            roles[column.name] = ("text", "its cells hold several words: each row is a sequence of them")
        elif column.constant and len(column) > 1:
            roles[column.name] = ("ignore", "it says the same in every row")
        elif not texts and not told and repeats(column, FEW, times=10):
            roles[column.name] = (
                "category",
                "it holds few different words: each is a column of its own, 1 where it stands, else 0",
            )
        elif (texts or told) and repeats(column, FEW) and not any(role == "label" for role, _ in roles.values()):
            roles[column.name] = ("label", "")
        else:
            roles[column.name] = ("ignore", "it holds no numbers")


def _name_texts(columns: abc.Sequence[Column], roles: Guess, told: abc.Collection[str]) -> None:
    """Let the column that numbers the rows name their sequences; numbers are nothing to a network that reads text."""
    named = any(role == "id" for role, _ in roles.values())
    for column in [column for column in columns if column.name not in told]:
        role, reason = roles[column.name]
        if role == "ignore" and reason == ROW_NUMBER and not named:
            roles[column.name], named = ("id", "it names the sequences"), True
        elif role in ("input", "category", "target", "time"):
            roles[column.name] = ("ignore", "each row is a text")


def _rescue(columns: abc.Sequence[Column], roles: Guess, told: abc.Collection[str]) -> None:
    """Let the only column of numbers be the input, whatever its name; guessed categories alone are no input."""
    if any(role in ("input", "text") for role, _ in roles.values()) or any(
        roles[name][0] == "category" for name in told
    ):
        return
    guessed = [column for column in columns if column.name not in told]
    numeric = [column for column in guessed if column.kind == "number" and roles[column.name][0] in ("target", "time")]
    if numeric:
        name = numeric[-1].name
        roles[name] = ("input", f"it is the only one with numbers: it is the input, not the {roles[name][0]}")
    else:
        categories = [column for column in guessed if roles[column.name][0] == "category"]
        roles |= {column.name: ("ignore", "it holds no numbers") for column in categories}


# ---------------------------------------------------------------- wide


def _steps(columns: abc.Sequence[Column]) -> tuple[tuple[Column, ...], bool]:
    """Return the columns that are the steps of a wide table, named like months, years or numbered times; and if surely.

    Numbers called ``t1 t2 …`` may be temperatures: beside a time they are, and where there are few of them they may be,
    unless every row has a name of its own.
    """
    numeric = [column for column in columns if column.kind == "number"]
    for first in range(min(3, len(numeric))):
        found = step_numbers(tuple(column.name for column in numeric[first:]))
        if found is None:
            continue
        vague = found[0] not in ("month", "year", "hour", "day", "week", "quarter")
        timed = any(column.kind == "date" or plain_name(column.name) in TIMES for column in columns)
        steps = tuple(numeric[first:])
        if not vague:
            return steps, True
        others = [column for column in columns if column not in steps]
        named = len(steps) >= FEW_STEPS and any(map(_names_rows, others))
        return () if timed else steps, not timed and (named or len(steps) >= MANY_STEPS)
    return (), False


def _names_rows(column: Column) -> bool:
    """Return whether a column gives every row a name of its own, and does not just number them: u1, u2, u3."""
    if not is_id_name(column.name) and (column.kind != "text" or column.position):
        return False
    words = words_of(column)
    if column.missing or len(words) < 2 or len(set(words)) < len(words):
        return False
    counts = [re.sub(r"\D", "", word) for word in words]
    stems = {re.sub(r"\d", "", word) for word in words}
    counted = all(counts) and {int(after) - int(before) for before, after in pairwise(counts)} == {1}
    return not (counted and len(stems) == 1)


def _guess_wide(columns: abc.Sequence[Column], roles: Guess) -> None:
    """Guess the roles where a row is a sequence: its steps are the inputs, what is left may name or label it."""
    steps, _ = _steps(_open(columns, roles))
    if steps:
        roles |= {column.name: ("input", "") for column in steps}
    for column in _open(columns, roles):
        named = any(role == "id" for role, _ in roles.values())
        name = plain_name(column.name)
        if name in LABELS:
            roles[column.name] = ("label", "")
        elif name in SPLITS:
            roles[column.name] = ("ignore", "it says on which rows to train and is not for a network to see")
        elif not named and (column.kind != "number" or steps or is_id_name(column.name)) and _is_unique(column):
            roles[column.name] = ("id", "it names the sequences")
        elif column.kind == "number" and not steps:
            roles[column.name] = ("input", "")
        else:
            roles[column.name] = ("ignore", "it is no step of a sequence")


# ---------------------------------------------------------------- what columns hold


def _is_void(column: Column) -> bool:
    """Return whether nothing stands in a column, not even something that does not fit."""
    return column.empty and not column.wrong


def is_yes_or_no(column: Column) -> bool:
    """Return whether every number there is in a column is 0 or 1."""
    present = column.values[~np.isnan(column.values)]
    return bool(np.all((present == 0) | (present == 1)))


def _is_whole(column: Column) -> bool:
    """Return whether a column holds whole numbers only."""
    if column.kind != "number":
        return False
    present = column.values[~np.isnan(column.values)]
    return bool(np.all(present[:1000] == np.floor(present[:1000])) and np.all(present == np.floor(present)))


def _is_unique(column: Column) -> bool:
    codes, words = codes_of(column)
    return len(words) == len(codes)


def _is_split(column: Column) -> bool:
    few = set(islice(dict.fromkeys(word.lower() for word in words_of(column) if word), 5))
    return 0 < len(few) < 5 and few <= SPLIT_WORDS


def _has_letter(word: str) -> bool:
    return any(map(str.isalpha, word))


def _words_a_cell(column: Column) -> float:
    """Return how many words the cells of a column hold on average; 0 where most are empty."""
    cells = column.texts[:1000]
    present = [sum(map(_has_letter, cell.split())) for cell in cells if cell]
    return sum(present) / len(present) if 2 * len(present) > len(cells) else 0.0
