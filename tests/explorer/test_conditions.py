"""Conditions find what plain numpy finds; whatever is typed, nothing but a ConditionError comes back."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from explorer.clamps import Clamp
from explorer.conditions import FUNCTIONS, ConditionError, answerable, check, hits, parse_condition, rising, told
from explorer.engines import complete
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Label, Sequence
from explorer.trace import Trace
from tests.explorer.making import engine_with, make_dataset, make_experiment

STEPS = 9000  # more than two chunks
FEATURES = ("temperature", "blood pressure", "Δ−T", "class")


def make_trace(cell="lstm", dtype="float32", *, both=True):
    rng = np.random.default_rng(3)
    values = rng.standard_normal((STEPS, 4)) * [10, 1, 1, 1] + [75, 0, 0, 0]
    marks = (Label("anomaly", rng.random(STEPS) < 0.02), Label("echo due", rng.random(STEPS) < 0.5))
    others = (Label("anomaly", np.zeros(30, bool)),)
    dataset = Dataset(
        (Sequence("s", values, FEATURES, marks), Sequence("short", values[:30], FEATURES, others)), "test"
    )
    recipe = Recipe(cell, hidden=8, layers=2, bidirectional=both, dtype=dtype, seed=2)
    return run(Experiment(dataset, make_network(recipe, 4), scale="standardize"), "torch")


@pytest.fixture(scope="module")
def lstm():
    return make_trace()


@pytest.fixture(scope="module")
def gru():
    return make_trace("gru", "float64", both=False)


def found(text, trace, sequence=0, steps=None):
    """Return all hits of a condition."""
    chunks = [hit for _, hit in hits(parse_condition(text), trace, sequence, steps)]
    return np.concatenate(chunks) if chunks else np.array([], int)


class Plain:
    """The quantities of a trace as plain arrays."""

    def __init__(self, trace):
        self._trace = trace
        self.x = trace.experiment.dataset.sequences[0].values
        self.labels = {label.name: label.values for label in trace.experiment.dataset.sequences[0].labels}
        self.t = np.arange(STEPS)

    def __getattr__(self, name):
        return self._trace.read(0, name)

    def at(self, layer, direction, name):
        return self._trace.read(0, name, Place(layer, direction))


def before(values):
    return np.concatenate([np.full_like(values[:1], np.nan), values[:-1]])


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


LSTM_CASES = {
    "f[3] < 0.45 and x.temperature > 80": lambda p: (p.f[:, 3] < 0.45) & (p.x[:, 0] > 80),
    "abs(h).max() > 0.3": lambda p: np.abs(p.h).max(axis=1) > 0.3,
    "max(abs(h)) > 0.3": lambda p: np.abs(p.h).max(axis=1) > 0.3,
    "isnan(c).any()": lambda p: np.isnan(p.c).any(axis=1),
    "not isnan(c).any() and isfinite(c).all()": lambda p: np.ones(STEPS, bool),
    "isinf(c).any()": lambda p: np.zeros(STEPS, bool),
    "l1.f[3] > l0.f[3]": lambda p: p.at(1, 0, "f")[:, 3] > p.at(0, 0, "f")[:, 3],
    "l0_reverse.h[2:5].mean() < 0": lambda p: p.at(0, 1, "h")[:, 2:5].mean(axis=1) < 0,
    "t % 100 == 0": lambda p: p.t % 100 == 0,
    "t >= 500": lambda p: p.t >= 500,
    "0.45 < f[3] <= 0.5": lambda p: (p.f[:, 3] > 0.45) & (p.f[:, 3] <= 0.5),
    "prev(f[3]) < 0.5 <= f[3]": lambda p: (before(p.f)[:, 3] < 0.5) & (p.f[:, 3] >= 0.5),
    "prev(prev(c[0])) < c[0] - 0.2": lambda p: before(before(p.c))[:, 0] < p.c[:, 0] - np.float32(0.2),
    "abs(c - prev(c)).max() > 0.5": lambda p: np.abs(p.c - before(p.c)).max(axis=1) > 0.5,
    "prev(label.anomaly)": lambda p: np.append(False, p.labels["anomaly"][:-1]),
    "not prev(label.anomaly)": lambda p: np.append(True, ~p.labels["anomaly"][:-1]),
    "label.anomaly and f[0] > 0.5": lambda p: p.labels["anomaly"] & (p.f[:, 0] > 0.5),
    "label['echo due'] or label.anomaly": lambda p: p.labels["echo due"] | p.labels["anomaly"],
    "x['blood pressure'] > 1 and x['Δ−T'] < 0": lambda p: (p.x[:, 1] > 1) & (p.x[:, 2] < 0),
    "x[3] * 2 + 1 > x[2] ** 2": lambda p: p.x[:, 3] * 2 + 1 > p.x[:, 2] ** 2,
    "x[1:3].sum() > 1": lambda p: p.x[:, 1:3].sum(axis=1) > 1,
    "(f > i).all()": lambda p: (p.f > p.i).all(axis=1),
    "f[:3].min() > i[5:].max()": lambda p: p.f[:, :3].min(axis=1) > p.i[:, 5:].max(axis=1),
    "(f > 0.5 and i < 0.5).any()": lambda p: ((p.f > 0.5) & (p.i < 0.5)).any(axis=1),
    "(f > 0.5).sum() >= 5": lambda p: (p.f > 0.5).sum(axis=1) >= 5,
    "(f > 0.5).mean() < 0.5": lambda p: (p.f > 0.5).mean(axis=1) < 0.5,
    "norm(h) > 0.4": lambda p: np.sqrt((p.h * p.h).sum(axis=1)) > 0.4,
    "f[0] != f[0]": lambda p: np.zeros(STEPS, bool),
    "prev(f[0]) != f[0]": lambda p: np.append(True, p.f[1:, 0] != p.f[:-1, 0]),
    "min(f[0], i[0], 0.48) < 0.47": lambda p: np.minimum(p.f[:, 0], p.i[:, 0]) < 0.47,
    "sqrt(abs(c[0])) > exp(-1) and log(f[1]) > -0.7": lambda p: (
        (np.sqrt(np.abs(p.c[:, 0])) > float(np.exp(-1))) & (np.log(p.f[:, 1]) > -0.7)
    ),
    "sigmoid(x[1]) > tanh(0.5)": lambda p: sigmoid(p.x[:, 1]) > np.tanh(0.5),
    "-x[1] / 0 > 5": lambda p: p.x[:, 1] < 0,
    "(f > 0.5).sum() ** -(i > 0.5).sum() > 0.01": lambda p: (
        np.power((p.f > 0.5).sum(axis=1, dtype=float), -(p.i > 0.5).sum(axis=1, dtype=float)) > 0.01
    ),
    "sigmoid((f > 0.5).sum()) > 0.99": lambda p: sigmoid((p.f > 0.5).sum(axis=1)) > 0.99,
    "(1 < 2).any() and norm(-3) == 3 and max(2).sum() == 2": lambda p: np.ones(STEPS, bool),
    "t > 8000or t < 3": lambda p: (p.t > 8000) | (p.t < 3),
    "1 < 2": lambda p: np.ones(STEPS, bool),
    "1 > 2 or 2 ** 3 ** 2 != 512": lambda p: np.zeros(STEPS, bool),
    "max(1, 2, 3) == 3 and prev(4) == 4 and min(5, f[0]) < 5": lambda p: np.ones(STEPS, bool),
}


@pytest.mark.parametrize("text", LSTM_CASES)
def test_hits_are_those_of_plain_numpy(lstm, text):
    with np.errstate(all="ignore"):
        expected = np.flatnonzero(LSTM_CASES[text](Plain(lstm)))
    assert np.array_equal(found(text, lstm), expected)


def test_of_another_cell_and_type(gru):
    p = Plain(gru)
    text = "not (z[1] > 0.5 or r[1] > 0.5) and abs(l1.q_n[2]) < 0.1"
    expected = ~((p.z[:, 1] > 0.5) | (p.r[:, 1] > 0.5)) & (np.abs(p.at(1, 0, "q_n")[:, 2]) < 0.1)
    assert np.array_equal(found(text, gru), np.flatnonzero(expected))
    assert 0 < expected.sum() < STEPS


@given(
    name=st.sampled_from(["f", "c", "tanh_c", "a_g", "h"]),
    unit=st.integers(0, 7),
    first=st.integers(0, STEPS),
    length=st.integers(0, STEPS),
    back=st.integers(0, 3),
)
def test_any_part_of_the_steps(lstm, name, unit, first, length, back):
    steps = range(first, min(first + length, STEPS))
    values = lstm.read(0, name)
    level = float(np.median(values[:, unit]))
    text = f"{'prev(' * back}{name}[{unit}]{')' * back} > {level!r}"
    for _ in range(back):
        values = before(values)
    expected = np.flatnonzero(values[:, unit] > level)
    assert np.array_equal(found(text, lstm, 0, steps), expected[(expected >= steps.start) & (expected < steps.stop)])


def test_chunks_follow_one_another_and_can_be_stopped(lstm):
    work = hits(parse_condition("f[3] < 0.5"), lstm)
    chunk, _ = next(work)
    assert chunk.start == 0
    assert 0 < len(chunk) < STEPS
    ends = chunk.stop
    for chunk, hit in work:
        assert chunk.start == ends
        assert all(step in chunk for step in hit)
        ends = chunk.stop
    assert ends == STEPS


def test_another_sequence(lstm):
    assert np.array_equal(found("t >= 20", lstm, 1), np.arange(20, 30))
    assert not len(found("label['echo due']", lstm, 1))  # a label that only the first sequence has
    expected = np.flatnonzero(lstm.read(1, "f")[:, 0] > 0.5)
    assert np.array_equal(found("f[0] > 0.5", lstm, 1), expected)


def test_nan_is_found_and_compares_as_false():
    x = np.zeros((300, 1))
    x[200] = np.nan
    trace = run(Experiment(make_dataset(x), make_network(Recipe("rnn", hidden=3), 1)), "numpy")
    assert np.array_equal(found("isnan(h).any()", trace), np.arange(200, 300))
    assert np.array_equal(found("h[0] < 9 or h[0] >= 9", trace), np.arange(200))
    assert list(rising(found("isnan(h[1])", trace))) == [200]
    assert np.array_equal(found("h[0] != h[0]", trace), np.arange(200, 300)), "as in numpy"
    assert np.array_equal(found("not (h[0] < 9)", trace), np.arange(200, 300))
    assert list(found("isnan(x.x0)", trace)) == [200]


def test_what_is_known_so_far():
    experiment = make_experiment(Recipe(hidden=4, bidirectional=True), [1000])
    forward, reverse = parse_condition("h[0] > 0"), parse_condition("prev(prev(l0_reverse.h[0])) > 0")
    trace = Trace(experiment, "growing")
    assert answerable(forward, trace) == range(0)
    for _ in complete(trace, engine_with("numpy", 300)):
        known = trace.ready(0, Place(0, 1))
        assert answerable(forward, trace) == trace.ready(0, Place(0, 0))
        back = 2 if known.start else 0
        assert answerable(reverse, trace) == range(known.start + back, max(known.start + back, known.stop))
        assert sum(len(chunk) for chunk, _ in hits(reverse, trace)) == len(answerable(reverse, trace))
    assert answerable(parse_condition("t > 5"), Trace(experiment, "empty")) == range(1000)
    with pytest.raises(IndexError, match="not all known"):
        list(hits(forward, Trace(experiment, "empty"), 0, range(10)))


@given(st.sets(st.integers(0, 40)))
def test_rising_is_where_it_becomes_true(steps):
    hit = np.array(sorted(steps), int)
    assert list(rising(hit)) == [step for step in sorted(steps) if step - 1 not in steps]


# ---------------------------------------------------------------- what is wrong, and where

ERRORS = [
    ("", 0, "write a condition, such as"),
    ("   ", 0, "write a condition"),
    ("f[3] <", 6, "something is missing at the end"),
    ("f[3] < 0.1 and", 14, "something is missing at the end"),
    ("(f[3] < 0.1", 0, "was never closed"),
    ("f[3] < 0.1)", 10, "unmatched"),
    ("x['a < 1", 2, "unterminated"),
    ("f[3] = 1", 5, "write == instead of ="),
    ("x['a=b'] < 1 && f[0] > 1", 13, "write and instead of &&"),
    ("  f[3] < 0.1 || f[3] > 1", 13, "write or instead of ||"),
    ("!isnan(c[0])", 0, "write not instead of !"),
    ("f[3] < −0.1", 7, "write - instead of −"),
    ("t > 1 and x.class > 1", 10, "write x['class']"),
    ("f[3] ≤ 0.1", 5, "write <= instead of ≤"),
    ("(f[3] < 0.1) & (i[3] < 0.1)", 13, "write and instead of &"),
    (" (f[3] < 0.1) | (i[3] < 0.1)", 14, "write or instead of |"),
    ("f[3] ^ 2 > 1", 5, "write ** instead of ^"),
    ("f[3] // 2 > 1", 0, "of arithmetic there is"),
    ("f[3] f[4]", None, "a condition looks like"),
    ("f[3] < 0.1 if t else 1", 0, "no part of a condition"),
    ("lambda: 1", 0, "no part of a condition"),
    ("[v for v in h]", 0, "no part of a condition"),
    ("{1: 2}", 0, "no part of a condition"),
    ("(q := 3) > 1", 1, "no part of a condition"),
    ("f'{h}'", 0, "no part of a condition"),
    ("~f > 1", 0, "no part of a condition"),
    ("(yield)", 1, "no part of a condition"),
    ("h.__class__", 0, "nothing has a part .__class__"),
    ("h.__class__.__bases__[0]", 0, "nothing has a part .__bases__"),
    ("(1).real > 0", 0, "nothing has a part .real"),
    ("h.max", 0, "nothing has a part .max"),
    ("h.__len__() > 1", 0, "there is no .__len__()"),
    ("__import__('os').system('ls')", 0, "there is no .system()"),
    ("eval('1') > 0", 0, "there is no function eval; there are abs, sqrt"),
    ("open() > 0", 0, "there is no function open"),
    ("(lambda: 1)() > 0", 0, "only functions are called"),
    ("abs(h, 1) > 0", 0, "abs takes one part in its brackets"),
    ("abs() > 0", 0, "abs takes one part"),
    ("abs(*h) > 0", 0, "a function takes its numbers in brackets"),
    ("max(h, axis=1) > 0", 0, "a function takes its numbers in brackets"),
    ("h.max(1) > 0", 0, "nothing stands in the brackets of .max()"),
    ("f[3] is 1", 8, "compare with <"),
    ("f[3] in x", 8, "compare with <"),
    ("f[3] < 'a'", 7, "text stands only in [ ]"),
    ("f[3] < True", 7, "write a number"),
    ("f[3] < 1j", 7, "write a number"),
    ("f[3] < None", 7, "write a number"),
    ("f[3] < " + "9" * 400, 7, "this number is too large"),
    ("abs(f)[3] < 1", 0, "[ ] stands right behind the name"),
    ("f[3][0] < 1", 0, "[ ] stands right behind the name"),
    ("f[1.5] < 1", 2, "in [ ] stands a unit"),
    ("f[-1] < 1", 2, "in [ ] stands a unit"),
    ("f[t] < 1", 2, "in [ ] stands a unit"),
    ("f[1, 2] < 1", 2, "in [ ] stands a unit"),
    ("f[0:4:2] < 1", 2, "in [ ] stands a unit"),
    ("l0 > 1", 0, "say which quantity of this layer: l0.h"),
    ("x.temperature[0] > 1", 0, "is one value a step"),
    ("f[3] < 0.1\x00", 10, "this sign cannot be read"),
    ("f[3] < 0.1\ud800", 10, "this sign cannot be read"),
    ("f[3] < 0.1\u00a0", 10, "this sign cannot be read"),
    ("h" * 501, 500, "at most 500 characters"),
    ("(" * 240 + "1" + ")" * 240, None, "nested | this is too much | cannot be read"),
    ("not " * 100 + "t > 1", None, "nested too deeply"),
    ("-" * 490 + "1 > 0", None, "nested too deeply | this is too much"),
    ("abs(" * 90 + "t" + ")" * 90 + " > 1", None, "nested too deeply"),
    ("h" + ".a" * 200, 0, "nothing has a part"),
]


@pytest.mark.parametrize(("text", "column", "message"), ERRORS, ids=[repr(error[0][:30]) for error in ERRORS])
def test_what_cannot_be_read_says_where_and_what_to_do(text, column, message):
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    told = caught.value
    assert any(part in told.message for part in message.split(" | ")), told.message
    assert column is None or told.column == column
    assert 0 <= told.column <= len(text)
    assert told.column + told.length <= len(text) + 1
    assert str(told) == told.message
    assert told.exit_code == 2


MEANINGLESS = [
    (
        "q[3] < 0.1",
        0,
        4,
        "the LSTM at l0 has no q; it has a_i, a_f, a_g, a_o, i, f, g, o, c, tanh_c, h, and x, t and label",
    ),
    ("t > 1 and l1.z[0] > 1", 10, 7, "the LSTM at l1 has no z; it has a_i"),
    ("l2.f[3] < 0.1", 0, 7, "there is no layer l2; there are l0, l0_reverse, l1, l1_reverse"),
    ("f[8] < 0.1", 0, 4, "there is no 8: there are 8 units, 0 to 7"),
    ("f[2:9].any()", 0, 6, "2:9 picks none, or more than there are: there are 8 units"),
    ("f[3:3] < 1", 0, 6, "3:3 picks none"),
    ("f['a'] < 1", 0, 6, "the units of f have numbers, not names: f[0]"),
    ("f < 0.1", 0, 7, "compares 8 units at once: add [unit], .any() or .all()"),
    ("t > 3 and (i[0] > 1 or abs(h) > 0.99)", 23, 13, "compares 8 units at once: add [unit], .any() or .all()"),
    ("f > i[2:5]", 0, 10, "these are 3 and 8 units"),
    ("f[3]", 0, 4, "this is a number and not a yes or no: compare it"),
    ("f[3] + 1", 0, 8, "this is a number and not a yes or no"),
    ("f[3] and t > 1", 0, 4, "and takes a yes or no, and this is a number: compare it"),
    ("t > 1 or not f[3]", 13, 4, "not takes a yes or no"),
    ("(t > 1) + 1 > 0", 1, 5, "+ takes numbers, and this is a yes or no"),
    ("label.anomaly > 0", 0, 13, "> takes numbers"),
    ("abs(t > 1)", 4, 5, "abs takes numbers"),
    ("min(t > 1, 3) > 0", 4, 5, "min takes numbers"),
    ("h.any()", 0, 1, "any takes a yes or no of each unit"),
    ("(h > 0).max() > 0", 1, 5, "max takes numbers"),
    ("label", 0, 5, "say which label: label.NAME, of anomaly, echo due"),
    ("label.nosuch", 0, 12, "there is no label 'nosuch'; there are anomaly, echo due"),
    ("label[0]", 0, 8, "say which label"),
    ("x.temp > 1", 0, 6, "there is no feature 'temp'; there are temperature, blood pressure"),
    ("x[4] > 1", 0, 4, "there is no 4: there are 4 features, 0 to 3"),
    ("x > 1", 0, 5, "compares 4 units at once"),
    ("t[0] > 1", 0, 4, "t is the number of the step"),
    ("l0.x[0] > 1", 0, 7, "x belongs to no layer: write x without l0."),
    ("l0.t > 1", 0, 4, "t belongs to no layer"),
    ("y > 1", 0, 1, "the LSTM at l0 has no y"),
]


@pytest.mark.parametrize(("text", "column", "length", "message"), MEANINGLESS, ids=[error[0] for error in MEANINGLESS])
def test_what_means_nothing_here_says_so_before_anything_runs(lstm, text, column, length, message):
    condition = parse_condition(text)
    for ask in (
        lambda: check(condition, lstm.experiment.network, lstm.experiment.dataset),
        lambda: hits(condition, lstm),
        lambda: answerable(condition, lstm),
    ):
        with pytest.raises(ConditionError) as caught:
            ask()
        assert message in caught.value.message
        assert (caught.value.column, caught.value.length) == (column, length)


def test_columns_are_characters_of_the_text_as_typed(lstm):
    text = "\t x['Δ−T'] > 1 and f[99] > 0"
    with pytest.raises(ConditionError) as caught:
        check(parse_condition(text), lstm.experiment.network, lstm.experiment.dataset)
    assert text[caught.value.column :][: caught.value.length] == "f[99]"


def test_data_without_labels_and_one_unit():
    experiment = make_experiment(Recipe(hidden=1), [50], features=1)
    with pytest.raises(ConditionError, match="the data has no labels"):
        check(parse_condition("label.anomaly"), experiment.network, experiment.dataset)
    with pytest.raises(ConditionError, match="there is one of the units, 0"):
        check(parse_condition("f[1] > 0"), experiment.network, experiment.dataset)
    trace = run(experiment, "numpy")
    assert np.array_equal(found("f > 0.5", trace), np.flatnonzero(trace.read(0, "f")[:, 0] > 0.5))


def test_a_feature_whose_name_python_writes_otherwise():
    dataset = Dataset((Sequence("s", np.arange(5.0)[:, None], ("ﬁeld",)),), "test")
    trace = run(Experiment(dataset, make_network(Recipe(hidden=2), 1)), "numpy")
    assert list(found("x.ﬁeld > 2", trace)) == list(found("x['ﬁeld'] > 2", trace)) == [3, 4]


def test_powers_of_powers_are_a_number_like_any_other(lstm):
    assert not len(found("9**9**9 < f[3]", lstm))
    assert len(found("9**9**9**9**9 > f[3]", lstm)) == STEPS


def test_conditions_are_values():
    assert parse_condition("f[3] < 0.1") == parse_condition("f[3] < 0.1")
    assert parse_condition("f[3] < 0.1") != parse_condition("f[3]  < 0.1")
    assert len({parse_condition("t > 1"), parse_condition("t > 1")}) == 1


words = """
    f h c x t l0. l1_reverse.h label. x.temperature [ ] ( ) [3] [2:5] [:] .max() .any() . , ' " : # \\ < <=
    > >= == != = + - * / // % ** & | ~ @ := -> and or not in is if else for lambda await yield None True
    0.1 3 1e400 0x1f 1_0 1j 077 … ... − Δ __class__ { } f'
