"""What is held, in a person's words, and back: units, steps and values as they are typed into the panel of holds.

Steps are told as 10–19, both ends included, and may be typed so or as Python has them, 10:20, without the last.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from explorer.clamps import INPUT, Clamp
from explorer.errors import UsageError
from widgets.decimals import MINUS

# At most 18 digits: Python reads no number of more than some thousand, and nothing has so many.
_STEP = re.compile(r"\d{1,18}", re.ASCII)
_RANGE = re.compile(r"(\d{1,18})\s*[-–]\s*(\d{0,18})", re.ASCII)
_HALF_OPEN = re.compile(r"(\d{0,18})\s*:\s*(\d{0,18})", re.ASCII)
FEW = 4
"""Units that are listed one by one; of more, how many."""


class TypingError(UsageError):
    """A text that cannot be taken, with the reason as it is shown where it was typed."""


def ranges(numbers: Collection[int]) -> str:
    """Return numbers as ``3, 5–8``."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" if b > a + 1 else f"{a}, {b}" for a, b in parts)


def number(value: float) -> str:
    """Return a value as it was typed: six digits, more where it takes more to be the same number."""
    short = f"{value:.6g}"
    return (short if float(short) == value else repr(value)).replace("-", MINUS)


def units_text(clamp: Clamp, features: Sequence[str]) -> str:
    """Return which units, or features, it holds."""
    if clamp.units is None:
        return "all"
    if clamp.quantity == INPUT:
        return ", ".join(features[unit] for unit in clamp.units)
    return ranges(clamp.units)


def steps_text(steps: tuple[int, int | None]) -> str:
    """Return ``all``, ``12``, ``10–19`` or ``from 10``."""
    first, last = steps
    if last is None:
        return f"from {first}" if first else "all"
    return f"{first}" if last == first + 1 else f"{first}–{last - 1}"


def value_text(clamp: Clamp) -> str:
    """Return at what it holds them: a number, or that each unit, or each step, has its own."""
    if isinstance(clamp.value, float):
        return number(clamp.value)
    if len(set(clamp.value)) == 1:
        return number(clamp.value[0])
    return f"{number(min(clamp.value))} … {number(max(clamp.value))}, one a {'step' if clamp.by_step else 'unit'}"


def what_text(clamp: Clamp, features: Sequence[str], *, several: bool = False) -> str:
    """Return ``f[3]``, ``f of all units``, ``l1.f[3]`` where there are several places, or the name of a feature."""
    if clamp.quantity == INPUT:
        count = len(features if clamp.units is None else clamp.units)
        return units_text(clamp, features) if clamp.units is not None and count <= FEW else f"{count} features"
    place = f"{clamp.place.key}." if several else ""
    if clamp.units is None:
        return f"{place}{clamp.quantity} of all units"
    if len(clamp.units) > FEW:
        return f"{place}{clamp.quantity} of {len(clamp.units)} units"
    return f"{place}{clamp.quantity}[{ranges(clamp.units)}]"


def _when(clamp: Clamp) -> str:
    first, last = clamp.steps
    if (first, last) == (0, None):
        return ""
    return f" from step {first}" if last is None else f" at step {first}" if last == first + 1 else ""


def keep_text(state: str, gates: Mapping[str, float]) -> str:
    """Return ``Keep c: f = 1, i = 0``, of a state that gates keep (``explorer.keeping``)."""
    return f"Keep {state}: {gates_text(gates)}"


def gates_text(gates: Mapping[str, float]) -> str:
    """Return ``f = 1, i = 0``."""
    return ", ".join(f"{name} = {value:g}" for name, value in gates.items())


def clamp_text(clamp: Clamp, features: Sequence[str], *, several: bool = False) -> str:
    """Return ``hold f[3] at 1, steps 10–19``, or ``edit temperature at step 12``."""
    what, when = what_text(clamp, features, several=several), _when(clamp)
    steps = f", steps {steps_text(clamp.steps)}" if not when and clamp.steps != (0, None) else when
    if clamp.quantity == INPUT:
        return f"edit {what}{steps}"
    value = f" at {value_text(clamp)}" if isinstance(clamp.value, float) else " at a value of each unit"
    return f"hold {what}{value}{steps}"


def change_text(
    old: tuple[Clamp, ...], new: tuple[Clamp, ...], features: Sequence[str], *, several: bool = False
) -> str:
    """Return what was done to what is held, as undo names it."""
    before, after = set(old), set(new)
    gone, come = [c for c in old if c not in after], [c for c in new if c not in before]
    if not new and len(old) > 1:
        return "clear holds"
    if len(come) == 1:
        words = clamp_text(come[0], features, several=several)
        if len(gone) == 1 and replace(gone[0], on=come[0].on) == come[0]:
            return f"switch {'on' if come[0].on else 'off'} {_noun(words)}"
        return words
    if len(gone) == 1 and not come:
        return f"remove {_noun(clamp_text(gone[0], features, several=several))}"
    if come:
        return f"change {len(come)} holds" if gone else f"hold {', '.join(dict.fromkeys(c.quantity for c in come))}"
    return f"remove {len(gone)} holds" if gone else "order of holds"


def _noun(words: str) -> str:
    return words.removeprefix("hold ") if words.startswith("hold ") else f"the {words}"


def parse_units(text: str, count: int) -> tuple[int, ...] | None:
    """Read ``3, 5-8`` or ``all``; TypingError says what is wrong."""
    text = text.strip()
    if text.lower() in ("all", "*", ""):
        return None
    units: list[int] = []
    for part in filter(None, re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text))):
        both = re.fullmatch(r"(\d{1,18})(?:-(\d{1,18}))?", part, re.ASCII)
        if both is None:
            raise TypingError(f"Write units as 3, 5-8 or all; {part!r} is none.")
        first, last = int(both[1]), int(both[2] or both[1])
        if last < first:
            raise TypingError(f"{part} runs backwards: write {last}-{first}.")
        if last >= count:
            raise TypingError(f"There is no unit {last}, but 0 to {count - 1}.")
        units += range(first, last + 1)
    return tuple(dict.fromkeys(units))


def parse_steps(text: str, length: int) -> tuple[int, int | None]:
    """Read ``all``, ``12``, ``10-19``, ``10:20``, ``from 10``; TypingError says what is wrong."""
    text = text.strip().lower()
    if text in ("all", "*", ""):
        return 0, None
    if _STEP.fullmatch(text):
        first, last = int(text), int(text) + 1
    elif both := _RANGE.fullmatch(text):
        first, last = int(both[1]), int(both[2]) + 1 if both[2] else None
    elif both := _HALF_OPEN.fullmatch(text):
        first, last = int(both[1] or 0), int(both[2]) if both[2] else None
    elif (after := re.fullmatch(r"from\s*(\d{1,18})", text, re.ASCII)) is not None:
        first, last = int(after[1]), None
    else:
        raise TypingError("Write steps as 10-19, 12, from 10, all, or 10:20 (without 20).")
    if last is not None and last <= first:
        raise TypingError(f"There is no step in {text}: the last lies before the first.")
    if first >= length:
        raise TypingError(f"There is no step {first}, but 0 to {length - 1}.")
    return first, last


def parse_value(text: str) -> float:
    """Read a number; TypingError says what is wrong."""
    plain = text.strip().replace(MINUS, "-")
    try:
        value = float(plain)
    except ValueError:
        raise TypingError(f"{text.strip()!r} is no number; write it as 0.5." if plain else "Type a number.") from None
    if not abs(value) < float("inf"):
        raise TypingError("Hold it at a finite number.")
    return value
