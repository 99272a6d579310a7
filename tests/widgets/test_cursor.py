"""The cursor lies over its step and over nothing else, and lets every event through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from widgets.cursor import CursorOverlay
from widgets.row import LEFT, RIGHT
from widgets.theme import LIGHT
from widgets.view import View

WIDTH = 600


@pytest.fixture
def overlay(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.setStyleSheet("background: white")
    parent.resize(LEFT + WIDTH + RIGHT, 80)
    made = CursorOverlay(LIGHT, parent)
    made.resize(parent.size())
    parent.show()
    qtbot.waitExposed(parent)
    made.ground = parent  # kept alive with it
    return made


def coloured(overlay: CursorOverlay) -> np.ndarray:
    """Return the plot's columns, in logical pixels, in which the ground has another colour."""
    picture = overlay.ground.grab().toImage()
    ratio = picture.devicePixelRatio()
    return np.array(
        [
            x / ratio - LEFT
            for x in range(picture.width())
            if picture.pixelColor(x, picture.height() // 2) != QColor("white")
        ]
    )


@pytest.mark.parametrize("step", [0, 1, 17, 39])
def test_zoomed_in_it_covers_exactly_its_step(overlay, step) -> None:
    overlay.set_view(View.whole(40))
    overlay.set_step(step)
    lit = coloured(overlay)
    assert lit.min() == pytest.approx(step * 15, abs=1)
    assert lit.max() == pytest.approx(step * 15 + 15, abs=1)
    strip = overlay.strip()
    assert (strip.left(), strip.right()) == (LEFT + step * 15, LEFT + step * 15 + 15)


@pytest.mark.parametrize("step", [0, 5000, 9999])
def test_zoomed_out_it_is_a_line_at_its_step(overlay, step) -> None:
    overlay.set_view(View.whole(10_000))
    overlay.set_step(step)
    lit = coloured(overlay)
    assert len(lit)
    assert lit.mean() == pytest.approx((step + 0.5) * 0.06, abs=1.5)
    assert np.ptp(lit) <= 4


def test_out_of_view_there_is_nothing(overlay) -> None:
    overlay.set_view(View(100.0, 50.0, 1000))
    for step in (98, 151, 900):
        overlay.set_step(step)
        assert not len(coloured(overlay)), step
    overlay.set_step(120)
    assert len(coloured(overlay))


@given(st.integers(1, 100_000), st.floats(0.001, 1.0), st.floats(0, 1), st.floats(0, 1))
def test_the_strip_is_over_the_step_in_every_view(length, zoom, fraction, place) -> None:
    view = View.whole(length).zoomed(zoom, fraction)
    step = int(place * (length - 1))
    parent = QWidget()
    overlay = CursorOverlay(LIGHT, parent)
    overlay.resize(LEFT + WIDTH + RIGHT, 50)
    overlay.set_view(view)
    overlay.set_step(step)
    strip = overlay.strip()
    scale = WIDTH / view.span
    assert strip.center().x() == pytest.approx(LEFT + (step + 0.5 - view.first) * scale)
    assert strip.width() == (pytest.approx(scale) if scale >= 3 else 2)
    assert strip.height() == 50


class Watched(CursorOverlay):
    """A cursor that remembers which regions Qt made it paint."""

    def paintEvent(self, event) -> None:  # noqa: N802 - Qt's
        self.painted = [*getattr(self, "painted", []), event.region().boundingRect()]
        super().paintEvent(event)


def test_a_move_repaints_two_narrow_strips(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(LEFT + WIDTH + RIGHT, 80)
    overlay = Watched(LIGHT, parent)
    overlay.resize(parent.size())
    overlay.set_view(View.whole(100))
    overlay.set_step(50)
    parent.show()
    qtbot.waitExposed(parent)
    qtbot.waitUntil(lambda: bool(getattr(overlay, "painted", [])))
    overlay.painted = []
    overlay.set_step(51)
    qtbot.waitUntil(lambda: len(overlay.painted) > 0)
    assert all(rect.width() < 40 for rect in overlay.painted)
    overlay.painted = []
    overlay.set_step(51)
    overlay.set_view(View.whole(100))
    parent.grab()
    assert len(overlay.painted) <= 1, "only for the picture"


@pytest.mark.parametrize(("steps", "first", "last"), [(40, 10, 14), (10_000, 2000, 5000)])
def test_a_band_lies_over_its_steps_wherever_the_cursor_is(overlay, steps, first, last) -> None:
    overlay.set_view(View.whole(steps))
    overlay.set_step(steps - 1)
    before = set(coloured(overlay))
    overlay.show_bands([range(first, last)])
    lit = np.array(sorted(set(coloured(overlay)) - before))
    scale = WIDTH / steps
    assert lit.min() == pytest.approx(first * scale, abs=1)
    assert lit.max() == pytest.approx(last * scale, abs=1.5)
    overlay.show_bands([])
    assert set(coloured(overlay)) == before
