"""What ``screenshot`` refuses, before any window is made. The pictures themselves are tested with the window."""

import pytest


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--size 1600", "argument --size: must be WIDTHxHEIGHT, such as 1600x1000, not '1600'"),
        ("--size 1600x", "argument --size: must be WIDTHxHEIGHT"),
        ("--size axb", "argument --size: must be WIDTHxHEIGHT"),
        ("--size=-5x100", "argument --size: must be WIDTHxHEIGHT"),
        ("--size 0x0", "argument --size: each side must have 200 to 16384 pixels, not '0x0'"),
        ("--size 99999x1000", "argument --size: each side must have"),
        ("--step x", "argument --step: must be a whole number, not 'x'"),
        ("--step=-1", "argument --step: steps are counted from 0, not '-1'"),
        ("--theme blue", "argument --theme: invalid choice: 'blue'"),
        ("--cell gru --init identity", "the initialisation 'identity' is for rnn, not for gru"),
        ("--hidden 0", "the hidden size must be at least 1, not 0"),
        ("preset:sine", "no preset 'sine'; there are sine-mix"),
        ("--columns a", "unrecognized arguments: --columns"),
    ],
)
def test_bad_arguments(refused, tmp_path, options, message):
    assert refused(2, "screenshot", "--out", "w.png", *options.split()).startswith(message)
    assert not list(tmp_path.iterdir())


def test_a_picture_of_another_kind(refused):
    line = refused(2, "screenshot", "--out", "w.jpg")
    assert line == "argument --out: the name must end in .png, not 'w.jpg'"


def test_a_file_that_is_not_there(refused):
    assert refused(1, "screenshot", "t.csv", "--out", "w.png") == "t.csv: there is no such file"


def test_an_output_that_cannot_be_written(refused):
    assert refused(1, "screenshot", "--out", "none/w.png") == "none/w.png: cannot be written: there is no folder none"
