"""``generate``: write a generated sequence, with what is to be answered, as a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from explorer import sequences
from explorer.commands.arguments import path, whole
from explorer.commands.console import Parser, Progress, follow, invocation, say, tell
from explorer.commands.options import read_settings_of
from explorer.errors import UsageError
from explorer.sequences import GENERATORS, Dataset, FloatArray, Generator, Sequence, find_generator
from explorer.writing import replacing, require_writable

DESCRIPTION = """\
Write a generated sequence as a CSV: a header, then a line for each step with its features, its targets (empty where
nothing is asked), and its labels as 0 or 1. Same settings and same seed, same bytes. Numbers read back exactly.
Of texts there are many, each a line with its label.
Without a name, or with --list, it lists what there is.
"""

EXAMPLES = """\
examples:
  {program} generate --list
  {program} generate lorenz --list
  {program} generate adding --seed 3 --out adding.csv
  {program} generate noise --set kind=pink --set length=100000 --out pink.csv
"""

ROWS = 20_000
"""Lines that are made at once."""


def generate(words: list[str]) -> int:
    """Do what the arguments ask for; return the exit code."""
    parser = Parser("generate", description=DESCRIPTION, epilog=EXAMPLES.format(program=invocation()))
    parser.add_argument("name", metavar="NAME", nargs="?", help="the generator")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="one of its settings, repeatable",
    )
    parser.add_argument("--seed", type=whole, default=0, metavar="N", help="of the random numbers (0)")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--out", type=path, metavar="F.csv", help="where the sequence goes")
    either.add_argument("--list", action="store_true", help="say which generators there are, with their settings")
    arguments = parser.parse_args(words)
    if arguments.name is None and (arguments.settings or arguments.out is not None):
        raise UsageError(f"name a generator; there are {', '.join(GENERATORS)}")
    if arguments.name is None or arguments.list:
        chosen = GENERATORS.values() if arguments.name is None else [find_generator(arguments.name)]
        for line in _listing(list(chosen)):
            tell(line)
        return 0
    generator = find_generator(arguments.name)
    settings = generator.settings(read_settings_of(generator, arguments.settings))
    if arguments.out is None:
        raise UsageError(f"say with --out where the sequence goes; see {parser.prog} --help")
    require_writable(arguments.out)
    with Progress("generating") as progress:
        data = sequences.generate(generator.name, progress.show, seed=arguments.seed, **settings)
    _write_file(data, arguments.out)
    if data.chance is not None:
        measure, value = data.chance
        say(f"chance line: what has learned nothing reaches {measure} {value:.6g}")
    return 0


def _listing(generators: list[Generator]) -> Iterator[str]:
    for generator in generators:
        yield f"{generator.name}: {generator.doc}"
        rows = [(p.name, str(p.default).removesuffix(".0"), p.range, p.doc) for p in generator.parameters]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for name, default, allowed, doc in rows:
            yield f"  {name:{widths[0]}}  {default:>{widths[1]}}  {allowed:{widths[2]}}  {doc}"


def _write_file(data: Dataset, out: Path) -> None:
    """Write a sequence, or many texts, and say what was written. ``OutputError`` if it cannot be."""
    sequence = data.sequences[0]
    with replacing(out) as file:
        follow("writing", _write_texts(data, file) if sequence.tokens else _write(sequence, file))
    what = (
        f"{len(data.sequences)} texts" if sequence.tokens else f"{len(sequence)} steps of {', '.join(_names(sequence))}"
    )
    say(f"wrote {out}: {what}")


def _write_texts(data: Dataset, file: BinaryIO) -> Iterator[float]:
    """Write a line for each text; each item is the fraction done."""
    file.write(b"text,label\n")
    for k, sequence in enumerate(data.sequences, 1):
        file.write(f"{' '.join(sequence.tokens)},{sequence.label}\n".encode())
        yield k / len(data.sequences)


def _names(sequence: Sequence) -> list[str]:
    # A label alone is called so, and is then known as one where the file is opened.
    labels = ["label"] if len(sequence.labels) == 1 else [f"label {label.name}" for label in sequence.labels]
    return [*sequence.features, *sequence.target_names, *labels]


def _write(sequence: Sequence, file: BinaryIO) -> Iterator[float]:
    """Write the lines; each item is the fraction done."""
    file.write((",".join(_names(sequence)) + "\n").encode())
    for first in range(0, len(sequence), ROWS):
        steps = slice(first, first + ROWS)
        columns = [_texts(column) for column in sequence.values[steps].T]
        if sequence.targets is not None:
            columns += [_texts(column) for column in sequence.targets[steps].T]
        columns += [[str(int(mark)) for mark in label.values[steps].tolist()] for label in sequence.labels]
        file.write("".join(",".join(cells) + "\n" for cells in zip(*columns, strict=True)).encode())
        yield min(1.0, (first + ROWS) / len(sequence))


def _texts(values: FloatArray) -> list[str]:
    """Return the shortest texts that read back as these numbers, nothing for NaN."""
    return ["" if text == "nan" else text for text in map(_text, values.tolist())]


def _text(value: float) -> str:
    return repr(value).removesuffix(".0")
