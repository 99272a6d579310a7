"""Lessons: read whole or refused with a sentence, and true: each claim holds in the run that its scene sets."""

import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.clamp_texts import parse_hold
from explorer.commands.evaluate import evaluate
from explorer.errors import DataError
from explorer.evaluation.season import follow
from explorer.experiment import Experiment, make_network_for
from explorer.findings import Shown
from explorer.lessons import find_lesson, lesson_training, read_lesson, told_text
from explorer.network import Place, Recipe
from explorer.presets import find_preset, load_presets, preset_dataset
from explorer.run import run
from explorer.run_claims import ReportClaim
from explorer.training.runs import Recording
from tests.widgets.trainings import train_run

LESSONS = [lesson for preset in load_presets() if (lesson := find_lesson(preset.name)) is not None]
SYSTEMS = {lesson for lesson in LESSONS if any(isinstance(claim, ReportClaim) for claim in lesson.claims.values())}
CLAIMS = [
    # What a system learned is held to its run where the lesson is read in the window, so that it is trained once.
    pytest.param(lesson, name, marks=[pytest.mark.slow] if lesson in SYSTEMS and claim.of_run else [])
    for lesson in LESSONS
    for name, claim in lesson.claims.items()
]

TEXT = """\
# A title

## First

Text with [a link](scene:one) and *stress*.

---

It is {it}.

## Second

Only told.
"""
DECLARED = """\
[lesson.scenes.one]
show = ["h"]
step = 3
view = [1, 9]
select = [0, 2]
hold = ["h[0]=1@2:5"]

[lesson.claims.it]
condition = "h[0] == 1"
step = 3
scene = "one"
"""


def lesson_of(tmp_path, text: str = TEXT, declared: str = DECLARED):
    (tmp_path / "lesson.md").write_text(text, encoding="utf-8")
    (tmp_path / "preset.toml").write_text(declared, encoding="utf-8")
    return read_lesson(tmp_path)


def experiment_of(lesson, scene: str) -> Experiment:
    """Return the preset's own experiment with what the scene holds."""
    preset = find_preset(lesson.preset)
    data = preset_dataset(preset)
    longest = max(len(sequence) for sequence in data.sequences)
    network = make_network_for(data, replace(Recipe(**preset.network), longest=longest))
    clamps = tuple(parse_hold(text, network, data) for text in lesson.scenes[scene].hold or ())
    return Experiment(data, network, clamps=clamps)


@pytest.fixture(scope="module")
def trace_of():
    """Return what traces what a scene shows, each once."""
    return cache(lambda lesson, scene: run(experiment_of(lesson, scene), "numpy"))


@pytest.fixture(scope="module")
def run_of(tmp_path_factory):
    """Return what trains the run of a scene, each once."""
    runs: dict[tuple[str, str], Recording] = {}

    def trained(lesson, scene: str) -> Recording:
        if (key := (lesson.preset, scene)) not in runs:
            folder = tmp_path_factory.mktemp("lesson") / "run"
            runs[key] = Recording(train_run(folder, lesson_training(lesson, lesson.scenes[scene])))
        return runs[key]

    return trained


@pytest.fixture(scope="module")
def report_of():
    """Return what judges a run, as the window has it judged, each once."""
    reports: dict[Path, Mapping[str, Any]] = {}

    def judged(recorded: Recording) -> Mapping[str, Any]:
        if recorded.folder not in reports:
            with redirect_stdout(StringIO()) as told:
                assert evaluate([str(recorded.folder), "--json"]) == 0
            reports[recorded.folder] = json.loads(told.getvalue())
        return reports[recorded.folder]

    return judged


def test_a_lesson_is_read(tmp_path):
    lesson = lesson_of(tmp_path)
    first, second = lesson.pages
    assert (lesson.title, first.title, second.title) == ("A title", "First", "Second")
    assert first.text == "Text with [a link](scene:one) and *stress*."
    assert (first.answer, second.answer) == ("It is {it}.", "")
    assert (first.scenes, first.claims, second.scenes, second.claims) == (("one",), ("it",), (), ())
    scene = lesson.scenes["one"]
    assert (scene.show, scene.step, scene.view, scene.select, scene.hold, scene.compare) == (
        ("h",),
        3,
        (1, 9),
        (0, 2),
        ("h[0]=1@2:5",),
        None,
    )
    assert scene.train is None
    assert told_text(first.answer, lesson, lambda claim: f"<{claim.step}>") == "It is <3>."


