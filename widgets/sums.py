"""Sums as texts: the terms and their total with as many decimals as the readout shows, and they add up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from explorer.rounded import HUGE, digits_that_add_up
from widgets.decimals import MINUS, SMALLEST

DIGITS = 6
"""Decimals, as of an ordinary number in the readout."""

FIRST_LONG = 5
"""Powers of ten from which on a number has fewer decimals, so that it does not become longer."""


def sum_texts(terms: Sequence[float], recorded: float | None = None) -> tuple[tuple[str, ...], str]:
    """Return the terms and their total as texts that, read as decimals, add up.

    ``recorded`` is what the sum is known as elsewhere: shown if the terms can be made to add up to it.
    """
    values = [float(term) for term in terms]
    total = None if recorded is None else float(recorded)
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if 0 < largest < SMALLEST and all(map(math.isfinite, values)):
        return _tiny(values, total, math.floor(math.log10(largest)))
    power = math.floor(math.log10(largest)) if largest else 0
    digits = DIGITS - max(power - FIRST_LONG, 0) if power < HUGE else 3
    texts, whole = digits_that_add_up(values, max(digits, 0), total)
    return tuple(map(_shown, texts)), _shown(whole)


def signed(text: str, *, first: bool) -> tuple[str, str]:
    """Return the sign that joins a term to those before it, and the term without it: `` − ``, ``0.10``."""
    if first:
        return "", text
    return (f" {MINUS} ", text[1:]) if text.startswith(MINUS) else (" + ", text)


def joined(texts: Sequence[str]) -> str:
    """Return terms as one sum: ``0.31 + 0.05 − 0.10``."""
    return "".join(part for k, text in enumerate(texts) for part in signed(text, first=not k))


def _tiny(values: list[float], total: float | None, power: int) -> tuple[tuple[str, ...], str]:
    """Return terms that six decimals would say nothing of, all with the same power of ten."""
    scale = Fraction(10) ** -power
    scaled = [float(Fraction(value) * scale) for value in values]
    whole = float(Fraction(total) * scale) if total is not None and math.isfinite(total) else None
    texts, whole_text = digits_that_add_up(scaled, 2, whole)
    return tuple(_shown(f"{text}e{power:03d}") for text in texts), _shown(f"{whole_text}e{power:03d}")


def _shown(text: str) -> str:
    return "NaN" if text == "nan" else text.replace("-", MINUS)
