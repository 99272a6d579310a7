"""The start panel with the real presets: what a click or a key opens, what is marked, and that nothing is cut off."""

from pathlib import PurePosixPath

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.presets import load_presets
from tests.widgets.colors import alike
from widgets.start_panel import PRESETS as PRESET_PAGE
from widgets.start_panel import RECENT, StartPanel
from widgets.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
LONG = "/home/ada/projects/neural/recordings/session_07/left_hemisphere_channel_012_downsampled_and_filtered.csv"
PATHS = (LONG, "/home/ada/short.csv")
PRESETS = load_presets()


@pytest.fixture
def panel(qtbot):
    """Return the panel on screen, 260 wide and 500 high, with the real presets and two recent files."""
    start = StartPanel()
    qtbot.addWidget(start)
    start.apply_theme(LIGHT)
    start.show_presets(PRESETS)
    start.show_recent(PATHS)
    start.resize(260, 500)
    with qtbot.waitActive(start):
        start.show()
        start.activateWindow()
    return start


@pytest.fixture
def wishes(panel):
    """Return the list to which every wish is added."""
    heard = []
    panel.open_requested.connect(lambda: heard.append("open"))
    panel.generate_requested.connect(lambda: heard.append("generate"))
    panel.preset_requested.connect(lambda name: heard.append(("preset", name)))
    panel.recent_requested.connect(lambda path: heard.append(("recent", path)))
    return heard


def drawn(widget, color: str) -> bool:
    """Return whether a colour is to be seen anywhere in a widget."""
    picture = widget.grab().toImage()
    places = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return any(alike(picture.pixelColor(x, y), color) for x, y in places)


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints", "requestActivate")
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_card_shows_title_cell_picture_and_one_sentence(panel, theme):
    panel.apply_theme(theme)
    assert [card.title.text() for card in panel.presets] == [preset.title for preset in PRESETS]
    assert [card.cell.text() for card in panel.presets] == [preset.network["cell"].upper() for preset in PRESETS]
    for card, preset in zip(panel.presets, PRESETS, strict=True):
        assert card.isVisible()
        assert preset.summary.startswith(card.summary.text())
        assert card.summary.text().endswith(".")
        assert card.toolTip() == preset.summary
        assert card.lesson.isVisible() == bool(preset.lesson)
        assert card.lesson.text() == (f"Lesson: {preset.lesson}" if preset.lesson else "")
        assert drawn(card.picture, theme.base), "the ground of the rows"


def test_a_click_chooses_and_leaves_the_keys_where_they_were(panel, wishes):
    panel.open.setFocus()
    for card in (*panel.presets, *panel.recent):
        panel.bring_into_view(card)
        QTest.mouseClick(card, LEFT)
    QTest.mouseClick(panel.open, LEFT)
    assert wishes == [
        *(("preset", preset.name) for preset in PRESETS),
        *(("recent", path) for path in PATHS),
        "open",
    ]
    assert QApplication.focusWidget() is panel.open


def test_the_button_asks_for_a_generator_and_nothing_on_it_is_cut_off(panel, wishes):
    panel.open.setFocus()
    QTest.mouseClick(panel.generate, LEFT)
    assert wishes == ["generate"]
    assert QApplication.focusWidget() is panel.open
    for button in (panel.open, panel.generate):
        assert button.width() >= button.minimumSizeHint().width()
        assert panel.rect().contains(button.geometry())


def test_a_click_on_any_part_of_a_card_is_one_on_the_card(panel, wishes):
    card = panel.presets[0]
    for part in (card.title, card.cell, card.picture, card.summary):
        under = panel.childAt(part.mapTo(panel, part.rect().center()))
        assert under is card
        QTest.mouseClick(under, LEFT, pos=part.geometry().center())
    assert wishes == [("preset", PRESETS[0].name)] * 4


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_choose_what_has_the_focus(panel, wishes, key):
    for card in (panel.presets[1], panel.recent[0]):
        panel.bring_into_view(card)
        card.setFocus()
        QTest.keyClick(card, key)
    assert wishes == [("preset", PRESETS[1].name), ("recent", LONG)]


