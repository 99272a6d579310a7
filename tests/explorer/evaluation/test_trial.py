"""What is judged is answered by the run's own network, which has read all that came before; other words are recoded."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.errors import DataError
from explorer.evaluation.evaluate import evaluate
from explorer.evaluation.trial import Trial, on_others
from explorer.sequences import Options, dataset_of_texts
from explorer.sequences.recoding import recoded
from explorer.training.learner import network_for
from explorer.training.settings import Settings
from explorer.training.tasks import make_task
from tests.explorer.training.drawing import drawn


def trial_of(settings, dataset, cell="gru") -> Trial:
    task = make_task(settings, dataset)
    return Trial(task, dataset.sequences, network_for(task, cell), cell, 0)


def test_a_held_out_part_is_answered_with_all_that_came_before():
    dataset = drawn((60,))
    trial = trial_of(Settings(hidden=5, steps=10), dataset)
    ((part, y),) = trial.answers()
    assert part == trial.task.held_out[0]
    state = {name: torch.tensor(array) for name, array in trial.network.state_dict().items()}
    gru = torch.nn.GRU(dataset.input_size, 5, batch_first=True)
    gru.load_state_dict({name: array for name, array in state.items() if not name.startswith("head")})
    with torch.inference_mode():
        h, _ = gru(torch.tensor(trial.task.examples[0].numbers)[None])
        wanted = h[0] @ state["head.weight"].T + state["head.bias"]
    np.testing.assert_allclose(y, wanted[part.first : part.last], atol=1e-6)


def test_sequences_of_all_lengths_are_answered_each_for_itself():
    dataset = drawn((9, 30, 4, 17, 25, 12, 8, 21))
    trial = trial_of(Settings(hidden=3, split="sequences", held_out=0.5, horizon=1), dataset, "rnn")
    answers = trial.answers()
    assert tuple(part for part, _ in answers) == trial.task.held_out
    for part, y in answers:
        (alone,) = replace(trial, task=replace(trial.task, held_out=(part,))).answers()
        np.testing.assert_allclose(y, alone[1], atol=1e-6)
        assert len(y) == part.steps


def test_words_of_other_data_have_the_codes_of_the_training():
    ours = dataset_of_texts("a.txt", ["red green red", "green blue red"], [], ["x", "y"], Options(), [])
    theirs = dataset_of_texts("b.txt", ["blue black green", "Red"], [], ["y", "x"], Options(), [])
    found = recoded(theirs, ours.vocabularies)
    words = ours.vocabularies["token"]
    assert [words[int(code)] for code in found.sequences[0].values[:, 0]] == ["blue", "<unk>", "green"]
    assert [words[int(code)] for code in found.sequences[1].values[:, 0]] == ["red"]
    assert recoded(ours, ours.vocabularies) is ours
    trial = trial_of(Settings(task="classify", hidden=3, embedding=2, held_out=0.5), ours)
    report = evaluate(on_others(trial, theirs))
    assert report.columns["target"].tolist() == ["y", "x"]


def test_words_without_a_code_are_refused_where_nothing_stands_for_them():
    theirs = dataset_of_texts("b.txt", ["red black"], [], [], Options(), [])
    with pytest.raises(DataError, match="'black' of 'token' at step 1"):
        recoded(theirs, {"token": ("red", "green")})
    with pytest.raises(DataError, match="holds no words"):
        recoded(theirs, {"colour": ("red",)})
