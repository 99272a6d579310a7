"""The commands that show something: the window, and a picture of it. Arguments only; Qt is imported last."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from pathlib import Path

import explorer
from explorer.commands.arguments import PRESET, named, path, require_source, shown, suffixed, whole
from explorer.commands.console import Parser, invocation
from explorer.errors import DataError, GateExplorerError, UsageError
from widgets import libraries

HELP = """\
A debugger for recurrent networks: step through an RNN, LSTM or GRU and see every gate at every step.

commands, each with a --help of its own:
  (none)       open the window
  trace        run a network over a sequence and write every quantity at every step to an .npz
  train        train networks on data, a preset or a generator, and record it in a folder
  inspect      say what would be loaded of files, and where they do not fit
  presets      list the stored experiments
  generate     write a sequence made by a recipe, with its targets, as a CSV
  screenshot   write a picture of the window to a .png; needs no display
"""

EXAMPLES = """\
examples:
  {program}
  {program} data.csv
  {program} preset:adding
  {program} presets
  {program} generate lorenz --set length=5000 --seed 1 --out lorenz.csv
  {program} trace data.csv --cell gru --hidden 64 --standardize --out trace.npz
  {program} trace preset:adding --layers 2 --bidirectional --out trace.npz --save-weights weights.safetensors
  {program} train preset:adding --out adding
  {program} inspect data.csv
  {program} screenshot data.csv --cell lstm --step 120 --theme dark --out window.png
"""

SCREENSHOT_EXAMPLES = """\
Without any of the network's options the picture shows the preset's own network; with one of them, the network that
trace would run with the same options.

examples:
  {program} screenshot --out window.png
  {program} screenshot data.csv --cell gru --hidden 64 --step 120 --out step-120.png
  {program} screenshot preset:adding --theme dark --size 1280x800 --out adding.png
"""

WIDTHS, HEIGHTS = range(960, 16385), range(400, 16385)
"""Sizes of a picture: the window does not become smaller, nor Qt's pictures much larger."""


def window(words: list[str]) -> int:
    """Open the window; return its exit code."""
    parser = Parser(
        usage=f"{invocation()} [FILE | FOLDER | preset:NAME]\n       {invocation()} COMMAND …",
        description=HELP,
        epilog=EXAMPLES.format(program=invocation()),
    )
    parser.add_argument("--version", action="version", version=f"Gate Explorer {explorer.__version__}")
    parser.add_argument(
        "source",
        type=named,
        nargs="?",
        metavar="FILE",
        help="what to open: a table, arrays or text, a folder of such, or preset:NAME",
    )
    source: str | None = parser.parse_args(words).source
    _require_known(source)
    _prepare_qt()
    gc.disable()  # what is imported stays to the end: nothing of it is to be looked through, now or later
    from widgets.app import open_window

    gc.freeze()
    gc.enable()
    return open_window(source)


def screenshot(words: list[str]) -> int:
    """Write a picture of the window as it opens; return the exit code."""
    from explorer.commands.importing import read_input_options, spread
    from explorer.commands.options import read_recipe
    from explorer.writing import require_writable

    arguments = _screenshot_parser().parse_args(spread(words))
    suffixed(arguments.out, "--out", ".png")
    recipe, options = read_recipe(arguments), read_input_options(arguments)
    require_source(arguments.input)
    require_writable(arguments.out)
    if sys.platform != "win32":  # there is always a display there, and Qt's offscreen platform finds no fonts
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # What its offscreen platform cannot do concerns nobody who asked for a picture.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    _prepare_qt()
    from widgets.app import save_screenshot

    save_screenshot(
        arguments.input,
        recipe,
        options,
        scale=arguments.scale,
        step=arguments.step,
        size=arguments.size,
        theme=arguments.theme,
        out=arguments.out,
    )
    return 0


def _screenshot_parser() -> Parser:
    from explorer.commands.importing import add_importing
    from explorer.commands.options import add_input, add_network, add_scale

    parser = Parser(
        "screenshot",
        description="Write a picture of the window to a .png. Needs no display.",
        epilog=SCREENSHOT_EXAMPLES.format(program=invocation()),
    )
    add_input(parser)
    parser.add_argument("--out", type=path, required=True, metavar="F.png", help="where the picture goes")
    parser.add_argument("--step", type=_step, metavar="T", help="the step under the cursor, counted from 0")
    parser.add_argument("--size", type=_size, default=(1600, 1000), metavar="WxH", help="in pixels (1600x1000)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="(light)")
    add_scale(parser, "as the window would")
    add_network(parser)
    add_importing(parser)
    return parser


def _require_known(source: str | None) -> None:
    """Complain of a mistyped command as such, not as of a file."""
    try:
        require_source(source)
    except DataError as error:
        if source is None or source.startswith(PRESET) or Path(source).suffix or Path(source).exists():
            raise
        raise UsageError(f"there is no command and no file called {source!r}; see {invocation()} --help") from error


def _prepare_qt() -> None:
    """Say what Qt lacks before it can abort. On Windows import torch first: from 2.9 it can fail to load after Qt."""
    lack = libraries.complaint(os.environ)
    if lack:
        raise GateExplorerError(lack)
    if sys.platform == "win32":
        from explorer.functions import torch_functions

        torch_functions()


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,9})[xX×](\d{1,9})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"must be WIDTHxHEIGHT, such as 1600x1000, not {text!r}")
    width, height = int(match[1]), int(match[2])
    if width not in WIDTHS or height not in HEIGHTS:
        least, most = (f"{end(WIDTHS)}x{end(HEIGHTS)}" for end in (min, max))
        raise argparse.ArgumentTypeError(f"must be from {least} to {most} pixels, not {text!r}")
    return width, height


def _step(text: str) -> int:
    step = whole(text)
    if step < 0:
        raise argparse.ArgumentTypeError(f"steps are counted from 0, not {shown(text)}")
    return step
