"""The tasks by which memory is measured: each comes with what is to be answered, and what guessing reaches."""

from __future__ import annotations

import math

import numpy as np

from explorer.sequences.generators.generator import Chance, Choice, Generator, Parameter, length_parameter
from explorer.sequences.generators.making import assemble, at_the_end, rounded
from explorer.sequences.sequence import Sequence

CROSS_ENTROPY, SQUARED_ERROR = "cross-entropy", "MSE"


def _delayed_echo(rng: np.random.Generator, *, length: int, delay: int, rate: float) -> tuple[Sequence, Chance]:
    """Return pulses of height 1, each step one with probability ``rate``; as target and label their echo.

    echo_t = pulse_{t − delay}. With m its mean, who always answers m has an MSE of m(1 − m).
    """
    pulse = (rng.random(length) < rate).astype(np.float64)
    echo = np.zeros(length)
    echo[delay:] = pulse[: max(length - delay, 0)]
    mean = rate * max(length - delay, 0) / length
    sequence = assemble("delayed-echo", {"pulse": pulse}, labels={"echo": echo > 0}, targets={"target": echo})
    return sequence, (SQUARED_ERROR, mean * (1 - mean))


def _copy(rng: np.random.Generator, *, length: int, symbols: int, kinds: int) -> tuple[Sequence, Chance]:
    """Return symbols out of 1 … kinds, then blanks (0), then go (kinds + 1) once more often than there are symbols.

    Due is 0 until the last ``symbols`` steps, there the symbols in their order; so with 10 of 8 kinds, ``length`` is
    the T + 20 of the literature. Who knows only when, not what, has a cross-entropy of symbols · ln kinds / length.
    Source: Arjovsky et al. 2016, after Hochreiter & Schmidhuber 1997.
    """
    symbol = np.zeros(length)
    symbol[:symbols] = rng.integers(1, kinds + 1, symbols)
    symbol[length - symbols - 1 :] = kinds + 1
    target = np.zeros(length)
    target[length - symbols :] = symbol[:symbols]
    recall = np.arange(length) >= length - symbols
    sequence = assemble("copy", {"code": symbol}, labels={"recall": recall}, targets={"target": target})
    return sequence, (CROSS_ENTROPY, symbols * math.log(kinds) / length)


