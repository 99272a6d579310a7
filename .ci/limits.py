"""Keep files and functions small: prints ``path:line`` of each that is too long and exits 1."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

FILE_LINES = 350
FUNCTION_LINES = 60


def too_long(path: Path) -> list[str]:
    """Return one message for the file if it is too long and one for each function in it that is."""
    text = path.read_text(encoding="utf-8")
    found = []
    if (lines := len(text.splitlines())) > FILE_LINES:
        found.append(f"{path}:{FILE_LINES + 1}: file of {lines} lines, at most {FILE_LINES}")
    for node in ast.walk(ast.parse(text, path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                found.append(f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION_LINES}")
    return found


def main(root: Path) -> int:
    """Check ``explorer/``, ``widgets/`` and ``main.py`` below root."""
    paths = [*sorted(root.glob("explorer/**/*.py")), *sorted(root.glob("widgets/**/*.py")), *root.glob("main.py")]
    found = [message for path in paths for message in too_long(path)]
    print("\n".join(found) if found else f"{len(paths)} files within the limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path()))
