"""What there is to choose of a network, with a line on each, and how an experiment is put in few words."""

from __future__ import annotations

import secrets

from explorer.network import Network, Recipe
from explorer.sequences import Dataset
from widgets.decimals import grouped

LARGEST_SEED = 2**63 - 1
NEW_SEEDS = 10_000

CELLS = (
    ("RNN", "rnn", "Elman's recurrent network: h = tanh(W x + U h⁻ + b), no gates"),
    ("LSTM", "lstm", "Input, forget and output gate around a cell state c"),
    ("GRU", "gru", "Reset and update gate, no cell state of its own"),
)
NONLINEARITIES = (
    ("tanh", "tanh", "Hidden states from −1 to 1"),
    ("relu", "relu", "Hidden states of 0 and more, without bound"),
)
DTYPES = (
    ("float32", "float32", "Single precision, PyTorch's default"),
    ("float64", "float64", "Double precision: rounding as good as invisible"),
)
SCALES = (
    ("raw", "none", "Show the network the values as they are"),
    ("z-score", "standardize", "Standardise: show the network (x − mean) / sd of every feature instead of x"),
    ("0…1", "min-max", "Show the network (x − min) / (max − min) of every feature instead of x"),
)
SEEN = {"standardize": ("standardised", "(value − mean) / sd"), "min-max": ("scaled", "(value − min) / (max − min)")}
"""What the network sees of a scaled value, in a word and as a formula."""

SCALE_NAMES = {"none": "raw values", "standardize": "standardise", "min-max": "scale to 0…1"}
"""What choosing each is called in the history."""

INITIALISATIONS = {
    "default": ("PyTorch's default", "Every weight and bias uniform in ±1/√H"),
    "orthogonal": ("orthogonal", "Recurrent weights orthogonal in each gate block, biases zero: h⁻ keeps its length"),
    "forget-bias": ("forget bias 1", "PyTorch's default, the forget gate's bias 1: open at first, so that c lasts"),
    "chrono": ("chrono", "Gate biases that spread the units' memory over many time scales"),
    "identity": ("identity (IRNN)", "Recurrent weights the identity, biases zero: h⁻ is copied on"),
}


def recipe_of(network: Network) -> Recipe:
    """Return what the form shows of a network that was not drawn here."""
    first = network.places[0]
    cell, weights = network.cell(first), network.weights(first)
    return Recipe(
        cell=cell.name,
        nonlinearity=cell.nonlinearity,
        hidden=weights.hidden_size,
        layers=len(network.layers),
        bidirectional=network.has_reverse,
        bias=weights.bias_ih is not None,
        dtype=network.dtype.name,
        embedding=next((table.shape[1] for table in network.embeddings.values()), Recipe().embedding),
    )


def extent(dataset: Dataset) -> str:
    """Return ``400 steps · 1 feature``, of several sequences the shortest and the longest."""
    lengths = sorted(len(sequence) for sequence in dataset.sequences)
    steps = grouped(lengths[0]) if lengths[0] == lengths[-1] else f"{grouped(lengths[0])}–{grouped(lengths[-1])}"
    parts = [f"{grouped(len(lengths))} sequences"] if len(lengths) > 1 else []
    parts.append(f"{steps} step{'s' if lengths[-1] != 1 else ''}")
    parts.append(f"{grouped(dataset.input_size)} feature{'s' if dataset.input_size != 1 else ''}")
    return " · ".join(parts)


def other_seed(seed: int) -> int:
    """Return a seed of at most four digits that is not ``seed``."""
    drawn = secrets.randbelow(NEW_SEEDS - 1)
    return drawn if drawn < seed else drawn + 1
