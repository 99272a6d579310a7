"""How rows become sequences: told apart by an id, one a row, or one; and what stands where a value is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError, UsageError
from explorer.sequences import Options, make_dataset, read_dataset, read_table, table_of


def make(text, path, **told):
    options = Options(**told)
    path.write_text(text, encoding="utf-8")
    return make_dataset(read_table(path, options), options)


@pytest.fixture
def dataset(tmp_path):
    return lambda text, **told: make(text, tmp_path / "table.csv", **told)


def values(dataset):
    return {sequence.name: sequence.values[:, 0].tolist() for sequence in dataset.sequences}


def test_a_column_left_out_although_it_holds_numbers_says_what_does_not_fit(dataset):
    made = dataset("t,x,v\n1,1.5,2\n2,2.5,<LOD\n3,3.5,<LOD\n4,4.5,<LOD\n5,5.5,3\n6,6.5,\n")
    assert "left out, column 'v': 3 of 5 cells are no numbers, the first in line 3: '<LOD'" in made.notes
    assert not any("holds no numbers" in note for note in made.notes)


def test_an_id_with_a_sign_of_its_own_in_every_number_stays_one(dataset):
    made = dataset("who;x\n1.5;1,5\n1.5;2,5\n2.5;3,5\n2.5;4,5\n", roles={"who": "id"})
    assert values(made) == {"1.5": [1.5, 2.5], "2.5": [3.5, 4.5]}


# ---------------------------------------------------------------- long


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-99, 99)), min_size=1, max_size=30))
def test_every_row_goes_to_its_sequence_in_the_order_of_the_file(tmp_path_factory, rows):
    text = "who,x\n" + "".join(f"{who},{x}\n" for who, x in rows)
    made = make(text, tmp_path_factory.mktemp("long") / "long.csv", roles={"who": "id"})
    expected = {who: [float(x) for other, x in rows if other == who] for who in dict.fromkeys(who for who, _ in rows)}
    assert values(made) == expected
    assert list(values(made)) == list(expected)


@pytest.mark.parametrize("name", ["unit_number", "engineID", "series id", "Subject", "id"])
def test_an_id_in_runs_tells_sequences_apart_by_its_name(dataset, name):
    made = dataset(f"{name},x\n7,1\n7,2\n3,5\n3,6\n3,7\n")
    assert values(made) == {"7": [1, 2], "3": [5, 6, 7]}
    assert made.notes == (f"column {name!r} tells 2 sequences apart",)


def test_a_single_sequence_is_told_as_one(dataset):
    assert dataset("run,x\na,1\na,2\n", roles={"run": "id"}).notes == ("column 'run' tells 1 sequence apart",)


def test_an_id_may_be_mixed_where_the_time_rises_within_each(dataset):
    made = dataset("date,ticker,price\n" + "".join(f"2013-01-0{d},{who},{d}\n" for d in (1, 2, 3) for who in "AB"))
    assert values(made) == {"A": [1, 2, 3], "B": [1, 2, 3]}
    assert any("do not stand together" in note for note in made.notes)
    assert made.sequences[1].times[0] == np.datetime64("2013-01-01")


def test_a_column_that_changes_where_the_time_goes_back_is_an_id_whatever_its_name(dataset):
    made = dataset("t,x,where\n0,1,here\n1,2,here\n2,3,here\n0,4,there\n1,5,there\n")
    assert values(made) == {"here": [1, 2, 3], "there": [4, 5]}
    assert not any("goes back" in note for note in made.notes)


@pytest.mark.parametrize(
    "text",
    [
        "id,x\n1,5\n2,6\n3,7\n4,8\n",  # it only numbers the rows
        "flag,x\n0,5\n0,6\n1,7\n1,8\n",  # nothing says that this is one
        "1,1,5\n1,2,6\n2,1,7\n2,2,8\n",  # as well a grid, row by row
        "t,x,where\n0,1,here\n1,2,here\n2,3,there\n3,4,there\n",  # the time goes on
        "id,x\n1,5\n2,6\n1,7\n2,8\n",  # mixed, and no time to say in which order
    ],
)
def test_in_doubt_it_is_one_sequence(dataset, text):
    assert len(dataset(text).sequences) == 1


def test_a_number_of_the_row_is_no_input(dataset):
    made = dataset("id,x\n1,5\n2,6\n3,7\n")
    assert made.features == ("x",)
    assert "left out, as it only numbers the rows: id" in made.notes


def test_long_and_one_may_be_told(dataset):
    text = "id,x\n1,5\n1,6\n2,7\n"
    assert len(dataset(text + "2,8\n", shape="one").sequences) == 1
    with pytest.raises(UsageError, match="Give one of them the role id: x, y"):
        dataset("x,y\n1,2\n", shape="long")


def test_two_ids_tell_apart_together(dataset):
    made = dataset("a,b,x\n1,u,5\n1,v,6\n2,u,7\n1,u,8\n", roles={"a": "id", "b": "id"})
    assert values(made) == {"1 u": [5, 8], "1 v": [6], "2 u": [7]}


def test_rows_without_an_id_are_left_out_and_said(dataset):
    made = dataset("id,x\n1,5\n,6\n2,7\n", roles={"id": "id"})
    assert values(made) == {"1": [5], "2": [7]}
    assert any("1 row has no value and left out, the first in line 3" in note for note in made.notes)


def test_labels_of_sequences_and_of_steps(dataset):
    made = dataset("id,x,label,anomaly\n1,5,walk,0\n1,6,walk,1\n2,7,run,0\n2,8,run,0\n")
    assert [sequence.label for sequence in made.sequences] == ["walk", "run"]
    assert [sequence.labels[0].values.tolist() for sequence in made.sequences] == [[False, True], [False, False]]


# ---------------------------------------------------------------- wide

MONTHS = "year,Jan,Feb,Mar,Apr,May,June,July,Aug,Sep,Oct,Nov,Dec"


@pytest.mark.parametrize(
    ("header", "count", "time"),
    [
        (MONTHS, 12, "month"),
        ("country,year 1990,year 1991,year 1992,year 1993", 4, "year"),
        ("name,label," + ",".join(f"t{k}" for k in range(9)), 9, "t"),
        ("date," + ",".join(f"hour {k}" for k in range(24)), 24, "hour"),
    ],
)
def test_columns_named_like_steps_are_the_steps_of_a_row(dataset, header, count, time):
    names = {"year": ("2001", "2002"), "date": ("2001-01-01", "2001-01-02")}.get(header.split(",")[0], ("u", "v"))
    more = "run," if "label" in header else ""
    rows = "".join(f"{name},{more}{','.join(str(10 * k + i) for i in range(count))}\n" for k, name in enumerate(names))
    made = dataset(f"{header}\n{rows}")
    assert values(made) == {name: [10 * k + i for i in range(count)] for k, name in enumerate(names)}
    assert made.features == ("value",)
    assert {sequence.time_name for sequence in made.sequences} == {time}
    assert {sequence.label for sequence in made.sequences} == {more.rstrip(",")}


@pytest.mark.parametrize(
    "header",
    [
        "day 1,day 2,day 4",
        "time," + ",".join(f"t{k}" for k in range(9)),
        "t1,t2,t3",
        ",".join(f"s{k}" for k in range(1, 22)),
    ],
)
def test_numbered_columns_may_as_well_be_features(dataset, header):
    width = header.count(",") + 1
    made = dataset(f"{header}\n" + "".join(",".join(str(k + i) for i in range(width)) + "\n" for k in range(3)))
    assert len(made.sequences) == 1
    assert len(made.features) == width - header.startswith("time")


@pytest.mark.parametrize(
    ("header", "names", "wide"),
    [
        ("id,t1,t2,t3,t4", ("17", "4", "23"), True),
        ("subject,t0,t1,t2,t3,t4", ("ann", "bob", "cy"), True),
        ("who,step_1,step_2,step_3,step_4", ("ann", "bob", "cy"), True),
        # Rows that are only numbered may as well be steps, with four thermometers.
        ("id,t1,t2,t3,t4", ("1", "2", "3"), False),
        ("sample,t1,t2,t3,t4", ("s07", "s08", "s09"), False),
        ("id,t1,t2,t3,t4", ("5", "5", "8"), False),
        ("weight,t1,t2,t3,t4", ("17", "4", "23"), False),
        ("id,t1,t2,t3", ("17", "4", "23"), False),
        ("id,x1,x2,x3,x4", ("17", "4", "23"), False),
        ("time,t1,t2,t3,t4", ("17", "24", "33"), False),
        ("id,t1,t2,t3,t5", ("17", "4", "23"), False),
    ],
)
def test_few_numbered_columns_are_steps_where_every_row_has_a_name(dataset, header, names, wide):
    width = header.count(",")
    text = f"{header}\n" + "".join(
        f"{name},{','.join(str(k + i) for i in range(width))}\n" for k, name in enumerate(names)
    )
    made = dataset(text)
    assert (len(made.sequences) == len(names)) == wide
    if wide:
        assert tuple(sequence.name for sequence in made.sequences) == names
        assert dataset(text, shape="one").features[-1] == header.rpartition(",")[2]
    # It can be chosen either way, and a note says how where it is not sure.
    unsure = not wide and width >= 4 and header.endswith("t3,t4") and "time" not in header
    assert any("t1 to t4 may be the steps" in note and "--shape wide" in note for note in made.notes) == unsure
    if unsure:
        assert len(dataset(text, shape="wide").sequences) == len(names)


def test_a_row_that_ends_early_is_shorter_and_a_gap_inside_is_filled(dataset):
    made = dataset("a,b,c\n1,,3\n4,5,\n,,\n", shape="wide")
    assert values(made) == {"1": [1, 1, 3], "2": [4, 5]}
    notes = "\n".join(made.notes)
    assert "2 rows end before the last column, the first in line 3" in notes
    assert "1 row is empty and left out" in notes
    assert "1 value is missing, in line 2" in notes


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ("forward", [[1], [1], [4]]),
        ("interpolate", [[1], [2.5], [4]]),
        ("mask", [[1, 0], [0, 1], [4, 0]]),
        ("drop", [[1], [4]]),
        ("mean", [[1], [2], [4]]),
    ],
)
def test_gaps_inside_a_row(dataset, fill, expected):
    made = dataset("a,b,c\n1,,4\n1,2,2\n", shape="wide", fills={"a": fill})
    assert made.sequences[0].values.tolist() == expected


# ---------------------------------------------------------------- filling

GAPS = "id,x,y\n1,,10\n1,2,\n1,,30\n1,8,40\n2,,\n2,5,50\n3,,60\n3,,\n"


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ("forward", [[2, 2, 2, 8], [5, 5], [5, 5]]),
        ("interpolate", [[2, 2, 5, 8], [5, 5], [5, 5]]),
        ("mean", [[5, 2, 5, 8], [5, 5], [5, 5]]),
        ("mask", [[0, 2, 0, 8], [0, 5], [0, 0]]),
        ("drop", [[2, 8], [5]]),
    ],
)
def test_a_gap_is_filled_as_told_and_never_from_another_sequence(dataset, fill, expected):
    made = dataset(GAPS, fills={"x": fill})
    assert [sequence.values[:, 0].tolist() for sequence in made.sequences] == expected
    if fill == "mask":
        assert made.features == ("x", "x missing", "y")
        assert [sequence.values[:, 1].tolist() for sequence in made.sequences] == [[1, 0, 1, 0], [1, 0], [1, 1]]
    else:
        assert any("column 'x': 5 values are missing, the first in line 2;" in note for note in made.notes) or (
            fill == "drop" and "5 steps are left out, the first in line 2" in made.notes
        )
    assert any("'y'" in note for note in made.notes)


def test_steps_that_are_dropped_take_labels_times_and_targets_with_them(dataset):
    made = dataset("t,x,label,y\n1,5,0,1\n2,,1,2\n3,7,1,3\n", fills={"x": "drop"}, roles={"y": "target"})
    (sequence,) = made.sequences
    assert sequence.times.tolist() == [1, 3]
    assert sequence.labels[0].values.tolist() == [False, True]
    assert sequence.targets[:, 0].tolist() == [1, 3]
    with pytest.raises(DataError, match="every step is left out"):
        dataset("x,y\n1,\n,2\n", fills={"x": "drop", "y": "drop"})


def test_the_mean_is_that_of_the_training_part(dataset):
    made = dataset("x\n1\n3\n\n100\n100\n", fills={"x": "mean"}, train=0.4)
    assert made.sequences[0].values[2, 0] == 2


def test_a_line_between_neighbours_far_apart(dataset):
    made = dataset("x,y\n2,1\n,2\n,3\n8,4\n", fills={"x": "interpolate"})
    np.testing.assert_allclose(made.sequences[0].values[:, 0], [2, 4, 6, 8], rtol=1e-15)


def test_beside_an_infinite_value_there_is_no_line(dataset):
    made = dataset("x,y\n1,1\n,2\ninf,3\n,4\n5,5\n", fills={"x": "interpolate"})
    assert made.sequences[0].values[:, 0].tolist() == [1, 1, np.inf, np.inf, 5]


def test_gaps_among_words(dataset):
    text = "x,w\n1,a\n2,\n3,b\n"
    assert dataset(text, roles={"w": "category"}).sequences[0].values[:, 1:].tolist() == [[1, 0], [1, 0], [0, 1]]
    masked = dataset(text, roles={"w": "category"}, fills={"w": "mask"})
    assert masked.features == ("x", "w=a", "w=b", "w missing")
    assert masked.sequences[0].values[1, 1:].tolist() == [0, 0, 1]
    embedded = dataset(text, embedded=("w",), fills={"w": "mask"})
    assert embedded.vocabularies["w"] == ("a", "b", "(missing)")
    with pytest.raises(UsageError, match="holds words"):
        dataset(text, roles={"w": "category"}, fills={"w": "mean"})


# ---------------------------------------------------------------- faults


def test_all_that_does_not_fit_is_listed_and_may_be_taken_for_missing(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("x,y\n1,2\n2,oops\n3\n4,5,6\n5,6\n7,8\nno,9\n8,1\n")
    table = read_table(path)
    assert [(problem.line, problem.column, problem.text) for problem in table.problems] == [
        (3, 2, "oops"),
        (4, None, "3"),
        (5, None, "4 | 5 | 6"),
        (8, 1, "no"),
    ]
    assert table.problem_count == 4
    assert (table.column("y").wrong, table.column("y").missing, table.column("y").first_missing) == (1, 1, 4)
    with pytest.raises(DataError) as caught:
        make_dataset(table)
    assert (caught.value.line, caught.value.column) == (3, 2)
    made = make_dataset(table, Options(bad_cells="missing"))
    np.testing.assert_array_equal(
        made.sequences[0].values, [[1, 2], [2, 2], [3, 2], [4, 5], [5, 6], [7, 8], [7, 9], [8, 1]]
    )
    assert "4 cells or rows do not fit, the first in line 3; taken for missing" in made.notes


def test_a_quote_that_does_not_fit_is_told_by_its_line(tmp_path):
    path = tmp_path / "quotes.csv"
    path.write_text("x,who\n" + '1,"Ann, B"\n' * 30 + '2,"Eve\n3,"Dan, C"\n')
    table = read_table(path)
    assert [(odd.line, odd.text) for odd in table.oddities] == [(32, '2,"Eve')]
    assert "a quote does not fit and stands for itself, the first in line 32" in table.notes
    assert table.rows == 32


def test_of_very_many_faults_some_are_listed_and_all_are_counted(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("x,y\n" + "1,2\n" * 4000 + "1,no\n" * 3000)
    table = read_table(path)
    assert (len(table.problems), table.problem_count, table.column("y").wrong) == (1000, 3000, 3000)
    assert table.problems[0].line == 4002
    assert table.column("y").missing == 0


def test_a_preview_reads_the_first_rows_only(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "1,2\n" * 100 + "no,no\n" * 5)
    table = read_table(path, rows=100)
    assert (table.rows, table.problems, table.column("x").maximum) == (100, (), 1)


@pytest.mark.parametrize(("decimal", "thousands"), [(".", ","), (",", "."), (",", " "), (".", "'")])
@given(st.lists(st.floats(-1e12, 1e12).map(lambda value: round(value, 3)), min_size=1, max_size=9))
def test_thousands_are_grouped_exactly(decimal, thousands, numbers):
    from explorer.sequences.numerals import number

    for value in numbers:
        cell = f"{value:,.3f}".replace(",", "t").replace(".", decimal).replace("t", thousands)
        assert number(cell, decimal, thousands) == value
        plain = f"{value:.3f}".replace(".", decimal)
        assert number(plain, decimal, thousands) == value


@pytest.mark.parametrize("cell", ["12.34,5", "1.2345,6", ".123", "1..234", "1.234.56", "1,234.567"])
def test_points_that_group_nothing_are_no_number(cell):
    from explorer.sequences.numerals import number

    assert number(cell, ",", ".") is None


# ---------------------------------------------------------------- columns from elsewhere


def test_a_table_of_arrays_is_one_like_any_other():
    days = np.array(["2013-01-01", "2013-01-02", "NaT"], dtype="datetime64[D]")
    table = table_of(
        "frame.parquet",
        [("when", days), ("x", np.array([1, 2, 3])), ("ok", np.array([True, False, True])), ("who", ["a", None, "b"])],
    )
    assert [(column.name, column.kind, column.role) for column in table.columns] == [
        ("when", "date", "time"),
        ("x", "number", "input"),
        ("ok", "number", "input"),
        ("who", "text", "ignore"),
    ]
    made = make_dataset(table)
    np.testing.assert_array_equal(made.sequences[0].values, [[1, 1], [2, 0], [3, 1]])
    assert made.sequences[0].name == "frame"
    assert any("the time is missing in 1 row, the first in row 3" in note for note in made.notes)
    with pytest.raises(ValueError, match="equally long"):
        table_of("a", [("x", [1.0]), ("y", [1.0, 2.0])])


def test_a_table_of_millions_is_not_held_twice(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("x,y\n" + "1.5,2\n" * 50_000)
    table = read_table(path)
    made = make_dataset(table)
    assert np.shares_memory(made.sequences[0].values, table.columns[0].values)
    np.testing.assert_array_equal(made.sequences[0].values, np.tile([1.5, 2], (50_000, 1)))


# ---------------------------------------------------------------- an id is the text of its cell


LARGE = [f"12345678901234567{k}" for k in range(6)]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("unit_id", LARGE),
        ("unit_id", [str(2**53 + k) for k in range(6)]),
        ("unit_id", ["007", "07", "7"]),
        ("unit_id", ["1e3", "1000", "1000.0"]),
        ("which", LARGE),  # found by its structure
        ("which", ["007", "08", "9"]),
    ],
)
def test_ids_are_told_apart_by_every_character(dataset, name, ids):
    text = f"{name},t,v\n" + "".join(f"{id_},{t},{k + t}\n" for k, id_ in enumerate(ids) for t in range(3))
    expected = {id_: [k + t for t in range(3)] for k, id_ in enumerate(ids)}
    assert values(dataset(text)) == expected
    assert values(dataset(text, roles={name: "id"})) == expected


def test_ids_that_are_not_all_numbers_are_words(dataset):
    made = dataset("unit,t,v\n1,0,5\n2,0,6\nA3,0,7\n1,1,8\n", roles={"unit": "id"})
    assert values(made) == {"1": [5, 8], "2": [6], "A3": [7]}


def test_plain_numbers_are_found_to_be_ids_as_ever_and_stand_in_their_order(dataset):
    text = "\n".join(f"{unit} {t} {unit * 10 + t}" for unit in (3, 1, 2) for t in range(1, 4 + unit))
    assert list(values(dataset(text + "\n"))) == ["3", "1", "2"]


def test_ids_of_whole_numbers_in_memory_keep_their_digits():
    ids = np.repeat([int(id_) for id_ in LARGE], 2)
    objects = np.array([2**64 + 1, 2**64 + 1, 2**64 + 2, 2**64 + 2, None], dtype=object)
    for column in (ids, ids.astype(np.uint64)):
        made = make_dataset(table_of("memory", [("unit", column), ("t", [0, 1] * 6), ("v", range(12))]))
        assert list(values(made)) == LARGE
    made = make_dataset(
        table_of("memory", [("unit", objects), ("v", range(5))], Options(roles={"unit": "id"})),
        Options(roles={"unit": "id"}),
    )
    assert list(values(made)) == [str(2**64 + 1), str(2**64 + 2)]


@pytest.mark.parametrize("gap", [[], [None]])
def test_ids_in_parquet_keep_their_digits(tmp_path, gap):
    import polars as pl

    ids = [int(id_) for id_ in LARGE for _ in range(2)] + gap
    path = tmp_path / "ids.parquet"
    pl.DataFrame({"unit": ids, "v": range(len(ids))}, schema={"unit": pl.Int64, "v": pl.Int32}).write_parquet(path)
    assert list(values(read_dataset(path, Options(roles={"unit": "id"})))) == LARGE


def test_inputs_that_are_rounded_are_told(dataset):
    made = dataset("v,w\n9007199254740993,5\n9007199254740995,9007199254740994\n")
    assert "whole numbers beyond 2^53 were rounded to the nearest float64: v" in made.notes


# ---------------------------------------------------------------- where values are missing


def test_every_stretch_of_missing_values_is_listed_with_what_is_done(tmp_path):
    path = tmp_path / "gaps.csv"
    path.write_text("x,m,target,label,z\n1,,,,\n,2,5,1,\n,,,,\n4,4,,0,\n,5,6,,\n")
    table = read_table(path, Options(fills={"m": "mask"}))
    filled = "filled with the last one before it, at the start with the next one"
    assert [(odd.line, odd.column, odd.message) for odd in table.oddities] == [
        (3, 1, f"column 'x': 2 values missing, lines 3–4; {filled}"),
        (6, 1, f"column 'x': 1 value missing, line 6; {filled}"),
        (2, 2, "column 'm': 1 value missing, line 2; zero there, and 1 in the input 'm missing'"),
        (4, 2, "column 'm': 1 value missing, line 4; zero there, and 1 in the input 'm missing'"),
        (2, 3, "column 'target': 1 value missing, line 2; nothing is asked there"),
        (4, 3, "column 'target': 2 values missing, lines 4–5; nothing is asked there"),
        (2, 4, "column 'label': 1 value missing, line 2; taken for no"),
        (4, 4, "column 'label': 1 value missing, line 4; taken for no"),
        (6, 4, "column 'label': 1 value missing, line 6; taken for no"),
    ]


def test_of_many_stretches_the_first_are_listed_and_all_are_counted(dataset, tmp_path):
    made = dataset("x,y\n" + "1,2\n,3\n" * 5_000)
    table = read_table(tmp_path / "table.csv")
    assert [odd.line for odd in table.oddities] == list(range(3, 43, 2))
    assert any("5000 values are missing, the first in line 3;" in note for note in made.notes)
    wide = table_of("memory", [(f"c{k}", [1.0, np.nan, 2.0]) for k in range(1_000)])
    assert len(wide.oddities) == 100


def test_what_may_be_several_sequences_says_how_to_part_them(dataset):
    # 007 and 7 are one number: nothing says that the column of these is to be taken letter by letter.
    text = "nr,t,x\n007,1,5\n007,2,6\n7,1,7\n7,2,8\n"
    note = next(note for note in dataset(text).notes if "goes back in 1 row" in note)
    assert "first in line 4" in note
    assert "the column that tells them apart needs the role id (--role NAME=id)" in note
    parted = dataset(text, roles={"nr": "id"})
    assert [sequence.name for sequence in parted.sequences] == ["007", "7"]
    assert not any("goes back" in note for note in parted.notes)
