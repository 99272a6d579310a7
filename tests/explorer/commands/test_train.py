"""``train`` trains what it is asked for, records it, and says how it went; the same seed gives the same bytes."""

import math
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.sequences import generate_from
from explorer.training.description import read_description
from explorer.training.origin import data_hash
from explorer.training.runs import Recording
from tests.explorer.commands.conftest import ROOT
from tests.explorer.training.events import assert_as_recorded, scalars

FEW = ("--hidden", 4, "--batch", 4, "--iterations", 6, "--measure-every", 3, "--probe-every", 3)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a small table of two waves and a class of its own."""
    rows = [f"{math.sin(t / 3):.6f},{math.cos(t / 7):.6f}" for t in range(160)]
    file = tmp_path / "waves.csv"
    file.write_text("\n".join(["fast,slow", *rows]) + "\n")
    return file


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """Return the folder of the user's runs, which is empty."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path / "data" / "runs"


def test_a_table_from_the_command_line_to_a_run_that_opens(program, table, tmp_path):
    ran = program("train", table, "--cells", "rnn,gru", "--horizon", 2, "--steps", 20, *FEW, "--out", "run")
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert re.search(r"^rnn: \w+: .*\ngru: \w+: ", ran.err, re.MULTILINE)
    last = ran.err.splitlines()[-1]
    assert re.fullmatch(r"finished after iteration 6: rnn loss \S+, held-out MSE \S+; gru loss .* \(\w+.* \S+\)", last)
    run = Recording(tmp_path / "run")
    assert (run.state, run.cells, run.iteration) == ("finished", ("rnn", "gru"), 6)
    assert run.settings.horizon == 2
    assert run.description.data["source"] == str(table)
    assert run.network("gru", 6).head.size == 4


def test_a_presets_own_settings_and_the_new_folder_last_on_stdout(call, home):
    ran = call("train", "preset:adding", "--set", "length=12", *FEW, "--cells", "gru")
    folder = Path(ran.out.splitlines()[-1])
    assert ran.code == 0
    assert folder.parent == home
    settings = read_description(folder).settings
    assert (settings.task, settings.generator, settings.rate, settings.cells) == ("generator", "adding", 2e-3, ("gru",))
    assert dict(settings.generator_settings) == {"length": 12}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["generated:adding?length=12&seed=5"], {"task": "generator", "cells": ("lstm",), "data_seed": 5}),
        (["generated:lorenz?length=300", "--steps", 20], {"task": "generator", "generator": "lorenz"}),
        (["generated:sine-mix?length=300", "--steps", 20], {"task": "forecast", "generator": "sine-mix"}),
        (["--preset", "adding", "--set", "length=12"], {"cells": ("rnn", "lstm", "gru"), "init": "lstm=chrono"}),
        (["generated:adding?length=12", "--preset", "adding"], {"rate": 2e-3, "cells": ("rnn", "lstm", "gru")}),
        (["preset:factory"], {"normal": 24_000, "task": "masked"}),
        (["generated:factory?length=900", "--preset", "factory", "--normal", "500"], {"normal": 500}),
        (["preset:adding", "--set", "length=12", "--cells", "rnn"], {"init": "default", "cells": ("rnn",)}),
        (["preset:adding", "--set", "length=12", "--lr", "0.5", "--clip", "0"], {"rate": 0.5, "clip": 0.0}),
    ],
)
def test_what_is_not_said_is_the_presets_or_the_generators(call, tmp_path, words, wanted):
    ran = call("train", *words, *FEW, "--out", "run")
    assert ran.code == 0, ran.err
    settings = read_description(tmp_path / "run").settings
    assert {name: getattr(settings, name) for name in wanted} == wanted
    assert (settings.hidden, settings.iterations) == (4, 6)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(program, table, tmp_path):
    for folder, seed in (("one", 3), ("again", 3), ("other", 4)):
        assert program("train", table, "--steps", 20, *FEW, "--seed", seed, "--out", folder).code == 0
    one, again, other = ((tmp_path / name / "metrics.csv").read_bytes() for name in ("one", "again", "other"))
    assert one == again != other


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of Unix")
def test_ctrl_c_ends_with_everything_written_and_says_how_to_go_on(tmp_path):
    words = ["generated:adding?length=12", *FEW, "--cells", "rnn,lstm"]
    command = [sys.executable, ROOT / "main.py", "train", *words, "--iterations", 100_000, "--out", "broken"]
    environ = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(list(map(str, command)), cwd=tmp_path, env=environ, stderr=subprocess.PIPE, text=True) as ran:
        assert re.match(r"iteration \d+ of 100000: rnn loss", ran.stderr.readline())
        ran.send_signal(signal.SIGINT)
        said = ran.stderr.read().splitlines()
        assert ran.wait() == 130
    assert said[0] == "ends with this iteration; once more: at once"
    assert re.fullmatch(r"stopped after iteration \d+; go on with: .*train --resume broken", said[-1])
    run = Recording(tmp_path / "broken")
    assert (run.state, run.resume_point().iteration) == ("stopped", run.iteration)


