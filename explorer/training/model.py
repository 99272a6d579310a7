"""One cell's network in torch, as it is trained: its weights come from a ``Network`` and go back into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.errors import DataError
from explorer.functions import FloatArray
from explorer.network import Layer, Network, Weights
from explorer.training.batches import Batch
from explorer.training.norms import Layout, layout_of

if TYPE_CHECKING:
    from torch import Tensor


class Model:
    """The embeddings, layers and head of a network, all parameters of which are views of one ``flat`` tensor.

    So are the gradients, of ``grad``: an optimiser that works number by number then does one thing instead of one a
    parameter, and norms are taken in one pass. ``padding`` names the features whose code 0 fills up; its vector stays
    zero. While it learns, ``dropout`` leaves out a part of what each layer hands up, to the next one or to the head.
    """

    def __init__(
        self, network: Network, *, dropout: float = 0.0, device: str = "cpu", padding: frozenset[str] = frozenset()
    ) -> None:
        import torch

        if network.head is None:
            raise DataError("a network without a head answers nothing, so it cannot be trained; give it a head")
        self.layout: Layout = layout_of(network)
        self.device = device
        self._skeleton = network
        self._padding = [0 if name in padding else None for name in network.embeddings]
        kind = torch.float64 if network.dtype == np.float64 else torch.float32
        self.flat = torch.nn.Parameter(torch.empty(self.layout.size, dtype=kind, device=device))
        self.grad = torch.zeros_like(self.flat.data)
        self.flat.grad = self.grad
        self.parameters: dict[str, torch.nn.Parameter] = {}
        for name, piece in self.layout.pieces().items():
            shape = self.layout.shapes[name]
            self.parameters[name] = torch.nn.Parameter(self.flat.data[piece].view(shape))
            self.parameters[name].grad = self.grad[piece].view(shape)
        self._layers = _layers(network, self.parameters, dropout)
        self._dropout = dropout
        self.load(network.state_dict())

    def answer(self, batch: Batch, *, window: int = 0, learning: bool = False) -> Tensor:
        """Return what the network puts out, (B, T, K), from a zero state on; beyond the end of a sequence, anything.

        ``window`` > 0 cuts the gradient, and nothing else, every so many steps.
        """
        import torch

        self._layers.train(learning)
        # Steps first: torch's layers would copy everything to that order and back, at 7 % of an iteration.
        x, lengths = self._inputs(batch).transpose(0, 1), torch.from_numpy(batch.lengths)
        steps, state, pieces = x.shape[0], None, []
        for first in range(0, steps, window or steps):
            last = min(first + (window or steps), steps)
            h, state = self._run(x[first:last], (lengths - first).clamp(1, last - first), state)
            pieces.append(h)
            if state is not None and last < steps:
                state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        h = torch.nn.functional.dropout(torch.cat(pieces), self._dropout, learning)
        y: Tensor = torch.nn.functional.linear(h, self.parameters["head.weight"], self.parameters["head.bias"])
        return y.transpose(0, 1)

    def _inputs(self, batch: Batch) -> Tensor:
        import torch

        x = torch.from_numpy(batch.numbers).to(self.device, self.flat.dtype)
        tables = list(self.parameters.values())[: len(self._padding)]
        vectors = [
            torch.nn.functional.embedding(torch.from_numpy(batch.codes[:, :, k]).to(self.device), table, padding)
            for k, (table, padding) in enumerate(zip(tables, self._padding, strict=True))
        ]
        return torch.cat([x, *vectors], dim=2) if vectors else x

    def _run(self, x: Tensor, lengths: Tensor, state: Any) -> tuple[Tensor, Any]:
        """Return h of all steps, (T, B, width), and the state after the last. x (T, B, D).

        An LSTM that only reads forward sees the padding, of which nothing is asked: torch's one-pass LSTM takes no
        packed sequences. All others are packed: a reverse direction has to begin at the end of each sequence, and a
        relu RNN could run away on the padding.
        """
        from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

        layers, steps = self._layers, x.shape[0]
        if (layers.mode == "LSTM" and not layers.bidirectional) or bool((lengths == steps).all()):
            h, state = layers(x, state)
            return h, state
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        h, state = layers(packed, state)
        return pad_packed_sequence(h, total_length=steps)[0], state

    def predict(self, batch: Batch) -> FloatArray:
        """Return the outputs (B, T, K) as numpy has them: nothing is dropped and no gradient is kept."""
        import torch

        with torch.inference_mode():
            predicted: FloatArray = self.answer(batch).cpu().numpy()
        return predicted

    def load(self, arrays: Mapping[str, FloatArray]) -> None:
        """Take the weights from arrays under PyTorch's names. ``DataError`` naming the first that does not fit."""
        import torch

        for name, shape in self.layout.shapes.items():
            if name not in arrays or arrays[name].shape != shape:
                found = arrays[name].shape if name in arrays else "missing"
                raise DataError(f"{name} is {found}, but must be {shape}")
            with torch.no_grad():
                self.parameters[name].copy_(torch.tensor(np.asarray(arrays[name])))

    def arrays(self) -> dict[str, FloatArray]:
        """Return a copy of the weights under PyTorch's names."""
        flat = self.flat.data.cpu().numpy().copy()
        return {name: flat[piece].reshape(self.layout.shapes[name]) for name, piece in self.layout.pieces().items()}

    def network(self) -> Network:
        """Return the network with the weights of now."""
        return with_weights(self._skeleton, self.arrays())


def with_weights(network: Network, arrays: Mapping[str, FloatArray]) -> Network:
    """Return ``network`` with other weights, given under the names of its ``state_dict``: no recipe makes it again."""
    names = list(network.state_dict())[: len(network.embeddings)]
    layers = tuple(
        Layer(
            layer.cell,
            {
                place.direction: Weights(
                    **{name: arrays[f"{name}_{place.key}"] for name, _ in network.weights(place).named()}
                )
                for place in network.places
                if place.layer == k
            },
        )
        for k, layer in enumerate(network.layers)
    )
    head = network.head and replace(network.head, weight=arrays["head.weight"], bias=arrays["head.bias"])
    tables = {feature: arrays[name] for feature, name in zip(network.embeddings, names, strict=True)}
    return replace(network, layers=layers, recipe=None, embeddings=MappingProxyType(tables), head=head)


def _layers(network: Network, parameters: Mapping[str, Any], dropout: float) -> Any:
    """Return torch's own module of all layers, whose parameters are the given ones."""
    from torch import nn

    weights = next(iter(network.layers[0].weights.values()))
    cell, bias = network.layers[0].cell, weights.bias_ih is not None
    options: dict[str, Any] = {"nonlinearity": cell.nonlinearity} if cell.name == "rnn" else {}
    kind: Any = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell.name]
    module = kind(
        *(weights.input_size, weights.hidden_size, len(network.layers)),
        bias=bias,
        dropout=dropout if len(network.layers) > 1 else 0.0,
        bidirectional=len(network.layers[0].weights) == 2,
        device="meta",  # no numbers are drawn: all parameters come from the network
        **options,
    )
    for name, _ in list(module.named_parameters()):
        setattr(module, name, parameters[name])
    return module
