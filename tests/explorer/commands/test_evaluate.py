"""``evaluate`` says what a network is worth, as a table, JSON and CSV, on what was held out or on other data."""

import json
import math

import numpy as np
import polars as pl
import pytest

from explorer.training.runs import Recording

FEW = ("--hidden", 4, "--batch", 4, "--iterations", 6, "--measure-every", 3, "--probe-every", 6, "--weights-every", 3)


@pytest.fixture
def waves(tmp_path):
    """Return a table of two waves, and another like it."""
    for name, shift in (("waves.csv", 0), ("others.csv", 50)):
        rows = [f"{math.sin((t + shift) / 3):.6f},{math.cos((t + shift) / 7):.6f}" for t in range(160)]
        (tmp_path / name).write_text("\n".join(["fast,slow", *rows]) + "\n")
    return tmp_path


@pytest.fixture
def run(call, waves):
    """Return the folder of a run of two cells."""
    made = call("train", waves / "waves.csv", "--cells", "rnn,gru", "--horizon", 2, "--steps", 20, *FEW, "--out", "run")
    assert made.code == 0, made.err
    return waves / "run"


def test_the_figures_are_those_that_were_measured_while_it_was_trained(call, run):
    found = json.loads(call("evaluate", run, "--json").out)
    recording = Recording(run)
    assert (found["cell"], found["iteration"], found["data"]) == ("rnn", 6, "what was held out")
    for cell, figures in (("rnn", found["figures"]), ("gru", found["cells"]["gru"])):
        for name in ("MSE", "RMSE", "MAE"):
            assert figures[name] == pytest.approx(recording.metrics(cell)[name][-1], rel=1e-6)
    lines = {(line.name, line.metric): line.value for line in recording.baselines}
    assert found["rivals"]["persistence"]["MSE"] == pytest.approx(lines["persistence", "MSE"])
    assert "better or as good without learning" in found["said"][0]


def test_the_table_has_the_cell_that_is_asked_for_first_and_says_who_is_better(call, run):
    lines = call("evaluate", run, "--cell", "gru", "--iteration", 3).out.splitlines()
    assert lines[0] == f"{run}, gru after iteration 3, on what was held out"
    assert lines[1].split()[:3] == ["gru", "rnn", "persistence"]
    assert [line.split()[0] for line in lines[2:5]] == ["MSE", "RMSE", "MAE"]
    assert lines[5].startswith("better or as good without learning, by MSE:")


def test_a_presets_forecast_of_a_table_is_judged_step_by_step_ahead(call, tmp_path):
    rows = [f"{60 + math.sin(t / 5) + t / 50:.4f},{t % 7}" for t in range(300)]
    (tmp_path / "prices.csv").write_text("\n".join(["close,volume", *rows]) + "\n")
    few = ("--iterations", 3, "--hidden", 4)
    made = call("train", "prices.csv", "--preset", "stock", "--target", "close", *few, "--out", "run")
    assert made.code == 0, made.err
    assert Recording(tmp_path / "run").inputs.names == ("close change", "close above mean", "volume")
    found = json.loads(call("evaluate", "run", "--json", "--out", "told.csv").out)
    assert found["figures"].keys() >= {"RMSE +1", "RMSE +5", "MAE +5", "MASE +5", "direction +5", "DM t +5", "coverage"}
    assert found["rivals"].keys() >= {"persistence", "drift"}
    assert found["said"][0].split(":")[0].endswith("better than persistence 5 steps ahead")
    told = pl.read_csv(tmp_path / "told.csv")
    assert told.columns[:8] == ["sequence", "index", "target", "prediction", "low", "high", "score", "flag"]
    assert told["target"].to_list() == pytest.approx([float(rows[t + 5].split(",")[0]) for t in told["index"]])


def test_a_presets_watch_is_trained_on_a_table_and_says_what_it_found(call, tmp_path):
    rows = [f"{math.sin(t / 5):.4f},{math.cos(t / 5):.4f},{int(870 <= t < 900)}" for t in range(1000)]
    rows[870:900] = [f"{5 + t},{math.cos(t / 5):.4f},1" for t in range(30)]
    (tmp_path / "pump.csv").write_text("\n".join(["level,flow,label leak", *rows]) + "\n")
    few = ("--iterations", 3, "--hidden", 4, "--normal", 800)
    made = call("train", "pump.csv", "--preset", "factory", *few, "--out", "run")
    assert made.code == 0, made.err
    found = json.loads(call("evaluate", "run", "--json", "--out", "told.csv").out)
    assert found["figures"]["recall of leak"] == 1
    assert list(found["rivals"]) == ["persistence", "rolling z", "Hotelling T²", "linear regression"]
    assert found["facts"]["judged steps"] == 200
    assert found["events"][0]["what"] == "level"
    assert (found["events"][0]["right"], found["events"][0]["first"] >= 870) == (True, True)
    told = pl.read_csv(tmp_path / "told.csv")
    assert told["index"].to_list() == list(range(800, 1000))
    assert {"target level", "prediction flow", "score", "flag"} <= set(told.columns)
    assert told["flag"][80]


def test_every_answer_is_written_with_its_target(call, run):
    call("evaluate", run, "--out", "answers.csv")
    rows = pl.read_csv(run.parent / "answers.csv")
    first = 128 + 2  # four fifths, and a gap of the horizon
    assert rows["index"].to_list() == list(range(first, 159))
    data = pl.read_csv(run.parent / "waves.csv")
    for ahead in (1, 2):
        due = np.array(rows[f"target slow +{ahead}"].to_list(), float)
        expected = np.append(data["slow"].to_numpy()[first + ahead :], [np.nan] * (ahead - 1))
        np.testing.assert_allclose(due, expected[: len(due)], atol=1e-6)
    told = [rows[f"prediction {name}"].to_numpy() for name in ("fast +1", "slow +1", "fast +2", "slow +2")]
    wanted = [rows[f"target {name}"].to_numpy() for name in ("fast +1", "slow +1", "fast +2", "slow +2")]
    error = np.nanmean(np.abs(np.array(wanted, float) - np.array(told)), axis=0)
    np.testing.assert_allclose(rows["score"].to_numpy(), error)


def test_on_other_data_all_of_them_count(call, run):
    found = json.loads(call("evaluate", run, "--input", run.parent / "others.csv", "--json", "--out", "a.csv").out)
    assert found["data"].endswith("others.csv")
    rows = pl.read_csv(run.parent / "a.csv")
    assert rows["index"].to_list() == list(range(159))
    assert found["facts"] == {"steps": 160, "sequences": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cell", "lstm"], "trained rnn, gru, not lstm"),
        (["--iteration", 4], "no weights were kept after iteration 4; there are those of 0, 3, 6"),
        (["--out", "x.txt"], "--out: the name must end in .csv"),
        (["--delimiter", "tab"], "no file is named with --input"),
        (["--input", "nowhere.csv"], "there is no such file"),
        (["--input", "generated:parity"], "these data have no fast, slow"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(call, run, arguments, said):
    ran = call("evaluate", run, *arguments)
    assert ran.code != 0
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_folder_that_is_no_run_is_one_sentence(call, tmp_path):
    ran = call("evaluate", tmp_path)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "no run" in ran.err
