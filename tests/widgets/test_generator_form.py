"""The form of generators, with real keys and clicks: what is set is what is shown, and what is opened."""

from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.sequences import GENERATORS, Choice, generate, generate_from, write_source
from widgets import generator_form
from widgets.fields import ChoiceBox, NumberField, WholeNumberField
from widgets.generator_form import GeneratorForm
from widgets.sequence_preview import PREVIEW_STEPS
from widgets.theme import DARK, LIGHT, apply_theme

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton


@pytest.fixture
def form(qtbot):
    """Return the form on screen, at its first generator."""
    made = GeneratorForm()
    qtbot.addWidget(made)
    made.apply_theme(LIGHT)
    with qtbot.waitActive(made):
        made.open()
        made.activateWindow()
    yield made
    made.end()


@pytest.fixture
def opened(form):
    """Return the list to which every source is added that is to be opened."""
    heard = []
    form.open_requested.connect(heard.append)
    return heard


@pytest.fixture
def shows(qtbot, form):
    """Return a function that waits until the preview shows exactly this data set."""

    def wait(dataset) -> None:
        sequence = dataset.sequences[0]
        values = sequence.values if sequence.targets is None else np.hstack([sequence.values, sequence.targets])
        names = (*sequence.features, *sequence.target_names)

        def check() -> None:
            assert tuple(lane.name for lane in form.preview.lanes) == names
            shown = np.stack([lane.values for lane in form.preview.lanes], axis=1)
            np.testing.assert_array_equal(shown, values[:PREVIEW_STEPS])

        qtbot.waitUntil(check)

    return wait


def type_over(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


@pytest.mark.smoke
def test_every_generator_is_listed_with_its_sentence_and_previewed(form, shows):
    assert form.list.count() == len(GENERATORS)
    for k, generator in enumerate(GENERATORS.values()):
        assert form.list.item(k).text() == generator.title
        assert form.list.item(k).toolTip() == generator.doc
        form.list.choose(generator.name)
        assert (form.title.text(), form.doc.text()) == (generator.title, generator.doc)
        shows(generate(generator.name, seed=0))


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=lambda g: g.name)
def test_there_is_a_field_for_every_setting_with_its_default_range_and_meaning(form, generator):
    form.list.choose(generator.name)
    assert list(form.page.fields) == [parameter.name for parameter in generator.parameters]
    assert form.page.settings() == generator.settings({})
    for parameter, field in zip(generator.parameters, form.page.fields.values(), strict=True):
        assert field.isVisible()
        assert field.accessibleName().lower() == parameter.name
        assert parameter.doc in field.toolTip()
        assert parameter.range in field.toolTip()
        if isinstance(parameter, Choice):
            assert isinstance(field, ChoiceBox)
            assert [field.itemText(k) for k in range(field.count())] == list(parameter.options)
        elif parameter.whole:
            assert isinstance(field, WholeNumberField)
        else:
            assert isinstance(field, NumberField)
            assert (field.minimum(), field.maximum()) == (parameter.minimum, parameter.maximum)


def test_what_is_set_is_what_is_shown_and_opened(form, shows, opened):
    form.list.choose("delayed-echo")
    type_over(form.page.fields["length"], "77\t")
    type_over(form.page.fields["rate"], "0.25\t")
    QTest.keyClick(form.page.fields["delay"], Key.Key_Up)
    type_over(form.seed, "12\t")
    expected = generate("delayed-echo", seed=12, length=77, delay=11, rate=0.25)
    shows(expected)
    assert form.caption.text() == "77 steps  ·  marked: echo  ·  chance line: MSE 0.1684"
    assert opened == []
    QTest.mouseClick(form.open_button, LEFT)
    assert not form.isVisible()
    made = generate_from(opened[0])
    assert (made.source, made.seed, made.settings) == (expected.source, 12, expected.settings)


def test_a_kind_is_chosen_from_a_few_words(form, shows):
    form.list.choose("noise")
    box = form.page.fields["kind"]
    box.setFocus()
    QTest.keyClick(box, Key.Key_Down)
    shows(generate("noise", seed=0, kind="pink"))
    QTest.keyClick(box, Key.Key_Down)
    shows(generate("noise", seed=0, kind="random-walk"))


def test_the_dice_draws_other_seeds(form, shows):
    seeds = set()
    for _ in range(4):
        QTest.mouseClick(form.new_seed, LEFT)
        seeds.add(form.seed.value)
        shows(generate("sine-mix", seed=form.seed.value))
    assert len(seeds) >= 3


def test_only_keys_are_needed(form, shows, opened):
    assert QApplication.focusWidget() is form.list
    for _ in range(list(GENERATORS).index("parity")):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Down)
    visited = []
    for _ in range(6):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    fields = form.page.fields
    assert visited == [
        fields["length"],
        fields["asked"],
        form.seed,
        form.new_seed,
        form.open_button,
        form.cancel_button,
    ]
    fields["length"].setFocus()
    fields["length"].selectAll()
    QTest.keyClicks(fields["length"], "33")
    QTest.keyClick(fields["length"], Key.Key_Return)
    assert not form.isVisible()
    assert opened == [write_source("parity", {"length": 33, "asked": "each-step"}, 0)]


def test_enter_on_cancel_cancels(form, opened):
    form.cancel_button.setFocus()
    QTest.keyClick(form.cancel_button, Key.Key_Return)
    assert not form.isVisible()
    assert opened == []


def test_what_is_still_being_typed_counts(form, opened):
    form.list.choose("adding")
    type_over(form.page.fields["length"], "61")
    form.accept()
    assert opened == [write_source("adding", {"length": 61}, 0)]


