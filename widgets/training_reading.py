"""From a run's folder to what the pages of the training panel show."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.errors import GateExplorerError
from explorer.gradients import growth_bounds
from explorer.network import Network
from explorer.training.judging import Judge
from explorer.training.runs import Recording
from widgets.trained import Trained


class TrainingReading:
    """Reads one run, and remembers what costs more than a frame: verdicts and bounds of the moments looked at."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._judge = Judge(recording)
        self._rates: dict[tuple[str, int], Mapping[str, float]] = {}

    def trained(self, iteration: int | None = None) -> Trained:
        """Return what is known now; verdicts and bounds are those at an iteration, or the last."""
        run = self.recording
        settings, names = run.settings, run.metric_names()
        read = Trained(
            name=run.folder.name,
            cells=run.cells,
            metrics={cell: run.metrics(cell) for cell in run.cells},
            through={cell: run.through_time(cell) for cell in run.cells},
            gates={cell: run.gates(cell) for cell in run.cells},
            baselines=tuple((each.name, each.metric, each.value, each.best) for each in run.baselines),
            held_out=names,
            loss=names[0] if names else "loss",
            iterations=settings.iterations,
            truncated=settings.window,
        )
        rates: dict[str, float] = {}
        for cell in run.cells:
            rates.update(self._rates_of(cell, iteration))
        verdicts = {cell: self._judge.verdict(cell, iteration) for cell in run.cells}
        return read.judged({cell: verdict for cell, verdict in verdicts.items() if verdict}, rates)

    def _rates_of(self, cell: str, iteration: int | None) -> Mapping[str, float]:
        moments = [at for at in self.recording.moments(cell) if iteration is None or at <= iteration]
        if not moments:
            return {}
        key = (cell, moments[-1])
        if key not in self._rates:
            try:
                self._rates[key] = _rates(cell, self.recording.network(cell, moments[-1]))
            except (GateExplorerError, np.linalg.LinAlgError):  # thinned meanwhile, or not finite: there is no guide
                self._rates[key] = {}
        return self._rates[key]


def _rates(cell: str, network: Network) -> Mapping[str, float]:
    """Return γσ_max of every place: of several gate blocks the largest."""
    return {
        f"{cell} {place.key}": max(
            bounds.rate for bounds in growth_bounds(network.cell(place), network.weights(place)).values()
        )
        for place in network.places
    }
