"""The pictures of the presets, from the rows of the real window: ``python -m tests.pictures``, or ``make pictures``.

Each preset has two beside its preset.toml, ``light.png`` and ``dark.png``: the input over the states of its network, of
the very trace that it opens with. To be made anew where a preset, its generator or the rows have changed; NAMES says of
which presets.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from explorer.presets import load_presets
from tests.benchmarks.window_probe import probe_window, settle, wait
from widgets.cards import PICTURE, PICTURE_SCALE
from widgets.pictures import image
from widgets.row import LEFT, RIGHT, Row
from widgets.row_layout import RowLayout, RowSpec

FOLDER = Path(__file__).parents[1] / "presets"
STATES = {"rnn": "h", "lstm": "c", "gru": "h"}
OVER = 0.4
"""The part of a picture that is the input."""

MOST_STEPS = 400
"""What is longer is shown as far as this, or a picture of it would be noise."""


def strip(row: Row, height: int) -> QImage:
    """Return the plot of a row, as wide as a picture and so high, as the window would paint it there."""
    row.setFixedSize(PICTURE.width() + LEFT + RIGHT, height + row.height() - row.plot.height())
    row.renew()
    plot = row.plot
    pixels = QRect(plot.topLeft() * PICTURE_SCALE, plot.size() * PICTURE_SCALE)
    part = image(row, PICTURE_SCALE).copy(pixels)
    part.setDevicePixelRatio(1)
    return part


def main(names: list[str]) -> None:
    """Make the pictures of some presets, or of all."""
    app, window = probe_window()
    bench = window.workbench
    for preset in load_presets():
        if names and preset.name not in names:
            continue
        shown = bench.trace
        window.open_source(f"preset:{preset.name}")
        wait(app, lambda shown=shown: bench.trace is not shown and not bench.computing.busy)
        state = STATES[str(preset.network["cell"])]
        window.rows.editing.change(RowLayout((RowSpec(state, mode="heat"),)))
        window.rows.show_range(0, min(bench.length, MOST_STEPS))
        for theme in ("light", "dark"):
            window.appearance.choose_theme(theme)
            settle(app)
            first = window.rows.tokens if window.rows.input_row.isHidden() else window.rows.input_row
            above = round(PICTURE.height() * OVER)
            whole = QImage(PICTURE * PICTURE_SCALE, QImage.Format.Format_RGB32)
            painter = QPainter(whole)
            painter.drawImage(0, 0, strip(first, above))
            painter.drawImage(0, above * PICTURE_SCALE, strip(window.rows.rows[0], PICTURE.height() - above))
            painter.end()
            path = FOLDER / preset.name / f"{theme}.png"
            whole.save(str(path), "PNG", 0)
            print(f"{path.parent.name}/{path.name}: {path.stat().st_size / 1000:.1f} kB")
    window.close()


if __name__ == "__main__":
    main(sys.argv[1:])
