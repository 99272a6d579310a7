"""What is recorded of a training comes back as it was, in the files and columns that others read too."""

import csv
import tomllib
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file

from explorer.errors import DataError, OutputError
from explorer.initialisation import make_network
from explorer.training.description import begin_run, describe, read_description
from explorer.training.moments import read_moment, write_moment
from explorer.training.recording import Recorder
from explorer.training.reports import Ended, Probed
from explorer.training.resuming import read_resume
from explorer.training.runs import Recording
from explorer.training.settings import Settings
from explorer.training.tasks import make_task
from tests.explorer.training.reporting import DESCRIPTION, SETTINGS, iteration_of, network_after, record, reports


@pytest.fixture
def folder(tmp_path):
    """Return a finished run."""
    record(tmp_path / "run")
    return tmp_path / "run"


def test_every_number_of_an_iteration_comes_back(folder):
    run = Recording(folder)
    assert (run.state, run.reason, run.iteration) == ("finished", "finished", 60)
    for cell in SETTINGS.cells:
        found = run.metrics(cell)
        np.testing.assert_array_equal(found["iteration"], np.arange(1, 61))
        for k in (1, 5, 60):
            told = iteration_of(SETTINGS, cell, k)
            expected = {name: getattr(told, name) for name in ("loss", "grad_norm", "grad_norm_clipped")}
            expected |= {name: getattr(told, name) for name in ("rate", "weight_norm", "update_ratio")}
            expected |= {f"grad_norm.{name}": norm for name, norm in (*told.parameters.items(), *told.gates.items())}
            expected |= {"iteration": k} | (dict(told.metrics) or dict.fromkeys(run.metric_names(), np.nan))
            assert set(found) == set(expected)
            for name, value in expected.items():
                np.testing.assert_allclose(found[name][k - 1], value, rtol=1e-9, err_msg=name)


def test_the_columns_are_those_of_the_issue(folder):
    with (folder / "metrics.csv").open(newline="") as file:
        header, *found = csv.reader(file)
    assert header[:8] == ["iteration", "cell", "loss", "grad_norm", "grad_norm_clipped", "MSE", "RMSE", "MAE"]
    assert all(name.startswith("grad_norm.") for name in header[8:])
    assert len(set(header)) == len(header)
    assert {
        "grad_norm.weight_ih_l0",
        "grad_norm.weight_hh_l0.f",
        "grad_norm.bias_hh_l0.n",
        "grad_norm.head.bias",
    } < set(header)
    assert [row[:2] for row in found] == [[str(k), cell] for k in range(1, 61) for cell in SETTINGS.cells]
    for row in (dict(zip(header, each, strict=True)) for each in found):
        assert row["loss"]
        assert bool(row["MSE"]) == (int(row["iteration"]) % SETTINGS.measure_every == 0)
        assert bool(row["grad_norm.weight_ih_l0.f"]) == (row["cell"] == "lstm")
        assert bool(row["grad_norm.weight_ih_l0.z"]) == (row["cell"] == "gru")


def test_gradients_through_time_are_one_file_at_the_end(folder):
    probed = {(each.cell, each.iteration): each for each in reports() if isinstance(each, Probed)}
    run = Recording(folder)
    with np.load(folder / "through_time.npz") as file:
        assert set(file.files) == {"rnn.iteration", "rnn.l0.dh", "lstm.iteration", "lstm.l0.dh", "lstm.l0.da_f"} | {
            "gru.iteration",
            "gru.l0.dh",
        }
        np.testing.assert_array_equal(file["lstm.iteration"], range(0, 61, 3))
        for name in ("l0.dh", "l0.da_f"):
            expected = [probed["lstm", k].norms[name] for k in range(0, 61, 3)]
            np.testing.assert_array_equal(file[f"lstm.{name}"], expected)
            np.testing.assert_array_equal(run.through_time("lstm")[name], expected)
    means = [probed["gru", k].gates["l0.z.mean"] for k in range(0, 61, 3)]
    np.testing.assert_allclose(run.gates("gru")["l0.z.mean"], means, rtol=1e-9)
    assert set(run.gates("gru")) == {"iteration", "l0.z.mean"}


def test_a_moment_is_the_network_as_it_was(folder):
    run = Recording(folder)
    assert run.moments("gru") == tuple(range(0, 61, 4))
    expected, found = network_after(SETTINGS, "gru", 20), run.network("gru", 20)
    for name, array in expected.state_dict().items():
        assert found.state_dict()[name].tobytes() == array.tobytes()
    assert found.layers[0].cell is expected.layers[0].cell
    assert (found.head.names, found.head.kind) == (("sum",), "value")
    np.testing.assert_array_equal(found.head.told(np.ones((1, 1))), [[2.5]])
    assert set(load_file(folder / "weights" / "gru-20.safetensors")) == set(expected.state_dict())


