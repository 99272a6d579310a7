"""Whatever a file holds, it is soon read or refused in a sentence; what is read can be written and read again."""

import csv
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import DataError, UsageError
from explorer.sequences import read_csv
from explorer.sequences.options import Form
from explorer.sequences.rows import open_rows
from tests.counts import cases
from tests.explorer.sequences.layouts import faults

SEED = 20240612

pytestmark = pytest.mark.timeout(1800)  # thousands of files, with every count
SECONDS = 2.0
"""Of processor time for one file, read twice: as rows, and as a sequence of numbers."""

PIECES = (
    *(
        b'"',
        b"'",
        b'""',
        b"\\",
        b",",
        b";",
        b"\t",
        b"|",
        b" ",
        b"  ",
        b"#",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b'"\n',
        b',"',
    ),
    *(b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1a", b"\x1f", b"\x85", b"\xe2\x80\xa8", b"\xc3", b"\xff"),
    *(
        b"0",
        b"1e999",
        b"-",
        b"1,5",
        b"1.234.567,8",
        b"nan",
        b"2021-02-30",
        b"9" * 400,
        b"," * 300,
        b"x" * 3000,
        b"a\n" * 50,
    ),
)


def attempt(do, path):
    """Return what it gives, or None where the file is refused in one line."""
    try:
        return do(path)
    except (DataError, UsageError) as error:
        message = str(error)
    assert message.strip()
    assert len(message.splitlines()) == 1
    return None


def lines_and_rows(path):
    rows = open_rows(path)
    return rows.header, [tuple(record.cells) for record in rows.records()]


def check(path, content):
    """Nothing but a DataError or a UsageError, within the time; what is read comes back when written and read again."""
    path.write_bytes(content)
    start = time.process_time()
    attempt(read_csv, path)
    read = attempt(lines_and_rows, path)
    taken = time.process_time() - start
    assert taken < SECONDS, f"{taken:.1f} s"
    if read:
        again(path, *read)


def again(path, header, rows):
    """Write cells as RFC 4180 has it, and read them, told how they were written.

    Names that come again begin a second table; of two ways to read quotes the one with as many cells as other rows
    have is taken. So there is nothing to ask where a row repeats the names, or rows of any width go over lines. Rows of
    another width may begin a second table, too: then that is said.
    """
    uneven = len(set(map(len, rows))) > 1 and any("\n" in cell or "\r" in cell for cells in rows for cell in cells)
    if uneven or set(rows) & set(header):
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows((*header, *rows))
    read = open_rows(path, Form("utf-8", ",", '"', "", ".", "", "", 0, len(header), 0, 0))
    assert len(read.header) == len(header)
    if any("tables in the file" in note for note in read.notes):
        assert len(set(map(len, rows))) > 1
        return
    assert plain([*read.header, *(record.cells for record in read.records())]) == plain([*header, *rows])


def plain(lines):
    """Return the lines without what may as well be nothing: an empty last column, empty lines of a single column."""
    lines = [list(cells) for cells in lines]
    while (width := max(map(len, lines), default=0)) > 1 and not any("".join(cells[width - 1 :]) for cells in lines):
        lines = [cells[: width - 1] for cells in lines]
    return [cells for cells in lines if width > 1 or "".join(cells).strip()]


# ---------------------------------------------------------------- made from nothing

letters = st.sampled_from(list("\"',;\t| \n\r0123456789.-+eE#%/\\abäß\x00\ufeff\u2028\x85\x1f"))
words = st.sampled_from(["1.5", "-2", "", "a", '"', "'", '""', "1,5", "2021-01-01", "nan", "x y", '"a,b"', "#", "\\"])


@st.composite
def grids(draw):
    """Lines of words between delimiters, as a table that has got out of hand."""
    delimiter, end = draw(st.sampled_from(",;\t| ")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return end.join(delimiter.join(line) for line in draw(st.lists(st.lists(words, max_size=6), max_size=12)))


encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])


@settings(max_examples=cases(60, 4_000))
@given(text=st.text(letters, max_size=200), encoding=encodings)
def test_letters_in_any_order(tmp_path_factory, text, encoding):
    check(tmp_path_factory.getbasetemp() / "letters.csv", text.encode(encoding, "replace"))


@settings(max_examples=cases(60, 4_000))
@given(text=grids(), encoding=encodings)
def test_tables_out_of_hand(tmp_path_factory, text, encoding):
    check(tmp_path_factory.getbasetemp() / "grids.csv", text.encode(encoding, "replace"))


@settings(max_examples=cases(40, 2_000))
@given(st.binary(max_size=200))
def test_bytes_in_any_order(tmp_path_factory, content):
    check(tmp_path_factory.getbasetemp() / "bytes.csv", content)


# ---------------------------------------------------------------- made worse


def seeds():
    """Return one file of each kind of fault."""
    kinds = {}
    for case in faults(SEED):
        kinds.setdefault((case.kind, case.style.delimiter), case)
    return [case for case in kinds.values() if case.suffix == ".csv"]


def worse(content, others, chance):
    """Return content with some bytes changed, put in, left out or doubled, cut off or continued as another file."""
    content = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8, 40))):
        at = chance.randrange(len(content) + 1)
        length = chance.choice((1, 1, 2, 5, 50))
        match chance.randrange(7):
            case 0 if at < len(content):
                content[at] ^= 1 << chance.randrange(8)
            case 1:
                content[at:at] = chance.choice(PIECES)
            case 2:
                del content[at : at + length]
            case 3:
                content[at:at] = content[at : at + length]
            case 4:
                content[at : at + length] = chance.randbytes(length)
            case 5 if chance.random() < 0.2:
                del content[at:]
            case 6 if chance.random() < 0.2:
                content[at:] = chance.choice(others).content[at:]
    return bytes(content)


@pytest.mark.parametrize("part", range(cases(1, 10)))
def test_files_made_worse(tmp_path, part):
    chance, files = random.Random(SEED + part), seeds()
    for number in range(cases(160, 1_000)):
        file = chance.choice(files)
        content = worse(file.content, files, chance)
        try:
            check(tmp_path / "worse.csv", content)
        except Exception as error:
            raise AssertionError(
                f"{file.kind}, {file.table}, number {number} of part {part}: {content[:2000]!r}"
            ) from error
