"""The cells: each recurrence declared once, and read by everything else.

A cell declares its states, its gate blocks and, in the order in which they happen, every quantity with its formula and
its equation. Running, rows, readout and files read this declaration; nothing outside this page spells out i f g o.
Equations begin at the pre-activations: the products with the weights are the layer's work (``network.given``).

Conventions are PyTorch's to the letter (torch.nn.RNN, LSTM, GRU): rows of the weights stacked i f g o and r z n;
z keeps; the reset gate acts after the product. A superscript minus marks the step before: h⁻ is h of step t − 1.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeAlias

from explorer.errors import UsageError
from explorer.functions import Array, Functions


class Kind(Enum):
    """What sort of quantity it is; decides how it is drawn and what is listed as a pre-activation."""

    PRE_ACTIVATION = "pre-activation"
    GATE = "gate"
    ACTIVATION = "activation"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Block:
    """One gate block of the weights: ``hidden_size`` rows of weight_ih, weight_hh and the biases.

    The layer hands the cell ``a_<name>`` = W_i x + b_i + W_h h⁻ + b_h. Where a cell puts something between the two
    products (the GRU's reset gate), ``split`` is true and it is handed them apart: ``u_<name>`` = W_i x + b_i and
    ``q_<name>`` = W_h h⁻ + b_h.

    ``does`` names what blocks of several cells do alike: make the ``candidate``, or ``keep`` the old state. With one
    seed such blocks are drawn alike, so that cells can be compared.
    """

    name: str
    split: bool = False
    does: str = ""

    @property
    def role(self) -> str:
        """What the block does, shared with other cells; else its name, which no other cell has."""
        return self.does or self.name

    @property
    def terms(self) -> tuple[str, ...]:
        """The names under which the layer hands this block's products to the cell."""
        suffix = f"_{self.name}" if self.name else ""
        return (f"u{suffix}", f"q{suffix}") if self.split else (f"a{suffix}",)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number that a cell computes for every unit at every step.

    ``equation`` takes the functions (σ, tanh, relu) and the ``operands`` in their order; it is None for what the layer
    hands in. An operand ``c_prev`` is the state c of the step before. ``increasing`` says that the equation is an
    increasing function of its one operand, so that its extremes follow from the operand's and need not be kept.
    """

    name: str
    title: str
    formula: str
    kind: Kind
    operands: tuple[str, ...] = ()
    equation: Callable[..., Array] | None = None
    increasing: bool = False

    @property
    def symbol(self) -> str:
        """The name as it is written in formulas: ``tanh_c`` is tanh(c)."""
        return f"tanh({self.name[5:]})" if self.name.startswith("tanh_") else self.name


@dataclass(frozen=True, slots=True)
class Conveyor:
    """A state that a fused layer does not return, and how to find it again: s = keep ⊙ s⁻ + write₁ ⊙ write₂."""

    state: str
    keep: str
    write: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """One way back through a step: ∂L/∂into gains ``factor`` ⊙ ∂L/∂source, unit by unit.

    source: a state of the step, or a pre-activation that another flow goes into. into: a pre-activation, a state that
    the step computed before, or a state of the step before (``c_prev``). ``factor`` takes the ``operands``, in order.
    """

    source: str
    into: str
    formula: str
    operands: tuple[str, ...]
    factor: Callable[..., Array]


@dataclass(frozen=True, slots=True)
class Cell:
    """A recurrence. ``quantities`` stand in the order in which a step computes them; ``h`` is its output.

    ``reverse`` is its derivative: all flows of the gradient back through a step, but for those through the weights.
    A cell that declares none is differentiated by autograd (``gradients``).
    """

    name: str
    title: str
    states: tuple[str, ...]
    blocks: tuple[Block, ...]
    quantities: tuple[Quantity, ...]
    nonlinearity: str = "tanh"
    conveyor: Conveyor | None = None
    reverse: tuple[Flow, ...] = ()

    def quantity(self, name: str) -> Quantity:
        """Return the quantity called ``name``; KeyError names those there are."""
        for quantity in self.quantities:
            if quantity.name == name:
                return quantity
        raise KeyError(f"{self.title} has no quantity {name!r}; it has {', '.join(q.name for q in self.quantities)}")

    def block_index(self, name: str) -> int:
        """Return which of the stacked row blocks of the weights belongs to gate ``name``."""
        return [block.name for block in self.blocks].index(name)


Holds: TypeAlias = Mapping[str, Callable[[Array], Array]]
"""What is held, by quantity: a function that takes the quantity as it was computed and returns it as it goes on, some
of its units at other values (``holds.Hold``). Whatever the quantity enters then sees those."""

FREE: Mapping[str, Any] = MappingProxyType({})
"""Nothing is held."""


def held(values: Mapping[str, Array], holds: Holds) -> dict[str, Array]:
    """Return quantities that have been computed, or handed in by the layer, as they go on."""
    return {**values, **{name: holds[name](values[name]) for name in holds.keys() & values.keys()}}


def _compute(quantity: Quantity, values: dict[str, Array], fn: Functions, holds: Holds) -> None:
    """Add to ``values`` the quantity that its equation makes of its operands, held where it is."""
    assert quantity.equation is not None
    computed = quantity.equation(fn, *[values[operand] for operand in quantity.operands])
    values[quantity.name] = holds[quantity.name](computed) if quantity.name in holds else computed


def evaluate(cell: Cell, name: str, values: dict[str, Array], fn: Functions, holds: Holds = FREE) -> Array:
    """Return the quantity ``name``, computing first what its equation needs. ``values`` keeps all that was computed.

    What is in ``values`` already is taken as it is: the layer's terms have to be ``held`` before.
    """
    if name not in values:
        quantity = cell.quantity(name)
        if quantity.equation is None:
            raise KeyError(f"the layer has not handed {name!r} to the cell")
        for operand in quantity.operands:
            evaluate(cell, operand, values, fn, holds)
        _compute(quantity, values, fn, holds)
    return values[name]


def step(
    cell: Cell, given: Mapping[str, Array], previous: Mapping[str, Array], fn: Functions, holds: Holds = FREE
) -> dict[str, Array]:
    """Advance ``cell`` by one step and return every quantity of it, in the declared order.

    given: what the layer computed, ``a_<block>`` (or ``u_``, ``q_``), each (…, hidden_size). previous: the states
    before the step, each (…, hidden_size). The equations are elementwise, so leading axes may be a batch, or time.
    """
    values = {**(held(given, holds) if holds else given), **{f"{state}_prev": previous[state] for state in cell.states}}
    for quantity in cell.quantities:
        if quantity.equation is not None:
            _compute(quantity, values, fn, holds)
    return {quantity.name: values[quantity.name] for quantity in cell.quantities}


def needed_terms(cell: Cell, name: str, known: Collection[str]) -> frozenset[str]:
    """Return which of the layer's terms (``a_i``, ``q_n``, …) the quantity ``name`` rests on, given what is known."""
    if name in known:
        return frozenset()
    quantity = cell.quantity(name)
    if quantity.equation is None:
        return frozenset((name,))
    return frozenset().union(*(needed_terms(cell, operand, known) for operand in quantity.operands))


def _pre(gate: str) -> Quantity:
    formula = f"W_i{gate} x + b_i{gate} + W_h{gate} h⁻ + b_h{gate}" if gate else "W_ih x + b_ih + W_hh h⁻ + b_hh"
    name = f"a_{gate}" if gate else "a"
    return Quantity(name, f"pre-activation of {gate or 'h'}", formula, Kind.PRE_ACTIVATION)


def _gate(name: str, title: str) -> Quantity:
    return Quantity(name, title, f"σ(a_{name})", Kind.GATE, (f"a_{name}",), lambda fn, a: fn.sigmoid(a), True)


LSTM = Cell(
    name="lstm",
    title="LSTM",
    states=("h", "c"),
    blocks=(Block("i"), Block("f", does="keep"), Block("g", does="candidate"), Block("o")),
    conveyor=Conveyor("c", keep="f", write=("i", "g")),
    quantities=(
        _pre("i"),
        _pre("f"),
        _pre("g"),
        _pre("o"),
        _gate("i", "input gate"),
        _gate("f", "forget gate"),
        Quantity("g", "candidate", "tanh(a_g)", Kind.ACTIVATION, ("a_g",), lambda fn, a_g: fn.tanh(a_g), True),
        _gate("o", "output gate"),
        Quantity(
            "c",
            "cell state",
            "f ⊙ c⁻ + i ⊙ g",
            Kind.STATE,
            ("f", "c_prev", "i", "g"),
            lambda _, f, c_prev, i, g: f * c_prev + i * g,
        ),
        Quantity(
            "tanh_c", "tanh of the cell state", "tanh(c)", Kind.ACTIVATION, ("c",), lambda fn, c: fn.tanh(c), True
        ),
        Quantity("h", "hidden state", "o ⊙ tanh(c)", Kind.STATE, ("o", "tanh_c"), lambda _, o, tanh_c: o * tanh_c),
    ),
    reverse=(
        Flow("h", "a_o", "tanh(c) ⊙ o ⊙ (1 − o)", ("tanh_c", "o"), lambda tanh_c, o: tanh_c * (o * (1 - o))),
        Flow("h", "c", "o ⊙ (1 − tanh(c)²)", ("o", "tanh_c"), lambda o, tanh_c: o * (1 - tanh_c * tanh_c)),
        Flow("c", "a_i", "g ⊙ i ⊙ (1 − i)", ("g", "i"), lambda g, i: g * (i * (1 - i))),
        Flow("c", "a_f", "c⁻ ⊙ f ⊙ (1 − f)", ("c_prev", "f"), lambda c_prev, f: c_prev * (f * (1 - f))),
        Flow("c", "a_g", "i ⊙ (1 − g²)", ("i", "g"), lambda i, g: i * (1 - g * g)),
        Flow("c", "c_prev", "f", ("f",), lambda f: f),
    ),
)

GRU = Cell(
    name="gru",
    title="GRU",
    states=("h",),
    blocks=(Block("r"), Block("z", does="keep"), Block("n", split=True, does="candidate")),
    quantities=(
        _pre("r"),
        _pre("z"),
        _gate("r", "reset gate"),
        _gate("z", "update gate"),
        Quantity("u_n", "input term of n", "W_in x + b_in", Kind.PRE_ACTIVATION),
        Quantity("q_n", "recurrent term of n", "W_hn h⁻ + b_hn", Kind.PRE_ACTIVATION),
        Quantity(
            "a_n",
            "pre-activation of n",
            "u_n + r ⊙ q_n",
            Kind.PRE_ACTIVATION,
            ("u_n", "r", "q_n"),
            lambda _, u_n, r, q_n: u_n + r * q_n,
        ),
        Quantity("n", "new gate", "tanh(a_n)", Kind.ACTIVATION, ("a_n",), lambda fn, a_n: fn.tanh(a_n), True),
        Quantity(
            "h",
            "hidden state",
            "(1 − z) ⊙ n + z ⊙ h⁻",
            Kind.STATE,
            ("z", "n", "h_prev"),
            lambda _, z, n, h_prev: (1 - z) * n + z * h_prev,
        ),
    ),
    reverse=(
        Flow(
            "h",
            "a_z",
            "(h⁻ − n) ⊙ z ⊙ (1 − z)",
            ("h_prev", "n", "z"),
            lambda h_prev, n, z: (h_prev - n) * (z * (1 - z)),
        ),
        Flow("h", "h_prev", "z", ("z",), lambda z: z),
        Flow("h", "a_n", "(1 − z) ⊙ (1 − n²)", ("z", "n"), lambda z, n: (1 - z) * (1 - n * n)),
        Flow("a_n", "u_n", "1", (), lambda: 1),
        Flow("a_n", "q_n", "r", ("r",), lambda r: r),
        Flow("a_n", "a_r", "q_n ⊙ r ⊙ (1 − r)", ("q_n", "r"), lambda q_n, r: q_n * (r * (1 - r))),
    ),
)


def _rnn(nonlinearity: str, equation: Callable[[Functions, Any], Array], slope: Flow) -> Cell:
    return Cell(
        name="rnn",
        title="RNN" if nonlinearity == "tanh" else "RNN (relu)",
        states=("h",),
        blocks=(Block("", does="candidate"),),
        nonlinearity=nonlinearity,
        quantities=(
            _pre(""),
            Quantity("h", "hidden state", f"{nonlinearity}(a)", Kind.STATE, ("a",), equation, True),
        ),
        reverse=(slope,),
    )


RNN = _rnn("tanh", lambda fn, a: fn.tanh(a), Flow("h", "a", "1 − h²", ("h",), lambda h: 1 - h * h))
RNN_RELU = _rnn(
    "relu", lambda fn, a: fn.relu(a), Flow("h", "a", "1 where h > 0, else 0", ("h",), lambda h: 1 * (h > 0))
)

CELL_NAMES = ("rnn", "lstm", "gru")


def find_cell(name: str, nonlinearity: str = "tanh") -> Cell:
    """Return the cell called ``name``. Only the RNN has a choice of ``nonlinearity``: tanh or relu."""
    match name, nonlinearity:
        case "rnn", "tanh":
            return RNN
        case "rnn", "relu":
            return RNN_RELU
        case "lstm", "tanh":
            return LSTM
        case "gru", "tanh":
            return GRU
    if name not in CELL_NAMES:
        raise UsageError(f"there is no cell {name!r}; choose one of {', '.join(CELL_NAMES)}")
    raise UsageError(f"only the rnn has a choice of nonlinearity, tanh or relu; {nonlinearity!r} does not fit {name!r}")
