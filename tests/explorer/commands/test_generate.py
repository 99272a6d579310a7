"""``generate`` writes what the generator makes, to the last digit, and says in one line what it cannot do."""

import csv
import hashlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.commands.generate import _text
from explorer.sequences import GENERATORS, Choice, generate, read_csv
from tests.counts import cases


def table(path):
    """Return header and cells of a file, read by Python's own reader."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


NUMBERS = [name for name in GENERATORS if name != "reviews"]


def names_of_labels(sequence):
    """Return what the columns of labels are called: one alone is called so."""
    return ["label"] if len(sequence.labels) == 1 else [f"label {label.name}" for label in sequence.labels]


@pytest.mark.parametrize("name", NUMBERS)
def test_the_file_holds_inputs_targets_and_labels_exactly(call, tmp_path, name):
    ran = call("generate", name, "--seed", 4, "--set", "length=90", "--out", "made.csv")
    assert (ran.code, ran.out) == (0, "")
    header, rows = table(tmp_path / "made.csv")
    sequence = generate(name, seed=4, length=90).sequences[0]
    labels = names_of_labels(sequence)
    assert header == [*sequence.features, *sequence.target_names, *labels]
    assert len(rows) == 90
    parts = [sequence.values]
    parts += [] if sequence.targets is None else [sequence.targets]
    parts += [label.values[:, None] for label in sequence.labels]
    read = np.array([[float(cell or "nan") for cell in row] for row in rows])
    np.testing.assert_array_equal(read, np.hstack(parts))
    for k in range(len(labels)):
        assert {row[len(header) - 1 - k] for row in rows} <= {"0", "1"}
    assert f"wrote made.csv: 90 steps of {', '.join(header)}\n" in ran.err


@pytest.mark.parametrize("name", NUMBERS)
def test_the_app_reads_its_own_file_back_exactly(call, tmp_path, name):
    assert call("generate", name, "--out", "made.csv").code == 0
    made, read = generate(name, seed=0).sequences[0], read_csv(tmp_path / "made.csv").sequences[0]
    assert read.features[: made.input_size] == made.features
    np.testing.assert_array_equal(read.values[:, : made.input_size], made.values)
    assert read.target_names == made.target_names
    if made.targets is not None:
        np.testing.assert_array_equal(read.targets, made.targets)
    assert [label.name for label in read.labels] == names_of_labels(made)
    for label, other in zip(made.labels, read.labels, strict=True):
        np.testing.assert_array_equal(other.values, label.values)


def test_texts_are_a_line_each_and_read_back_with_their_labels(call, tmp_path):
    ran = call("generate", "reviews", "--seed", 4, "--set", "reviews=40", "--out", "made.csv")
    assert (ran.code, ran.out) == (0, "")
    assert "wrote made.csv: 40 texts\n" in ran.err
    made, read = generate("reviews", seed=4, reviews=40), read_csv(tmp_path / "made.csv")
    assert [each.tokens for each in read.sequences] == [each.tokens for each in made.sequences]
    assert [each.label for each in read.sequences] == [each.label for each in made.sequences]


def test_the_chance_line_is_said_where_something_is_asked(call):
    assert (
        "chance line: what has learned nothing reaches MSE 0.166667\n" in call("generate", "adding", "--out", "a").err
    )
    assert "chance" not in call("generate", "square", "--out", "a").err


def test_the_same_seed_gives_the_same_bytes_in_every_process(program, tmp_path):
    for file, seed in (("one.csv", 9), ("again.csv", 9), ("other.csv", 8)):
        assert program("generate", "regimes", "--seed", seed, "--out", file).code == 0
    one, again, other = (
        hashlib.sha256((tmp_path / file).read_bytes()).hexdigest() for file in ("one.csv", "again.csv", "other.csv")
    )
    assert one == again != other


def test_lines_end_the_same_everywhere_and_nothing_is_asked_where_a_cell_is_empty(call, tmp_path):
    call("generate", "adding", "--set", "length=5", "--out", "made.csv")
    content = (tmp_path / "made.csv").read_bytes()
    assert b"\r" not in content
    lines = content.decode().splitlines()
    assert lines[0] == "value,marker,target"
    assert [line.endswith(",") for line in lines[1:]] == [True] * 4 + [False]


def test_settings_are_those_that_were_given(call, tmp_path):
    words = ["--set", "kind=Random Walk", "--set", "length=1e2", "--set", "sd = 2"]
    assert call("generate", "noise", *words, "--out", "made.csv").code == 0
    _, rows = table(tmp_path / "made.csv")
    expected = generate("noise", seed=0, kind="random-walk", length=100, sd=2).sequences[0].values[:, 0]
    np.testing.assert_array_equal([float(row[0]) for row in rows], expected)


@settings(max_examples=cases(200, 20_000))
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back_exactly_and_is_as_short_as_can_be(number):
    text = _text(number)
    assert float(text) == number
    assert len(text) <= len(repr(number))
    assert text != f"{number}" or not number.is_integer() or "e" in text


def test_what_is_generated_is_traced_without_a_file_between(call, refused, tmp_path):
    assert call("generate", "bursts", "--set", "length=90", "--seed", 3, "--out", "made.csv").code == 0
    for source, out in (("generated:bursts?length=90&seed=3", "one.npz"), ("made.csv", "other.npz")):
        assert call("trace", source, "--hidden", 4, "--out", out).code == 0
    with np.load(tmp_path / "one.npz") as one, np.load(tmp_path / "other.npz") as other:
        assert one.files == other.files
        for name in one.files:
            np.testing.assert_array_equal(one[name], other[name])
    assert "no setting 'lenght'" in refused(2, "trace", "generated:bursts?lenght=90", "--out", "x.npz")


@pytest.mark.parametrize("words", [[], ["--list"]])
def test_without_a_name_it_lists_what_there_is(call, words):
    ran = call("generate", *words)
    assert (ran.code, ran.err) == (0, "")
    for generator in GENERATORS.values():
        assert f"{generator.name}: {generator.doc}\n" in ran.out
        for parameter in generator.parameters:
            assert parameter.doc in ran.out
            if isinstance(parameter, Choice):
                assert parameter.range in ran.out


def test_with_a_name_it_lists_that_one(call):
    out = call("generate", "lorenz", "--list").out
    assert out.startswith("lorenz: ")
    assert out.count("\n") == 5
    assert "0.001 to 0.03" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["lorentz", "--out", "x.csv"], "no generator 'lorentz'; there are sine-mix, square"),
        (["lorenz"], "say with --out where"),
        (["--out", "x.csv"], "name a generator; there are sine-mix"),
        (["--set", "length=3"], "name a generator"),
        (["lorenz", "--set", "sigma=1", "--out", "x.csv"], "has no setting 'sigma'; it has length, dt, rho, horizon"),
        (["lorenz", "--set", "dt=1", "--out", "x.csv"], "dt must be a number from 0.001 to 0.03, not 1"),
        (["lorenz", "--set", "dt=fast", "--out", "x.csv"], "not 'fast'"),
        (["lorenz", "--set", "dt=nan", "--out", "x.csv"], "not nan"),
        (["lorenz", "--set", "dt=", "--out", "x.csv"], "not ''"),
        (["lorenz", "--set", "length=2.5", "--out", "x.csv"], "whole number from 1 to 10000000, not 2.5"),
        (["lorenz", "--set", "length=1e400", "--out", "x.csv"], "not inf"),
        (["lorenz", "--set", "length", "--out", "x.csv"], "must be KEY=VALUE, such as length=500, not 'length'"),
        (["lorenz", "--set", "dt=.01", "--set", "dt=.02", "--out", "x.csv"], "dt is set twice"),
        (["noise", "--set", "kind=blue", "--out", "x.csv"], "kind must be white, pink or random-walk, not 'blue'"),
        (["lorenz", "--seed", "-1", "--out", "x.csv"], "seed must be a whole number from 0"),
        (["lorenz", "--seed", "one", "--out", "x.csv"], "--seed: must be a whole number, not 'one'"),
        (["lorenz", "--out", ""], "the name is empty"),
        (["lorenz", "--list", "--out", "x.csv"], "not allowed with"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(refused, tmp_path, words, says):
    assert says in refused(2, "generate", *words)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_before_anything_is_made(refused):
    assert "there is no folder nowhere" in refused(1, "generate", "lorenz", "--out", "nowhere/x.csv")


def test_what_was_there_is_replaced_whole(call, tmp_path):
    (tmp_path / "made.csv").write_text("something else\n" * 1000)
    assert call("generate", "parity", "--out", "made.csv").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["made.csv"]
    assert "something" not in (tmp_path / "made.csv").read_text()


@settings(max_examples=cases(25, 500), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(list(GENERATORS)), text=st.text(max_size=12))
def test_whatever_is_typed_for_a_setting_is_taken_or_refused_in_one_line(call, name, text):
    ran = call("generate", name, "--set", f"length={text}", "--set", "length=1", "--out", "x.csv")
    assert ran.code == 2
    assert ran.err.count("\n") == 1


def test_the_help_tells_of_it(call):
    assert "generate     write a sequence" in call("--help").out
    assert "--set KEY=VALUE" in call("generate", "--help").out
