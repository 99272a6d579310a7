"""Pictures, values and animations of what the window shows, by the menus' own keys."""

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest

from tests.journeys.person import CTRL, SHIFT, Person
from widgets.pictures import image, pdf, png, svg
from widgets.saving import REPLACE, SavingDialog

Key = Qt.Key


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def save(person: Person, dialog: SavingDialog, path: Path) -> str:
    """Name a file and press Enter; return what is answered."""
    dialog.path.setFocus()
    dialog.path.selectAll()
    QTest.keyClicks(dialog.path, str(path))
    QTest.keyClick(dialog.path, Key.Key_Return)
    person.wait(lambda: not dialog.working)
    return dialog.answer.text()


def colors(picture: QImage) -> set[int]:
    return {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}


# Pictures -----------------------------------------------------------------------------------------------------------


@pytest.mark.smoke
@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_a_picture_of_the_rows(person, tmp_path, form):
    person.press(Key.Key_E, CTRL)
    dialog = person.window.desk.export_dialog
    assert dialog.isVisible()
    assert not dialog.isModal()
    click(dialog.format.button(form))
    assert dialog.path.text().endswith(f".{form}")
    path = tmp_path / f"rows.{form}"
    assert save(person, dialog, path) == f"Written to {path}."
    data = path.read_bytes()
    assert data.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[form])
    assert sorted(file.name for file in tmp_path.iterdir() if file.suffix != ".ini") == [path.name]


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_a_png_has_the_pixels_asked_for_and_is_painted_with_them(person, scale):
    rows = person.window.rows
    picture = QImage.fromData(png(rows, scale))
    assert (picture.width(), picture.height()) == (rows.width() * scale, rows.height() * scale)
    # Were it an enlarged picture, each of its blocks of pixels would have one colour.
    if scale > 1:
        plot = person.row("h").plot
        place = person.row("h").mapTo(rows, plot.bottomLeft() - QPoint(0, 12))
        line = picture.copy(place.x() * scale, place.y() * scale - 60, 300 * scale, 80)
        left = range(0, line.width() - scale + 1, scale)
        blocks = [len({line.pixel(x + k, y) for k in range(scale)}) for x in left for y in range(line.height())]
        assert max(blocks) > 1
    first = image(rows, 1.0)
    shrunk = picture.scaled(first.size(), mode=Qt.TransformationMode.SmoothTransformation)
    apart = [
        abs(QColor(first.pixel(x, y)).lightness() - QColor(shrunk.pixel(x, y)).lightness())
        for x in range(0, first.width(), 7)
        for y in range(0, first.height(), 7)
    ]
    assert np.mean(apart) < 6, "the same picture"


def test_a_picture_leaves_the_window_as_it_was(person):
    row = person.row("f")
    person.wait(lambda: row._tile is not None)
    before, grabbed = row._tile, person.window.rows.grab().toImage()
    png(person.window.rows, 3)
    svg(person.window.rows)
    assert row._tile is before
    assert person.window.rows.grab().toImage() == grabbed


def test_an_svg_has_lines_and_words_as_such(person, qapp):
    rows = person.window.rows
    text = svg(rows).decode()
    words = re.findall(r"<text[^>]*>\s*([^<]*?)\s*</text>", text)
    assert "forget gate" in words
    assert text.count("<path") + text.count("<polyline") > 20
    renderer = QSvgRenderer(text.encode())
    assert renderer.isValid()
    assert renderer.viewBox().size() == rows.size()


def test_a_pdf_is_one_page_with_words(person):
    data = pdf(person.window.readout)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", data)
    assert abs(float(box[1]) - 0.75 * person.window.readout.width()) < 1
    assert b"/Font" in data


def test_every_panel_that_is_shown_and_the_whole_window_can_be_exported(person):
    panels = person.window.desk.panels()
    assert next(iter(panels)) == "Rows"
    assert list(panels)[-1] == "Whole window"
    assert {"Open", "Experiment", "Readout"} <= set(panels)
    assert "Text" not in panels, "it is not shown"
    for title, panel in panels.items():
        picture = QImage.fromData(png(panel, 1))
        assert picture.size() == panel.rect().size(), title
        assert len(colors(picture)) > 5, title
        assert QSvgRenderer(svg(panel)).isValid(), title


