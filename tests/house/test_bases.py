"""What a base asks of those that derive from it is handed over or has an answer: no method is there only to fail."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize("package", ["explorer", "widgets"])
def test_no_base_raises_not_implemented(package) -> None:
    files = sorted((HOUSE / package).rglob("*.py"))
    assert len(files) > 50
    failing = [
        f"{path.relative_to(HOUSE)}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and node.exc is not None and "NotImplemented" in ast.unparse(node.exc)
    ]
    assert failing == []
