"""Digits that add up: terms rounded so that what is shown sums, in decimals, exactly to the total that is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

HUGE = 15
"""From 10 to this power on, a number has no decimals to show and is written with an exponent."""


def digits_that_add_up(terms: Sequence[float], digits: int, total: float | None = None) -> tuple[tuple[str, ...], str]:
    """Return the ``terms`` and their total as texts with ``digits`` decimals; read as decimals, the texts add up.

    The total is the exact sum of the terms, rounded as Python formats a number (to nearest, halves to even); with
    ``total``, it is that number, rounded, if the terms can be made to add up to it: what was recorded in float32 is
    shown as it is everywhere else. Each term is less than one unit of the last place from its own value: all are
    rounded down, and those with the largest remainders up again (the largest remainder method).

    Where a term is 10^15 or more, the last place is ``digits`` places behind the first digit of the largest, and the
    texts have exponents (1.235e+300). Where one is not finite, each is rounded by itself and the total is nan or inf.
    """
    values = [float(term) for term in terms]
    if not all(map(math.isfinite, values)):
        return tuple(_alone(value, digits) for value in values), _alone(sum(values), digits)
    largest = max(map(abs, values), default=0.0)
    places = digits if largest < 10.0**HUGE else digits - (len(str(int(largest))) - 1)
    ratios = [value.as_integer_ratio() for value in values]
    # Everything as whole numbers over one denominator: floats are ratios to powers of two, so nothing is lost.
    denominator = max((below for _, below in ratios), default=1)
    numerators = [above * (denominator // below) * 10 ** max(places, 0) for above, below in ratios]
    denominator *= 10 ** max(-places, 0)
    floors = [divmod(above, denominator) for above in numerators]
    lowest, liftable = sum(floor for floor, _ in floors), sum(rest > 0 for _, rest in floors)
    wanted = _nearest(sum(numerators), denominator)
    if total is not None and math.isfinite(total):
        recorded = _units(float(total), places)
        wanted = recorded if 0 <= recorded - lowest <= liftable else wanted
    by_rest = sorted(range(len(floors)), key=lambda k: -floors[k][1])
    lifted = set(by_rest[: wanted - lowest])
    texts = tuple(_text(floor + (k in lifted), places) for k, (floor, _) in enumerate(floors))
    return texts, _text(wanted, places)


def _nearest(above: int, below: int) -> int:
    """Return the whole number nearest to above / below, of two the even one."""
    quotient, rest = divmod(above, below)
    return quotient + (2 * rest > below or (2 * rest == below and quotient % 2 == 1))


def _units(value: float, places: int) -> int:
    above, below = value.as_integer_ratio()
    return _nearest(above * 10 ** max(places, 0), below * 10 ** max(-places, 0))


def _text(units: int, places: int) -> str:
    """Return so many units of the last place as text; zero has no sign."""
    if places < 0:
        return f"{Decimal(f'{units}e{-places}'):e}"
    digits, sign = f"{abs(units):0{places + 1}d}", "-" if units < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def _alone(value: float, digits: int) -> str:
    if not math.isfinite(value) or abs(value) < 10.0**HUGE:
        return f"{value:z.{digits}f}"
    return f"{value:.{digits}e}"
