"""Texts that leave the machine name nobody: a person's folder is ``~``."""

from __future__ import annotations

import getpass
import os
import re
from contextlib import suppress
from pathlib import Path

HOMES = re.compile(r"(?i)(?:[a-z]:)?[\\/](?:home|users)[\\/][^\\/\s:'\"]+(?=[\\/]|\b)")


def tidy(text: str) -> str:
    """Return a text without the names of people in its paths."""
    with suppress(RuntimeError, OSError):
        home = Path.home()
        for folder in sorted({str(home), os.path.realpath(home)}, key=len, reverse=True):
            if len(folder) > 1:
                text = re.sub(rf"(?<![\w.-]){re.escape(folder)}(?![\w.-])", "~", text)
    text = HOMES.sub("~", text)
    with suppress(OSError, KeyError, ImportError):
        if user := getpass.getuser():
            text = re.sub(rf"(?<=[\\/]){re.escape(user)}(?=[\\/])", "~", text)
    return text
