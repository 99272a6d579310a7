"""The names by which a column is known as what it is, in any case, with or without a unit in brackets."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

TIMES = frozenset(
    {
        *("t", "time", "times", "date", "datetime", "date time", "timestamp", "timestamps", "time stamp"),
        *("step", "steps", "timestep", "timesteps", "time step", "cycle", "cycles"),
        *("unix time", "unix timestamp", "unixtime", "epoch time", "elapsed time"),
    }
)
"""A column of numbers so called is the time, wherever it stands."""

FIRST_TIMES = frozenset({"year", "day", "hour", "index"})
"""So is the first column under one of these names. Further right they are numbers like any other."""

DATES = frozenset({"time", "date", "datetime", "date time", "timestamp", "day"})
"""Under these names, and only there, 19580329 is the 29th of March."""

EPOCHS = frozenset(
    {
        *("time", "date", "datetime", "date time", "timestamp", "timestamps", "time stamp", "ts"),
        *("unix time", "unix timestamp", "unixtime", "epoch time", "epoch"),
    }
)
"""Under these names, and only there, 1385942400 is the 2nd of December 2013."""

CLOCKS = frozenset({"time", "date", "datetime", "date time", "timestamp"})
"""Beside a column of dates, numbers so called are the same time once more. ``t`` may be a temperature."""

PARTS = ("year", "month", "day", "hour", "minute", "second")
"""Whole numbers so called are together the time: a year and a month at least."""

IDS = frozenset(
    {
        *("id", "unit", "unit number", "unit nr", "engine", "engine number", "series", "sequence", "seq", "subject"),
        *("patient", "machine", "device", "case", "trial", "episode", "session", "run", "recording", "sample"),
        *("group", "user", "customer", "vehicle", "station", "sensor", "store", "ticker", "symbol", "track", "trace"),
    }
)
"""Columns so called, or whose name ends in ID, may tell the sequences of a long table apart."""

ANOMALIES = frozenset({"anomaly", "anomalies", "is anomaly", "anomalous", "outlier", "fault", "failure"})
"""A label so called marks what is amiss."""

LABELS = frozenset({"anomaly", "label", "labels", "class", "target", "targets", "is anomaly"})

TARGETS = frozenset({"target", "targets"})
"""What a column of numbers so called holds is to be answered; where it is empty, nothing is asked."""

SPLITS = frozenset({"split", "fold", "partition", "subset"})
"""Which rows somebody trained on and which not: said of the rows, and nothing a network may see."""

SPLIT_WORDS = frozenset({"train", "training", "test", "testing", "val", "valid", "validation", "dev", "holdout"})

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_UNIT = re.compile(r"\s*[\[(][^\])]*[\])]$")
_ENDS_IN_ID = re.compile(r"(?:^|[^A-Za-z])[iI][dD]$|[a-z]I[dD]$")
_NUMBERED = re.compile(r"(t|time|times?tep|step|hour|day|week|month|quarter|year)[ _\-.]?(\d+)", re.IGNORECASE)


@cache
def plain_name(name: str) -> str:
    """Return a name in lower case without its unit: ``time`` for ``Time (s)``, ``date time`` for ``Date_Time``."""
    return _UNIT.sub("", name.strip().lower()).replace("_", " ").strip()


def is_known_name(name: str) -> bool:
    """Return whether a column so called would be time or a label."""
    return plain_name(name) in TIMES | FIRST_TIMES | DATES | LABELS


def is_id_name(name: str) -> bool:
    """Return whether a column so called may tell sequences apart."""
    return plain_name(name) in IDS or _ENDS_IN_ID.search(name.strip()) is not None


def step_numbers(names: tuple[str, ...]) -> tuple[str, tuple[float, ...]] | None:
    """Return what columns count and where each stands, if their names are the steps of a wide table; else None.

    That are the twelve months in order, or at least three years or numbered times (``t0 t1 t2``, ``week 1`` …) one
    after the other: ``("month", (1, …, 12))``.
    """
    if tuple(name.strip().lower()[:3] for name in names) == MONTHS and all(name.strip().isalpha() for name in names):
        return "month", tuple(range(1, 13))
    if len(names) < 3:
        return None
    if all(re.fullmatch(r"(?:1[5-9]|20|21)\d\d", name.strip()) for name in names):
        what, numbers = "year", [int(name) for name in names]
    else:
        found = [_NUMBERED.fullmatch(name.strip()) for name in names]
        words = {match.group(1).lower() for match in found if match is not None}
        if None in found or len(words) != 1:
            return None
        what, numbers = words.pop(), [int(match.group(2)) for match in found if match is not None]
    rising = all(after == before + 1 for before, after in pairwise(numbers))
    return (what, tuple(map(float, numbers))) if rising else None
