"""What the columns of a table hold, as far as its first rows show it, and what all rows then say of that."""

from __future__ import annotations

from collections import abc

import numpy as np

from explorer.sequences.blocks import Content, Kind
from explorer.sequences.dates import looks_like_date
from explorer.sequences.number_signs import Signs, may_be_other, own_signs
from explorer.sequences.numerals import counted, is_missing, missing_words, number
from explorer.sequences.options import Form


def guess_kinds(sample: abc.Sequence[abc.Sequence[str]], form: Form, width: int) -> tuple[Kind, ...]:
    """Return what the first rows of a table show of each column. All rows may show something else."""
    rows = [cells for cells in sample if len(cells) == width]
    return tuple(_kind([cells[position] for cells in rows], form) for position in range(width))


def _kind(cells: abc.Sequence[str], form: Form) -> Kind:
    """Return what most cells are; a column with nothing in it may turn out to hold numbers."""
    signs = signs_of(form)
    present = [cell for cell in cells if not is_missing(cell, signs.missing)]
    good = sum(number(cell, *signs) is not None for cell in present)
    if good < len(present) and own_signs(counted(present, signs.missing), signs) is not None:
        return "text"  # until all its cells say which signs those are
    if not present or 2 * good > len(present):
        return "number"
    return "date" if 2 * sum(map(looks_like_date, present)) > len(present) else "text"


def signs_of(form: Form) -> Signs:
    """Return the signs in the numbers of a table, and the words that stand there for none."""
    return Signs(form.decimal or ".", form.thousands or "", missing_words(form.missing))


def misjudged(content: Content, kinds: abc.Sequence[Kind], form: Form) -> tuple[Kind, ...]:
    """Return the kinds with text in place of a number where most cells of a column are none, or some by other signs."""
    result, numeric, signs = list(kinds), 0, signs_of(form)
    other = {wrong.position for wrong in content.wrong if may_be_other(wrong.text, signs)}
    for position, kind in enumerate(kinds):
        if kind == "number":
            wrong = content.wrong_counts.get(position, 0)
            if wrong and (position in other or wrong >= np.count_nonzero(~np.isnan(content.numbers[:, numeric]))):
                result[position] = "text"
            numeric += 1
    return tuple(result)
