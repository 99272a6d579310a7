"""A search that skips what cannot hold finds the same steps as one that reads all of them, and reads few."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.clamps import Clamp
from explorer.conditions import hits, parse_condition, told
from explorer.conditions.pruning import possible
from explorer.conditions.search import CHUNK, MANY
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.pyramid import BASE
from explorer.run import run
from tests.explorer.making import make_dataset, with_weights

STEPS = MANY + 3 * CHUNK + 17
READS = (
    "h[0]",
    "c[1]",
    "f[3]",
    "a_f[3]",
    "tanh_c[2]",
    "i[2:5].max()",
    "max(abs(h))",
    "c.min()",
    "-o[1]",
    "abs(a_g[0])",
)
READS_GRU = (
    "h[0]",
    "z[3]",
    "a_r[3]",
    "n[2]",
    "q_n[1]",
    "u_n.max()",
    "l1.z[0]",
    "max(abs(l1.h))",
    "-r[1]",
    "l1.a_z.min()",
)
READS_RNN = ("h[0]", "l0_reverse.h[1]", "a[2]", "max(h)", "abs(l0_reverse.a).max()", "h[1:3].min()")


def spiky(scale: float = 1.0) -> np.ndarray:
    """Return two features that are nearly still, but for some rare spikes."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(STEPS, 2)) * 0.1 * scale
    x[rng.integers(0, STEPS, 12)] += rng.normal(size=(12, 2)) * 3 * scale
    return x


def strange() -> np.ndarray:
    """Return such features with infinite values, and NaN from near the end on: every state is NaN behind it."""
    x = spiky()
    x[[100, 5000, 9999], 0] = np.inf, -np.inf, np.inf
    x[STEPS - 900 :, 1] = np.nan
    return x


def trace_of(x: np.ndarray, recipe: Recipe, *clamps: Clamp, engine: str = "torch"):
    return run(Experiment(make_dataset(x), make_network(recipe, 2), clamps=clamps), engine)


@pytest.fixture(scope="module")
def traces():
    """Return traces of several kinds, with what is asked of each."""
    lstm, gru = Recipe(hidden=6, seed=1), Recipe("gru", hidden=5, layers=2, dtype="float64", seed=2)
    rnn = Recipe("rnn", "relu", hidden=4, bidirectional=True, seed=3)
    held = (Clamp("f", 1.5, (3,), (700, 720)), Clamp("h", -4.0, (0,), (9000, 9001)), Clamp("a_g", 9.0, (0,), (50, 51)))
    made = [
        (trace_of(spiky(), lstm), READS),
        (trace_of(spiky(), lstm, *held), READS),
        (trace_of(spiky(1e5), lstm), READS),
        (trace_of(strange(), lstm), READS),
        (trace_of(spiky(), lstm, engine="numpy"), READS),
        (trace_of(spiky(), gru), READS_GRU),
        (trace_of(strange(), gru), READS_GRU),
        (trace_of(spiky(1e30), rnn), READS_RNN),
    ]
    return [(trace, reads, [thresholds(trace, read) for read in reads]) for trace, reads in made]


def unpruned(text: str, trace, steps: range) -> np.ndarray:
    """Return the hits, read in stretches so short that none is skipped."""
    condition, found = parse_condition(text), []
    for start in range(steps.start, steps.stop, CHUNK):
        part = range(start, min(start + CHUNK, steps.stop))
        found += [at for _, at in hits(condition, trace, 0, part)]
    return np.concatenate(found)


def pruned(text: str, trace, steps: range) -> np.ndarray:
    looked = [*hits(parse_condition(text), trace, 0, steps)]
    assert [step for part, _ in looked for step in (part.start, part.stop)] == [
        edge for start in range(steps.start, steps.stop, CHUNK) for edge in (start, min(start + CHUNK, steps.stop))
    ]
    return np.concatenate([at for _, at in looked])


