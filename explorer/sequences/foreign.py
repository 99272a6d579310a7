"""Files that a library reads: whatever it raises becomes one sentence that names the file."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from collections import abc
from contextlib import contextmanager
from pathlib import Path

from explorer.errors import DataError

NUMPY_SAYS = (
    *(ValueError, KeyError, EOFError, NotImplementedError, RuntimeError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error, tokenize.TokenError),
)
"""How numpy and zipfile say that a file is none of numpy's, or damaged.

RuntimeError is a member that is encrypted; a header is taken apart as Python, and may end as an error of that.
"""


@contextmanager
def complaining(
    path: Path, damaged: str, is_damage: abc.Callable[[BaseException], bool] | type[Exception] | tuple[type, ...]
) -> abc.Iterator[None]:
    """Raise ``DataError`` for a file that is not there, may not be read, or is ``damaged`` as the library says it.

    ``is_damage`` are the errors by which it says so, or tells them from others, which are left as they are. An error of
    the system has a number; a library that raises such a one without means the contents.
    """
    try:
        yield
    except DataError as error:
        raise DataError(error.message, file=path, line=error.line, column=error.column) from error
    except FileNotFoundError as error:
        raise DataError("there is no such file", file=path) from error
    except BaseException as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise DataError(f"it cannot be read: {error.strerror}", file=path) from error
        known = isinstance(error, is_damage) if isinstance(is_damage, (type, tuple)) else is_damage(error)
        if isinstance(error, OSError) or known:
            raise DataError(damaged, file=path) from error
        raise
