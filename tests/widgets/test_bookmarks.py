"""Bookmarks are kept with their source and sequence, bounded, and come back when they were removed."""

import json

import pytest
from PySide6.QtCore import QSettings

from widgets.bookmarks import KEY, LONGEST, MOST, MOST_SOURCES, Bookmark, Bookmarks


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def recall(settings, qapp):
    def made() -> Bookmarks:
        marks = Bookmarks()
        marks.keep_in(settings)
        return marks

    return made


def shown(marks: Bookmarks) -> list[tuple[int, str]]:
    return [(mark.step, mark.note) for mark in marks.marks]


def test_they_stand_in_order_and_know_their_notes(recall) -> None:
    marks, told = recall(), []
    marks.changed.connect(told.append)
    marks.show("preset:a", "s", 100)
    for step in (40, 7, 99):
        marks.toggle(step)
    marks.note(40, "  here\tit\nbegins ")
    marks.note(41, "nowhere")
    assert shown(marks) == [(7, ""), (40, "here it begins"), (99, "")]
    marks.note(7, "x" * (LONGEST + 10))
    assert len(marks.at(7).note) == LONGEST
    marks.toggle(7)
    assert shown(marks) == [(40, "here it begins"), (99, "")]
    assert told[-1] == (Bookmark(40, "here it begins"), Bookmark(99))


def test_what_was_removed_comes_back_with_its_note(recall) -> None:
    marks = recall()
    marks.show("preset:a", "s", 100)
    marks.toggle(5)
    marks.note(5, "odd")
    marks.toggle(6)
    marks.remove(5)
    marks.remove(6)
    assert marks.can_restore
    marks.restore()
    marks.restore()
    assert shown(marks) == [(5, "odd"), (6, "")]
    assert not marks.can_restore


def test_they_are_remembered_with_source_and_sequence(recall, tmp_path, monkeypatch) -> None:
    marks = recall()
    monkeypatch.chdir(tmp_path)
    marks.show("pump.csv", "s0", 100)
    marks.toggle(5)
    marks.show("pump.csv", "s1", 50)
    assert shown(marks) == []
    marks.toggle(6)
    marks.show("preset:pump", "s0", 100)
    assert shown(marks) == []
    again = recall()
    again.show(str(tmp_path / "pump.csv"), "s0", 100)
    assert shown(again) == [(5, "")], "the same file, wherever the window was started"
    again.show("pump.csv", "s1", 50)
    assert shown(again) == [(6, "")]
    again.show("pump.csv", "s1", 6)
    assert shown(again) == [], "there is no such step any more"
    again.show("pump.csv", "s1", 50)
    assert shown(again) == [(6, "")]
    again.toggle(6)
    assert shown(recall()) == []


def test_only_so_many_are_remembered(recall, settings) -> None:
    marks = recall()
    for k in range(MOST_SOURCES + 3):
        marks.show(f"preset:{k}", "s", 10)
        marks.toggle(1)
    stored = json.loads(settings.value(KEY))
    assert list(stored) == [f"preset:{k}" for k in range(3, MOST_SOURCES + 3)]
    marks.show("preset:long", "s", 10_000)
    for step in range(MOST + 5):
        marks.toggle(step)
    assert len(marks.marks) == MOST
    marks.show("preset:long", "other", 10_000)
    marks.toggle(3)
    stored = json.loads(settings.value(KEY))["preset:long"]
    assert stored == {"other": [[3, ""]]}


@pytest.mark.parametrize(
    "text", ["{", "[1]", '{"preset:a": 3}', '{"preset:a": {"s": [[1]]}}', '{"preset:a": {"s": 7}}']
)
def test_what_is_damaged_is_not_there(recall, settings, text) -> None:
    settings.setValue(KEY, text)
    marks = recall()
    marks.show("preset:a", "s", 10)
    assert shown(marks) == []
    marks.toggle(4)
    assert shown(marks) == [(4, "")]
    again = recall()
    again.show("preset:a", "s", 10)
    assert shown(again) == [(4, "")]