def test_resuming_and_prolonging_goes_on_to_the_same_bytes(program, tmp_path):
    words = ("train", "generated:adding?length=12", *FEW, "--cells", "rnn,lstm")
    assert program(*words, "--iterations", 9, "--out", "whole").code == 0
    assert program(*words, "--iterations", 3, "--out", "broken").code == 0
    ran = program("train", "--resume", "broken", "--iterations", 9)
    assert ran.code == 0, ran.err
    assert "broken: goes on from iteration 3\n" in ran.err
    whole, broken = ((tmp_path / name / "metrics.csv").read_bytes() for name in ("whole", "broken"))
    assert whole == broken


def test_a_run_that_is_done_can_be_prolonged(call, tmp_path):
    assert call("train", "generated:adding?length=12", *FEW, "--cells", "rnn", "--out", "run").code == 0
    assert call("train", "--resume", "run", "--iterations", 7).code == 0
    assert Recording(tmp_path / "run").iteration == 7


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a signal of Unix")
def test_event_files_of_a_killed_training_that_was_resumed_say_what_the_table_says(program, tmp_path):
    words = ["generated:adding?length=12", *FEW, "--cells", "rnn,lstm", "--tensorboard"]
    command = [sys.executable, ROOT / "main.py", "train", *words, "--iterations", 100_000, "--out", "broken"]
    with subprocess.Popen(list(map(str, command)), cwd=tmp_path, stderr=subprocess.PIPE, text=True) as ran:
        assert "iteration" in ran.stderr.readline()
        ran.kill()
    reached = Recording(tmp_path / "broken").iteration

    ran = program("train", "--resume", "broken", "--iterations", reached + 5)

    assert ran.code == 0, ran.err
    assert_as_recorded(tmp_path / "broken")
    assert scalars(tmp_path / "broken", "lstm")["loss"][0] == list(range(1, reached + 6))


@pytest.mark.parametrize(
    ("first", "again", "sentence"),
    [
        ([], [], "run is finished after iteration 6; --iterations with a higher number prolongs it"),
        ([], ["--iterations", 6], "run is finished after iteration 6; --iterations with a higher number prolongs it"),
        (["--patience", 3, "--lr", "1e-12", "--iterations", 60], ["--iterations", 90],
         "run has ended early: after iteration 6 no cell had become better for 3 iterations; begin a new run with"),
    ],
)  # fmt: skip
def test_a_run_with_nothing_left_to_do_says_so_and_stays_as_it_is(call, table, first, again, sentence):
    assert call("train", table, "--steps", 20, *FEW, *first, "--out", "run").code == 0
    files = {file: file.read_bytes() for file in Path("run").rglob("*") if file.is_file()}
    ran = call("train", "--resume", "run", *again)
    assert ran.code == 2
    assert ran.err.startswith(f"gate-explorer: {sentence}")
    assert ran.err.count("\n") == 1
    assert {file: file.read_bytes() for file in Path("run").rglob("*") if file.is_file()} == files


