from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from explorer.training.runs import Recording
from tests.widgets.events import click
from tests.widgets.trainings import small_settings, train_run
from widgets.chart_paint import legend_rows, legend_width
from widgets.overlaid import overlaid
from widgets.theme import DARK, LIGHT, cell_style
from widgets.training_panel import TrainingPanel
from widgets.training_reading import TrainingReading

CELLS = ("rnn", "lstm", "gru")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return train_run(tmp_path_factory.mktemp("runs") / "adding", small_settings())


@pytest.fixture
def reading(folder):
    return TrainingReading(Recording(folder))


@pytest.fixture
def panel(exposed, reading):
    made = exposed(TrainingPanel(), 480, 860)
    made.show_trained(reading.trained())
    return made


def curves(chart):
    return {curve.name: curve for curve in chart.curves}


def test_the_curves_are_those_that_were_recorded(panel, reading):
    panel.show_page(panel.curves)

    for column, chart in (
        ("loss", panel.curves.loss),
        ("rate", panel.curves.rate),
        ("weight_norm", panel.curves.weights),
        ("update_ratio", panel.curves.update),
    ):
        drawn = curves(chart)
        for cell, title in zip(CELLS, ("RNN", "LSTM", "GRU"), strict=True):
            recorded = reading.recording.metrics(cell)
            np.testing.assert_array_equal(drawn[title].y, recorded[column])
            np.testing.assert_array_equal(drawn[title].x, recorded["iteration"])
            assert drawn[title].style == cell_style(cell, LIGHT)


def test_held_out_metrics_are_drawn_where_they_were_measured_with_their_baselines(panel, reading):
    panel.show_page(panel.curves)

    chart = panel.curves.metrics["MSE"]

    assert curves(chart)["GRU"].x.tolist() == [4, 8, 12]
    known = {(each.name, each.value, each.best) for each in reading.recording.baselines if each.metric == "MSE"}
    assert {(level.name, level.value, level.best) for level in chart.levels} == known
    assert "chance" in {level.name for level in chart.levels}
    assert sum(level.best for level in chart.levels) == 1


def test_norms_before_and_after_clipping_and_the_clipped_iterations(panel, reading):
    panel.show_page(panel.norms)

    for cell, title in zip(CELLS, ("RNN", "LSTM", "GRU"), strict=True):
        recorded = reading.recording.metrics(cell)
        before, after = recorded["grad_norm"], recorded["grad_norm_clipped"]
        np.testing.assert_array_equal(curves(panel.norms.chart)[title].y, before)
        clipped = recorded["iteration"][after < before * (1 - 1e-6)]
        np.testing.assert_array_equal(panel.norms.chart.marks[cell_style(cell, LIGHT).color], clipped)
        if len(clipped):
            np.testing.assert_array_equal(curves(panel.norms.chart)[f"{title} clipped"].y, after)


def test_a_parameter_is_chosen_in_the_table_and_its_gate_blocks_are_drawn(panel, reading):
    panel.show_page(panel.norms)
    grid = panel.norms.grid
    rows = [grid.verticalHeaderItem(k).text() for k in range(grid.rowCount())]

    assert panel.norms.cell.currentData() == "lstm"
    assert rows[0] == "total"
    grid.setFocus()
    for _ in range(rows.index("weight_hh_l0")):
        QTest.keyClick(grid, Qt.Key.Key_Down)

    recorded = reading.recording.metrics("lstm")
    drawn = curves(panel.norms.chart)
    assert set(drawn) == {"i", "f", "g", "o", "all"}
    np.testing.assert_array_equal(drawn["f"].y, recorded["grad_norm.weight_hh_l0.f"])
    squares = sum(drawn[block].y ** 2 for block in "ifgo")
    np.testing.assert_allclose(squares, drawn["all"].y ** 2, rtol=1e-6)
    columns = [grid.horizontalHeaderItem(k).text() for k in range(grid.columnCount())]
    shown = grid.item(rows.index("weight_hh_l0"), columns.index("f")).text()
    assert float(shown) == pytest.approx(recorded["grad_norm.weight_hh_l0.f"][-1], rel=5e-3)


def test_the_gradient_through_time_is_the_one_recorded(panel, reading):
    panel.show_page(panel.through)
    through = panel.through

    for cell, title in zip(CELLS, ("RNN", "LSTM", "GRU"), strict=True):
        recorded = reading.recording.through_time(cell)["l0.dh"]
        np.testing.assert_array_equal(curves(through.chart)[title].y, recorded[-1])
        np.testing.assert_array_equal(through.heat.layers[title].values, recorded)
        assert through.heat.layers[title].iterations.tolist() == [0, 4, 8, 12]


def test_direct_and_through_time_stand_apart_on_demand(panel, reading):
    panel.show_page(panel.through)

    panel.through.apart.click()

    drawn, recorded = curves(panel.through.chart), reading.recording.through_time("gru")
    np.testing.assert_array_equal(drawn["GRU direct"].y, recorded["l0.dh_direct"][-1])
    np.testing.assert_array_equal(drawn["GRU through"].y, recorded["l0.dh_through"][-1])


