"""What goes in: sequences from files and from generators, and how they are standardised."""

from __future__ import annotations

from explorer.sequences.generators import GENERATORS, Generator, Parameter, generate
from explorer.sequences.options import Fill, Form, Options, Problem, Role, Shape
from explorer.sequences.rows import Rows, open_rows
from explorer.sequences.scaling import Scaling
from explorer.sequences.sequence import BoolArray, Dataset, DatetimeArray, FloatArray, Label, Sequence
from explorer.sequences.table import read_csv
from explorer.sequences.text import UNKNOWN, coded_feature, dataset_of_texts, read_text, tokens_of

__all__ = [
    "GENERATORS",
    "UNKNOWN",
    "BoolArray",
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
    "Scaling",
    "Sequence",
    "Shape",
    "coded_feature",
    "dataset_of_texts",
    "generate",
    "open_rows",
    "read_csv",
    "read_text",
    "tokens_of",
]
