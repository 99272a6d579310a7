"""Lessons: a short text in pages, the scenes it sets, and what it claims, each claim computed where it is read.

A lesson stands in its preset's folder. ``lesson.md`` is the text: a title (``# …``), then pages (``## …``). What stands
below a line of three dashes is the answer, hidden until the reader has guessed. ``[a link](scene:NAME)`` sets a scene,
``{NAME}`` is the number of a claim. Scenes and claims are declared in ``preset.toml``::

    [lesson.scenes.shut]
    show = ["f", "c", "h"]          # the rows, from the top down
    step = 120
    view = [80, 160]                # the steps on screen, from the first to before the last
    select = [3]                    # units
    hold = ["f[3]=1@100:200"]       # as the command line takes them; no other is held then
    compare = ["rnn"]               # cells side by side with the present one; no other is compared then

    [lesson.scenes.trained.train]     # starts the preset's own training, with other settings where they are given
    iterations = 300

    [lesson.claims.kept]
    condition = "c[3] == prev(c[3])"  # or another kind of claim
    step = 150
    scene = "shut"                    # in which it is true
"""

from __future__ import annotations

import re
import tomllib
from collections import abc
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from explorer.claims import read_claim
from explorer.errors import DataError, UsageError
from explorer.findings import Claim
from explorer.presets import LESSON, find_preset, preset_training
from explorer.run_claims import ReportClaim

if TYPE_CHECKING:
    from explorer.training.settings import Settings

ANSWER = "---"
"""The line between what a page asks and what it answers."""

SCENE = "scene:"
"""What the target of a link that sets a scene begins with."""

_LINK = re.compile(r"\[[^\]]*\]\(([^)]*)\)")
_CLAIM = re.compile(r"\{([\w-]+)\}")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a link shows. What is None stays as it is."""

    show: tuple[str, ...] | None = None
    step: int | None = None
    view: tuple[int, int] | None = None
    select: tuple[int, ...] | None = None
    hold: tuple[str, ...] | None = None
    compare: tuple[str, ...] | None = None
    train: abc.Mapping[str, Any] | None = None
    """Settings of the preset's training that are not its own, under the names of its options."""


@dataclass(frozen=True, slots=True)
class Page:
    """A title, what is told and asked, and what is answered: "" where nothing is."""

    title: str
    text: str
    answer: str

    @property
    def scenes(self) -> tuple[str, ...]:
        """The names of the scenes that its links set, in the order of the text."""
        return tuple(found.removeprefix(SCENE) for found in _LINK.findall(self.text + "\n" + self.answer))

    @property
    def answer_claims(self) -> tuple[str, ...]:
        """The names of the claims in its answer."""
        return tuple(_CLAIM.findall(self.answer))

    @property
    def claims(self) -> tuple[str, ...]:
        """The names of the claims whose numbers it shows, in the order of the text."""
        return tuple(_CLAIM.findall(self.text + "\n" + self.answer))


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """The lesson of a preset."""

    preset: str
    title: str
    pages: tuple[Page, ...]
    scenes: abc.Mapping[str, Scene]
    claims: abc.Mapping[str, Claim]


def lesson_training(lesson: Lesson, scene: Scene) -> Settings:
    """Return what a scene trains. ``UsageError`` naming an option that makes no sense."""
    return preset_training(find_preset(lesson.preset), scene.train or {})


def trained_scene(lesson: Lesson, settings: Settings) -> str:
    """Return the name of the scene that trains with these settings, "" where none does."""
    scenes = [name for name, scene in lesson.scenes.items() if scene.train is not None]
    return next((name for name in scenes if lesson_training(lesson, lesson.scenes[name]) == settings), "")


def told_text(text: str, lesson: Lesson, tell: abc.Callable[[Claim], str]) -> str:
    """Return a part of a page with what is told of each claim in the place of its name."""
    return _CLAIM.sub(lambda found: tell(lesson.claims[found[1]]), text)


@cache
def find_lesson(preset: str) -> Lesson | None:
    """Return the lesson of a preset, None if it has none. ``DataError`` naming the file where it cannot be read."""
    folder = resources.files("presets").joinpath(preset)
    return read_lesson(folder) if folder.joinpath(LESSON).is_file() else None


def read_lesson(folder: Traversable) -> Lesson:
    """Return the lesson in a preset's folder. ``DataError`` naming the file, and the line where it has one."""
    try:
        stored = tomllib.loads(folder.joinpath("preset.toml").read_text(encoding="utf-8")).get("lesson", {})
        text = folder.joinpath(LESSON).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"not a lesson: {error}", file=f"{folder.name}/{LESSON}") from error
    file = f"{folder.name}/preset.toml"
    scenes = {name: _scene(name, found, file) for name, found in stored.get("scenes", {}).items()}
    claims = {name: _claim(name, found, file) for name, found in stored.get("claims", {}).items()}
    title, pages = _pages(text, f"{folder.name}/{LESSON}")
    lesson = Lesson(folder.name, title, pages, MappingProxyType(scenes), MappingProxyType(claims))
    _require_whole(lesson, f"{folder.name}/{LESSON}")
    return lesson


def _pages(text: str, file: str) -> tuple[str, tuple[Page, ...]]:
    head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    title = head.strip()
    if not title.startswith("# ") or "\n" in title:
        raise DataError("begins with its title, one line as in '# Title'", file=file, line=1)
    pages = []
    for part in parts:
        name, _, body = part.partition("\n")
        asked, _, answer = body.partition(f"\n{ANSWER}\n")
        pages.append(Page(name.strip(), asked.strip(), answer.strip()))
    return title.removeprefix("# "), tuple(pages)


def _scene(name: str, stored: abc.Mapping[str, Any], file: str) -> Scene:
    unknown = set(stored) - set(Scene.__dataclass_fields__)
    if unknown:
        raise DataError(f"scene {name}: there is no {sorted(unknown)[0]!r}", file=file)
    found: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}
    return Scene(**found)


def _claim(name: str, stored: abc.Mapping[str, Any], file: str) -> Claim:
    try:
        return read_claim(stored)
    except KeyError as error:
        raise DataError(f"claim {name}: it says nothing of {error}", file=file) from error
    except UsageError as error:
        raise DataError(f"claim {name}: {error}", file=file) from error


def _require_whole(lesson: Lesson, file: str) -> None:
    """Raise DataError unless all that the text names is declared, and all that is declared is named."""
    if not lesson.pages:
        raise DataError("has no page, which begins with '## Title'", file=file)
    named = {scene for page in lesson.pages for scene in page.scenes}
    told_of = {claim for page in lesson.pages for claim in page.claims}
    for what, said, declared in (("scene", named, lesson.scenes), ("claim", told_of, lesson.claims)):
        if odd := sorted(said ^ set(declared)):
            why = "is not declared in preset.toml" if odd[0] in said else "is declared, and nowhere in the text"
            raise DataError(f"the {what} {odd[0]!r} {why}", file=file)
    for name, claim in lesson.claims.items():
        if isinstance(claim, ReportClaim) and claim.lesson:
            continue
        if claim.scene not in lesson.scenes:
            raise DataError(f"the claim {name!r} is of no scene: {claim.scene!r}", file=file)
        if claim.of_run and lesson.scenes[claim.scene].train is None:
            raise DataError(f"the claim {name!r} is of a run, but its scene trains none", file=file)
