"""What the import dialog is shown of arrays, sheets and folders."""

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.sequences import Form, Options
from explorer.sequences.preview import look
from tests.explorer.sequences.workbook import write_workbook


@pytest.mark.parametrize("rows", [100, None])
def test_arrays(tmp_path, rows):
    np.save(tmp_path / "a.npy", np.arange(1200.0).reshape(3, 200, 2))
    seen = look(str(tmp_path / "a.npy"), rows=rows)
    assert (seen.form, seen.whole, seen.error) == (None, rows is None, "")
    assert seen.headings == ("sequence", "column 1", "column 2")
    assert seen.rows[1] == ("0", "2", "3")
    assert len(seen.rows) == 100
    if rows is None:
        assert seen.answer == "3 sequences of 200 steps · 2 inputs: column 1, column 2"
        assert seen.shape == "long"


def test_a_sheet_of_ones_choice(tmp_path):
    write_workbook(
        tmp_path / "a.xlsx", {"A": [["x"], [1]], "B": [["day", "y"], ["2024-01-01", 2], ["2024-01-02", "z"]]}
    )
    seen = look(str(tmp_path / "a.xlsx"), Options(form=Form(table=1)), rows=100)
    assert (seen.tables, seen.names) == (2, ("day", "y"))
    assert "the sheet 'B' was read, these were not: A" in seen.notes


def test_a_folder_shows_its_first_file_and_answers_for_all(tmp_path):
    (tmp_path / "0.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    for k in (1, 2):
        (tmp_path / f"{k}.csv").write_text("x,y\n" + "1,2\n" * k)
    first, whole = look(str(tmp_path), rows=100), look(str(tmp_path))
    assert first.names == whole.names == ("x", "y")
    assert first.answer == "1 step · 2 inputs: x, y"
    assert whole.answer == "2 sequences of 1 to 2 steps · 2 inputs: x, y"
    assert first.notes[0] == whole.notes[0] == "shown is 1.csv, the first file that can be read"
    assert any(note.startswith("left out: 0.png") for note in whole.notes)


def test_a_folder_of_nothing(tmp_path):
    with pytest.raises(DataError, match="there is no file in it"):
        look(str(tmp_path))
    (tmp_path / "0.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(DataError, match=r"^0\.png"):
        look(str(tmp_path))
