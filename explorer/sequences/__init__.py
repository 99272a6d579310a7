"""What goes in: sequences from files and from generators, and how they are standardised."""

from __future__ import annotations

from explorer.sequences.generators import GENERATED, GENERATORS, Choice, Generator, Parameter, find_generator, generate
from explorer.sequences.options import Fill, Form, Options, Problem, Role, Scale, Shape
from explorer.sequences.rows import Rows, open_rows
from explorer.sequences.scaling import Scaling
from explorer.sequences.sequence import BoolArray, Dataset, DatetimeArray, FloatArray, Label, Sequence
from explorer.sequences.table import read_csv

__all__ = [
    "GENERATED",
    "GENERATORS",
    "BoolArray",
    "Choice",
    "Dataset",
    "DatetimeArray",
    "Fill",
    "FloatArray",
    "Form",
    "Generator",
    "Label",
    "Options",
    "Parameter",
    "Problem",
    "Role",
    "Rows",
    "Scale",
    "Scaling",
    "Sequence",
    "Shape",
    "find_generator",
    "generate",
    "open_rows",
    "read_csv",
]
