"""Measure, print one row a figure, and keep them in bench.json. Never fails for a slow machine."""

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path

# The figures are for one thread; numpy reads this when it is first imported.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

ROOT = Path(__file__).parents[2]
MARKS = {True: "met", False: "NOT MET", None: ""}


def main() -> None:
    """Run the benchmarks that are named, or all."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    names = [file.stem for file in files if "\ndef measure(" in file.read_text(encoding="utf-8")]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *names], help=f"one or more of {', '.join(names)}")
    chosen = parser.parse_args().name or names
    print(environment())
    rows = []
    for name in chosen:
        print(f"{name} …", file=sys.stderr, flush=True)
        measured = importlib.import_module(f"tests.benchmarks.{name}").measure()
        print(table(measured), flush=True)
        rows += measured
    keep(rows)


def environment() -> str:
    """Say on what it was measured."""
    import numpy as np
    import torch

    torch.set_num_threads(1)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{cpu()}, {os.cpu_count()} cores{load}; {platform.system()}, Python {platform.python_version()}, "
        f"torch {torch.__version__}, numpy {np.__version__}, {torch.get_num_threads()} thread"
    )


def cpu() -> str:
    """Return the processor's name where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def table(rows) -> str:
    """Return the rows, aligned."""
    cells = [("what", "measured", "reach", "")]
    for row in rows:
        bound = "" if row.reach is None else f"{'≥' if row.at_least else '≤'} {row.reach:g} {row.unit}"
        cells.append((row.what, f"{row.measured:.2f} {row.unit}", bound, MARKS[row.met]))
    widths = [max(len(line[k]) for line in cells) for k in range(4)]
    return "\n".join(
        f"{line[0]:<{widths[0]}}  {line[1]:>{widths[1]}}  {line[2]:>{widths[2]}}  {line[3]}".rstrip() for line in cells
    )


def keep(rows) -> None:
    """Write bench.json beside the README."""
    figures = [
        {"what": row.what, "measured": row.measured, "unit": row.unit, "reach": row.reach, "met": row.met}
        for row in rows
    ]
    content = {"environment": environment(), "figures": figures}
    (ROOT / "bench.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


main()
