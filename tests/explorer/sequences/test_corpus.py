"""Real files, made by other people for other ends, open sensibly without a question."""

import csv

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.sequences import Options, make_dataset, read_csv, read_table

EXPECTED = {
    # file: (steps, features, time, first time, labels) of the first sequence
    "nab/machine_temperature_system_failure.csv": (22695, 1, "timestamp", "2013-12-02T21:15", {"anomaly": 2268}),
    "nab/art_daily_jumpsup.csv": (4032, 1, "timestamp", "2014-04-01", {"anomaly": 403}),
    "nab/art_daily_small_noise.csv": (4032, 1, "timestamp", "2014-04-01", {"anomaly": 0}),
    "nab/art_flatline.csv": (4032, 1, "timestamp", "2014-04-01", {"anomaly": 0}),
    "sensors/cmapss_FD001_PM_train.csv": (192, 24, "cycle", 1.0, {}),
    "sensors/cmapss_FD001_PM_test.txt": (31, 24, "column 2", 1.0, {}),
    "sensors/cmapss_FD001_PM_truth.txt": (100, 1, "", None, {}),
    "stocks/river_apple.csv": (1867, 6, "Date", "1996-12-12", {}),
    "stocks/river_bitcoin.csv": (822, 1, "date", "2013-02-11", {}),
    "stocks/river_brent_crude_oil.csv": (8195, 1, "day", "1987-05-20", {}),
    "stocks/river_sp500.csv": (1257, 11, "date", "2013-02-11", {}),
    "univariate/co2.csv": (2284, 1, "date", "1958-03-29", {}),
    "univariate/elnino.csv": (12, 1, "month", 1.0, {}),
    "univariate/macrodata.csv": (203, 12, "year quarter", "1959-01-01", {}),
    "univariate/nile.csv": (100, 1, "year", 1871.0, {}),
    "univariate/sunspots.csv": (309, 1, "YEAR", 1700.0, {}),
    "ecg/mitdb.csv": (7500, 1, "", None, {"label": 352}),
    "classification/BasicMotions_long.csv": (100, 6, "t", 0.0, {}),
}

GAPS_OR_WIDE = {"univariate/co2.csv", "univariate/elnino.csv"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_file_opens_as_what_it_is(corpus, name):
    steps, width, time_name, first, labels = EXPECTED[name]
    sequence = read_csv(corpus / "sequences" / name).sequences[0]
    assert sequence.values.shape == (steps, width)
    assert sequence.time_name == time_name
    if first is not None:
        assert sequence.times[0] == (np.datetime64(first) if isinstance(first, str) else first)
    assert {label.name: int(label.values.sum()) for label in sequence.labels} == labels


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.endswith(".csv") and not GAPS_OR_WIDE & {name}])
def test_every_value_is_the_file_s(corpus, name):
    dataset = read_csv(corpus / "sequences" / name)
    rows = rows_of(corpus, name)
    for position, feature in enumerate(dataset.features):
        column = np.concatenate([sequence.values[:, position] for sequence in dataset.sequences])
        np.testing.assert_array_equal(column, [float(row[feature]) for row in rows])


def rows_of(corpus, name):
    with (corpus / "sequences" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["cmapss_FD001_PM_train.csv", "cmapss_FD001_PM_test.txt"])
def test_c_mapss_is_a_hundred_engines_of_different_lengths(corpus, name):
    dataset = read_csv(corpus / "sequences" / "sensors" / name)
    assert [sequence.name for sequence in dataset.sequences] == [str(engine) for engine in range(1, 101)]
    rows = np.loadtxt(corpus / "sequences/sensors" / name, delimiter="," if name.endswith("csv") else None, skiprows=1)
    for sequence in dataset.sequences[1:]:
        engine = rows[rows[:, 0] == float(sequence.name)]
        np.testing.assert_array_equal(sequence.times, engine[:, 1])
        np.testing.assert_array_equal(sequence.values, engine[:, 2:])


def test_el_nino_is_a_sequence_of_twelve_months_for_each_year(corpus):
    dataset = read_csv(corpus / "sequences/univariate/elnino.csv")
    rows = rows_of(corpus, "univariate/elnino.csv")
    assert [sequence.name for sequence in dataset.sequences] == [row.pop("YEAR") for row in rows]
    for sequence, row in zip(dataset.sequences, rows, strict=True):
        np.testing.assert_array_equal(sequence.values[:, 0], [float(cell) for cell in row.values()])
    np.testing.assert_array_equal(dataset.sequences[0].times, np.arange(1, 13))


def test_el_nino_is_one_sequence_of_years_if_one_wants(corpus):
    options = Options(shape="one")
    dataset = make_dataset(read_table(corpus / "sequences/univariate/elnino.csv", options), options)
    (sequence,) = dataset.sequences
    assert (sequence.values.shape, sequence.time_name, sequence.times[0]) == ((61, 12), "YEAR", 1950)


def test_basic_motions_are_eighty_labelled_sequences(corpus):
    dataset = read_csv(corpus / "sequences/classification/BasicMotions_long.csv")
    rows = rows_of(corpus, "classification/BasicMotions_long.csv")
    assert [len(sequence) for sequence in dataset.sequences] == [100] * 80
    assert dataset.features == tuple(f"dim_{k}" for k in range(6))
    assert {sequence.name: sequence.label for sequence in dataset.sequences} == {
        row["series_id"]: row["label"] for row in rows
    }


def test_the_gaps_of_co2_are_filled_and_told(corpus):
    dataset = read_csv(corpus / "sequences/univariate/co2.csv")
    assert any("59 values are missing, the first in line 8" in note for note in dataset.notes)
    values = dataset.sequences[0].values[:, 0]
    assert np.all(np.isfinite(values))
    assert values[6] == values[5] == 316.9


def test_reviews_are_texts_with_a_label_and_a_name(corpus):
    reviews = read_csv(corpus / "sequences/text/vader_amazonReviewSnippets.csv")
    rows = rows_of(corpus, "text/vader_amazonReviewSnippets.csv")
    assert (reviews.features, len(reviews.sequences)) == (("token",), len(rows))
    for sequence, row in zip(reviews.sequences, rows, strict=True):
        assert (sequence.name, sequence.label) == (row["id"], row["label"])
        assert "".join(sequence.tokens) == "".join(row["text"].split())
    assert "left out, as each row is a text: sentiment_mean" in reviews.notes


def test_messages_without_a_header_are_texts_with_a_label(corpus):
    messages = read_csv(corpus / "sequences/text/uci_SMSSpamCollection.tsv")
    lines = (corpus / "sequences/text/uci_SMSSpamCollection.tsv").read_text(encoding="utf-8").splitlines()
    assert len(messages.sequences) == len(lines) == 5574
    for sequence, line in zip(messages.sequences, lines, strict=True):
        label, text = line.split("\t", 1)
        assert sequence.label == label
        assert "".join(sequence.tokens) == "".join(text.split())


def test_every_file_of_the_corpus_opens_or_says_why_not(corpus):
    files = [file for folder in ("sequences", "csv", "onnx") for file in (corpus / folder).rglob("*") if file.is_file()]
    assert len(files) > 200
    told = [message for file in files if (message := refusal(file)) is not None]
    assert all(message and "\n" not in message for message in told)


def refusal(file):
    """Return why a file is refused, or None if it opens."""
    try:
        read_csv(file)
    except DataError as error:
        return str(error)
    return None
