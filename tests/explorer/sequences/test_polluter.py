"""What people's programs do to a table is undone: nearly every polluted file is read cell for cell, told nothing."""

import csv
import io
import random
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from explorer.errors import DataError
from explorer.sequences.options import Form
from explorer.sequences.rows import open_rows
from tests.counts import ALL
from tests.explorer.sequences.layouts import faults
from tests.explorer.sequences.polluter import grid

SEED = 20240611

pytestmark = pytest.mark.timeout(1800)  # thousands of files, with every count


@cache
def every(source):
    return tuple(source(SEED))


def sample(cases, count):
    """Return all cases with GATE_ALL=1, otherwise some."""
    return cases if ALL else random.Random(SEED).sample(cases, count)


def difference(case, path, told=None):
    """Return what is read otherwise than it was written, or an empty text."""
    path = path.with_suffix(case.suffix)
    path.write_bytes(case.content)
    try:
        rows = open_rows(path, *([told] if told else []))
        read = [tuple(record.cells) for record in rows.records()]
    except DataError as error:
        return str(error)
    finally:
        path.unlink()
    if rows.header != case.header:
        return f"header {rows.header!r} for {case.header!r}"
    if len(read) != len(case.rows):
        return f"{len(read)} rows for {len(case.rows)}"
    return next((f"{a!r} for {b!r}" for a, b in zip(read, case.rows, strict=True) if a != b), "")


def judge(cases, tmp_path, least):
    """At least this part is read exactly, and no kind is lost; of what is not, the first of each kind is printed."""
    wrong, first = Counter(), {}
    tried = Counter(case.kind for case in cases)
    for case in cases:
        if what := difference(case, tmp_path / "polluted"):
            wrong[case.kind] += 1
            first.setdefault(case.kind, f"{case.kind}, {case.table} {case.style.delimiter!r}: {what}")
    exact = 1 - wrong.total() / len(cases)
    told = "\n".join(f"{count:4} × {first[kind][:300]}" for kind, count in wrong.most_common())
    assert exact >= least, f"{exact:.4f} of {len(cases)} files are read exactly\n{told}"
    lost = [kind for kind, count in wrong.items() if tried[kind] == count > 2]
    assert not lost, f"never read: {lost}\n{told}"


def test_every_combination_is_read(tmp_path):
    judge(sample(every(grid), 300), tmp_path, 0.99)


def test_one_fault_at_a_time_is_undone(tmp_path):
    judge(sample(every(faults), 300), tmp_path, 0.99)


def test_the_second_table_can_be_chosen(tmp_path):
    cases = [case for case in every(faults) if case.more]
    for case in sample(cases, 25):
        other = replace(case, header=case.more.header, rows=case.more.rows)
        assert not difference(other, tmp_path / "several", Form(table=1)), (case.kind, case.table, case.style)


def test_another_reader_told_the_form_reads_the_same_truth():
    for case in sample(every(grid), 300):
        if " preamble False " in case.kind:
            style, text = case.style, io.StringIO(case.content.decode(case.style.encoding), newline="")
            reader = csv.reader(text, delimiter=style.delimiter, quotechar=style.quote, strict=True)
            assert tuple(map(tuple, reader)) == (*case.header, *case.rows)


@pytest.mark.parametrize("source", [grid, faults])
def test_the_files_differ(source):
    """A polluter that made the same file again and again would prove nothing."""
    contents = [case.content for case in every(source)]
    assert len(set(contents)) > 0.8 * len(contents)
