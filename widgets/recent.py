"""The files that were opened lately, as the window remembers them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

MOST_RECENT = 8
KEY = "recent"


def recent_files(settings: QSettings) -> tuple[str, ...]:
    """Return their paths, the latest first."""
    stored = settings.value(KEY)
    paths = stored if isinstance(stored, list) else [stored]
    return tuple(path for path in paths if isinstance(path, str))[:MOST_RECENT]


def remember_file(settings: QSettings, path: str) -> str:
    """Put a file in front of the others; return its whole path."""
    full = str(Path(path).resolve())
    others = (other for other in recent_files(settings) if other != full)
    settings.setValue(KEY, [full, *others][:MOST_RECENT])
    return full