def test_the_gates_of_a_cell_are_drawn_on_demand(panel, reading):
    panel.show_page(panel.through)
    box = panel.through.what
    box.setFocus()

    index = next(k for k in range(box.count()) if box.itemText(k) == "gates of the LSTM")
    box.setCurrentIndex(index)
    box.activated.emit(index)

    assert set(curves(panel.through.chart)) == {"LSTM a_i", "LSTM a_f", "LSTM a_g", "LSTM a_o"}
    recorded = reading.recording.through_time("lstm")["l0.da_f"]
    np.testing.assert_array_equal(panel.through.heat.layers["LSTM a_f"].values, recorded)


def test_the_guide_is_the_last_value_times_powers_of_the_rate(panel, reading):
    panel.show_page(panel.through)
    weights = reading.recording.network("rnn", 12).state_dict()["weight_hh_l0"]
    rate = np.linalg.norm(np.asarray(weights, float), 2)

    guide = curves(panel.through.chart)["RNN guide"]

    last = reading.recording.through_time("rnn")["l0.dh"][-1][-1]
    k = guide.x[-1] - guide.x
    known = np.isfinite(guide.y)
    np.testing.assert_allclose(guide.y[known], (last * rate**k)[known], rtol=1e-6)
    assert f"RNN {rate:.3g}" in panel.through.guide.text()


def test_a_click_in_the_heat_map_goes_to_its_step_and_iteration(panel, reading):
    panel.show_page(panel.through)
    iterations = []
    panel.iteration_requested.connect(iterations.append)
    heat = panel.through.heat
    area = heat.areas()["LSTM"]

    click(heat, area.left() + 20.5 / 30 * area.width(), area.top() + 1.5 / 4 * area.height())

    assert iterations == [4]
    assert "step 20:" in heat.accessibleDescription()
    panel.set_iteration(4)
    recorded = reading.recording.through_time("lstm")["l0.dh"]
    np.testing.assert_array_equal(curves(panel.through.chart)["LSTM"].y, recorded[1])
    assert "after iteration 4" in panel.through.chart.title


def test_every_cell_has_a_verdict_in_words(panel, reading):
    panel.show_page(panel.through)

    said = panel.through.verdicts.text.text()

    for cell, title in zip(CELLS, ("RNN", "LSTM", "GRU"), strict=True):
        verdict = reading.trained().judge().verdicts[cell]
        assert title in said
        assert verdict.kind in said


