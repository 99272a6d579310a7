"""The transport, driven with real keys and mouse: what it wishes, what it shows, and that showing says nothing."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from widgets.bar_parts import WITH_WORD, bare_room, with_word
from widgets.theme import DARK, LIGHT
from widgets.transport import Transport

LEFT = Qt.MouseButton.LeftButton
STEPS = 22_695
WISHES = ("step_requested", "moved", "play_requested", "speed_edited", "jump_edited")
WISHES += ("loop_edited", "live_edited", "finish_requested")


@pytest.fixture
def transport(qtbot):
    """Return the bar on screen, at step 100 of a sequence of 22 695."""
    bar = Transport()
    qtbot.addWidget(bar)
    bar.apply_theme(LIGHT)
    bar.show_length(STEPS, STEPS)
    bar.set_step(100)
    bar.resize(1200, bar.sizeHint().height())
    with qtbot.waitExposed(bar):
        bar.show()
    bar.activateWindow()
    return bar


@pytest.fixture
def wishes(transport):
    """Return the list to which every wish is added, as its name and its value."""
    heard = []
    for name in WISHES:
        getattr(transport, name).connect(lambda *value, name=name: heard.append((name, *value)))
    return heard


def drag(widget, *places):
    """Press at the first place, move over the others, let go at the last."""
    QTest.mousePress(widget, LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(widget, place)
    QTest.mouseRelease(widget, LEFT, pos=places[-1])


def turn(widget, angle):
    """Turn the wheel over the middle of a widget; a notch is 120."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize(
    ("button", "wish"),
    [
        ("first", ("step_requested", 0)),
        ("jump_back", ("moved", -10)),
        ("step_back", ("moved", -1)),
        ("play", ("play_requested",)),
        ("step_forward", ("moved", 1)),
        ("jump_forward", ("moved", 10)),
        ("last", ("step_requested", STEPS - 1)),
        ("loop", ("loop_edited", True)),
        ("live", ("live_edited", True)),
    ],
)
@pytest.mark.parametrize("way", ["mouse", "space"])
def test_a_button_says_what_is_wished(transport, wishes, button, wish, way):
    widget = getattr(transport, button)
    if way == "mouse":
        QTest.mouseClick(widget, LEFT)
    else:
        QTest.keyClick(widget, Qt.Key.Key_Space)
    assert wishes == [wish]


def test_a_click_does_not_take_the_keys_away(transport):
    transport.step_box.setFocus()
    QTest.mouseClick(transport.step_forward, LEFT)
    assert QApplication.focusWidget() is transport.step_box


