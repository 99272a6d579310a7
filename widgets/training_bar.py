"""The buttons of a training, and in words how it is doing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from explorer.training.status import NOT_BEGUN
from widgets.decimals import grouped
from widgets.forms import beside, push_button
from widgets.theme import LIGHT, Theme, icon

WORKING = ("starting", "running", "paused", "ending")
WORDS = {
    "off": "Nothing is being trained",
    "warming": "Nothing is being trained; the trainer is warming up",
    "ready": "Ready",
    "starting": "Starting",
    "running": "Running",
    "paused": "Paused",
    "ending": "Stopping at the end of the iteration; Stop again ends it at once",
}
PAUSING = {
    "starting": "Starting; it will rest before the first iteration",
    "running": "Pausing at the end of the iteration",
}
"""What is said in a state once a pause is taken note of."""


class TrainingBar(QWidget):
    """Start, pause, one iteration, stop, evaluate. Wishes go up; ``show_state`` says what can be wished for."""

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    step_requested = Signal()
    stop_requested = Signal()
    judge_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._theme, self._pausing = "off", LIGHT, False
        self.start = push_button("Start", "Train with the settings below, from new weights")
        self.pause = push_button("Pause", "Rest at the end of the iteration")
        self.one = push_button("One iteration", "Do one more iteration, and rest after it")
        self.stop = push_button("Stop", "End at the end of the iteration; a second time: at once")
        self.judge = push_button("Evaluate", "Judge the network on what was held out, beside simple rivals")
        self.words = QLabel(wordWrap=True)
        self.words.setAccessibleName("State of the training")
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName("Iterations done")
        self.progress.setFixedHeight(5)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.setSpacing(5)
        column.addLayout(beside(self.start, self.pause, self.one, self.stop, right=(self.judge,)))
        column.addWidget(self.words)
        column.addWidget(self.progress)
        self.start.clicked.connect(lambda: self.start_requested.emit())
        self.pause.clicked.connect(self._on_pause)
        self.one.clicked.connect(lambda: self.step_requested.emit())
        self.stop.clicked.connect(lambda: self.stop_requested.emit())
        self.judge.clicked.connect(lambda: self.judge_requested.emit())
        self.show_state("off")

    def show_state(self, state: str) -> None:
        """Offer what can be done in a state of the trainer."""
        self._state, self._pausing = state, False
        self.start.setEnabled(state not in WORKING)
        self.pause.setEnabled(state in ("starting", "running", "paused"))
        self.pause.setText("Resume" if state == "paused" else "Pause")
        self.one.setEnabled(state == "paused")
        self.one.setToolTip(
            "Do one more iteration, and rest after it" if state == "paused" else "One at a time where it is paused"
        )
        self.stop.setEnabled(state in WORKING)
        self.stop.setText("Stop now" if state == "ending" else "Stop")
        self._dress()

    def show_heard(self, command: str) -> None:
        """Have the words say from now on that a pause is to come, where one was asked for."""
        self._pausing = command == "pause"

    def show_progress(self, said: str, iteration: int, iterations: int) -> None:
        """Say how a run is doing: the state or how it ended, and how far it is."""
        words = said or (PAUSING.get(self._state, "") if self._pausing else "") or WORDS.get(self._state, "")
        if iteration or iterations:
            words += f"  ·  iteration {grouped(iteration)} of {grouped(iterations)}"
        self.words.setText(words)
        self.judge.setEnabled(iteration > 0)
        self.progress.setRange(0, max(iterations, 1))
        self.progress.setValue(min(iteration, max(iterations, 1)))
        self.progress.setVisible(iterations > 0)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours and icons."""
        self._theme = theme
        self.progress.setStyleSheet(
            f"QProgressBar {{ background: {theme.line}; border: none; border-radius: 2px; }}"
            f"QProgressBar::chunk {{ background: {theme.accent}; border-radius: 2px; }}"
        )
        self._dress()

    def _dress(self) -> None:
        theme, paused = self._theme, self._state == "paused"
        for button, name in (
            (self.start, "play"),
            (self.pause, "play" if paused else "pause"),
            (self.one, "step-forward"),
            (self.stop, "stop"),
        ):
            button.setIcon(icon(name, theme))

    def _on_pause(self) -> None:
        (self.resume_requested if self._state == "paused" else self.pause_requested).emit()


def run_words(state: str, reason: str) -> str:
    """Return how a run is or how it ended, for a person."""
    if state == "unknown" and reason == NOT_BEGUN:
        return "Beginning"
    plain = {
        "running": "Another process trains this run",
        "paused": "Another process has paused this run",
        "finished": "Finished",
        "stopped": "Stopped",
        "failed": "Failed",
        "unknown": "Ended without a word",
    }[state]
    said = "" if reason in ("", state, "finished", "stopped") else f": {reason}"
    return plain + said
