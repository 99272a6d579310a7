"""What made a number: the terms of a pre-activation one by one, and every equation of a step with its numbers.

All of it is read from the cell's declaration and the trace; no gate is spelled out here. Products are taken in float64,
whatever the network computes in, so that their sum can be held against what the trace recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from explorer.cells import Block, Cell, Quantity
from explorer.experiment import Experiment
from explorer.formulas import cuts
from explorer.functions import NUMPY, FloatArray, IndexArray
from explorer.network import Place
from explorer.trace import Trace

Number: TypeAlias = "float | np.floating[Any]"
"""A number in the type it was computed in, so that the shortest text that reads back as it can be shown."""

TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
"""How far a recorded sum may be from its terms, as a part of 1 + Σ|terms|: what the rounding of such a sum comes to."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a term comes from: a feature of the data (``x``, no place) or a unit's hidden state at a place (``h``).

    ``index`` is the feature or the unit. ``name`` is as a person reads it: ``temperature``; ``word[2]``, a part of the
    vector of a code; ``l0.h[3]``, of the layer below; ``h⁻[3]``, of the step before at the same place.
    """

    name: str
    quantity: str
    index: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum as the trace recorded it, and what its terms come to in float64.

    ``bound`` is how far rounding may take them apart. Further apart than that, the quantity was held at a value.
    """

    quantity: str
    total: float
    recorded: Number
    bound: float

    @property
    def difference(self) -> float:
        """Recorded minus total."""
        return float(self.recorded) - self.total

    @property
    def agrees(self) -> bool:
        """Whether the two differ by no more than rounding; both NaN, or the same infinity, agree."""
        return abs(self.difference) <= self.bound or np.array_equal(self.total, self.recorded, equal_nan=True)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The terms of one unit's pre-activation at one step: a = Σ_d W_i x_d + b_i + reach · (Σ_j W_h h⁻_j + b_h).

    ``x`` (D,) and ``h_prev`` (H,) are what came in, ``inputs`` (D,) and ``hidden`` (H,) their products with the weights
    in float64, in the order of ``sources``. ``reach`` is 1, except where the cell puts something between the two
    products: there it is what the recurrent one is multiplied by (the GRU's reset gate).
    ``sums`` are the recorded sums: the pre-activation; of a split block u and q before it.
    """

    block: str
    unit: int
    x: FloatArray
    h_prev: FloatArray
    inputs: FloatArray
    hidden: FloatArray
    b_i: float
    b_h: float
    reach: float
    sums: tuple[Sum, ...]

    @property
    def input_term(self) -> float:
        """Σ_d W_i x_d, what all inputs contribute, without the bias."""
        return _sum(self.inputs)

    @property
    def recurrent_term(self) -> float:
        """Reach · Σ_j W_h h⁻_j, what all hidden units contribute, without the bias."""
        return self.reach * _sum(self.hidden)

    @property
    def bias(self) -> float:
        """b_i + reach · b_h."""
        return self.b_i + self.reach * self.b_h

    @property
    def total(self) -> float:
        """The pre-activation as the sum of all terms."""
        return self.sums[-1].total

    @property
    def share(self) -> float:
        """The share of the recurrent part, |recurrent| / (|input| + |recurrent| + |bias|), from 0 to 1.

        Each of the three is a sum with its sign: contributions that cancel one another do not count. 0 where all three
        are 0.
        """
        parts = abs(self.input_term), abs(self.recurrent_term), abs(self.bias)
        return parts[1] / sum(parts) if sum(parts) else 0.0

    @property
    def contributions(self) -> FloatArray:
        """What each source adds to the pre-activation: (D + H,), in the order of ``sources``."""
        with np.errstate(invalid="ignore", over="ignore"):  # 0 · ∞
            return np.concatenate([self.inputs, self.reach * self.hidden])

    @property
    def ranking(self) -> IndexArray:
        """The positions of ``contributions``, the largest magnitude first; a NaN before all, equals in their order."""
        size = np.abs(self.contributions)
        return np.argsort(-np.where(np.isnan(size), np.inf, size), kind="stable")


@dataclass(frozen=True, slots=True)
class Operand:
    """One operand of an equation: ``c⁻`` is the state ``c_prev``. A product with the weights has no name."""

    symbol: str
    value: Number
    name: str = ""


@dataclass(frozen=True, slots=True)
class Equation:
    """The equation of one quantity for one unit at one step, with its numbers; ``value`` is what the trace has.

    ``pieces`` are the formula cut at its operands: texts, and the numbers of the operands that stand between them.
    """

    name: str
    symbol: str
    title: str
    formula: str
    operands: tuple[Operand, ...]
    value: Number
    pieces: tuple[str | int, ...]


def sources(experiment: Experiment, place: Place) -> tuple[Source, ...]:
    """Return where the terms at ``place`` come from: the D inputs as the layer sees them, then the H hidden units."""
    network, features = experiment.network, experiment.dataset.features
    if place.layer == 0:
        numbers = experiment.dataset.numeric if network.embeddings else range(len(features))
        found = [Source(features[k], "x", k) for k in numbers]
        for name, table in network.embeddings.items():
            found += [Source(f"{name}[{part}]", "x", features.index(name)) for part in range(table.shape[1])]
    else:
        found = [
            Source(f"{below.key}.h[{unit}]", "h", unit, below)
            for below in network.places
            if below.layer == place.layer - 1
            for unit in range(network.weights(below).hidden_size)
        ]
    units = range(network.weights(place).hidden_size)
    return tuple(found + [Source(f"h⁻[{unit}]", "h", unit, place) for unit in units])


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """What there is at one step of one place: the inputs, the states before it, and every quantity."""

    cell: Cell
    x: FloatArray
    previous: dict[str, FloatArray]
    values: dict[str, FloatArray]


def _moment(trace: Trace, sequence: int, place: Place, step: int) -> _Moment:
    values = trace.values_at(sequence, place, step)
    track = trace.tracks[sequence][place]
    previous = {state: rows[0] for state, rows in track.previous(step, step + 1).items()}
    return _Moment(track.cell, track.inputs(step, step + 1)[0], previous, values)


def terms(trace: Trace, sequence: int, place: Place, step: int, block: str, unit: int) -> Terms:
    """Return the terms of one unit's pre-activation of a gate ``block`` at one step. IndexError if it is not known."""
    return _terms(trace, place, _moment(trace, sequence, place, step), block, unit)


def block_terms(trace: Trace, sequence: int, place: Place, step: int, block: str) -> tuple[FloatArray, FloatArray]:
    """Return the products of a whole gate block at one step, in float64: W_i ⊙ x (H, D) and W_h ⊙ h⁻ (H, H)."""
    moment, weights = _moment(trace, sequence, place, step), trace.experiment.network.weights(place)
    first = moment.cell.block_index(block) * weights.hidden_size
    return _products(trace, place, moment, slice(first, first + weights.hidden_size))


def _products(trace: Trace, place: Place, moment: _Moment, rows: slice) -> tuple[FloatArray, FloatArray]:
    weights = trace.experiment.network.weights(place)
    with np.errstate(invalid="ignore", over="ignore"):
        inputs = np.multiply(weights.weight_ih[rows], moment.x, dtype=np.float64)
        hidden = np.multiply(weights.weight_hh[rows], moment.previous["h"], dtype=np.float64)
    return inputs, hidden


def _terms(trace: Trace, place: Place, moment: _Moment, name: str, unit: int) -> Terms:
    weights = trace.experiment.network.weights(place)
    block = moment.cell.blocks[moment.cell.block_index(name)]
    row = moment.cell.block_index(name) * weights.hidden_size + unit
    (inputs,), (hidden,) = _products(trace, place, moment, slice(row, row + 1))
    b_i = 0.0 if weights.bias_ih is None else float(weights.bias_ih[row])
    b_h = 0.0 if weights.bias_hh is None else float(weights.bias_hh[row])
    u, size_u = _sum(inputs) + b_i, _sum(np.abs(inputs)) + abs(b_i)
    q, size_q = _sum(hidden) + b_h, _sum(np.abs(hidden)) + abs(b_h)
    met = meeting(moment.cell, block)
    reach = 1.0 if met is None else _reach(met, block, moment.values, unit)
    whole = block.terms[0] if met is None else met.name
    totals = [(whole, u + reach * q, size_u + abs(reach) * size_q)]
    if met is not None:
        totals = [(block.terms[0], u, size_u), (block.terms[1], q, size_q), *totals]
    tolerance = TOLERANCE[str(trace.experiment.network.dtype)]
    sums = tuple(
        Sum(quantity, total, moment.values[quantity][unit], tolerance * (1 + size)) for quantity, total, size in totals
    )
    return Terms(name, unit, moment.x, moment.previous["h"], inputs, hidden, b_i, b_h, reach, sums)


def _sum(values: FloatArray) -> float:
    """Return the sum, without a warning where it is too large or ∞ − ∞: then it is an infinity or NaN."""
    with np.errstate(invalid="ignore", over="ignore"):
        return float(values.sum())


def meeting(cell: Cell, block: Block) -> Quantity | None:
    """Return the pre-activation in which the two products of a split block meet; None where it is not split."""
    if not block.split:
        return None
    return next(quantity for quantity in cell.quantities if set(block.terms) <= set(quantity.operands))


def _reach(met: Quantity, block: Block, values: dict[str, FloatArray], unit: int) -> float:
    """Return what the recurrent product is multiplied by in ``met``, which is linear in it."""
    assert met.equation is not None
    of_input, of_state = block.terms
    others = {name: float(values[name][unit]) for name in met.operands if name not in block.terms}
    zero, one = (
        met.equation(NUMPY, *[({of_input: 0.0, of_state: q} | others)[name] for name in met.operands])
        for q in (0.0, 1.0)
    )
    return float(one - zero)


def equations(trace: Trace, sequence: int, place: Place, step: int, unit: int) -> tuple[Equation, ...]:
    """Return every equation of one unit at one step with its numbers, in the cell's order.

    What the layer hands in has its products and biases as operands, in float64: ``W_if x``, ``b_if``, ``W_hf h⁻``,
    ``b_hf``; every other equation the quantities that it is declared with. IndexError if the step is not known.
    """
    moment = _moment(trace, sequence, place, step)
    handed: dict[str, tuple[float, ...]] = {}
    weights = trace.experiment.network.weights(place)
    every = slice(unit, None, weights.hidden_size)  # the unit's row of each block: one product and one sum for all
    with np.errstate(invalid="ignore", over="ignore"):
        of_input, of_state = (made.sum(axis=1).tolist() for made in _products(trace, place, moment, every))
    zero = [0.0] * len(of_input)
    b_i = zero if weights.bias_ih is None else weights.bias_ih[every].tolist()
    b_h = zero if weights.bias_hh is None else weights.bias_hh[every].tolist()
    for block, *parted in zip(moment.cell.blocks, of_input, b_i, of_state, b_h, strict=True):
        from_input, from_state = tuple(parted[:2]), tuple(parted[2:])
        parts = (from_input, from_state) if block.split else (from_input + from_state,)
        handed |= dict(zip(block.terms, parts, strict=True))
    apart, found = cuts(moment.cell), []
    for quantity in moment.cell.quantities:
        symbols, pieces = apart[quantity.name]
        values = handed[quantity.name] if quantity.equation is None else _operands(moment, quantity, unit)
        names = quantity.operands or ("",) * len(symbols)
        operands = tuple(map(Operand, symbols, values, names))
        found.append(
            Equation(
                *(quantity.name, quantity.symbol, quantity.title, quantity.formula),
                *(operands, moment.values[quantity.name][unit], pieces),
            )
        )
    return tuple(found)


def _operands(moment: _Moment, quantity: Quantity, unit: int) -> tuple[Number, ...]:
    there = moment.values | {f"{state}_prev": array for state, array in moment.previous.items()}
    return tuple(there[name][unit] for name in quantity.operands)
