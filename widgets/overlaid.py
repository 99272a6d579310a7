"""Runs drawn over one another: a cell keeps its colour, each run has a line style of its own, the legend names both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from widgets.theme import UnitStyle
from widgets.trained import Trained

MOST_COMPARED = 3
_LINES = ("solid", "dashed", "dotted", "dash-dot")
_DASHES: tuple[tuple[float, ...], ...] = ((), (7, 2.5), (0.6, 2.4), (8, 2, 2, 2))
_STAMPED = re.compile(r"\d{4}-\d\d-\d\d-(\d\d)(\d\d)(\d\d)-(.+?)((-(rnn|lstm|gru))*)")


@dataclass(frozen=True, slots=True, eq=False)
class Overlaid:
    """One of several runs in a chart. ``run`` is what the legend calls it, empty where no other is compared."""

    trained: Trained
    run: str = ""
    dash: tuple[float, ...] = ()

    def title(self, what: str) -> str:
        """Return the name of one of its curves, such as ``LSTM, adding-200``."""
        return f"{what}, {self.run}" if self.run else what

    def style(self, style: UnitStyle) -> UnitStyle:
        """Return a style with the run's own line; alone, a run keeps those that tell its cells or gates apart."""
        return UnitStyle(style.color, self.dash) if self.run else style


def overlaid(trained: Trained, others: Sequence[Trained]) -> tuple[Overlaid, ...]:
    """Return the run that is shown, and after it those that are compared."""
    if not others:
        return (Overlaid(trained),)
    names = _short_names([each.name for each in (trained, *others)])
    return tuple(map(Overlaid, (trained, *others), names, _DASHES))


def key_text(trained: Trained, others: Sequence[Trained]) -> str:
    """Return which run has which line, in full; nothing where none is compared."""
    if not others:
        return ""
    return ". ".join(
        f"{line.capitalize()}: {each.name}" for line, each in zip(_LINES, (trained, *others), strict=False)
    )


def _short_names(names: Sequence[str]) -> list[str]:
    """Return what a legend has room for: of the window's own ``2026-11-27-151648-adding-lstm``, 15:16:48 adding."""
    found = [_STAMPED.fullmatch(name) for name in names]
    short = [f"{m[1]}:{m[2]}:{m[3]} {m[4]}" if m else name for m, name in zip(found, names, strict=True)]
    return short if len(set(short)) == len(short) else list(names)
