"""Cells that nobody has drawn: a diagram lays them out by itself."""

from explorer.cells import LSTM, Block, Cell, Kind, Quantity

PEEPHOLE = Cell(
    name="peephole",
    title="peephole LSTM",
    states=("h", "c"),
    blocks=LSTM.blocks,
    quantities=(
        *LSTM.quantities[:4],
        Quantity("i", "input gate", "σ(a_i + c⁻)", Kind.GATE, ("a_i", "c_prev"), lambda fn, a, c: fn.sigmoid(a + c)),
        Quantity("f", "forget gate", "norm(a_f)", Kind.GATE, ("a_f",), lambda fn, a: fn.sigmoid(a)),
        *LSTM.quantities[6:],
    ),
)
MINIMAL = Cell(
    name="minimal",
    title="minimal cell",
    states=("h",),
    blocks=(Block("z"),),
    quantities=(
        LSTM.quantities[0],
        Quantity("z", "gate", "σ(a_i)", Kind.GATE, ("a_i",), lambda fn, a: fn.sigmoid(a)),
        Quantity(
            "h",
            "hidden state",
            "z ⊙ h⁻ + 0.5 ⊙ a_i",
            Kind.STATE,
            ("z", "h_prev", "a_i"),
            lambda _, z, h, a: z * h + a / 2,
        ),
    ),
)
