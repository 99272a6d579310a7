"""Dates in the forms people write them; one that does not exist is never made up."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences.dates import looks_like_date, read_calendar_numbers, read_dates

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


def test_quarters_and_months_begin_on_their_first_day():
    found = read_dates(["1959Q1", "1959-Q4", "1960 q2"]).values
    np.testing.assert_array_equal(found, np.array(["1959-01-01", "1959-10-01", "1960-04-01"], dtype="datetime64[us]"))


def test_times_of_day_are_seconds():
    found = read_dates(["00:00", "1:30", "23:59:59.5", "", "12:30 pm", "12:30am"])
    np.testing.assert_array_equal(found.values, [0, 5400, 86399.5, np.nan, 45000, 1800])
    assert read_dates(["10:00", "25:00", "x"]).wrong == (1, 2)


@pytest.mark.parametrize(
    "text",
    ["2013-02-29", "2013-13-01", "2013-00-10", "31/04/2013", "Foo 3, 2013", "2013-01-01 24:30:00", "2013-01-01 10:60"],
)
def test_what_no_calendar_has_is_wrong(text):
    found = read_dates(["2013-01-30", text])
    assert found.wrong == (1,)
    assert np.isnat(found.values[1])


@pytest.mark.parametrize("text", ["", "12", "1.5", "20130402", "1-2", "a/b/c", "10.0.0.1", "1:2:3:4", "2013"])
def test_what_is_not_written_like_a_date(text):
    assert not looks_like_date(text)


@given(st.lists(st.dates().filter(lambda date: date.year >= 1000), min_size=1, max_size=20))
def test_calendar_numbers(dates):
    values = np.array([np.nan, *(date.year * 10000 + date.month * 100 + date.day for date in dates)])
    expected = np.array([None, *dates], dtype="datetime64[us]")
    np.testing.assert_array_equal(read_calendar_numbers(values), expected)


@pytest.mark.parametrize("value", [20130229.0, 20131301.0, 20130100.0, 20130101.5, 5.0, np.inf])
def test_one_number_off_the_calendar_and_none_is_a_date(value):
    assert read_calendar_numbers(np.array([20130101.0, value])) is None


def test_a_long_column_may_be_cancelled():
    def cancel():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_dates(["2013-01-01"] * 10, cancel)