@pytest.mark.parametrize(
    ("text", "declared", "said"),
    [
        (TEXT.replace("# A title", "A title"), DECLARED, "line 1: begins with its title"),
        ("# A title\n", DECLARED, "has no page"),
        (TEXT.replace("scene:one", "scene:two"), DECLARED, "the scene 'one' is declared, and nowhere in the text"),
        (TEXT, DECLARED.replace("scenes.one", "scenes.won"), "the scene 'one' is not declared"),
        (TEXT.replace("{it}", "it"), DECLARED, "the claim 'it' is declared, and nowhere in the text"),
        (
            TEXT.replace("{it}", "{that}"),
            DECLARED.replace("claims.it", "claims.what"),
            "the claim 'that' is not declared",
        ),
        (TEXT, DECLARED.replace('scene = "one"', 'scene = "two"'), "the claim 'it' is of no scene: 'two'"),
        (TEXT, DECLARED.replace("step = 3\nscene", "scene"), "claim it: it says nothing of 'step'"),
        (TEXT, DECLARED + "sane = 2\n", "claim it: there is no 'sane'"),
        (TEXT, DECLARED.replace('condition = "h[0] == 1"', "gradient = 5"), "claim it: it says nothing of 'above'"),
        (
            TEXT,
            DECLARED.replace('condition = "h[0] == 1"\nstep = 3', 'trained = "rnn"\nabove = 1'),
            "the claim 'it' is of a run, but its scene trains none",
        ),
        (
            TEXT,
            DECLARED.replace('condition = "h[0] == 1"\nstep = 3', 'report = "accuracy"\nabove = 1'),
            "the claim 'it' is of a run, but its scene trains none",
        ),
        (
            TEXT,
            DECLARED.replace('condition = "h[0] == 1"', 'report = "accuracy"\nabove = 1'),
            "claim it: there is no 'step'",
        ),
        (TEXT, DECLARED.replace("h[0] == 1", "h[0] ="), "claim it: "),
        (TEXT, DECLARED.replace("select", "chosen"), "scene one: there is no 'chosen'"),
        (TEXT, "[lesson", "not a lesson"),
    ],
)
def test_what_does_not_hang_together_is_refused_with_a_sentence(tmp_path, text, declared, said):
    with pytest.raises(DataError, match=said):
        lesson_of(tmp_path, text, declared)


def test_there_are_lessons():
    assert {
        "What one step does",
        "The same weights at every step",
        "Why the gradient vanishes",
        "The LSTM's conveyor",
        "The GRU: carry forward or discard",
        "A line watched by a GRU",
        "A price followed by an LSTM",
        "Reviews read by an RNN",
    } <= {lesson.title for lesson in LESSONS}
    assert [preset.lesson for preset in load_presets() if preset.lesson] == [lesson.title for lesson in LESSONS]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.preset)
def test_every_page_asks_before_it_answers(lesson):
    for page in lesson.pages:
        assert "**Guess:**" in page.text
        assert page.answer


@pytest.mark.parametrize(("lesson", "name"), CLAIMS, ids=lambda part: part if isinstance(part, str) else part.preset)
def test_every_claim_holds_in_the_run_that_its_scene_sets(lesson, name, trace_of, run_of, report_of):
    claim = lesson.claims[name]
    if isinstance(claim, ReportClaim) and claim.lesson:
        lesson = find_lesson(claim.lesson)
    trace = trace_of(lesson, claim.scene)
    trained = run_of(lesson, claim.scene) if claim.of_run else None
    report = report_of(trained) if isinstance(claim, ReportClaim) else None
    found = claim.find(Shown(trace, run=trained, report=report))
    assert found is not None
    assert found.holds, f"{found.number}"


def claim_of(tmp_path, *, trains=False, **told):
    """Return the claim of a lesson that is declared so, of a scene that trains or not."""
    lines = "\n".join(f"{key} = {value!r}" for key, value in told.items())
    head, _, _ = DECLARED.partition("[lesson.claims.it]")
    if trains:
        head += "[lesson.scenes.one.train]\niterations = 8\n"
    return lesson_of(tmp_path, declared=f'{head}[lesson.claims.it]\n{lines}\nscene = "one"\n').claims["it"]


