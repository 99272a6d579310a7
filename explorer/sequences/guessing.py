"""Which signs cut a file into its best table: told nothing, by trying and judging what comes out."""

from __future__ import annotations

import re
from collections import Counter, abc
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from explorer.sequences.cutting import Record, cut, without_rules
from explorer.sequences.dates import looks_like_date
from explorer.sequences.numerals import COMMA_NUMBER, number
from explorer.sequences.options import Form
from explorer.sequences.proposals import proposed
from explorer.sequences.signs import Cut
from explorer.sequences.tables import common_width

USUAL = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 0.95, " ": 0.85, ":": 0.6}
"""What is tried in every file, in this order where two fit equally; the number is how likely each is meant."""

UNUSUAL = "^~#&!*=/\\@§¦\x1f\x01"
"""What is tried where it stands in most lines."""

SAMPLE, ROWS = 1 << 15, 200
"""Characters and rows that are tried with every delimiter."""

_IN_TIMES = {
    ":": re.compile(r"\b\d{1,2}:\d\d\b"),
    "/": re.compile(r"\b\d{1,4}/\d{1,2}/\d{1,4}\b"),
    " ": re.compile(r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4} \d{1,2}:\d\d(:\d\d([.,]\d+)?)?\s*$"),
}
"""How dates and times look that hold a delimiter."""

UNSURE = 0.22
"""Below this score another opinion is asked."""

