"""The factory line: its physics can be told from its sensors, and its labels say where something is amiss."""

import numpy as np
import pytest

from explorer.sequences import generate
from explorer.sequences.generators.factory import FAULTS, GLITCH, NOISE, SENSORS
from tests.counts import cases


def runs(marks):
    """Return where the marked stretches begin and end: (n, 2)."""
    return np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(int))).reshape(-1, 2)


def line(**settings):
    """Return the sensors by name and the labels by name."""
    sequence = generate("factory", **settings).sequences[0]
    values = dict(zip(sequence.features, sequence.values.T, strict=True))
    return values, {label.name: label.values for label in sequence.labels}


@pytest.mark.parametrize("seed", range(cases(2, 20)))
def test_every_kind_of_fault_comes_as_often_and_none_while_it_is_healthy(seed):
    _, labels = line(seed=seed, length=30_000, healthy=8000, every=500)
    assert list(labels) == [*FAULTS, GLITCH]
    counts = [len(runs(labels[kind])) for kind in FAULTS]
    assert min(counts) >= 6
    assert max(counts) - min(counts) <= 2
    faults = np.stack([labels[kind] for kind in FAULTS])
    assert not faults[:, :8000].any()
    assert faults.sum(axis=0).max() == 1
    assert not (labels[GLITCH] & faults.any(axis=0)).any()
    glitches = runs(labels[GLITCH])
    assert len(glitches) > 5
    assert set((glitches[:, 1] - glitches[:, 0]).tolist()) <= {1, 2}


def test_without_an_interval_there_is_no_fault_and_no_glitch():
    _, labels = line(seed=0, length=5000, healthy=0, every=0.0)
    assert not any(marks.any() for marks in labels.values())


def test_a_stuck_sensor_says_the_same_all_the_time_and_no_other_does():
    values, labels = line(seed=1, length=20_000, healthy=100, every=400)
    table = np.stack(list(values.values()))
    same = table[:, 1:] == table[:, :-1]
    stuck = runs(labels["stuck sensor"])
    assert len(stuck) >= 5
    for first, last in stuck:
        assert same[:, first : last - 1].all(axis=1).sum() == 1
        same[:, first : last - 1] = False
    assert not same.any()


def test_the_current_is_of_speed_times_pressure_times_friction_and_a_leak_makes_it_disagree():
    values, labels = line(seed=2, length=30_000, healthy=5000, every=600, noise=0.0)
    warm = values["temperature"] - 20
    friction = 1 + 1.2 / (1 + warm * warm / 200)
    told = 3 + 0.03 * values["speed"] + 15 * values["speed"] * values["pressure"] / 600 * friction
    off = np.abs(values["current"] - told)
    settled = values["speed"] > 50  # while it warms up, the friction is that of a step before
    assert np.quantile(off[:5000][settled[:5000]], 0.99) < 0.4
    assert np.median(off[labels["pressure leak"] & settled]) > 2


def test_it_shakes_at_one_speed_alone_and_wear_makes_it_shake_more():
    values, labels = line(seed=3, length=30_000, healthy=15_000, every=600)
    speed, shaking = values["speed"], values["vibration"]
    sound = ~np.stack(list(labels.values())).any(axis=0)
    at_resonance, far = sound & (abs(speed - 90) < 3), sound & (abs(speed - 60) < 5)
    assert np.median(shaking[at_resonance]) > 3 * np.median(shaking[far])
    for first, last in runs(labels["bearing wear"]):
        late = np.arange(last - 30, last)
        late = late[abs(speed[late] - 60) < 5]
        if len(late):
            assert np.median(shaking[late]) > np.median(shaking[far]) + 5 * NOISE[SENSORS.index("vibration")], first


def test_heat_comes_slowly_and_overheating_stays_above_what_the_load_tells():
    _, labels = line(seed=4, length=30_000, healthy=1000, every=600)
    hot, sound = (line(seed=4, length=30_000, healthy=1000, every=600, size=size)[0] for size in (1.0, 0.0))
    more = hot["temperature"] - sound["temperature"]
    for first, last in runs(labels["overheating"]):
        assert more[first] < 3
        assert more[last - 1] > 8


def test_glitches_are_far_beyond_the_noise_and_gone_at_once():
    values, labels = line(seed=5, length=40_000, healthy=40_000, every=600)
    table = np.stack(list(values.values()), axis=1)
    for first, last in runs(labels[GLITCH]):
        jump = np.abs(table[first] - table[first - 1]) / NOISE
        back = np.abs(table[last] - table[last - 1]) / NOISE
        assert np.argmax(jump) == np.argmax(back) or max(jump.max(), back.max()) > 6