def test_a_claim_that_is_not_so_says_so(tmp_path):
    lesson = lesson_of(tmp_path, declared=DECLARED.replace("== 1", "== 2"))
    preset = LESSONS[0]
    trace = run(experiment_of(preset, next(iter(preset.scenes))), "numpy")
    found = lesson.claims["it"].find(Shown(trace))
    assert (found.holds, found.number) == (False, trace.read(0, "h")[3, 0])
    assert claim_of(tmp_path, condition="h[500] == 1", step=3).find(Shown(trace)) is None, "there is no such unit"
    assert claim_of(tmp_path, condition="h[0] == 1", step=9999).find(Shown(trace)) is None, "there is no such step"


@pytest.fixture(scope="module")
def switches():
    """Return the trace of the flip-flop."""
    return run(experiment_of(find_lesson("flip-flop"), "silent"), "numpy")


def test_a_claim_of_two_steps_asks_for_the_same_number_at_both(tmp_path, switches):
    assert claim_of(tmp_path, condition="h[1] != 0", step=13, same=13).find(Shown(switches)).holds
    assert not claim_of(tmp_path, condition="h[1] != 0", step=13, same=27).find(Shown(switches)).holds
    assert not claim_of(tmp_path, condition="h[1] != 0", step=13, same=999).find(Shown(switches)).holds


def test_a_claim_of_another_length_is_of_a_run_over_so_many_steps(tmp_path, switches):
    assert claim_of(tmp_path, condition="h[1] != 0", step=19, length=19).find(Shown(switches)) is None
    own = claim_of(tmp_path, condition="h[1] != 0", step=19).find(Shown(switches))
    cut = claim_of(tmp_path, condition="h[1] != 0", step=19, length=20)
    assert cut.find(Shown(switches)).number == pytest.approx(own.number, rel=1e-5)
    assert cut.is_slow
    long = claim_of(tmp_path, condition="h[1] != 0", step=199, length=200).find(Shown(switches))
    preset = find_preset("flip-flop")
    data = preset_dataset(preset, settings={"length": 200})
    trace = run(Experiment(data, switches.experiment.network), "numpy")
    assert long.number == trace.read(0, "h")[199, 1]


def test_a_claim_of_the_gradient_is_what_torch_finds(tmp_path):
    """The number is ‖∂y_T/∂h_{T−d}‖ of the network that is shown, or of another cell of its recipe."""
    import torch

    trace = run(experiment_of(find_lesson("adding"), "last"), "numpy")
    data = trace.experiment.dataset
    recipe = replace(trace.experiment.network.recipe, cell="rnn", init="default")
    for claim, network in (
        (claim_of(tmp_path, gradient=7, cell="rnn", above=0), make_network_for(data, recipe)),
        (claim_of(tmp_path, gradient=7, init="default", cell="rnn", above=0), make_network_for(data, recipe)),
    ):
        weights = {name: torch.tensor(array, dtype=torch.float64) for name, array in network.state_dict().items()}
        x = torch.tensor(data.sequences[0].values, dtype=torch.float64)
        h, states = torch.zeros(32, dtype=torch.float64, requires_grad=True), []
        for row in x:
            a = (
                weights["weight_ih_l0"] @ row
                + weights["bias_ih_l0"]
                + weights["weight_hh_l0"] @ h
                + weights["bias_hh_l0"]
            )
            h = torch.tanh(a)
            h.retain_grad()
            states.append(h)
        (h.sum() / 32**0.5).backward()
        found = claim.find(Shown(trace))
        assert found.number == pytest.approx(float(states[-8].grad.norm()), rel=1e-4)
    assert claim_of(tmp_path, gradient=0, above=0).find(Shown(trace)).number == pytest.approx(1)
    assert claim_of(tmp_path, gradient=100, above=0).find(Shown(trace)) is None, "there are no 100 steps before it"


def test_what_is_held_passes_no_gradient_and_is_not_held_in_another_cell(tmp_path):
    lesson = find_lesson("adding")
    free, held = (run(experiment_of(lesson, scene), "numpy") for scene in ("gate", "half"))
    own = claim_of(tmp_path, gradient=50, above=0)
    assert own.find(Shown(held)).number < 1e-9 < own.find(Shown(free)).number
    other = claim_of(tmp_path, gradient=50, cell="gru", above=0)
    assert other.find(Shown(held)).number == other.find(Shown(free)).number