def thresholds(trace, read: str) -> list[float]:
    """Return values that a part really has, the rare ones among them, as a person could type them."""
    values = np.array([told(parse_condition(f"{read} < 0"), trace, 0, step)[0][1][0] for step in range(0, STEPS, 997)])
    finite = np.sort(values[np.isfinite(values)]).astype(float)
    return [float(finite[k]) for k in (0, 1, len(finite) // 2, -2, -1)]


pieces = st.tuples(
    st.integers(0, 99), st.integers(0, 99), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.floats(-0.3, 0.3)
)
shapes = st.sampled_from(
    ["{0}", "not ({0})", "{0} and {1}", "{0} or {1}", "not ({0} or not ({1}))", "{0} and x[0] > 0", "t > 20000 and {0}"]
)


@settings(max_examples=150)
@given(st.integers(0, 7), shapes, pieces, pieces, st.integers(0, 200))
def test_the_hits_are_those_of_a_search_that_reads_everything(traces, which, shape, one, other, start):
    trace, reads, known = traces[which]
    texts = []
    for what, at, sign, beside in (one, other):
        k = what % len(reads)
        threshold = known[k][at % len(known[k])] + (beside if at > 49 else 0.0)
        texts.append(f"{reads[k]} {sign} {threshold!r}")
    text, steps = shape.format(*texts), range(start, STEPS)
    assert np.array_equal(pruned(text, trace, steps), unpruned(text, trace, steps)), text


@pytest.mark.parametrize(
    "text",
    [
        *("isnan(h).any()", "not isnan(c[0])", "isinf(a_f).any()", "isfinite(f).all()", "not isfinite(h[1])"),
        *("(h > 0.2).any()", "(abs(h) < 0.2).all()", "not (f > 0.4).all()", "(c != c).any()", "c[0] != c[0]"),
        *(
            "prev(h[0]) > 0.2 and h[0] < 0.2",
            "h[0] * 2 > 0.5",
            "norm(h) > 0.5",
            "h.mean() > 0.1",
            "max(h[0], 0.3) > 0.3",
        ),
        *("0.1 < h[0] < 0.2", "t == 12345", "t % 1000 == 0 and h[0] > 0", "h[0] > c[0]", "min(h[0], c[1], t) < -0.3"),
        *("x[0] > 1", "isnan(x[1])", "1 < 2", "1 > 2", "max(2) == 2 and h[0] > 0.2", "h[0] > 1e300", "-h[0] > 0.2"),
        *("(f > 0.5).sum() >= 5", "(isnan(h) or h > 0.2).any()", "h[0] > -1e300"),
    ],
)
def test_whatever_is_asked(traces, text):
    for trace, reads, _ in traces:
        if reads is READS:
            assert np.array_equal(pruned(text, trace, range(STEPS)), unpruned(text, trace, range(STEPS))), text


@pytest.mark.parametrize(
    ("text", "most"), [("h[0] > 0.7", 0.01), ("max(abs(h)) > 0.7", 0.02), ("f[3] < 0.05", 0.02), ("t == 77777", 0.001)]
)
def test_a_rare_hit_is_found_without_reading_what_cannot_hold(text, most):
    x = np.zeros((100_000, 2))
    x[77_770:77_790] = 40.0
    network = make_network(Recipe(hidden=4, seed=4), 2)
    weight_ih = np.full((16, 2), 0.5)
    weight_ih[4:8] = -0.5  # the forget gates shut at the spike, the others open
    network = with_weights(network, Place(), weight_ih=weight_ih.astype(np.float32))
    trace = run(Experiment(make_dataset(x), network), "torch").apart()
    read, scan = [], trace.scan
    trace.scan = lambda *asked: read.append(len(asked[-1])) or scan(*asked)
    found = pruned(text, trace, range(len(x)))
    assert len(found)
    assert ((found >= 77_770) & (found < 77_800)).all()
    assert sum(read) <= most * len(x)


def test_of_what_is_only_known_in_part_nothing_is_lost():
    trace = trace_of(spiky(), Recipe(hidden=3))
    within = possible(parse_condition("h[0] > 2"), trace, 0)
    assert not within(0, STEPS // BASE).any()
    assert possible(parse_condition("h[0] * 1 > 2"), trace, 0)(3, 9).all()
    other = replace(trace.experiment, clamps=(Clamp("h", 3.0, (0,), (70, 71)),))
    assert np.flatnonzero(possible(parse_condition("h[0] > 2"), run(other, "numpy"), 0)(0, 9)).tolist() == [1]


@pytest.mark.parametrize("which", range(7))
def test_the_largest_and_the_smallest_of_a_bucket_may_be_what_is_asked_for(traces, which):
    """As they are read: the run may have found others, by its rounding."""
    trace = traces[which][0]
    for name in (
        ("a_f", "f", "g", "h", "tanh_c") if trace.tracks[0][Place()].cell.name == "lstm" else ("a_z", "z", "q_n")
    ):
        values = trace.scan(0, name, Place(), slice(None), range(STEPS // BASE * BASE))[:, 1]
        ends = values.reshape(-1, BASE)
        for k in np.flatnonzero(np.isfinite(ends).all(axis=1))[::5].tolist():
            low, high = float(ends[k].min()), float(ends[k].max())
            for text in (f"{name}[1] >= {high!r}", f"{name}[1] <= {low!r}", f"{name}[1] == {high!r}"):
                assert possible(parse_condition(text), trace, 0)(k, k + 1).all(), (text, k)
