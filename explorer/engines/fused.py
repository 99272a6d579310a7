"""The fast way: torch's own fused layer gives h, and the cell's equations then explain every step of it at once.

With h known for all steps, the pre-activations of all steps are one product per gate block, the gates follow
elementwise. A state that torch returns only at the end (the LSTM's c) follows by a scan, between its values that torch
gives every PIECE steps. Source: science notes on exact recovery; oneDNN's backward pass recomputes the gates likewise.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from explorer.cells import Cell, evaluate
from explorer.engines import rounding
from explorer.functions import Array, FloatArray, torch_functions
from explorer.network import Weights, given
from explorer.trace import Check
from explorer.track import Track

PIECE = 512
"""Steps after which torch is asked for its c, so that ours is never further from it than their rounding."""


class Fused:
    """Runs torch's layer over a stretch, recovers every quantity, and measures the difference between the two."""

    name = "torch, fused and explained"
    chunk = 4096

    def __init__(self) -> None:
        self._modules: dict[int, tuple[Weights, Any, dict[str, Any]]] = {}

    def name_for(self, _tracks: Iterable[Track]) -> str:
        """Return by what these are computed."""
        return self.name

    def advance(self, track: Track, first: int, last: int) -> Check | None:
        """Compute the steps first…last − 1 with torch's fused layer, explain and record them."""
        values, check = self.explain(track, first, last)
        track.record(first, values, _torch_min_max)
        return check

    def explain(self, track: Track, first: int, last: int) -> tuple[dict[str, Any], Check]:
        """Return every kept quantity (n, H) of the steps, and how far the recovered ones are from torch's.

        ``h`` is torch's, and so is c at the end of each piece: the next step is taken from what torch itself has.
        """
        import torch

        cell, fn = track.cell, torch_functions()
        module, blocks = self.module(track)
        flip: Callable[[Any], Any] = (lambda a: a.flip(0)) if track.reverse else (lambda a: a)
        with torch.inference_mode():
            x = flip(as_tensor(track.inputs(first, last)))
            edge = (last - 1, last) if track.reverse else (first, first + 1)
            start = {state: as_tensor(rows).clone() for state, rows in track.previous(*edge).items()}
            h, theirs = _play(cell, module, x, start)
            values: dict[str, Array] = {"h_prev": torch.cat([start["h"], h[:-1]])}
            values |= given(cell, blocks, x, values["h_prev"], affine=_affine)
            known = dict(values)
            pairs = []
            if cell.conveyor is not None:
                state, operands = cell.conveyor.state, (cell.conveyor.keep, *cell.conveyor.write)
                keep, one, other = (evaluate(cell, name, values, fn) for name in operands)
                rows = torch.from_numpy(scan(keep.numpy(), (one * other).numpy(), theirs[state][:-1].numpy()))
                values[state] = known[state] = rows
                ends = [*range(PIECE - 1, len(x) - 1, PIECE), len(x) - 1]
                pairs.append((state, rows[ends], theirs[state][1:]))
            pairs.append(("h", evaluate(cell, "h", values, fn), h))
            offsets = functools.partial(_offsets, track, x, known, theirs)
            check = rounding.compare(pairs, rounding.input_reach(track, first, last), offsets)
            if cell.conveyor is not None:
                rows[ends] = theirs[state][1:]
            quantities = values | {"h": h}
            return {name: flip(evaluate(cell, name, quantities, fn)) for name in track.kept}, check

    def module(self, track: Track) -> tuple[Any, dict[str, Any]]:
        """Return torch's module for one layer and direction, holding the track's weights, and the gate blocks."""
        import torch

        kept = self._modules.get(id(track.weights))
        if kept is None:
            weights = track.weights
            options: dict[str, Any] = {"bias": weights.bias_ih is not None}
            if track.cell.name == "rnn":
                options["nonlinearity"] = track.cell.nonlinearity
            kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[track.cell.name]
            # Made without memory, then given our arrays: no draw from torch's global generator, no copy.
            module = kind(weights.input_size, weights.hidden_size, device="meta", **options)
            parameters = {f"{name}_l0": as_tensor(array) for name, array in weights.named()}
            module.load_state_dict(parameters, assign=True)
            kept = (weights, module, {name: as_tensor(array) for name, array in track.blocks.items()})
            self._modules[id(weights)] = kept
        return kept[1], kept[2]