def test_a_claim_of_a_run_waits_for_its_end(run_of):
    lesson = find_lesson("adding")
    trace = run(experiment_of(lesson, "learn"), "numpy")
    claim = lesson.claims["rnn-loss"]
    assert claim.find(Shown(trace)) is None
    assert replace(claim, cell="gru").find(Shown(trace, run=run_of(lesson, "learn"))) is None, "it was not trained"
    settings = lesson_training(lesson, lesson.scenes["learn"])
    assert dict(settings.generator_settings) == {"length": 30}
    assert (settings.iterations, settings.batch) == (300, 64), "what the scene does not say is the preset's"


REPORT = {
    "cell": "gru",
    "figures": {"accuracy": 0.9, "loss": None},
    "cells": {"rnn": {"accuracy": 0.6}},
    "rivals": {"majority": {"accuracy": 0.5}},
}


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ({}, 0.9),
        ({"cell": "gru"}, 0.9),
        ({"cell": "rnn"}, 0.6),
        ({"rival": "majority"}, 0.5),
        ({"cell": "lstm"}, None),
        ({"rival": "persistence"}, None),
        ({"report": "loss"}, None),
    ],
)
def test_a_claim_of_a_report_is_its_figure(tmp_path, switches, told, number):
    claim = claim_of(tmp_path, trains=True, **{"report": "accuracy", "above": 0.55, **told})
    assert claim.find(Shown(switches)) is None, "there is no report"
    found = claim.find(Shown(switches, report=REPORT))
    assert (None if found is None else found.number) == number
    assert found is None or found.holds == (number > 0.55)


def test_a_report_of_another_lesson_needs_no_scene_of_this_one(tmp_path):
    assert claim_of(tmp_path, report="event recall", lesson="factory", above=0).lesson == "factory"
    for lesson in LESSONS:
        for claim in lesson.claims.values():
            if isinstance(claim, ReportClaim) and claim.lesson:
                assert find_lesson(claim.lesson).scenes[claim.scene].train is not None


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return a short run on reviews, and the trace of what the preset shows."""
    from explorer.training.settings import settings_from

    few = {"iterations": 4, "hidden": 6, "batch": 4, "measure-every": 4, "probe-every": 4, "weights-every": 4}
    settings = settings_from(few, lesson_training(find_lesson("reviews"), find_lesson("reviews").scenes["learn"]))
    folder = train_run(tmp_path_factory.mktemp("small") / "run", settings)
    return Recording(folder), run(experiment_of(find_lesson("reviews"), "words"), "numpy")


def test_a_claim_of_a_trained_network_is_of_its_last_moment(tmp_path, small):
    recorded, trace = small
    data = trace.experiment.dataset
    own = recorded.inputs.experiment(data, recorded.network("rnn", 4))
    known, shown = run(own, "numpy"), Shown(trace, run=recorded)
    gate = claim_of(tmp_path, trains=True, trained="rnn", condition="h[3] != 0", step=9)
    assert gate.find(Shown(trace)) is None, "nothing was trained"
    assert gate.find(shown).number == known.read(0, "h")[9, 3]
    told = {"trained": "rnn", "answer": "helpful", "step": 14, "above": 0}
    helpful = own.network.head.names.index("helpful")
    answer = claim_of(tmp_path, trains=True, **told).find(shown)
    assert answer.number == own.network.head.told(known.output(0, slice(14, 15)))[0, helpful]
    other = claim_of(tmp_path, trains=True, **told, hold=["x[0]=105@8:9"]).find(shown)
    assert other.number != answer.number
    assert claim_of(tmp_path, trains=True, **{**told, "step": 15}).find(shown) is None, "the review is over"
    assert claim_of(tmp_path, trains=True, **{**told, "answer": "good"}).find(shown) is None
    assert claim_of(tmp_path, trains=True, **{**told, "trained": "gru"}).find(shown) is None


def test_a_claim_of_a_season_is_the_unit_that_follows_it_most(tmp_path):
    trace = run(experiment_of(find_lesson("stock"), "season"), "numpy")
    told = {"season": 13, "column": "price", "quantity": "c", "above": 0}
    price = trace.experiment.dataset.sequences[0].targets[:, 0]
    best = np.nanmax(follow(trace, 0, "c", Place(0), price, 13).season)
    assert claim_of(tmp_path, **told).find(Shown(trace)).number == best
    assert claim_of(tmp_path, **{**told, "quantity": "z"}).find(Shown(trace)) is None, "an LSTM has none"
    assert claim_of(tmp_path, **{**told, "column": "volume"}).find(Shown(trace)) is None
