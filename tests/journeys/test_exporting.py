"""Pictures and values of what the window shows, by the menus' own keys."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest

from tests.journeys.dialogs import check, click, dock, save, subject, words
from tests.journeys.person import CTRL, SHIFT
from widgets.animations import pixels
from widgets.pictures import image, pdf, png, svg
from widgets.saving import REPLACE

Key = Qt.Key


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
    assert "forget gate" in words(text.encode())
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


def test_every_panel_and_the_whole_window_can_be_exported(person):
    subjects = person.window.desk.subjects()
    titles = [each.title for each in subjects]
    assert titles[0] == "Rows"
    assert titles[-1] == "Whole window"
    assert {"Open", "Experiment", "Readout", "Cell", "Equations", "Why", "Breakpoints", "Holds"} <= set(titles)
    assert "Text" not in titles, "there is none"
    for each in subjects:
        with each.posed() as panel:
            picture = QImage.fromData(png(panel, 1))
            assert picture.size() == each.size, each.title
            assert len(colors(picture)) > 5, each.title
            assert QSvgRenderer(svg(panel)).isValid(), each.title


@pytest.mark.parametrize("title", ["Cell", "Equations", "Holds"])
def test_a_panel_behind_a_tab_is_painted_as_it_stands_in_front(person, tmp_path, title):
    person.bench.go_to(77)
    person.press(Key.Key_E, CTRL)
    dialog = person.window.desk.export_dialog
    before = person.window.rows.grab().toImage(), dock(person, "Readout").grab().toImage()
    dialog.what.setFocus()
    while dialog.what.currentText() != title:
        QTest.keyClick(dialog.what, Key.Key_Down)
    click(dialog.scale.button("1"))
    assert dialog.extent.text().endswith("; it is painted whole, seen or not")
    for form in ("png", "svg", "pdf"):
        click(dialog.format.button(form))
        path = tmp_path / f"behind.{form}"
        assert save(person, dialog, path) == f"Written to {path}."
    after = person.window.rows.grab().toImage(), dock(person, "Readout").grab().toImage()
    assert after == before, "nothing moves"
    assert person.window.docks.is_seen(dock(person, "Readout"))
    exact = float(person.bench.trace.read(0, "f", steps=slice(77, 78))[0, person.bench.units[-1]])
    if title != "Holds":
        assert f"{exact:.6f}" in " ".join(words((tmp_path / "behind.svg").read_bytes()))
    dock(person, title).raise_()
    person.wait(lambda: person.window.docks.is_seen(dock(person, title)))
    behind = QImage(str(tmp_path / "behind.png"))

    def alike() -> bool:
        front = image(dock(person, title).widget(), 1.0)
        return behind.size() == front.size() and np.abs(pixels(behind).astype(int) - pixels(front)).mean() < 0.5

    person.wait(alike)  # at first there may be a scroll bar, until the panel has its size


def test_a_panel_that_was_closed_can_be_exported(person):
    dock(person, "Readout").close()
    closed = subject(person, "Readout")
    assert closed.place is None
    with closed.posed() as panel:
        assert "forget gate" not in words(svg(panel))
        assert {"i", "f", "g", "o", "c", "h"} <= set(words(svg(panel)))
    assert dock(person, "Readout").isHidden()


def test_rows_out_of_sight_are_on_a_picture_of_all_rows(visit, tmp_path):
    person = visit(size=(1600, 560))
    rows = person.window.rows
    bar = rows.stack.verticalScrollBar()
    person.wait(lambda: bar.maximum() > 0)
    bar.setValue(30)
    unseen = bar.maximum()
    person.press(Key.Key_E, CTRL)
    dialog = person.window.desk.export_dialog
    dialog.what.setFocus()
    QTest.keyClick(dialog.what, Key.Key_Down)
    assert dialog.what.currentText() == "All rows"
    click(dialog.scale.button("1"))
    for form in ("png", "svg", "pdf"):
        click(dialog.format.button(form))
        save(person, dialog, tmp_path / f"all.{form}")
    assert bar.value() == 30, "scrolled as before"
    titles = words((tmp_path / "all.svg").read_bytes())
    assert [word for word in titles if word in ("input gate", "cell state", "hidden state")] == [
        "input gate",
        "cell state",
        "hidden state",
    ]
    box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", (tmp_path / "all.pdf").read_bytes())
    assert abs(float(box[2]) - 0.75 * (rows.height() + unseen)) < 1
    # In a window that is so high, the rows look the same.
    dialog.close()
    width, height = rows.width(), rows.height() + unseen
    person.window.resize(1600, 560 + unseen)
    person.wait(lambda: (rows.width(), rows.height()) == (width, height) and not bar.isVisible())
    shown, written = pixels(image(rows, 1.0)).astype(int), pixels(QImage(str(tmp_path / "all.png")))
    assert shown.shape == written.shape
    for band in (slice(0, 40), slice(-40, None)):  # the axis and the map of the whole lie over the same steps
        assert (shown[band, 150:] == written[band, 150:]).all()
    assert np.abs(shown - written).mean() < 1


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
    for _ in range(2):
        dialog.quantities.setFocus()
        QTest.keyClick(dialog.quantities, Key.Key_End)
        last = dialog.quantities.currentItem()
        before = last.checkState()
        QTest.keyClick(dialog.quantities, Key.Key_Space)
        assert last.checkState() != before
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


@pytest.mark.parametrize("form", ["csv", "npz", "parquet"])
def test_values_of_several_layers_and_directions_at_once(visit, csv, tmp_path, form):
    person = visit(csv)
    recipe = person.bench.experiment.network.recipe
    person.changes(lambda: person.bench.edit_recipe(replace(recipe, layers=2, bidirectional=True)))
    person.press(Key.Key_E, CTRL | SHIFT)
    dialog = person.window.desk.values_dialog
    assert [place.key for place in dialog.places.chosen] == ["l0"], "the one that is shown"
    chosen = [place for place in person.bench.experiment.network.places if place.key != "l0"]
    check(person, dialog.places, *(place.title for place in chosen))
    check(person, dialog.quantities, "f  forget gate", "h  hidden state")
    click(dialog.format.button(form))
    assert dialog.extent.text() == "steps 0 to 239: 240 × 18 numbers"
    path = tmp_path / f"out.{form}"
    assert save(person, dialog, path) == f"Written to {path}."
    places = [(place, name) for place in chosen for name in ("f", "h")]
    assert [place.key for place, _ in places[::2]] == ["l0_reverse", "l1", "l1_reverse"]
    read = reader(path)
    for place, name in places:
        exact = person.bench.trace.read(0, name, place, np.array(person.bench.units))
        assert read(f"{place.key}.{name}", person.bench.units).tobytes() == exact.tobytes(), (place, name)
    names = [f"{place.key}.{name}" for place, name in places]
    columns = {"npz": [n for name in names for n in (f"{name}.units", name)]}
    assert read.names == columns.get(form, [f"{name}[{unit}]" for name in names for unit in (0, 1, 2)])


def reader(path: Path):
    """Return what reads a quantity of some units from a file again; its ``names`` are those of what is in it."""
    import polars as pl

    if path.suffix == ".npz":
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}

        def read(name, units):
            assert arrays[f"{name}.units"].tolist() == list(units)
            return arrays[name]
    else:
        table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
        arrays = {name: table[name].to_numpy().astype(np.float32) for name in table.columns if name.startswith("l")}

        def read(name, units):
            return np.stack([arrays[f"{name}[{unit}]"] for unit in units], axis=1)

    read.names = [name for name in arrays if name not in ("step", "time")]
    return read


def test_all_layers_are_chosen_by_one_key_and_nothing_of_none_can_be_written(visit, csv):
    person = visit(csv)
    recipe = person.bench.experiment.network.recipe
    person.changes(lambda: person.bench.edit_recipe(replace(recipe, layers=3)))
    person.press(Key.Key_E, CTRL | SHIFT)
    dialog = person.window.desk.values_dialog
    dialog.places.setFocus()
    assert dialog.places.item(0).checkState() == Qt.CheckState.PartiallyChecked
    QTest.keyClick(dialog.places, Key.Key_A, CTRL)
    assert [place.key for place in dialog.places.chosen] == ["l0", "l1", "l2"]
    assert dialog.places.item(0).checkState() == Qt.CheckState.Checked
    QTest.keyClick(dialog.places, Key.Key_Space)
    assert dialog.places.chosen == []
    check(person, dialog.quantities)
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
