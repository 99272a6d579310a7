"""The weights of a run at its iterations: a file each, thinned as they grow many, and networks read from them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from explorer import weights
from explorer.cells import find_cell
from explorer.errors import DataError
from explorer.functions import FloatArray
from explorer.network import FORWARD, REVERSE, Head, Layer, Network, Place, Weights
from explorer.training.description import Description
from explorer.writing import replacing

FOLDER = "weights"
PROMOTED = "promoted.json"
_SUFFIX = ".safetensors"
_MOST_BYTES, _MOST, _LEAST = 200_000_000, 500, 20
"""All files of one cell may take so much, but there are never more, nor need be fewer, than so many."""


def weights_path(folder: Path, cell: str, iteration: int) -> Path:
    """Return where the weights of a cell after an iteration are, or would be."""
    return folder / FOLDER / f"{cell}-{iteration}{_SUFFIX}"


def write_moment(folder: Path, cell: str, iteration: int, network: Network, every: int) -> None:
    """Write the weights after an iteration, and thin those of before. ``OutputError`` if they cannot be written."""
    (folder / FOLDER).mkdir(exist_ok=True)
    content = weights.encode(network.state_dict(), _SUFFIX)
    with replacing(weights_path(folder, cell, iteration)) as file:
        file.write(content)
    most = min(max(_MOST_BYTES // len(content), _LEAST), _MOST)
    for old in thinned(moments_of(folder, cell), every, most, promoted(folder).get(cell, ())):
        weights_path(folder, cell, old).unlink(missing_ok=True)


def thinned(iterations: Sequence[int], every: int, most: int, promoted: Collection[int] = ()) -> tuple[int, ...]:
    """Return which of the moments are to go, so that about ``most`` stay, evenly spaced.

    The spacing is ``every``, doubled as often as needed. The first, the last and those ``promoted`` stay always.
    """
    if not iterations:
        return ()
    first, last = min(iterations), max(iterations)
    spacing = every
    while last // spacing + 1 > most:
        spacing *= 2
    stay = {first, last, *promoted}
    return tuple(each for each in iterations if each % spacing and each not in stay)


def moments_of(folder: Path, cell: str) -> tuple[int, ...]:
    """Return the iterations after which the weights of a cell were kept."""
    pattern = re.compile(rf"{re.escape(cell)}-(\d+){re.escape(_SUFFIX)}")
    names = (pattern.fullmatch(path.name) for path in (folder / FOLDER).glob(f"{cell}-*{_SUFFIX}"))
    return tuple(sorted(int(match[1]) for match in names if match))


def cut_moments(folder: Path, cell: str, iteration: int) -> None:
    """Delete the weights of a cell after ``iteration``."""
    for each in moments_of(folder, cell):
        if each > iteration:
            weights_path(folder, cell, each).unlink(missing_ok=True)


def promoted(folder: Path) -> Mapping[str, tuple[int, ...]]:
    """Return, for each cell, the moments that thinning must leave."""
    try:
        found = json.loads((folder / PROMOTED).read_bytes())
        return {cell: tuple(map(int, iterations)) for cell, iterations in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def promote(folder: Path, cell: str, iteration: int) -> None:
    """Have a moment stay on disk whatever comes, since it was taken for the current network."""
    now = dict(promoted(folder))
    now[cell] = tuple(sorted({*now.get(cell, ()), iteration}))
    with replacing(folder / PROMOTED) as file:
        file.write(json.dumps(now).encode())


def read_moment(folder: Path, cell: str, iteration: int, description: Description) -> Network:
    """Return the network after an iteration. ``DataError`` if there is none, or its file is damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    path = weights_path(folder, cell, iteration)
    try:
        state = load(path.read_bytes())
    except FileNotFoundError as error:
        raise DataError(f"there are no weights of {cell} after iteration {iteration}", file=path) from error
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", file=path) from error
    except SafetensorError as error:
        raise DataError(f"is damaged, and no file of weights any more: {error}", file=path) from error
    try:
        return network_of(state, cell, description)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise DataError(f"does not hold the weights that this run describes: {error}", file=path) from error


def network_of(state: Mapping[str, FloatArray], cell: str, description: Description) -> Network:
    """Return the network with these weights; ``KeyError`` or ``ValueError`` where some are missing or do not fit."""
    settings = description.settings
    recipe = settings.recipe(cell, description.longest)
    directions = (FORWARD, REVERSE) if settings.bidirectional else (FORWARD,)
    kind = find_cell(cell, recipe.nonlinearity)
    shape = (len(kind.blocks) * settings.hidden, settings.hidden)
    layers = tuple(
        Layer(kind, {each: _weights(state, Place(k, each).key, shape) for each in directions})
        for k in range(settings.layers)
    )
    names = (
        ["embedding.weight"] if len(description.words) == 1 else [f"embeddings.{w}.weight" for w in description.words]
    )
    embeddings = {word: state[name] for word, name in zip(description.words, names, strict=True)}
    return Network(layers, recipe, MappingProxyType(embeddings), _head(state, description))


def _weights(state: Mapping[str, FloatArray], key: str, shape: tuple[int, int]) -> Weights:
    if state[f"weight_hh_{key}"].shape != shape:
        raise ValueError(f"weight_hh_{key} should be {shape}")
    arrays: dict[str, Any] = {name: state[f"{name}_{key}"] for name in ("weight_ih", "weight_hh")}
    arrays.update({name: state.get(f"{name}_{key}") for name in ("bias_ih", "bias_hh")})
    return Weights(**arrays)


def _head(state: Mapping[str, FloatArray], description: Description) -> Head | None:
    if "head.weight" not in state:
        return None
    weight, bias, outputs = state["head.weight"], state["head.bias"], description.outputs
    return Head(weight, bias) if outputs is None else outputs.head(weight, bias)