def test_rows_that_a_disk_lost_are_mentioned(call, table):
    assert call("train", table, "--steps", 20, *FEW, "--out", "run").code == 0
    path = Path("run", "metrics.csv")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:3]))
    ran = call("train", "--resume", "run", "--iterations", 8)
    assert ran.code == 0
    assert "run: metrics.csv has no rows of iterations 3 to 6: a disk or another program has lost them\n" in ran.err


def test_the_verdict_is_by_the_loss_though_a_baseline_of_something_else_is_better(call, tmp_path):
    """A label that is nearly always no: the majority's accuracy can hardly be beaten, its cross-entropy easily."""
    rows = [f"{math.sin(t / 3):.6f},{int(t % 40 == 0)}" for t in range(400)]
    (tmp_path / "rare.csv").write_text("\n".join(["x,rare", *rows]) + "\n")
    ran = call("train", "rare.csv", "--role", "rare=label", "--task", "tagging", "--hidden", 4, "--iterations", 4,
               "--probe-every", 2, "--measure-every", 2, "--out", "run")  # fmt: skip
    assert ran.code == 0, ran.err
    (line,) = [line for line in ran.err.splitlines() if line.startswith("lstm: ")]
    assert "(after iteration 4)" in line
    assert "BCE" in line.partition("learned yet: ")[2]
    assert "accuracy" not in line


def test_resuming_refuses_data_that_have_changed(call, table):
    assert call("train", table, "--steps", 20, *FEW, "--out", "run").code == 0
    table.write_text(table.read_text().replace("0.0", "0.1"))
    ran = call("train", "--resume", "run", "--iterations", 9)
    assert ran.code == 1
    assert "the data are not those that this run was begun with" in ran.err


