"""Checks of single settings: each refuses with a sentence that names the option, its value and what it may be."""

from __future__ import annotations

import math
from collections.abc import Collection

from explorer.errors import UsageError


def require_word(option: str, value: object, words: tuple[str, ...]) -> None:
    """Raise UsageError if ``value`` is none of ``words``."""
    if value not in words:
        raise UsageError(f"{option} must be one of {', '.join(words)}, not {value!r}")


def require_switch(option: str, value: object) -> None:
    """Raise UsageError if ``value`` is neither true nor false."""
    if not isinstance(value, bool):
        raise UsageError(f"{option} must be true or false, not {value!r}")


def checked_number(option: str, value: object, low: float, high: float) -> float:
    """Return a number from ``low`` to ``high``, a whole one where both are whole. UsageError if it is none."""
    whole = isinstance(low, int) and isinstance(high, int)
    if (
        isinstance(value, bool)
        or not isinstance(value, int if whole else int | float)
        or not math.isfinite(value)
        or not low <= value <= high
    ):
        kind = "a whole number" if whole else "a number"
        raise UsageError(f"{option} must be {kind} from {_plain(low)} to {_plain(high)}, not {value!r}")
    return value if whole else float(value)


def checked_names(option: str, value: object) -> tuple[str, ...]:
    """Return a list of names, none twice. UsageError if it is none."""
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each for each in value):
        raise UsageError(f"{option} must be a list of names, not {value!r}")
    if len(set(value)) != len(value):
        raise UsageError(f"{option} names one twice: {', '.join(value)}")
    return tuple(value)


def initialisations(init: object, cells: Collection[str]) -> dict[str, str]:
    """Return the initialisation of every cell that ``init`` speaks of. UsageError if it says none."""
    if not isinstance(init, str):
        raise UsageError(f"init must be a name, or cell=name between commas, not {init!r}")
    if "=" not in init:
        return dict.fromkeys(cells, init)
    pairs = [part.strip().partition("=") for part in init.split(",")]
    if not all(equals for _, equals, _ in pairs) or len({cell for cell, _, _ in pairs}) != len(pairs):
        raise UsageError(f"init must be a name, or cell=name between commas, each cell once, not {init!r}")
    return {cell.strip(): name.strip() for cell, _, name in pairs}


def _plain(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"
