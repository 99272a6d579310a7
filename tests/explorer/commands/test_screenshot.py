"""``screenshot`` without a display, and what it refuses. What is in the picture is tested with the window."""

import os
import struct

import numpy as np
import pytest


def test_a_picture_without_a_display(program, tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n3,4\n" * 20)
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    options = ("--cell", "gru", "--hidden", "4", "--step", "39", "--size", "960x400", "--theme", "dark")
    ran = program(
        *("screenshot", "t.csv", *options, "--out", "w.png"),
        env={name: value for name, value in os.environ.items() if name not in shown},
    )
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    content = (tmp_path / "w.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (960, 400)


def test_a_picture_of_a_folder_of_arrays(program, tmp_path):
    (tmp_path / "runs").mkdir()
    for k in range(2):
        np.save(tmp_path / "runs" / f"{k}.npy", np.arange(40) + 100 * k)
    options = ("--role", "token=input", "--hidden", "3", "--step", "39", "--size", "960x400")
    ran = program("screenshot", "runs", *options, "--out", "w.png")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / "w.png").read_bytes().startswith(b"\x89PNG")


def test_a_step_beyond_the_end(program, tmp_path):
    ran = program("screenshot", "preset:adding", "--step", "100", "--out", "w.png")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "gate-explorer: there is no step 100; the sequence has steps 0 to 99\n"
    assert not list(tmp_path.iterdir())


def test_bad_data(program, tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\nfive,6\n7,8\n")
    ran = program("screenshot", "t.csv", "--out", "w.png")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("gate-explorer: t.csv, line 4, column 1: 'five' ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--size 1600", "argument --size: must be WIDTHxHEIGHT, such as 1600x1000, not '1600'"),
        ("--size 1600x", "argument --size: must be WIDTHxHEIGHT"),
        ("--size axb", "argument --size: must be WIDTHxHEIGHT"),
        ("--size=-5x100", "argument --size: must be WIDTHxHEIGHT"),
        ("--size 0x0", "argument --size: must be from 960x400 to 16384x16384 pixels, not '0x0'"),
        ("--size 99999x1000", "argument --size: must be from 960x400 to"),
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
