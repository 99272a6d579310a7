"""Gate Explorer's program: the window, or a headless command. Imports nothing heavy before it knows which."""

from __future__ import annotations

import os
import sys
import warnings


def main(argv: list[str] | None = None) -> int:
    """Run what ``argv`` asks for and return the exit code: 0, 1 for bad data or output, 2 for bad arguments."""
    # Before numpy is imported: its BLAS is not limited by torch.set_num_threads and would compete with the window, and
    # with one thread a seed gives the same weights however many processors there are.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if argv is None and not sys.warnoptions:
        warnings.simplefilter("ignore")  # a library's remarks are for us, not for the person at the terminal
    from explorer.commands.console import run_command

    return run_command(_dispatch, sys.argv[1:] if argv is None else argv)


def _dispatch(words: list[str]) -> int:
    match words:
        case ["trace", *options]:
            # One sequence is one chain of small products: more threads only wait for one another.
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            from explorer.commands.trace import trace

            return trace(options)
        case ["train", *options]:
            # As in the window's trainer: the same seed gives the same curves there and here.
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            from explorer.commands.train import train

            return train(options)
        case ["evaluate", *options]:
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            from explorer.commands.evaluate import evaluate

            return evaluate(options)
        case ["inspect", *options]:
            from explorer.commands.inspect import inspect

            return inspect(options)
        case ["presets", *options]:
            from explorer.commands.presets import presets

            return presets(options)
        case ["generate", *options]:
            from explorer.commands.generate import generate

            return generate(options)
        case ["screenshot", *options]:
            from widgets.commands import screenshot

            return screenshot(options)
    from widgets.commands import window

    return window(words)


if __name__ == "__main__":
    sys.exit(main())