@pytest.mark.parametrize(
    ("code", "words", "sentence"),
    [
        (2, [], "say what to train on"),
        (2, ["preset:none"], "no preset 'none'"),
        (2, ["preset:adding", "--preset", "sine-mix"], "are two presets"),
        (1, ["none.csv"], "none.csv: there is no such file"),
        (2, ["waves.csv", "--set", "length=3"], "is a file, and has no settings of a generator"),
        (2, ["preset:adding", "--set", "size=3"], "adding has no setting 'size'"),
        (2, ["preset:adding", "--encoding", "utf-8"], "how a file is opened was said"),
        (2, ["preset:adding", "--lr", "0"], "lr must be a number from"),
        (2, ["preset:adding", "--hidden", "many"], "must be a whole number"),
        (2, ["preset:adding", "--cells", "transformer"], "cells must be one of rnn, lstm, gru"),
        (2, ["preset:adding", "--dropout", "1"], "dropout must be a number from 0 to 0.99"),
        (2, ["waves.csv", "--target", "nothing"], "nothing"),
        (1, ["waves.csv", "--task", "generator"], "needs a sequence of a generator"),
        (2, ["waves.csv", "--out", "there"], "is there already"),
        (1, ["--resume", "none"], "there is no such folder"),
        (1, ["--resume", "there"], "there: this folder is no run"),
        (2, ["waves.csv", "--resume", "there", "--lr", "1"], "leave out --lr, INPUT"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(refused, table, home, code, words, sentence):
    (table.parent / "there").mkdir()
    (table.parent / "there" / "file").touch()
    assert sentence in refused(code, "train", *words)
    assert not home.exists() or not any(home.iterdir())


def test_a_training_that_breaks_says_where_and_keeps_the_run(call, table):
    ran = call("train", table, "--cells", "rnn", "--nonlinearity", "relu", "--optimizer", "sgd", "--lr", 99, *FEW,
               "--iterations", 500, "--clip", 0, "--out", "run")  # fmt: skip
    assert ran.code == 1
    assert re.search(r"gate-explorer: stopped at iteration \d+: .* of the rnn became (NaN|infinite)", ran.err)
    assert Recording(table.parent / "run").state == "failed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("preset:adding", "--steps", 50), "--steps: it would change nothing: every sequence of adding is "),
        (
            ("preset:adding", "--held-out", 0.3),
            "--held-out: it would change nothing: every sequence of adding",
        ),
        (
            ("preset:adding", "--horizon", 3),
            "--horizon: it would change nothing: the task generator has its own",
        ),
        (("preset:sine-mix", "--momentum", 0.5), "--momentum: it would change nothing: momentum is of sgd only"),
        (("data.csv", "--data-seed", 3), "--data-seed: it would change nothing: the data are of a file"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(program, words, said):
    ran = program("train", *words, "--out", "run")
    assert ran.code == 2
    assert said in ran.err


def test_what_a_preset_says_of_it_is_no_fault(program):
    ran = program(
        "train", "preset:adding", "--cells", "lstm", *FEW, "--optimizer", "sgd", "--momentum", 0.5, "--out", "run"
    )
    assert ran.code == 0, ran.err


def test_the_note_on_a_column_of_words_is_true_where_it_is_the_target(program, tmp_path):
    rows = [f"{math.sin(t / 3):.6f},{'NESW'[t // 5 % 4]}" for t in range(160)]
    (tmp_path / "winds.csv").write_text("\n".join(["x,wind", *rows]) + "\n")
    words = ("--task", "tagging", "--target", "wind", "--steps", 20, *FEW, "--out", "run")
    ran = program("train", "winds.csv", *words)
    assert ran.code == 0, ran.err
    assert Recording(tmp_path / "run").inputs.names == ("x",)
    (note,) = [line for line in ran.err.splitlines() if "column 'wind'" in line]
    assert "input" not in note


@pytest.mark.parametrize("source", ["generated:delayed-echo?length=40&seed=7", "preset:adding"])
def test_run_toml_alone_tells_the_data_that_a_generator_made(program, tmp_path, source):
    def told(words):
        assert program("train", *words).code == 0
        return read_description(tmp_path / "run").data

    data = told((source, *FEW, "--out", "run"))
    assert data_hash(generate_from(data["source"])) == data["hash"]
    if "seed" in source:
        assert "seed=7" in data["source"]
        older = f'source = "{data["source"].removesuffix("&seed=7")}"'
        path = tmp_path / "run" / "run.toml"
        path.write_text(path.read_text().replace(f'source = "{data["source"]}"', older))
        assert "seed=" not in read_description(tmp_path / "run").data["source"]
    assert told(("--resume", "run", "--iterations", 8)) == data


@pytest.mark.parametrize("more", [0, 1, 4])
def test_a_resumed_run_says_which_iterations_it_trains_again(call, tmp_path, more):
    assert call("train", "generated:adding?length=12", *FEW, "--cells", "rnn", "--out", "run").code == 0
    path, run = tmp_path / "run" / "metrics.csv", tmp_path / "run"
    whole = path.read_bytes()
    last = whole.splitlines(keepends=True)[-1].decode()
    rows = "".join(last.replace("6,", f"{k},", 1) for k in range(7, 7 + more))
    path.write_bytes(whole + rows.encode() + b"9999,rn")  # as far as it was recorded; the last row is torn
    ran = call("train", "--resume", "run", "--iterations", 12)
    assert ran.code == 0, ran.err
    again = ["", "; iteration 7 is trained again", "", "", "; iterations 7 to 10 are trained again"][more]
    assert f"run: goes on from iteration 6{again}\n" in ran.err
    assert Recording(run).metrics("rnn")["iteration"].tolist() == list(range(1, 13))


def test_a_run_that_was_killed_before_it_was_kept_says_that_it_begins_anew(call, tmp_path):
    assert call("train", "generated:adding?length=12", *FEW, "--cells", "rnn", "--out", "run").code == 0
    (tmp_path / "run" / "resume" / "state.npz").unlink()
    ran = call("train", "--resume", "run", "--iterations", 8)
    assert ran.code == 0, ran.err
    assert "run: begins anew: it was not kept before it ended; iterations 1 to 6 are trained again\n" in ran.err
