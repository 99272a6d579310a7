"""What a condition may go on with: the names of the network and its data, and the functions, for what was typed."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence

from explorer.cells import Kind
from explorer.conditions import FUNCTIONS
from explorer.network import Place
from explorer.trace import Trace

REDUCTIONS = ("any()", "all()", "max()", "min()", "mean()", "sum()", "norm()")
"""What can stand behind a dot, the most useful first."""

_WORD = re.compile(r"(?:(?:x|label)\[['\"][^'\"]*|[A-Za-z_][\w.]*|\.\w*)$")


def words(trace: Trace) -> tuple[str, ...]:
    """Return all that has a name: quantities, those of several layers under theirs, features, labels, functions."""
    network, dataset = trace.experiment.network, trace.experiment.dataset
    labels = dict.fromkeys(label.name for sequence in dataset.sequences for label in sequence.labels)
    several = len(network.places) > 1
    places = [
        f"{place.key}.{quantity.name}"
        for place in network.places
        for quantity in network.cell(place).quantities
        if several
    ]
    return (
        *(quantity.name for quantity in network.cell(Place()).quantities),
        *_members("x", dataset.features),
        *_members("label", labels),
        *places,
        *(f"{function}(" for function in FUNCTIONS),
    )


def examples(trace: Trace) -> tuple[str, ...]:
    """Return conditions that have a meaning for this network and data, to begin with."""
    cell = trace.experiment.network.cell(Place())
    gates = [quantity.name for quantity in cell.quantities if quantity.kind is Kind.GATE]
    gate = "f" if "f" in gates else gates[-1] if gates else ""
    state = cell.states[-1]
    features = _members("x", trace.experiment.dataset.features)[:1]
    return (
        *([f"{gate}[0] < 0.1"] if gate else []),
        "abs(h).max() > 0.99",
        *(f"{feature} > prev({feature})" for feature in features),
        f"isnan({state}).any()",
    )


def suggest(before: str, among: Iterable[str]) -> tuple[int, Sequence[str]]:
    """Return where the word before the cursor begins, and what it may become; nothing where it is complete."""
    found = _WORD.search(before)
    if found is None:
        return len(before), ()
    word, start = found[0], found.start()
    fitting = [name for name in among if name.startswith(word) or _plain(name).startswith(word)]
    if not fitting and "." in word:
        tail = word.rpartition(".")[2]
        start, word = len(before) - len(tail), tail
        fitting = [name for name in REDUCTIONS if name.startswith(tail)]
    return start, [] if fitting == [word] else fitting


def _members(owner: str, names: Iterable[str]) -> list[str]:
    """Return how the features, or the labels, of these names are written."""
    return [
        f"{owner}.{name}" if name.isidentifier() and not keyword.iskeyword(name) else f"{owner}[{_quoted(name)}]"
        for name in names
    ]


def _quoted(name: str) -> str:
    return f'"{name}"' if "'" in name else f"'{name}'"


def _plain(name: str) -> str:
    """Return ``x['blood pressure']`` as a person may begin to type it: ``x.blood pressure``."""
    return re.sub(r"^(x|label)\[['\"](.*)['\"]\]$", r"\1.\2", name)
