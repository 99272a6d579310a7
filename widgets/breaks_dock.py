"""The dock of breakpoints and bookmarks, made when it is first seen; and where else stops and the pin are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QDockWidget, QWidget

from explorer.functions import IndexArray
from widgets.bookmarks import Bookmark
from widgets.breaks_memory import DAMAGED, keep, recall
from widgets.docks import scrolled
from widgets.unseen import Offer

if TYPE_CHECKING:
    from widgets.breaks_panel import BreaksPanel
    from widgets.main_window import MainWindow
    from widgets.theme import Theme

PAUSES = "pause_at_hits"


class BreaksDock:
    """Knows the window and the panel, which wish leads where, and what is remembered for another time."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window, self._bench = window, window.workbench
        self.panel: BreaksPanel | None = None
        offers = (Offer("Add a breakpoint by a condition"),)
        self.dock = window.docks.add_later("Breakpoints", "breakpoints", self._make, behind, lambda: offers)
        for panel in (window.rows, window.readout):
            self._bench.pinned_changed.connect(panel.show_pinned)
        window.readout.unpin_requested.connect(lambda: self._bench.pin(None))
        self._bench.bookmarks.keep_in(window.settings)
        self._bench.hits_changed.connect(self._show_hits)
        self._bench.bookmarks_changed.connect(self._mark_bookmarks)
        self._bench.breaks.set_pauses(window.settings.value(PAUSES) != "false")
        self._remember()

    def _remember(self) -> None:
        """Take up the breakpoints of the last time, and keep those of this one."""
        settings, points = self._window.settings, recall(self._window.settings)
        if points is None:
            self._window.status.show_message(DAMAGED, "note")
        elif points:
            self._bench.breaks.begin_with(points)
        self._bench.breaks.changed.connect(lambda points: keep(settings, points))

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panel, if there is one yet."""
        if self.panel is not None:
            self.panel.apply_theme(theme)

    def _make(self) -> QWidget:
        from widgets.breaks_panel import BreaksPanel

        bench, self.panel = self._bench, BreaksPanel()
        self._wire(self.panel)
        for fact in (bench.trace_changed, bench.sequence_changed):
            fact.connect(self._show_trace)
        bench.breaks.changed.connect(self._show_points)
        bench.bookmarks_changed.connect(self._show_marks)
        bench.hits_changed.connect(self.panel.show_hits)
        bench.breaks.progressed.connect(self.panel.show_progress)
        self.panel.apply_theme(self._window.theme)
        self.panel.show_pauses(bench.breaks.pauses)
        self.panel.show_hits(bench.breaks.hits)
        self._show_points()
        self._show_marks()
        self._show_trace()
        return scrolled(self.panel)

    def _wire(self, panel: BreaksPanel) -> None:
        bench = self._bench
        panel.added.connect(bench.breaks.add)
        panel.edited.connect(bench.breaks.edit)
        panel.switched.connect(bench.breaks.switch)
        panel.removed.connect(bench.breaks.remove)
        panel.restore_requested.connect(bench.breaks.restore)
        panel.pauses_edited.connect(self._on_pauses_edited)
        panel.bookmark_requested.connect(bench.toggle_bookmark)
        panel.step_requested.connect(bench.go_to)
        panel.note_edited.connect(bench.bookmarks.note)
        panel.bookmark_removed.connect(bench.bookmarks.remove)
        panel.bookmark_restore_requested.connect(bench.bookmarks.restore)

    def _show_trace(self) -> None:
        if self.panel is not None and self._bench.trace is not None:
            self.panel.show_trace(self._bench.trace, self._bench.sequence, self._bench.place)

    def _show_points(self) -> None:
        if self.panel is not None:
            self.panel.show_breakpoints(self._bench.breaks.points, self._bench.breaks.can_restore)

    def _show_marks(self) -> None:
        if self.panel is not None:
            self.panel.show_bookmarks(self._bench.bookmarks.marks, self._bench.bookmarks.can_restore)

    def _show_hits(self, hits: Mapping[str, IndexArray]) -> None:
        """Mark every hit on the axis, and say what F5 now does."""
        self._window.rows.show_marks("breakpoint", np.concatenate([[], *hits.values()]))
        self._window.actions_.show_unfinished(self._bench.unfinished, self._bench.breaks.active)

    def _mark_bookmarks(self, marks: Sequence[Bookmark]) -> None:
        self._window.rows.show_marks("bookmark", [mark.step for mark in marks])

    def _on_pauses_edited(self, pauses: bool) -> None:
        self._bench.breaks.set_pauses(pauses)
        self._window.settings.setValue(PAUSES, str(pauses).lower())
