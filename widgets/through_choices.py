"""Which gradients through time a run has, in the order and the words in which they are offered."""

from __future__ import annotations

from dataclasses import dataclass

from widgets.trained import CELL_TITLES, Trained

PARTS = ("_direct", "_through", "_last")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn: of every cell one quantity, or of one ``cell`` several. ``symbol`` is what it is called."""

    quantities: tuple[str, ...]
    symbol: str
    cell: str = ""


def places(trained: Trained) -> tuple[str, ...]:
    """Return ``l0``, ``l0_reverse``, ``l1`` …, as they were recorded."""
    found: dict[str, None] = {}
    for cell in trained.cells:
        for name in trained.through.get(cell, {}):
            if "." in name:
                found[name.partition(".")[0]] = None
    return tuple(found)


def place_title(place: str) -> str:
    """Return the words of a place: layer 0, layer 1 in reverse."""
    layer, _, reverse = place.removeprefix("l").partition("_")
    return f"layer {layer}" + (" in reverse" if reverse else "")


def choices(trained: Trained) -> list[tuple[str, Shown, str]]:
    """Return (title, what, tooltip) of all that can be shown."""
    names: dict[str, set[str]] = {
        cell: {name.partition(".")[2] for name in trained.through.get(cell, {}) if "." in name}
        for cell in trained.cells
    }
    every = set().union(*names.values()) if names else set()
    found = []
    whole = "The whole loss: the answers of all steps together"
    last = "The answer of the last step that is asked, alone: how far back one answer looks"
    for quantity, title, symbol, tip in (
        ("dh_last", "hidden state h, of the last answer", "hₜ", last),
        ("dh", "hidden state h", "hₜ", whole),
        ("dc_last", "cell state c, of the last answer", "cₜ", last),
        ("dc", "cell state c", "cₜ", whole),
    ):
        if quantity in every:
            found.append((title, Shown((quantity,), symbol), tip))
    for cell in trained.cells:
        own = sorted(name[1:] for name in names[cell] if name[1:2] in ("a", "u", "q") and not name.endswith(PARTS))
        if own:
            what = "gates" if len(own) > 1 else "pre-activation"
            title = f"{what} of the {CELL_TITLES.get(cell, cell)}"
            found.append((title, Shown(tuple(own), "aₜ", cell), "Of what goes into each gate, before σ or tanh"))
    return found
