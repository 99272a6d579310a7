"""A job drains its work off the window's thread, says how it ended exactly once, and leaves nothing behind."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from explorer.errors import DataError
from widgets.job import FIRST_LOOK_MS, LOOK_MS, Job, sentence


class Gate:
    """Work that goes on only when it is let: ``open`` lets it pass the next gate."""

    def __init__(self, steps: int) -> None:
        self.steps, self.reached = steps, 0
        self.thread = 0
        self.opened = threading.Semaphore(0)
        self.waiting = threading.Semaphore(0)

    def __call__(self, report):
        self.thread = threading.get_ident()
        for k in range(self.steps):
            self.waiting.release()
            assert self.opened.acquire(timeout=20)
            self.reached = k + 1
            yield self.reached / self.steps

    def open(self, times: int = 1) -> None:
        for _ in range(times):
            self.opened.release()

    def await_gate(self) -> None:
        assert self.waiting.acquire(timeout=20)


class Said:
    """Everything a job says, in order."""

    def __init__(self, job: Job) -> None:
        self.ends: list[object] = []
        self.fractions: list[float] = []
        job.progressed.connect(self.fractions.append)
        job.finished.connect(lambda: self.ends.append("finished"))
        job.failed.connect(self.ends.append)
        job.cancelled.connect(lambda: self.ends.append("cancelled"))


@pytest.fixture
def owner(qapp):
    parent = QObject()
    yield parent
    parent.deleteLater()


def test_it_runs_on_another_thread_and_says_once_that_it_finished(qtbot, owner) -> None:
    work = Gate(3)
    job = Job(work, "three steps", owner)
    said = Said(job)
    assert not job.running
    job.start()
    work.await_gate()
    assert job.running
    work.open()
    qtbot.waitUntil(lambda: 1 / 3 in said.fractions)
    assert said.ends == []
    work.open(2)
    with qtbot.waitSignal(job.finished):
        pass
    assert not job.running
    assert work.thread != threading.get_ident()
    assert said.ends == ["finished"]
    assert said.fractions == sorted(said.fractions)


def test_cancelled_work_stops_before_its_next_step(qtbot, owner) -> None:
    work = Gate(1000)
    job = Job(work, "a thousand steps", owner)
    said = Said(job)
    job.start()
    work.await_gate()
    job.cancel()
    with qtbot.waitSignal(job.cancelled):
        work.open(1000)
    assert work.reached == 1
    assert said.ends == ["cancelled"]


def test_work_that_asks_on_its_way_ends_there_when_cancelled(qtbot, owner) -> None:
    started, go_on, after = threading.Event(), threading.Event(), []

    def work(report):
        started.set()
        assert go_on.wait(20)
        report(0.5)
        after.append("went on")
        yield 1.0

    job = Job(work, "reads", owner)
    job.start()
    assert started.wait(20)
    job.cancel()
    with qtbot.waitSignal(job.cancelled):
        go_on.set()
    assert after == []


def test_an_error_is_told_as_it_is(qtbot, owner) -> None:
    error = DataError("there is no sequence in it", file="a.csv")

    def work(report):
        yield 0.1
        raise error

    job = Job(work, "fails", owner)
    said = Said(job)
    with qtbot.waitSignal(job.failed):
        job.start()
    assert said.ends == [error]


def test_an_error_after_cancelling_is_nobodys_business(qtbot, owner) -> None:
    started, go_on = threading.Event(), threading.Event()

    def work(report):
        started.set()
        assert go_on.wait(20)
        raise ValueError("too late")
        yield 1.0

    job = Job(work, "fails late", owner)
    said = Said(job)
    job.start()
    assert started.wait(20)
    job.cancel()
    with qtbot.waitSignal(job.cancelled):
        go_on.set()
    assert said.ends == ["cancelled"]


def test_settling_waits_for_what_is_short_and_says_so_at_once(qtbot, owner) -> None:
    job = Job(lambda _: iter([1.0]), "short", owner)
    said = Said(job)
    job.start()
    job.settle(20.0)
    assert said.ends == ["finished"]
    job.settle(20.0)
    assert said.ends == ["finished"]


def test_settling_gives_up_waiting_for_what_is_long(qtbot, owner) -> None:
    work = Gate(1)
    job = Job(work, "long", owner)
    said = Said(job)
    job.start()
    work.await_gate()
    job.settle(0.01)
    assert said.ends == []
    with qtbot.waitSignal(job.finished):
        work.open()


def test_it_is_looked_at_often_at_first_and_then_as_often_as_frames_go_by(qtbot, owner) -> None:
    work = Gate(1)
    job = Job(work, "long", owner)
    job.start()
    work.await_gate()
    assert job.looks_every == FIRST_LOOK_MS < LOOK_MS
    qtbot.waitUntil(lambda: job.looks_every == LOOK_MS, timeout=20_000)
    with qtbot.waitSignal(job.finished):
        work.open()


def test_ending_waits_for_the_thread_and_says_nothing(qtbot, owner) -> None:
    work = Gate(1000)
    job = Job(work, "to be ended", owner)
    said = Said(job)
    job.start()
    work.await_gate()
    work.open(1000)
    job.end()
    assert not [thread for thread in threading.enumerate() if thread.name == "to be ended"]
    assert said.ends == []
    assert work.reached < 1000


def test_what_it_worked_on_goes_with_it(qtbot, owner) -> None:
    class Large:
        """Stands for a trace of a gigabyte."""

    large = Large()
    gone = weakref.ref(large)

    def work(report, large=large):
        yield 1.0

    job = Job(work, "large", owner)
    job.finished.connect(lambda large=large: None)
    del large, work
    with qtbot.waitSignal(job.destroyed):
        job.start()
    del job
    gc.collect()
    assert gone() is None
    assert owner.children() == []


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DataError("there is no sequence in it", file="a.csv"), "a.csv"),
        (MemoryError(), "not enough memory"),
        (ValueError("the shape is wrong"), "ValueError: the shape is wrong"),
    ],
)
def test_an_error_becomes_one_sentence(error, text) -> None:
    assert text in sentence(error)
    assert "\n" not in sentence(error)
