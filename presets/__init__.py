"""The stored experiments: one folder each, with ``preset.toml`` and ``lesson.md``; read by ``explorer.presets``."""
