"""The arguments that say how a file is to be opened, where it should not be guessed: those of the import dialog."""

from __future__ import annotations

import argparse
import codecs
import math
from collections.abc import Sequence
from types import MappingProxyType
from typing import TypeVar, get_args

from explorer.commands.arguments import GENERATED, PRESET, names, number, whole
from explorer.commands.console import Parser, Progress
from explorer.commands.report import REMEDY
from explorer.errors import DataError, UsageError, shown
from explorer.sequences import Dataset, read_dataset
from explorer.sequences.options import Fill, Form, Options, Order, Role, Shape, Tokens

SIGNS = {"none": "", "space": " ", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "point": "."}
"""Words for signs that are hard to see or to type in a shell."""

SIGNS_OF_FORM = {
    "delimiter": "between cells",
    "quote": "around cells",
    "escape": "before a quote that is part of a cell",
    "decimal": "in numbers",
    "thousands": "between thousands",
}
COUNTS_OF_FORM = {
    "preamble_lines": "above the names",
    "header_lines": "of names; 0: there are none",
    "footer_lines": "below the last row",
}


Choice = TypeVar("Choice", bound=str)


def add_importing(parser: Parser) -> None:
    """Let the parser take how a file is opened. ``read_options`` makes ``Options`` of the result."""
    form = parser.add_argument_group(
        "how a file is cut (what is not said is guessed)", f"SIGN is one character, or a word: {', '.join(SIGNS)}."
    )
    form.add_argument("--encoding", type=_encoding, metavar="NAME", help="such as utf-8, utf-16 or cp1252")
    for name, where in SIGNS_OF_FORM.items():
        form.add_argument(f"--{name}", type=_sign, metavar="SIGN", help=f"the sign {where}")
    form.add_argument("--comment", type=_comment, metavar="TEXT", help="lines that begin with it are no rows, or none")
    for name, where in COUNTS_OF_FORM.items():
        form.add_argument(f"--{name.replace('_', '-')}", type=_count, metavar="N", help=f"lines {where}")
    form.add_argument("--table", type=_count, metavar="K", help="which of several tables, sheets or arrays, from 0")
    form.add_argument("--dates", choices=get_args(Order), help="whether 05/06/2013 is in June or in May")
    form.add_argument(
        "--missing",
        action="append",
        metavar="A,B",
        help='words that stand for no value, in place of the usual (-, ?, NA …): "usual" adds those, "" is empty cells '
        "only; where the first begins with a minus: --missing=-999,usual; a number with a decimal comma stands in "
        """double quotes: --missing='"-99,9"'""",
    )

    meaning = parser.add_argument_group("what it means (what is not said is guessed)")
    for name, read, value, what in (
        ("--role", _role, "ROLE", f"what a column is: {', '.join(get_args(Role))}"),
        ("--fill", _fill, "HOW", f"what becomes of its missing values: {', '.join(get_args(Fill))}"),
    ):
        meaning.add_argument(name, type=read, action="append", default=[], metavar=f"NAME={value}", help=what)
    meaning.add_argument(
        "--embed", type=names, action="extend", default=[], metavar="A,B", help="categories that become learned vectors"
    )
    meaning.add_argument(
        "--shape", choices=get_args(Shape), help="rows are steps of one sequence, of several (long), or a sequence each"
    )
    meaning.add_argument("--rate", type=_rate, metavar="R", help="steps per second, where no column is the time")
    meaning.add_argument("--train", type=_part, default=1.0, metavar="F", help="the first part, which scaling fits (1)")
    meaning.add_argument(
        "--bad-cells",
        choices=("refuse", "missing"),
        default="refuse",
        help="whether a word among numbers is an error or a missing value (refuse)",
    )
    meaning.add_argument("--text", action="store_true", default=None, help="running text, not a table")
    meaning.add_argument("--tokens", choices=get_args(Tokens), help="what text is cut into (in tables words)")


def spread(words: Sequence[str]) -> list[str]:
    """Return the arguments with ``--role A=input B=target`` as ``--role A=input --role B=target``, likewise --fill.

    Left to argparse, an option of several values would swallow the file named after it.
    """
    known = {"--role": get_args(Role), "--fill": get_args(Fill)}
    spread_out: list[str] = []
    option = ""
    for word in words:
        if option and spread_out[-1] != option and word.rpartition("=")[2] in known[option] and "=" in word:
            spread_out.append(option)
        elif word in known:
            option = word
        elif not (option and spread_out[-1] == option):
            option = ""
        spread_out.append(word)
    return spread_out


