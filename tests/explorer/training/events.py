"""Event files as TensorBoard's own reader has them."""

from pathlib import Path

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from explorer.training.runs import Recording


def scalars(folder: Path, cell: str) -> dict[str, tuple[list[int], list[float]]]:
    """Return what TensorBoard shows: by tag the iterations and the values."""
    read = EventAccumulator(str(folder / "tensorboard" / cell), size_guidance={"scalars": 0})
    read.Reload()
    found = {tag: read.Scalars(tag) for tag in read.Tags()["scalars"]}
    return {tag: ([e.step for e in events], [e.value for e in events]) for tag, events in found.items()}


def assert_as_recorded(folder: Path) -> None:
    """Check every number against metrics.csv and updates.csv; an event holds float32."""
    run = Recording(folder)
    for cell in run.cells:
        found, recorded = scalars(folder, cell), run.metrics(cell)
        tags = {"loss": "loss", "rate": "learning_rate", "weight_norm": "weight_norm", "update_ratio": "update_ratio"}
        tags |= {"grad_norm": "grad_norm/total", "grad_norm_clipped": "grad_norm/clipped"}
        tags |= {name: f"held_out/{name}" for name in run.metric_names()}
        tags |= {name: name.replace(".", "/", 1) for name in recorded if name.startswith("grad_norm.")}
        assert set(found) == {tags[name] for name in recorded if name != "iteration"}
        for name, tag in tags.items():
            there = ~np.isnan(recorded[name])
            iterations, values = found[tag]
            assert iterations == recorded["iteration"][there].tolist()
            np.testing.assert_allclose(values, recorded[name][there].astype(np.float32), rtol=1e-6)
