"""File ▸ Record: the playback of a panel as an animated GIF, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.errors import GateExplorerError, OutputError
from explorer.files import replacing
from widgets.fields import ChoiceBox, Segments, WholeNumberField
from widgets.pictures import image
from widgets.saving import SavingDialog
from widgets.theme import Theme

if TYPE_CHECKING:
    from PIL.Image import Image

INSTALL = "Recording needs Pillow, which is not installed: run  python -m pip install 'gate-explorer[record]'"
SCALES = (("½×", "0.5", "Half as large"), ("1×", "1", "As large as a plain screen"), ("2×", "2", "Twice as large"))
FASTEST = 50
"""Frames per second that programs play; a GIF counts in hundredths of a second."""

COLORS = 256
"""Those of a frame; each has its own."""


class Animation:
    """A GIF that is written frame by frame: of the one before only the picture is kept, to leave out what is equal."""

    def __init__(self, file: BinaryIO, seconds: float) -> None:
        self._file, self._hundredths = file, max(round(100 * seconds), 2)
        self._before: Image | None = None
        self.frames = 0

    def add(self, picture: QImage) -> None:
        """Write one more frame."""
        from PIL import GifImagePlugin, Image, ImageChops

        frame = _as_pillow(picture)
        area = (0, 0, *frame.size)
        if self._before is not None:
            # Of a frame that changed nowhere one pixel is written, or it would not last.
            area = ImageChops.difference(frame, self._before).getbbox() or (0, 0, 1, 1)
        reduced = frame.crop(area).quantize(COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        if self._before is None:
            header, _ = GifImagePlugin.getheader(reduced, info={"loop": 0, "duration": 10 * self._hundredths})
            for part in header:
                self._file.write(part)
            self._file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")  # again and again
        timing = {"duration": 10 * self._hundredths, "include_color_table": True, "disposal": 1}
        for part in GifImagePlugin.getdata(reduced, area[:2], **timing):
            self._file.write(part)
        self._before = frame
        self.frames += 1

    def close(self) -> None:
        """Write the end."""
        self._file.write(b";")


def _as_pillow(picture: QImage) -> Image:
    from PIL import Image

    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    size, line = (rgb.width(), rgb.height()), rgb.bytesPerLine()
    return Image.frombuffer("RGB", size, bytes(rgb.constBits()), "raw", "RGB", line, 1)


class RecordDialog(SavingDialog):
    """Walks through the steps and takes a picture of the panel at each; the window shows how far it is."""

    step_requested = Signal(object)

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__("Record the playback", "Record", settings, parent)
        self._panels: dict[str, QWidget] = {}
        self._step, self._frontier = 0, 0
        self._left: list[int] = []
        self._count = 0
        self._animation: Animation | None = None
        self._open = ExitStack()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_next)
        self._make_fields()
        self.what.activated.connect(lambda _: self.propose())
        for field in (self.first, self.last, self.every, self.rate):
            field.edited.connect(lambda _: self._show_size())
        self.scale.edited.connect(lambda _: self._show_size())

    def _make_fields(self) -> None:
        self.what = ChoiceBox()
        self.what.setAccessibleName("Panel")
        self.first, self.last, self.every = WholeNumberField(0, 0), WholeNumberField(0, 0), WholeNumberField(1, 10_000)
        self.rate = WholeNumberField(1, FASTEST)
        self.rate.set_value(20)
        self.scale = Segments(SCALES)
        self.scale.show_choice("1")
        steps = QWidget()
        row = QHBoxLayout(steps)
        row.setContentsMargins(0, 0, 0, 0)
        named = (
            (None, self.first, "First step"),
            ("to", self.last, "Last step"),
            ("every", self.every, "Steps a frame"),
        )
        for word, field, name in named:
            if word is not None:
                row.addWidget(QLabel(word))
            field.setAccessibleName(name)
            row.addWidget(field)
        row.addStretch(1)
        self.rate.setAccessibleName("Frames per second")
        self.form.addRow("&Panel", self.what)
        self.form.addRow("&Steps", steps)
        self.form.labelForField(steps).setBuddy(self.first)
        self.form.addRow("&Frames per second", self.rate)
        self.form.addRow("Scale", self.scale)

    def show_panels(self, panels: Mapping[str, QWidget], step: int, frontier: int) -> None:
        """Offer these panels and steps, and come up."""
        if not self.working:
            before = self.what.currentData()
            self._panels, self._step, self._frontier = dict(panels), step, frontier
            titles = [(title, title, "") for title in panels]
            self.what.set_choices(titles, before if before in panels else next(iter(panels)))
            for field in (self.first, self.last):
                field.set_limits(0, max(frontier - 1, 0))
            self.first.set_value(step if step < frontier - 1 else 0)
            self.last.set_value(min(self.first.value + 99, max(frontier - 1, 0)))
            if self.form.indexOf(self.where) < 0:
                self.add_where()
            self._show_size()
        self.show()
        self.raise_()
        self.activateWindow()

    def suffix(self) -> str:
        """Return what an animation ends in."""
        return ".gif"

    def stem(self) -> str:
        """Return a name after the panel."""
        return "gate-explorer-" + str(self.what.currentData() or "").lower().replace(" ", "-")

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        super().apply_theme(theme)
        self.scale.apply_theme(theme)

    @property
    def steps(self) -> range:
        """The steps that become frames."""
        return range(self.first.value, self.last.value + 1, self.every.value)

    def begin(self, path: Path) -> None:
        """Take the first picture as soon as the window has painted."""
        if find_spec("PIL") is None:
            self.fail(INSTALL)
            return
        self._left, self._path = list(reversed(self.steps)), path
        self._count = len(self._left)
        try:
            file = self._open.enter_context(replacing(path))
        except OutputError as error:
            self.fail(str(error))
            return
        self._animation = Animation(file, 1 / self.rate.value)
        self._timer.start()

    def give_up(self) -> None:
        """Take no more pictures; the file is as it was before."""
        if self._timer.isActive():
            self._close(CancelledRecordingError("Cancelled. Nothing was written."))

    def _on_next(self) -> None:
        assert self._animation is not None
        try:
            if self._left:
                self.step_requested.emit(self._left.pop())
                self._animation.add(image(self._panels[self.what.currentData()], float(self.scale.chosen)))
                self.show_progress(self._animation.frames / self._count)
            else:
                self._animation.close()
                self._close(None)
        except (OSError, GateExplorerError, RuntimeError) as error:
            self._close(error)

    def _close(self, error: Exception | None) -> None:
        """End the file: it takes its place where nothing went wrong, else it goes."""
        self._timer.stop()
        self._animation, self._left = None, []
        opened, self._open = self._open, ExitStack()
        try:
            kept = opened.__exit__(*((type(error), error, error.__traceback__) if error else (None, None, None)))
        except (OutputError, CancelledRecordingError) as failed:
            error, kept = failed, False
        self.step_requested.emit(self._step)
        if error is None or kept:
            self.finish(self._path)
        else:
            self.fail(str(error))

    def _show_size(self) -> None:
        self._on_place_changed()
        frames = len(self.steps)
        panel = self._panels[self.what.currentData()]
        width, height = (round(side * float(self.scale.chosen)) for side in (panel.width(), panel.height()))
        seconds = frames / self.rate.value
        self.extent.setText(f"{frames} frames of {width} × {height} pixels, {seconds:.1f} s" if frames else "No steps.")
        self.save.setEnabled(frames > 0 and not self.working)


class CancelledRecordingError(GateExplorerError):
    """Ends a recording that is not wanted any more."""
