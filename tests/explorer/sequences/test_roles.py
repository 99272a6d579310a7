"""What each column is taken for, and what becomes of it when someone says otherwise."""

import numpy as np
import pytest

from explorer.errors import DataError, UsageError
from explorer.sequences import Options, make_dataset, read_table, table_of


@pytest.fixture
def table(tmp_path):
    def write_and_read(text, options=Options()):  # noqa: B008
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return read_table(path, options)

    return write_and_read


@pytest.fixture
def dataset(table):
    def make(text, **told):
        options = Options(**told)
        return make_dataset(table(text, options), options)

    return make


def roles(table):
    return {column.name: column.role for column in table.columns}


def lines(header, rows):
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


# ---------------------------------------------------------------- told


def test_what_is_told_is_done_and_the_rest_is_guessed_again(dataset):
    text = lines("t,x,y,z", [(k, 2 * k, 3 * k, 4 * k) for k in range(4)])
    plain = dataset(text)
    assert (plain.features, plain.sequences[0].time_name) == (("x", "y", "z"), "t")
    told = dataset(text, roles={"t": "input", "x": "target", "y": "ignore", "z": "time"})
    (sequence,) = told.sequences
    assert (sequence.features, sequence.target_names, sequence.time_name) == (("t",), ("x",), "z")
    np.testing.assert_array_equal(sequence.targets[:, 0], [0, 2, 4, 6])
    np.testing.assert_array_equal(sequence.times, [0, 4, 8, 12])
    assert told.notes == ()


@pytest.mark.parametrize("told", [{"roles": {"w": "input"}}, {"fills": {"w": "drop"}}, {"embedded": ("w",)}])
def test_a_column_that_is_not_there_is_named_with_those_that_are(table, told):
    with pytest.raises(UsageError, match="no column 'w'; there are x, y"):
        table("x,y\n1,2\n", Options(**told))


def test_a_column_of_words_told_to_be_numbers_is_refused_by_its_first_word(dataset):
    with pytest.raises(DataError, match="'a' is no number") as caught:
        dataset("x,who\n1,2\n2,a\n3,b\n4,c\n", roles={"who": "input"})
    assert (caught.value.line, caught.value.column) == (3, 2)


def test_roles_may_be_told_of_a_table_that_was_read_without_them(table):
    read = table("x,who\n1,a\n2,b\n3,a\n")
    made = make_dataset(read, Options(roles={"x": "ignore", "who": "category"}))
    assert made.features == ("who=a", "who=b")
    with pytest.raises(DataError, match="give it the role category"):
        make_dataset(read, Options(roles={"who": "input"}))


def test_a_bad_cell_of_an_ignored_column_is_no_matter(dataset):
    text = "x,y\n1,2\n2,oops\n3,4\n4,5\n"
    with pytest.raises(DataError, match="'oops' is no number"):
        dataset(text)
    assert dataset(text, roles={"y": "ignore"}).features == ("x",)


# ---------------------------------------------------------------- categories and words

WIND = [(k, "NESW"[k % 4]) for k in range(40)]


def test_few_different_words_beside_numbers_are_one_input_each(dataset):
    made = dataset(lines("x,wind", WIND))
    assert made.features == ("x", "wind=N", "wind=E", "wind=S", "wind=W")
    np.testing.assert_array_equal(made.sequences[0].values[:4, 1:], np.eye(4))
    assert any("column 'wind': it holds few different words" in note for note in made.notes)


def test_words_that_are_embedded_are_codes_with_a_vocabulary(dataset):
    made = dataset(lines("x,wind", WIND), embedded=("wind",))
    assert made.features == ("x", "wind")
    assert made.vocabularies == {"wind": ("N", "E", "S", "W")}
    np.testing.assert_array_equal(made.sequences[0].values[:5, 1], [0, 1, 2, 3, 0])


def test_numbers_may_be_a_category_too_as_they_are_written(dataset):
    made = dataset("x,code\n1,007\n2,7\n3,1.50\n", roles={"code": "category"})
    assert made.features == ("x", "code=007", "code=7", "code=1.50")


@pytest.mark.parametrize("rows", [WIND[:20], [(k, f"w{k % 21}") for k in range(400)], [(k, "same") for k in range(90)]])
def test_words_in_doubt_are_left_out(dataset, rows):
    made = dataset(lines("x,word", rows))
    assert made.features == ("x",)
    assert any(note.startswith("left out, as it") for note in made.notes)


def test_words_alone_are_no_sequence_and_the_message_says_how_they_could_be(dataset):
    text = lines("wind,other", [(wind, wind) for _, wind in WIND])
    with pytest.raises(DataError, match=r"no column of numbers.*--role wind=category"):
        dataset(text)
    assert dataset(text, roles={"wind": "category"}).features == (
        *("wind=N", "wind=E", "wind=S", "wind=W"),
        *("other=N", "other=E", "other=S", "other=W"),
    )


def test_true_and_false_are_one_and_zero(dataset):
    made = dataset("x,open\n1,True\n2,False\n3,\n4,True\n")
    np.testing.assert_array_equal(made.sequences[0].values[:, 1], [1, 0, 0, 1])
    assert "column 'open': true is 1, false is 0" in made.notes


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["5%", "12.5 %", "-3%"], [5, 12.5, -3]),
        (["€5", "€ 12.5", "€-3"], [5, 12.5, -3]),
        (["$1", "NA", "$3"], [1, 1, 3]),
    ],
)
def test_a_sign_that_stands_at_every_number_is_taken_off_and_said(dataset, cells, values):
    made = dataset(lines("x,share", enumerate(cells)))
    np.testing.assert_array_equal(made.sequences[0].values[:, 1], values)
    assert any("read without their sign" in note for note in made.notes)


@pytest.mark.parametrize("cells", [["5%", "6", "7%"], ["5%", "€6", "7%"], ["5%%", "6%", "7%"], ["%", "6%", "7%"]])
def test_a_sign_that_stands_at_some_is_none(dataset, cells):
    assert dataset(lines("x,share", enumerate(cells))).features == ("x",)


# ---------------------------------------------------------------- labels, targets, splits


def test_classes_of_steps_are_one_mark_each(dataset):
    made = dataset("x,label\n1,walk\n2,run\n3,\n4,walk\n")
    marks = {label.name: label.values.tolist() for label in made.sequences[0].labels}
    assert marks == {"label=walk": [True, False, False, True], "label=run": [False, True, False, False]}
    whole = dataset("x,class\n1,0\n2,1\n3,2\n4,0\n5,1\n6,2\n")
    assert [label.name for label in whole.sequences[0].labels] == ["class=0", "class=1", "class=2"]


@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("TRUE", "FALSE"), ("Y", "N"), (1, 0)])
def test_yes_and_no_are_one_mark(dataset, yes, no):
    (label,) = dataset(f"x,anomaly\n1,{yes}\n2,{no}\n3,{yes}\n").sequences[0].labels
    assert (label.name, label.values.tolist()) == ("anomaly", [True, False, True])


def test_a_label_that_never_changes_is_that_of_the_sequence(dataset):
    (sequence,) = dataset("x,label\n1,walk\n2,walk\n").sequences
    assert (sequence.label, sequence.labels) == ("walk", ())
    (zeros,) = dataset("x,anomaly\n1,0\n2,0\n").sequences
    assert (zeros.label, zeros.labels[0].values.tolist()) == ("", [False, False])


def test_more_classes_than_can_be_marked_are_refused_with_what_to_do(dataset):
    with pytest.raises(UsageError, match=r"51 different values.*role target or ignore"):
        dataset(lines("x,k", [(k, k) for k in range(51)]), roles={"k": "label"})


def test_words_as_target_are_one_target_each(dataset):
    (sequence,) = dataset("x,next\n1,a\n2,b\n3,\n", roles={"next": "target"}).sequences
    assert sequence.target_names == ("next=a", "next=b")
    np.testing.assert_array_equal(sequence.targets, [[1, 0], [0, 1], [np.nan, np.nan]])


@pytest.mark.parametrize("text", ["x,split\n1,0\n2,1\n", "x,part\n1,train\n2,test\n"])
def test_which_rows_to_train_on_is_nothing_for_a_network(dataset, text):
    made = dataset(text)
    assert made.features == ("x",)
    assert any("on which rows to train" in note for note in made.notes)


def test_the_only_column_of_numbers_is_the_input_even_if_called_a_target(dataset):
    made = dataset("target\n1.5\n2.5\n")
    assert made.features == ("target",)
    assert made.notes == ("column 'target': it is the only one with numbers: it is the input, not the target",)


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("text", "name", "second"),
    [
        ("date,clock,x\n2013-12-02,21:15,1\n2013-12-02,21:20:30,2\n", "date clock", "2013-12-02T21:20:30"),
        ("x,year,month,day,hour\n1,2013,1,31,0\n2,2013,2,1,23\n", "year month day hour", "2013-02-01T23"),
        ("year,quarter,x\n1959,1,5\n1959,2,6\n", "year quarter", "1959-04-01"),
        ("timestamp,x\n1385942400,1\n1385942401.5,2\n", "timestamp", "2013-12-02T00:00:01.5"),
        ("time,x\n1385942400000,1\n1385942400123,2\n", "time", "2013-12-02T00:00:00.123"),
    ],
)
def test_times_of_several_columns_and_since_1970(dataset, text, name, second):
    (sequence,) = dataset(text).sequences
    assert (sequence.features, sequence.time_name) == (("x",), name)
    assert sequence.times[1] == np.datetime64(second)


def test_columns_that_make_no_time_together_are_refused(dataset):
    with pytest.raises(UsageError, match="x, y cannot be put together"):
        dataset("x,y,z\n1,2,3\n", roles={"x": "time", "y": "time"})


def test_a_rate_gives_the_time_where_no_column_does(dataset):
    (sequence,) = dataset("x\n5\n6\n7\n", rate=250.0).sequences
    np.testing.assert_array_equal(sequence.times, [0, 0.004, 0.008])
    assert sequence.time_name == "time"
    assert dataset("t,x\n3,5\n4,6\n", rate=250.0).sequences[0].times.tolist() == [3, 4]


def test_what_is_odd_about_values_is_listed_with_its_place_and_never_fatal(table, dataset):
    text = "t,x,k\n0,1,7\n1,inf,7\n1,-inf,7\n0.5,2,7\n,3,7\n"
    read = table(text)
    assert read.problems == ()
    assert [(odd.line, odd.column, odd.text) for odd in read.oddities] == [
        (3, 2, "inf"),
        (6, 1, ""),
        (5, 1, "0.5"),
        (4, 1, "1.0"),
    ]
    notes = "\n".join(dataset(text).notes)
    for said in (
        "'x': 2 values are infinite, the first in line 3",
        "the time goes back in 1 row, first in line 5",
        "the time stands still in 1 row, first in line 4",
        "always the same, but kept: k",
    ):
        assert said in notes


# ---------------------------------------------------------------- text

TEXTS = """id,text,mood,stars
a1,"the first, and a good one",good,5
a2,no second one here,bad,1
a3,as good as ever,good,4
"""


def test_cells_of_several_words_are_a_sequence_each(dataset):
    made = dataset(TEXTS + "a4,not so good,bad,2\n")
    assert [(sequence.name, sequence.label) for sequence in made.sequences] == [
        *(("a1", "good"), ("a2", "bad"), ("a3", "good"), ("a4", "bad"))
    ]
    assert made.sequences[1].tokens == ("no", "second", "one", "here")
    assert "left out, as each row is a text: stars" in made.notes


def test_beside_a_time_or_more_numbers_sentences_are_remarks(dataset):
    timed = "date,x,remark\n2013-01-01,1,all is well\n2013-01-02,2,still all is well\n"
    assert dataset(timed).features == ("x",)
    numbers = "x,y,remark\n1,2,all is well\n2,3,still all is well\n"
    assert dataset(numbers).features == ("x", "y")
    assert dataset(numbers, roles={"remark": "text"}).sequences[1].tokens == ("still", "all", "is", "well")


def test_short_words_are_text_if_told(dataset):
    made = dataset("word,kind\nstop,a\ngo,b\n", roles={"word": "text", "kind": "label"})
    assert [(sequence.tokens, sequence.label) for sequence in made.sequences] == [(("stop",), "a"), (("go",), "b")]


def test_numbers_with_blanks_are_no_words():
    phones = ["+55 (12) 3923 5555", "+55 (11) 3033 5446", "+1 (514) 721 4711"]
    with pytest.raises(DataError, match="no column of numbers"):
        make_dataset(table_of("phones", [("phone", phones)]))


def test_several_targets_of_a_generated_sequence_are_targets_again(dataset):
    made = dataset("x,target x,target y\n" + "".join(f"{k},{k + 1},{k / 4}\n" for k in range(9)))
    sequence = made.sequences[0]
    assert (made.features, sequence.target_names) == (("x",), ("target x", "target y"))
    np.testing.assert_array_equal(sequence.targets[3], [4, 0.75])


@pytest.mark.parametrize("name", ["target", "Targets", "target_2"])
def test_numbers_called_target_are_targets_and_never_filled(dataset, name):
    (sequence,) = dataset(f"x,{name}\n5,\n6,1\n7,\n8,0\n").sequences
    assert sequence.labels == ()
    np.testing.assert_array_equal(sequence.targets[:, 0], [np.nan, 1, np.nan, 0])


@pytest.mark.parametrize(("name", "told"), [("label", {}), ("anomaly", {}), ("target", {"target": "label"})])
def test_a_label_that_is_empty_is_none(dataset, name, told):
    made = dataset(f"x,{name}\n5,\n6,1\n7,\n8,0\n9,1\n10,\n", roles=told)
    assert made.sequences[0].labels[0].values.tolist() == [False, True, False, False, True, False]
    assert any("taken for no" in note for note in made.notes)


def test_a_column_whose_name_begins_with_label_is_one_if_it_says_yes_and_no(table):
    text = lines("x,label wear,label leak,label height", [(k / 7, k % 2, 0, k / 3) for k in range(40)])
    assert roles(table(text)) == {"x": "input", "label wear": "label", "label leak": "label", "label height": "input"}
