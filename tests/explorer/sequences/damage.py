"""Files that are damaged at random: each opens, or is refused in one sentence."""

from pathlib import Path

from hypothesis import strategies as st

from explorer.errors import DataError, UsageError
from explorer.sequences import read_dataset


def assert_told_in_one_sentence(path: Path, data: st.DataObject, *, spared: int = 0, least: float = 0.0) -> None:
    """Change up to three bytes behind the ``spared`` ones, cut the file to a part, at ``least`` this, and open it."""
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(spared, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole[: data.draw(st.integers(int(len(whole) * least), len(whole)))])
    try:
        read_dataset(path)
    except (DataError, UsageError) as error:
        told = str(error)
    else:
        told = ""
    assert "\n" not in told
