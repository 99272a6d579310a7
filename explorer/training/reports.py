"""What a training tells while it runs, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from explorer.functions import FloatArray
from explorer.network import Network


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Iteration:
    """What one update of one cell was. Norms are L2 and before clipping unless they say clipped.

    ``iteration`` counts from 1, ``loss`` is that of the training batch; ``grad_norm_clipped`` equals ``grad_norm``
    where nothing was clipped. ``parameters`` has the norm of every parameter, ``weight_ih_l0``, ``embedding.weight``,
    ``head.weight`` …; ``gates`` that of every gate block, ``weight_ih_l0.f``. ``rate`` is the learning rate of this
    update, ``weight_norm`` that of all parameters together after it, ``update_ratio`` ‖update‖ / ‖weights before‖.
    ``metrics`` are those on held-out data, empty where not measured.
    """

    cell: str
    iteration: int
    loss: float
    grad_norm: float
    grad_norm_clipped: float
    parameters: Mapping[str, float]
    gates: Mapping[str, float]
    rate: float
    weight_norm: float
    update_ratio: float
    metrics: Mapping[str, float] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Probed:
    """What the probe saw of one cell after one iteration (0: before the first). Arrays float64, index = step.

    ``norms`` gives ``l0.dh``, ``l0.dh_direct``, ``l0.dh_through``, ``l0.dc``, ``l0.da_i`` … of every place, each (T,):
    the mean over the probe's sequences of the L2 norm of the gradient of that sequence's own loss, NaN past the end.
    ``gates`` gives ``l0.f.left``, ``l0.f.right``, ``l0.f.mean``, ``l0.f.tau`` … of all gates.
    """

    cell: str
    iteration: int
    norms: Mapping[str, FloatArray]
    gates: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The weights after an iteration (0: before the first): as trained, with embeddings and head."""

    cell: str
    iteration: int
    network: Network


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """How the training ended.

    ``reason`` is ``finished``, ``stopped``, ``early stop``, or a sentence where NaN or Inf stopped it, which names
    iteration, parameter and gate.
    """

    reason: str
    iteration: int
    failed: bool = False


Report = Iteration | Probed | Moment | Ended


@dataclass(frozen=True, slots=True, eq=False)
class Resume:
    """All that a training needs to go on as if it had never ended, after a whole iteration of all its cells.

    ``arrays`` are ``lstm.weights.weight_ih_l0`` … and ``lstm.optimizer.exp_avg`` … of each cell; ``facts`` can be
    written as json. Batches and dropout are drawn anew from seed and iteration, so the iteration is their position.
    """

    iteration: int
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=_nothing)
    facts: Mapping[str, Any] = field(default_factory=_nothing)
