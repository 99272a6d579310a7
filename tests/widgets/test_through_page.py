from dataclasses import replace

import numpy as np
import pytest

from explorer.presets import find_preset, preset_training
from explorer.training.probe import Probe
from explorer.training.runs import Recording
from explorer.training.tasks import make_task
from tests.widgets.trainings import small_settings, train_run
from widgets.through_page import ThroughPage
from widgets.training_reading import TrainingReading

SHORT = {"hidden": 5, "batch": 2, "iterations": 4, "probe_every": 4, "measure_every": 4, "weights_every": 4}


@pytest.fixture(scope="module")
def forecast(tmp_path_factory):
    """Return a run that foretells: every step but the last is asked."""
    settings = replace(preset_training(find_preset("sine-mix")), task="forecast", cells=("gru", "lstm"), **SHORT)
    return train_run(tmp_path_factory.mktemp("runs") / "sines", settings)


@pytest.fixture(scope="module")
def both_ways(tmp_path_factory):
    settings = small_settings(bidirectional=True, layers=2, cells=("rnn",), init="default")
    return train_run(tmp_path_factory.mktemp("runs") / "adding", settings)


@pytest.fixture
def shown(exposed):
    def show(folder):
        page = exposed(ThroughPage(), 520, 800)
        recording = Recording(folder)
        page.show_trained(TrainingReading(recording).trained())
        return page, recording

    return show


def choose(page, quantity):
    box = page.what
    index = next(k for k in range(box.count()) if box.itemData(k).quantities == (quantity,))
    box.setCurrentIndex(index)
    box.activated.emit(index)


def curve(page, name):
    return next(each for each in page.chart.curves if each.name == name)


def test_the_units_of_the_last_answer_alone_are_those_of_its_curve(shown, forecast):
    page, recording = shown(forecast)
    probe = Probe(make_task(recording.settings))
    page.units.setChecked(True)
    page.show_units(4, {cell: probe.unfold(recording.network(cell, 4)) for cell in recording.cells})

    for quantity in ("dh_last", "dh"):
        choose(page, quantity)
        norms = np.linalg.norm(page.heat.layers["GRU"].values, axis=0)
        recorded = recording.through_time("gru")[f"l0.{quantity}"][-1]
        np.testing.assert_allclose(norms, recorded[: len(norms)], rtol=1e-6)


def test_the_guide_sets_out_at_the_last_step_that_is_asked(shown, forecast):
    page, _ = shown(forecast)
    choose(page, "dh_last")

    guide, drawn = curve(page, "GRU guide"), curve(page, "GRU")

    asked = np.flatnonzero(drawn.y > 0)[-1]
    assert asked < len(drawn.y) - 1  # nothing is asked behind it
    assert guide.x[-1] == asked
    assert guide.y[-1] == drawn.y[asked]
    rate = page._judged.rates["gru l0"]
    known = np.isfinite(guide.y)
    assert known.sum() > 1
    np.testing.assert_allclose(guide.y[known], (drawn.y[asked] * rate ** (asked - guide.x))[known])


def test_the_guide_of_what_reads_in_reverse_sets_out_at_the_first_step(shown, both_ways):
    page, _ = shown(both_ways)
    index = page.place.findText("layer 0 in reverse")
    page.place.setCurrentIndex(index)
    page.place.activated.emit(index)

    guide, drawn = curve(page, "RNN guide"), curve(page, "RNN")

    first = np.flatnonzero(drawn.y > 0)[0]
    assert guide.x[0] == first
    assert guide.y[0] == drawn.y[first]
    assert guide.x[-1] == len(drawn.y) - 1


def test_a_guide_that_grows_is_seen_and_leaves_the_curves_their_room(shown, both_ways):
    page, _ = shown(both_ways)
    guide, drawn = curve(page, "RNN guide"), curve(page, "RNN")

    known = guide.y[np.isfinite(guide.y)]

    assert len(known) > 1
    curves = drawn.y[drawn.y > 0]
    room = max(0.2 * np.log10(curves.max() / curves.min()), 1)
    assert curves.min() * (1 - 1e-9) <= known.min()
    assert np.log10(known.max() / curves.max()) <= room


def test_the_place_that_is_judged_is_shown_first(shown, both_ways):
    page, _ = shown(both_ways)

    assert page.place.currentText() == "layer 0"


def test_parts_are_offered_only_where_they_are_recorded(shown, forecast):
    page, _ = shown(forecast)

    choose(page, "dh_last")
    assert not page.apart.isEnabled()
    choose(page, "dh")
    assert page.apart.isEnabled()
