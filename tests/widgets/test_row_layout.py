"""The layout of the rows is a value: what is done to it gives another, and it reads back as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import Kind, find_cell
from explorer.network import Place
from widgets.row_layout import HIGHEST, LOWEST, MODES, RowLayout, RowSpec, default_layout, layout_of_text, row_presets

LSTM = find_cell("lstm")
NAMES = [quantity.name for quantity in LSTM.quantities]
specs = st.builds(
    RowSpec,
    st.sampled_from(NAMES),
    st.none() | st.builds(Place, st.integers(0, 12), st.integers(0, 1)),
    st.sampled_from(MODES),
    st.just(0) | st.integers(LOWEST, HIGHEST),
    st.booleans(),
)
layouts = st.lists(specs, unique_by=lambda row: row.key, max_size=12).map(lambda rows: RowLayout(tuple(rows)))


@given(layouts)
def test_it_reads_back_as_it_was_written(layout) -> None:
    assert layout_of_text(layout.text()) == layout


@pytest.mark.parametrize(
    "text", ["f", "f::both", "f::both:x:", "f::all:0:", "f:k1:both:0:", "f:l:both:0:", "f::both:0: f::heat:0:", "é"]
)
def test_what_is_not_written_by_us_is_not_read(text) -> None:
    assert layout_of_text(text) is None


@given(layouts, st.data())
def test_a_move_changes_the_order_and_nothing_else(layout, data) -> None:
    if not layout.rows:
        return
    key = data.draw(st.sampled_from([row.key for row in layout.rows]))
    before = data.draw(st.none() | st.sampled_from([row.key for row in layout.rows]))
    moved = layout.move(key, before)
    assert sorted(moved.rows, key=str) == sorted(layout.rows, key=str)
    assert [row for row in moved.rows if row.key != key] == [row for row in layout.rows if row.key != key]
    keys = [row.key for row in moved.rows]
    if before is None:
        assert keys[-1] == key
    elif before != key:
        assert keys[keys.index(key) + 1] == before


@given(layouts, specs)
def test_showing_and_hiding_a_row_leaves_the_others_alone(layout, spec) -> None:
    shown = layout.show(spec, LSTM)
    assert shown.find(spec.key) is not None
    assert [row for row in shown.rows if row.key != spec.key] == [row for row in layout.rows if row.key != spec.key]
    hidden = shown.hide(spec.key)
    assert hidden.find(spec.key) is None
    assert hidden.rows == tuple(row for row in layout.rows if row.key != spec.key)


def test_a_row_is_shown_again_where_it_was() -> None:
    first = default_layout(LSTM)
    for row in first.rows:
        assert first.hide(row.key).show(RowSpec(row.quantity), LSTM) == first


@given(layouts, st.data())
def test_alone_is_one_row_and_again_all(layout, data) -> None:
    if not layout.rows:
        return
    row = data.draw(st.sampled_from(layout.rows))
    alone = layout.alone(row.key)
    assert alone.shown == (row,)
    assert alone.alone(row.key) == alone.alone(None) == layout
    assert alone.hide(row.key).shown == tuple(other for other in layout.rows if other != row)


@given(st.integers(-50, 5000))
def test_heights_stay_within_reason(height) -> None:
    resized = default_layout(LSTM).resize(("f", None, 0), height).find(("f", None, 0))
    assert resized.height == (0 if height == 0 else min(max(height, LOWEST), HIGHEST))


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_presets_are_what_they_are_called(cell) -> None:
    made = find_cell(cell)
    presets = row_presets(made)
    kinds = {name: {made.quantity(row.quantity).kind for row in layout.rows} for name, layout in presets.items()}
    assert kinds["States only" if cell != "rnn" else "Gates, candidate and states"] == {Kind.STATE}
    if cell != "rnn":
        assert kinds["Gates only"] == {Kind.GATE}
    assert [row.quantity for row in presets["Everything"].rows] == [quantity.name for quantity in made.quantities]
    assert len({layout.rows for layout in presets.values()}) == len(presets)
    assert Kind.PRE_ACTIVATION not in {made.quantity(row.quantity).kind for row in default_layout(made).rows}
