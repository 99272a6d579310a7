"""What was said, kept in a file in the user's folder for logs: for whoever asks the next day what had happened."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from widgets.messages import Message
from widgets.tidy import tidy

FILE = "gate-explorer.log"
MOST_BYTES, MOST_FILES = 1_000_000, 3
"""A file that has grown so long is put aside, and the oldest of so many thrown away."""

LEVELS = {"error": logging.ERROR, "note": logging.INFO}


class Log(QObject):
    """Opens its file with the first message. If it cannot be written it says so once, and nothing else changes."""

    failed = Signal(str)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        """Write below ``folder``, by default where the system keeps a user's logs."""
        super().__init__(parent)
        self._folder = folder
        self._handler: logging.Handler | None = None
        self._gave_up = False

    @property
    def path(self) -> Path:
        """Where the file is, or would be."""
        if self._folder is None:
            from platformdirs import user_log_path

            self._folder = user_log_path("gate-explorer", appauthor=False)
        return self._folder / FILE

    def write(self, message: Message) -> None:
        """Keep a message, with its details."""
        if self._gave_up:
            return
        told = tidy("\n".join(part for part in (message.text, message.details) if part))
        record = logging.LogRecord("gate-explorer", LEVELS.get(message.kind, logging.INFO), "", 0, told, None, None)
        try:
            if self._handler is None:
                self._handler = self._opened()
            self._handler.emit(record)
        except OSError as error:
            self._gave_up = True
            self.close()
            reason = error.strerror or str(error)
            self.failed.emit(f"no log is kept: {tidy(str(self.path))} cannot be written: {reason}")

    def close(self) -> None:
        """Close the file."""
        if self._handler is not None:
            self._handler.close()
            self._handler = None

    def _opened(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler

        class Handler(RotatingFileHandler):
            """Leaves errors to whom writes."""

            def handleError(self, record: logging.LogRecord) -> None:
                raise  # logging calls this while it handles the error

        self.path.parent.mkdir(parents=True, exist_ok=True)
        handler = Handler(self.path, maxBytes=MOST_BYTES, backupCount=MOST_FILES, encoding="utf-8")
        handler.setFormatter(logging.Formatter("{asctime} {levelname:<5} {message}", style="{"))
        return handler
