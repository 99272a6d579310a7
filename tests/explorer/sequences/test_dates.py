"""Dates in the forms people write them; one that does not exist is never made up."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import read_table
from explorer.sequences.calendars import read_calendar_numbers, read_calendar_parts, read_epochs
from explorer.sequences.clocks import Reading
from explorer.sequences.dates import looks_like_date, read_dates

moments = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31, 23, 59, 59))
FORMS = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d",
    "%d.%m.%Y %H:%M",
    "%d-%m-%Y",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d %b %Y",
    "%d-%b-%Y %H:%M",
    "%B %d, %Y",
    "%b %d %Y, %H:%M:%S.%f",
    "%Y-%m",
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%dT%H:%MZ",
    "%Y%m%d %H%M%S",
    "%Y%m%dT%H%MZ",
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %B %d, %Y",
    "%Y-%b-%d",
    "%b %Y",
]


@pytest.mark.parametrize("form", FORMS)
@given(dates=st.lists(moments, min_size=1, max_size=20))
def test_every_form_gives_the_moment_written(form, dates):
    # A day above 12 decides the order of day and month for the whole column.
    texts = [date.strftime(form) for date in [*dates, datetime(2013, 5, 20)]]
    years = [f"{date.year:04d}" for date in [*dates, datetime(2013, 5, 20)]]
    assert all(year in text for year, text in zip(years, texts, strict=True))
    found = read_dates(texts)
    expected = np.array([datetime.strptime(text, form) for text in texts], dtype="datetime64[us]")
    np.testing.assert_array_equal(found.values, expected)
    assert (found.wrong, found.note) == ((), "")
    assert all(looks_like_date(text) for text in texts)


@pytest.mark.parametrize("form", ["%G-W%V-%u", "%GW%V%u", "%Y-%j %H:%M"])
@given(dates=st.lists(st.datetimes(datetime(1500, 1, 4), datetime(2199, 12, 28)), min_size=1, max_size=20))
def test_weeks_and_days_of_the_year(form, dates):
    texts = [date.strftime(form) for date in dates]
    expected = np.array([datetime.strptime(text, form) for text in texts], dtype="datetime64[us]")
    np.testing.assert_array_equal(read_dates(texts).values, expected)


@pytest.mark.parametrize(
    ("texts", "seconds", "noted"),
    [
        (["22:00:00", "24:00:00", "00:30:00"], [79200, 86400, 1800], ""),
        (["0:00.0", "0:01.5", "1:00,25"], [0, 1.5, 60.25], "such as 0:00.0 were read as minutes and seconds"),
        (["59:58", "59:59", "1:00:00"], [3598, 3599, 3600], "minutes and seconds"),
        (["34:12", "29:50", "31:07"], [2052, 1790, 1867], "such as 34:12 were read as minutes and seconds"),
        (["1:30", "2:30"], [5400, 9000], "such as 1:30 were read as hours and minutes, not as minutes and seconds"),
        (["1:30", "1:30:30"], [5400, 5430], ""),
        (["1:30 pm", "2:30 pm"], [48600, 52200], ""),
        (["23:00:00", "24:30:00", "101:00:00"], [82800, 88200, 363600], "beyond 24:00:00: they were read as time that"),
    ],
)
def test_a_column_shows_which_times_it_holds(texts, seconds, noted):
    found = read_dates(texts)
    np.testing.assert_array_equal(found.values, seconds)
    assert found.wrong == ()
    assert noted in found.note
    assert bool(noted) == bool(found.note)
    assert all(map(looks_like_date, texts))


@pytest.mark.parametrize(
    ("texts", "hours"),
    [
        (["09:30", "10:15", "25:10", "26:00"], [9.5, 10.25, 25 + 1 / 6, 26]),
        ([*(f"{hour:02d}:30" for hour in range(8, 24)), "24:30"], [*(hour + 0.5 for hour in range(8, 25))]),
        (["24:30"], [24.5]),
        (["24:00", "25:30"], [24, 25.5]),
    ],
)
def test_hours_beyond_a_day_are_hours(texts, hours):
    found = read_dates(texts)
    np.testing.assert_allclose(found.values, np.array(hours) * 3600)
    assert found.wrong == ()
    assert "as hours and minutes, not as minutes and seconds" in found.note
    assert "beyond 24:00:00: they were read as time that has passed" in found.note


@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        (["34:12,1,2", "41:10,2,2", "29:50,3,2"], 2052),  # nothing beside it
        (["34:12,1,2020-01-01", "41:10,2,2020-01-01", "29:50,3,2020-01-02"], 34 * 3600 + 720),
        (["34:12,1,20200101", "41:10,2,20200101", "29:50,3,20200102"], 34 * 3600 + 720),
        (["34:12,1,08:30", "41:10,2,09:30", "29:50,3,10:30"], 34 * 3600 + 720),
        (["34:12,1,8:30:00", "41:10,2,9:30:00", "29:50,3,10:30:00"], 2052),  # hours are written with seconds here
        (["34:12,1,44:12", "41:10,2,51:10", "29:50,3,39:50"], 2052),
        (["0:12.5,1,2020-01-01", "0:10.5,2,2020-01-01", "0:50.5,3,2020-01-02"], 12.5),
    ],
)
def test_what_stands_beside_times_tells_minutes_from_hours(tmp_path, cells, seconds):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["length,x,other", *cells, ""]))
    table = read_table(path)
    column = table.column("length")
    assert column.values[0] == seconds
    assert (column.wrong, table.problem_count) == (0, 0)
    assert ("as minutes and seconds" in column.note.split(", not")[0]) is (seconds < 3600)


@pytest.mark.parametrize("odd", ["34:12", "0:01.5", "24:30"])
def test_one_mistyped_time_does_not_turn_hours_into_minutes(odd):
    texts = [f"{hour:02d}:15" for hour in range(24)] * 2
    found = read_dates([*texts, odd])
    assert found.wrong == (48,)
    np.testing.assert_array_equal(found.values[:24], np.arange(24) * 3600 + 900)


def test_the_end_of_a_day_is_the_beginning_of_the_next():
    found = read_dates(["2024-02-28 24:00:00", "2024-02-29T24:00", "2024-02-29 24:01", "9999-12-31 24:00"])
    assert found.values[:2].astype(str).tolist() == ["2024-02-29T00:00:00.000000", "2024-03-01T00:00:00.000000"]
    assert found.wrong == (2, 3)


def test_a_clock_with_points_stands_behind_a_whole_date():
    found = read_dates(["01.02.2024 10.30", "13.02.2024 9.05.07"])
    assert found.values.astype("datetime64[s]").astype(str).tolist() == ["2024-02-01T10:30:00", "2024-02-13T09:05:07"]
    assert not looks_like_date("10.30")
    assert not looks_like_date("2024-02 10.30")


@given(st.lists(moments | st.none(), min_size=1, max_size=20), st.sampled_from(["Z", "+02:00", "-0530", "+01"]))
def test_zones_are_turned_into_utc(dates, zone):
    offset = {"Z": 0, "+02:00": 120, "-0530": -330, "+01": 60}[zone]
    dates = [
        date and min(max(date.replace(microsecond=0), datetime(1001, 1, 1)), datetime(9998, 1, 1)) for date in dates
    ]
    texts = ["NA" if date is None else f"{date.isoformat(' ')}{zone}" for date in dates]
    expected = [None if date is None else date - timedelta(minutes=offset) for date in dates]
    np.testing.assert_array_equal(read_dates(texts).values, np.array(expected, dtype="datetime64[us]"))


@pytest.mark.parametrize(
    ("texts", "first", "noted"),
    [
        (["05/06/2013", "05/13/2013"], "2013-05-06", False),
        (["05/06/2013", "13/05/2013"], "2013-06-05", False),
        (["05/06/2013", "06/06/2013"], "2013-05-06", True),
        (["05.06.2013", "06.06.2013"], "2013-06-05", True),
        (["5/6/87", "5/20/87"], "1987-05-06", False),
        (["5/6/07", "5/20/07"], "2007-05-06", False),
    ],
)
def test_the_whole_column_decides_which_is_the_day(texts, first, noted):
    found = read_dates(texts)
    assert found.values[0] == np.datetime64(first)
    assert bool(found.note) is noted


@pytest.mark.parametrize(
    ("texts", "first", "noted"),
    [
        (["20/02/27", "20/02/28", "20/03/01"], "2020-02-27", "were read as year, month, day"),
        (["20/03/01", "20/02/28", "20/02/27"], "2020-03-01", "were read as year, month, day"),
        (["20/02/25", "20/02/26", "20/02/27"], "2020-02-25", "were read as year, month, day"),
        (["07/05/06", "07/05/07", "07/05/08"], "2006-07-05", "fit both orders and were read as month, day, year"),
        (["01.01.19", "01.01.20", "01.01.21"], "2019-01-01", "fit both orders and were read as day, month, year"),
        (["31/12/19", "31/12/20", "31/12/21"], "2019-12-31", "fit both orders and were read as day, month, year"),
        ([f"15.{month:02d}.{year}" for year in range(15, 25) for month in range(1, 13)], "2015-01-15", ""),
        ([f"{month:02d}/01/{year}" for year in range(15, 25) for month in range(1, 13)], "2015-01-01", "month, day, y"),
        (["99/12/30", "99/12/31", "00/01/01"], "1999-12-30", "were read as year, month, day"),
        (["01/02/20", "15/02/20", "28/02/20"], "2020-02-01", ""),
        (["28.02.20", "01.02.20", "15.03.20"], "2020-02-28", ""),
        (["20/02/27"], "2027-02-20", "fit both orders and were read as day, month, year"),
        (["20/02/27", "20/02/28", "20/02/2027"], "2027-02-20", ""),
    ],
)
def test_dates_may_begin_with_a_year_of_two_digits(texts, first, noted):
    found = read_dates(texts)
    assert found.values[0] == np.datetime64(first)
    assert found.wrong == ()
    assert noted in found.note
    assert bool(noted) == bool(found.note)
    # What is read on is read likewise, and what is told is told.
    assert read_dates(texts[:1], told=found.reading).values[0] == found.values[0]
    if texts[0] == "20/02/27":
        assert read_dates(texts, told=Reading(day_first=True)).values[0] == np.datetime64("2027-02-20")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2013-12-02T21:15:00.123Z", "2013-12-02T21:15:00.123"),
        ("2-Dec-13", "2013-12-02"),
        ("2 Sept. 2013 9:05 pm", "2013-09-02T21:05"),
        ("December 2nd, 2013", "2013-12-02"),
        ("2013-W49", "2013-12-02"),
        ("2013W491", "2013-12-02"),
        ("Q4 2013", "2013-10-01"),
        ("2013-12-02 21:15 UTC", "2013-12-02T21:15"),
        ("20131202T211500+0100", "2013-12-02T20:15"),
        ("may 2013", "2013-05-01"),
    ],
)
def test_forms_that_only_some_write(text, moment):
    np.testing.assert_array_equal(read_dates([text, "NA"]).values, np.array([moment, "NaT"], dtype="datetime64[us]"))
    assert looks_like_date(text)


def test_quarters_and_months_begin_on_their_first_day():
    found = read_dates(["1959Q1", "1959-Q4", "1960 q2"]).values
    np.testing.assert_array_equal(found, np.array(["1959-01-01", "1959-10-01", "1960-04-01"], dtype="datetime64[us]"))


def test_times_of_day_are_seconds():
    found = read_dates(["00:00", "1:30", "23:59:59.5", "", "12:30 pm", "12:30am"])
    np.testing.assert_array_equal(found.values, [0, 5400, 86399.5, np.nan, 45000, 1800])
    assert read_dates(["10:00:00", "09:00:00"] * 9 + ["25:00:00", "x"]).wrong == (18, 19)


@pytest.mark.parametrize(
    "text",
    [
        "2013-02-29",
        "2013-W54-1",
        "2013-366",
        "2013-13-01",
        "2013-00-10",
        "31/04/2013",
        "Foo 3, 2013",
        "2013-01-01 24:30:00",
        "2013-01-01 10:60",
    ],
)
def test_what_no_calendar_has_is_wrong(text):
    found = read_dates(["2013-01-30", text])
    assert found.wrong == (1,)
    assert np.isnat(found.values[1])


@pytest.mark.parametrize(
    "text", ["", "12", "1.5", "20130402", "1-2", "a/b/c", "10.0.0.1", "1:2:3:4", "2013", "555-123"]
)
def test_what_is_not_written_like_a_date(text):
    assert not looks_like_date(text)


@given(st.lists(st.dates().filter(lambda date: date.year >= 1000), min_size=1, max_size=20))
def test_calendar_numbers(dates):
    values = np.array([np.nan, *(date.year * 10000 + date.month * 100 + date.day for date in dates)])
    expected = np.array([None, *dates], dtype="datetime64[us]")
    np.testing.assert_array_equal(read_calendar_numbers(values), expected)


@pytest.mark.parametrize(("unit", "factor"), [("seconds", 1), ("milliseconds", 1000), ("microseconds", 1_000_000)])
@given(st.lists(st.datetimes(datetime(1974, 1, 1), datetime(2120, 1, 1)), min_size=1, max_size=20))
def test_numbers_since_1970(unit, factor, dates):
    expected = np.array([None, *(date.replace(microsecond=0) for date in dates)], dtype="datetime64[us]")
    values = np.where(np.isnat(expected), np.nan, expected.astype(np.int64) // 1_000_000 * factor)
    found, note = read_epochs(values)
    np.testing.assert_array_equal(found, expected)
    assert note == f"its numbers were read as {unit} since 1970, UTC"


@pytest.mark.parametrize("values", [[1.0, 2.0], [1.4e9, 5.0], [np.nan], [1.4e9, 1.4e12], [np.inf, 1.4e9]])
def test_other_numbers_are_no_dates(values):
    assert read_epochs(np.array(values)) == (None, "")


def test_a_date_in_parts():
    year, month, day = np.array([2013, 2013, np.nan, 2013.0]), np.array([12, 2, 1, 1.0]), np.array([2, 30, 1, 31.0])
    expected = np.array(["2013-12-02T05", "NaT", "NaT", "2013-01-31T23"], dtype="datetime64[us]")
    np.testing.assert_array_equal(read_calendar_parts(year, month, day, np.array([5, 0, 0, 23.0])), expected)
    np.testing.assert_array_equal(read_calendar_parts(year[:1], month[:1]), np.array(["2013-12"], "datetime64[us]"))


@pytest.mark.parametrize("value", [20130229.0, 20131301.0, 20130100.0, 20130101.5, 5.0, np.inf])
def test_one_number_off_the_calendar_and_none_is_a_date(value):
    assert read_calendar_numbers(np.array([20130101.0, value])) is None


def test_a_long_column_may_be_cancelled():
    def cancel():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_dates(["2013-01-01"] * 10, cancel)
