"""What goes in: sequences from files and from generators, and how they are standardised.

What reads files is imported when it is first asked for, since a window that opens with a preset reads none: whoever
reads imports it in the function that does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from explorer.sequences.deriving import derive, derived_columns, plain_features, restore
from explorer.sequences.generators import (
    GENERATED,
    GENERATORS,
    Choice,
    Generator,
    Parameter,
    Setting,
    find_generator,
    generate,
    generate_from,
    require_generated,
    write_source,
)
from explorer.sequences.options import Fill, Form, Options, Problem, Role, Scale, Shape
from explorer.sequences.scaling import Scaling
from explorer.sequences.sequence import (
    BETWEEN,
    HOW,
    BoolArray,
    Dataset,
    DatetimeArray,
    Filled,
    FloatArray,
    Label,
    Sequence,
)
from explorer.sequences.text import UNKNOWN, coded_feature, dataset_of_texts, read_text, tokens_of

if TYPE_CHECKING:
    from explorer.sequences.columns import Column
    from explorer.sequences.inspection import Inspection, inspect_file
    from explorer.sequences.opening import files_in, open_file, open_text, read_dataset
    from explorer.sequences.rows import Rows, open_rows
    from explorer.sequences.shaping import make_dataset, read_csv
    from explorer.sequences.table import Table, read_table, table_of
else:
    _READING = {
        "columns": ("Column",),
        "inspection": ("Inspection", "inspect_file"),
        "opening": ("files_in", "open_file", "open_text", "read_dataset"),
        "rows": ("Rows", "open_rows"),
        "shaping": ("make_dataset", "read_csv"),
        "table": ("Table", "read_table", "table_of"),
    }

    def __getattr__(name: str) -> object:
        for module, names in _READING.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "BETWEEN",
    "GENERATED",
    "GENERATORS",
    "HOW",
    "UNKNOWN",
    "BoolArray",
    "Choice",
    "Column",
    "Dataset",
    "DatetimeArray",
    "Fill",
    "Filled",
    "FloatArray",
    "Form",
    "Generator",
    "Inspection",
    "Label",
    "Options",
    "Parameter",
    "Problem",
    "Role",
    "Rows",
    "Scale",
    "Scaling",
    "Sequence",
    "Setting",
    "Shape",
    "Table",
    "coded_feature",
    "dataset_of_texts",
    "derive",
    "derived_columns",
    "files_in",
    "find_generator",
    "generate",
    "generate_from",
    "inspect_file",
    "make_dataset",
    "open_file",
    "open_rows",
    "open_text",
    "plain_features",
    "read_csv",
    "read_dataset",
    "read_table",
    "read_text",
    "require_generated",
    "restore",
    "table_of",
    "tokens_of",
    "write_source",
]
