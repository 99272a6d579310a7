"""``evaluate``: say what a trained network is worth on data it has not seen, beside simple rivals."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from explorer.cells import CELL_NAMES
from explorer.commands.arguments import GENERATED, PRESET, named, path, require_source, suffixed, whole
from explorer.commands.console import Parser, Progress, invocation, say, tell
from explorer.commands.importing import add_importing, read_file, read_options, spread
from explorer.errors import UsageError
from explorer.evaluation.report import Report
from explorer.presets import find_preset, preset_dataset
from explorer.sequences import Dataset, Options, generate_from
from explorer.training.description import read_description
from explorer.writing import replacing

DESCRIPTION = """\
Judge the network of a run on what it held out, or on all of another file, and beside it what simple rivals reach on the
same: whoever does better, it says so. The weights are the last that were kept.

--json writes one object: run, data, cell, iteration, figures, rivals (figures of each), cells (figures of the others
that were trained with it), said, events (what was found, and where), facts. --out writes one row for each step, or
sequence, that was judged: index, target, prediction, score, flag.
"""

EXAMPLES = """\
examples:
  {program} train preset:factory --out line
  {program} evaluate line
  {program} evaluate line --input sensors.csv --out judged.csv
  {program} evaluate line --input "generated:factory?seed=7" --json
"""

NAME, NUMBER = 34, 11
"""Letters of the first column of the table, and of the others at least."""


def evaluate(words: list[str]) -> int:
    """Do what the arguments ask for; return the exit code."""
    parser = Parser("evaluate", description=DESCRIPTION, epilog=EXAMPLES.format(program=invocation()))
    parser.add_argument("run", type=path, metavar="RUN", help="the folder of a run")
    parser.add_argument(
        "--input", type=named, metavar="FILE", help="judge on all of this: a file, preset:NAME or generated:NAME"
    )
    parser.add_argument("--cell", choices=CELL_NAMES, help="the cell that is judged (the first that was trained)")
    parser.add_argument("--iteration", type=whole, metavar="N", help="with the weights kept after it (the last)")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of a table")
    parser.add_argument("--out", type=path, metavar="F.csv", help="where every answer goes")
    add_importing(parser)
    arguments = parser.parse_args(spread(words))
    if arguments.out is not None:
        suffixed(arguments.out, "--out", ".csv")
    reports, source, iteration = _judge(arguments)
    cell = next(iter(reports))
    if arguments.out is not None:
        _write(reports[cell], arguments.out)
    if arguments.json:
        tell(json.dumps(_described(arguments.run, source, cell, iteration, reports), indent=1, allow_nan=False))
    else:
        tell(f"{arguments.run}, {cell} after iteration {iteration}, on {source}")
        tell(_table(reports))
        for sentence in reports[cell].said:
            tell(sentence)
    return 0


def _judge(arguments: argparse.Namespace) -> tuple[dict[str, Report], str, int]:
    """Return the report of each cell, the wanted one first, on what it is judged, and after which iteration."""
    from explorer.evaluation.evaluate import evaluate as judged
    from explorer.evaluation.trial import of_cell, read_trial

    cells = read_description(arguments.run).settings.cells
    dataset = _read(arguments)
    with Progress("reading") as progress:
        trial = read_trial(arguments.run, arguments.cell or "", arguments.iteration, dataset, progress.show)
    others = [cell for cell in cells if cell != trial.cell]
    reports = {trial.cell: judged(trial)}
    reports |= {cell: judged(of_cell(arguments.run, trial, cell)) for cell in others}
    source = "what was held out" if dataset is None else dataset.source
    return reports, source, trial.iteration


def _read(arguments: argparse.Namespace) -> Dataset | None:
    """Return the data that are named, if any. ``UsageError`` where it was said how to open what is no file."""
    source, options = arguments.input, read_options(arguments)
    if source is None or source.startswith((PRESET, GENERATED)):
        if options != Options():
            raise UsageError("how a file is opened was said, and no file is named with --input")
        if source is None:
            return None
        if source.startswith(PRESET):
            return preset_dataset(find_preset(source.removeprefix(PRESET)))
        return generate_from(source)
    require_source(source)
    dataset = read_file(source, options)
    for note in dataset.notes:
        say(f"{dataset.source}: {note}")
    return dataset


def _described(run: Path, source: str, cell: str, iteration: int, reports: Mapping[str, Report]) -> dict[str, Any]:
    report = reports[cell]
    return {
        "run": str(run),
        "data": source,
        "cell": cell,
        "iteration": iteration,
        "figures": _plain(report.figures),
        "rivals": {name: _plain(figures) for name, figures in report.rivals.items()},
        "cells": {other: _plain(found.figures) for other, found in reports.items() if other != cell},
        "said": list(report.said),
        "events": [asdict(event) for event in report.events],
        "facts": dict(report.facts),
    }


def _plain(figures: Mapping[str, float]) -> dict[str, float | None]:
    """Return figures as JSON can hold them: None where there is none."""
    return {name: float(value) if math.isfinite(value) else None for name, value in figures.items()}


def _table(reports: Mapping[str, Report]) -> str:
    """Return the figures, one a line: of the network, of the cells that were trained with it, and of each rival."""
    rivals = next(iter(reports.values())).rivals
    columns = {other: found.figures for other, found in reports.items()} | dict(rivals)
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    widths = [max(NUMBER, len(column)) for column in columns]
    rows = [("", list(columns))]
    rows += [(name, [_number(figures.get(name)) for figures in columns.values()]) for name in names]
    return "\n".join(
        name.ljust(NAME) + "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        for name, cells in rows
    )


def _number(value: float | None) -> str:
    return "–" if value is None or not math.isfinite(value) else f"{value:.4g}"


def _write(report: Report, file: Path) -> None:
    """Write every answer as a CSV; numbers with all their digits. ``OutputError`` if it cannot be written."""
    import polars as pl

    content = BytesIO()
    pl.DataFrame({name: np.asarray(values) for name, values in report.columns.items()}).write_csv(content)
    with replacing(file) as out:
        out.write(content.getvalue())
