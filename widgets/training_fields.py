"""What can be set of a training, in the order it is asked: titles, what they mean, and which come first."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.training.settings import CHOICES, RANGES

TASK_TITLES = {
    "forecast": ("Forecast", "Foretell the next steps of the columns"),
    "tagging": ("Tagging", "Tell the label of every step"),
    "classify": ("Classify", "Tell the label of a whole sequence"),
    "anomaly": ("Anomaly", "Foretell, and call unusual what was foretold badly"),
    "reconstruct": ("Reconstruct", "Say again what came some steps before"),
    "generator": ("The generator's own", "What this data was made for: adding, copying, parity …"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One field: its name in ``Settings``, its title and what it means. ``kind``: whole, number, words or switch."""

    name: str
    title: str
    tip: str
    zero: str = ""
    """What a 0 means, where it is not a number like others."""

    @property
    def kind(self) -> str:
        """How it is asked."""
        if self.name in CHOICES:
            return "words"
        if self.name not in RANGES:
            return "switch"
        return "whole" if all(isinstance(end, int) for end in RANGES[self.name]) else "number"


FIRST = (
    Asked("iterations", "Iterations", "How many updates of the weights"),
    Asked("rate", "Learning rate", "How far each update goes"),
    Asked("batch", "Batch", "How many sequences, or windows of one, an update learns from"),
    Asked("clip", "Clip norm at", "A gradient longer than this is shortened to it", "0: no clipping"),
    Asked("hidden", "Hidden size", "How many units each layer has, in each direction"),
)

FURTHER: tuple[tuple[str, tuple[Asked, ...]], ...] = (
    (
        "Optimiser",
        (
            Asked("optimizer", "Optimiser", "How a gradient becomes an update"),
            Asked("momentum", "Momentum", "How much of the last update goes on; of SGD only"),
            Asked("schedule", "Schedule", "How the learning rate changes over the iterations"),
            Asked("weight_decay", "Weight decay", "How fast weights shrink that nothing holds up"),
            Asked("clip_value", "Clip values at", "Each number of a gradient is held within ± this", "0: no clipping"),
            Asked("patience", "Patience", "End after so many iterations without a better held-out loss", "0: never"),
        ),
    ),
    (
        "Sequences",
        (
            Asked("steps", "Window length", "Long sequences are cut into windows of so many steps", "0: never cut"),
            Asked("window", "Gradient flows back", "Truncated: so many steps, and no further", "0: to the first step"),
            Asked("held_out", "Held out", "The part of the data that is never trained on"),
            Asked("split", "Split by", "Whether the end of time or whole sequences are held out"),
            Asked("scale", "Values", "How the data are scaled before the network sees them"),
            Asked("data_seed", "Seed of the data", "The same seed always draws the same batches"),
        ),
    ),
    (
        "Network",
        (
            Asked("layers", "Layers", "How many layers are stacked"),
            Asked("bidirectional", "Both directions", "Every layer also reads from the last step to the first"),
            Asked("nonlinearity", "Nonlinearity", "Of the RNN"),
            Asked("dropout", "Dropout", "The part of the hidden states between layers that is left out", "0: none"),
            Asked("embedding", "Embedding", "How many numbers stand for each word"),
            Asked("seed", "Seed of the weights", "The same seed always draws the same weights"),
        ),
    ),
    (
        "What is recorded",
        (
            Asked("probe", "Probe sequences", "Held-out sequences whose gradient through time is looked at"),
            Asked("probe_every", "Probe every", "Iterations from one look to the next"),
            Asked("measure_every", "Measure every", "Iterations from one held-out metric to the next"),
            Asked("weights_every", "Keep weights every", "Iterations from one moment one can go back to, to the next"),
            Asked("device", "Device", "Where it is computed: cuda and mps where there is one"),
        ),
    ),
)

WORDS = {
    "adam": "Adam",
    "adamw": "AdamW",
    "rmsprop": "RMSprop",
    "sgd": "SGD with momentum",
    "one-cycle": "one cycle",
    "auto": "as fits the data",
    "cpu": "CPU",
    "cuda": "CUDA",
    "mps": "MPS",
    "standardize": "mean 0, deviation 1",
    "min-max": "0 to 1",
    "none": "as they are",
}
"""Where a word of the settings is not what a person reads."""
EVERYTHING = tuple(asked for asked in FIRST) + tuple(asked for _, group in FURTHER for asked in group)