def test_an_existing_file_is_replaced_only_when_told_so(person, tmp_path):
    path = tmp_path / "rows.png"
    path.write_bytes(b"precious")
    person.press(Key.Key_E, CTRL)
    dialog = person.window.desk.export_dialog
    said = save(person, dialog, path)
    assert "already" in said
    assert path.read_bytes() == b"precious"
    assert dialog.save.text() == REPLACE
    QTest.keyClick(dialog.path, Key.Key_Backspace)
    assert dialog.save.text() == "Export", "another name is another question"
    QTest.keyClicks(dialog.path, "g")
    click(dialog.save)
    click(dialog.save)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_written_is_said_with_its_path(person, tmp_path):
    person.press(Key.Key_E, CTRL)
    dialog = person.window.desk.export_dialog
    path = tmp_path / "nowhere" / "rows.png"
    said = save(person, dialog, path)
    assert said == f"{path}: cannot be written: there is no folder {path.parent}"
    assert not dialog.working
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_choices_come_back_another_time(visit, tmp_path):
    person = visit()
    person.press(Key.Key_E, CTRL)
    dialog = person.window.desk.export_dialog
    click(dialog.scale.button("3"))
    dialog.what.setFocus()
    QTest.keyClick(dialog.what, Key.Key_R)
    QTest.keyClick(dialog.what, Key.Key_Down)
    panel = dialog.what.currentData()
    save(person, dialog, tmp_path / "one.png")
    person.window.close()
    person = visit()
    person.press(Key.Key_E, CTRL)
    dialog = person.window.desk.export_dialog
    assert (dialog.what.currentData(), dialog.scale.chosen, dialog.format.chosen) == (panel, "3", "png")
    assert Path(dialog.path.text()).parent == tmp_path


# Values -------------------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_the_steps_in_view_of_the_selected_units_as_a_table(visit, csv, tmp_path):
    person = visit(csv)
    person.window.rows.show_range(20, 60)
    person.press(Key.Key_E, CTRL | SHIFT)
    dialog = person.window.desk.values_dialog
    assert dialog.extent.text() == "steps 20 to 59: 40 × 20 numbers"
    path = tmp_path / "out.csv"
    assert save(person, dialog, path) == f"Written to {path}."
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 41
    names = lines[0].split(",")
    assert names[:4] == ["step", "time", "x.level", "x.flow"]
    assert names[4:7] == ["l0.i[0]", "l0.i[1]", "l0.i[2]"]
    first = dict(zip(names, lines[1].split(","), strict=True))
    assert first["step"] == "20"
    assert first["time"] == "2024-03-01T07:40:00.000000"
    exact = person.bench.trace.read(0, "f", steps=slice(20, 21))[0, 1]
    assert np.float32(first["l0.f[1]"]) == exact


def test_what_is_chosen_is_what_is_written(visit, csv, tmp_path):
    person = visit(csv)
    person.press(Key.Key_E, CTRL | SHIFT)
    dialog = person.window.desk.values_dialog
    click(dialog.units.button("all"))
    click(dialog.steps.button("all"))
    click(dialog.format.button("npz"))
    dialog.quantities.setFocus()
    for _ in range(dialog.quantities.count() - 1):
        QTest.keyClick(dialog.quantities, Key.Key_Down)
    last = dialog.quantities.currentItem()
    assert last.checkState() == Qt.CheckState.Checked
    QTest.keyClick(dialog.quantities, Key.Key_Space)
    assert last.checkState() == Qt.CheckState.Unchecked
    path = tmp_path / "out.npz"
    save(person, dialog, path)
    trace, hidden = person.bench.trace, person.bench.experiment.network.weights(person.bench.place).hidden_size
    with np.load(path) as arrays:
        assert "l0.h" not in arrays.files
        assert arrays["l0.c"].shape == (240, hidden)
        assert np.array_equal(arrays["l0.f"], trace.read(0, "f"))
        assert arrays["x.names"].tolist() == ["level", "flow"]


