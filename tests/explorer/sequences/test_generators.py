"""Generated sequences: the same bytes for the same seed, the promised structure for every one, errors with a range."""

import hashlib
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import UsageError
from explorer.sequences import GENERATORS, generate, generate_from, require_generated, write_source
from explorer.sequences.generators import MAX_SEED, Choice
from tests.counts import cases

INPUTS = {
    "sine-mix": "c3c801c4c8eb3fa9",
    "delayed-echo": "39e3ad22497fb693",
    "adding": "ef264717aa7fc47c",
    "step-impulse": "320d8c1c771cf6a6",
}
"""Inputs and labels of the generators that presets have always been made of."""

PINNED = {
    "sine-mix": "c3c801c4c8eb3fa9",
    "square": "f82e42a5263fd3c6",
    "noise": "1e321ea71c3b5ba2",
    "step-impulse": "320d8c1c771cf6a6",
    "delayed-echo": "02c4ac447f7d4ab9",
    "copy": "708cfd760254b62f",
    "adding": "1c050c52260b397e",
    "parity": "25ca4c115da21d27",
    "temporal-order": "aa6278aa726708df",
    "flip-flop": "3efcb7c1e2f4c463",
    "mackey-glass": "00f219435358fe71",
    "lorenz": "104ad58f09b7286a",
    "bursts": "bdf7c7cfcb135211",
    "regimes": "5e2c219eeacd3e1a",
    "stock": "bf23675ab9fb653b",
    "factory": "466fca599d266883",
    "reviews": "868f938882f2100c",
}

LENGTH = {name: "length" if name != "reviews" else "reviews" for name in GENERATORS}
"""The setting of each that says how much there is: steps, or sequences."""

NOISES = {"pink": "ac33a8b81c96721c", "random-walk": "7ee3e38ccb770a80"}

KINDS = {"level": "1e6e0c06fef2ca27", "walk": "8f90bda4473eb707"}
"""Of the stock price."""


def digest(dataset, *, targets=True):
    content = b""
    for sequence in dataset.sequences:
        content += sequence.values.astype("<f8").tobytes() + sequence.label.encode()
        content += b"".join(label.values.tobytes() for label in sequence.labels)
        if targets and sequence.targets is not None:
            content += sequence.targets.astype("<f8").tobytes()
    return hashlib.sha256(content).hexdigest()[:16]


def test_the_list_is_whole():
    assert list(GENERATORS) == list(PINNED)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_seed_gives_the_same_bytes_for_ever(name):
    assert digest(generate(name, seed=7)) == PINNED[name]


@pytest.mark.parametrize("name", INPUTS)
def test_what_presets_are_made_of_has_stayed(name):
    assert digest(generate(name, seed=7), targets=False) == INPUTS[name]


@pytest.mark.parametrize("kind", ["pink", "random-walk"])
def test_every_noise_is_pinned(kind):
    assert digest(generate("noise", seed=7, kind=kind)) == NOISES[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_price_is_pinned(kind):
    assert digest(generate("stock", seed=7, kind=kind)) == KINDS[kind]


@pytest.mark.parametrize("name", GENERATORS)
def test_what_was_asked_for_is_kept_and_makes_the_same_again(name):
    dataset = generate(name, seed=3, **{LENGTH[name]: 50})
    assert (dataset.seed, dataset.generator) == (3, name)
    assert dataset.source.startswith(f"generated:{name}?")
    kept = dict(dataset.settings)
    assert kept[LENGTH[name]] == 50
    assert f"{LENGTH[name]}=50" in dataset.source
    assert list(kept) == [parameter.name for parameter in GENERATORS[name].parameters]
    assert digest(generate(name, seed=3, **kept)) == digest(dataset)


@pytest.mark.parametrize("name", [name for name in GENERATORS if name != "step-impulse"])
def test_another_seed_gives_another_sequence(name):
    assert digest(generate(name, seed=0)) != digest(generate(name, seed=1))


@pytest.mark.parametrize("name", GENERATORS)
def test_every_number_has_nine_decimals_at_most_and_no_zero_a_sign(name):
    sequence = generate(name, seed=11).sequences[0]
    numbers = sequence.values if sequence.targets is None else np.hstack([sequence.values, sequence.targets])
    numbers = numbers[np.isfinite(numbers)]
    np.testing.assert_array_equal(numbers, [float(f"{number:.9f}") for number in numbers])
    assert not np.signbit(numbers[numbers == 0]).any()


@pytest.mark.parametrize("name", GENERATORS)
def test_names_of_features_targets_and_labels_differ(name):
    sequence = generate(name, seed=0).sequences[0]
    names = [*sequence.features, *sequence.target_names, *(label.name for label in sequence.labels)]
    assert len(set(names)) == len(names)
    assert all(target.split()[0] == "target" for target in sequence.target_names)


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=lambda g: g.name)
def test_chance_comes_with_what_is_asked(generator):
    dataset = generate(generator.name, seed=0)
    asks = dataset.sequences[0].targets is not None or dataset.sequences[0].label != ""
    assert (dataset.chance is not None) == asks


@st.composite
def wishes(draw):
    """Return a generator and settings anywhere in their ranges, of a length that is quickly made."""
    generator = draw(st.sampled_from(list(GENERATORS.values())))
    chosen = {}
    for parameter in generator.parameters:
        if isinstance(parameter, Choice):
            chosen[parameter.name] = draw(st.sampled_from(parameter.options))
        elif parameter.name in ("length", "reviews"):
            chosen[parameter.name] = int(parameter.minimum) + draw(st.integers(0, 300))
        elif parameter.whole:
            chosen[parameter.name] = draw(st.integers(int(parameter.minimum), int(parameter.maximum)))
        else:
            chosen[parameter.name] = draw(st.floats(parameter.minimum, parameter.maximum))
    return generator, chosen