def _play(cell: Cell, module: Any, x: Any, start: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Run torch's layer over x (n, D) from the states (1, H) of ``start``; return h (n, H) and its states in between.

    Those are (pieces + 1, H) each: before the first piece and after every one. Only a cell with a conveyor is cut.
    """
    import torch

    states, rows = [tuple(state[None] for state in start.values())], []
    for piece in x[:, None].split(len(x) if cell.conveyor is None else PIECE):
        h, ends = module(piece, states[-1] if len(start) > 1 else states[-1][0])
        rows.append(h[:, 0])
        states.append(ends if len(start) > 1 else (ends,))
    return torch.cat(rows), {name: torch.cat([ends[k][0] for ends in states]) for k, name in enumerate(start)}


def _offsets(track: Track, x: Any, known: dict[str, Any], theirs: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """Return how far the products of the layer may be off at most, and each state where it is compared.

    known: the layer's terms, h before each step, and c as the scan gives it, which goes on from ``theirs`` after PIECE
    steps: so do the offsets, from nothing.
    """
    import torch

    cell, h_prev = track.cell, known["h_prev"]
    terms = {name: rows for block in track.cell.blocks for name, rows in known.items() if name in block.terms}
    offsets = rounding.term_offsets(track, x, h_prev, terms)
    largest = rounding.largest(offsets)
    if cell.conveyor is None:
        return largest, {"h": rounding.moved(cell, "h", known, offsets)}
    state, rows = cell.conveyor.state, known[cell.conveyor.state]
    before = torch.cat([theirs[state][:1], rows[:-1]])
    before[::PIECE] = theirs[state][:-1]
    keep, write = rounding.growth(cell, known | {f"{state}_prev": before}, offsets)
    nothing = torch.zeros_like(theirs[state][:-1])
    drift = torch.from_numpy(scan(keep.numpy(), write.numpy(), nothing.numpy()))
    at_ends = torch.cat([drift[PIECE - 1 : -1 : PIECE], drift[-1:]])
    return largest, {state: at_ends, "h": rounding.moved(cell, "h", known, offsets | {state: drift})}


def scan(keep: FloatArray, write: FloatArray, starts: FloatArray) -> FloatArray:
    """Return s (n, H) with s_t = keep_t ⊙ s_{t−1} + write_t, where ``starts`` (pieces, H) is s before each piece.

    The pieces, of PIECE steps but for the last, advance side by side: the plain loop, for all of them at once. The
    result takes the place of ``write``.
    """
    whole = len(keep) // PIECE * PIECE
    for first, last in ((0, whole), (whole, len(keep))):
        if first == last:
            continue
        shape = (-1, min(PIECE, last - first), keep.shape[-1])
        kept, rows = (array[first:last].reshape(shape).swapaxes(0, 1) for array in (keep, write))
        state = starts[first // PIECE : -(-last // PIECE)]
        for keep_t, now in zip(kept, rows, strict=True):
            now += keep_t * state
            state = now
    return write


class _Shared:
    """The memory of a numpy array, without its being read-only; torch has no such thing and warns of it."""

    def __init__(self, array: FloatArray) -> None:
        self._array = array
        self.__array_interface__ = array.__array_interface__ | {"data": (array.ctypes.data, False)}


def as_tensor(array: FloatArray) -> Any:
    """Share a numpy array with torch. Ours are often read-only: nothing here writes to them."""
    import torch

    return torch.from_numpy(np.asarray(_Shared(np.ascontiguousarray(array))))


def _affine(bias: Any, *products: tuple[Any, Any]) -> Any:
    """Return the sum of the matrix products and the bias, adding in place: no tensor in between."""
    import torch

    (rows, weight), *others = products
    total = torch.addmm(bias, rows, weight)
    for rows, weight in others:
        total.addmm_(rows, weight)
    return total


def _torch_min_max(buckets: Any) -> tuple[FloatArray, FloatArray]:
    return buckets.amin(1).numpy(), buckets.amax(1).numpy()
