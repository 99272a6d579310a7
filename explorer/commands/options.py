"""The arguments that several commands share: the input, and the network that runs over it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from explorer.cells import CELL_NAMES
from explorer.clamp_texts import EXAMPLE, HoldError, HoldText, read_hold
from explorer.clamps import Clamp, Readable
from explorer.commands.arguments import named, whole
from explorer.commands.console import Parser
from explorer.errors import UsageError
from explorer.initialisation import INITIALISATIONS, make_network
from explorer.network import Network, Recipe
from explorer.sequences import Dataset, Generator, Scale

DEFAULT = Recipe()


def add_input(parser: Parser) -> None:
    """Let the parser take INPUT."""
    parser.add_argument(
        "input",
        type=named,
        metavar="INPUT",
        nargs="?",
        help="a table, arrays, text or a folder of them, preset:NAME, or generated:NAME?length=500&seed=1 "
        "(the first preset)",
    )


def add_scale(parser: Parser, default: str = "as it is") -> None:
    """Let the parser take how the features are scaled."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--standardize",
        dest="scale",
        action="store_const",
        const="standardize",
        help=f"give every feature mean 0 and standard deviation 1 ({default})",
    )
    group.add_argument(
        "--scale", choices=get_args(Scale), help=f"standardize is the same; min-max: from 0 to 1 ({default})"
    )


def add_network(parser: Parser) -> None:
    """Let the parser take what a network is made from. ``read_recipe`` makes it of the result."""
    group = parser.add_argument_group("network")
    group.add_argument("--cell", choices=CELL_NAMES, help=f"the recurrence ({DEFAULT.cell})")
    group.add_argument("--nonlinearity", choices=("tanh", "relu"), help=f"of the rnn only ({DEFAULT.nonlinearity})")
    group.add_argument(
        "--hidden", type=whole, metavar="H", help=f"units of each layer and direction ({DEFAULT.hidden})"
    )
    group.add_argument(
        "--embedding", type=whole, metavar="E", help=f"numbers that stand for a word of a text ({DEFAULT.embedding})"
    )
    group.add_argument("--layers", type=whole, metavar="N", help=f"how many are stacked ({DEFAULT.layers})")
    group.add_argument("--bidirectional", action="store_true", default=None, help="a second direction in every layer")
    group.add_argument("--no-bias", dest="bias", action="store_false", default=None, help="leave the biases out")
    group.add_argument("--seed", type=whole, metavar="N", help=f"of the random weights ({DEFAULT.seed})")
    group.add_argument(
        "--init",
        choices=INITIALISATIONS,
        help=f"how the weights are drawn; forget-bias is for lstm, chrono for lstm and gru, identity for rnn "
        f"({DEFAULT.init})",
    )
    group.add_argument("--dtype", choices=("float32", "float64"), help=f"what it computes in ({DEFAULT.dtype})")


def add_holds(parser: Parser) -> None:
    """Let the parser take what is held. ``fit_holds`` makes clamps of the result."""
    parser.add_argument(
        "--hold",
        action="append",
        type=_hold,
        metavar="H",
        help=f"hold a quantity or edit the input, as in {EXAMPLE} or f[*]=mean; may be given several times",
    )


def _hold(text: str) -> HoldText:
    try:
        return read_hold(text)
    except HoldError as error:
        raise UsageError(f"argument --hold: {error}") from error


def fit_holds(
    holds: Sequence[HoldText], network: Network, dataset: Dataset, sequence: int, free: Callable[[], Readable]
) -> tuple[Clamp, ...]:
    """Return the clamps of a sequence that were asked for. UsageError if this network or these data have no such.

    ``free`` computes what would be if nothing were held: where a mean is wanted, and all else has been found to fit.
    """
    try:
        for hold in holds:
            hold.require_fitting(network, dataset, sequence)
        unheld = free() if any(hold.mean for hold in holds) else None
        return tuple(hold.clamp(network, dataset, sequence, unheld) for hold in holds)
    except HoldError as error:
        raise UsageError(f"argument --hold: {error}") from error


def read_recipe(arguments: argparse.Namespace) -> Recipe | None:
    """Return the network that was asked for, or None if nothing was said of it. UsageError if it cannot be made."""
    names = ("cell", "nonlinearity", "hidden", "layers", "bidirectional", "bias", "seed", "init", "dtype", "embedding")
    said = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    if not said:
        return None
    recipe = Recipe(**said)
    # A tiny one fails for the same reasons, and before any data is read.
    make_network(replace(recipe, hidden=min(recipe.hidden, 1), layers=min(recipe.layers, 1)), 1)
    return recipe


def read_settings_of(generator: Generator, given: Sequence[str]) -> dict[str, float | str]:
    """Return what ``--set`` said. ``UsageError`` on an unknown key, one without a value, or one set twice."""
    settings: dict[str, float | str] = {}
    for text in given:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise UsageError(f"argument --set: must be KEY=VALUE, such as length=500, not {text!r}")
        if key in settings:
            raise UsageError(f"argument --set: {key} is set twice")
        settings[key] = generator.parameter(key).read(value)
    return settings