@pytest.mark.parametrize("how", ["escape", "cancel", "close"])
def test_cancel_asks_for_nothing_and_keeps_what_was_set(form, opened, how):
    form.list.choose("flip-flop")
    type_over(form.page.fields["bits"], "2\t")
    if how == "escape":
        QTest.keyClick(form, Key.Key_Escape)
    elif how == "cancel":
        QTest.mouseClick(form.cancel_button, LEFT)
    else:
        form.close()
    assert not form.isVisible()
    assert opened == []
    form.open()
    assert form.list.chosen == "flip-flop"
    assert form.page.settings()["bits"] == 2


def test_a_double_click_opens(form, opened):
    item = form.list.item(3)
    place = form.list.visualItemRect(item).center()
    QTest.mouseClick(form.list.viewport(), LEFT, pos=place)
    QTest.mouseDClick(form.list.viewport(), LEFT, pos=place)
    assert [source.partition("?")[0] for source in opened] == ["generated:step-impulse"]


@pytest.mark.parametrize("name", [g.name for g in GENERATORS.values() if g.sequential])
def test_of_a_long_loop_only_the_beginning_is_made(form, shows, name):
    form.list.choose(name)
    type_over(form.page.fields["length"], "10000000\t")
    beginning = generate(name, seed=0, length=PREVIEW_STEPS)
    shows(beginning)
    marked = "".join(f"  ·  marked: {label.name}" for label in beginning.sequences[0].labels)
    assert (
        form.caption.text() == f"the first 2\u202f000 of 10\u202f000\u202f000 steps{marked}"
    )  # of that part chance says nothing


def test_the_beginning_of_anything_else_is_that_of_the_whole(form, shows):
    form.list.choose("adding")
    type_over(form.page.fields["length"], "30000\t")
    shows(generate("adding", seed=0, length=30_000))
    assert form.caption.text().startswith("the first 2\u202f000 of 30\u202f000 steps")


def test_what_would_have_to_be_made_whole_and_is_too_long_has_no_preview_but_opens(form, qtbot, opened):
    form.list.choose("flip-flop")
    type_over(form.page.fields["length"], "9000000\t")
    qtbot.waitUntil(lambda: "no preview" in form.caption.text())
    assert form.preview.lanes == ()
    QTest.mouseClick(form.open_button, LEFT)
    assert opened[0].startswith("generated:flip-flop?length=9000000&")


def test_wishes_that_follow_fast_are_taken_together(form, shows, monkeypatch):
    shows(generate("sine-mix", seed=0))
    made = []

    def counting(name, *args, **settings):
        made.append(settings["seed"])
        return generate(name, *args, **settings)

    monkeypatch.setattr(generator_form, "generate", counting)
    form.seed.setFocus()
    for _ in range(25):
        QTest.keyClick(form.seed, Key.Key_Up)
    shows(generate("sine-mix", seed=25))
    assert made[-1] == 25
    assert len(made) < 15


def test_what_is_wished_for_while_another_is_made_comes_after_it(form, qtbot, shows):
    wanted = generate("temporal-order", seed=1, length=1_000_000)
    form.list.choose("temporal-order")
    type_over(form.page.fields["length"], "1000000\t")
    qtbot.waitUntil(lambda: form._job is not None and form.page.settings()["length"] == form._shown[2][0][1])
    form.seed.setFocus()
    QTest.keyClick(form.seed, Key.Key_Up)
    assert form._job is not None
    shows(wanted)


def test_an_answer_alone_at_the_end_is_drawn(form, shows):
    apply_theme(QApplication.instance(), LIGHT)
    form.list.choose("adding")
    shows(generate("adding", seed=0))
    picture = form.preview.grab().toImage()
    ratio = picture.devicePixelRatio()
    last = range(picture.width() - round(20 * ratio), picture.width())
    lowest = range(picture.height() * 2 // 3, picture.height())
    text = QColor(LIGHT.text)
    assert any(picture.pixelColor(x, y) == text for x in last for y in lowest)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_it_wears_the_theme(form, shows, theme):
    apply_theme(QApplication.instance(), theme)
    form.apply_theme(theme)
    form.list.choose("regimes")
    shows(generate("regimes", seed=0))
    picture = form.grab().toImage()
    seen = Counter(
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2)
    )
    assert {color for color, _ in seen.most_common(2)} == {theme.window, theme.base}
    assert seen[theme.accent] > 0
    apply_theme(QApplication.instance(), LIGHT)


def test_everything_is_named_for_a_screen_reader(form):
    for widget in (form.list, form.seed, form.new_seed, form.preview, form.caption, *form.page.fields.values()):
        assert widget.accessibleName()
    assert form.list.item(0).data(Qt.ItemDataRole.AccessibleDescriptionRole) == GENERATORS["sine-mix"].doc


def test_a_number_field_is_written_alike_everywhere_and_says_so_only_when_a_person_typed(qtbot):
    field = NumberField(0.0, 1e6)
    qtbot.addWidget(field)
    heard = []
    field.edited.connect(heard.append)
    for value, text in ((0.05, "0.05"), (100.0, "100"), (1e6, "1000000"), (2.5, "2.5"), (0.0, "0")):
        field.set_value(value)
        assert field.text() == text
    assert heard == []
    with qtbot.waitActive(field):
        field.show()
        field.activateWindow()
    type_over(field, "12.25")
    assert heard == []
    QTest.keyClick(field, Key.Key_Return)
    assert heard == [12.25]
    type_over(field, "1,5")  # no decimal point everywhere
    QTest.keyClick(field, Key.Key_Return)
    assert field.value() in (15.0, 1.0, 12.25)
