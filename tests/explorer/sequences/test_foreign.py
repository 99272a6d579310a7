"""What libraries raise of a file becomes one sentence; what is no fault of the file stays what it is."""

import pytest

from explorer.errors import DataError
from explorer.sequences.foreign import complaining

DAMAGED = "it is cut short"


@pytest.mark.parametrize("said", [ValueError, (KeyError, ValueError), lambda error: type(error) is ValueError])
def test_what_the_library_says_of_a_damaged_file_is_told_with_its_name(tmp_path, said):
    with pytest.raises(DataError, match=r"^t\.bin: it is cut short$"), complaining(tmp_path / "t.bin", DAMAGED, said):
        raise ValueError("offset 17")


def test_what_is_not_there_and_what_cannot_be_read_are_told_apart_from_damage(tmp_path):
    with (
        pytest.raises(DataError, match=r"^t\.bin: there is no such file$"),
        complaining(tmp_path / "t.bin", DAMAGED, ValueError),
    ):
        (tmp_path / "t.bin").open()
    with pytest.raises(DataError, match=r"it cannot be read: ") as caught, complaining(tmp_path, DAMAGED, ValueError):
        tmp_path.open()
    assert DAMAGED not in str(caught.value)


def test_an_error_of_the_system_without_a_number_is_the_librarys_word_for_damage(tmp_path):
    with pytest.raises(DataError, match=DAMAGED), complaining(tmp_path / "t.bin", DAMAGED, ValueError):
        raise OSError("stream ended in the middle of a message")


def test_our_own_error_keeps_its_place_and_gets_the_file(tmp_path):
    with (
        pytest.raises(DataError, match=r"^t\.bin, line 3, column 2: odd$"),
        complaining(tmp_path / "t.bin", DAMAGED, ValueError),
    ):
        raise DataError("odd", line=3, column=2)


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_anything_else_is_left_as_it_is(tmp_path, error):
    with pytest.raises(error), complaining(tmp_path / "t.bin", DAMAGED, ValueError):
        raise error
