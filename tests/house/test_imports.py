"""Importing the app's modules is quick: none of them imports a heavy library at its top."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ["torch", "polars", "scipy", "onnx", "h5py", "clevercsv", "python_calamine"]


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
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
