"""The size limits find what is too long, and nothing else."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / ".ci" / "limits.py"


def limits(tree: Path) -> tuple[int, list[str]]:
    """Run the script on a tree; return its exit code and the places it names."""
    ran = subprocess.run([sys.executable, SCRIPT, tree], capture_output=True, text=True)
    return ran.returncode, [line.split(": ")[0] for line in ran.stdout.splitlines()]


def test_a_tree_at_the_limits_passes(tmp_path):
    function = "def f():\n" + "    pass\n" * 59
    (tmp_path / "main.py").write_text(function + "x = 1\n" * 290)
    assert limits(tmp_path)[0] == 0


def test_a_long_file_is_named(tmp_path):
    (tmp_path / "explorer" / "room").mkdir(parents=True)
    path = tmp_path / "explorer" / "room" / "long.py"
    path.write_text("x = 1\n" * 351)
    assert limits(tmp_path) == (1, [f"{path}:351"])


def test_a_long_method_is_named_at_its_line(tmp_path):
    (tmp_path / "widgets").mkdir()
    path = tmp_path / "widgets" / "panel.py"
    path.write_text("class Panel:\n    def build(self):\n" + "        pass\n" * 60)
    assert limits(tmp_path) == (1, [f"{path}:2"])
