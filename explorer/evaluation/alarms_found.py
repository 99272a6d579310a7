"""What alarms are worth: events found, how early, false alarms, glitches left quiet, and what chance would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.evaluation.alarms import Bools, Ints, stretches

RECOVERY, ECHO = 40, 15
"""An alarm is not false within so many steps after a fault, and one so soon after a glitch is that of the glitch."""

DRAWS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What alarms have found.

    ``alarms`` (n, 2) are where they begin and end, ``events`` (m, 2) the faults, ``kinds`` (m,) what each is, and
    ``first`` (m,) the first flagged step in each, −1 where there is none. ``false`` (n,) are the alarms that touch
    neither a fault nor a glitch; ``normal`` counts the steps at which one would be false. ``quiet`` of all ``glitches``
    raised no flag.
    """

    alarms: Ints
    events: Ints
    kinds: tuple[str, ...]
    first: Ints
    false: Bools
    normal: int
    glitches: int
    quiet: int

    @property
    def figures(self) -> dict[str, float]:
        """The figures of a report; NaN where there is nothing that they could be of.

        Precision takes a flagged glitch for a false alarm. Lead time is from the first flag in a fault to its end.
        """
        found, false = self.first >= 0, int(self.false.sum())
        wrong = false + self.glitches - self.quiet
        recall, precision = _share(found.sum(), len(found)), _share(found.sum(), found.sum() + wrong)
        result = {
            "event recall": recall,
            "event precision": precision if len(found) else np.nan,
            "event F1": _share(2 * found.sum(), 2 * found.sum() + wrong + (~found).sum()) if len(found) else np.nan,
            "false alarms per 1000": 1000 * _share(false, self.normal),
            "lead time": float(np.median((self.events[:, 1] - self.first)[found])) if found.any() else np.nan,
        }
        if self.glitches:
            result["glitches left quiet"] = self.quiet / self.glitches
        for kind in dict.fromkeys(self.kinds):
            there = np.array([each == kind for each in self.kinds])
            result[f"recall of {kind}"] = _share(found[there].sum(), there.sum())
        return result


def find(flags: Bools, faults: Mapping[str, Bools], glitches: Bools, judged: Bools, merge: int) -> Found:
    """Return what flags (T,) have found of the marked ``faults``, (T,) each by kind, where ``judged`` (T,).

    Flags nearer than ``merge`` steps are one alarm. A fault is found by any flag within it.
    """
    flags = flags & judged
    pieces = {kind: stretches(marks & judged) for kind, marks in faults.items()}
    events = np.concatenate([np.empty((0, 2), np.int64), *pieces.values()])
    kinds = tuple(kind for kind, each in pieces.items() for _ in each)
    order = np.argsort(events[:, 0], kind="stable")
    events, kinds = events[order], tuple(kinds[k] for k in order)
    shorts, alarms = stretches(glitches & judged), stretches(flags, merge)
    excused = near(events, RECOVERY, len(flags)) | near(shorts, ECHO, len(flags))
    steps = np.flatnonzero(flags)
    at = np.searchsorted(steps, events[:, 0])
    first = np.append(steps, len(flags))[at] if len(events) else np.empty(0, np.int64)
    quiet = sum(not flags[begin : end + ECHO].any() for begin, end in shorts.tolist())
    return Found(
        alarms,
        events,
        kinds,
        np.where(first < events[:, 1], first, -1),
        np.array([not excused[begin:end].any() for begin, end in alarms.tolist()], dtype=np.bool_),
        int((judged & ~excused).sum()),
        len(shorts),
        quiet,
    )


def by_chance(found: Found, judged: Bools, draws: int = DRAWS) -> float:
    """Return how likely alarms as many and as long find as many events, placed at random where ``judged`` (T,).

    NaN where there is no event. From so many ``draws``, always the same ones.
    """
    if not len(found.events):
        return np.nan
    reached, lengths = int((found.first >= 0).sum()), found.alarms[:, 1] - found.alarms[:, 0]
    rng, places = np.random.Generator(np.random.PCG64(0)), np.flatnonzero(judged)
    as_good = 0
    for _ in range(draws):
        begins = rng.choice(places, len(lengths))[:, None]
        ends = begins + lengths[:, None]  # one that goes beyond the end goes on at the beginning
        hit = (begins < found.events[:, 1]) & (ends > found.events[:, 0]) | (ends - len(judged) > found.events[:, 0])
        as_good += int(hit.any(axis=0).sum()) >= reached
    return as_good / draws


def near(intervals: Ints, after: int, length: int) -> Bools:
    """Return whether a step is in one of the intervals, or at most so many steps ``after`` it: (length,)."""
    found = np.zeros(length, dtype=np.bool_)
    for begin, end in intervals.tolist():
        found[begin : end + after] = True
    return found


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan
