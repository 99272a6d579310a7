"""A file that grows: whatever its bytes are cut at, the steps are those of the whole file, and nothing is misread."""

import csv
import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.sequences import Form, Options, Scaling, generate, make_dataset, read_csv, read_table
from explorer.sequences.followable import why_not_followed
from explorer.sequences.following import Follower
from explorer.sequences.tail import UnreadableError

HEAD = "time,level,flow,state,anomaly"
CODECS = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-16 big": "utf-16-be", "cp1252": "cp1252"}
MARKS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe", "utf-16 big": b"\xfe\xff"}


ODD = [
    *(b"\0" * 40, b"1e999,1e999,1e999,x,1\n", b"2024-13-45 99:99,1,2,ok,0\n", b'"' * 9 + b"\n", b",,,,\n", b",\n" * 9),
    *(b"\r", b"\r\n\r\n", b"\xef\xbb\xbf" + HEAD.encode() + b"\n", b"\xff\xfe\0", b"9" * 400 + b",1,1,a,0\n"),
    *(b"2024-03-05 00:00,1,2,ok,0\n" * 20, b"0001-01-01 00:00,nan,inf,-,2\n"),
]


def rows_of(count: int, first: int = 0) -> list[str]:
    """Return rows of a table with dates, numbers, text with letters of two bytes and line ends in quotes, a label."""
    notes = ("ok{}", "wärm{}", '"a{}\nß, b"', "")
    return [
        f"2024-03-{1 + t // 24:02} {t % 24:02}:00,{70 + t / 7:.6f},{'' if t % 5 == 3 else f'{-t * 0.1:.3e}'},"
        f"{notes[t % 4].format(t)},{int(t % 7 == 0)}"
        for t in range(first, first + count)
    ]


def encoded(lines: list[str], encoding: str = "utf-8", end: str = "\n") -> bytes:
    return "".join(line + end for line in lines).encode(encoding)


def look_until_quiet(follower: Follower) -> list[str]:
    """Look until there is nothing more; return the problems."""
    problems = []
    while (growth := follower.look()).more or growth.steps:
        problems += growth.problems
    return [f"{p.line}:{p.column} {p.message}" for p in [*problems, *growth.problems]]


def assert_same(followed, whole) -> None:
    """The one sequence of both has the same bits everywhere."""
    (mine,), (theirs,) = followed.sequences, whole.sequences
    assert mine.features == theirs.features
    assert mine.values.tobytes() == theirs.values.tobytes()
    assert (mine.times is None) == (theirs.times is None)
    if mine.times is not None:
        assert mine.times.tobytes() == theirs.times.tobytes()
    assert [label.name for label in mine.labels] == [label.name for label in theirs.labels]
    for one, other in zip(mine.labels, theirs.labels, strict=True):
        assert one.values.tobytes() == other.values.tobytes()


