"""What moved an answer: gradient × input, against torch's autograd, for every cell, stacked and both ways."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.errors import UsageError
from explorer.experiment import Experiment
from explorer.gradients import moved_by
from explorer.initialisation import make_network
from explorer.network import Head, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.stepper import Stepper

STEPS, FEATURES, UNITS, CLASSES = 12, 3, 5, 4


def experiment(cell: str, kind: str, *, layers=1, bidirectional=False) -> Experiment:
    rng = np.random.default_rng(3)
    data = Dataset((Sequence("s", rng.normal(size=(STEPS, FEATURES)), ("a", "b", "c")),), "s.csv")
    made = Recipe(cell=cell, hidden=UNITS, layers=layers, bidirectional=bidirectional, dtype="float64")
    network = make_network(made, FEATURES)
    outputs = CLASSES if kind == "class" else 1
    weight = 3 * rng.normal(size=(outputs, UNITS * (1 + bidirectional)))
    names = tuple("wxyz"[:outputs])
    return Experiment(data, replace(network, head=Head(weight, rng.normal(size=outputs), names, kind)))


def by_torch(made: Experiment, step: int) -> tuple[int, np.ndarray]:
    network, head = made.network, made.network.head
    cell, both = network.layers[0].cell.name, len(network.layers[0].weights) == 2
    module = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](
        FEATURES, UNITS, len(network.layers), batch_first=True, bidirectional=both, dtype=torch.float64
    )
    state = {name: torch.tensor(array) for name, array in network.state_dict().items() if not name.startswith("head")}
    module.load_state_dict(state)
    x = torch.tensor(made.inputs(0)).requires_grad_()
    y = module(x[None])[0][0, step] @ torch.tensor(head.weight).T + torch.tensor(head.bias)
    answer = int(y.argmax()) if head.kind == "class" else 0
    others = torch.cat([y[:answer], y[answer + 1 :]])
    odds = y[answer] - torch.logsumexp(others, 0) if head.kind == "class" else y[0]
    odds.backward()
    return answer, (x * x.grad).detach().numpy()


@pytest.mark.parametrize("kind", ["class", "binary", "value"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize(
    "further", [{}, {"layers": 2}, {"bidirectional": True}], ids=["one", "two layers", "both ways"]
)
def test_it_is_torchs_gradient_times_the_input(cell, kind, further):
    made = experiment(cell, kind, **further)
    trace = run(made, "numpy")
    for step in (0, 5, STEPS - 1):
        answer, found = moved_by(trace, 0, step)
        wanted_answer, wanted = by_torch(made, step)
        assert answer == wanted_answer
        read = STEPS if "bidirectional" in further else step + 1
        assert found.shape == (read, FEATURES)
        np.testing.assert_allclose(found, wanted[:read], rtol=1e-9, atol=1e-13)


def test_of_what_is_not_known_nothing_is_said():
    stepper = Stepper(experiment("gru", "class"))
    stepper.advance(4)
    assert moved_by(stepper.trace, 0, 3)[1].shape == (4, FEATURES)
    with pytest.raises(UsageError, match="step 4 of sequence 0 is not known yet"):
        moved_by(stepper.trace, 0, 4)
    made = experiment("gru", "class")
    headless = run(replace(made, network=replace(made.network, head=None)), "numpy")
    with pytest.raises(UsageError, match="without a head"):
        moved_by(headless, 0, 3)
