"""What can be set of a training, in the order it is asked, in the words of the command line's help and the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.training.settings import CHOICES, RANGES, SWITCHES


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of ``Settings``: what stands for its value on the command line, its title and what it means."""

    name: str
    value: str
    title: str
    meaning: str
    zero: str = ""
    """What a 0 means, where it is not a number like others."""

    @property
    def kind(self) -> str:
        """How it is asked: as a whole number, a number, words to choose from, a switch or a text."""
        if self.name in CHOICES:
            return "words"
        if self.name not in RANGES:
            return "switch" if self.name in SWITCHES else "text"
        return "whole" if all(isinstance(end, int) for end in RANGES[self.name]) else "number"


GROUPS: Mapping[str, tuple[Asked, ...]] = {
    "Task": (
        Asked("task", "", "Task", "What the network is to answer; a generator brings its own"),
        Asked("target", "A,B", "Target", "The columns that are asked for (all numbers, or the data's own)"),
        Asked(
            "horizon",
            "H",
            "Steps ahead",
            "How many steps ahead is foretold; anomaly: that step alone; reconstruct: how many back",
        ),
    ),
    "Optimiser": (
        Asked("iterations", "N", "Iterations", "How many updates of the weights"),
        Asked("optimizer", "", "Optimiser", "How a gradient becomes an update"),
        Asked("rate", "R", "Learning rate", "The learning rate: how far each update goes"),
        Asked("momentum", "M", "Momentum", "How much of the last update goes on; of SGD only"),
        Asked("schedule", "", "Schedule", "How the learning rate changes over the iterations"),
        Asked("weight_decay", "W", "Weight decay", "How fast weights shrink that nothing holds up"),
        Asked("clip", "C", "Clip norm at", "A gradient longer than this is shortened to it", "0: no clipping"),
        Asked("clip_value", "C", "Clip values at", "Each number of a gradient is held within ± this", "0: no clipping"),
        Asked("patience", "N", "Patience", "End after so many iterations without a better held-out loss", "0: never"),
    ),
    "Sequences": (
        Asked("batch", "B", "Batch", "How many sequences, or windows of one, an update learns from"),
        Asked("steps", "T", "Window length", "Long sequences are cut into windows of so many steps", "0: never cut"),
        Asked("window", "K", "Gradient flows back", "The gradient goes back so many steps", "0: to the first step"),
        Asked("held_out", "F", "Held out", "The part of the data that is never trained on"),
        Asked(
            "normal",
            "N",
            "Normal at first",
            "So many steps are normal: a watch learns from them, and what follows is judged",
            "0: not said",
        ),
        Asked("filter", "N", "Error over", "A watch takes the median error of so many steps; alarms as close are one"),
        Asked("split", "", "Split by", "Whether the end of time or whole sequences are held out"),
        Asked("scale", "", "Values", "How the data are scaled before the network sees them"),
        Asked("fan", "", "As a fan", "Foretell a median, and the range that nine in ten values fall into"),
        Asked(
            "derive", "", "Shown as", "Whether a forecast is of changes: of each asked column they are shown instead"
        ),
        Asked(
            "curriculum",
            "F",
            "Curriculum",
            "Over this part of the iterations the longest that is drawn grows to what is set",
            "0: none",
        ),
        Asked("data_seed", "S", "Seed of the data", "A generator always makes the same of the same seed"),
    ),
    "Network": (
        Asked("cells", "A,B", "Cells", "Trained together on the same batches: rnn, lstm, gru"),
        Asked("hidden", "H", "Hidden size", "How many units each layer has, in each direction"),
        Asked("layers", "N", "Layers", "How many layers are stacked"),
        Asked("bidirectional", "", "Both directions", "Every layer also reads from the last step to the first"),
        Asked("nonlinearity", "", "Nonlinearity", "Of the RNN"),
        Asked("dropout", "P", "Dropout", "The part left out of what each layer hands up, also to the head", "0: none"),
        Asked("embedding", "E", "Embedding", "How many numbers stand for each word"),
        Asked("init", "NAME", "Initialisation", "How weights are drawn: one name, or as in lstm=chrono,rnn=identity"),
        Asked("seed", "S", "Seed of the weights", "The same seed always draws the same weights, and the same batches"),
    ),
    "What is recorded": (
        Asked("probe", "N", "Probe sequences", "Held-out sequences whose gradient through time is looked at"),
        Asked("probe_every", "N", "Probe every", "Iterations from one look at these to the next"),
        Asked("measure_every", "N", "Measure every", "Iterations from one held-out metric to the next"),
        Asked("weights_every", "N", "Keep weights every", "Iterations from one moment one can go back to, to the next"),
        Asked("tensorboard", "", "TensorBoard", "Write event files, too, into the folder tensorboard of the run"),
        Asked("device", "", "Device", "Where it is computed: cuda and mps where there is one"),
    ),
}
ASKED: Mapping[str, Asked] = {asked.name: asked for group in GROUPS.values() for asked in group}
