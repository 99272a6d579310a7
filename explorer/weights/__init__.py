"""Weights of a network as files of other programs."""

from __future__ import annotations

from explorer.weights.write import SUFFIXES, encode

__all__ = ["SUFFIXES", "encode"]
