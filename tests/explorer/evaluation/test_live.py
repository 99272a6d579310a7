"""A watch over steps as they come says what the report says of all of them at once, however they come."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.evaluation.alarms import WARM_UP
from explorer.evaluation.evaluate import evaluate
from explorer.evaluation.live import HELD, LiveWatch
from explorer.evaluation.trial import on_others
from explorer.training.description import describe
from tests.counts import cases
from tests.explorer.evaluation.test_watching import MASKED, pumps, trial_of

OTHERS = pumps((640, 90), seed=3, labels=())
SETTINGS = {
    "masked": MASKED,
    "two layers": replace(MASKED, layers=2),
    "ahead": replace(MASKED, task="anomaly", horizon=5, filter=7),
    "a fan ahead": replace(MASKED, task="anomaly", horizon=2, fan=True),
}


def stuck(dataset):
    """Return the data with a sensor that is stuck for a while."""
    values = np.array(dataset.sequences[0].values)
    values[300:330, 2] = values[300, 2]
    return replace(dataset, sequences=(replace(dataset.sequences[0], values=values), *dataset.sequences[1:]))


@pytest.fixture(scope="module", params=SETTINGS)
def judged(request):
    """Return a trial on other data, and its report."""
    trial = on_others(trial_of(SETTINGS[request.param], pumps()), stuck(OTHERS))
    return trial, evaluate(trial)


@given(data=st.data())
@settings(max_examples=cases(20, 200), deadline=None)
def test_in_pieces_of_any_length_it_raises_what_the_report_raises(judged, data):
    trial, report = judged
    live = LiveWatch(describe(trial.task), trial.network, report.facts[HELD])
    dataset, at = stuck(OTHERS), 0
    while at < 640:
        at = min(at + data.draw(st.integers(1, 200)), 640)
        live.take(dataset, 0, at)
    first = report.columns["sequence"] == "p0"
    assert not live.flags[:WARM_UP].any()
    np.testing.assert_array_equal(live.flags[WARM_UP:], report.columns["flag"][first])
    np.testing.assert_allclose(live.scores[WARM_UP:], report.columns["score"][first], rtol=1e-4, atol=1e-4)
    flagged = live.flags[WARM_UP:]
    named = np.array(live.columns)[live.sensors[WARM_UP:]]
    assert (named[flagged] == report.columns["sensor"][first][flagged]).all()
    alarms = live.events(dataset.sequences[0])
    assert [(e.first, e.last) for e in alarms] == sorted((e.first, e.last) for e in report.events if e.sequence == "p0")
    assert any(event.first <= 320 <= event.last and event.what == "heat, stuck" for event in alarms)
    told = {(e.first, e.last, e.what, e.right) for e in report.events if e.sequence == "p0"}
    assert {(e.first, e.last, e.what, e.right) for e in alarms} == told


def test_a_run_that_watches_nothing_is_refused():
    trial = trial_of(replace(MASKED, bidirectional=True), pumps())
    with pytest.raises(DataError, match="does not watch"):
        LiveWatch(describe(trial.task), trial.network, {"usual": [], "threshold": 1, "stuck": []})
