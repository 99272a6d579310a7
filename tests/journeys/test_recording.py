"""The playback becomes an animation, and what is read from its file again is what was on the screen at each step."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest

from tests.journeys.dialogs import check, click, dock, save, subject
from tests.journeys.person import Person
from widgets.animations import Mp4, pixels
from widgets.pictures import image
from widgets.recording import RecordDialog
from widgets.saving import CANCELLED
from widgets.subjects import GAP, Subject, arranged

Key = Qt.Key
FORMS = ("gif", "mp4")


@pytest.fixture
def recording(person) -> RecordDialog:
    """Return the dialog, called up."""
    person.window.desk.record()
    return person.window.desk.record_dialog


def set_number(field, number: int) -> None:
    """Type a number into a field."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, str(number))
    QTest.keyClick(field, Key.Key_Tab)


def set_steps(dialog: RecordDialog, first: int, last: int, every: int = 1) -> None:
    for field, number in ((dialog.last, last), (dialog.first, first), (dialog.every, every)):
        set_number(field, number)


def frames_of(path: Path) -> list[np.ndarray]:
    """Decode a file with nothing of ours."""
    if path.suffix == ".mp4":
        with av.open(path) as file:
            stream = file.streams.video[0]
            assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
            return [frame.to_ndarray(format="rgb24") for frame in file.decode(stream)]
    with Image.open(path) as file:
        assert file.info.get("loop") == 0
        frames = []
        for k in range(file.n_frames):
            file.seek(k)
            frames.append(np.asarray(file.convert("RGB")))
        return frames


def rate_of(path: Path) -> float:
    if path.suffix == ".mp4":
        with av.open(path) as file:
            return float(file.streams.video[0].average_rate)
    with Image.open(path) as file:
        file.seek(1)
        return 1000 / file.info["duration"]


def readout_at(person: Person, name: str) -> list[float]:
    """Return the numbers that the readout shows of a quantity, all units."""
    model = person.window.readout.table.model()
    headings = [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())]
    column = headings.index(name)
    shown = [model.index(row, column).data() for row in range(model.rowCount())]
    return [float(text.replace("−", "-")) for text in shown]


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("form", FORMS)
def test_each_step_is_one_frame_of_all_panels_at_that_step(person, recording, tmp_path, form):
    person.bench.go_to(50)
    person.window.desk.record()
    check(person, recording.what, "Rows", "Readout", "Equations")
    assert recording.what.chosen == ["Rows", "Readout", "Equations"]
    click(recording.format.button(form))
    set_steps(recording, 100, 109, 3)
    steps = [100, 103, 106, 109]
    size = arranged([subject(person, title) for title in recording.what.chosen]).size
    width, height = ((side + side % 2 if form == "mp4" else side) for side in (size.width(), size.height()))
    assert recording.extent.text().startswith(f"4 frames of {width} × {height} pixels")
    path = tmp_path / f"play.{form}"
    assert save(person, recording, path) == f"Written to {path}."
    assert person.bench.step == 50, "where it stood before"
    frames = frames_of(path)
    assert len(frames) == len(steps)
    assert frames[0].shape == (height, width, 3)
    sheet = arranged([subject(person, title) for title in recording.what.chosen])
    shown = []
    for step in steps:
        person.bench.go_to(step)
        exact = person.bench.trace.read(0, "h", steps=slice(step, step + 1))[0]
        assert readout_at(person, "h") == [pytest.approx(number, abs=5.1e-7) for number in exact]
        shown.append(pixels(sheet.image(1.0)))
    for k, frame in enumerate(frames):
        cut = frame[: size.height(), : size.width()]
        distances = [apart(cut, picture) for picture in shown]
        assert np.argmin(distances) == k, "each is nearest to what was shown at its own step"
        assert distances[k] < 6
        assert all(apart(cut, other[: size.height(), : size.width()]) > 0.05 for other in frames[:k]), "they differ"


def test_panels_are_put_together_as_they_stand_in_the_window(person):
    rows, readout, opened = (subject(person, title) for title in ("Rows", "Readout", "Open"))
    sheet = arranged([readout, rows])
    corners = {each.title: corner for each, corner in sheet.placed}
    assert corners["Rows"] == QPoint(0, 0)
    assert rows.panel.width() < corners["Readout"].x() <= rows.panel.width() + GAP
    closed_up = {each.title: corner for each, corner in arranged([opened, readout]).placed}
    assert closed_up["Readout"] == QPoint(opened.panel.width() + GAP, 0)
    picture = pixels(sheet.image(1.0))
    for each, corner in sheet.placed:
        part = picture[corner.y() :, corner.x() :][: each.size.height(), : each.size.width()]
        assert (part == pixels(image(each.panel, 1.0))).all()


def test_panels_that_share_a_place_are_put_side_by_side(person):
    subjects = [subject(person, title) for title in ("Readout", "Cell", "Equations", "Why")]
    areas = [QRect(corner, each.size) for each, corner in arranged(subjects).placed]
    assert all(not one.intersects(other) for k, one in enumerate(areas) for other in areas[:k])
    whole = arranged(subjects).size
    assert 0.5 < whole.width() / whole.height() < 4
    assert arranged(subjects[1:2]).size == subjects[1].size


def test_a_picture_keeps_its_size_when_the_window_loses_its_own(person):
    rows = subject(person, "Rows")
    sheet = arranged([rows])
    person.window.resize(1300, 800)
    person.wait(lambda: rows.panel.rect().size() != rows.size)
    small = rows.panel.rect().size()
    assert sheet.image(2.0).size() == rows.size * 2
    assert rows.panel.rect().size() == small