@pytest.mark.parametrize("words", [(), ("word",), ("word", "other one")])
@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        Settings(task="tagging", cells=("lstm", "rnn"), hidden=2, layers=2, bidirectional=True, nonlinearity="relu"),
    ],
)
def test_networks_of_any_shape_come_back(tmp_path, settings, words):
    description = replace(DESCRIPTION, settings=settings, words=words)
    for cell in settings.cells:
        network = make_network(settings.recipe(cell), 2, dict.fromkeys(words, ("<pad>", "a", "b")))
        write_moment(tmp_path, cell, 3, network, 1)
        found = read_moment(tmp_path, cell, 3, description)
        assert list(found.state_dict()) == list(network.state_dict())
        assert all(np.array_equal(found.state_dict()[name], array) for name, array in network.state_dict().items())
        assert list(found.embeddings) == list(words)
        assert found.places == network.places
        assert found.recipe == network.recipe


def test_run_toml_says_all_that_it_was_begun_with(folder, tmp_path):
    table = tomllib.loads((folder / "run.toml").read_text())
    assert table["data"]["hash"] == "ab"
    assert table["parameters"]["gru"][0] == "weight_ih_l0"
    settings = Settings(task="generator", generator="copy", cells=("gru",), seed=3, data_seed=5)
    begin_run(tmp_path, settings, {"source": "", "hash": ""})
    assert read_description(tmp_path).settings == settings
    task = make_task(settings, None)
    with Recorder(tmp_path, describe(task, {"hash": "cd"})) as recorder:
        recorder.take(Ended("stopped", 0))
    found = read_description(tmp_path)
    assert found.settings == settings
    assert found.outputs.names == task.outputs.names
    assert found.data == {"hash": "cd"}
    assert found.baselines
    assert found.longest == task.longest
    table = tomllib.loads((tmp_path / "run.toml").read_text())
    assert set(table["versions"]) == {"python", "numpy", "torch", "gate-explorer"}
    assert table["seeds"] == {"network": 3, "data": 5}
    assert Recording(tmp_path).state == "stopped"


def test_two_do_not_train_one_run(folder, tmp_path, monkeypatch):
    with pytest.raises(OutputError, match="holds a recording already"):
        Recorder(folder, DESCRIPTION)
    monkeypatch.setattr("explorer.training.claim._PAUSE", 0.0)
    with Recorder(tmp_path / "other", DESCRIPTION):
        with pytest.raises(OutputError, match="being trained already"):
            Recorder(tmp_path / "other", DESCRIPTION)
        assert Recording(tmp_path / "other").is_live


def test_how_it_ended_is_said(tmp_path):
    sentence = "the gradient of weight_hh_l0 is NaN at iteration 3, gate f"
    with Recorder(tmp_path / "nan", DESCRIPTION) as recorder:
        recorder.mark("paused")
        run = Recording(tmp_path / "nan")
        assert (run.state, run.reason) == ("paused", "")
        recorder.take(Ended(sentence, 3, failed=True))
        assert run.refresh()
        assert (run.state, run.reason) == ("failed", sentence)
        assert not run.refresh()
    with pytest.raises(MemoryError), Recorder(tmp_path / "memory", DESCRIPTION):
        raise MemoryError("no room for 3 GB")
    run = Recording(tmp_path / "memory")
    assert (run.state, run.reason) == ("failed", "no room for 3 GB")
    with Recorder(tmp_path / "long", DESCRIPTION) as recorder:
        recorder.close("ü" * 5000, failed=True)
    assert Recording(tmp_path / "long").reason.startswith("üüü")


def test_numbers_that_are_none_are_told(tmp_path):
    settings = replace(SETTINGS, cells=("lstm",))
    told = iteration_of(settings, "lstm", 1)
    norms = dict(told.parameters) | {"weight_hh_l0": np.nan}
    with Recorder(tmp_path, replace(DESCRIPTION, settings=settings)) as recorder:
        recorder.take(replace(told, loss=np.inf, parameters=norms))
    found = Recording(tmp_path).metrics("lstm")
    assert found["loss"] == [np.inf]
    assert np.isnan(found["grad_norm.weight_hh_l0"]).all()
    assert "grad_norm.weight_ih_l0.f" in found


def test_resume_is_one_file_that_is_whole(folder):
    state = read_resume(folder)
    assert state.iteration == 60
    assert state.facts == {"position": 60}
    assert state.arrays["lstm.exp_avg"].dtype == np.float32
    assert (state.arrays["lstm.exp_avg"] == 60).all()
    path = folder / "resume" / "state.npz"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataError, match=r"run: its resume/state\.npz is damaged, so this run cannot be resumed"):
        read_resume(folder)