"""
pieces = st.sampled_from([*FUNCTIONS, *words.split(), "x['blood pressure']", " ", "\n", "\x00", "9" * 30])


@given(
    st.one_of(
        st.lists(pieces, max_size=30).map(" ".join),
        st.lists(pieces, max_size=30).map("".join),
        st.text(max_size=60),
        st.text("([{-+~not ", max_size=500),
    )
)
@example("(" * 500)
@example("-" * 500)
@example("[" * 199 + "]" * 199)
@example("f" + "[0]" * 160)
@example("t" + "+t" * 240 + ">1")
@example("t" + " and t" * 80)
@example("0in x")
@example("1if 2else 3")
@example("'\\d' == f[0]")
def test_whatever_is_typed_there_is_a_condition_or_a_condition_error(lstm, text):
    told = None
    try:
        condition = parse_condition(text)
        check(condition, lstm.experiment.network, lstm.experiment.dataset)
    except ConditionError as error:
        told = error
    if told:
        assert 0 <= told.column <= len(text)
        assert told.length >= 0
        assert told.message
    else:
        for chunk, hit in hits(condition, lstm, 1):
            assert set(hit) <= set(chunk)


numbers = st.recursive(
    st.sampled_from(["f[3]", "c[0]", "t", "x[1]", "0.5", "3", "l1.h[2]", "prev(h[1])", "h.max()", "f[2:5].mean()"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(st.sampled_from(["abs", "tanh", "sigmoid", "sqrt", "-", "prev"]), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
    ),
    max_leaves=6,
)
truths = st.recursive(
    st.tuples(numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers).map(" ".join),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda p: f"not ({p})"),
    ),
    max_leaves=4,
)


@given(truths)
def test_every_well_formed_condition_has_an_answer_and_its_opposite(lstm, text):
    yes, no = found(text, lstm, 1), found(f"not ({text})", lstm, 1)
    assert sorted([*yes, *no]) == list(range(30))


def test_nothing_of_it_goes_through_the_cache_of_what_is_shown(lstm):
    held = dict(lstm._cache)
    found("f[3] < 0.5 and l1.i[2] > 0.5", lstm)
    assert dict(lstm._cache) == held


def test_an_input_that_was_edited_is_found_as_edited(lstm):
    experiment = replace(lstm.experiment, clamps=(Clamp("x", 1e6, (0,), (4090, 4100)), Clamp("x", -1e6, (1,), (7, 8))))
    edited = run(experiment, "torch")
    np.testing.assert_array_equal(found("x.temperature > 1e5", edited), range(4090, 4100))
    np.testing.assert_array_equal(found("x[1] < -1e5", edited), [7])


def test_what_decides_is_told_with_its_values(lstm):
    plain = Plain(lstm)
    h, f = (lstm.read(0, name) for name in "hf")
    step = 700

    def said(text):
        return [(part, values.tolist()) for part, values in told(parse_condition(text), lstm, 0, step)]

    assert said("f[3] < 0.1 and x.temperature > 80") == [
        ("f[3]", [f[step, 3]]),
        ("x.temperature", [plain.x[step, 0]]),
    ]
    assert said("abs(h).max() > 0.99 or not isnan(h[2:4]).any()") == [
        ("abs(h).max()", [np.abs(h[step]).max()]),
        ("h[2:4]", h[step, 2:4].tolist()),
    ]
    assert said("0.1 < prev(h[1]) < h[1] and label.anomaly") == [
        ("prev(h[1])", [h[step - 1, 1]]),
        ("h[1]", [h[step, 1]]),
        ("label.anomaly", [plain.labels["anomaly"][step]]),
    ]
    assert np.isnan(told(parse_condition("prev(h[1]) > 0"), lstm, 0, 0)[0][1]).all(), "before the first step is nothing"
