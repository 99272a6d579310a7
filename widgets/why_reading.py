"""What pushed a pre-activation: the contribution of every input, every hidden unit and the biases, at one step."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from explorer.cells import Block, Cell
from explorer.formulas import addends
from explorer.functions import FloatArray
from explorer.rounded import digits_that_add_up
from explorer.terms import Number, Source, Terms, meeting, sources, terms
from widgets.decimals import MINUS, UNKNOWN, aligned, exact
from widgets.inside import NOT_YET, Inside, Subject
from widgets.sums import joined, sum_texts

INPUTS, RECURRENT = -1, -2
"""Headings in the order of the rows: where a cell puts something between the two products, each has its own."""

PARTS = ("inputs", "recurrent part", "biases")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a gate block: its pre-activation ``whole``, and what is made of that alone, its ``gate``.

    ``symbols`` are the four terms: W_if x, b_if, W_hf h⁻, b_hf. Of a split block, ``apart`` are the two sums: u_n, and
    what is made of q_n, r ⊙ q_n. ``between`` are the quantities by which q_n is multiplied.
    """

    block: Block
    whole: str
    gate: str
    title: str
    symbols: tuple[str, ...]
    apart: tuple[str, str] | None = None
    between: tuple[str, ...] = ()


@functools.cache
def questions(cell: Cell) -> tuple[Asked, ...]:
    """Return what can be asked of a cell: a question a gate block."""
    found = []
    for block in cell.blocks:
        whole, apart, between = block.terms[0], None, ()
        if (met := meeting(cell, block)) is not None:
            whole, between = met.name, tuple(name for name in met.operands if name not in block.terms)
            apart = (block.terms[0], " ⊙ ".join([*between, block.terms[1]]))
        gate = next((q for q in cell.quantities if q.operands == (whole,)), cell.quantity(whole))
        symbols = tuple(symbol for term in block.terms for symbol in addends(cell.quantity(term).formula))
        found.append(Asked(block, whole, gate.name, f"{gate.symbol} · {gate.title}", symbols, apart, between))
    return tuple(found)


def question_about(cell: Cell, name: str) -> Asked | None:
    """Return the question that a quantity is the answer to; None where it is made of more than one gate."""
    known = {quantity.name for quantity in cell.quantities}
    while name in known:
        for asked in questions(cell):
            if name == asked.whole or name in asked.block.terms:
                return asked
        operands = cell.quantity(name).operands
        if len(operands) != 1:
            return None
        (name,) = operands
    return None


@dataclass(frozen=True, slots=True)
class Contributor:
    """What adds to a pre-activation: a feature, a unit, or a bias, which comes from nowhere.

    ``drawn`` is the position by which its line has its colour, None where it has no line.
    """

    name: str
    source: Source | None = None
    drawn: int | None = None


