"""Where data are from is written and read back, and what has changed meanwhile is noticed."""

import os
import tomllib
from dataclasses import replace
from types import MappingProxyType

import pytest
import tomli_w

from explorer.errors import DataError
from explorer.presets import find_preset, preset_dataset
from explorer.sequences import BETWEEN, Form, Options, generate, read_dataset
from explorer.training.origin import Origin, data_hash, origin_from, origin_of, origin_table, read_origin

OPTIONS = Options(
    form=Form(delimiter=";", decimal=",", missing=("", "-99")),
    roles=MappingProxyType({"state": "label"}),
    fills=MappingProxyType({"a": "interpolate"}),
    embedded=("b",),
    rate=2.0,
)


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("a;b\n" + "".join(f"{t},5;{t * t}\n" for t in range(30)))
    return file


def there_and_back(origin):
    return origin_from(tomllib.loads(tomli_w.dumps({"data": origin_table(origin)}))["data"])


def test_everything_comes_back_from_a_toml_file():
    origin = Origin("/a.csv" + BETWEEN + "/b.csv", OPTIONS, ("b", "a"), "0f")
    assert there_and_back(origin) == origin
    assert there_and_back(Origin()) == Origin()


def test_a_file_is_read_again_as_it_was_opened_from_any_folder(table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dataset = read_dataset("table.csv", Options(form=Form(decimal=","))).select(["b"])
    origin = there_and_back(origin_of(dataset))
    monkeypatch.chdir(os.sep)
    again = read_origin(origin)
    assert again.features == ("b",)
    assert data_hash(again) == data_hash(dataset)
    assert origin.is_file


def test_one_digit_more_is_other_data(table):
    origin = origin_of(read_dataset(table))
    table.write_text(table.read_text().replace("29,5", "29,6"))
    with pytest.raises(DataError, match=r"^table\.csv: the data are not those"):
        read_origin(origin)
    assert read_origin(replace(origin, hash="")) is not None


def test_a_file_that_is_gone_says_so(table):
    origin = origin_of(read_dataset(table))
    table.unlink()
    with pytest.raises(DataError, match="there is no such file"):
        read_origin(origin)


@pytest.mark.parametrize("made", [generate("adding", seed=3), preset_dataset(find_preset("sine-mix"))])
def test_what_a_generator_makes_is_not_read(made):
    origin = origin_of(made)
    assert origin.source == made.source
    assert not origin.is_file
    assert read_origin(origin) is None


def test_every_part_of_the_data_counts():
    one = generate("adding", seed=3)
    [sequence] = one.sequences
    others = [
        replace(one, sequences=(replace(sequence, **change),))
        for change in (
            {"values": sequence.values + 1},
            {"targets": sequence.targets * 2},
            {"features": ("other", *sequence.features[1:])},
            {"label": "class"},
            {"labels": ()} if sequence.labels else {"name": "other"},
        )
    ]
    assert len({data_hash(each) for each in (one, *others)}) == len(others) + 1
    assert data_hash(one) == data_hash(generate("adding", seed=3))


@pytest.mark.parametrize("table", [{"source": 3}, {"columns": "a"}, {"options": {"none": 1}}, {"options": 3}])
def test_a_damaged_table_is_told(table):
    with pytest.raises(ValueError, match=r"cannot|no choice|does not say|choices"):
        origin_from(table)