def test_nothing_chosen_cannot_be_written(person):
    person.press(Key.Key_E, CTRL | SHIFT)
    dialog = person.window.desk.values_dialog
    for k in range(dialog.quantities.count()):
        dialog.quantities.item(k).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.extent.text() == "There are no quantities to write."
    assert not dialog.save.isEnabled()


def test_long_writing_is_cancelled_and_leaves_what_was_there(visit, long_csv, tmp_path):
    person = visit(long_csv)
    person.press(Key.Key_E, CTRL | SHIFT)
    dialog = person.window.desk.values_dialog
    click(dialog.units.button("all"))
    click(dialog.steps.button("all"))
    path = tmp_path / "out.csv"
    path.write_text("precious")
    dialog.path.setText(str(path))
    click(dialog.save)
    click(dialog.save)
    person.wait(lambda: dialog.bar.isVisible() and dialog.bar.value() > 0)
    assert dialog.cancel.text() == "Cancel"
    person.window.activateWindow()
    person.wait(person.window.isActiveWindow)
    person.press(Key.Key_Right)
    assert person.bench.step == 1, "the window works on"
    click(dialog.cancel)
    person.wait(lambda: not dialog.working)
    assert dialog.answer.text() == "Cancelled. Nothing was written."
    assert path.read_text() == "precious"
    assert [file.name for file in tmp_path.iterdir() if "gate-explorer" in file.name] == []


# Animations ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def recording(person):
    """Return the dialog, called up."""
    pytest.importorskip("PIL")
    person.window.desk.record()
    return person.window.desk.record_dialog


def frames_of(path: Path) -> list:
    from PIL import Image

    with Image.open(path) as file:
        frames = []
        for k in range(file.n_frames):
            file.seek(k)
            frames.append(file.convert("RGB"))
        assert file.info.get("loop") == 0
        return frames


def test_the_playback_becomes_frames(person, recording, tmp_path):
    person.bench.go_to(50)
    recording.show_panels(person.window.desk.panels(), 50, person.bench.frontier)
    recording.first.set_value(100)
    recording.last.set_value(130)
    recording.every.set_value(10)
    recording._show_size()
    rows = person.window.rows
    assert recording.extent.text() == f"4 frames of {rows.width()} × {rows.height()} pixels, 0.2 s"
    path = tmp_path / "play.gif"
    assert save(person, recording, path) == f"Written to {path}."
    assert person.bench.step == 50, "where it stood before"
    frames = frames_of(path)
    assert len(frames) == 4
    assert frames[0].size == (rows.width(), rows.height())
    for k, step in enumerate((100, 110, 120, 130)):
        person.bench.go_to(step)
        shown, taken = image(rows, 1.0), np.asarray(frames[k], int)
        sample = range(0, rows.width(), 9), range(0, rows.height(), 9)
        real = np.array([[QColor(shown.pixel(x, y)).getRgb()[:3] for x in sample[0]] for y in sample[1]])
        assert np.abs(real - taken[::9, ::9]).mean() < 6, f"step {step}"


def test_a_recording_is_cancelled_and_leaves_nothing(person, recording, tmp_path):
    recording.last.set_value(399)
    path = tmp_path / "play.gif"
    recording.path.setText(str(path))
    click(recording.save)
    person.wait(lambda: recording.bar.isVisible() and recording.bar.value() > 0)
    click(recording.cancel)
    assert not recording.working
    assert recording.answer.text() == "Cancelled. Nothing was written."
    assert [file for file in tmp_path.iterdir() if "gate-explorer" in file.name or file.suffix == ".gif"] == []


def test_without_the_library_it_says_what_to_install(person, tmp_path, monkeypatch):
    monkeypatch.setattr("widgets.recording.find_spec", lambda _: None)
    person.window.desk.record()
    said = save(person, person.window.desk.record_dialog, tmp_path / "play.gif")
    assert "gate-explorer[record]" in said
    assert not (tmp_path / "play.gif").exists()


def test_a_window_that_closes_ends_what_is_written(person, recording, tmp_path):
    recording.last.set_value(399)
    recording.path.setText(str(tmp_path / "play.gif"))
    click(recording.save)
    person.wait(lambda: recording.bar.value() > 0)
    person.window.close()
    assert not recording.working
    assert not (tmp_path / "play.gif").exists()
