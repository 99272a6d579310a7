"""The names by which a column is known as time or as a label, in any case, with or without a unit in brackets."""

from __future__ import annotations

import re

TIMES = frozenset({"t", "time", "times", "date", "datetime", "date time", "timestamp", "timestamps", "step", "steps"})
"""A column of numbers so called is the time, wherever it stands."""

FIRST_TIMES = frozenset({"year", "day", "hour", "index"})
"""So is the first column under one of these names. Further right they are numbers like any other."""

DATES = frozenset({"time", "date", "datetime", "date time", "timestamp", "day"})
"""Under these names, and only there, 19580329 is the 29th of March."""

CLOCKS = frozenset({"time", "date", "datetime", "date time", "timestamp"})
"""Beside a column of dates, numbers so called are the same time once more. ``t`` may be a temperature."""

LABELS = frozenset({"anomaly", "label", "class", "target"})

_UNIT = re.compile(r"\s*[\[(][^\])]*[\])]$")


def plain_name(name: str) -> str:
    """Return a name in lower case without its unit: ``time`` for ``Time (s)``, ``date time`` for ``Date_Time``."""
    return _UNIT.sub("", name.strip().lower()).replace("_", " ").strip()


def is_known_name(name: str) -> bool:
    """Return whether a column so called would be time or a label."""
    return plain_name(name) in TIMES | FIRST_TIMES | DATES | LABELS