def test_tab_reaches_everything_and_scrolls_to_it(panel):
    panel.open.setFocus()
    QTest.keyClick(panel.open, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panel.generate
    bar = panel.pages.tabBar()
    for cards in (panel.presets, panel.recent):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is bar
        viewport = panel.pages.currentWidget().viewport()
        for card in cards:
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            assert QApplication.focusWidget() is card
            assert not card.visibleRegion().isEmpty()
            place = card.mapTo(viewport, QPoint())
            assert place.y() >= 0
            assert place.y() + card.height() <= viewport.height()
        bar.setFocus()
        QTest.keyClick(bar, Qt.Key.Key_Right)
        panel.generate.setFocus()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_what_is_open_is_marked(panel, theme):
    panel.apply_theme(theme)
    for source, which in (
        (f"preset:{PRESETS[2].name}", 2),
        ("/home/ada/short.csv", len(PRESETS) + 1),
        ("elsewhere.csv", None),
    ):
        panel.show_current(source)
        cards = (*panel.presets, *panel.recent)
        for index, card in enumerate(cards):
            picture = card.grab().toImage()
            bar = picture.pixelColor(round(3 * picture.devicePixelRatio()), picture.height() // 2)
            assert alike(bar, theme.accent) is (index == which)
            assert card.accessibleDescription().startswith("Open now") is (index == which)


def test_what_is_open_is_brought_into_view(panel, qtbot):
    last = panel.presets[-1]
    assert last.visibleRegion().isEmpty()
    panel.show_current(last.source)
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty())


def test_the_mark_outlives_new_lists(panel):
    panel.show_current("/home/ada/short.csv")
    panel.show_recent(("/home/ada/short.csv", "/home/ada/third.csv"))
    assert [entry.current for entry in panel.recent] == [True, False]
    panel.show_presets(PRESETS[:2])
    assert len(panel.presets) == 2


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_focus_and_pointer_can_be_seen(panel, theme):
    panel.apply_theme(theme)
    for widget in (panel.open, panel.presets[0], panel.recent[0]):
        if widget is panel.recent[0]:
            panel.bring_into_view(widget)
        panel.generate.setFocus()
        plain = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.grab().toImage() != plain
        panel.generate.setFocus()
        assert widget.grab().toImage() == plain
        QTest.mousePress(widget, LEFT)
        assert widget.grab().toImage() != plain
        QTest.mouseRelease(widget, LEFT)


def test_a_recent_file_shows_its_name_and_folder_shortened_in_the_middle(panel):
    entry = panel.recent[0]
    panel.bring_into_view(entry)
    assert entry.toolTip() == LONG
    shown = entry.name.shown()
    assert shown != PurePosixPath(LONG).name
    assert shown.startswith("left_hemi")
    assert shown.endswith(".csv")
    panel.resize(900, 500)
    assert entry.name.shown() == PurePosixPath(LONG).name
    assert panel.recent[1].folder.shown() == "/home/ada"


def test_without_recent_files_nothing_speaks_of_them(panel):
    assert panel.pages.isTabVisible(RECENT)
    panel.show_recent(())
    assert not panel.pages.isTabVisible(RECENT)
    assert panel.recent == ()
    panel.show_recent(PATHS)
    assert panel.pages.isTabVisible(RECENT)


def test_recent_files_are_one_click_away_however_many_presets_there_are(panel, qtbot):
    panel.bring_into_view(panel.presets[-1])
    assert panel.recent[0].visibleRegion().isEmpty()
    bar = panel.pages.tabBar()
    QTest.mouseClick(bar, LEFT, pos=bar.tabRect(RECENT).center())
    assert not panel.recent[0].visibleRegion().isEmpty()
    panel.show_current(panel.presets[3].source)
    qtbot.waitUntil(lambda: panel.pages.currentIndex() == PRESET_PAGE)
    panel.show_current(PATHS[1])
    qtbot.waitUntil(lambda: panel.pages.currentIndex() == RECENT)


@pytest.mark.parametrize("width", [240, 260, 300, 340])
def test_no_text_is_cut_off(panel, width):
    panel.resize(width, 500)
    page = panel.pages.widget(PRESET_PAGE)
    assert page.widget().width() <= page.viewport().width()
    for card in panel.presets:
        for label in (card.title, card.cell):
            assert label.width() >= label.sizeHint().width()
        assert card.summary.height() >= card.summary.heightForWidth(card.summary.width())
        assert card.rect().contains(card.summary.geometry())
        assert card.lesson.height() >= card.lesson.heightForWidth(card.lesson.width()) or not card.lesson.isVisible()


def test_a_picture_is_read_when_it_is_first_seen(panel):
    """Whoever opens the app waits for none that is out of sight."""
    assert panel.presets[0].picture._shown is not None
    assert panel.presets[-1].picture._shown is None
    panel.bring_into_view(panel.presets[-1])
    panel.presets[-1].grab()
    assert panel.presets[-1].picture._shown is not None
