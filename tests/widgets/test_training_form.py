from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QTest

from explorer.presets import file_training, find_preset, load_presets, preset_training
from explorer.training.settings import Settings
from widgets.training_form import TrainingForm


@pytest.fixture
def form(exposed):
    made = exposed(TrainingForm(), 480, 900)
    made.more.setChecked(True)
    return made


def retype(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_what_is_shown_is_what_is_said(form, preset):
    settings = preset_training(preset)

    form.show_settings(settings)

    assert form.settings() == settings


def test_columns_may_be_chosen_as_a_target(form):
    settings = replace(Settings(), target=("flow",))

    form.show_settings(settings, ("level", "flow"))

    assert form.settings() == settings
    assert [form.target.itemText(k) for k in range(1, form.target.count())] == ["level", "flow"]


def test_numbers_are_written_alike_in_every_locale(exposed):
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German))
    try:
        made = exposed(TrainingForm(), 480, 900)
        retype(made.fields["rate"], "0.5")
        assert made.fields["rate"].text() == "0.5"
        assert made.settings().rate == 0.5
    finally:
        QLocale.setDefault(before)


def test_an_error_stands_where_it_was_typed_until_it_is_mended(form):
    form.show_settings(replace(Settings(), task="anomaly"))
    retype(form.horizon, "0")

    assert form.checked() is None
    assert form.errors["horizon"].isVisible()
    assert form.errors["horizon"].text().startswith("Horizon must be at least 1 for the task anomaly")
    assert sum(label.isVisible() for label in form.errors.values()) == 1

    retype(form.horizon, "1")

    assert form.checked() is not None
    assert not any(label.isVisible() for label in form.errors.values())


def test_without_a_cell_nothing_can_be_trained(form):
    form.cells["lstm"].click()

    assert form.checked() is None
    assert "at least one" in form.errors["cells"].text()


def test_an_error_in_what_is_folded_opens_it(form):
    form.more.setChecked(False)

    form.show_error("dropout must be a number from 0 to 0.99, not 1.0")

    assert form.errors["dropout"].isVisible()


def test_event_files_are_a_box_that_says_where_they_go_and_what_they_lack(form):
    box = form.fields["tensorboard"]
    assert "folder tensorboard" in box.toolTip()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert form.settings().tensorboard

    form.show_error("tensorboard needs a package that is not installed")
    assert form.errors["tensorboard"].isVisible()


def test_each_cell_has_an_initialisation_of_its_own(form):
    for cell in ("rnn", "gru"):
        form.cells[cell].click()
    form.inits["lstm"].show_choice("chrono")
    form.inits["rnn"].show_choice("identity")

    assert form.settings().init == "rnn=identity,lstm=chrono"
    assert form.settings().cells == ("rnn", "lstm", "gru")


def test_every_field_has_a_name_and_a_meaning(form):
    for field in (form.task, form.target, form.horizon, *form.fields.values(), *form.inits.values()):
        assert field.accessibleName()
    assert all(field.toolTip() for field in form.fields.values())


def test_the_target_says_what_is_asked_where_none_is_chosen(form):
    form.show_settings(Settings(task="forecast"), ("level", "flow"))
    assert form.target.currentText() == "every number of the data"

    form.show_settings(Settings(task="forecast"), ("level", "flow"), ("flow",))
    assert form.target.currentText() == "the data's own: flow"


def test_what_would_change_nothing_is_not_asked_and_says_why(form):
    form.show_settings(preset_training(find_preset("adding")))
    for name in ("held_out", "split", "steps", "momentum"):
        assert not form.fields[name].isEnabled()
        assert form.fields[name].toolTip().startswith("No effect: ")
    assert "drawn anew" in form.fields["held_out"].toolTip()
    assert form.fields["data_seed"].isEnabled()
    box = form.fields["optimizer"]
    box.setFocus()
    QTest.keyClicks(box, "SGD")
    box.activated.emit(box.currentIndex())
    assert form.fields["momentum"].isEnabled()
    assert form.fields["momentum"].toolTip().startswith("How much of the last update")
    form.show_settings(Settings())
    assert all(form.fields[name].isEnabled() for name in ("held_out", "split", "steps"))
    assert not form.fields["data_seed"].isEnabled()


def test_a_file_is_trained_as_a_preset_trains_such_a_file(form):
    fitting = replace(Settings(), hidden=7, target=("flow",))
    form.show_settings(fitting, ("level", "flow"))
    for name in ("factory", "stock", "reviews"):
        form.like.setCurrentIndex(form.like.findData(name))
        form.like.activated.emit(form.like.currentIndex())
        assert form.settings() == file_training(find_preset(name))
        assert [form.target.itemText(k) for k in (1, 2)] == ["level", "flow"]
    form.like.setCurrentIndex(0)
    form.like.activated.emit(0)
    assert form.settings() == fitting


def test_what_a_generator_makes_has_settings_of_its_own(form):
    form.show_settings(preset_training(find_preset("stock")))
    assert not form.like.isVisible()
    assert form.fields["fan"].isChecked()
    form.show_settings(Settings())
    assert form.like.isVisible()
