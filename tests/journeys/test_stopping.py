"""Stops in the window: conditions typed and judged, runs that halt at hits, bookmarks with notes, the pinned step."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar

from explorer.conditions import rising
from tests.journeys.person import CTRL
from widgets.decimals import aligned, grouped
from widgets.theme import DARK

Key = Qt.Key


def panel_of(person):
    """Bring the panel forward with a click on its tab, once the docks stand where they stay."""

    def bring_forward() -> bool:
        panel = person.window.breaks.panel
        if panel is None or not panel.isVisible():
            bars = [(bar, k) for bar in person.window.findChildren(QTabBar) for k in range(bar.count())]
            tabs = ((bar, bar.tabRect(k).center()) for bar, k in bars if bar.tabText(k) == "Breakpoints")
            for bar, place in tabs:
                if bar.isVisible() and person.window.rect().contains(bar.mapTo(person.window, place)):
                    person.click(bar, place)
        return panel is not None and panel.isVisible()

    person.wait(bring_forward)
    return person.window.breaks.panel


@pytest.fixture
def person(visit, csv):
    return visit(csv)


@pytest.fixture
def panel(person):
    return panel_of(person)


def add(person, panel, text: str) -> None:
    person.click(panel.line)
    person.type(text)
    panel.line.completer_.popup().hide()
    person.press(Key.Key_Return)


def rows(panel) -> list[list[str]]:
    items = [panel.points.topLevelItem(k) for k in range(panel.points.topLevelItemCount())]
    return [[item.text(0), item.text(1)] for item in items]


def searched(person) -> None:
    breaks = person.bench.breaks
    person.wait(lambda: breaks._job is None and breaks.searched == person.bench.length)


def quantity(person, name: str):
    return person.bench.trace.read(person.bench.sequence, name, person.bench.place)


def test_a_condition_is_typed_and_every_hit_is_counted(person, panel) -> None:
    add(person, panel, "h[4] < 0 and x.level > 70")
    assert panel.line.text() == ""
    searched(person)
    x = person.bench.experiment.dataset.sequences[0].values[:, 0]
    true = ((quantity(person, "h")[:, 4] < 0) & (x > 70)).nonzero()[0]
    assert 0 < len(true) < person.bench.length
    assert rows(panel) == [["h[4] < 0 and x.level > 70", f"{grouped(len(true))} hits"]]
    np.testing.assert_array_equal(person.bench.breaks.hits["h[4] < 0 and x.level > 70"], true)
    np.testing.assert_array_equal(person.window.rows.ruler.marks.steps["breakpoint"], true)
    add(person, panel, "t == 3")
    assert 3 in person.window.rows.ruler.marks.steps["breakpoint"]
    person.press(Key.Key_B, CTRL)
    assert person.window.rows.ruler.marks.steps["bookmark"].tolist() == [person.bench.step]


def test_what_is_wrong_is_told_where_it_is_typed_and_nowhere_else(person, panel) -> None:
    said = person.status()
    person.click(panel.line)
    person.type("h[3] < 0 and x.lvel > 70")
    panel.line.completer_.popup().hide()
    person.wait(lambda: not panel.error.isHidden())
    assert panel.error.text().startswith("there is no feature 'lvel'")
    assert panel.line.error.column == 13
    assert panel.line.error.length == len("x.lvel")
    left, right = panel.line.underline()
    metrics = panel.line.fontMetrics()
    assert right - left == pytest.approx(metrics.horizontalAdvance("x.lvel"), abs=1)
    picture = panel.line.grab().toImage()
    ratio = picture.devicePixelRatio()

    def inked(first: float, last: float) -> bool:
        """Whether there is red between two places of the line."""
        columns = range(round(first * ratio), round(last * ratio))
        colors = (picture.pixelColor(x, y) for x in columns for y in range(picture.height()))
        return any(color.red() - color.green() > 60 for color in colors)

    assert inked(left, right)
    assert not inked(4, left - 2)
    assert not inked(right + 2, panel.line.width() - 4)
    person.press(Key.Key_Return)
    assert panel.line.text() == "h[3] < 0 and x.lvel > 70", "it stays, to be put right"
    assert rows(panel) == []
    assert person.status() == said
    assert person.window.status.errors.isHidden()
    person.press(Key.Key_Home)
    for _ in range(len("h[3] < 0 and x.l")):
        person.press(Key.Key_Right)
    person.type("e")
    panel.line.completer_.popup().hide()
    person.press(Key.Key_Return)
    assert panel.error.isHidden()
    assert [row[0] for row in rows(panel)] == ["h[3] < 0 and x.level > 70"]


def test_names_are_completed_with_keys(person, panel) -> None:
    person.click(panel.line)
    person.type("x.l")
    popup = panel.line.completer_.popup()
    person.wait(popup.isVisible)
    person.press(Key.Key_Down)
    person.press(Key.Key_Return)
    person.wait(lambda: not popup.isVisible())
    assert panel.line.text() == "x.level"
    assert rows(panel) == []
    person.type(" > 70")
    person.press(Key.Key_Return)
    assert [row[0] for row in rows(panel)] == ["x.level > 70"]


def test_an_example_is_tried_with_a_click(person, panel) -> None:
    person.click(person.button("abs(h).max() > 0.99"))
    assert panel.line.text() == "abs(h).max() > 0.99"
    assert panel.line.hasFocus()
    person.press(Key.Key_Return)
    searched(person)
    assert rows(panel) == [["abs(h).max() > 0.99", "no hits"]]
    assert panel._examples.isHidden()


def test_the_list_is_worked_with_keys(person, panel) -> None:
    breaks = person.bench.breaks
    for text in ("t == 10", "t == 20", "t == 30"):
        add(person, panel, text)
    searched(person)
    person.press(Key.Key_Tab, times=2)
    assert panel.points.hasFocus()
    person.press(Key.Key_Home)
    person.press(Key.Key_Down)
    person.press(Key.Key_Space)
    assert [point.on for point in breaks.points] == [True, False, True]
    assert rows(panel)[1] == ["t == 20", "off"]
    person.press(Key.Key_F2)
    editor = panel.points.findChild(QLineEdit)
    assert editor is not None
    assert editor.hasFocus()
    person.press(Key.Key_A, CTRL)
    person.type("t == 25 and k")
    person.wait(lambda: editor.error is not None)
    assert (editor.error.column, editor.error.length) == (12, 1)
    lines = [panel.points.visualItemRect(panel.points.topLevelItem(k)).height() for k in (0, 1)]
    assert lines[1] > 1.6 * lines[0], "told below the line"
    assert editor.height() <= lines[0]
    assert editor.text() == "t == 25 and k", "and what is typed stays"
    person.press(Key.Key_Escape)
    person.wait(lambda: panel.points.findChild(QLineEdit) is None)
    assert rows(panel)[1][0] == "t == 20"
    assert panel.points.topLevelItem(1).toolTip(0) == "t == 20"
    panel.points.setFocus()
    person.press(Key.Key_Return)
    editor = panel.points.findChild(QLineEdit)
    person.press(Key.Key_A, CTRL)
    person.type("t == 25 and q")
    person.press(Key.Key_Return)
    assert breaks.points[1].text == "t == 25 and q"
    person.wait(lambda: panel.points.findChild(QLineEdit) is None)
    item = panel.points.topLevelItem(1)
    assert "has no q" in item.toolTip(0)
    assert (
        panel.points.visualItemRect(item).height()
        > 1.6 * panel.points.visualItemRect(panel.points.topLevelItem(0)).height()
    )
    panel.points.setFocus()
    person.press(Key.Key_Delete)
    assert [row[0] for row in rows(panel)] == ["t == 10", "t == 30"]
    before = person.bench.history.position
    person.press(Key.Key_Z, CTRL)
    assert [row[0] for row in rows(panel)] == ["t == 10", "t == 25 and q", "t == 30"]
    assert person.bench.history.position == before, "it is the list's undo, not the experiment's"
    assert person.bench.step == 0
    box = panel.points.visualItemRect(panel.points.topLevelItem(0))
    person.click(panel.points.viewport(), QPoint(box.left() + 10, box.center().y()))
    assert [point.on for point in breaks.points] == [False, False, True]


def test_f5_runs_to_the_next_hit_and_f9_sets_one(person) -> None:
    person.press(Key.Key_Right, times=12)
    person.press(Key.Key_F9)
    person.press(Key.Key_Right, times=30)
    person.press(Key.Key_F9)
    person.press(Key.Key_Home)
    searched(person)
    steps = []
    for _ in range(3):
        person.press(Key.Key_F5)
        steps.append(person.bench.step)
    assert steps == [12, 42, person.bench.length - 1]
    assert "No hit" in person.status()
    person.press(Key.Key_Left, CTRL)
    person.press(Key.Key_Left, CTRL)
    labels = person.bench.experiment.dataset.sequences[0].labels
    edges = sorted({12, 42, 0} | {int(t) + 1 for x in labels for t in np.flatnonzero(np.diff(x.values))})
    assert person.bench.step == edges[-2]
    person.press(Key.Key_Home)
    person.press(Key.Key_Right, CTRL)
    assert person.bench.step == 12
    person.press(Key.Key_F9)
    panel = panel_of(person)
    assert [row[0] for row in rows(panel)] == ["t == 42"]


def test_f5_without_breakpoints_runs_to_the_end_as_ever(person) -> None:
    assert not person.window.actions_.finish.isEnabled()
    person.press(Key.Key_F9)
    person.wait(person.window.actions_.finish.isEnabled)
    assert "hit" in person.window.actions_.finish.text()
    person.press(Key.Key_F9)
    person.wait(lambda: not person.window.actions_.finish.isEnabled())


def test_in_live_mode_f5_takes_steps_up_to_the_hit(person, panel) -> None:
    h = quantity(person, "h")[:, 2]
    text = f"h[2] > {np.median(h):.4f}"
    stops = rising((h > float(text[7:])).nonzero()[0])
    stops = stops[stops > 0]
    person.changes(lambda: person.click(person.window.transport.live))
    add(person, panel, text)
    for step in stops[:2]:
        person.press(Key.Key_F5)
        person.wait(lambda step=step: person.bench.step == step)
        person.wait_for_trace()
        assert person.status().startswith(f"Step {step}: {text} (h[2] = ")
        assert person.bench.frontier <= step + 33


def test_playing_pauses_at_hits_as_long_as_it_is_told_to(visit, csv) -> None:
    person = visit(csv)
    panel = panel_of(person)
    add(person, panel, "t == 25")
    searched(person)
    person.window.rows.setFocus()
    person.bench.player.set_speed(480)
    person.press(Key.Key_Space)
    person.wait(lambda: not person.bench.player.playing)
    assert person.bench.step == 25
    assert person.status().startswith("Paused at step 25: t == 25")
    person.click(panel.pauses)
    person.window.rows.setFocus()
    person.press(Key.Key_Home)
    person.press(Key.Key_Space)
    person.wait(lambda: not person.bench.player.playing)
    assert person.bench.step == person.bench.length - 1
    person.window.close()
    assert not panel_of(visit(csv)).pauses.isChecked(), "remembered"


def test_bookmarks_have_notes_and_are_there_the_next_time(visit, csv) -> None:
    person = visit(csv)
    person.press(Key.Key_Right, times=7)
    person.press(Key.Key_B, CTRL)
    person.press(Key.Key_Right, CTRL)
    there = person.bench.step
    person.press(Key.Key_B, CTRL)
    panel = panel_of(person)
    marks = panel.marks
    marks.setFocus()
    person.press(Key.Key_Home)
    person.press(Key.Key_F2)
    person.type("where it begins")
    person.press(Key.Key_Return)
    assert [(mark.step, mark.note) for mark in person.bench.bookmarks.marks] == [(7, "where it begins"), (there, "")]
    person.window.close()

    person = visit(csv)
    panel = panel_of(person)
    marks = panel.marks
    assert [marks.topLevelItem(k).text(0) for k in range(2)] == ["step 7", f"step {there}"]
    assert marks.topLevelItem(0).text(1) == "where it begins"
    person.click(marks.viewport(), marks.visualItemRect(marks.topLevelItem(1)).center())
    assert person.bench.step == there
    person.press(Key.Key_Up)
    assert person.bench.step == there, "to look through the list moves nothing"
    person.press(Key.Key_Return)
    assert person.bench.step == 7
    person.press(Key.Key_Delete)
    assert marks.topLevelItemCount() == 1
    person.press(Key.Key_Z, CTRL)
    assert marks.topLevelItem(0).text(1) == "where it begins"
    person.window.rows.setFocus()
    person.press(Key.Key_Home)
    person.press(Key.Key_Right, CTRL)
    assert person.bench.step == 7


def test_a_pinned_step_is_seen_in_the_rows_and_subtracted_in_the_readout(person) -> None:
    person.press(Key.Key_Right, times=40)
    person.press(Key.Key_P)
    assert person.bench.pinned == 40
    person.press(Key.Key_Left, times=15)
    readout, overlay = person.window.readout, person.window.rows.cursor_overlay
    now, then = (person.bench.trace.values_at(0, person.bench.place, step)["h"] for step in (25, 40))
    column = [q.name for q in readout._shown].index("h")
    shown = [readout.table.model().index(unit, column).data() for unit in range(len(now))]
    assert shown == [aligned(a) for a in now.astype(float) - then]
    assert "step 40" in person.text("Pinned step")
    for theme in (person.window.theme, DARK):
        person.window.appearance.choose_theme(theme.name)
        picture, x = overlay.grab().toImage(), round(overlay.strip(40).center().x())
        ratio = picture.devicePixelRatio()
        accent = QColor(theme.accent)
        column_of = [picture.pixelColor(round(x * ratio) - 1, y) for y in range(picture.height())]
        inked = sum(abs(c.red() - accent.red()) + abs(c.blue() - accent.blue()) < 40 for c in column_of)
        assert 0.4 < inked / len(column_of) < 0.9, "dashes, and gaps between them"
    person.click(readout.pin.unpin)
    assert person.bench.pinned is None
    assert readout.pin.isHidden()
    person.window.rows.setFocus()
    person.press(Key.Key_P)
    person.press(Key.Key_P)
    assert person.bench.pinned is None, "at its own step P takes it away"


def test_copies_and_sorting_are_reached_with_keys(person) -> None:
    table = person.window.readout.table
    table.setFocus()
    person.press(Key.Key_Down)
    person.press(Key.Key_S)
    assert table.sorting.column == 0
    person.press(Key.Key_A, CTRL)
    person.press(Key.Key_C, CTRL)
    lines = person.clipboard()
    values = [float(line[1]) for line in lines[1:]]
    assert values == sorted(values, reverse=True)
    assert len(values) == table.model().rowCount()
    QTest.keyClick(person.window.windowHandle(), Key.Key_S)
    QApplication.processEvents()
    assert not table.sorting.descending


def test_a_list_without_rows_says_what_it_is_for_and_the_key(visit, csv) -> None:
    person = visit(csv)
    panel = panel_of(person)

    def inked(shown) -> int:
        image = shown.viewport().grab().toImage()
        ground = image.pixel(2, 2)
        return sum(image.pixel(x, y) != ground for x in range(8, 200) for y in range(8, 30))

    for shown, key in ((panel.points, "F9"), (panel.marks, "Ctrl+B")):
        assert key in shown.accessibleDescription()
        assert inked(shown) > 200
    person.window.rows.setFocus()
    person.press(Key.Key_F9)
    searched(person)
    assert panel.points.topLevelItemCount() == 1
    said = panel.points.nothing
    before = panel.points.viewport().grab().toImage()
    panel.points.nothing = ""
    assert panel.points.viewport().grab().toImage() == before, "nothing of it under the rows"
    panel.points.nothing = said