def test_showing_says_nothing(transport, wishes):
    transport.set_step(22_000)
    transport.show_length(500, 500)
    transport.set_step(499)
    transport.show_length(20, 7)
    transport.show_live(True, True, "")
    transport.set_step(7)
    transport.show_length(20, 8)
    transport.show_speed(7.5)
    transport.show_jump(25)
    transport.show_loop(True)
    transport.show_playing(True)
    transport.show_live(False, False, "why")
    transport.apply_theme(DARK)
    transport.show_length(0, 0)
    assert wishes == []


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_step_is_shown_in_box_line_and_text(transport):
    transport.set_step(12_345)
    assert transport.step_box.text() == "12\u202f345"
    assert transport.of.text() == "of 22\u202f694"
    picture = transport.scrub.grab().toImage()
    ratio = picture.devicePixelRatio()
    accent = QColor(LIGHT.accent).blue()
    row = [picture.pixelColor(x, picture.height() // 2).blue() for x in range(picture.width())]
    blue = [x for x, value in enumerate(row) if abs(value - accent) <= 8]
    assert max(blue) / ratio == pytest.approx(transport.scrub.place_of(12_345) + 6, abs=4)


def test_an_answer_is_shown_and_no_answer_leaves_what_was(transport, wishes):
    QTest.keyClick(transport.step_box, Qt.Key.Key_Up)
    assert wishes == [("step_requested", 101)]
    assert transport.step_box.value() == transport.scrub.value() == 100
    transport.step_requested.connect(transport.set_step)
    QTest.keyClick(transport.step_box, Qt.Key.Key_Up)
    QTest.keyClick(transport.step_box, Qt.Key.Key_Up)
    assert transport.step_box.value() == transport.scrub.value() == 102
    QTest.mouseClick(transport.loop, LEFT)
    assert not transport.loop.isChecked()
    transport.loop_edited.connect(transport.show_loop)
    QTest.mouseClick(transport.loop, LEFT)
    assert transport.loop.isChecked()


def test_a_typed_step_is_wished_when_confirmed(transport, wishes):
    transport.step_requested.connect(transport.set_step)
    transport.step_box.setFocus()
    transport.step_box.selectAll()
    QTest.keyClicks(transport.step_box, "4321")
    assert wishes == []
    QTest.keyClick(transport.step_box, Qt.Key.Key_Return)
    assert wishes == [("step_requested", 4321)]
    assert transport.scrub.value() == 4321


def test_typing_is_left_alone_while_it_plays_and_escape_takes_it_back(transport, wishes):
    transport.step_box.setFocus()
    transport.step_box.selectAll()
    QTest.keyClicks(transport.step_box, "77")
    transport.set_step(101)
    assert transport.step_box.lineEdit().text() == "77"
    assert transport.scrub.value() == 101
    QTest.keyClick(transport.step_box, Qt.Key.Key_Escape)
    assert transport.step_box.lineEdit().text() == "101"
    assert wishes == []


def test_the_step_it_had_before_playing_can_be_typed(transport, wishes):
    transport.step_box.setFocus()
    transport.step_box.selectAll()
    QTest.keyClicks(transport.step_box, "100")
    transport.set_step(140)
    QTest.keyClick(transport.step_box, Qt.Key.Key_Return)
    assert wishes == [("step_requested", 100)]


def test_a_step_beyond_the_last_cannot_be_typed(transport, wishes):
    transport.step_box.setFocus()
    transport.step_box.selectAll()
    QTest.keyClicks(transport.step_box, "99999")
    QTest.keyClick(transport.step_box, Qt.Key.Key_Return)
    assert all(step < STEPS for _, step in wishes)


def test_dragging_the_line_goes_to_every_step_on_the_way(transport, wishes):
    transport.step_requested.connect(transport.set_step)
    line = transport.scrub
    places = [QPoint(round(line.place_of(step)), line.height() // 2) for step in (5000, 9000, 15_000)]
    drag(line, *places)
    assert wishes == [("step_requested", line.step_at(place.x())) for place in places]
    assert transport.step_box.value() == pytest.approx(15_000, abs=STEPS / line.width())


def test_the_line_reaches_both_ends(transport, wishes):
    transport.step_requested.connect(transport.set_step)
    line = transport.scrub
    drag(line, QPoint(300, 8), QPoint(line.width() + 50, 8), QPoint(-50, 8))
    assert [step for _, step in wishes[1:]] == [STEPS - 1, 0]


def test_keys_and_wheel_on_the_line_go_single_steps(transport, wishes):
    transport.step_requested.connect(transport.set_step)
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_End, Qt.Key.Key_Home)
    for key in keys:
        QTest.keyClick(transport.scrub, key)
    assert [step for _, step in wishes] == [101, 100, 110, 100, STEPS - 1, 0]
    for angle in (120, 240, -120, 60, 60):
        turn(transport.scrub, angle)
    assert [step for _, step in wishes[6:]] == [1, 3, 2, 3]


def test_the_speed_doubles_and_halves_within_its_limits(transport, wishes):
    transport.speed_edited.connect(transport.show_speed)
    assert transport.speed.text() == "60 steps/s"
    for key in [Qt.Key.Key_Down] * 8 + [Qt.Key.Key_Up] * 11:
        QTest.keyClick(transport.speed, key)
    speeds = [speed for _, speed in wishes]
    assert speeds == [30, 15, 7.5, 3.75, 1.875, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 960]
    assert transport.speed.text() == "960 steps/s"
    transport.show_speed(7.5)
    assert transport.speed.text() == "7.5 steps/s"


def test_the_field_of_the_jump_is_asked_and_shows_the_answer(transport, wishes):
    assert transport.jump.text() == "±10"
    QTest.keyClick(transport.jump, Qt.Key.Key_Up)
    assert wishes == [("jump_edited", 11)]
    assert transport.jump.value() == 10, "nobody agreed"
    transport.jump_edited.connect(transport.show_jump)
    transport.jump.selectAll()
    QTest.keyClicks(transport.jump, "250")
    assert wishes[1:] == [], "not while it is being typed"
    QTest.keyClick(transport.jump, Qt.Key.Key_Return)
    QTest.mouseClick(transport.jump_back, LEFT)
    QTest.mouseClick(transport.jump_forward, LEFT)
    assert wishes[1:] == [("jump_edited", 250), ("moved", -250), ("moved", 250)]
    assert transport.jump_forward.toolTip() == "On 250 steps (Shift+→)"
    QTest.keyClick(transport.scrub, Qt.Key.Key_PageUp)
    assert wishes[-1] == ("step_requested", 350)


def test_playing_shows_pause(transport):
    before = transport.play.grab().toImage()
    transport.show_playing(True)
    assert transport.play.accessibleName() == "Pause"
    assert transport.play.toolTip() == "Pause (Space)"
    assert transport.play.grab().toImage() != before
    transport.show_playing(False)
    assert transport.play.accessibleName() == "Play"


def test_live_mode_shows_the_frontier_and_the_mouse_stops_there(transport, wishes):
    transport.step_requested.connect(transport.set_step)
    assert not transport.finish.isVisible()
    transport.show_live(True, True, "")
    transport.show_length(STEPS, 4211)
    assert transport.live.isChecked()
    assert transport.known.text() == "computed to 4\u202f210"
    line = transport.scrub
    known, unknown = (round(line.place_of(step)) for step in (2000, 15_000))
    picture = line.grab().toImage()
    ratio = picture.devicePixelRatio()
    seen = [
        {picture.pixelColor(round(ratio * x) + dx, picture.height() // 2).name() for dx in range(48)}
        for x in (known, unknown)
    ]
    assert len(seen[0]) == 1
    assert len(seen[1]) >= 3
    drag(line, QPoint(known, 8), QPoint(unknown, 8))
    assert wishes[-1] == ("step_requested", 4210)
    QTest.mouseClick(transport.last, LEFT)
    assert wishes[-1] == ("step_requested", 4210)
    QTest.mouseClick(transport.finish, LEFT)
    assert wishes[-1] == ("finish_requested",)
    transport.show_length(STEPS, STEPS)
    assert not transport.finish.isEnabled()


def test_a_run_that_was_given_up_shows_how_far_it_came_and_offers_to_go_on(transport, wishes):
    transport.show_length(STEPS, 4211)
    transport.show_unfinished(True)
    assert transport.known.isVisible()
    assert transport.known.text() == "computed to 4\u202f210"
    QTest.mouseClick(transport.finish, LEFT)
    assert wishes == [("finish_requested",)]
    transport.show_unfinished(False)
    assert not transport.finish.isVisible()
    assert not transport.known.isVisible()
    transport.show_length(STEPS, STEPS)
    transport.show_unfinished(True)  # a backward direction: one may look anywhere, though little is known
    assert transport.finish.isEnabled()
    assert not transport.known.isVisible()


def test_where_live_mode_is_not_possible_it_says_why(transport, wishes):
    transport.show_live(False, False, "a backward direction has no frontier")
    QTest.mouseClick(transport.live, LEFT)
    assert wishes == []
    assert "a backward direction has no frontier" in transport.live.toolTip()
    transport.show_live(False, True, "")
    assert "computed when you take it" in transport.live.toolTip()


def test_with_nothing_open_nothing_can_be_wished(transport, wishes):
    transport.show_length(0, 0)
    for widget in (transport.first, transport.play, transport.step_forward, transport.last, transport.scrub):
        assert not widget.isEnabled()
        QTest.mouseClick(widget, LEFT)
    assert wishes == []
    transport.show_length(1, 1)
    QTest.mouseClick(transport.scrub, LEFT)
    assert transport.step_box.value() == 0
    assert wishes == []


def test_tab_goes_from_left_to_right_and_then_to_the_line(transport, qtbot):
    transport.show_live(True, True, "")
    transport.show_length(STEPS, 500)
    with qtbot.waitActive(transport):
        transport.activateWindow()
    transport.first.setFocus()
    seen = [transport.first]
    for _ in range(14):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen[-1] is transport.scrub
    places = [widget.mapTo(transport, QPoint()).x() for widget in seen[:-1]]
    assert places == sorted(set(places))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_focus_can_be_seen(transport, qtbot, theme):
    transport.apply_theme(theme)
    with qtbot.waitActive(transport):
        transport.activateWindow()
    for widget in (transport.step_back, transport.loop, transport.live, transport.scrub, transport.speed):
        transport.step_box.setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.grab().toImage() != before, widget.accessibleName()


def test_everything_has_a_name_and_a_tooltip(transport):
    focusable = [w for w in transport.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(focusable) >= 13
    for widget in focusable:
        if widget.parent() is transport:
            assert widget.accessibleName(), widget
            assert widget.toolTip(), widget
    for button, key in (("first", "Home"), ("step_back", "←"), ("jump_forward", "Shift+→"), ("play", "Space")):
        assert f"({key})" in getattr(transport, button).toolTip()


def test_following_asks_and_shows_the_answer(transport, qtbot):
    transport.show_length(100, 100)
    transport.resize(1200, transport.height())
    with qtbot.waitExposed(transport):
        transport.show()
    with qtbot.waitSignal(transport.follow_edited) as asked:
        qtbot.mouseClick(transport.follow, Qt.MouseButton.LeftButton)
    assert asked.args == [True]
    assert not transport.follow.isChecked(), "only when it is so"
    transport.show_live(True, True, "")
    transport.show_follow(True, "")
    assert transport.follow.isChecked()
    assert not transport.finish.isVisible(), "every step is taken as it comes"
    transport.show_follow(False, "A preset does not grow.")
    assert not transport.follow.isEnabled()
    assert "A preset does not grow." in transport.follow.toolTip()
    assert transport.follow.accessibleDescription() == transport.follow.toolTip()


def test_while_a_file_is_followed_the_button_that_ends_it_is_there_however_narrow(transport, qtbot):
    transport.show_length(100, 100)
    transport.show_live(True, True, "")
    transport.show_follow(True, "")
    transport.resize(transport.minimumSizeHint())
    with qtbot.waitExposed(transport):
        transport.show()
    assert transport.follow.isVisible()


@pytest.mark.parametrize("follows", [False, True])
def test_nothing_is_cut_off_at_the_least_width(transport, qtbot, follows):
    transport.show_live(True, True, "")
    transport.show_follow(follows, "")
    transport.show_length(10_000_000, 9_999_999)
    transport.set_step(9_999_998)
    transport.resize(transport.minimumSizeHint())
    with qtbot.waitExposed(transport):
        transport.show()
    children = [child for child in transport.findChildren(QWidget) if child.isVisible() and child.parent() is transport]
    for child in children:
        assert child.width() >= child.minimumSizeHint().width(), child
        assert transport.rect().contains(child.geometry()), child


def test_the_last_step_and_that_up_to_which_all_are_computed_are_counted_alike_and_stand_apart(transport):
    for width in (transport.minimumSizeHint().width(), 1000, 1200, 1600):
        transport.resize(width, transport.height())
        transport.show_length(3, 3)
        transport.show_live(True, True, "")
        transport.layout().activate()
        if transport.of.isVisible() and transport.known.isVisible():
            assert transport.known.geometry().left() - transport.of.geometry().right() >= 12
    assert (transport.of.text(), transport.known.text()) == ("of 2", "computed to 2")
    transport.show_length(3, 0)
    assert transport.known.text() == "none computed"


@pytest.fixture
def within(qtbot):
    """A bar within a window, as ever: one of its own would be as wide as its layout likes."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1200, 100)
    bar = Transport(window)
    bar.apply_theme(LIGHT)
    bar.resize(1000, bar.sizeHint().height())
    with qtbot.waitExposed(window):
        window.show()
    yield bar
    window.close()


def test_where_the_bar_is_narrow_the_button_to_follow_stays_without_its_word(within):
    within.show_length(400, 400)
    within.show_follow(False, "")
    seen = []
    for width in range(within.minimumSizeHint().width(), 1000):
        within.resize(width, within.height())
        within.layout().activate()
        shown = [w for w in within.findChildren(QWidget) if w.isVisible() and w.parent() is transport]
        assert all(within.rect().contains(widget.geometry()) for widget in shown), width
        assert all(widget.width() >= widget.minimumSizeHint().width() for widget in shown), width
        words = [button.toolButtonStyle() == WITH_WORD for button in (within.live, within.follow)]
        state = within.follow.isVisible(), *words, within.loop.isVisible()
        seen += [] if seen and seen[-1][1] == state else [(width, state)]
    assert [state for _, state in seen] == [
        (False, False, False, False),
        (True, False, False, False),
        (True, True, False, False),
        (True, True, False, True),
        (True, True, True, True),
    ]
    assert seen[1][0] < 510, "in a window of 1280 pixels the bar is that wide"


def test_a_file_that_cannot_be_followed_leaves_the_room_to_the_other_words(within):
    within.show_length(400, 400)
    within.show_follow(False, "A preset does not grow.")
    within.resize(510, within.height())
    assert not within.follow.isVisible()
    assert within.live.toolButtonStyle() == WITH_WORD


def test_a_button_needs_no_more_room_for_its_word_than_is_kept_for_it(transport):
    room, show = with_word(transport.follow)
    wide, bare = transport.follow.sizeHint().width(), bare_room(transport.follow)
    show(False)
    assert wide - transport.follow.sizeHint().width() <= room <= wide - transport.follow.sizeHint().width() + 4
    assert bare <= bare_room(transport.follow)
