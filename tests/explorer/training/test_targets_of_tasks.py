"""What the window finds as targets by the names of a head is what the task asks of the network."""

import numpy as np
import pytest

from explorer.sequences import Options, dataset_of_texts, generate
from explorer.targets import answered, targets
from explorer.training.description import begin_run, describe, read_description
from explorer.training.questions import as_shown
from explorer.training.recording import Recorder
from explorer.training.settings import Settings
from explorer.training.tasks import make_task
from tests.explorer.training.drawing import table

POWER = "load,heat,state,fault,due\n" + "".join(
    f"{3 + k % 4},{k * 0.5},{('idle', 'busy', 'off')[k // 2 % 3]},{int(k in (4, 13, 17, 33, 36))},{k * k % 7}\n"
    for k in range(40)
)
ROLES = {"load": "input", "heat": "input", "state": "label", "fault": "label", "due": "target"}


def agree(task, dataset) -> None:
    width = 3
    outputs = task.outputs
    head = outputs.head(np.zeros((outputs.size, width)), np.zeros(outputs.size))
    for k, example in enumerate(task.examples[: len(dataset.sequences)]):
        found = targets(head, dataset, k, range(len(example)))
        if outputs.kind == "class":
            asked = example.answers >= 0
            assert np.array_equal(np.isfinite(found).any(axis=1), asked)
            assert np.array_equal(np.nanargmax(found[asked], axis=1), example.answers[asked])
        else:
            due = example.answers.astype(np.float64)
            if outputs.kind != "binary":
                due = answered(head, dataset, k, range(len(example)), due)
            np.testing.assert_allclose(found, due, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(target=("heat", "load"), horizon=3),
        Settings(),
        Settings(horizon=0),
        Settings(task="reconstruct", target=("load",), horizon=4),
        Settings(task="anomaly"),
        Settings(target=("heat", "load"), horizon=2, fan=True),
        Settings(target=("heat", "load"), horizon=2, derive="changes"),
        Settings(target=("heat",), horizon=2, fan=True, derive="changes"),
        Settings(task="tagging", target=("state",)),
        Settings(task="tagging", target=("fault",)),
        Settings(task="tagging", target=("due",)),
    ],
    ids=lambda s: f"{s.task} {','.join(s.target)} {s.horizon}{' fan' if s.fan else ''} {s.derive}",
)
def test_of_a_table(tmp_path, settings):
    dataset = table(tmp_path, POWER, roles=ROLES)
    agree(make_task(settings, dataset), as_shown(settings, dataset))


def test_of_words():
    dataset = dataset_of_texts("x.txt", ["a b c a b c a b", "c a b c a b c"], [], [], Options(), [])
    agree(make_task(Settings(), dataset), dataset)
    agree(make_task(Settings(task="reconstruct", horizon=2), dataset), dataset)


def test_of_whole_sequences(tmp_path):
    text = "run,x,kind\n" + "".join(
        f"{run},{step * run},{('off', 'up', 'down')[run % 3]}\n" for run in range(1, 13) for step in range(run + 1)
    )
    dataset = table(tmp_path, text, roles={"run": "id", "kind": "label", "x": "input"})
    agree(make_task(Settings(task="classify", batch=4, steps=2), dataset), dataset)


@pytest.mark.parametrize("name", ["copy", "parity"])
def test_of_a_generator(name):
    task = make_task(Settings(task="generator", generator=name))
    dataset = generate(name, seed=3)
    outputs = task.outputs
    head = outputs.head(np.zeros((outputs.size, 3)), np.zeros(outputs.size))
    shown = dataset.sequences[0]
    found = targets(head, dataset, 0, range(len(shown)))
    asked = ~np.isnan(shown.targets[:, 0])
    assert np.array_equal(np.isfinite(found).any(axis=1), asked)
    if outputs.kind == "class":
        assert np.array_equal(np.nanargmax(found[asked], axis=1), shown.targets[asked, 0])


def test_a_recorded_run_knows_what_is_asked(tmp_path):
    dataset = dataset_of_texts("x.txt", ["a b c a b c a b", "c a b c a b c"], [], [], Options(), [])
    settings = Settings(horizon=2)
    task = make_task(settings, dataset)
    begin_run(tmp_path, settings)
    with Recorder(tmp_path, describe(task)) as recorder:
        recorder.close("stopped")
    assert task.outputs.asked.endswith(" +2")
    assert read_description(tmp_path).outputs.asked == task.outputs.asked
