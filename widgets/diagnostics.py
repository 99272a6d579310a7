"""What helps to find the cause of a fault on another machine: versions, screen, shapes, settings; nobody's data."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, qVersion
from PySide6.QtGui import QGuiApplication

import explorer
from explorer.experiment import Experiment
from explorer.sequences import BETWEEN
from widgets.messages import Message
from widgets.sources import is_file
from widgets.tidy import tidy

if TYPE_CHECKING:
    from widgets.main_window import MainWindow

PACKAGES = ("PySide6-Essentials", "pyqtgraph", "numpy", "torch", "polars", "scipy")
PRIVATE = ("bookmarks", "choices", "compared", "recent", "saving/folder")
"""Settings that name files, or what stands in them."""

LAST = 30


def diagnostics(window: MainWindow) -> str:
    """Return lines of ``what: how``, and the last messages; no file's name or content, and no one's name."""
    bench, appearance = window.workbench, window.appearance
    lines = [
        f"Gate Explorer {explorer.__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"Qt {qVersion()} on {QGuiApplication.platformName()}; " + ", ".join(map(_version, PACKAGES)),
        *_screens(),
        f"window: {window.width()}×{window.height()}, {appearance.choice} theme ({appearance.theme.name}), "
        f"texts {appearance.size:g} pt",
    ]
    if bench.trace is not None:
        lines += _experiment(bench.trace.experiment)
        lines.append(f"engine: {bench.trace.engine(bench.sequence)}; self-check: {window.status.badge.text()}")
        lines.append(f"at: sequence {bench.sequence}, step {bench.step} of {bench.length}, {bench.place.key}, "
                     f"{'live' if bench.live else 'review'} mode")  # fmt: skip
    lines += ["settings:", *(f"  {line}" for line in _settings(window.settings))]
    return tidy("\n".join([*lines, ""]))


def report(window: MainWindow) -> str:
    """Return the diagnostics and every message of the session with its details."""
    return f"{diagnostics(window)}{told(window.status.messages)}"


def told(messages: Sequence[Message]) -> str:
    """Return messages as they are reported."""
    lines = [message.whole() for message in messages] or ["none"]
    return tidy("\n".join(["messages:", *lines, ""]))


def _version(package: str) -> str:
    try:
        number = version(package)
    except PackageNotFoundError:
        return f"{package} not installed"
    loaded = package != "torch" or "torch" in sys.modules
    return f"{package} {number}{'' if loaded else ' (not loaded)'}"


def _screens() -> list[str]:
    return [
        f"screen: {screen.size().width()}×{screen.size().height()} at {screen.devicePixelRatio():g}×, "
        f"{screen.logicalDotsPerInch():.0f} dpi, {screen.refreshRate():.0f} Hz"
        for screen in QGuiApplication.screens()
    ]


def _experiment(experiment: Experiment) -> list[str]:
    data, network = experiment.dataset, experiment.network
    lengths = [len(sequence) for sequence in data.sequences]
    steps = f"{lengths[0]} steps" if len(lengths) == 1 else f"{min(lengths)} to {max(lengths)} steps"
    words = "".join(f", {len(vocabulary)} words in one of them" for vocabulary in data.vocabularies.values())
    cells = ", ".join(
        f"{place.key} {network.cell(place).name} of {network.weights(place).hidden_size}" for place in network.places
    )
    return [
        f"data: {_kind(data.source)}; {len(lengths)} sequences of {steps}, {len(data.features)} features{words}; "
        f"values {experiment.scale}",
        f"network: {cells}; {network.dtype}",
    ]


def _kind(source: str) -> str:
    """Return what kind of source it is, without its name."""
    if not is_file(source):
        return source
    suffixes = sorted({PurePath(path).suffix.lower() or "no suffix" for path in source.split(BETWEEN)})
    return f"file ({', '.join(suffixes)})"


def _settings(settings: QSettings) -> list[str]:
    lines = []
    for key in sorted(settings.allKeys()):
        value = settings.value(key)
        if isinstance(value, QByteArray):
            lines.append(f"{key}: {value.size()} bytes")
        elif key in PRIVATE:
            lines.append(f"{key}: not shown")
        else:
            lines.append(f"{key}: {value}")
    return lines
