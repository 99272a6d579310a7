"""How the form of a training shows what can be set: which fields come first, and words that a person reads."""

from __future__ import annotations

from explorer.training.asked import ASKED, GROUPS, Asked

TASK_TITLES = {
    "forecast": ("Forecast", "Foretell the next steps of the columns"),
    "tagging": ("Tagging", "Tell the label of every step"),
    "classify": ("Classify", "Tell the label of a whole sequence"),
    "anomaly": ("Anomaly", "Foretell, and call unusual what was foretold badly"),
    "masked": ("Masked", "Tell each column from the others and the past, and call unusual what was told badly"),
    "reconstruct": ("Reconstruct", "Say again what came some steps before"),
    "generator": ("The generator's own", "What this data was made for: adding, copying, parity …"),
}

FIRST = tuple(ASKED[name] for name in ("iterations", "rate", "batch", "clip", "hidden"))
OWN = (*GROUPS["Task"], ASKED["cells"], ASKED["init"])
"""What the form asks in ways of its own."""

FURTHER = {
    title: rest
    for title, group in GROUPS.items()
    if (rest := tuple(asked for asked in group if asked not in (*FIRST, *OWN)))
}

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


def told(asked: Asked) -> str:
    """Return what a setting means, and a 0 of it."""
    return f"{asked.meaning}. {asked.zero}" if asked.zero else asked.meaning
