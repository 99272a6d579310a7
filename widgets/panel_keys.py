"""The keys that lists and plots of panels take while they have the focus, as their classes tell them."""

from __future__ import annotations

from widgets.boxes import StepBox
from widgets.brush_keys import BrushKeys
from widgets.cards import Card
from widgets.chart import Chart
from widgets.check_list import CheckList
from widgets.condition_line import ConditionLine
from widgets.diagram import CellDiagram
from widgets.equations import Equations
from widgets.heat_map import HeatMap
from widgets.holds_panel import HoldsPanel, HoldsTable
from widgets.import_columns import ImportColumns
from widgets.input_editor import InputEditor
from widgets.keys import Told
from widgets.lesson_panel import LessonPanel
from widgets.messages import MessageList
from widgets.number_page import NumberPage
from widgets.palette import Palette
from widgets.readout_table import NumbersTable
from widgets.report_panel import ReportPanel
from widgets.run_list import RunList
from widgets.sequence_table import SequenceTable
from widgets.side_table import SideTable
from widgets.stop_list import StopList
from widgets.text_table import TextTable
from widgets.why_list import WhyList

TITLES = {
    BrushKeys: "Brush mode, in the rows",
    InputEditor: "Edit mode, in the input",
    NumbersTable: "Tables of numbers: readout, output",
    CellDiagram: "Cell diagram",
    Equations: "Equations",
    WhyList: "Why",
    StopList: "Breakpoints and bookmarks",
    ConditionLine: "Where a condition is typed",
    HoldsPanel: "Holds",
    HoldsTable: "What is held",
    SideTable: "What is compared",
    SequenceTable: "Sequences",
    RunList: "Runs",
    ReportPanel: "Report",
    LessonPanel: "Lesson",
    Chart: "Curves of training",
    HeatMap: "Gradient through time",
    NumberPage: "Numbers of training",
    StepBox: "Step field",
    Card: "Presets and recent files",
    CheckList: "Lists with check marks",
    ImportColumns: "Columns of a file",
    TextTable: "Rows of a file",
    Palette: "Search of actions",
    MessageList: "Messages",
}


def keys_of_panels() -> dict[str, tuple[Told, ...]]:
    """Return the keys of each kind of list and plot, by what a person calls it."""
    return {title: kind.told_keys for kind, title in TITLES.items()}
