"""Processes that run the same code as the window does, one thread each, whatever the working directory."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

import explorer

ROOT = Path(explorer.__file__).parents[1]
"""Where the checkout or the installed packages are."""


def prepared(parent: QObject) -> QProcess:
    """Return a process that has yet to be started."""
    environment = QProcessEnvironment.systemEnvironment()
    paths = [str(ROOT), environment.value("PYTHONPATH")]
    environment.insert("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment.insert(name, "1")
    process = QProcess(parent)
    process.setProcessEnvironment(environment)
    return process


def start_module(process: QProcess, module: str, *arguments: str) -> None:
    """Start a module of the program; what lies in the working directory is not imported in its place."""
    process.start(sys.executable, ["-P", "-m", module, *arguments])
