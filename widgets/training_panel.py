"""The training panel: buttons above, and pages for what is set, what is learned, and where the gradient goes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from widgets.curve_page import CurvePage
from widgets.gate_page import GatePage
from widgets.norm_page import NormPage
from widgets.number_page import NumberPage
from widgets.run_list import RunList
from widgets.theme import LIGHT, Theme, tabs_style
from widgets.through_page import ThroughPage
from widgets.trained import Trained
from widgets.training_bar import TrainingBar
from widgets.training_form import TrainingForm


class TrainingPanel(QWidget):
    """Shows one run, live or recorded; a page is only filled while it is seen."""

    iteration_requested = Signal(int)
    resume_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._wrong = LIGHT, True
        self._trained = Trained()
        self._others: tuple[Trained, ...] = ()
        self._filled: dict[QWidget, tuple[object, object]] = {}
        self.bar, self.form, self.runs = TrainingBar(), TrainingForm(), RunList()
        self.curves, self.norms, self.through = CurvePage(), NormPage(), ThroughPage()
        self.gates, self.numbers = GatePage(), NumberPage()
        self.trouble = QLabel(wordWrap=True)
        self.trouble.setAccessibleName("What went wrong with the training")
        self.go_on = QPushButton("Resume", autoDefault=False)
        self.go_on.setToolTip("Go on from the last state that was recorded, to the same curves")
        self.mishap = QWidget()
        said = QHBoxLayout(self.mishap)
        said.setContentsMargins(8, 0, 8, 4)
        said.addWidget(self.trouble, 1)
        said.addWidget(self.go_on)
        self.mishap.hide()
        self.pages = QTabWidget(documentMode=True)
        self.pages.setUsesScrollButtons(True)
        self.pages.setAccessibleName("Pages of the training")
        for page, title, tip in (
            (self.form, "Settings", "What is trained, on what, and how"),
            (self.curves, "Curves", "Loss, held-out metrics with their baselines, learning rate, weights"),
            (self.through, "Through time", "What is left of the gradient at every step, now and over the training"),
            (self.norms, "Norms", "Gradient norms of parameters and gate blocks, before and after clipping"),
            (self.gates, "Gates", "Saturation, mean and memory time scale over the training"),
            (self.numbers, "Table", "Everything that was recorded of one iteration, as text"),
            (self.runs, "Runs", "What was trained before"),
        ):
            self.pages.setTabToolTip(self.pages.addTab(page, title), tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.mishap)
        column.addWidget(self.pages, 1)
        self.pages.currentChanged.connect(lambda _: self._fill())
        self.go_on.clicked.connect(lambda: self.resume_requested.emit())
        for page in self.viewers:
            page.iteration_requested.connect(self.iteration_requested)

    @property
    def viewers(self) -> tuple[CurvePage, ThroughPage, NormPage, GatePage, NumberPage]:
        """The pages that show what was recorded."""
        return *self.overlaying, self.numbers

    @property
    def overlaying(self) -> tuple[CurvePage, ThroughPage, NormPage, GatePage]:
        """Those on which several runs are drawn over one another."""
        return self.curves, self.through, self.norms, self.gates

    def sizeHint(self) -> QSize:
        """Return room for the form, and for charts that can be read."""
        return QSize(470, 760)

    def show_trained(self, trained: Trained) -> None:
        """Show what is known of a run, on the page that is seen; on another once it is."""
        self._trained = trained
        self._fill()

    def show_others(self, others: tuple[Trained, ...]) -> None:
        """Draw these runs over the one that is shown."""
        self._others = others
        self._fill()

    def set_iteration(self, iteration: int | None) -> None:
        """Mark an iteration; None: go with the last one."""
        for page in self.viewers:
            page.set_iteration(iteration)

    @property
    def tells_trouble(self) -> bool:
        """Whether it says that something went wrong, and why."""
        return bool(self.trouble.text())

    def show_trouble(self, text: str, *, resumable: bool = False, wrong: bool = True) -> None:
        """Say what went ``wrong``, "": nothing, and whether one can go on from what was recorded."""
        self.trouble.setText(text)
        self._wrong = wrong
        self._color_trouble()
        self.go_on.setVisible(resumable)
        self.mishap.setVisible(bool(text))

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front."""
        self.pages.setCurrentWidget(page)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self._color_trouble()
        self.pages.tabBar().setStyleSheet(tabs_style(theme))
        for part in (self.bar, self.form, self.runs, *self.viewers):
            part.apply_theme(theme)

    def _color_trouble(self) -> None:
        self.trouble.setStyleSheet(f"color: {self._theme.error if self._wrong else self._theme.text}")

    def _fill(self) -> None:
        page, shown = self.pages.currentWidget(), (self._trained, self._others)
        if page not in self.viewers or self._filled.get(page) == shown:
            return
        self._filled[page] = shown
        if page in self.overlaying:
            page.show_trained(*shown)
        else:
            page.show_trained(self._trained)
