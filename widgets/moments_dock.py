"""The moments of a training in the window: the bar below the transport, and the networks that it leads to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from explorer.errors import GateExplorerError
from explorer.experiment import Experiment
from explorer.network import Network
from widgets.decimals import grouped
from widgets.job import Report
from widgets.moments import TITLES, MomentsBar
from widgets.variations import Kept

if TYPE_CHECKING:
    from explorer.training.description import Description
    from explorer.training.inputs import Inputs
    from widgets.history import History
    from widgets.main_window import MainWindow
    from widgets.theme import Theme

MOST, MOST_BYTES = 400, 128 * 2**20
"""Networks that are kept, and what their weights may take: to go back to one is then no reading."""

UNSAID = "This run does not say how its inputs were scaled: they are shown as the settings of the data say."


class Moments(Protocol):
    """What was recorded of a training: ``explorer.training.runs.Recording`` is one."""

    folder: Path

    @property
    def cells(self) -> Sequence[str]:
        """The cells that were trained together."""

    @property
    def inputs(self) -> Inputs | None:
        """What they were shown; None where nobody knows."""

    def moments(self, cell: str) -> tuple[int, ...]:
        """Return the iterations of which there are weights, rising."""

    def network(self, cell: str, iteration: int) -> Network:
        """Return the network as it was; GateExplorerError where it cannot be read."""

    def promote(self, cell: str, iteration: int) -> Network:
        """Return the network, and have its weights stay for good; GateExplorerError where that cannot be done."""


class MomentsDock:
    """Knows the window and the bar. ``open`` a training, say ``grow`` when more of it has been recorded."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._bench = window, window.workbench
        self._source: Moments | None = None
        self._description: Description | None = None
        self._growing, self._said = False, ""
        self._promoted: tuple[Experiment, str] | None = None
        self._networks: OrderedDict[tuple[str, int], Network] = OrderedDict()
        self._bytes = 0
        self.bar: MomentsBar | None = None
        for fact in (self._bench.trace_changed, self._bench.history_changed):
            fact.connect(lambda _: self._show())
        self._bench.history_changed.connect(self._on_history)
        self._wanted = ""
        self._bench.trace_changed.connect(lambda _: self._look_at_last())

    def apply_theme(self, theme: Theme) -> None:
        """Dress the bar, if there is one yet."""
        if self.bar is not None:
            self.bar.apply_theme(theme)

    def open(
        self, source: Moments, name: str, *, growing: bool = False, description: Description | None = None
    ) -> None:
        """Offer the moments of a training. What is shown stays until one of them is asked for.

        With its ``description`` its probe can be looked at, too.
        """
        bar = self.bar or self._made()
        self._source, self._description, self._networks, self._bytes = source, description, OrderedDict(), 0
        bar.probe.setEnabled(description is not None)
        bar.show_run(name, tuple(source.cells))
        self.grow(growing=growing)
        bar.show()
        if name != self._wanted:
            self._wanted = ""
        self._look_at_last()

    def await_last_of(self, name: str) -> None:
        """Look at the last moment of the training of this name once it is offered and there are data to look at."""
        self._wanted = name
        self._look_at_last()

    def grow(self, *, growing: bool = True) -> None:
        """Offer what has been recorded since. ``growing`` says that more is to come: it trains."""
        self._growing = growing
        if self._source is not None and self.bar is not None:
            self.bar.show_moments(self._source.moments(self.bar.cell), growing=growing)
            self._show()

    def close(self) -> None:
        """Offer them no more, and go back to what was before, unless a moment was made the current network."""
        if self.bar is not None and self._source is not None:
            self.bar.stop()
            self.bar.hide()
            self._source = None
            self._window.report.forget()
            self._bench.leave_moments()
            self._networks, self._bytes = OrderedDict(), 0
            self._show()

    def go_near(self, iteration: int) -> None:
        """Where a moment is looked at, look at the one that is nearest to an iteration."""
        if self.bar is not None:
            self.bar.go_near(iteration)

    def nearest(self, iteration: int | None) -> int | None:
        """Return the moment that is nearest to an iteration."""
        return None if self.bar is None or iteration is None else self.bar.nearest(iteration)

    @property
    def shown(self) -> tuple[str, int] | None:
        """Which moment the present network is, None where it is none."""
        if self._bench.trace is None:
            return None
        present = self._bench.trace.experiment.network
        return next((moment for moment, network in [*self._networks.items()] if network is present), None)

    def toggle(self) -> None:
        """Play through the moments, or pause."""
        if self.bar is not None and self._source is not None:
            self.bar.toggle()

    def go_on(self, by: int) -> None:
        """Show a moment so many further on."""
        if self.bar is not None and self._source is not None:
            self.bar.go_on(by)

    def keep(self) -> None:
        """Keep the moment that is shown to compare with."""
        if (shown := self.shown) is not None:
            self._bench.comparing.add(Kept(self._bench.experiment, self._bench.sequence, _title(*shown)))

    def promote(self) -> None:
        """Let the network that is shown be the current one, to work with."""
        if (shown := self.shown) is None or self._source is None:
            return
        try:
            self._source.promote(*shown)
        except GateExplorerError as error:
            self._window.status.show_message(str(error), "error")
        else:
            self._bench.promote_moment(f"network of {self._name(*shown)}")
            said = f"The network of {self._name(*shown)} is the current one."
            self._promoted = self._bench.experiment, said
            self._window.status.show_message(said, "note")

    def show_probe(self) -> None:
        """Look at the sequences of the probe, by the moment that is shown or else the last one."""
        source, description, bar = self._source, self._description, self.bar
        if source is None or description is None or bar is None or not (moments := source.moments(bar.cell)):
            return
        moment = self.shown or (bar.cell, moments[-1])

        def build(report: Report) -> Experiment:
            from explorer.training.film import probe_of

            data, network = probe_of(description, report), self._read(source, *moment)
            inputs = source.inputs
            return Experiment(data, network) if inputs is None else inputs.experiment(data, network)

        self._bench.open(build, "the probe")

    def judge(self) -> None:
        """Judge the network of the moment that is shown, or else of the last one."""
        source, bar = self._source, self.bar
        if source is not None and bar is not None and (moments := source.moments(bar.cell)):
            self._window.report.judge(source.folder, *(self.shown or (bar.cell, moments[-1])))

    # Private --------------------------------------------------------------------------------------------------------

    def _on_closed(self) -> None:
        self.close()
        self._window.rows.setFocus()

    def _look_at_last(self) -> None:
        """Look at the last moment where that is awaited: the bar of a training that was just opened stands there."""
        if self._wanted and self.bar is not None and self._source is not None and self._bench.trace is not None:
            self._wanted = ""
            self.bar.go_on(0)

    def _on_history(self, history: History) -> None:
        """Take off what was said of the moment that was made current, where undo went back behind it."""
        if self._promoted is not None:
            experiment, said = self._promoted
            if all(change.experiment is not experiment for change in history.changes[: history.position + 1]):
                self._window.status.withdraw(said)
                self._promoted = None

    def _made(self) -> MomentsBar:
        self.bar = bar = MomentsBar()
        bar.apply_theme(self._window.theme)
        bar.moment_requested.connect(self._go)
        bar.keep_requested.connect(self.keep)
        bar.promote_requested.connect(self.promote)
        bar.probe_requested.connect(self.show_probe)
        bar.closed.connect(self._on_closed)
        self._window.centralWidget().layout().addWidget(bar)
        return bar

    def _go(self, cell: str, iteration: int) -> None:
        source = self._source
        moments = () if source is None else source.moments(cell)  # of another cell others may be there
        if source is not None and self.bar is not None and moments:
            nearest = min(moments, key=lambda there: abs(there - iteration))
            self.bar.show_moments(moments, growing=self._growing)
            name, title = self._name(cell, nearest), _title(cell, nearest)
            self._tell_of_inputs(source.inputs)
            self._bench.show_moment(lambda: self._read(source, cell, nearest), name, title, source.inputs)

    def _tell_of_inputs(self, inputs: Inputs | None) -> None:
        """Say, once, what is different in the data that the network is about to be shown."""
        said = UNSAID if inputs is None else inputs.unlike(self._bench.experiment.dataset)
        if said and said != self._said:
            self._window.status.show_message(said, "note")
        self._said = said

    def _read(self, source: Moments, cell: str, iteration: int) -> Network:
        """Return the network of a moment, on whatever thread: the very one that there was, if there was one."""
        moment = cell, iteration
        network = self._networks.pop(moment, None)
        if network is None:
            network = source.network(cell, iteration)
            self._bytes += _size(network)
        self._networks[moment] = network
        while len(self._networks) > 1 and (len(self._networks) > MOST or self._bytes > MOST_BYTES):
            self._bytes -= _size(self._networks.popitem(last=False)[1])
        return network

    def _show(self) -> None:
        if self.bar is not None and self._source is not None:
            self.bar.show_moment(self.shown, waiting=self._bench.changing)
        self._window.actions_.show_moments(offered=self._source is not None, shown=self.shown is not None)

    def _name(self, cell: str, iteration: int) -> str:
        several = self._source is not None and len(self._source.cells) > 1
        return f"iteration {grouped(iteration)}{', ' + TITLES.get(cell, cell) if several else ''}"


def _title(cell: str, iteration: int) -> str:
    """Return what a moment is called beside others, where there is little room: ``GRU at 340``."""
    return f"{TITLES.get(cell, cell)} at {grouped(iteration)}"


def _size(network: Network) -> int:
    return sum(array.nbytes for array in network.state_dict().values())
