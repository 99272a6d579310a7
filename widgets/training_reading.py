"""From a run's folder to what the pages of the training panel show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial

import numpy as np

from explorer.errors import GateExplorerError
from explorer.gradients import growth_bounds
from explorer.network import FORWARD, REVERSE, Place
from explorer.training.judging import Judge
from explorer.training.runs import Recording
from widgets.trained import Judged, Trained


class TrainingReading:
    """Reads one run, and remembers what costs more than a frame: the bounds of the moments looked at."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._judge = Judge(recording)
        self._known: dict[tuple[str, Place, int], float | None] = {}

    def trained(self, iteration: int | None = None) -> Trained:
        """Return what is known now; it is judged as it was at an iteration, or the last."""
        run = self.recording
        settings, names = run.settings, run.metric_names()
        return Trained(
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
            judge=lambda: self._judged(iteration),
        )

    def _judged(self, iteration: int | None) -> Judged:
        verdicts = {cell: self._judge.verdict(cell, iteration) for cell in self.recording.cells}
        rates = _Rates(partial(self._rate, iteration=iteration), self.recording)
        return Judged({cell: verdict for cell, verdict in verdicts.items() if verdict}, rates)

    def _rate(self, cell: str, place: Place, iteration: int | None) -> float | None:
        """Return γσ_max of a place, of several gate blocks the largest; None where there is no moment to know it of."""
        moments = [at for at in self.recording.moments(cell) if iteration is None or at <= iteration]
        if not moments:
            return None
        key = (cell, place, moments[-1])
        if key not in self._known:
            self._known[key] = None
            with suppress(GateExplorerError, np.linalg.LinAlgError):  # thinned meanwhile, or not finite
                network = self.recording.network(cell, moments[-1])
                bounds = growth_bounds(network.cell(place), network.weights(place))
                self._known[key] = max(each.rate for each in bounds.values())
        return self._known[key]


class _Rates(Mapping[str, float]):
    """γσ_max by cell and place, ``lstm l0``, each worked out when it is asked for: of large layers it takes a while."""

    def __init__(self, rate: Callable[[str, Place], float | None], run: Recording) -> None:
        directions = (FORWARD, REVERSE) if run.settings.bidirectional else (FORWARD,)
        places = [Place(layer, each) for layer in range(run.settings.layers) for each in directions]
        self._places = {f"{cell} {place.key}": (cell, place) for cell in run.cells for place in places}
        self._rate = rate

    def __getitem__(self, name: str) -> float:
        """Return that of a cell and place. ``KeyError`` where there is none."""
        rate = self._rate(*self._places[name])
        if rate is None:
            raise KeyError(name)
        return rate

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