class Contributors:
    """The contributors at a place: the inputs, the hidden units, and the two biases if there are any.

    ``kinds`` says of each to which of the four terms it belongs.
    """

    def __init__(self, subject: Subject, asked: Asked) -> None:
        experiment, place = subject.trace.experiment, subject.place
        self.asked, self._of = asked, (experiment.network, place, experiment.dataset.features)  # and not the trace
        weights = experiment.network.weights(place)
        # In the row of the inputs only numbers have lines, and the colours of the first, the second, …
        lines = {feature: k for k, feature in enumerate(experiment.dataset.numeric)}
        self.all = [
            Contributor(source.name, source, source.index if source.place is not None else lines.get(source.index))
            for source in sources(experiment, place)
        ]
        kinds = [0] * weights.input_size + [2] * weights.hidden_size
        if weights.bias_ih is not None:
            between = "".join(f"{name} ⊙ " for name in asked.between)
            self.all += [Contributor(asked.symbols[1]), Contributor(between + asked.symbols[3])]
            kinds += [1, 3]
        self.kinds = np.array(kinds)

    @property
    def rows(self) -> int:
        """How many rows they take, with the headings of a split block."""
        return len(self.all) + (2 if self.asked.apart else 0)

    def feature(self, source: Source) -> str:
        """Return the feature that an input comes from: of a part of a vector, that of its code."""
        return self._of[2][source.index]

    def shows(self, subject: Subject, asked: Asked) -> bool:
        """Whether these are the same for another subject or question."""
        network, place, features = self._of
        experiment = subject.trace.experiment
        same = network is experiment.network and features == experiment.dataset.features
        return same and place == subject.place and self.asked == asked

    def read(self, subject: Subject, step: int, inside: Inside | None) -> Answer:
        """Return the answer for one unit at one step, as far as it is known ``inside`` the step."""
        asked = self.asked
        made = terms(subject.trace, subject.sequence, subject.place, step, asked.block.name, subject.unit)
        biases = [made.b_i, made.reach * made.b_h] if len(self.kinds) > len(made.contributions) else []
        values = np.concatenate([made.contributions, biases])
        known, new = np.ones(4, bool), np.zeros(4, bool)
        if inside is not None:
            through = all(map(inside.knows, asked.between))
            known = np.array([inside.knows(symbol) and (k < 2 or through) for k, symbol in enumerate(asked.symbols)])
            reached = bool(inside.new.intersection(asked.between))
            fresh = [symbol in inside.new or (k > 1 and reached) for k, symbol in enumerate(asked.symbols)]
            new = np.array(fresh) & known
        size = np.where(np.isnan(values), np.inf, np.abs(values))
        order = np.argsort(np.where(known[self.kinds], -size, 1.0), kind="stable")
        if asked.apart is not None:
            first = self.kinds[order] < 2
            order = np.concatenate([[INPUTS], order[first], [RECURRENT], order[~first]])
        value = subject.trace.values_at(subject.sequence, subject.place, step)[asked.gate][subject.unit]
        return Answer(subject, self, step, made, values, known, new, order, value, inside)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What made a pre-activation at a step: ``values`` of the contributors, and the rows in which they are shown.

    ``known`` and ``new`` are by the kind of term. A row is the index of a contributor, or a heading.
    """

    subject: Subject
    contributors: Contributors
    step: int
    made: Terms
    values: FloatArray
    known: npt.NDArray[np.bool_]
    new: npt.NDArray[np.bool_]
    rows: npt.NDArray[np.intp]
    value: Number
    inside: Inside | None

    def knows(self, contributor: int) -> bool:
        """Whether what a contributor adds is known yet."""
        return bool(self.known[self.contributors.kinds[contributor]])

    def is_new(self, contributor: int) -> bool:
        """Whether it became known with the present micro-step."""
        return bool(self.new[self.contributors.kinds[contributor]])

    def text(self, contributor: int) -> str:
        """Return what a contributor adds."""
        return aligned(self.values[contributor]) if self.knows(contributor) else UNKNOWN

    @property
    def question(self) -> tuple[object, ...]:
        """What this is the answer to, at any step. It does not keep the trace."""
        subject = self.subject
        return id(subject.trace), subject.sequence, subject.place, subject.unit, self.contributors.asked

    @property
    def largest(self) -> float:
        """The largest finite contribution that is known, as a magnitude."""
        shown = np.abs(self.values[self.known[self.contributors.kinds]])
        return float(shown.max(initial=0.0, where=np.isfinite(shown)))

    @property
    def parts(self) -> tuple[float, float, float]:
        """What inputs, hidden units and biases add, each as a whole."""
        return self.made.input_term, self.made.recurrent_term, self.made.bias

    @property
    def shares(self) -> tuple[int, int, int] | None:
        """How much of it comes from inputs, hidden units and biases, in percent; None where that cannot be told."""
        sizes = np.abs(self.parts)
        if not self.known.all() or not np.isfinite(sizes).all() or not sizes.any():
            return None
        texts, _ = digits_that_add_up([float(size) for size in 100 * sizes / sizes.sum()], 0)
        return int(texts[0]), int(texts[1]), int(texts[2])

    def heading(self, row: int) -> str:
        """Return what stands above the inputs or the hidden units of a split block."""
        asked, made = self.contributors.asked, self.made
        assert asked.apart is not None
        u, q = made.sums[0].recorded, made.sums[1].recorded
        (of_inputs, of_states), _ = sum_texts([float(u), made.reach * float(q)], float(made.sums[2].recorded))
        if row == INPUTS:
            return f"{asked.apart[0]} = {of_inputs if self.known[0] else UNKNOWN}"
        if not self.known[2]:
            return f"{asked.apart[1]} = {UNKNOWN}"
        return f"{asked.apart[1]} = {aligned(made.reach)} ⊙ {in_brackets(aligned(q))} = {of_states}"

    def total(self) -> tuple[str, ...]:
        """Return the sum of the parts and what is made of it, in pieces: ``a_f = 0.31 + 0.92 − 0.05``, `` = 1.18``."""
        asked, whole = self.contributors.asked, self.made.sums[-1]
        knows = (lambda _: True) if self.inside is None else self.inside.knows
        if not self.known.all():
            return (f"{asked.whole} = {UNKNOWN}",)
        texts, total = self._rounded()
        pieces = [f"{asked.whole} = {joined(texts)}"]
        if knows(asked.whole):
            pieces.append(f" = {total}")
            if not whole.agrees:
                pieces.append(f", but held at {aligned(whole.recorded)}")
        if asked.gate != asked.whole and knows(asked.gate):
            pieces.append(f", {asked.gate} = {aligned(self.value)}")
        return tuple(pieces)

    def _rounded(self) -> tuple[tuple[str, ...], str]:
        """Return the parts and the total with digits that add up, the same that the equation of the gate has."""
        made, recorded = self.made, float(self.made.sums[-1].recorded)
        if self.contributors.asked.apart is None:
            terms_ = [made.input_term, made.b_i, made.recurrent_term, made.b_h]
            (inputs, b_i, states, b_h), total = sum_texts(terms_, recorded)
            if all(text.strip(f"{MINUS}0123456789") == "." for text in (b_i, b_h)):
                biases = sum(Decimal(text.replace(MINUS, "-")) for text in (b_i, b_h))
                return (inputs, states, f"{biases:zf}".replace("-", MINUS)), total
        return sum_texts(self.parts, recorded)

    def words(self) -> tuple[str, ...]:
        """Return what is said of the shares, a text a part; or one text that says why there are none."""
        if not self.known.all():
            return (f"{NOT_YET} within this step",)
        if (shares := self.shares) is not None:
            return tuple(f"{name} {share} %" for name, share in zip(PARTS, shares, strict=True))
        return ("no shares: not all terms are numbers" if any(self.parts) else "no shares: all terms are 0",)

    def told(self, contributor: int) -> str:
        """Return what is said of a contributor when it is pointed at: its number, its weight, and what it adds."""
        asked, made, subject = self.contributors.asked, self.made, self.subject
        shown = self.contributors.all[contributor]
        if not self.knows(contributor):
            return f"{shown.name}\n{NOT_YET} within this step"
        weights, kind, lines = subject.trace.experiment.network.weights(subject.place), self.contributors.kinds, []
        row = subject.cell.block_index(asked.block.name) * weights.hidden_size + made.unit
        column = contributor - (len(made.inputs) if kind[contributor] == 2 else 0)
        if kind[contributor] == 0:
            seen = " as the network sees it" if subject.place.layer == 0 else ""
            lines.append(f"{shown.name} = {exact(made.x[column])}{seen}")
            lines.append(f"times the weight {exact(weights.weight_ih[row, column])}")
        elif kind[contributor] == 2:
            lines.append(f"{shown.name} = {exact(made.h_prev[column])}")
            lines.append(f"times the weight {exact(weights.weight_hh[row, column])}")
        else:
            lines.append(shown.name)
        if kind[contributor] > 1 and asked.between:
            lines.append(f"times {' ⊙ '.join(asked.between)} = {exact(made.reach)}")
        return "\n".join([*lines, f"adds {exact(float(self.values[contributor]))} to {asked.whole}"])


def in_brackets(text: str) -> str:
    """Return a number as a factor."""
    return f"({text})" if text.startswith(MINUS) else text
