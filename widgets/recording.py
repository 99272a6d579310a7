"""File ▸ Record: the playback of some panels, put together, as an animated GIF or a video: each step is one frame."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.errors import GateExplorerError, OutputError
from explorer.writing import replacing
from widgets.animations import FORMATS, KINDS, Animation, missing
from widgets.check_list import CheckList
from widgets.fields import WholeNumberField
from widgets.saving import CANCELLED, SavingDialog, named_after
from widgets.subjects import Sheet, Subject, arranged

SCALES = (("½×", "0.5", "Half as large"), ("1×", "1", "As large as a plain screen"), ("2×", "2", "Twice as large"))
LINES = 7
"""Of the list of panels."""

FEW, TOGETHER = 100, "panels"
"""Steps that are recorded if nobody says how many; what a picture of several panels is called after."""


class RecordDialog(SavingDialog):
    """Walks through the steps and takes a picture of the panels at each; the window shows how far it is."""

    step_requested = Signal(object)

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__("Record the playback", "Record", settings, parent)
        self.begun.connect(self._begin)
        self._subjects: dict[str, Subject] = {}
        self._step, self._speed = 0, 1.0
        self._rate_is_own = False
        self._left: list[int] = []
        self._count = 0
        self._sheet: Sheet | None = None
        self._animation: Animation | None = None
        self._open = ExitStack()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_next)
        self._make_fields()
        self.add_format("animation", FORMATS)
        self.scale = self.add_segments("Scale", "animation_scale", SCALES, "1")
        self.add_where()
        self.what.edited.connect(self._on_what_edited)
        self.rate.edited.connect(self._on_rate_edited)
        for field in (self.first, self.last, self.every):
            field.edited.connect(lambda _: self._show_all())
        for part in (self.format, self.scale):
            part.edited.connect(lambda _: self._show_all())

    def _make_fields(self) -> None:
        self.what = CheckList("Panels", LINES)
        self.first, self.last, self.every = WholeNumberField(0, 0), WholeNumberField(0, 0), WholeNumberField(1, 10_000)
        self.rate = WholeNumberField(1, max(kind.fastest for kind in KINDS.values()))
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
        self.form.addRow("&Panels", self.what)
        self.form.addRow("&Steps", steps)
        self.form.labelForField(steps).setBuddy(self.first)
        self.form.addRow("&Frames per second", self.rate)

    def show_subjects(self, subjects: Sequence[Subject], step: int, frontier: int, speed: float) -> None:
        """Offer these panels and steps, at the speed (steps a second) of the playback, and come up."""
        if not self.working:
            before = self.what.chosen or str(self.remembered("panels", "")).split("\n")
            self._subjects = {subject.title: subject for subject in subjects}
            chosen = [title for title in self._subjects if title in before]
            self.what.set_choices([(title, title) for title in self._subjects], chosen or [subjects[0].title])
            self._step, self._speed = step, speed
            for field in (self.first, self.last):
                field.set_limits(0, max(frontier - 1, 0))
            self.first.set_value(step if step < frontier - 1 else 0)
            self.last.set_value(min(self.first.value + FEW - 1, max(frontier - 1, 0)))
            self.propose()
            self._show_all()
        self.come_up()

    def stem(self) -> str:
        """Return a name after the panel."""
        return named_after(self.what.chosen if len(self.what.chosen) == 1 else [TOGETHER])

    @property
    def steps(self) -> range:
        """The steps that become frames."""
        return range(self.first.value, self.last.value + 1, self.every.value)

    # While it is recorded -------------------------------------------------------------------------------------------

    def _begin(self, path: Path) -> None:
        """Take the first picture as soon as the window has painted."""
        form = self.format.chosen
        if lacking := missing(form):
            self.fail(lacking)
            return
        self._left, self._path = list(reversed(self.steps)), path
        self._count = len(self._left)
        self._sheet = arranged(self._chosen)
        try:
            file = self._open.enter_context(replacing(path))
        except OutputError as error:
            self.fail(str(error))
            return
        self._animation = KINDS[form].make(file, self.rate.value)
        self._timer.start()

    def give_up(self) -> None:
        """Take no more pictures; the file is as it was before."""
        if self._timer.isActive():
            self._close(CancelledRecordingError(CANCELLED))

    def _on_next(self) -> None:
        assert self._animation is not None
        assert self._sheet is not None
        try:
            if self._left:
                self.step_requested.emit(self._left.pop())
                self._animation.add(self._sheet.image(float(self.scale.chosen)))
                self.show_progress(self._animation.frames / self._count)
            else:
                self._animation.close()
                self._close(None)
        except (OSError, GateExplorerError) as error:
            self._close(error)
        except RuntimeError:  # Qt has deleted it
            self._close(OutputError("a panel that was being recorded is not there any more; nothing was written"))

    def _close(self, error: Exception | None) -> None:
        """End the file: it takes its place where nothing went wrong, else it goes."""
        self._timer.stop()
        if error is not None and self._animation is not None:
            self._animation.give_up()
        self._animation, self._sheet, self._left = None, None, []
        opened, self._open = self._open, ExitStack()
        try:
            kept = opened.__exit__(*((type(error), error, error.__traceback__) if error else (None, None, None)))
        except (OutputError, CancelledRecordingError) as failed:
            error, kept = failed, False
        self.step_requested.emit(self._step)
        if error is None or kept:
            self.remember("panels", "\n".join(self.what.chosen))
            self.finish(self._path)
        else:
            self.fail(str(error))

    # Private --------------------------------------------------------------------------------------------------------

    @property
    def _chosen(self) -> list[Subject]:
        return [self._subjects[title] for title in self.what.chosen]

    def _on_what_edited(self) -> None:
        self.propose()
        self._show_all()

    def _on_rate_edited(self) -> None:
        self._rate_is_own = True
        self._show_all()

    def _show_all(self) -> None:
        """Show what would be written, and what stands in the way."""
        self._on_place_changed()
        kind = KINDS[self.format.chosen]
        wanted = self.rate.value if self._rate_is_own else round(self._speed / self.every.value)
        self.rate.set_limits(1, kind.fastest)
        self.rate.set_value(min(max(wanted, 1), kind.fastest))
        frames, chosen = len(self.steps), self._chosen
        self.save.setEnabled(bool(frames and chosen) and not self.working)
        if not (frames and chosen):
            self.extent.setText("There are no steps to record." if chosen else "There are no panels to record.")
            return
        size, scale = arranged(chosen).size, float(self.scale.chosen)
        width, height = kind.rounded(scale * size.width()), kind.rounded(scale * size.height())
        seconds = frames / self.rate.value
        many = f"{frames} frames" if frames > 1 else "1 frame"
        self.extent.setText(f"{many} of {width} × {height} pixels, {seconds:.1f} s")
        if (lacking := missing(self.format.chosen)) and not self.working:
            self.warn(lacking)


class CancelledRecordingError(GateExplorerError):
    """Ends a recording that is not wanted any more."""
