"""Lessons: read whole or refused with a sentence, and true: each claim holds in the run that its scene sets."""

from dataclasses import replace

import pytest

from explorer.clamp_texts import parse_hold
from explorer.errors import DataError
from explorer.experiment import Experiment, make_network_for
from explorer.lessons import find_lesson, read_lesson, told_text
from explorer.network import Recipe
from explorer.presets import find_preset, load_presets, preset_dataset
from explorer.run import run

LESSONS = [lesson for preset in load_presets() if (lesson := find_lesson(preset.name)) is not None]
CLAIMS = [(lesson, name) for lesson in LESSONS for name in lesson.claims]

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


def test_a_lesson_is_read(tmp_path):
    lesson = lesson_of(tmp_path)
    first, second = lesson.pages
    assert (lesson.title, first.title, second.title) == ("A title", "First", "Second")
    assert first.text == "Text with [a link](scene:one) and *stress*."
    assert (first.answer, second.answer) == ("It is {it}.", "")
    assert (first.scenes, first.claims, second.scenes, second.claims) == (("one",), ("it",), (), ())
    scene = lesson.scenes["one"]
    assert (scene.show, scene.step, scene.select, scene.hold, scene.compare) == (
        ("h",),
        3,
        (0, 2),
        ("h[0]=1@2:5",),
        None,
    )
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
        (TEXT, DECLARED.replace("h[0] == 1", "h[0] ="), "claim it: "),
        (TEXT, DECLARED.replace("select", "chosen"), "scene one: there is no 'chosen'"),
        (TEXT, "[lesson", "not a lesson"),
    ],
)
def test_what_does_not_hang_together_is_refused_with_a_sentence(tmp_path, text, declared, said):
    with pytest.raises(DataError, match=said):
        lesson_of(tmp_path, text, declared)


def test_there_are_lessons():
    assert {"What one step does", "The LSTM's conveyor", "The GRU: carry forward or discard"} <= {
        lesson.title for lesson in LESSONS
    }


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.preset)
def test_every_page_asks_before_it_answers(lesson):
    for page in lesson.pages:
        assert "**Guess:**" in page.text
        assert page.answer


@pytest.mark.parametrize(("lesson", "name"), CLAIMS, ids=lambda part: part if isinstance(part, str) else part.preset)
def test_every_claim_holds_in_the_run_that_its_scene_sets(lesson, name):
    claim = lesson.claims[name]
    trace = run(experiment_of(lesson, claim.scene), "numpy")
    assert claim.holds(trace) is True
    assert claim.number(trace) is not None


def test_a_claim_that_is_not_so_says_so(tmp_path):
    lesson = lesson_of(tmp_path, declared=DECLARED.replace("== 1", "== 2"))
    preset = LESSONS[0]
    trace = run(experiment_of(preset, next(iter(preset.scenes))), "numpy")
    assert lesson.claims["it"].holds(trace) is False
    assert lesson.claims["it"].number(trace) == trace.read(0, "h")[3, 0]
    far = lesson_of(tmp_path, declared=DECLARED.replace("h[0] == 1", "h[500] == 1")).claims["it"]
    assert (far.holds(trace), far.number(trace)) == (None, None), "there is no such unit"
    late = lesson_of(tmp_path, declared=DECLARED.replace("step = 3\nscene", "step = 9999\nscene")).claims["it"]
    assert (late.holds(trace), late.number(trace)) == (None, None), "there is no such step"
