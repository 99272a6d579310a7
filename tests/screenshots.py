"""Pictures to judge, into ``screenshots/``: every panel and the window, light and dark, 1× and 2×, of every cell.

``python -m tests.screenshots``, or ``make screenshots``. Nothing compares them: they are there to be looked at.
"""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.clamps import Clamp
from explorer.network import Recipe
from explorer.presets import find_preset, preset_dataset
from tests.benchmarks.window_probe import probe_window, settle, wait
from widgets.pictures import write_picture
from widgets.sources import make_experiment

FOLDER = Path(__file__).parents[1] / "screenshots"
HELD = {"lstm": "f", "gru": "z", "rnn": "a"}
SCALES = (1, 2)


def shown(bench) -> str:
    """Return the cell of the trace that is shown, once it is whole."""
    trace = bench.trace
    return "" if trace is None or bench.computing.busy else trace.experiment.network.recipe.cell


def main() -> None:
    """Pose an LSTM, a GRU and an RNN, some steps in, with a hold, compared with the others."""
    app, window = probe_window()
    bench = window.workbench
    for cell, gate in HELD.items():
        data, recipe = preset_dataset(find_preset("sine-mix")), Recipe(cell=cell, hidden=32)
        bench.open(lambda _, data=data, recipe=recipe: make_experiment(data, recipe), cell)
        wait(app, lambda cell=cell: shown(bench) == cell)
        bench.edit_clamps((Clamp(gate, 1, (0, 1), (100, 160)),))
        wait(app, lambda: bench.trace.experiment.clamps != () and not bench.computing.busy)
        bench.go_to(120)
        QTest.keyClick(window.rows, Qt.Key.Key_C)
        for theme in ("light", "dark"):
            window.appearance.choose_theme(theme)
            settle(app)
            folder = FOLDER / cell / theme
            folder.mkdir(parents=True, exist_ok=True)
            for subject in window.desk.subjects():
                with subject.posed() as panel:
                    for scale in SCALES:
                        write_picture(panel, folder / f"{subject.title} {scale}x.png", "png", scale)
    window.close()
    print(f"look at them: {FOLDER}")


if __name__ == "__main__":
    main()
