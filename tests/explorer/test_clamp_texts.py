"""Clamps as texts: read, refused at the right column, and told so that they read the same again."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.clamp_texts import HoldError, parse_hold, read_hold, tell_hold
from explorer.clamps import Clamp
from explorer.experiment import Experiment
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from tests.explorer.making import make_experiment
from tests.explorer.test_clamps import questions

FEATURES = ("load", "a=b@3:", "x")


def experiment():
    recipe = Recipe(hidden=4, layers=2, bidirectional=True)
    plain = make_experiment(recipe, [30], features=len(FEATURES))
    sequence = Sequence("s", np.zeros((30, len(FEATURES))), FEATURES)
    return Experiment(Dataset((sequence,), "test"), plain.network)


@pytest.mark.parametrize(
    ("text", "clamp"),
    [
        ("f[3]=1@10:20", Clamp("f", 1, (3,), (10, 20))),
        ("l1.f[3]=1@10:20", Clamp("f", 1, (3,), (10, 20), Place(1))),
        ("l0.f[3]=1@10:20", Clamp("f", 1, (3,), (10, 20), Place(0))),
        ("l1_reverse.a_i[*]=-2.5e-1@10:", Clamp("a_i", -0.25, None, (10, None), Place(1, 1))),
        ("h[0]=.5@:20", Clamp("h", 0.5, (0,), (0, 20))),
        ("tanh_c[0]=+1.@:", Clamp("tanh_c", 1, (0,))),
        ("c[0]=0", Clamp("c", 0, (0,))),
        ("x[2]=80@5:6", Clamp("x", 80, (2,), (5, 6))),
        ("x[*]=80@5:6", Clamp("x", 80, None, (5, 6))),
        ("x.load=80@5:6", Clamp("x", 80, (0,), (5, 6))),
        ("x.x=80", Clamp("x", 80, (2,))),
        ("x.a=b@3:=80@5:6", Clamp("x", 80, (1,), (5, 6))),
    ],
)
def test_what_a_text_says(text, clamp):
    asked = experiment()
    assert parse_hold(text, asked.network, asked.dataset) == clamp
    assert parse_hold(text, asked.network, asked.dataset, 0) == replace(clamp, sequence=0)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "a quantity is missing here"),
        ("l1.", 4, "a quantity is missing here"),
        ("3", 1, "a quantity is missing here"),
        ("layer1.f[3]=1", 1, "'layer1' is no layer: write l0."),
        ("l1_back.f[3]=1", 1, "'l1_back' is no layer"),
        ("l1.x[3]=1", 1, "x is the input of the network"),
        ("f=1@10:20", 2, r"which unit\? f\[3\] is one, f\[\*\] is all"),
        ("l1.f[a]=1", 5, "which unit"),
        ("f[-1]=1", 2, "which unit"),
        ("f[3=1", 2, "which unit"),
        ("x=1", 2, "which feature"),
        ("x.load", 7, "the value is missing, as in x.load=0.5"),
        ("f[3]", 5, "the value is missing"),
        ("f[3]@10:20", 5, "the value is missing"),
        ("f[3] = 1", 5, "the value is missing"),
        ("f[3]=", 6, "'' is no number"),
        ("f[3]=means@1:2", 6, "'means' is no number, and not mean"),
        ("f[3]=-mean", 6, "'-mean' is no number, and not mean"),
        ("f[3]=mean@2:1", 11, "there is no step in 2:1"),
        ("f[3]=1_0", 6, "'1_0' is no number"),
        ("f[3]=nan", 6, "'nan' is no number"),
        ("f[3]=1,5@1:2", 6, "'1,5' is no number"),
        ("f[3]=1e999", 6, "f can be held at a finite number only"),
        ("f[3]=1@10", 8, "write the steps as 10:20, that is 10 to 19"),
        ("f[3]=1@", 8, "write the steps as"),
        ("f[3]=1@-3:", 8, "write the steps as"),
        ("f[3]=1@1:2:3", 8, "write the steps as"),
        ("f[3]=1@1:2 ", 8, "write the steps as"),
        (f"f[{'9' * 5000}]=1", 2, "which unit"),
        (f"f[3]=1@{'9' * 5000}:", 8, "write the steps as"),
        (f"l{'9' * 5000}.f[3]=1", 1, "is no layer"),
        ("f[3]=1@20:10", 8, "there is no step in 20:10: 10:20 is 10 to 19"),
    ],
)
def test_a_text_that_says_nothing(text, column, message):
    with pytest.raises(HoldError, match=message) as caught:
        read_hold(text)
    assert caught.value.column == column
    assert str(caught.value) == f"{text!r}, column {column}: {caught.value.message}"


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("l2.f[3]=1", 1, "there is no l2 in this network, but l0, l0_reverse, l1, l1_reverse"),
        ("l1.r[3]=1", 4, "LSTM has no quantity 'r', but a_i"),
        ("l1.f[4]=1", 6, "there is no unit 4, but 0 to 3"),
        ("f[0]=1e39", 6, "float32 holds nothing beyond"),
        ("f[0]=1@30:", 8, "there is no step 30, but 0 to 29"),
        ("x[3]=1", 3, "there is no feature 3, but 0 to 2"),
        ("x.temperature=1", 3, "there is no feature 'temperature', but load, a=b@3:, x"),
    ],
)
def test_a_text_that_says_what_is_not_there(text, column, message):
    asked = experiment()
    with pytest.raises(HoldError, match=message) as caught:
        parse_hold(text, asked.network, asked.dataset)
    assert caught.value.column == column


@given(questions())
def test_what_is_told_reads_the_same_again(asked):
    features = asked.dataset.features
    for clamp in asked.clamps:
        told = [parse_hold(text, asked.network, asked.dataset) for text in tell_hold(clamp, features)]
        assert len(told) == (1 if clamp.units is None and not isinstance(clamp.value, tuple) else len(told))
        units = sum(((k.units or tuple(range(99))) for k in told), ())
        values = sum((k.values for k in told), ())
        assert {k.steps for k in told} == {clamp.steps}
        assert {k.quantity for k in told} == {clamp.quantity}
        assert {k.place for k in told} == {Place() if clamp.quantity == "x" else clamp.place}
        if clamp.units is not None:
            assert units == clamp.units
        if isinstance(clamp.value, tuple):
            assert values == clamp.value
        assert set(values) == set(clamp.values)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_every_number_reads_the_same_again(value):
    (told,) = tell_hold(Clamp("f", value, (0,)), ())
    assert read_hold(told).draft.value == value


def test_what_has_a_value_for_each_step_is_told_step_by_step():
    drawn = Clamp("x", (1.5, 2.0), (1,), (4, 6), by_step=True)
    assert tell_hold(drawn, ("load", "flow")) == ("x.flow=1.5@4:5", "x.flow=2@5:6")


def test_a_mean_is_that_of_a_run_and_needs_one():
    asked = experiment()
    hold = read_hold("l1.f[*]=mean@10:20")
    assert hold.mean
    with pytest.raises(HoldError, match="a mean is that of a run") as caught:
        hold.clamp(asked.network, asked.dataset)
    assert caught.value.column == 9
    free = run(asked, "numpy")
    clamp = hold.clamp(asked.network, asked.dataset, 0, free)
    assert clamp.value == pytest.approx(free.read(0, "f", Place(1)).mean(axis=0, dtype=float), abs=1e-7)
    assert replace(clamp, value=0.0) == Clamp("f", 0.0, None, (10, 20), Place(1), sequence=0)
    with pytest.raises(HoldError, match="there is no unit 4") as caught:
        read_hold("f[4]=mean").clamp(asked.network, asked.dataset, 0, free)
    assert caught.value.column == 3
