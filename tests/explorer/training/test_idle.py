"""Settings that are said to change nothing: those change nothing, and the others do."""

from dataclasses import replace

import pytest

from explorer.training.idle import idle
from explorer.training.settings import Settings
from tests.explorer.training.drawing import drawn
from tests.explorer.training.learning import curves

SMALL = Settings(cells=("lstm",), hidden=4, steps=12, batch=4, iterations=3, measure_every=1, optimizer="sgd")
SITUATIONS = {
    "forecast": SMALL,
    "adam": replace(SMALL, optimizer="adam"),
    "rnn": replace(SMALL, cells=("rnn", "gru")),
    "classify": replace(SMALL, task="classify"),
    "tagging": replace(SMALL, task="tagging"),
    "adding": replace(SMALL, task="generator", generator="adding", generator_settings=(("length", 15),)),
    "anomaly": replace(SMALL, task="anomaly"),
    "masked": replace(SMALL, task="masked"),
    "flip-flop": replace(SMALL, task="generator", generator="flip-flop", generator_settings=(("length", 15),)),
    "reviews": replace(SMALL, task="generator", generator="reviews", generator_settings=(("distance", 15),)),
    "lorenz": replace(SMALL, task="generator", generator="lorenz", generator_settings=(("length", 80),)),
}
OTHERS = {
    "held_out": 0.5,
    "split": "time",
    "steps": 7,
    "horizon": 3,
    "fan": True,
    "normal": 18,
    "data_seed": 5,
    "momentum": 0.1,
    "nonlinearity": "relu",
    "derive": "changes",
    "curriculum": 0.9,
}
"""Another value of each setting that may be idle."""

CASES = [
    (situation, name)
    for situation, settings in SITUATIONS.items()
    for name in OTHERS
    # Where the other value makes no sense at all, it is refused as such.
    if (situation, name) != ("classify", "split") and (name != "nonlinearity" or "rnn" in settings.cells)
]

ALIKE = {("lorenz", "split")}
"""Where it is as if nothing was said: there is one sequence only, to be split in time."""


def idle_in(settings: Settings) -> dict[str, str]:
    return idle(settings.task, settings.generator, settings.optimizer, settings.cells)


def losses(settings: Settings) -> list[tuple[float, dict[str, float]]]:
    data = drawn((40, 30, 25, 20, 35, 28), marked=True, classes=("good", "bad"))
    return [(each.loss, dict(each.metrics)) for each in curves(settings, None if settings.generator else data)]


@pytest.mark.parametrize(("situation", "name"), CASES)
def test_what_is_idle_changes_nothing_and_what_is_not_does(situation, name):
    settings = SITUATIONS[situation]
    other = replace(settings, **{name: OTHERS[name]})
    alike = losses(other) == losses(settings)
    assert alike is (name in idle_in(settings) or (situation, name) in ALIKE)


def test_what_is_idle_is_said_where_and_why():
    watch = {"normal", "filter"}
    assert idle_in(SITUATIONS["forecast"]).keys() == {"data_seed", "nonlinearity", "curriculum"} | watch
    assert idle_in(SITUATIONS["adam"]).keys() == {"data_seed", "momentum", "nonlinearity", "curriculum"} | watch
    own = {"held_out", "split", "steps", "horizon", "fan", "derive", "nonlinearity"}
    assert idle_in(SITUATIONS["adding"]).keys() == own | watch
    assert idle_in(SITUATIONS["lorenz"]).keys() == {"horizon", "fan", "derive", "nonlinearity", "curriculum"} | watch
    assert idle_in(SITUATIONS["anomaly"]).keys() == {"data_seed", "derive", "nonlinearity", "curriculum"}
    assert idle_in(SITUATIONS["masked"]).keys() == {
        "data_seed",
        "horizon",
        "fan",
        "derive",
        "nonlinearity",
        "curriculum",
    }
    assert idle_in(SITUATIONS["masked"])["horizon"] == "the task masked has its own answers, and foretells nothing"
    assert idle_in(SITUATIONS["adam"])["momentum"] == "momentum is of sgd only, and the optimiser is adam"