def read_options(arguments: argparse.Namespace) -> Options:
    """Return what the arguments say. ``UsageError`` where two of them contradict each other."""
    form = Form(
        encoding=arguments.encoding,
        comment=arguments.comment,
        table=arguments.table,
        dates=arguments.dates,
        missing=_missing(arguments.missing, arguments.decimal),
        **{name: getattr(arguments, name) for name in (*SIGNS_OF_FORM, *COUNTS_OF_FORM)},
    )
    _require_fitting(form)
    return Options(
        form=form,
        roles=MappingProxyType(_by_name("--role", arguments.role)),
        fills=MappingProxyType(_by_name("--fill", arguments.fill)),
        embedded=tuple(dict.fromkeys(arguments.embed)),
        shape=arguments.shape,
        rate=arguments.rate,
        train=arguments.train,
        bad_cells=arguments.bad_cells,
        plain_text=arguments.text,
        tokens=arguments.tokens,
    )


def read_input_options(arguments: argparse.Namespace) -> Options:
    """Return what the arguments say of INPUT. ``UsageError`` also where that is no file."""
    options, source = read_options(arguments), arguments.input
    if options != Options() and (source is None or source.startswith((PRESET, GENERATED))):
        raise UsageError("how a file is opened was said, but the input is a preset; name a file, or leave that out")
    return options


def read_file(source: str, options: Options) -> Dataset:
    """Read a file and show how far it is. ``DataError``, of a cell that does not fit with what can be done about it."""
    try:
        with Progress("reading") as progress:
            return read_dataset(source, options, progress=progress.show)
    except DataError as error:
        if error.column is None:
            raise
        message = f"{error.message}; {REMEDY}"
        raise DataError(message, file=error.file, line=error.line, column=error.column) from error


def _require_fitting(form: Form) -> None:
    if form.decimal is not None and form.decimal not in (".", ","):
        raise UsageError(f"argument --decimal: must be point or comma, not {shown(form.decimal)}")
    told = [(name, sign) for name in ("quote", "escape", "thousands") if (sign := getattr(form, name))]
    for name, sign in told:
        if name != "thousands" and sign == form.delimiter:
            raise UsageError(f"--delimiter and --{name} are the same sign, {shown(sign)}")
        if name == "thousands" and sign == form.decimal:
            raise UsageError(f"--decimal and --thousands are the same sign, {shown(sign)}")


def _by_name(option: str, pairs: Sequence[tuple[str, Choice]]) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for name, value in pairs:
        if found.setdefault(name, value) != value:
            raise UsageError(f"argument {option}: {shown(name)} is {found[name]} and {value}; only one can be right")
    return found


def _missing(told: Sequence[str] | None, decimal: str | None) -> tuple[str, ...] | None:
    """Return the words that stand for no value. ``UsageError`` where one may be a number or two words."""
    if told is None:
        return None
    from explorer.sequences.numerals import number_or_words, told_words

    for text in told:
        if decimal is None and (unsure := number_or_words(text)):
            raise UsageError(
                f"argument --missing: {unsure} may be one number or several words; "
                f"""write --missing='"{unsure}"' for the number, """
                f"""or --missing='{unsure.replace(",", ", ")}' for the words"""
            )
    return tuple(dict.fromkeys(word for text in told for word in told_words(text, decimal or ".")))


def _encoding(text: str) -> str:
    try:
        known = codecs.lookup(text)
        "".encode(known.name)  # complains of those that are none of text, such as base64
    except (LookupError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"there is no encoding {shown(text)}; try utf-8, utf-16 or cp1252") from error
    return known.name


def _sign(text: str) -> str:
    sign = "\t" if text == "\\t" else SIGNS.get(text.lower(), text)
    if len(sign) > 1 or not text or (sign and sign in "\r\n"):
        raise argparse.ArgumentTypeError(f"must be one sign, or {', '.join(SIGNS)}, not {shown(text)}")
    return sign


def _comment(text: str) -> str:
    return "" if text == "none" else text


def _count(text: str) -> int:
    count = whole(text)
    if count < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, not {shown(text)}")
    return count


def _rate(text: str) -> float:
    rate = number(text)
    if not (rate > 0 and math.isfinite(rate)):
        raise argparse.ArgumentTypeError(f"must be above 0, not {shown(text)}")
    return rate


def _part(text: str) -> float:
    part = number(text)
    if not 0 < part <= 1:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most 1, not {shown(text)}")
    return part


def _pair(text: str, known: tuple[str, ...]) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"must be NAME={known[0]} or the like, not {shown(text)}")
    if value not in known:
        raise argparse.ArgumentTypeError(f"{shown(name)} cannot be {shown(value)}; there are {', '.join(known)}")
    return name, value


def _role(text: str) -> tuple[str, str]:
    return _pair(text, get_args(Role))


def _fill(text: str) -> tuple[str, str]:
    return _pair(text, get_args(Fill))
