"""What a run that is opened was trained on is what the window opens, number by number."""

import pytest

import main
from explorer.training.origin import data_hash
from explorer.training.runs import Recording
from widgets.sources import read_source
from widgets.training_defaults import is_run, run_source


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("preset:sine-mix", ()),
        ("preset:sine-mix", ("--seed", "5")),
        ("preset:adding", ()),
        ("generated:sine-mix?length=200", ("--set", "noise=0.5")),
    ],
)
def test_a_run_opens_the_data_it_was_trained_on(tmp_path, source, words):
    few = ("--iterations", 1, "--hidden", 3, "--cells", "rnn", "--batch", 2)
    assert main.main(["train", source, *map(str, few), *words, "--out", str(tmp_path / "run")]) == 0
    assert is_run(str(tmp_path / "run"))
    opened, _ = run_source(str(tmp_path / "run"))
    dataset = read_source(opened)
    assert Recording(tmp_path / "run").description.data["hash"] == data_hash(dataset)
