"""``presets``: list the stored experiments."""

from __future__ import annotations

from explorer.commands.console import Parser, invocation, tell
from explorer.presets import load_presets

EXAMPLES = """\
examples:
  {program} presets
  {program} preset:adding
  {program} trace preset:adding --out adding.npz
"""


def presets(words: list[str]) -> int:
    """Print name, title and summary of every preset in the stored order; return the exit code."""
    Parser(
        "presets",
        description="List the stored experiments: name, title, and what there is to see.",
        epilog=EXAMPLES.format(program=invocation()),
    ).parse_args(words)
    listed = load_presets()
    name = max(len(preset.name) for preset in listed)
    title = max(len(preset.title) for preset in listed)
    for preset in listed:
        tell(f"{preset.name:{name}}  {preset.title:{title}}  {preset.summary}")
    return 0
