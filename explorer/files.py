"""Files of our own: a trace as an .npz, and initial states from one."""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import IO, BinaryIO, cast

import numpy as np

from explorer.cells import Kind
from explorer.errors import DataError
from explorer.functions import FloatArray
from explorer.network import Place
from explorer.trace import Trace
from explorer.writing import Sink, array_member, raw_bytes

WINDOW = 2**22
"""Numbers of a quantity that are held at once while it is written."""


def array_names(trace: Trace, *, preactivations: bool) -> Iterator[tuple[str, Place, str]]:
    """Yield (``l0.i``, place, quantity) for each array that an export holds besides ``x``, in the order of the file."""
    network = trace.experiment.network
    for place in network.places:
        for quantity in network.cell(place).quantities:
            if preactivations or quantity.kind is not Kind.PRE_ACTIVATION:
                yield f"{place.key}.{quantity.name}", place, quantity.name


def export_trace(
    trace: Trace,
    file: BinaryIO,
    *,
    preactivations: bool = False,
    sequence: int = 0,
    held: Sequence[str] = (),
) -> Generator[float, None, None]:
    """Write one sequence of a complete trace as an .npz; iterate, each item is the fraction done.

    ``x`` (T, D) is what the network saw, the others (T, H) stand under ``array_names``, all by input step and in the
    network's dtype. Where the network has a head, ``y`` (T, K) is what it puts out, as it was trained and so not always
    in the units of the data. Where there are texts that say what was ``held``, they stand under that name. Written
    window by window: a long trace is never in memory as a whole. Same trace, same bytes.
    """
    wanted = list(array_names(trace, preactivations=preactivations))
    x = trace.inputs(sequence)
    # zipfile knows how to write; that an output which fails cannot be finished either, it does not.
    with zipfile.ZipFile(cast(IO[bytes], Sink(file)), "w") as archive:
        with array_member(archive, "x", x.shape, x.dtype) as member:
            member.write(raw_bytes(x))
        if held:
            texts = np.array(held)
            with array_member(archive, "held", texts.shape, texts.dtype) as member:
                member.write(raw_bytes(texts))
        if trace.experiment.network.head is not None:
            _write_output(trace, archive, sequence)
        for k, (name, place, quantity) in enumerate(wanted):
            shape = (len(x), trace.experiment.network.weights(place).hidden_size)
            with array_member(archive, name, shape, x.dtype) as member:
                per_window = max(WINDOW // shape[1] // 256, 1) * 256
                for first in range(0, len(x), per_window):
                    last = min(first + per_window, len(x))
                    rows = trace.read(sequence, quantity, place, steps=slice(first, last))
                    member.write(raw_bytes(rows))
                    yield (k + last / len(x)) / len(wanted)


def _write_output(trace: Trace, archive: zipfile.ZipFile, sequence: int) -> None:
    steps, none = trace.length(sequence), trace.output(sequence, slice(0, 0))
    per_window = max(WINDOW // trace.experiment.network.layers[-1].output_size // 256, 1) * 256
    with array_member(archive, "y", (steps, none.shape[1]), none.dtype) as member:
        for first in range(0, steps, per_window):
            member.write(raw_bytes(trace.output(sequence, slice(first, min(first + per_window, steps)))))


def read_states(path: Path) -> dict[str, FloatArray]:
    """Return the arrays of an .npz of initial states, ``l0.h`` …. DataError if it is none, or not of real numbers."""
    from explorer.sequences.foreign import NUMPY_SAYS, complaining

    with complaining(path, "this is no .npz of numbers, as numpy.savez writes it", NUMPY_SAYS), path.open("rb") as file:
        loaded = np.load(file, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise DataError("this holds one array without a name, not an .npz with l0.h and the like")
        with loaded:
            states = {name: loaded[name] for name in loaded.files}
    for name, array in states.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "iuf":
            raise DataError(f"{name!r} does not hold real numbers", file=path)
    return states
