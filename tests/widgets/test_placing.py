"""Texts find the largest room there is, beside what else there is, or none."""

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from widgets.placing import LARGEST, SMALLEST, Request, place_best

AREA = QRectF(0, 0, 400, 300)
NODES = {"f": QRectF(190, 200, 20, 20), "i": QRectF(190, 20, 20, 20)}


def asked(
    name: str, x: float, y: float, *others: tuple[float, float], align: int = 0, characters: int = 9, rank: int = 0
):
    spots = tuple((QPointF(*spot), align) for spot in ((x, y), *others))
    return Request(name, name, characters, spots, rank)


@pytest.fixture(autouse=True)
def fonts(qapp) -> None:
    """Have an application: there are no fonts without one."""


def test_with_room_a_value_is_large_and_has_its_name() -> None:
    placed = place_best([asked("f", 200, 100)], AREA, NODES, [], 60.0, QFont())
    assert placed.font.pixelSize() == LARGEST
    assert placed.chips["f"].name_width > 0
    assert placed.chips["f"].rect.center().x() == pytest.approx(200, abs=1)
    assert placed.chips["f"].number.right() == placed.chips["f"].rect.right()


def test_it_is_no_larger_than_what_it_belongs_to() -> None:
    assert place_best([asked("f", 200, 100)], AREA, NODES, [], 24.0, QFont()).font.pixelSize() == 12


@pytest.mark.parametrize(("x", "y", "align"), [(10, 100, 0), (390, 100, 0), (200, 2, 0), (390, 100, 1), (10, 100, -1)])
def test_beyond_the_edge_it_is_left_out_or_stands_elsewhere(x, y, align) -> None:
    assert not place_best([asked("f", x, y, align=align)], AREA, NODES, [], 60.0, QFont()).chips
    at = place_best([asked("f", x, y, (200, 100), align=align)], AREA, NODES, [], 60.0, QFont()).chips["f"].rect
    assert AREA.contains(at)


def test_it_covers_no_node_and_of_the_wires_only_its_own() -> None:
    wire = QRectF(0, 98, 400, 4)
    assert not place_best([asked("f", 200, 210)], AREA, NODES, [], 60.0, QFont()).chips
    assert not place_best([asked("f", 200, 100)], AREA, NODES, [("i", wire)], 60.0, QFont()).chips
    assert place_best([asked("f", 200, 100)], AREA, NODES, [("f", wire)], 60.0, QFont()).chips


def test_two_that_are_close_get_smaller_and_then_the_more_important_stays() -> None:
    close = [asked("i", 200, 100), asked("f", 200, 118)]
    placed = place_best(close, AREA, NODES, [], 60.0, QFont())
    assert SMALLEST <= placed.font.pixelSize() < LARGEST
    assert not placed.chips["i"].rect.intersects(placed.chips["f"].rect)
    closer = [asked("i", 200, 100, rank=1), asked("f", 200, 103)]
    assert set(place_best(closer, AREA, NODES, [], 60.0, QFont()).chips) == {"f"}


def test_side_by_side_values_leave_their_names_to_the_nodes() -> None:
    beside = [asked("f", 160, 110, characters=12), asked("i", 240, 110, characters=12)]
    placed = place_best(beside, AREA, NODES, [], 20.0, QFont())
    assert [chip.name_width for chip in placed.chips.values()] == [0, 0]
    assert set(placed.names) == {"f", "i"}
    for name, rect in placed.names.items():
        assert not rect.intersects(NODES[name])
        assert abs(rect.center().x() - NODES[name].center().x()) < 60
