"""The elementwise functions a cell's equations are written in, for numpy arrays and for torch tensors.

A cell is declared once; ``NUMPY`` or ``torch_functions()`` decides what it runs on. torch is imported when asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = Any
"""A numpy array or a torch tensor: the equations hold for both."""

FloatArray: TypeAlias = npt.NDArray[np.floating[Any]]
IndexArray: TypeAlias = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Functions:
    """σ, tanh and relu of one array library. Each takes and returns an array of any shape.

    numpy's also take the array to write to, which may be the one they read.
    """

    sigmoid: Callable[..., Array]
    tanh: Callable[..., Array]
    relu: Callable[..., Array]


@functools.cache
def _limit_and_one(kind: str) -> tuple[FloatArray, FloatArray]:
    """Return the two numbers as arrays of this kind: one step of a small cell takes as long as to convert a few."""
    return np.array(np.log(np.finfo(kind).max) - 1, kind), np.array(1, kind)


def numpy_sigmoid(a: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return σ(a) = 1 / (1 + e^−a).

    −a is cut off just below where exp would overflow; there σ(a) is smaller than the smallest normal number, so the
    result is off by less than that. NaN stays NaN.
    """
    limit, one = _limit_and_one(a.dtype.char)
    out = np.negative(a, np.empty_like(a) if out is None else out)
    np.minimum(out, limit, out=out)
    np.exp(out, out)
    np.add(out, one, out)
    return np.reciprocal(out, out)


def _numpy_relu(a: FloatArray, out: FloatArray | None = None) -> FloatArray:
    return np.maximum(a, a.dtype.type(0), out=out)


NUMPY = Functions(sigmoid=numpy_sigmoid, tanh=np.tanh, relu=_numpy_relu)


@functools.cache
def torch_functions() -> Functions:
    """Return the same functions for torch tensors."""
    import torch

    return Functions(sigmoid=torch.sigmoid, tanh=torch.tanh, relu=torch.relu)
