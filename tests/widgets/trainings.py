"""A run that was really trained, small and short, and what is known of it."""

from dataclasses import replace
from pathlib import Path

from explorer.presets import find_preset, preset_training
from explorer.training.description import begin_run, describe, read_description
from explorer.training.loop import Training
from explorer.training.origin import Origin, origin_table
from explorer.training.recording import Recorder
from explorer.training.reports import Iteration
from explorer.training.settings import Settings


def small_settings(**changed: object) -> Settings:
    """Return the settings of three small cells on a short adding problem."""
    told = {"hidden": 6, "batch": 4, "iterations": 12, "probe_every": 4, "measure_every": 4, "weights_every": 4}
    short = {"generator_settings": (("length", 30),)}
    return replace(preset_training(find_preset("adding")), **{**short, **told, **changed})


def train_run(folder: Path, settings: Settings) -> Path:
    """Train to the end, and record it in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    begin_run(folder, settings, origin_table(Origin("preset:adding")))
    training = Training(settings)
    with Recorder(folder, describe(training.task, read_description(folder).data)) as recorder:
        for report in training:
            recorder.take(report)
            if isinstance(report, Iteration) and report.cell == settings.cells[-1]:
                recorder.keep(training.resume_state())
    return folder


def lengthen(folder: Path, iterations: int) -> None:
    """Write the first rows of a run over and over, as if it had gone on for so many iterations."""
    for name in ("metrics.csv", "updates.csv"):
        header, *lines = (folder / name).read_text().splitlines()
        rows = [line.partition(",")[2] for line in lines if line.startswith("1,")]
        with (folder / name).open("w") as file:
            file.write(f"{header}\n")
            file.writelines(f"{k},{row}\n" for k in range(1, iterations + 1) for row in rows)
