"""What is said of the traces that are compared: one line each, the present one first. Values."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.trace import Trace
from widgets.decimals import grouped
from widgets.variations import cell_title


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the list: what a side is called and of what it is, how far it is computed, and what is to be said.

    ``key`` 0 is the present one. ``seed`` is None where the network was not drawn here; ``error`` is the reason why
    there is no such side now.
    """

    key: int
    name: str
    cell: str = ""
    hidden: int = 0
    seed: int | None = None
    sequence: str = ""
    steps: int = 0
    known: int = 0
    note: str = ""
    error: str = ""


def describe(key: int, name: str, trace: Trace, sequence: int, note: str = "") -> Compared:
    """Return the line of a trace at one of its sequences."""
    network, data = trace.experiment.network, trace.experiment.dataset
    return Compared(
        key,
        name,
        cell_title(trace.experiment),
        network.weights(network.places[0]).hidden_size,
        None if network.recipe is None else network.recipe.seed,
        data.sequences[sequence].name,
        trace.length(sequence),
        len(trace.ready(sequence)),
        note,
    )


def notes_on(lines: tuple[Compared, ...], live: bool, reason: str) -> tuple[str, ...]:
    """Return what is to be said below the list, a sentence each; ``reason`` is why something cannot be compared."""
    notes = [line.note for line in lines if line.note]
    notes += [f"{line.name}: {line.error}." for line in lines if line.error]
    for line in lines[1:]:
        beyond = line.steps - lines[0].steps
        if beyond > 0:
            notes.append(f"{line.name} has {grouped(beyond)} further steps, beyond the axis of the present one.")
    if live and lines:
        notes.append("Live mode steps through the present one only: sides are computed whole.")
    return (*((reason,) if reason else ()), *notes)
