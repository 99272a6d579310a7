"""How much a test does: little at every change, everything before an issue is called done (``make test-all``)."""

import os

ALL = os.environ.get("GATE_ALL", "") not in ("", "0")


def cases(reduced: int, full: int) -> int:
    """Return the number of cases, seeds or steps to go through: full with GATE_ALL=1, otherwise reduced."""
    return full if ALL else reduced
