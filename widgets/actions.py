"""Every action of the window once: name, key, what it does. Menus, palette and cheat sheet are made from these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from explorer.sequences import Dataset
from widgets.button_action import allow
from widgets.keys import goes_on

if TYPE_CHECKING:
    from widgets.main_window import MainWindow

PAN = 0.1
"""The part of the view by which a key pans."""


class Actions:
    """The actions of one window. Keys of the plots act where the rows have the focus, the others everywhere."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.by_menu: dict[str, list[QAction]] = {}
        bar = window.menuBar()
        self._file(bar.addMenu("&File"))
        self._edit(bar.addMenu("&Edit"))
        self._view(bar.addMenu("&View"))
        self._step(bar.addMenu("&Step"))
        self._train(bar.addMenu("&Train"))
        self._help(bar.addMenu("&Help"))
        for action in bar.actions():
            action.menu().setToolTipsVisible(True)

    def _add(
        self, menu: QMenu, text: str, keys: str | list[str], do: Callable[[], object], *, scope: Sequence[QWidget] = ()
    ) -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(text.replace("&", ""))
        action.setShortcuts([QKeySequence(key) for key in ([keys] if isinstance(keys, str) else keys) if key])
        action.setAutoRepeat(goes_on(action))
        for widget in scope:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            widget.addAction(action)
        action.triggered.connect(lambda _checked=False: do())
        menu.addAction(action)
        self.by_menu.setdefault(menu.title().replace("&", ""), []).append(action)
        return action

    def _file(self, menu: QMenu) -> None:
        opening = self._window.opening
        self._add(menu, "&Open CSV…", "Ctrl+O", opening.ask_for_file)
        self._add(menu, "Open &folder…", "Ctrl+Shift+O", opening.ask_for_folder)
        self._add(menu, "&Paste a table", "Ctrl+V", opening.paste)
        self.reopen = self._add(menu, "&Import settings…", "Ctrl+I", self._reopen)
        self._add(menu, "&Generate…", "Ctrl+G", self._window.ask_for_generator)
        menu.addSeparator()
        desk = self._window.desk
        self._add(menu, "&Export a picture…", "Ctrl+E", desk.export_picture)
        self._add(menu, "Export &values…", "Ctrl+Shift+E", desk.export_values)
        self._add(menu, "&Record the playback…", "", desk.record)
        menu.addSeparator()
        self._add(menu, "&Quit", "Ctrl+Q", self._window.close)

    def _edit(self, menu: QMenu) -> None:
        bench = self._window.workbench
        self.undo = self._add(menu, "&Undo", "Ctrl+Z", bench.undo)
        self.redo = self._add(menu, "&Redo", ["Ctrl+Shift+Z", "Ctrl+Y"], bench.redo)
        menu.addSeparator()
        self._add(menu, "&Hold …", "H", self._window.holds.begin_current, scope=(self._window.rows,))
        self._add(menu, "&Edit the input", "E", self._window.holds.toggle_editing, scope=(self._window.rows,))
        self.show_history(None, None)

    def _view(self, menu: QMenu) -> None:
        window = self._window
        rows, plots, looks = window.rows, (window.rows, window.transport), window.appearance
        self._add(menu, "Fit values in view", "A", rows.fit_values, scope=plots)
        self._add(menu, "Reset views", "R", rows.reset_views, scope=plots)
        self._add(menu, "Zoom in", ["+", "="], partial(rows.zoom, 0.5), scope=plots)
        self._add(menu, "Zoom out", "-", partial(rows.zoom, 2.0), scope=plots)
        self._add(menu, "Pan on", "Alt+Right", lambda: rows.pan(PAN * rows.view.span), scope=plots)
        self._add(menu, "Pan back", "Alt+Left", lambda: rows.pan(-PAN * rows.view.span), scope=plots)
        menu.addSeparator()
        self.time_axis = self._add(
            menu,
            "&Axis in the file's own time",
            "T",
            lambda: window.choose_time_axis(self.time_axis.isChecked()),
            scope=plots,
        )
        self.time_axis.setCheckable(True)
        brushing = rows.brushing
        self.brush = self._add(menu, "&Brush a range", "B", lambda: brushing.set_mode(not brushing.on), scope=plots)
        self.brush.setCheckable(True)
        self._add(menu, "Leave brush or single row", "Esc", rows.escape, scope=(rows,))
        self._rows(menu.addMenu("&Rows"))
        self._compare(menu.addMenu("&Compare"))
        menu.addSeparator()
        self._themes = QActionGroup(window)
        for name in ("system", "light", "dark"):
            action = self._add(menu, f"{name.capitalize()} theme", "", partial(looks.choose_theme, name))
            action.setCheckable(True)
            action.setData(name)
            self._themes.addAction(action)
        menu.addSeparator()
        self._add(menu, "Larger text", ["Ctrl++", "Ctrl+="], partial(looks.enlarge, 1.0))
        self._add(menu, "Smaller text", "Ctrl+-", partial(looks.enlarge, -1.0))
        self._add(menu, "Normal text", "Ctrl+0", looks.use_normal_size)
        menu.addSeparator()
        for dock in (*window.docks.steady, *window.docks.later, *window.docks.optional):
            menu.addAction(dock.toggleViewAction())
        self._add(menu, "&Inside of a step: cell, equations, why", "", window.inside.arrange)
        self._add(menu, "Reset &layout", "", window.docks.reset)

    def _rows(self, menu: QMenu) -> None:
        rows, editing = (self._window.rows,), self._window.rows.editing
        self._add(menu, "Next row", "Down", partial(editing.choose, 1), scope=rows)
        self._add(menu, "Previous row", "Up", partial(editing.choose, -1), scope=rows)
        self._add(menu, "Move the row down", "Alt+Down", partial(editing.move, 1), scope=rows)
        self._add(menu, "Move the row up", "Alt+Up", partial(editing.move, -1), scope=rows)
        self._add(menu, "Make the row higher", "Ctrl+Down", partial(editing.grow, 1), scope=rows)
        self._add(menu, "Make the row lower", "Ctrl+Up", partial(editing.grow, -1), scope=rows)
        self._add(menu, "Heat map, lines, or both", "M", editing.next_mode, scope=rows)
        self._add(menu, "Difference from the ghost", "D", editing.toggle_difference, scope=rows)
        self._add(menu, "The row alone", "S", editing.alone, scope=rows)
        self._add(menu, "Hide the row", "Del", editing.hide, scope=rows)
        given, made = self._window.rows.input_row, self._window.row_desk.output_row
        self.input_row = self._add(menu, "Row of the input", "", lambda: given.set_wanted(self.input_row.isChecked()))
        self.output_row = self._add(menu, "Row of the output", "", lambda: made.set_wanted(self.output_row.isChecked()))
        for action in (self.input_row, self.output_row):
            action.setCheckable(True)
        stack = self._window.rows.stack
        self._add(menu, "Move the row of the input down", "", partial(stack.move_input, 1))
        self._add(menu, "Move the row of the input up", "", partial(stack.move_input, -1))
        actions = menu.actions()

        def fill() -> None:
            for old in menu.findChildren(QMenu):
                old.deleteLater()
            menu.clear()
            menu.addActions(actions)
            menu.addSeparator()
            editing.fill_menu(menu)

        menu.aboutToShow.connect(fill)

    def _compare(self, menu: QMenu) -> None:
        compare, comparing = self._window.compare, self._window.workbench.comparing
        plots = (self._window.rows, self._window.transport)
        self._add(menu, "Compare RNN, LSTM and GRU", "C", compare.add_cells, scope=plots)
        menu.addSeparator()
        self._cells = {
            name: self._add(menu, f"Compare with {title}", "", partial(compare.add_cells, (name,)))
            for name, title in (("rnn", "an RNN"), ("lstm", "an LSTM"), ("gru", "a GRU"))
        }
        self._other_seed = self._add(menu, "Compare with another seed", "", compare.add_seed)
        self._other_sequence = self._add(menu, "Compare with another sequence", "", compare.add_next_sequence)
        self._keep = self._add(menu, "Keep the present one to compare with", "", comparing.keep)
        menu.addSeparator()
        self._linked = self._add(
            menu, "Link the scales of what is compared", "", lambda: compare.link_scales(self._linked.isChecked())
        )
        self._differences = self._add(
            menu,
            "Differences from the present one",
            "",
            lambda: compare.show_differences(self._differences.isChecked()),
        )
        for action in (self._linked, self._differences):
            action.setCheckable(True)
        self._stop_comparing = self._add(menu, "Stop comparing", "", comparing.clear)

    def _step(self, menu: QMenu) -> None:
        bench, transport = self._window.workbench, self._window.transport
        player, plots = bench.player, (self._window.rows, transport)
        lines = (self._window.rows, transport.scrub)
        # Space on a button of the transport is the button's.
        self._add(menu, "Play or pause", "Space", bench.toggle, scope=lines)
        self._add(menu, "Play back", "J", partial(bench.play, -1), scope=plots)
        self._add(menu, "Stop", "K", player.stop, scope=plots)
        self._add(menu, "Play on", "L", partial(bench.play, 1), scope=plots)
        self._add(menu, "Slower", "[", lambda: player.set_speed(player.speed / 2), scope=plots)
        self._add(menu, "Faster", "]", lambda: player.set_speed(player.speed * 2), scope=plots)
        self._add(menu, "Normal speed", "Backspace", player.set_normal_speed, scope=plots)
        menu.addSeparator()
        self._add(menu, "Step forward", "Right", partial(bench.move, 1), scope=plots)
        self._add(menu, "Step back", "Left", partial(bench.move, -1), scope=plots)
        jump = self._window.jump
        self._jumps = {
            "forward": self._add(menu, "Jump forward", "Shift+Right", lambda: bench.move(jump.steps), scope=plots),
            "back": self._add(menu, "Jump back", "Shift+Left", lambda: bench.move(-jump.steps), scope=plots),
        }
        self._add(menu, "Next event", "Ctrl+Right", partial(bench.go_to_event, 1), scope=plots)
        self._add(menu, "Previous event", "Ctrl+Left", partial(bench.go_to_event, -1), scope=plots)
        self._sequences = [
            self._add(menu, "Next sequence", "PgDown", partial(bench.move_sequence, 1), scope=lines),
            self._add(menu, "Previous sequence", "PgUp", partial(bench.move_sequence, -1), scope=lines),
        ]
        self._add(menu, "First step", "Home", partial(bench.go_to, 0), scope=plots)
        self._add(menu, "Last step", "End", bench.go_to_last, scope=plots)
        menu.addSeparator()
        self.live = self._add(menu, "&Live mode", "", lambda: bench.set_live(not bench.live))
        self.live.setCheckable(True)
        self._add(menu, "&One step", "F10", bench.step_over)
        self._add(menu, "&Into the step", "F11", bench.step_into)
        self._add(menu, "O&ut of the step", "Shift+F11", bench.step_out)
        self.finish = self._add(menu, "&Run to end", "F5", bench.run_on)
        self._add(menu, "&Breakpoint at this step", "F9", bench.toggle_breakpoint)
        self._add(menu, "Book&mark this step", "Ctrl+B", bench.toggle_bookmark)
        self._add(menu, "&Pin a second cursor", "P", bench.toggle_pin, scope=plots)
        self._sequences.append(self._add(menu, "Run &all sequences", "", bench.run_all))
        self.follow = self._add(menu, "&Follow the file", "", lambda: bench.follow(not bench.endless))
        self.follow.setCheckable(True)

    def _train(self, menu: QMenu) -> None:
        training = self._window.training
        trainer = training.trainer
        self._add(menu, "&Training panel", "Ctrl+T", training.show)
        self._begin = self._add(menu, "&Start training", "Ctrl+Return", training.start)
        self._pause = self._add(menu, "&Pause training", "", training.toggle_pause)
        self._one = self._add(menu, "One &iteration", "", trainer.step)
        self._end = self._add(menu, "S&top training", "Ctrl+.", trainer.stop)
        menu.addSeparator()
        self._add(menu, "&Open a run…", "", training.ask_for_run)
        menu.addSeparator()
        moments = self._window.moments
        self._moments = [
            self._add(menu, "Play the iterations of the run", "", moments.toggle),
            self._add(menu, "Next recorded iteration", "", partial(moments.go_on, 1)),
            self._add(menu, "Iteration recorded before", "", partial(moments.go_on, -1)),
            self._add(menu, "Show the probe of the run", "", moments.show_probe),
            self._add(menu, "E&valuate the network of the run", "", moments.judge),
        ]
        self._moment = [
            self._add(menu, "Keep this iteration to compare with", "", moments.keep),
            self._add(menu, "Make the network of this iteration current", "", moments.promote),
        ]
        self.show_moments(offered=False, shown=False)
        self.show_training(trainer.state)

    def _help(self, menu: QMenu) -> None:
        self._add(menu, "Search all &actions…", "Ctrl+Shift+P", self._window.desk.open_palette)
        self._add(menu, "&Keys", ["F1", "?"], self._window.desk.show_keys)
        self.lesson = self._add(menu, "Read the &lesson", "", self._window.lesson.show)
        self.show_lesson("")
        menu.addSeparator()
        self._add(menu, "&Messages…", "", self._window.status.open_list)
        self._add(menu, "&Save a report…", "", self._window.desk.save_report)
        self._add(menu, "&Copy diagnostics", "", self._window.desk.copy_diagnostics)
        menu.addSeparator()
        self._add(menu, "A&bout Gate Explorer", "", self._window.desk.show_about)

    def _reopen(self) -> None:
        self._window.opening.show_settings(self._window.workbench.experiment.dataset)

    # What is shown in the menus -------------------------------------------------------------------------------------

    def show_history(self, undo: str | None, redo: str | None) -> None:
        """Name what undo and redo would do."""
        for action, name, verb in ((self.undo, undo, "Undo"), (self.redo, redo, "Redo")):
            action.setText(f"&{verb} {name}" if name else f"&{verb}")
            allow(action, name is not None, f"there is nothing to {verb.lower()}")

    def show_lesson(self, title: str) -> None:
        """Offer the lesson of what is open, by its title."""
        self.lesson.setText(f"Read the &lesson: {title}" if title else "Read the &lesson")
        allow(self.lesson, bool(title), "what is open has no lesson; most presets do")

    def show_source(self, dataset: Dataset) -> None:
        """Offer to correct how a file was opened, where there is one."""
        allow(self.reopen, dataset.options is not None, "what is open does not come from a file")

    def show_live(self, live: bool, reason: str) -> None:
        """Show whether live mode is on, and if it cannot be, why."""
        self.live.setChecked(live)
        self.live.setEnabled(not reason)
        self.live.setToolTip(reason or "Compute each step only when it is taken")

    def show_jump(self, steps: int) -> None:
        """Name how many steps a jump is. Whoever remembers the actions knows them by names that stay."""
        for way, action in self._jumps.items():
            action.setText(f"Jump {way} {steps} {'step' if steps == 1 else 'steps'}")

    def show_follow(self, follows: bool, reason: str) -> None:
        """Show whether the file is followed, and where it cannot be, why."""
        self.follow.setChecked(follows)
        self.follow.setEnabled(not reason)
        self.follow.setToolTip(reason or "Rows that another program writes to the end of the file become steps")

    def show_unfinished(self, unfinished: bool, breaks: bool) -> None:
        """Show whether there are steps left that nobody computes, or hits to run to."""
        self.finish.setText("&Run to the next hit" if breaks else "&Run to end")
        allow(self.finish, unfinished or breaks, "every step is computed")

    def show_several(self, several: bool) -> None:
        """Offer to go from sequence to sequence where there are several."""
        for action in self._sequences:
            allow(action, several, "there is only one sequence")

    def show_compare(self, cell: str, not_drawn: str, hindrance: str, *, several: bool) -> None:
        """Offer what can be put beside a network of this cell, and where something cannot, say why."""
        for name, action in self._cells.items():
            reason = hindrance or not_drawn or ("The present one has this cell" if name == cell else "")
            allow(action, not reason, reason)
        allow(self._other_seed, not (hindrance or not_drawn), hindrance or not_drawn)
        allow(self._other_sequence, several and not hindrance, hindrance or "there is only one sequence")
        allow(self._keep, not hindrance, hindrance)

    def show_compared(self, compared: bool, linked: bool, differences: bool) -> None:
        """Show how what is compared is shown, and offer to change that where anything is."""
        self._linked.setChecked(linked)
        self._differences.setChecked(differences)
        for action in (self._linked, self._differences, self._stop_comparing):
            allow(action, compared, "nothing is compared")

    def show_training(self, state: str) -> None:
        """Offer what can be done in a state of the trainer."""
        working = state in ("starting", "running", "paused", "ending")
        allow(self._begin, not working, "one is running")
        allow(self._pause, working and state != "ending", "nothing is being trained")
        self._pause.setText("Resume training" if state == "paused" else "&Pause training")
        allow(self._one, state == "paused", "one at a time where it is paused")
        allow(self._end, working, "nothing is being trained")

    def show_moments(self, *, offered: bool, shown: bool) -> None:
        """Offer to go through the recorded iterations of a run, and to take the one that is shown."""
        for action in self._moments:
            allow(action, offered, "no run is open of which weights were recorded")
        for action in self._moment:
            allow(action, shown, "the network that is shown is of no recorded iteration")

    def show_time_axis(self, times: bool) -> None:
        """Show whether the axis shows the file's own time."""
        self.time_axis.setChecked(times)

    def show_brush(self, on: bool) -> None:
        """Show whether a drag brushes."""
        self.brush.setChecked(on)

    def show_theme(self, name: str) -> None:
        """Show which theme was chosen."""
        for action in self._themes.actions():
            action.setChecked(action.data() == name)
