"""Importing the app's modules is quick, and the window waits for none that it does not need to open."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ["av", "PIL", "torch", "polars", "scipy", "onnx", "h5py", "clevercsv", "python_calamine"]
LATER = {
    "widgets.animations",
    "widgets.check_list",
    "widgets.diagnostics",
    "widgets.export_dialog",
    "widgets.log",
    "widgets.pictures",
    "widgets.recording",
    "widgets.saving",
    "widgets.subjects",
    "widgets.values_dialog",
    "explorer.exporting",
    "widgets.palette",
    "widgets.import_dialog",
    "widgets.generator_form",
    "widgets.cheat_sheet",
    "explorer.engines.check",
}
"""Imported when they are first asked for."""

SEQUENCES = {"deriving", "followable", "generators", "names", "options", "scaling", "sequence", "stored", "text"}
"""What the window needs of the sequences to open with a preset. Most others read files."""

FIRST_PRESET = """
import sys
from PySide6.QtCore import QSettings
from widgets.app import make_app
from widgets.main_window import MainWindow
from widgets.sources import first_source
from widgets.theme import LIGHT

app = make_app()
window = MainWindow(QSettings("", QSettings.Format.IniFormat), LIGHT)
window.open_source(first_source())
window.show()
while window.workbench.trace is None or window.workbench.computing.busy:
    app.processEvents()
print(*sys.modules)
window.opening.prepare()
while window.opening._preparing.running:
    app.processEvents()
print(*sys.modules)
window.close()
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


def test_no_module_imports_a_heavy_library_at_its_top():
    files = [ROOT / "main.py", *ROOT.glob("explorer/**/*.py"), *ROOT.glob("widgets/**/*.py")]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    # A __main__ module is a program: importing it would run it.
    names = sorted(name for name in names if not name.endswith("__main__"))
    code = f"""
import importlib, sys
for name in {names!r}:
    importlib.import_module(name)
    for heavy in {HEAVY!r}:
        if heavy in sys.modules:
            sys.exit(f"{{name}} imports {{heavy}}")
"""
    ran = run(code)
    assert ran.returncode == 0, ran.stderr


def test_the_window_opens_with_a_preset_without_what_reads_files_and_what_is_asked_for_later():
    ran = run(FIRST_PRESET)
    assert ran.returncode == 0, ran.stderr
    loaded, prepared = (set(line.split()) for line in ran.stdout.splitlines())
    of_sequences = {name.split(".")[2] for name in loaded if name.startswith("explorer.sequences.")}
    assert {"widgets.main_window", "explorer.sequences.options"} <= loaded
    assert of_sequences <= SEQUENCES
    assert not loaded & LATER
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)
    assert "explorer.sequences.preview" in prepared
    assert "widgets.import_dialog" not in prepared