def test_gates_over_the_training(panel, reading):
    panel.show_page(panel.gates)

    recorded = reading.recording.gates("lstm")

    for what, chart in (("left", panel.gates.left), ("right", panel.gates.right), ("mean", panel.gates.mean)):
        for gate in "ifo":
            np.testing.assert_array_equal(curves(chart)[gate].y, recorded[f"l0.{gate}.{what}"])
    np.testing.assert_array_equal(curves(panel.gates.tau)["LSTM f"].y, recorded["l0.f.tau"])
    assert "GRU z" in curves(panel.gates.tau)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Return another run of an LSTM and a GRU alone."""
    settings = small_settings(seed=3, cells=("lstm", "gru"), iterations=16)
    return TrainingReading(Recording(train_run(tmp_path_factory.mktemp("runs") / "other", settings)))


def test_a_run_that_is_compared_has_the_colours_of_its_cells_and_gates_and_a_line_of_its_own(panel, reading, other):
    panel.show_others((other.trained(),))
    recorded, own = other.recording, reading.recording

    for page, chart, read in (
        (panel.curves, panel.curves.loss, lambda run, cell: run.metrics(cell)["loss"]),
        (panel.norms, panel.norms.chart, lambda run, cell: run.metrics(cell)["grad_norm"]),
        (panel.through, panel.through.chart, lambda run, cell: run.through_time(cell)["l0.dh"][-1]),
    ):
        panel.show_page(page)
        drawn = curves(chart)
        assert "RNN, adding" in drawn
        assert "RNN, other" not in drawn
        for cell in ("lstm", "gru"):
            theirs, ours = drawn[f"{cell.upper()}, other"], drawn[f"{cell.upper()}, adding"]
            np.testing.assert_array_equal(theirs.y, read(recorded, cell)[: len(theirs.y)])
            np.testing.assert_array_equal(ours.y, read(own, cell)[: len(ours.y)])
            assert theirs.style.color == ours.style.color == cell_style(cell, LIGHT).color
            assert not ours.style.dash
            assert theirs.style.dash
        assert drawn["LSTM, other"].style.dash == drawn["GRU, other"].style.dash
        assert chart.words().count("other") == 2
    assert panel.norms.chart.across.high == panel.curves.loss.across.high == 16

    panel.show_page(panel.gates)
    for what, chart in (("left", panel.gates.left), ("mean", panel.gates.mean)):
        drawn = curves(chart)
        for gate in "ifo":
            np.testing.assert_array_equal(drawn[f"{gate}, other"].y, recorded.gates("lstm")[f"l0.{gate}.{what}"])
            assert drawn[f"{gate}, other"].style.color == drawn[f"{gate}, adding"].style.color
            assert drawn[f"{gate}, other"].style.dash != drawn[f"{gate}, adding"].style.dash
    np.testing.assert_array_equal(curves(panel.gates.tau)["GRU z, other"].y, recorded.gates("gru")["l0.z.tau"])

    panel.show_others(())
    assert "GRU z" in curves(panel.gates.tau)


def test_beside_a_run_without_gates_those_of_the_one_that_is_compared_are_shown(panel, reading, other):
    panel.show_page(panel.gates)
    panel.show_trained(replace(reading.trained(), cells=("rnn",), gates={"rnn": reading.recording.gates("rnn")}))
    assert panel.gates.nothing.isVisible()

    panel.show_others((other.trained(),))

    assert not panel.gates.nothing.isVisible()
    assert set(curves(panel.gates.tau)) == {"LSTM f, other", "GRU z, other"}
    assert set(curves(panel.gates.mean)) == {"i, other", "f, other", "o, other"}


def test_the_gate_blocks_of_a_parameter_are_compared_too(panel, other):
    panel.show_others((other.trained(),))
    panel.show_page(panel.norms)
    panel.norms.cell.setCurrentIndex(panel.norms.cell.findData("gru"))
    panel.norms.cell.activated.emit(panel.norms.cell.currentIndex())
    row = [panel.norms.grid.verticalHeaderItem(k).text() for k in range(panel.norms.grid.rowCount())]
    panel.norms.grid.selectRow(row.index("weight_hh_l0"))

    drawn = curves(panel.norms.chart)

    recorded = other.recording.metrics("gru")
    for block in "rzn":
        np.testing.assert_array_equal(drawn[f"{block}, other"].y, recorded[f"grad_norm.weight_hh_l0.{block}"])
    np.testing.assert_array_equal(drawn["all, other"].y, recorded["grad_norm.weight_hh_l0"])
    assert f"all, {panel.norms._trained.name}" in drawn


def test_a_legend_that_is_long_takes_as_many_rows_as_it_needs(panel, other):
    panel.show_page(panel.curves)
    chart = panel.curves.loss
    before = chart.minimumSizeHint().height()
    runs = [replace(other.trained(), name=f"a-run-with-a-long-name-{k}") for k in range(3)]

    panel.show_others(tuple(runs))

    rows = legend_rows(chart.font(), chart.curves, chart.width() - 8)
    assert [curve.name for row in rows for curve in row] == [curve.name for curve in chart.curves]
    assert all(legend_width(chart.font(), row) <= chart.width() - 8 for row in rows)
    assert len(rows) > 2
    assert chart.minimumSizeHint().height() > before
    assert chart.plot.top() >= 6 + (1 + len(rows)) * chart.fontMetrics().height() - 1


def test_runs_of_the_window_are_called_by_their_moment_where_that_tells_them_apart(reading):
    def named(*names):
        first, *others = (replace(reading.trained(), name=name) for name in names)
        return [each.run for each in overlaid(first, others)]

    assert named("2026-11-27-151648-adding-rnn-lstm", "adding-200") == ["15:16:48 adding", "adding-200"]
    twice = ["2026-11-27-151648-adding-rnn", "2026-11-28-151648-adding-rnn"]
    assert named(*twice) == twice
    assert named("alone") == [""]


def test_the_table_has_every_number_and_is_copied_exactly(panel, reading):
    panel.show_page(panel.numbers)
    panel.set_iteration(7)

    panel.numbers.copy.click()

    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0] == ["", *CELLS]
    named = {line[0]: line[1:] for line in lines[1:]}
    recorded = reading.recording.metrics("gru")
    assert float(named["loss"][2]) == recorded["loss"][6]
    assert named["MSE"] == ["", "", ""]
    assert float(named["grad_norm.weight_hh_l0.z"][2]) == recorded["grad_norm.weight_hh_l0.z"][6]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_page_is_painted_in_both_themes(panel, theme):
    panel.apply_theme(theme)
    for k in range(panel.pages.count()):
        panel.pages.setCurrentIndex(k)
        assert panel.pages.currentWidget().grab().toImage().pixelColor(3, 3).isValid()
    panel.show_page(panel.curves)
    chart = panel.curves.loss
    assert chart.grab().toImage().pixelColor(1, chart.height() - 1).name() == theme.base


def test_a_page_that_is_not_seen_is_filled_when_it_is(panel, reading):
    panel.show_page(panel.form)
    panel.show_trained(reading.trained())

    assert panel.gates.tau.curves == ()
    panel.show_page(panel.gates)
    assert panel.gates.tau.curves


def test_the_edges_of_truncated_windows_are_marked(panel, reading):
    panel.show_page(panel.through)
    assert not panel.through.chart.marks

    panel.show_trained(replace(reading.trained(), truncated=8))

    (marks,) = panel.through.chart.marks.values()
    assert marks.tolist() == [8, 16, 24]