@given(
    cuts=st.lists(st.integers(0, 4000), min_size=1, max_size=12),
    encoding=st.sampled_from(list(CODECS)),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
@example(cuts=list(range(900, 1400)), encoding="utf-8", end="\r\n")
@example(cuts=list(range(1800, 2500)), encoding="utf-16", end="\r\n")
def test_any_cut_gives_the_rows_of_the_whole(tmp_path_factory, cuts, encoding, end):
    """Half lines, halves of a CRLF and of a letter, open quotes: all of it waits, and comes."""
    folder = tmp_path_factory.mktemp("follow")
    lines = [HEAD, *rows_of(60)]
    codec = CODECS[encoding]
    data = MARKS.get(encoding, b"") + encoded([line.replace("\n", end) for line in lines], codec, end)
    begin = data.index("21:00".encode(codec))  # so many rows there have to be to see what a table it is
    path, whole = folder / "f.csv", folder / "whole.csv"
    whole.write_bytes(data)
    told = Options(Form(encoding=encoding.removesuffix(" big")), roles={"state": "ignore"})
    places = sorted({begin, *(begin + cut % (len(data) - begin) for cut in cuts)})
    path.write_bytes(data[: places[0]])
    follower = Follower(path, told)
    seen = [follower.dataset]
    for first, last in zip(places, [*places[1:], len(data)], strict=True):
        with path.open("ab") as file:
            file.write(data[first:last])
        assert look_until_quiet(follower) == []
        seen.append(follower.dataset)
    wanted = make_dataset(read_table(whole, told), told)
    if end == "\r" and len(follower.dataset.sequences[0]) < 60:
        with path.open("ab") as file:  # only with the next row is it known that no LF follows
            file.write(b"2")
        look_until_quiet(follower)
    assert_same(follower.dataset, wanted)
    final = follower.dataset.sequences[0]
    for earlier in (dataset.sequences[0] for dataset in seen):
        assert earlier.values.tobytes() == final.values[: len(earlier)].tobytes(), "what was seen stays as it was"


def append(path: Path, text: str) -> None:
    with path.open("ab") as file:
        file.write(text.encode())


@pytest.fixture
def pump(tmp_path) -> Path:
    path = tmp_path / "pump.csv"
    path.write_bytes(encoded([HEAD, *rows_of(30)]))
    return path


def length(follower: Follower) -> int:
    return len(follower.dataset.sequences[0])


def opened(path: Path) -> Follower:
    follower = Follower(path)
    look_until_quiet(follower)
    return follower


def test_a_half_written_last_line_waits(pump):
    follower = opened(pump)
    assert length(follower) == 30
    line = rows_of(1, 30)[0]
    for k in range(len(line)):
        append(pump, line[k])
        assert follower.look().steps == 0
    append(pump, "\n")
    assert follower.look().steps == 1
    assert_same(follower.dataset, read_csv(pump))


def test_a_number_that_was_half_there_when_the_file_was_opened_is_read_whole(tmp_path):
    path = tmp_path / "n.csv"
    path.write_text("a,b\n1,2\n3,4")
    follower = opened(path)
    assert length(follower) == 1, "the row may go on"
    append(path, "5\n")
    assert follower.look().steps == 1
    assert follower.dataset.sequences[0].values.tolist() == [[1, 2], [3, 45]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_whose_last_row_is_half_there_opens_without_it_and_says_so(tmp_path, encoding):
    path = tmp_path / "n.csv"
    path.write_bytes("a,b\n1,2\n3,4\n5,6\n7".encode(encoding))
    dataset = read_csv(path)
    assert dataset.sequences[0].values.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert "line 5 is cut off, as if it were still being written: left out" in dataset.notes
    follower = Follower(path)
    assert not follower.dataset.notes, "followed, it is to come"
    follower.look()
    assert length(follower) == 3
    path.write_bytes("a,b\n1,2\n3,4\n5,6\n7\n".encode(encoding))
    with pytest.raises(DataError, match="1 cell where"):
        read_csv(path)
    path.write_bytes("a,b\n1,2\n3,4\n5,6\n7,8".encode(encoding))
    assert len(read_csv(path).sequences[0]) == 4, "it is whole but for the line end"


def test_a_letter_that_is_half_there_is_no_reason_to_read_the_others_as_something_else(tmp_path):
    path = tmp_path / "l.csv"
    whole = "x,note\n" + "".join(f"{k},wärme{k}\n" for k in range(9))
    path.write_bytes(whole.encode() + "10,wä".encode()[:-1])
    with pytest.raises(DataError, match="half written"):
        Follower(path)
    path.write_bytes(whole.encode() + "10,wär\n11,\xe4u\n12,w".encode("cp1252"))
    followed = Follower(path)
    assert followed.dataset.sequences[0].values[-1, 0] == 11, "some bad bytes above are no reason either"
    with path.open("ab") as file:
        file.write("ä\n13,b\n".encode())
    assert followed.look().steps == 2
    assert followed.dataset.sequences[0].values[-2:, 0].tolist() == [12, 13]
    path.write_bytes(whole.encode("cp1252") + b"10,w")
    assert Follower(path).dataset.sequences[0].values[-1, 0] == 8, "what is of another code page stays so"


@pytest.mark.parametrize(
    ("start", "further"),
    [
        ('3,4\n"5', '","6"\n"7","8"\n'),
        ('3,4\n"5', '","6"\n7,8\n'),
        ('3,4\n5,"6\n', '"\n"7","8"\n'),
        ('3,4\n"', '5","6"\n7,8\n'),
    ],
)
def test_half_a_quoted_row_says_nothing_of_the_quotes_of_those_to_come(tmp_path, start, further):
    path = tmp_path / "n.csv"
    path.write_text("a,b\n1,2\n" + start)
    follower = opened(path)
    append(path, further)
    assert look_until_quiet(follower) == []
    assert follower.dataset.sequences[0].values.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]


def test_half_a_row_is_no_comment(tmp_path):
    path = tmp_path / "n.csv"
    path.write_text("a,b\nx,2\ny,4\n#")
    follower = opened(path)
    append(path, "1,6\n#2,8\n")
    look_until_quiet(follower)
    assert follower.dataset.sequences[0].values.tolist() == [[2], [4], [6], [8]]


def test_one_row_is_enough_but_a_whole_one(tmp_path):
    path = tmp_path / "n.csv"
    path.write_text("a,b\n")
    with pytest.raises(DataError, match="no row"):
        Follower(path)
    path.write_text("a,b\n1,2")
    with pytest.raises(DataError, match="not whole yet"):
        Follower(path)
    append(path, "5\n")
    follower = opened(path)
    append(path, "3,4\n")
    follower.look()
    assert follower.dataset.sequences[0].values.tolist() == [[1, 25], [3, 4]]


def test_wrong_rows_are_told_and_following_goes_on(pump):
    follower = opened(pump)
    append(pump, "2024-03-09 00:00,x1,2.5,ok,0\n2024-03-09 01:00,7.5\n2024-13-09,8,3,ok,1,extra,more\n\n")
    append(pump, "2024-03-09 03:00,9,4,ok,0\n")
    line = 32 + sum(row.count("\n") for row in rows_of(30))
    assert look_until_quiet(follower) == [
        f"{line}:2 'x1' is no number, as the others in 'level' are",
        f"{line + 1}:None there are 2 cells where the table has 5",
        f"{line + 2}:None there are 7 cells where the table has 5",
        f"{line + 2}:1 '2024-13-09' is no date, as the others in 'time' are",
    ]
    sequence = follower.dataset.sequences[0]
    assert sequence.values[-4:].tolist() == [[sequence.values[29, 0], 2.5], [7.5, 2.5], [8, 3], [9, 4]]
    assert np.isnat(sequence.times[-2])
    assert sequence.labels[0].values[-4:].tolist() == [False, False, True, False]


def test_bytes_that_are_no_text_spoil_their_own_cell_only(pump):
    follower = opened(pump)
    with pump.open("ab") as file:
        file.write(b"2024-03-09 00:00,1\xff,2.5,\xe4,0\n2024-03-09 01:00,1,2,ok,0\n")
    (problem,) = look_until_quiet(follower)
    assert "is no number" in problem
    assert length(follower) == 32


@pytest.mark.parametrize(
    ("dates", "further", "expected"),
    [
        (["13/06/2013", "14/06/2013"], "05/07/2013", "2013-07-05"),
        (["06/13/2013", "06/14/2013"], "07/05/2013", "2013-07-05"),
        (["05/06/2013", "05/07/2013"], "05/13/2013", "2013-05-13"),
        (["05/06/2013", "13/06/2013"], "05/07/2013", "2013-07-05"),
    ],
)
def test_dates_are_understood_as_in_the_file(tmp_path, dates, further, expected):
    path = tmp_path / "d.csv"
    path.write_text("date,x\n" + "".join(f"{date},{k}\n" for k, date in enumerate(dates)))
    follower = opened(path)
    append(path, f"{further},3\n")
    assert look_until_quiet(follower) == []
    assert str(follower.dataset.sequences[0].times[-1]).startswith(expected)


def test_a_date_that_contradicts_the_file_is_no_date_and_spoils_no_other(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("date,x\n13/06/2013,1\n14/06/2013,2\n15/06/2013,3\n")
    follower = opened(path)
    append(path, "05/07/2013,3\n07/25/2013,4\n12:30,5\n06/07/2013,6\n")
    problems = look_until_quiet(follower)
    assert [problem.split()[0] for problem in problems] == ["6:1", "7:1"]
    times = follower.dataset.sequences[0].times
    assert [str(time)[:10] for time in times[3:]] == ["2013-07-05", "NaT", "NaT", "2013-07-06"]


def test_times_of_day_and_days_as_numbers_go_on(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("time,x\n08:00,1\n08:01,2\n08:02,3\n")
    follower = opened(path)
    append(path, "08:03:30,4\n1,5\n")
    assert len(look_until_quiet(follower)) == 1
    assert follower.dataset.sequences[0].times[3] == 8 * 3600 + 3.5 * 60
    days = tmp_path / "days.csv"
    days.write_text("date,x\n19580329,1\n19580405,2\n19580412,3\n")
    follower = opened(days)
    append(days, "19580419,4\n5,5\n")
    assert len(look_until_quiet(follower)) == 1
    assert [str(time)[:10] for time in follower.dataset.sequences[0].times[3:]] == ["1958-04-19", "NaT"]
    seconds = tmp_path / "seconds.csv"
    seconds.write_text("timestamp,x\n1385942400,1\n1385942460,2\n1385942520,3\n")
    follower = opened(seconds)
    append(seconds, "1385942580,4\n5,5\n1385942640,6\n")
    assert len(look_until_quiet(follower)) == 1
    times = [str(time)[:16] for time in follower.dataset.sequences[0].times[3:]]
    assert times == ["2013-12-02T00:03", "NaT", "2013-12-02T00:04"]


def test_what_stands_below_the_table_keeps_it_from_growing(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("a,b\n1,2\n3,4\n5,6\n\n\nname,street,town\nx,y,z\nu,v,w\n")
    with pytest.raises(DataError, match="below its table"):
        Follower(path, Options(Form(table=0)))


@pytest.mark.parametrize("header", ["x", "x,y"])
def test_a_line_end_of_two_bytes_cut_in_two_is_one(tmp_path, header):
    path, cells = tmp_path / "crlf.csv", ",1" * header.count(",")
    path.write_bytes(f"{header}\r\n1{cells}\r\n2{cells}\r\n".encode())
    follower = opened(path)
    append(path, f"3{cells}\r")
    assert follower.look().steps == 0
    append(path, f"\n4{cells}\r\nbad{cells}\r\n")
    assert [problem[:3] for problem in look_until_quiet(follower)] == ["6:1"]
    assert follower.dataset.sequences[0].values[:, 0].tolist() == [1, 2, 3, 4, 4]


def test_one_column_where_a_blank_line_is_a_missing_value(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("x\n1\n2\n")
    follower = opened(path)
    append(path, "\n\n")
    assert follower.look().steps == 0, "at the end of a file blank lines are nothing"
    append(path, "3\n")
    look_until_quiet(follower)
    assert follower.dataset.sequences[0].values[:, 0].tolist() == [1, 2, 2, 2, 3]
    assert_same(follower.dataset, read_csv(path))


def test_a_burst_is_taken_in_slices(tmp_path):
    path = tmp_path / "burst.csv"
    path.write_text("a,b\n1,2\n2,3\n")
    follower = opened(path)
    append(path, "".join(f"{k},{k * 0.5}\n" for k in range(50_000)))
    growths = []
    while (growth := follower.look()).more:
        growths.append(growth.steps)
    assert len(growths) >= 3
    assert max(growths) < 20_000
    assert length(follower) == 50_002
    assert_same(follower.dataset, read_csv(path))


def test_a_row_longer_than_a_slice_comes_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.sequences.tail.SLICE", 1 << 10)
    path = tmp_path / "long.csv"
    path.write_text("a,b\n1,x\n2,y\n3,z\n")
    follower = opened(path)
    append(path, f"4,{'z' * 100_000}\n5,w\n")
    look_until_quiet(follower)
    assert follower.dataset.sequences[0].values[:, 0].tolist() == [1, 2, 3, 4, 5]


def test_nothing_is_read_where_nothing_has_changed(pump, monkeypatch):
    follower = opened(pump)
    append(pump, "2024-03")
    follower.look()
    monkeypatch.setattr("explorer.sequences.tail._whole_rows", None)
    assert follower.look().steps == 0


# The file goes its own ways -------------------------------------------------------------------------------------------


def test_a_file_that_became_shorter_ends_it(pump):
    follower = opened(pump)
    pump.write_bytes(encoded([HEAD, *rows_of(3)]))
    with pytest.raises(DataError, match="shorter"):
        follower.look()
    assert length(follower) == 30, "what was read stays"


def test_a_file_written_anew_to_the_same_length_or_more_ends_it(pump):
    follower = opened(pump)
    pump.write_bytes(encoded([HEAD, *rows_of(80, 40)]))
    with pytest.raises(DataError, match="written anew"):
        follower.look()


def test_rotation_ends_it_and_the_new_file_can_be_followed(pump):
    follower = opened(pump)
    pump.rename(pump.with_suffix(".1"))
    with pytest.raises(UnreadableError, match="not there any more"):
        follower.look()
    pump.write_bytes(encoded([HEAD, *rows_of(5)]))
    with pytest.raises(DataError, match="shorter"):
        follower.look()
    assert length(opened(pump)) == 5


def test_a_file_replaced_by_one_that_goes_on_is_the_same_file(pump):
    """As an editor saves it, or a disk that was unplugged for a while."""
    follower = opened(pump)
    data = pump.read_bytes()
    pump.unlink()
    with pytest.raises(UnreadableError, match="not there any more"):
        follower.look()
    pump.write_bytes(data + encoded(rows_of(2, 30)))
    assert follower.look().steps == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everybody may read everything here")
def test_a_file_that_may_not_be_read_can_be_read_later(pump):
    follower = opened(pump)
    pump.chmod(0)
    with pytest.raises(UnreadableError, match="may not be read"):
        follower.look()
    pump.chmod(0o600)
    append(pump, rows_of(1, 30)[0] + "\n")
    assert follower.look().steps == 1


def test_something_else_in_the_place_of_the_file_is_waited_for_and_holds_nothing_up(pump):
    follower, data = opened(pump), pump.read_bytes()
    pump.unlink()
    pump.mkdir()
    with pytest.raises(UnreadableError, match="no file any more"):
        follower.look()
    pump.rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(pump)  # to open it would wait for somebody to write
        with pytest.raises(UnreadableError, match="no file any more"):
            follower.look()
        pump.unlink()
    pump.write_bytes(data + encoded(rows_of(2, 30)))
    assert follower.look().steps == 2


@given(further=st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(ODD)), min_size=1, max_size=8))
def test_whatever_is_appended_is_read_or_refused_with_a_reason(tmp_path_factory, further):
    path = tmp_path_factory.mktemp("odd") / "pump.csv"
    path.write_bytes(encoded([HEAD, *rows_of(30)]))
    follower = Follower(path)
    for piece in further:
        with path.open("ab") as file:
            file.write(piece)
        try:
            look_until_quiet(follower)
        except DataError:
            break
    sequence = follower.dataset.sequences[0]
    assert len(sequence) >= 30
    assert len(sequence.times) == len(sequence)


# What cannot be followed ----------------------------------------------------------------------------------------------


def test_what_cannot_be_followed_says_why(pump, tmp_path):
    dataset = read_csv(pump)
    assert why_not_followed(dataset) == ""
    assert "generated" in why_not_followed(generate("sine-mix", seed=0))
    several = replace(dataset, sequences=dataset.sequences * 2)
    assert "one of several" in why_not_followed(several)
    packed = tmp_path / "f.csv.gz"
    packed.write_bytes(b"\x1f\x8b\x08\x00rest")
    assert "compressed" in why_not_followed(replace(dataset, source=str(packed)))
    array = tmp_path / "f.npy"
    np.save(array, np.zeros((3, 2)))
    assert "NPY" in why_not_followed(replace(dataset, source=str(array)))
    assert why_not_followed(replace(dataset, source=str(tmp_path)))


def test_words_that_were_not_there_at_the_beginning_are_missing_and_told(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text("x,state\n" + "1,on\n2,off\n3,on\n" * 5)
    options = Options(roles={"state": "category"})
    follower = Follower(path, options)
    look_until_quiet(follower)
    before = length(follower)
    append(path, "4,off\n5,broken\n6,on\n")
    (problem,) = look_until_quiet(follower)
    assert "'broken' is none of the words of 'state'" in problem
    sequence = follower.dataset.sequences[0]
    assert sequence.features == ("x", "state=on", "state=off")
    assert sequence.values[before:, 1:].tolist() == [[0, 1], [0, 1], [1, 0]]
    with pytest.raises(DataError, match="embedded"):
        Follower(path, replace(options, embedded=("state",)))


@pytest.mark.parametrize(
    ("fill", "expected"), [("forward", 3), ("interpolate", 3), ("mean", 3), ("mask", 0), ("drop", None)]
)
def test_a_gap_does_not_wait_for_what_comes_after_it(tmp_path, fill, expected):
    path = tmp_path / "g.csv"
    path.write_text("x,y\n1,1\n,2\n3,3\n3,3\n")
    follower = Follower(path, Options(fills={"x": fill}))
    look_until_quiet(follower)
    before = length(follower)
    append(path, ",5\n6,6\n")
    assert follower.look().steps == (1 if fill == "drop" else 2)
    sequence = follower.dataset.sequences[0]
    if fill != "drop":
        assert sequence.values[before, 0] == expected
    if fill == "mask":
        assert sequence.values[before:, sequence.features.index("x missing")].tolist() == [1, 0]
    assert sequence.values[-1, :2].tolist() == [6, 6] if fill != "mask" else sequence.values[-1, 0] == 6


def test_the_time_that_a_rate_gives_goes_on(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("x\n1\n2\n3\n")
    follower = Follower(path, Options(rate=4.0))
    look_until_quiet(follower)
    append(path, "4\n5\n")
    look_until_quiet(follower)
    assert follower.dataset.sequences[0].times.tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_the_scaling_stays_the_one_of_the_beginning(pump):
    follower = opened(pump)
    before = Scaling.fit(follower.dataset)
    for k in range(200):
        append(pump, f"2024-04-01 00:00,{k * 1000},{k},ok,0\n")
        if k % 20 == 0:
            look_until_quiet(follower)
            now = Scaling.fit(follower.dataset)
            assert (now.mean.tolist(), now.sd.tolist()) == (before.mean.tolist(), before.sd.tolist())


def test_rows_as_csv_itself_writes_them(tmp_path):
    """A second opinion on quotes: rows written one by one by Python's csv come as they were."""
    path, rng = tmp_path / "q.csv", np.random.default_rng(0)
    rows = [[f"{k}", ["plain", 'say "so"', "two\nlines", "a,b"][k % 4], f"{rng.normal():.5f}"] for k in range(40)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([["k", "note", "x"], *rows[:10]])
    path.write_bytes(buffer.getvalue().encode())
    follower = opened(path)
    for row in rows[10:]:
        text = io.StringIO(newline="")
        csv.writer(text).writerow(row)
        half = len(text.getvalue()) // 2
        append(path, text.getvalue()[:half])
        assert look_until_quiet(follower) == []
        append(path, text.getvalue()[half:])
        assert follower.look().steps == 1
    assert follower.dataset.sequences[0].values[:, 1].tolist() == [float(row[2]) for row in rows]


def grown(path: Path, further: str, options: Options = Options()) -> Follower:  # noqa: B008
    """Follow a file, append to it, and look."""
    follower = Follower(path, options)
    append(path, further)
    assert look_until_quiet(follower) == []
    return follower


def test_a_column_that_only_the_last_row_fills_is_what_it_is(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("t,a\n0,\n1,\n2,2\n")
    sequence = grown(path, "3,3\n4,4\n").dataset.sequences[0]
    assert sequence.features == ("a",)
    assert sequence.values[:, 0].tolist() == [2, 2, 2, 3, 4]
    assert sequence.times.tolist() == [0, 1, 2, 3, 4]


def test_a_column_that_only_a_half_written_row_fills_is_an_input_too(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("t,a\n0,\n1,\n2,2")
    sequence = grown(path, "5\n3,3\n").dataset.sequences[0]
    assert sequence.features == ("a",)
    assert sequence.values[2:, 0].tolist() == [25, 3]


def test_a_table_that_turns_out_to_hold_several_sequences_cannot_be_followed(tmp_path):
    path = tmp_path / "units.csv"
    head = "unit,t,a\n" + "".join(f"1,{t},{t}\n" for t in range(9))
    path.write_text(head + "2,0,5\n")
    with pytest.raises(DataError, match="sequence"):
        Follower(path)
    path.write_text(head + "2,0")  # whether it is one more is known only when it is whole
    follower = Follower(path)
    append(path, ",5\n")
    with pytest.raises(DataError, match="'2' in 'unit' another sequence begins, and only one can be followed"):
        look_until_quiet(follower)


def test_another_sequence_ends_it_where_there_is_no_time(tmp_path):
    path = tmp_path / "units.csv"
    path.write_text("id,x\nA,1\nA,2\n")
    follower = opened(path)
    append(path, "A,3\nB,4\nB,5\n")
    with pytest.raises(DataError, match="line 5, column 1: with 'B' in 'id' another sequence begins"):
        look_until_quiet(follower)
    assert length(follower) == 3


@pytest.mark.parametrize("told", [{}, {"unit": "id"}])
def test_another_sequence_ends_it_after_the_rows_of_the_first(tmp_path, told):
    path = tmp_path / "units.csv"
    path.write_text("unit,t,a\n" + "".join(f"1,{t},{t}\n" for t in range(9)))
    follower = Follower(path, Options(roles=told))
    append(path, "1,9,9\n1,10,10\n2,0,5\n2,1,6\n")
    with pytest.raises(DataError, match="line 13, column 1: with '2' in 'unit' another sequence begins"):
        look_until_quiet(follower)
    assert length(follower) == 11


@pytest.mark.parametrize(
    ("words", "further", "expected"),
    [
        ("aabbab", "bbb", "aabbabbbb"),
        ("aabbab", "aba", "aabbababa"),
        ("001101", "222", "001101222"),
        ("001101", "1  ", "0011011  "),
        ("000000", "101", "000000101"),
    ],
)
def test_labels_go_on_as_they_were_whatever_words_come(tmp_path, words, further, expected):
    path = tmp_path / "class.csv"
    lines = [f"{t},{word.strip()}\n" for t, word in enumerate(words + further)]
    path.write_text("x,class\n" + "".join(lines[:6]))
    (sequence,) = grown(path, "".join(lines[6:])).dataset.sequences
    for label in sequence.labels:
        word = label.name.partition("=")[2] or "1"
        assert label.values.tolist() == [other == word for other in expected]
    unseen = set(further.strip()) - set(words) - {"1"}
    assert len(sequence.labels) == len(set(words)) - ("0" in words) + (words == "000000") + len(unseen)


def test_a_word_that_was_not_there_before_is_marked_from_there_on(tmp_path):
    path = tmp_path / "state.csv"
    path.write_text("x,state\n1,ok\n2,warm\n3,ok\n4,warm\n5,ok\n6,ok\n")
    follower = Follower(path, Options(roles={"state": "label"}))
    assert [label.name for label in follower.dataset.sequences[0].labels] == ["state=ok", "state=warm"]
    append(path, "7,hot\n8,\n9,ok\n")
    assert look_until_quiet(follower) == []
    append(path, "10,hot\n11,cold\n")
    look_until_quiet(follower)
    (mine,) = follower.dataset.sequences
    options = Options(roles={"state": "label"})
    (opened_then,) = make_dataset(read_table(path, options), options).sequences
    whole = {label.name: label.values for label in opened_then.labels}
    assert [label.name for label in mine.labels] == ["state=ok", "state=warm", "state=hot", "state=cold"]
    for label in mine.labels:
        assert label.values.tolist() == whole[label.name].tolist(), label.name


def test_words_beyond_those_that_can_be_marked_are_told(tmp_path):
    path = tmp_path / "state.csv"
    path.write_text("x,state\n" + "".join(f"{t},w{t % 40}\n" for t in range(200)))
    follower = Follower(path, Options(roles={"state": "label"}))
    append(path, "".join(f"{t},n{t}\n" for t in range(12)))
    problems = look_until_quiet(follower)
    assert [problem.split(" ")[0] + problem.split(" ")[1] for problem in problems] == ["212:2'n10'", "213:2'n11'"]
    assert "more word than the 50 of 'state'" in problems[0]
    assert len(follower.dataset.sequences[0].labels) == 50


def test_targets_that_are_words_go_on(tmp_path):
    path = tmp_path / "next.csv"
    path.write_text("x,next\n1,a\n2,b\n3,a\n")
    (sequence,) = grown(path, "4,a\n5,\n6,a\n", Options(roles={"next": "target"})).dataset.sequences
    nan = [np.nan, np.nan]
    np.testing.assert_array_equal(sequence.targets, [[1, 0], [0, 1], [1, 0], [1, 0], nan, [1, 0]])


@pytest.mark.parametrize(
    ("cells", "further", "values"),
    [
        (["1.5%", "2%", "3 %"], ["4%", "", "-5.25%"], [1.5, 2, 3, 4, 4, -5.25]),
        (["$1.5", "$2", "$3"], ["$4", "$5"], [1.5, 2, 3, 4, 5]),
        (["true", "False", "true"], ["FALSE", "true", ""], [1, 0, 1, 0, 1, 1]),
    ],
)
def test_numbers_with_a_sign_and_truth_values_go_on(tmp_path, cells, further, values):
    path = tmp_path / "signs.csv"
    lines = [f"{t},{cell}\n" for t, cell in enumerate(cells + further)]
    path.write_text("t,x\n" + "".join(lines[:3]))
    assert grown(path, "".join(lines[3:])).dataset.sequences[0].values[:, 0].tolist() == values


def test_a_number_without_the_sign_of_the_others_is_told(tmp_path):
    path = tmp_path / "signs.csv"
    path.write_text("t,x,on\n0,1%,true\n1,2%,false\n")
    follower = opened(path)
    append(path, "2,3,5\n")
    assert look_until_quiet(follower) == [
        "4:2 '3' is no number, as the others in 'x' are",
        "4:3 '5' is no number, as the others in 'on' are",
    ]


@pytest.mark.parametrize("rows", [8, 20_000])
def test_one_stray_quote_holds_nothing_up(tmp_path, rows):
    path = tmp_path / "quote.csv"
    path.write_text("t,a\n0,1\n1,2\n2,3\n")
    follower = opened(path)
    append(path, '3,"4\n' + "".join(f"{t},{t}\n" for t in range(4, 4 + rows)))
    told = look_until_quiet(follower)
    assert told[0] == "5:None a quote does not fit here and was read as a letter"
    assert "is no number" in told[1]
    assert len(told) == 2
    assert follower.dataset.sequences[0].values[3:, 0].tolist() == [3, *range(4, 4 + rows)]


def test_a_long_text_between_quotes_is_waited_for_but_not_for_ever(tmp_path):
    path = tmp_path / "quote.csv"
    path.write_text("t,a,note\n0,1,ok\n1,2,ok\n2,3,ok\n")
    follower = opened(path)
    append(path, '3,4,"' + "a line of it\n" * 900)
    assert look_until_quiet(follower) == []
    append(path, '"\n')
    assert look_until_quiet(follower) == []
    assert length(follower) == 4
    append(path, '4,5,"' + "a line of it\n" * 1100)
    assert "a quote does not fit" in look_until_quiet(follower)[0]
