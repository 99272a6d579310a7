"""Which values of a sequence stand in no cell of the file, where the cell is, and what stands there instead."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import HOW, Filled, Options, Sequence, make_dataset, read_dataset, table_of
from explorer.sequences.following import Follower


def told(sequence, feature="a"):
    """Return (step, line, what stands there) of every filled value."""
    filled = sequence.filled[feature]
    return list(zip(filled.steps.tolist(), filled.lines.tolist(), [HOW[how] for how in filled.how], strict=True))


def opened(tmp_path, text, **options):
    (tmp_path / "t.csv").write_text(text)
    return read_dataset(tmp_path / "t.csv", Options(**options))


GAPPY = "time,a,b\n0,,1\n1,5,2\n2,,3\n3,,4\n4,8,5\n5,,6\n"
LAST, NEXT, LINE = "the last value before it", "the next value", "a line between its neighbours"
MEAN, ZERO = "the mean of the training part", "zero"


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("forward", [(0, 2, NEXT), (2, 4, LAST), (3, 5, LAST), (5, 7, LAST)]),
        ("interpolate", [(0, 2, NEXT), (2, 4, LINE), (3, 5, LINE), (5, 7, LAST)]),
        ("mean", [(step, step + 2, MEAN) for step in (0, 2, 3, 5)]),
        ("mask", [(step, step + 2, ZERO) for step in (0, 2, 3, 5)]),
    ],
)
def test_every_filled_value_is_told_with_its_line_and_what_stands_there(tmp_path, how, expected):
    (sequence,) = opened(tmp_path, GAPPY, fills={"a": how}).sequences
    assert told(sequence) == expected
    assert set(sequence.filled) == {"a"}


def test_steps_that_are_dropped_are_not_filled(tmp_path):
    (sequence,) = opened(tmp_path, GAPPY, fills={"a": "drop"}).sequences
    assert len(sequence) == 2
    assert not sequence.filled


def test_beside_an_infinite_value_the_last_one_stands(tmp_path):
    (sequence,) = opened(tmp_path, "time,a\n0,1\n1,\n2,inf\n3,4\n", fills={"a": "interpolate"}).sequences
    assert told(sequence) == [(1, 3, LAST)]


def test_each_sequence_has_its_own_steps_and_the_lines_of_the_file(tmp_path):
    rows = ["a,1,5", "b,1,", "a,2,", "b,2,7", "b,3,", "c,1,", "c,2,"]
    dataset = opened(tmp_path, "\n".join(["id,time,x", *rows]) + "\n", roles={"id": "id"}, shape="long")
    assert [told(sequence, "x") for sequence in dataset.sequences] == [
        [(1, 4, LAST)],
        [(0, 3, NEXT), (2, 6, LAST)],
        [(0, 7, MEAN), (1, 8, MEAN)],
    ]


def test_steps_in_a_row_of_the_file_stand_in_its_line(tmp_path):
    text = "name,2001,2002,2003,2004\nx,1,,3,4\ny,1,2,3,4\nz,,2,,\n"
    one, other, third = opened(tmp_path, text, shape="wide").sequences
    assert told(one, "value") == [(1, 2, LAST)]
    assert not other.filled
    assert told(third, "value") == [(0, 4, NEXT)]


@pytest.mark.parametrize(
    ("how", "embedded", "features", "expected"),
    [
        ("forward", (), ("w=red", "w=blue"), [(1, 3, LAST)]),
        ("mask", (), ("w=red", "w=blue"), [(1, 3, ZERO)]),
        ("forward", ("w",), ("w",), [(1, 3, LAST)]),
        ("mask", ("w",), ("w",), [(1, 3, "the word (missing)")]),
    ],
)
def test_words(tmp_path, how, embedded, features, expected):
    text = "time,w,b\n0,red,1\n1,,2\n2,blue,3\n3,red,4\n"
    (sequence,) = opened(tmp_path, text, roles={"w": "category"}, fills={"w": how}, embedded=embedded).sequences
    assert {feature: told(sequence, feature) for feature in sequence.filled} == dict.fromkeys(features, expected)


def test_a_cell_that_is_no_number_and_is_taken_for_missing_is_filled(tmp_path):
    rows = "".join(f"{step},{step % 7 + 0.5}\n" for step in range(40))
    dataset = opened(tmp_path, "time,a\n" + rows.replace("\n7,0.5", "\n7,0.5x"), bad_cells="missing")
    assert told(dataset.sequences[0]) == [(7, 9, LAST)]


def test_what_is_counted_in_rows_is_told_in_rows():
    table = table_of("m.parquet", [("a", np.array([1.0, np.nan, 3.0])), ("b", np.arange(3.0))])
    dataset = make_dataset(table)
    assert dataset.sequences[0].filled["a"].counted == "row"
    assert "'a': 1 value is missing, in row 2" in dataset.notes[0]


@given(st.lists(st.sampled_from([None, 1.0, 2.5]), min_size=1, max_size=40).filter(any), st.data())
def test_exactly_the_gaps_are_told_whatever_the_fill(cells, data):
    how = data.draw(st.sampled_from(["forward", "interpolate", "mean", "mask"]))
    values = np.array([np.nan if cell is None else cell for cell in cells])
    table = table_of("t.npy", [("a", values), ("b", np.arange(len(values)) * 1.5)])
    (sequence,) = make_dataset(table, Options(fills={"a": how}, roles={"b": "input", "a": "input"})).sequences
    gaps = np.flatnonzero(np.isnan(values)).tolist()
    steps = [step for step, _, _ in told(sequence)] if gaps else []
    assert steps == gaps
    assert set(sequence.filled) == ({"a"} if gaps else set())
    for step, line, what in told(sequence) if gaps else []:
        assert line == step + 1
        there = np.flatnonzero(~np.isnan(values))
        stands = {
            LAST: lambda step=step, there=there: values[there[there < step][-1]],
            NEXT: lambda step=step, there=there: values[there[there > step][0]],
            MEAN: lambda there=there: values[there].mean(),
            ZERO: lambda: 0.0,
            LINE: lambda step=step, there=there: np.interp(step, there, values[there]),
        }[what]()
        assert sequence.values[step, 0] == pytest.approx(stands)


def test_features_keep_what_is_filled_in_them(tmp_path):
    dataset = opened(tmp_path, "time,a,b\n0,1,\n1,,2\n2,3,4\n")
    assert set(dataset.select(["b"]).sequences[0].filled) == {"b"}
    assert set(dataset.select(["b", "a"]).sequences[0].filled) == {"a", "b"}


def test_a_span_of_steps():
    filled = Filled(np.array([2, 5, 6, 9]), np.array([4, 7, 8, 11]), np.array([1, 1, 1, 2]))
    assert filled.within(5, 7) == slice(1, 3)
    assert filled.within(0, 2) == slice(0, 0)
    assert not filled.steps.flags.writeable


def test_parts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="a step, a line"):
        Filled(np.array([2, 5]), np.array([4]), np.array([1, 1]))


def test_nothing_is_told_of_what_is_whole(tmp_path):
    assert not opened(tmp_path, "time,a\n0,1\n1,2\n").sequences[0].filled
    assert not Sequence("s", np.zeros((2, 1)), ("a",)).filled


def test_rows_that_follow_are_told_like_those_before(tmp_path):
    path = tmp_path / "grows.csv"
    path.write_text(GAPPY)
    follower = Follower(path, Options(fills={"a": "interpolate"}))
    before = follower.dataset.sequences[0]
    for more in ("6,,7\n7,9,\n", "8,,9\n9,2,8\n"):
        with path.open("a") as file:
            file.write(more)
        follower.look()
    (sequence,) = follower.dataset.sequences
    known = [(0, 2, NEXT), (2, 4, LINE), (3, 5, LINE), (5, 7, LAST)]
    assert told(sequence) == [*known, (6, 8, LAST), (8, 10, LAST)]
    assert told(sequence, "b") == [(7, 9, LAST)]
    assert told(before) == known
    assert "b" not in before.filled
