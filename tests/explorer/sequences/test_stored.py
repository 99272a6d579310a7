"""Choices about a file survive being written down, and nothing else passes for them."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import Form, Options
from explorer.sequences.stored import decode_options, encode_options

NAMES = st.text(max_size=8)
FORMS = st.builds(
    Form,
    encoding=st.sampled_from([None, "utf-8", "cp1252"]),
    delimiter=st.sampled_from([None, "", ";", "\t"]),
    decimal=st.sampled_from([None, ",", "."]),
    thousands=st.sampled_from([None, "", "."]),
    preamble_lines=st.none() | st.integers(0, 99),
    header_lines=st.none() | st.integers(0, 3),
    table=st.none() | st.integers(0, 3),
    missing=st.none() | st.lists(NAMES, max_size=3).map(tuple),
    dates=st.sampled_from([None, "day-first", "month-first"]),
)
OPTIONS = st.builds(
    Options,
    form=FORMS,
    roles=st.dictionaries(NAMES, st.sampled_from(["input", "id", "ignore"])).map(MappingProxyType),
    fills=st.dictionaries(NAMES, st.sampled_from(["forward", "mask"])).map(MappingProxyType),
    embedded=st.lists(NAMES, max_size=3).map(tuple),
    shape=st.sampled_from([None, "one", "long", "wide"]),
    rate=st.none() | st.floats(0.1, 1e6),
    train=st.floats(0.1, 1.0),
    bad_cells=st.sampled_from(["refuse", "missing"]),
    plain_text=st.sampled_from([None, True, False]),
    tokens=st.sampled_from(["words", "characters"]),
)


@given(OPTIONS)
def test_there_and_back(options):
    assert decode_options(encode_options(options)) == options


def test_what_is_guessed_is_not_written():
    assert encode_options(Options()) == "{}"
    assert encode_options(Options(form=Form(delimiter=";"))) == '{"form": {"delimiter": ";"}}'


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "7", '{"roles": {"a": "boss"}}', '{"shape": "round"}', '{"form": {"table": "two"}}', '{"colour": 1}',
        '{"form": {"table": true}}', '{"embedded": 7}', '{"roles": ["a"]}', '{"train": "much"}',
        '{"form": {"missing": [7]}}', '{"form": {"missing": 7}}', '{"form": {"dates": "year-first"}}',
    ],
)  # fmt: skip
def test_a_damaged_text_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own is one
        decode_options(text)