@pytest.mark.parametrize("form", FORMS)
def test_the_rate_is_that_of_the_playback_within_what_programs_play(person, recording, tmp_path, form):
    fastest = {"gif": 50, "mp4": 60}[form]
    click(recording.format.button(form))
    for speed, every, rate in ((30, 1, 30), (240, 1, fastest), (240, 8, 30), (1, 4, 1)):
        person.bench.player.set_speed(speed)
        person.window.desk.record()
        set_number(recording.every, every)
        assert recording.rate.value == rate
    set_number(recording.rate, 25)
    set_steps(recording, 10, 30, 10)
    assert recording.rate.value == 25, "what was typed stays"
    assert recording.extent.text().startswith("3 frames of ")
    assert recording.extent.text().endswith(", 0.1 s")
    path = tmp_path / f"play.{form}"
    save(person, recording, path)
    assert rate_of(path) == pytest.approx(25)


@pytest.mark.parametrize("form", FORMS)
def test_a_recording_is_cancelled_and_leaves_nothing(person, recording, tmp_path, form):
    click(recording.format.button(form))
    set_steps(recording, 0, 399)
    path = tmp_path / f"play.{form}"
    recording.path.setText(str(path))
    click(recording.save)
    person.wait(lambda: recording.bar.isVisible() and recording.bar.value() > 0)
    click(recording.cancel)
    assert not recording.working
    assert recording.answer.text() == CANCELLED
    assert [file for file in tmp_path.iterdir() if "gate-explorer" in file.name or file.suffix == f".{form}"] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_window_that_closes_ends_what_is_written(person, recording, tmp_path, form):
    click(recording.format.button(form))
    set_steps(recording, 0, 399)
    recording.path.setText(str(tmp_path / f"play.{form}"))
    click(recording.save)
    person.wait(lambda: recording.bar.value() > 0)
    person.window.close()
    assert not recording.working
    assert [file for file in tmp_path.iterdir() if file.suffix in (f".{form}", ".part")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("form", FORMS)
def test_a_full_disk_is_said_in_one_sentence(person, recording, form):
    click(recording.format.button(form))
    set_steps(recording, 0, 9)
    save(person, recording, Path("/dev/full"))
    click(recording.save)  # Replace
    person.wait(lambda: not recording.working)
    assert recording.answer.text() == "/dev/full: cannot be written: No space left on device"
    assert recording.save.isEnabled()


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_written_is_said_with_its_path(person, recording, tmp_path, form):
    click(recording.format.button(form))
    path = tmp_path / "nowhere" / f"play.{form}"
    assert save(person, recording, path) == f"{path}: cannot be written: there is no folder {path.parent}"


def test_without_the_library_it_says_what_to_install_and_offers_another_format(
    person, recording, tmp_path, monkeypatch
):
    monkeypatch.setattr("widgets.animations.find_spec", lambda name: None if name == "av" else object())
    click(recording.format.button("mp4"))
    lacking = recording.answer.text()
    assert "PyAV" in lacking
    assert "gate-explorer[record]" in lacking
    assert lacking.endswith("or choose GIF")
    assert save(person, recording, tmp_path / "play.mp4") == lacking
    click(recording.format.button("gif"))
    assert recording.answer.text() == ""
    assert recording.path.text() == str(tmp_path / "play.gif")
    set_steps(recording, 0, 2)
    assert save(person, recording, tmp_path / "play.gif").startswith("Written")
    monkeypatch.setattr("widgets.animations.find_spec", lambda _: None)
    person.window.desk.record()
    assert "Pillow" in recording.answer.text()
    assert "choose" not in recording.answer.text()


def test_no_panel_is_no_recording_and_the_panels_come_back_another_time(visit, tmp_path):
    person = visit()
    person.window.desk.record()
    dialog = person.window.desk.record_dialog
    check(person, dialog.what)
    assert dialog.extent.text() == "There are no panels to record."
    assert not dialog.save.isEnabled()
    check(person, dialog.what, "Cell", "Rows")
    set_steps(dialog, 0, 2)
    click(dialog.format.button("mp4"))
    assert save(person, dialog, tmp_path / "play.mp4").startswith("Written")
    person.window.close()
    person = visit()
    person.window.desk.record()
    dialog = person.window.desk.record_dialog
    assert (dialog.what.chosen, dialog.format.chosen) == (["Rows", "Cell"], "mp4")


def test_a_panel_behind_a_tab_is_recorded_where_it_is(person, recording, tmp_path):
    check(person, recording.what, "Cell")
    set_steps(recording, 20, 23)
    path = tmp_path / "cell.gif"
    save(person, recording, path)
    frames = frames_of(path)
    assert person.window.docks.is_seen(dock(person, "Readout"))
    dock(person, "Cell").raise_()
    person.wait(lambda: person.window.docks.is_seen(dock(person, "Cell")))
    for frame, step in zip(frames, range(20, 24), strict=True):
        person.bench.go_to(step)
        assert apart(frame, pixels(image(dock(person, "Cell").widget(), 1.0))) < 6


def test_a_video_that_no_encoder_takes_is_said(tmp_path, qapp, person, recording):
    whole = subject(person, "Whole window")
    wide = Subject("wide", whole.panel, QSize(16_400, 40))
    with (tmp_path / "wide.mp4").open("wb") as file:
        video = Mp4(file, 30)
        with pytest.raises(Exception, match="too large; choose a smaller scale"):
            video.add(arranged([wide]).image(1.0))
        video.give_up()
