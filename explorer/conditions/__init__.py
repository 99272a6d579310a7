"""Conditions over the quantities of a trace: what a breakpoint waits for. Text in, steps out, nothing run as code."""

from explorer.conditions.language import FUNCTIONS, Condition, ConditionError, parse_condition
from explorer.conditions.search import answerable, check, hits, rising

__all__ = ["FUNCTIONS", "Condition", "ConditionError", "answerable", "check", "hits", "parse_condition", "rising"]
