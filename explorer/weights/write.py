"""A state_dict as a file that PyTorch reads."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import numpy as np

from explorer.errors import UsageError
from explorer.functions import FloatArray

StateDict = Mapping[str, FloatArray]


def encode(state_dict: StateDict, suffix: str) -> bytes:
    """Return the content of a file of the kind that ``suffix`` names, one of ``SUFFIXES``.

    The arrays keep their names, shapes and dtype, so ``torch.nn.LSTM(...).load_state_dict`` takes what
    ``safetensors.torch.load_file`` or ``torch.load`` makes of it.
    """
    if suffix not in _ENCODERS:
        raise UsageError(f"weights are written as {' or '.join(SUFFIXES)}, not as {suffix!r}")
    return _ENCODERS[suffix](state_dict)


def _safetensors(state_dict: StateDict) -> bytes:
    from safetensors.numpy import save

    # The format's own mark for PyTorch's layout; some readers refuse a file without it.
    return save({name: np.ascontiguousarray(array) for name, array in state_dict.items()}, {"format": "pt"})


def _pt(state_dict: StateDict) -> bytes:
    import torch

    file = io.BytesIO()
    torch.save({name: torch.tensor(array) for name, array in state_dict.items()}, file)
    return file.getvalue()


_ENCODERS: dict[str, Callable[[StateDict], bytes]] = {".safetensors": _safetensors, ".pt": _pt}

SUFFIXES = tuple(_ENCODERS)