@settings(max_examples=cases(60, 2000), deadline=None)
@given(wishes(), st.integers(0, MAX_SEED))
def test_anywhere_in_its_ranges_a_generator_makes_its_steps_of_finite_numbers(wish, seed):
    generator, chosen = wish
    dataset = generate(generator.name, seed=seed, **chosen)
    sequence = dataset.sequences[0]
    assert len(sequence if "length" in chosen else dataset.sequences) == chosen[LENGTH[generator.name]]
    assert np.all(np.isfinite(sequence.values))
    if sequence.targets is not None:
        assert np.isfinite(sequence.targets[-1]).all()
        assert not np.isinf(sequence.targets).any()
        assert dataset.chance[1] >= 0


@pytest.mark.parametrize("generator", [g for g in GENERATORS.values() if g.sequential], ids=lambda g: g.name)
def test_where_steps_follow_from_one_another_the_longer_begins_with_the_shorter(generator):
    long, short = (generate(generator.name, seed=5, length=length).sequences[0] for length in (12_000, 700))
    np.testing.assert_array_equal(long.values[:700], short.values)
    assert (long.targets is None) == (short.targets is None)
    if long.targets is not None:
        np.testing.assert_array_equal(long.targets[:700], short.targets)
    for one, other in zip(long.labels, short.labels, strict=True):
        np.testing.assert_array_equal(one.values[:700], other.values)


@pytest.mark.parametrize("generator", [g for g in GENERATORS.values() if g.sequential], ids=lambda g: g.name)
def test_those_say_how_far_they_are_and_can_be_stopped(generator):
    told = []
    generate(generator.name, told.append, seed=0, length=25_000)
    assert len(told) == 3
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] < 1

    def refuse(fraction):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        generate(generator.name, refuse, seed=0, length=25_000)


@pytest.mark.parametrize(
    ("name", "given_", "says"),
    [
        ("sine-mix", {"length": 0}, "length must be a whole number from 1 to 10000000, not 0"),
        ("adding", {"length": 1}, "from 2"),
        ("adding", {"length": 2.5}, "whole number"),
        ("adding", {"length": True}, "whole number"),
        ("adding", {"length": "ten"}, "not 'ten'"),
        ("delayed-echo", {"rate": 1.5}, "rate must be a number from 0 to 1"),
        ("delayed-echo", {"rate": float("nan")}, "not nan"),
        ("sine-mix", {"lenght": 3}, "no setting 'lenght'; it has length, waves"),
        ("noise", {"kind": "blue"}, "kind must be white, pink or random-walk, not 'blue'"),
        ("noise", {"kind": 1}, "random-walk, not 1"),
        ("parity", {"asked": "never"}, "asked must be each-step or last-step"),
        ("copy", {"length": 20}, "from 21"),
        ("sines", {}, "no generator 'sines'; there are sine-mix"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_range(name, given_, says):
    with pytest.raises(UsageError, match=says):
        generate(name, seed=0, **given_)


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, True, "1"])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(UsageError, match="seed must be"):
        generate("adding", seed=seed)


@pytest.mark.parametrize("name", GENERATORS)
def test_the_source_says_everything_but_the_seed(name):
    dataset = generate(name, seed=6, **{LENGTH[name]: 60})
    assert "seed" not in dataset.source
    again = generate_from(dataset.source, seed=6)
    assert digest(again) == digest(dataset)
    assert (again.source, again.settings, again.seed) == (dataset.source, dataset.settings, 6)


@given(wishes(), st.integers(0, MAX_SEED))
@settings(max_examples=cases(50, 2000), deadline=None)
def test_a_source_reads_back_as_what_was_written(wish, seed):
    generator, chosen = wish
    complete = generator.settings(chosen)
    assert require_generated(write_source(generator.name, complete, seed)) == (complete, seed)
    assert require_generated(write_source(generator.name, complete)) == (complete, None)


def test_a_source_may_leave_out_what_has_a_default():
    assert digest(generate_from("generated:parity")) == digest(generate("parity", seed=0))
    assert digest(generate_from("generated:parity?length=9&seed=2")) == digest(generate("parity", seed=2, length=9))
    assert generate_from("generated:parity?seed=2", seed=3).seed == 3


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("generated:no-such", "no generator 'no-such'; there are sine-mix"),
        ("generated:parity?bits=3", "no setting 'bits'; it has length, asked"),
        ("generated:parity?length=0", "length must be a whole number from 1"),
        ("generated:parity?length", "'length' must be KEY=VALUE"),
        ("generated:parity?length=1&length=2", "each key once"),
        ("generated:parity?seed=-1", "seed must be a whole number, not '-1'"),
        ("generated:parity?seed=9999999999999999999", "seed must be a whole number from 0 to"),
    ],
)
def test_a_source_that_makes_no_sense_is_refused(source, says):
    with pytest.raises(UsageError, match=re.escape(says)):
        generate_from(source)


LIBRARY = ("sin", "cos", "tan", "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "power", "float_power", "tanh")
"""Functions whose last bit differs between machines."""


def test_no_recipe_asks_the_machines_library(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("another machine would answer another last bit")

    for name in LIBRARY:
        monkeypatch.setattr(np, name, refuse)
    for name in GENERATORS:
        generate(name, seed=0)
    for kind in NOISES:
        generate("noise", seed=0, kind=kind)
    for kind in KINDS:
        generate("stock", seed=0, kind=kind)
