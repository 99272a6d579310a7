"""What is said of a gradient curve: by hand, on closed forms, and on whatever it may be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.gradients import norms, play
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.training.verdict import judge, state_curve
from tests.explorer.making import with_weights


def falling(rate, steps=100):
    """Return a curve that falls by ``rate`` at every step back from the last."""
    return {"l0.dh": 3.0 * rate ** np.arange(steps)[::-1]}


def test_vanishes_with_its_numbers():
    verdict = judge(falling(10 ** (-1 / 7.0001)), cell="rnn")
    assert verdict.kind == "vanishes"
    assert verdict.text == (
        "vanishes: the gradient shrinks by 10× every 7 steps; steps further back than 42 get less than 1e-6 of it"
    )
    assert verdict.decade == pytest.approx(7.0001)
    assert verdict.reach == 42
    assert verdict.share < 1e-12
    assert "LSTM" in verdict.advice
    assert "chrono" in judge(falling(0.5), cell="gru").advice


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0.9, "vanishes: the gradient shrinks by 10× every 22 steps; at most 8e-05 of it gets 90 to 99 steps back"),
        (0.1, "vanishes: the gradient shrinks by 10× every step; steps further back than 6 get less than 1e-6 of it"),
        (
            1e-3,
            "vanishes: the gradient shrinks by 10× every 0.3 steps; steps further back than 2 get less than 1e-6 of",
        ),
        (0.4, "vanishes: the gradient shrinks by 10× every 2.5 steps"),
        (0.98, "healthy: 90 to 99 steps back the gradient is up to 0.16× that of the last step"),
        (1.0, "healthy: 90 to 99 steps back the gradient is up to 1× that of the last step"),
        (1.25, "explodes: the gradient grows by 10× every 10 steps; 99 steps back it is 4e+09× as large"),
    ],
)
def test_each_kind_in_words(rate, text):
    assert judge(falling(rate)).text.startswith(text)


def test_a_growth_beyond_all_numbers():
    verdict = judge({"l0.dh": np.array([1e200, 1e200, 1, 1e-200])})
    assert verdict.text == "explodes: 2 steps back the gradient is more than 1e308× as large"


def test_a_gradient_that_ends_at_once_or_is_not_there():
    ends = np.zeros(20)
    ends[12] = 0.5
    verdict = judge({"l0.dh": ends})
    assert verdict.text == "vanishes: the gradient falls to nothing; steps further back than 0 get less than 1e-6 of it"
    assert judge({"l0.dh": np.zeros(20)}).text == "zero: the gradient is exactly 0 at every step"
    assert judge({"l0.dh": np.array([1.0, 0, 0])}).text == "too short to say: the gradient has only 1 step to go back"
    assert judge({"l0.dh": np.ones(2)}).kind == "short"
    assert judge({}).kind == judge({"l0.dh": np.zeros(0)}).kind == "short"


def test_steps_after_the_last_answer_and_past_the_end_do_not_count():
    inside = np.concatenate([falling(0.5, 60)["l0.dh"], np.zeros(10), np.full(5, np.nan)])
    assert judge({"l0.dh": inside}) == judge(falling(0.5, 60))


@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (np.inf, "infinite")])
def test_what_is_broken_is_said(value, word):
    curve = falling(0.9)["l0.dh"]
    curve[:13] = value
    verdict = judge({"l0.dh": curve})
    assert verdict.kind == "broken"
    assert verdict.text == f"broken: the gradient is {word} at step 12"
    assert judge({"l0.dh": np.full(9, np.nan)}).kind == "broken"


def test_what_carries_the_state_is_judged_and_the_last_answer_alone():
    dying, living = falling(0.5)["l0.dh"], falling(0.99)["l0.dh"]
    assert judge({"l0.dh": dying, "l0.dc": living}).kind == "healthy"
    assert judge({"l0.dh": living, "l0.dh_last": dying}).kind == "vanishes"
    assert judge({"l0.dh": living, "l1.dh": dying}).kind == "healthy"
    np.testing.assert_allclose(state_curve({"l0.dh": dying, "l0.dc": living}), np.sqrt(dying**2 + living**2))


def test_the_number_of_a_healthy_gradient_is_that_of_the_steps_it_names():
    curve = falling(0.98)["l0.dh"]
    curve[:9] = curve[-1] * 5e-4  # all but the nearest of the furthest ten
    assert (
        judge({"l0.dh": curve}).text == "healthy: 90 to 99 steps back the gradient is up to 0.16× that of the last step"
    )
    assert judge({"l0.dh": curve[9:20]}).text.startswith("healthy: 10 steps back the gradient is 0.")


def test_an_rnn_with_an_orthogonal_matrix_shrinks_by_its_factor():
    network = make_network(Recipe("rnn", hidden=8, init="orthogonal", dtype="float64"), 1)
    weights = network.weights(Place())
    network = with_weights(network, Place(), weight_hh=0.8 * weights.weight_hh)
    direct = np.zeros((100, 8))
    direct[-1] = 1 / np.sqrt(8)
    verdict = judge(norms(play(network, np.zeros((100, 1))).back(direct)), cell="rnn")
    assert verdict.decade == pytest.approx(-1 / np.log10(0.8), rel=1e-9)
    assert verdict.kind == "vanishes"


def test_a_saturated_cell_state_has_no_gradient_at_all():
    network = make_network(Recipe("lstm", hidden=1, dtype="float64"), 1)
    bias = np.array([0, 5, 0.5, 0])  # c grows until 1 − tanh²(c) is 0
    zero = {name: np.zeros_like(array) for name, array in network.weights(Place()).named()}
    network = with_weights(network, Place(), **(zero | {"bias_ih": bias}))
    direct = np.zeros((200, 1))
    direct[-1] = 1
    curves = norms(play(network, np.zeros((200, 1))).back(direct))
    assert not curves["l0.dc"].any()
    assert judge({"l0.dc": curves["l0.dc"]}).kind == "zero"
    assert judge(curves).kind == "vanishes"


@given(arrays(np.float64, st.integers(0, 40), elements=st.floats(0) | st.just(np.nan)), st.sampled_from(("h", "c")))
def test_whatever_the_curve_is_something_is_said(curve, state):
    verdict = judge({f"l0.d{state}": curve})
    assert verdict.text.endswith(tuple("0123456789")) or verdict.text[-1].isalpha()
    assert verdict.kind in ("vanishes", "explodes", "healthy", "zero", "broken", "short")
    assert "nan" not in verdict.text
    if verdict.kind == "vanishes" and verdict.reach is not None:
        further = curve[: np.flatnonzero(curve > 0)[-1] - verdict.reach]
        assert not (further >= 1e-6 * np.nanmax(curve)).any()
