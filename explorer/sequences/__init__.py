"""What goes in: sequences from files and from generators, and how they are standardised."""

from __future__ import annotations

from explorer.sequences.generators import GENERATORS, Generator, Parameter, generate
from explorer.sequences.scaling import Scaling
from explorer.sequences.sequence import BoolArray, Dataset, DatetimeArray, FloatArray, Label, Sequence
from explorer.sequences.table import read_csv

__all__ = [
    "GENERATORS",
    "BoolArray",
    "Dataset",
    "DatetimeArray",
    "FloatArray",
    "Generator",
    "Label",
    "Parameter",
    "Scaling",
    "Sequence",
    "generate",
    "read_csv",
]
