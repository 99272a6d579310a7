"""How much memory this machine has, so that what can never fit is refused before it is read."""

from __future__ import annotations

import os

ADDRESSABLE = 2**47
"""Bytes that a program can address at all on common processors."""


def physical_memory() -> int:
    """Return the bytes of memory of this machine; where the system does not say, what could be addressed."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return ADDRESSABLE


def sized(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    for power, unit in ((4, "TB"), (3, "GB"), (2, "MB"), (1, "KB")):
        if count >= 1024**power:
            size = min(count, 2**200) / 1024**power
            return f"{size:,.1f} {unit}" if size < 1e6 else f"{size:.0e} {unit}"
    return f"{count} bytes"
