"""The breakpoints of the last time, kept from one time to the next."""

from __future__ import annotations

import json

from PySide6.QtCore import QSettings

from widgets.breaks import MOST, Breakpoint

KEY = "breakpoints"
DAMAGED = "The stored breakpoints could not be read; there are none now."


def recall(settings: QSettings) -> tuple[Breakpoint, ...] | None:
    """Return the breakpoints that were kept, none where there were none; None where they cannot be read any more."""
    stored = settings.value(KEY)
    if stored is None:
        return ()
    try:
        points = [Breakpoint(text, on) for text, on in json.loads(stored)]
    except (ValueError, TypeError):
        return None
    sound = all(isinstance(point.text, str) and point.text.strip() and isinstance(point.on, bool) for point in points)
    alone = len({point.text for point in points}) == len(points)
    return tuple(points) if sound and alone and len(points) <= MOST else None


def keep(settings: QSettings, points: tuple[Breakpoint, ...]) -> None:
    """Keep these; none need not be."""
    if points:
        settings.setValue(KEY, json.dumps([[point.text, point.on] for point in points]))
    else:
        settings.remove(KEY)
