"""Data sets to train on: drawn numbers, and small tables as they lie on disk."""

from collections.abc import Sequence as Several
from pathlib import Path

import numpy as np

from explorer.sequences import Dataset, Label, Sequence, make_dataset, read_table
from explorer.sequences.options import Options

FEATURES = ("a", "b")


def drawn(lengths: Several[int], *, seed: int = 0, marked: bool = False, classes: Several[str] = ()) -> Dataset:
    """Return sequences of two features of random numbers, on request with a mark at every tenth step, and classes."""
    rng = np.random.default_rng(seed)
    return Dataset(
        tuple(
            Sequence(
                f"s{k}",
                rng.normal(3, 2, (length, 2)),
                FEATURES,
                labels=(Label("odd", np.arange(length) % 10 == 5),) if marked else (),
                label=classes[k % len(classes)] if classes else "",
            )
            for k, length in enumerate(lengths)
        ),
        "drawn.csv",
    )


def table(folder: Path, text: str, **options: object) -> Dataset:
    """Return a table as a data set, by way of a file."""
    file = folder / "table.csv"
    file.write_text(text)
    return make_dataset(read_table(file), Options(**options))
