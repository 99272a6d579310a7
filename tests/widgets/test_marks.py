"""Events on the axis: every mark is to be seen, however many there are, and is said under the pointer."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.sequences import Label, Sequence
from widgets.marks import KINDS, SIZE, Marks
from widgets.theme import DARK, LIGHT

WIDTH = 600


def painted(marks: Marks, first: float, last: float, theme=LIGHT) -> np.ndarray:
    """Return which columns are inked, and how far their ink is from the ground."""
    image = QImage(WIDTH, round(SIZE), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.window))
    painter = QPainter(image)
    marks.paint(painter, theme, QRectF(0, 0, WIDTH, SIZE), first, last)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), WIDTH, 4)[..., :3].astype(int)
    ground = np.array(QColor(theme.window).getRgb()[2::-1])
    return np.abs(pixels - ground).sum(-1).max(0)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_mark_stands_over_the_middle_of_its_step(kind, theme) -> None:
    marks = Marks()
    marks.show(kind, [70, 20])
    ink = np.flatnonzero(painted(marks, 0, 100, theme))
    assert {int(np.round(ink[ink < 300].mean() + 0.5)), int(np.round(ink[ink >= 300].mean() + 0.5))} <= set(
        range(121, 126)
    ) | set(range(421, 426))
    assert not painted(marks, 30, 60, theme).any()


def test_of_a_hundred_thousand_none_is_lost_and_more_are_stronger() -> None:
    rng = np.random.default_rng(0)
    steps = rng.choice(500_000, 100_000, replace=False)
    lone = 999_999
    marks = Marks()
    marks.show("breakpoint", [*steps, lone])
    ink = painted(marks, 0, 1_000_000)
    assert ink[: WIDTH // 2].all()
    assert ink[-1] > 100, "a single one is plain to see"
    assert ink[: WIDTH // 2].min() > ink[-1]
    assert not ink[WIDTH // 2 + 1 : -1].any()


def test_labels_and_the_ends_of_a_sequence_are_marked() -> None:
    label = Label("odd", np.array([0, 0, 1, 1, 0, 0, 0, 1], bool))
    marks = Marks()
    marks.show_sequence(Sequence("s", np.zeros((8, 1)), ("x",), (label,)))
    assert marks.steps["label"].tolist() == [2, 4, 7]
    assert marks.steps["edge"].tolist() == [0, 7]


@pytest.mark.parametrize("name", ["anomaly", "Is_Anomaly", "fault"])
def test_a_label_that_says_what_is_amiss_is_marked_as_an_anomaly(name) -> None:
    odd, amiss = Label("odd", np.array([0, 0, 1, 1, 0, 0], bool)), Label(name, np.array([0, 0, 0, 1, 1, 0], bool))
    marks = Marks()
    marks.show_sequence(Sequence("s", np.zeros((6, 1)), ("x",), (odd, amiss)))
    assert (marks.steps["label"].tolist(), marks.steps["anomaly"].tolist()) == ([2, 4], [3, 5])
    assert "anomaly begins or ends: step 3, 5" in marks.said(0, 6)


def test_what_is_marked_is_said() -> None:
    marks = Marks()
    marks.show("anomaly", range(1000, 1010))
    marks.show("bookmark", [1003])
    assert marks.said(0, 1000) == ""
    assert marks.said(1003, 1004) == "anomaly begins or ends: step 1\u202f003\nbookmark: step 1\u202f003"
    assert marks.said(0, 5000).startswith("anomaly begins or ends: step 1\u202f000, 1\u202f001, 1\u202f002 and 7 more")


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="breakpoint"):
        Marks().show("brakepoint", [1])
