"""Generated sequences: the same bytes for the same seed, the promised structure for every one, errors with a range."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import UsageError
from explorer.sequences import GENERATORS, generate

PINNED = {
    "sine-mix": "c3c801c4c8eb3fa9",
    "delayed-echo": "39e3ad22497fb693",
    "adding": "ef264717aa7fc47c",
    "step-impulse": "320d8c1c771cf6a6",
}


def digest(dataset):
    sequence = dataset.sequences[0]
    content = sequence.values.astype("<f8").tobytes() + b"".join(label.values.tobytes() for label in sequence.labels)
    return hashlib.sha256(content).hexdigest()[:16]


@pytest.mark.parametrize("name", GENERATORS)
def test_a_seed_gives_the_same_bytes_for_ever(name):
    assert digest(generate(name, seed=7)) == PINNED[name]


@pytest.mark.parametrize("name", GENERATORS)
def test_what_was_asked_for_is_kept_and_makes_the_same_again(name):
    dataset = generate(name, seed=3, length=50)
    assert dataset.seed == 3
    settings = dict(dataset.settings)
    assert settings["length"] == 50
    assert list(settings) == [parameter.name for parameter in GENERATORS[name].parameters]
    assert digest(generate(name, seed=3, **settings)) == digest(dataset)


@pytest.mark.parametrize("name", ["sine-mix", "delayed-echo", "adding"])
def test_another_seed_gives_another_sequence(name):
    assert digest(generate(name, seed=0)) != digest(generate(name, seed=1))


@given(st.sampled_from(sorted(GENERATORS)), st.integers(0, 2**63 - 1), st.integers(0, 300))
def test_every_allowed_length_has_its_steps(name, seed, extra):
    shortest = next(int(p.minimum) for p in GENERATORS[name].parameters if p.name == "length")
    sequence = generate(name, seed=seed, length=shortest + extra).sequences[0]
    assert len(sequence) == shortest + extra
    assert np.all(np.isfinite(sequence.values))


def test_the_waves_of_a_sine_mix_have_the_promised_periods():
    golden = (1 + 5**0.5) / 2
    mix = generate("sine-mix", seed=2, length=20_000, period=200.0, noise=0.0).sequences[0].values[:, 0]
    spectrum = np.abs(np.fft.rfft(mix * np.hanning(len(mix)))) / len(mix) * 4
    for k in range(3):
        bin_ = round(len(mix) / (200 / golden ** (2 * k)))
        assert spectrum[bin_ - 2 : bin_ + 3].max() == pytest.approx(golden**-k, rel=0.2)


@given(st.integers(0, 1000), st.integers(1, 250), st.floats(0, 1))
def test_an_echo_is_due_a_delay_after_each_pulse(seed, delay, rate):
    sequence = generate("delayed-echo", seed=seed, delay=delay, rate=rate).sequences[0]
    pulse, (echo,) = sequence.values[:, 0], sequence.labels
    assert set(np.unique(pulse)) <= {0.0, 1.0}
    expected = np.zeros(200, dtype=bool)
    expected[delay:] = pulse[: max(0, 200 - delay)] == 1
    np.testing.assert_array_equal(echo.values, expected)


@given(st.integers(0, 1000), st.integers(2, 99))
def test_adding_marks_one_step_of_each_half(seed, length):
    values = generate("adding", seed=seed, length=length).sequences[0].values
    assert np.all((values[:, 0] >= 0) & (values[:, 0] <= 1))
    assert np.sum(values[: length // 2, 1]) == np.sum(values[length // 2 :, 1]) == 1
    assert set(np.unique(values[:, 1])) <= {0.0, 1.0}


def test_a_step_up_a_step_down_and_one_impulse():
    values = generate("step-impulse", seed=0, length=100, height=2.0).sequences[0].values[:, 0]
    np.testing.assert_array_equal(np.flatnonzero(np.diff(values)), [9, 49, 69, 70])
    assert set(np.unique(values)) == {0.0, 2.0}


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("sine-mix", {"length": 0}, "length must be a whole number from 1 to 1e\\+07, not 0"),
        ("adding", {"length": 1}, "from 2"),
        ("adding", {"length": 2.5}, "whole number"),
        ("adding", {"length": True}, "whole number"),
        ("adding", {"length": "ten"}, "not 'ten'"),
        ("delayed-echo", {"rate": 1.5}, "rate must be a number from 0 to 1"),
        ("delayed-echo", {"rate": float("nan")}, "not nan"),
        ("sine-mix", {"lenght": 3}, "no setting 'lenght'; it has length, waves"),
        ("sines", {}, "no generator 'sines'; there are sine-mix"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_range(name, settings, says):
    with pytest.raises(UsageError, match=says):
        generate(name, seed=0, **settings)


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, True, "1"])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(UsageError, match="seed must be"):
        generate("adding", seed=seed)
