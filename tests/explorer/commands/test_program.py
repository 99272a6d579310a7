"""The program as a person at a terminal meets it: --version, --help, mistakes, streams that break, Ctrl+C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import explorer
from explorer.presets import load_presets

ROOT = Path(__file__).parents[3]
MAIN = str(ROOT / "main.py")

needs_fifo = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


def test_version(program):
    ran = program("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"Gate Explorer {explorer.__version__}\n", "")


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_a_quick_answer_imports_nothing_heavy(word):
    code = f"""
import sys, main
assert main.main([{word!r}]) == 0
heavy = {{"numpy", "torch", "polars", "PySide6", "pyqtgraph"}} & set(sys.modules)
assert not heavy, heavy
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("command", [(), ("trace",), ("inspect",), ("presets",), ("screenshot",)], ids=" ".join)
def test_help_has_examples(program, command):
    ran = program(*command, "--help")
    assert (ran.code, ran.err) == (0, "")
    examples = ran.out.partition("\nexamples:\n")[2]
    assert f"  python main.py {' '.join(command)}".rstrip() in examples
    assert max(map(len, ran.out.splitlines())) <= 120


def test_help_names_every_option_of_trace(call):
    printed = call("trace", "--help").out
    options = (
        "INPUT --cell --nonlinearity --hidden --layers --bidirectional --no-bias --seed --init --initial --columns"
    )
    for option in f"{options} --standardize --dtype --preactivations --out --save-weights".split():
        assert f"\n  {option}" in printed


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("tarce",), 2, "there is no command and no file called 'tarce'; see python main.py --help"),
        (("missing.csv",), 1, "missing.csv: there is no such file"),
        (("preset:sine",), 2, f"no preset 'sine'; there are {', '.join(preset.name for preset in load_presets())}"),
        (("one.csv", "two.csv"), 2, "unrecognized arguments: two.csv; see python main.py --help"),
        (("--fast",), 2, "unrecognized arguments: --fast; see python main.py --help"),
        (("",), 2, "argument FILE: the name is empty; see python main.py --help"),
        (("presets", "all"), 2, "unrecognized arguments: all; see python main.py presets --help"),
    ],
)
def test_a_mistake_is_one_line(program, words, code, message):
    ran = program(*words)
    assert (ran.code, ran.out, ran.err) == (code, "", f"gate-explorer: {message}\n")


def test_a_folder_without_a_file(program, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    ran = program("folder.csv")
    assert (ran.code, ran.err) == (1, "gate-explorer: folder.csv: there is no file in it\n")


def test_the_window_without_a_display_says_so(program):
    if sys.platform != "linux":
        pytest.skip("elsewhere there is always a display")
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ran = program(env={name: value for name, value in os.environ.items() if name not in hidden})
    assert ran.code == 1
    assert ran.err.startswith("gate-explorer: Gate Explorer finds no display")
    assert ran.err.count("\n") == 1


def test_whoever_reads_the_results_may_stop(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        ran = subprocess.run(
            [sys.executable, MAIN, "presets"], cwd=tmp_path, stdout=pipe, stderr=subprocess.PIPE, timeout=60
        )
    assert (ran.returncode, ran.stderr) == (0, b"")


@needs_full
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_results_on_a_full_disk(tmp_path, unbuffered):
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, MAIN, "presets"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert ran.returncode == 1
    assert ran.stderr == "gate-explorer: the results cannot be written: No space left on device\n"


def test_results_where_the_terminal_knows_few_letters(program):
    ran = program("trace", "--help", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert ran.code == 0
    assert "examples:" in ran.out


@pytest.mark.skipif(os.name == "nt", reason="closing a stream in the shell's way")
@pytest.mark.parametrize("closing", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_closed_streams(tmp_path, closing):
    for words, code in (("presets", 0), ("presets all", 2)):
        command = f'"{sys.executable}" "{MAIN}" {words} {closing}'
        ran = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, timeout=60)
        assert ran.returncode == code
        assert b"Traceback" not in ran.stderr


@needs_fifo
def test_ctrl_c_is_one_line(tmp_path):
    os.mkfifo(tmp_path / "slow.csv")
    process = subprocess.Popen(
        [sys.executable, MAIN, "trace", "slow.csv", "--out", "t.npz"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    with (tmp_path / "slow.csv").open("w"):  # returns once the program has begun to read
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "gate-explorer: stopped\n")
    assert [path.name for path in tmp_path.iterdir()] == ["slow.csv"]
