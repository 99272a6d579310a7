"""Models and batches to train in tests."""

from dataclasses import replace

import numpy as np

from explorer.initialisation import make_head, make_network
from explorer.network import Head
from explorer.training.batches import Batch
from explorer.training.loop import Training
from explorer.training.model import Model
from explorer.training.reports import Iteration

NUMBERS, OUTPUTS = 2, 3


def model_of(recipe, vocabulary=0, **options):
    """Return a model of random weights, on request with an embedding of so many words, the first for padding."""
    words = {"word": ("<pad>", *(f"w{k}" for k in range(1, vocabulary)))} if vocabulary else {}
    network = make_network(recipe, NUMBERS, words)
    head = Head(*make_head(recipe, network.layers[-1].output_size, OUTPUTS))
    return Model(replace(network, head=head), padding=frozenset(words), **options)


def batch_of(lengths, vocabulary=0, seed=0):
    """Return sequences of random numbers and codes, with random answers at every step."""
    rng = np.random.default_rng(seed)
    lengths = np.array(lengths, np.int64)
    mask = np.arange(lengths.max()) < lengths[:, None]
    numbers = np.where(mask[:, :, None], rng.standard_normal((*mask.shape, NUMBERS)), 0).astype(np.float32)
    codes = np.where(mask, rng.integers(1, max(vocabulary, 2), mask.shape), 0)[:, :, None]
    answers = np.where(mask[:, :, None], rng.standard_normal((*mask.shape, OUTPUTS)), np.nan).astype(np.float32)
    return Batch(numbers, codes if vocabulary else codes[:, :, :0], answers, mask, lengths)


def part_of(batch, k):
    """Return one sequence of a batch, without its padding."""
    rows, length = slice(k, k + 1), int(batch.lengths[k])
    return Batch(
        *(array[rows, :length] for array in (batch.numbers, batch.codes, batch.answers, batch.mask)),
        batch.lengths[rows],
    )


def curves(settings, dataset=None, resume=None):
    """Return every Iteration of a training, in order."""
    return [report for report in Training(settings, dataset, resume) if isinstance(report, Iteration)]
