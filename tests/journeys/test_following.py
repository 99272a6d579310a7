"""A person follows a file that another program writes, at its own pace and in whatever pieces its lines come."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.sequences import read_csv
from tests.journeys.person import CTRL
from tests.journeys.seeing import assert_on_screen

Key = Qt.Key
FIRST = 40

WRITER = """
import sys

def row(t):
    time = f"2024-03-{1 + t // 1440:02} {t // 60 % 24:02}:{t % 60:02}"
    return f"{time},{60 + t % 17 * 1.25:.3f},{t * t % 31 - 15},{int(t % 10 < 2)}\\n"

path, t = sys.argv[1], int(sys.argv[2])
with open(path, "a", buffering=1 << 16) as file:
    for wanted in map(str.strip, sys.stdin):
        if wanted == "end":
            break
        count = int(wanted) if wanted.isdigit() else 1
        text = "".join(row(k) for k in range(t, t + count))
        if wanted == "half":
            file.write(text[:20])
            file.flush()
            print("half", flush=True)
            sys.stdin.readline()
            text = text[20:]
        elif wanted == "wrong":
            text = "2024-03-01 23:59,broken,1,0\\n"
        file.write(text)
        file.flush()
        print("written", flush=True)
        t += count
"""


class Writer:
    """Another program that writes rows to the end of a file, when it is told to."""

    def __init__(self, path: Path, first: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(first)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def write(self, what: str = "row") -> None:
        """Tell it to write a row, the half of one, a wrong one or many, and wait until it has."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline()

    def end(self) -> None:
        """Let it close the file and end."""
        self.process.communicate("end\n")
        assert self.process.returncode == 0


@pytest.fixture
def log(tmp_path) -> Path:
    path = tmp_path / "sensor.csv"
    path.write_text("time,level,flow,anomaly\n")
    starting = Writer(path, 0)
    starting.write(str(FIRST))
    starting.end()
    return path


@pytest.fixture
def writer(log):
    made = Writer(log, FIRST)
    yield made
    if made.process.poll() is None:
        made.end()


def test_rows_of_another_program_become_steps(visit, log, writer):
    """Half a row waits, whole ones come, a cursor at the last step moves along, one elsewhere stays."""
    person = visit(log)
    bench, transport = person.bench, person.window.transport
    person.press(Key.Key_End)
    assert bench.step == FIRST - 1
    person.changes(lambda: person.click(transport.follow))
    person.wait(lambda: bench.frontier == FIRST and transport.follow.isChecked())
    assert transport.live.isChecked()
    for count in range(1, 4):
        writer.write()
        person.wait(lambda count=count: bench.step == FIRST + count - 1)
        assert_on_screen(person)
    assert person.text("Followed file").startswith(f"following sensor.csv: {FIRST + 3} rows, last ")
    assert transport.scrub.maximum() == FIRST + 2
    assert "43 steps" in person.window.panel.extent.text()

    person.press(Key.Key_Left, times=5)
    writer.write("half")
    looks = []
    bench.following._timer.timeout.connect(lambda: looks.append(bench.length))
    person.wait(lambda: len(looks) >= 4)
    assert set(looks) == {FIRST + 3}, "half a row is no step"
    writer.write("the other half")
    person.wait(lambda: bench.frontier == FIRST + 4)
    assert bench.step == FIRST + 2 - 5
    assert_on_screen(person)

    person.press(Key.Key_End)
    writer.write("1500")
    person.wait(lambda: bench.step == FIRST + 1503)
    assert_on_screen(person)
    written = read_csv(log).sequences[0]
    np.testing.assert_array_equal(bench.experiment.dataset.sequences[0].values, written.values)
    assert person.text("Followed file").startswith("following sensor.csv: 1,544 rows")

    person.click(transport.follow)
    person.wait(lambda: not transport.follow.isChecked())
    assert person.text("Followed file") == ""
    writer.write("10")
    assert bench.length == FIRST + 1504


def test_editing_undoing_and_wrong_rows_while_it_is_followed(visit, log, writer):
    person = visit(log)
    bench, window = person.bench, person.window
    person.press(Key.Key_End)
    person.changes(window.actions_.follow.trigger)
    person.wait(lambda: bench.frontier == FIRST and window.actions_.follow.isChecked())
    writer.write("20")
    person.wait(lambda: bench.step == FIRST + 19)
    person.changes(lambda: person.click(window.panel.cell.button("gru")))
    assert bench.length == FIRST + 20
    assert_on_screen(person)
    writer.write("wrong")
    person.wait(lambda: bench.step == FIRST + 20)
    assert "line 62, column 2: 'broken' is no number" in person.status()
    assert_on_screen(person)
    window.rows.setFocus()
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    assert bench.length == FIRST + 21
    assert window.transport.follow.isChecked()
    writer.write("2")
    person.wait(lambda: bench.step == FIRST + 22)
    assert_on_screen(person)
    person.changes(lambda: person.click(window.panel.bidirectional))
    assert not window.transport.follow.isEnabled()
    assert "backward direction" in window.transport.follow.toolTip()
    assert "backward direction" in window.actions_.follow.toolTip()


def test_the_file_is_taken_away_and_begun_anew(visit, log):
    person = visit(log)
    bench, window = person.bench, person.window
    person.changes(lambda: person.click(window.transport.follow))
    person.wait(lambda: bench.frontier == FIRST)
    log.rename(log.with_suffix(".old"))
    person.wait(lambda: "not there any more" in person.text("Followed file"))
    log.write_text("time,level,flow,anomaly\n2024-03-02 00:00,1,2,0\n")
    person.wait(lambda: not window.transport.follow.isChecked())
    assert "followed no more" in person.status()
    assert bench.length == FIRST
    assert window.transport.follow.isEnabled()


def test_a_preset_cannot_be_followed_and_says_why(visit):
    person = visit()
    transport = person.window.transport
    assert not transport.follow.isEnabled()
    assert "generated" in transport.follow.toolTip()
    assert "generated" in person.window.actions_.follow.toolTip()


def test_closing_while_it_is_followed(visit, log, writer):
    person = visit(log)
    person.changes(lambda: person.click(person.window.transport.follow))
    person.wait(lambda: person.bench.frontier == FIRST)
    writer.write("500")
    person.window.close()
    assert not person.bench.following._timer.isActive()
    log.unlink()
