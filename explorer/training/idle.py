"""Settings that have no effect beside the others, each with the reason: not asked for, and refused where given."""

from __future__ import annotations

from collections.abc import Collection

from explorer.sequences import GENERATORS
from explorer.training.settings import WATCHING


def idle(task: str, generator: str, optimizer: str, cells: Collection[str]) -> dict[str, str]:
    """Return the fields of ``Settings`` that change nothing beside these, and of each why, as part of a sentence."""
    found: dict[str, str] = {}
    if task == "generator" and generator in GENERATORS and not GENERATORS[generator].sequential:
        drawn = f"every sequence of {generator} is drawn anew, also those that are measured on"
        found |= {
            "held_out": f"{drawn}: none is held out",
            "split": f"{drawn}: none is held out",
            "steps": f"every sequence of {generator} is as long as the generator makes it, and is never cut",
        }
    if task == "classify":
        found["steps"] = "a sequence has one label, so it is never cut"
    grows = task == "generator" and generator in GENERATORS and GENERATORS[generator].grows
    if task != "classify" and not grows:
        found["curriculum"] = f"there is nothing to grow: the task {task} of these data has one length from the start"
    if task in ("tagging", "classify", "masked", "generator"):
        found["horizon"] = f"the task {task} has its own answers, and foretells nothing"
    if task != "forecast":
        found["derive"] = f"changes are shown for a forecast, and the task is {task}"
    if task not in WATCHING:
        found |= dict.fromkeys(("normal", "filter"), f"the task {task} watches for nothing unusual")
    if task not in ("forecast", "anomaly"):
        found["fan"] = f"the task {task} foretells nothing"
    if not generator:
        found["data_seed"] = "the data are of a file, and no generator makes them"
    if optimizer != "sgd":
        found["momentum"] = f"momentum is of sgd only, and the optimiser is {optimizer}"
    if "rnn" not in cells:
        found["nonlinearity"] = "it is for rnn only, which is not among the cells"
    return found