_PLAUSIBLE = frozenset((*USUAL, *UNUSUAL))
_SAID = re.compile(r"\"?sep=([^\w\s\"]|\t)\"?[ \t]*[\r\n]", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[., '’\u00a0\u202f]\d{3})+(?:[.,]\d*)?")
_SIMPLE = re.compile(r"[+-]?[$€£]?\s?\d+(?:[.,]\d+)?\s?[%€$£]?")
_MARKED = re.compile(r"\s*(#+(?=\s|[A-Za-z]|$)|%+(?=\s|[A-Za-z]|$)|//|;+(?=\s))")


@dataclass(frozen=True, slots=True)
class Guess:
    """A way to cut and how good a table it makes; ``width`` is the number of cells of most rows."""

    cut: Cut
    score: float
    width: int


def guess_cut(lines: abc.Sequence[str], told: Form) -> Cut:
    """Return the signs in which the first lines of a file make the best table; what is told is not guessed."""
    lines = _sample(lines)
    comment = told.comment if told.comment is not None else _comment(lines)
    comments = Cut("", comment=comment).comments
    plain = [line for line in lines if not comments(line)]
    text = "".join(plain)
    said = _SAID.match(text)
    choices: abc.Sequence[str] = _delimiters(plain, text)
    if told.delimiter is not None or said is not None:
        choices = (told.delimiter if told.delimiter is not None else said[1] if said is not None else "",)
    guesses = [_guess(plain, text, delimiter, told) for delimiter in choices]
    best = max(guesses, key=lambda guess: guess.score)
    if len(choices) > 1 and best.score < UNSURE:
        # Another opinion counts where it makes about as good a table.
        other = proposed(text)
        if other is not None and other in _PLAUSIBLE and other not in choices:
            guess = _guess(plain, text, other, told)
            best = guess if guess.score > 0.8 * best.score else best
    return replace(best.cut, comment=comment, width=best.width, told=bool(told.quote))


def _sample(lines: abc.Sequence[str]) -> list[str]:
    taken, size = [], 0
    for line in lines:
        if line.strip():
            taken.append(line)
            size += len(line)
        elif taken and taken[-1].strip():
            taken.append(line)
        if size > SAMPLE:
            break
    return taken


def _comment(lines: abc.Sequence[str]) -> str:
    """Return the sign before lines that are none of the table: at the top, or before some that look like no other."""
    present = [line for line in lines if line.strip()]
    signs = [match[1] if (match := _MARKED.match(line)) else "" for line in present]
    sign = next((sign for sign in signs if sign), "")
    mark = "//" if sign == "//" else sign[:1]
    if not mark:
        return ""
    marked = [line for line in present if line.lstrip().startswith(mark)]
    rest = [line for line in present if not line.lstrip().startswith(mark)]
    if not rest or (mark == ";" and sum(";" in line.lstrip(" ;") for line in rest) * 2 > len(rest)):
        return ""
    # A sign that begins half of the lines is no comment, nor is a lone line that is cut like the ones below it.
    many = len(marked) * 2 > len(present) and signs[0] == ""
    alike = all(any(line.count(sign) == rest[-1].count(sign) > 0 for sign in ",;\t|") for line in marked)
    return "" if many or (alike and not marked[0].lstrip().startswith(mark + " ")) else mark


def _delimiters(lines: abc.Sequence[str], text: str) -> list[str]:
    found = [sign for sign in USUAL if sign in text or (sign == " " and "\t" in text)]
    least = 0.6 * sum(bool(line.strip()) for line in lines)
    return [
        "",
        *found,
        *(sign for sign in UNUSUAL if text.count(sign) >= least and sum(sign in line for line in lines) >= least),
    ]


def _guess(lines: abc.Sequence[str], text: str, delimiter: str, told: Form) -> Guess:
    quote, escape = _quoting(lines, text, delimiter, told)
    how = Cut(delimiter, quote, escape)
    rows = _rows(lines, how)
    width = common_width(rows)
    score = _score(rows, width, how)
    if delimiter in _IN_TIMES:
        # It parts hours from minutes, or a day from its clock: in most lines, or in lines that hold nothing else.
        timed = sum(_IN_TIMES[delimiter].search(line) is not None for line in lines[:50])
        score *= 0.1 if 2 * timed > min(50, len(lines) - 1) else 1.0
    return Guess(how, score, width)


def _rows(lines: abc.Sequence[str], how: Cut) -> list[Record]:
    rows: list[Record] = []
    for record in without_rules(cut(lines, how), how.delimiter):
        if not record.blank:
            rows.append(record)
        if len(rows) == ROWS:
            break
    return rows


def _quoting(lines: abc.Sequence[str], text: str, delimiter: str, told: Form) -> tuple[str, str]:
    """Return quote and escape: those with which the most cells are quoted and the fewest quotes do not fit."""
    escapes = _escapes(text, delimiter) if told.escape is None else (told.escape,)
    odd = False
    for quote in ('"', "'") if told.quote is None else (told.quote,):
        if not quote or quote not in text:
            continue
        fits = [(*_fit(lines, Cut(delimiter, quote, escape)), escape) for escape in escapes]
        good, bad, escape = max(fits, key=lambda fit: fit[0] - 2 * fit[1])
        enclosed = not bad or _enclosed(text, delimiter, quote)
        if enclosed and (good > 2 * bad or (good and quote == "'")):
            return quote, escape
        odd = odd or (quote == '"' and (bad > 0 or not enclosed))
    quote = told.quote if told.quote is not None else "" if odd else '"'
    return quote, _bare_escape(lines, delimiter) if told.escape is None else told.escape


def _enclosed(text: str, delimiter: str, quote: str) -> bool:
    """Return whether about as many cells end with a quote as begin with one; for an apostrophe, nearly all must."""
    signs = Cut(delimiter, quote).signs
    between = signs.separator.pattern
    begins = len(re.findall(rf"(?:\A|(?<=[\r\n])[ \t]*|{between}){quote}", text))
    ends = len(re.findall(rf"{quote}(?={between}|[ \t]*[\r\n]|[ \t]*\Z)", text))
    if quote == '"':
        return min(begins, ends) > 0
    return min(begins, ends) > 0 and abs(begins - ends) <= 0.1 * max(begins, ends)


def _escapes(text: str, delimiter: str) -> tuple[str, ...]:
    before = Counter(re.findall(r"([\\^~!|/$&*@%])[\"']", text))
    likely = [sign for sign, _ in before.most_common(2) if sign != delimiter]
    return ("", *likely)


def _bare_escape(lines: abc.Sequence[str], delimiter: str) -> str:
    r"""Return a backslash where ``\,`` stands in cells and only with it the rows are alike."""
    if not delimiter.strip() or not any("\\" + delimiter in line for line in lines):
        return ""
    shares = []
    for escape in ("", "\\"):
        widths = Counter(len(row.cells) for row in _rows(lines, Cut(delimiter, "", escape)))
        shares.append(max(widths.values(), default=0) / max(1, sum(widths.values())))
    return "\\" if shares[1] > shares[0] else ""


def _fit(lines: abc.Sequence[str], how: Cut) -> tuple[int, int]:
    """Return in how many cells quotes fit, and in how many rows they do not."""
    bad: list[int] = []
    good = 0
    quote, signs = how.quote, how.signs
    start = re.compile(f"(?:^|{signs.separator.pattern}){re.escape(quote)}")
    for _ in cut(lines, how, report=lambda problem: bad.append(problem.line or 0)):
        pass
    wrong = set(bad)
    for place, line in enumerate(lines, 1):
        if quote in line and place not in wrong:
            good += len(start.findall(line.lstrip(signs.blanks)))
    return good, len(bad)


def _score(rows: abc.Sequence[Record], width: int, how: Cut) -> float:
    """Return how good a table this is: how many rows are alike, and how many of their cells are values."""
    delimiter = how.delimiter
    if not rows or (width < 2 and delimiter):
        return -1.0
    alike = [row.cells for row in rows if len(row.cells) == width]
    body = alike[1:] or alike
    commas = delimiter != ","
    known = sum(_known(cell, commas) for cells in body for cell in cells) / max(1, sum(map(len, body)))
    # Of several tables in a file each is alike in itself.
    beside = sum(len(a.cells) == len(b.cells) > 1 for a, b in pairwise(rows)) / len(rows)
    regular = max(len(alike) / len(rows), 0.9 * beside)
    if not delimiter:
        # Everything is a regular table of one column: that says little, unless nothing else fits.
        return 0.25 * (0.2 + known)
    prior = USUAL.get(delimiter, 0.5)
    if delimiter == " " and known < 0.3:
        prior *= 0.2
    first = rows[0].cells
    if len(first) == 1 and len(rows) > 1 and len(rows[1].cells) == width and _known(rows[1].cells[0], commas):
        # "value" above "1,5" and "2,5" is one column with decimal commas, "x,y" above them is two.
        prior *= 0.2
    return regular * regular * (0.2 + known) * prior


@lru_cache(1 << 15)
def _known(cell: str, commas: bool) -> float:
    """Return how much a cell looks like a value: 1 for a number or a date; ``commas`` allows decimal ones."""
    if not cell:
        return 0.5
    if len(cell) > 40 or (cell[0] > "9" and not cell[0].isalpha()):
        return 0.0
    if number(cell, ".") is not None or looks_like_date(cell):
        return 1.0
    if commas and COMMA_NUMBER.fullmatch(cell) is not None:
        return 1.0
    return 1.0 if _THOUSANDS.fullmatch(cell) or _SIMPLE.fullmatch(cell) else 0.0