def _adding(rng: np.random.Generator, *, length: int) -> tuple[Sequence, Chance]:
    """Return a value drawn from U[0, 1) at each step and a marker that is 1 at one step of each half, else 0.

    Due at the end is the sum of the two marked values; its variance is 1/6, the MSE of who always answers 1. Source:
    Hochreiter & Schmidhuber 1997, 5.4, with one marker in each half as in Arjovsky et al. 2016.
    """
    marker = np.zeros(length)
    marker[rng.integers(0, length // 2)] = 1.0
    marker[rng.integers(length // 2, length)] = 1.0
    value = rounded(rng.random(length))
    first, second = value[marker > 0]
    sequence = assemble(
        "adding", {"value": value, "marker": marker}, targets={"target": at_the_end(length, first + second)}
    )
    return sequence, (SQUARED_ERROR, 1 / 6)


def _parity(rng: np.random.Generator, *, length: int, asked: str) -> tuple[Sequence, Chance]:
    """Return random bits. Due is 1 where the number of ones so far is odd, else 0: at the end, or at each step."""
    bit = rng.integers(0, 2, length).astype(np.float64)
    odd = np.cumsum(bit) % 2
    target = odd if asked == "each-step" else at_the_end(length, odd[-1])
    return assemble("parity", {"bit": bit}, targets={"target": target}), (CROSS_ENTROPY, math.log(2))


SPANS = {2: ((10, 20), (50, 60)), 3: ((10, 20), (33, 43), (66, 76))}
"""Where the symbols that count may stand, in hundredths of the length."""

SYMBOLS = ("a", "b", "c", "d", "X", "Y", "E", "B")


def _temporal_order(rng: np.random.Generator, *, length: int, symbols: int) -> tuple[Sequence, Chance]:
    """Return a, b, c, d at random between E and B, with X or Y at a few steps, each symbol a feature of its own.

    Due at the end is which of 2^symbols orders they came in, X as binary 0, Y as 1, the first the highest digit.
    Source: Hochreiter & Schmidhuber 1997, 5.6, tasks 6a (two symbols) and 6b (three), whose places scale with length.
    """
    drawn = rng.integers(0, 4, length)
    places = [int(rng.integers(low * length // 100, high * length // 100 + 1)) for low, high in SPANS[symbols]]
    order = rng.integers(0, 2, symbols)
    drawn[places] = SYMBOLS.index("X") + order
    drawn[0], drawn[-1] = SYMBOLS.index("E"), SYMBOLS.index("B")
    answer = int("".join(map(str, order.tolist())), 2)
    counts = np.zeros(length, dtype=np.bool_)
    counts[places] = True
    sequence = assemble(
        "temporal-order",
        {name: (drawn == k).astype(np.float64) for k, name in enumerate(SYMBOLS)},
        labels={"counts": counts},
        targets={"target": at_the_end(length, answer)},
    )
    return sequence, (CROSS_ENTROPY, symbols * math.log(2))


def _flip_flop(rng: np.random.Generator, *, length: int, bits: int, rate: float) -> tuple[Sequence, Chance]:
    """Return for each bit pulses of +1 or −1, at step 0 and then with probability ``rate``. Due is each bit's last one.

    As either sign is as likely, who always answers 0 has an MSE of 1. Source: Sussillo & Barak 2013.
    """
    sign = np.where(rng.random((length, bits)) < 0.5, -1.0, 1.0)
    there = rng.random((length, bits)) < rate
    there[0] = True
    pulse = np.where(there, sign, 0.0)
    last = np.maximum.accumulate(np.where(there, np.arange(length)[:, None], 0), axis=0)
    state = np.take_along_axis(pulse, last, axis=0)
    sequence = assemble(
        "flip-flop",
        {f"pulse {k + 1}": pulse[:, k] for k in range(bits)},
        targets={f"target {k + 1}": state[:, k] for k in range(bits)},
    )
    return sequence, (SQUARED_ERROR, 1.0)


DELAYED_ECHO = Generator(
    "delayed-echo",
    "Delayed echo",
    "Pulses at random steps. Marked is where each is due again, a fixed delay later.",
    (
        length_parameter(200),
        Parameter("delay", 10, 1, 1_000_000, "steps from a pulse to its echo", whole=True),
        Parameter("rate", 0.05, 0.0, 1.0, "probability of a pulse at each step"),
    ),
    _delayed_echo,
)

COPY = Generator(
    "copy",
    "Copy",
    "A few symbols, a long pause, then the word to go. To be answered from there on: the symbols in their order.",
    (
        length_parameter(120, 21),
        Parameter("symbols", 10, 1, 10, "how many there are to remember", whole=True),
        Parameter(
            "kinds", 8, 2, 1000, "how many different ones, numbered from 1; the word to go is one more", whole=True
        ),
    ),
    _copy,
    classes=lambda *, kinds, **_: kinds + 1,
    grows="length",
)

ADDING = Generator(
    "adding",
    "Adding",
    "Random values, two of them marked, one in each half. To be answered at the end: the sum of the two.",
    (length_parameter(100, 2),),
    _adding,
    grows="length",
)

PARITY = Generator(
    "parity",
    "Parity",
    "Random bits. To be answered: whether the ones so far are odd in number. One bit missed, and all is wrong.",
    (
        length_parameter(50),
        Choice("asked", ("each-step", "last-step"), "when it is to be answered"),
    ),
    _parity,
    classes=lambda **_: 2,
    grows="length",
)

TEMPORAL_ORDER = Generator(
    "temporal-order",
    "Temporal order",
    "Many symbols, of which only the X and Y count. To be answered at the end: in which order these came.",
    (
        length_parameter(105, 10),
        Parameter("symbols", 2, 2, 3, "how many count: two give 4 orders, three give 8", whole=True),
    ),
    _temporal_order,
    classes=lambda *, symbols, **_: 2**symbols,
    grows="length",
)

FLIP_FLOP = Generator(
    "flip-flop",
    "Flip-flop",
    "Pulses up or down, for each bit its own. To be answered at each step: which way each bit's last pulse went.",
    (
        length_parameter(64),
        Parameter("bits", 3, 1, 16, "how many, each with an input and a target", whole=True),
        Parameter("rate", 0.5, 0.0, 1.0, "probability of a pulse, for each bit at each step"),
    ),
    _flip_flop,
)
