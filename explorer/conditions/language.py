"""The language of conditions: from text to a tree of nodes, each of which knows where it stands in the text.

Python's own parser reads the text and nothing is ever evaluated by Python: only what is listed here becomes a node,
and whatever else there may be in Python is refused with the place where it stands.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from dataclasses import dataclass, field
from typing import NoReturn

from explorer.errors import UsageError

MOST_CHARACTERS = 500
DEEPEST = 40
"""How deep a condition may be nested: far more than a person writes, far less than would exhaust a stack."""

ELEMENTWISE = ("abs", "sqrt", "exp", "log", "sigmoid", "tanh")
TESTS = ("isnan", "isinf", "isfinite")
REDUCTIONS = ("min", "max", "mean", "sum", "norm", "any", "all")
PREVIOUS = "prev"
FUNCTIONS = (*ELEMENTWISE, *TESTS, *REDUCTIONS, PREVIOUS)

_PLACE = re.compile(r"l\d{1,9}(_reverse)?")
_EXAMPLE = "f[3] < 0.1 and x.temperature > 80"
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Pow: "**"}
_UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_INSTEAD = {
    **dict.fromkeys(("&", "&&", ";"), "and"),
    **dict.fromkeys(("|", "||"), "or"),
    **dict.fromkeys(("×", "·"), "*"),
    "!": "not",
    "=": "==",
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "^": "**",
}
_FOREIGN = re.compile(r"&&|\|\||!(?!=)|(?<![=<>!:])=(?!=)|[;−≤≥≠×·]")
_OPEN_END = re.compile(r"(\b(?:and|or|not)|[<>=+\-*/%.,])\s*$")
_TOLD = ("never closed", "unmatched", "does not match", "unterminated")


class ConditionError(UsageError):
    """A condition that cannot be used: why, and what to do.

    What to underline are ``length`` characters from ``column`` on, counted from 0 in the text as typed.
    """

    def __init__(self, message: str, column: int = 0, length: int = 1) -> None:
        super().__init__(message)
        self.message, self.column, self.length = message, column, length


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a condition, which stands at ``column`` of the text."""

    column: int
    length: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written."""

    value: float


@dataclass(frozen=True, slots=True)
class Read(Node):
    """A quantity, ``x``, ``label`` or ``t``; ``index`` is a unit, a slice of them, or a feature's or label's name."""

    place: str
    name: str
    index: int | slice | str | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of one or more parts."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``-``, ``+`` or ``not`` before a part."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Arithmetic between two parts."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``0.1 < f[3] < 0.2``: n signs between n + 1 parts."""

    signs: tuple[str, ...]
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``and`` or ``or`` between parts."""

    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was read: the text as typed, and its tree. Two with the same text are equal."""

    text: str
    tree: Node = field(repr=False, compare=False)


def parse_condition(text: str) -> Condition:
    """Read a condition such as ``f[3] < 0.1 and x.temperature > 80``; ConditionError says where it goes wrong.

    Whether the quantities, units and features are there is asked by ``check``: that depends on the network and data.
    """
    if len(text) > MOST_CHARACTERS:
        raise ConditionError(
            f"a condition has at most {MOST_CHARACTERS} characters", MOST_CHARACTERS, len(text) - MOST_CHARACTERS
        )
    if not text.strip():
        raise ConditionError(f"write a condition, such as {_EXAMPLE}", 0, len(text))
    plain = re.sub(r"[\t\n\r\f\v]", " ", text)
    tree = _python(plain)
    return Condition(text, _Reader(plain).node(tree))


def _python(text: str) -> ast.expr:
    """Return Python's own tree of the text."""
    for at, sign in enumerate(text):
        if not sign.isprintable():
            raise ConditionError("this sign cannot be read; delete it", at)
    lead = len(text) - len(text.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text[lead:], mode="eval").body
    except SyntaxError as error:
        _explain(text, error, lead)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise ConditionError("this is too much for a condition; make it shorter", 0, len(text)) from None


def _explain(text: str, error: SyntaxError, lead: int) -> NoReturn:
    """Say what Python's parser stumbled over in words that fit a condition."""
    masked = re.sub(r"'[^']*'|\"[^\"]*\"", lambda quoted: "_" * len(quoted[0]), text)
    if foreign := _FOREIGN.search(masked):
        sign = foreign[0]
        raise ConditionError(f"write {_INSTEAD[sign]} instead of {sign}", foreign.start(), len(sign)) from None
    for dotted in re.finditer(r"\b(x|label)\.(\w+)", masked):
        if keyword.iskeyword(dotted[2]):
            raise ConditionError(f"write {dotted[1]}['{dotted[2]}']", dotted.start(), len(dotted[0])) from None
    column = min(error.offset - 1 + lead, len(text)) if error.offset else len(text)
    told = next((error.msg for words in _TOLD if words in error.msg), None)
    if told is None and (end := _OPEN_END.search(text)):
        raise ConditionError("something is missing at the end", end.end(1)) from None
    raise ConditionError(told or f"this cannot be read; a condition looks like {_EXAMPLE}", column) from None


class _Reader:
    """Turns Python's tree of one text into nodes, refusing whatever is not part of the language."""

    def __init__(self, text: str) -> None:
        self._bytes = text.lstrip().encode()
        self._lead = len(text) - len(text.lstrip())

    def _span(self, part: ast.expr) -> tuple[int, int]:
        """Return where a part stands, in characters: Python counts bytes."""
        first, last = (len(self._bytes[:end].decode(errors="ignore")) for end in (part.col_offset, part.end_col_offset))
        return first + self._lead, last - first

    def _error(self, part: ast.expr, message: str) -> ConditionError:
        return ConditionError(message, *self._span(part))

    def node(self, part: ast.expr, depth: int = 0) -> Node:
        """Return the node for a part of Python's tree."""
        if depth > DEEPEST:
            raise self._error(part, "this is nested too deeply; make the condition simpler")
        span, below = self._span(part), depth + 1
        match part:
            case ast.Constant():
                return self._number(part)
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._read(part)
            case ast.Call():
                return self._call(part, below)
            case ast.UnaryOp() if type(part.op) in _UNARY:
                return Unary(*span, _UNARY[type(part.op)], self.node(part.operand, below))
            case ast.BinOp():
                if type(part.op) not in _BINARY:
                    raise self._sign_error(part)
                left, right = self.node(part.left, below), self.node(part.right, below)
                return Binary(*span, _BINARY[type(part.op)], left, right)
            case ast.Compare():
                return self._compare(part, below)
            case ast.BoolOp():
                word = "and" if isinstance(part.op, ast.And) else "or"
                return Logic(*span, word, tuple(self.node(value, below) for value in part.values))
        raise self._error(part, f"this is no part of a condition; one looks like {_EXAMPLE}")

    def _sign_error(self, part: ast.BinOp) -> ConditionError:
        signs = {ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^"}
        sign = signs.get(type(part.op))
        if sign is None:
            return self._error(part, "of arithmetic there is + - * / % and **")
        left = sum(self._span(part.left))
        column = (" " * self._lead + self._bytes.decode()).index(sign, left)
        return ConditionError(f"write {_INSTEAD[sign]} instead of {sign}", column)

    def _number(self, part: ast.Constant) -> Node:
        if isinstance(part.value, bool) or not isinstance(part.value, int | float):
            what = (
                "text stands only in [ ], as the name of a feature" if isinstance(part.value, str) else "write a number"
            )
            raise self._error(part, what)
        try:
            return Number(*self._span(part), float(part.value))
        except OverflowError:
            raise self._error(part, "this number is too large") from None

    def _compare(self, part: ast.Compare, depth: int) -> Node:
        for sign, right in zip(part.ops, part.comparators, strict=True):
            if type(sign) not in _COMPARE:
                raise self._error(right, "compare with < <= > >= == or !=")
        parts = tuple(self.node(each, depth) for each in (part.left, *part.comparators))
        return Compare(*self._span(part), tuple(_COMPARE[type(sign)] for sign in part.ops), parts)

    def _call(self, part: ast.Call, depth: int) -> Node:
        if part.keywords or any(isinstance(argument, ast.Starred) for argument in part.args):
            raise self._error(part, "a function takes its numbers in brackets, without names or *")
        match part.func:
            case ast.Name(id=name):
                if name not in FUNCTIONS:
                    raise self._error(part.func, f"there is no function {name}; there are {', '.join(FUNCTIONS)}")
                if not part.args or (len(part.args) > 1 and name not in ("min", "max")):
                    raise self._error(part, f"{name} takes one part in its brackets")
                return Call(*self._span(part), name, tuple(self.node(argument, depth) for argument in part.args))
            case ast.Attribute(value=value, attr=name):
                if name not in REDUCTIONS:
                    raise self._error(part, f"there is no .{name}(); there are .{'(), .'.join(REDUCTIONS)}()")
                if part.args:
                    raise self._error(part, f"nothing stands in the brackets of .{name}()")
                return Call(*self._span(part), name, (self.node(value, depth),))
        raise self._error(part, f"only functions are called; there are {', '.join(FUNCTIONS)}")

    def _read(self, part: ast.Name | ast.Attribute | ast.Subscript) -> Node:
        index, named = None, part
        if isinstance(part, ast.Subscript):
            if not isinstance(part.value, ast.Name | ast.Attribute):
                raise self._error(part, "[ ] stands right behind the name of a quantity")
            index, named = self._index(part.slice), part.value
        match named:
            case ast.Name(id=name):
                if _PLACE.fullmatch(name):
                    raise self._error(part, f"say which quantity of this layer: {name}.h")
                return Read(*self._span(part), "", name, index)
            case ast.Attribute(value=ast.Name(id="x" | "label" as name), attr=attribute):
                if index is not None:
                    raise self._error(part, f"{name}.{attribute} is one value a step: leave out the [ ]")
                return Read(*self._span(part), "", name, attribute)
            case ast.Attribute(value=ast.Name(id=place), attr=name) if _PLACE.fullmatch(place):
                return Read(*self._span(part), place, name, index)
            case ast.Attribute(attr=attribute):
                raise self._error(
                    part, f"nothing has a part .{attribute}; there are l0.QUANTITY, x.FEATURE and label.NAME"
                )
        raise AssertionError(ast.dump(named))

    def _index(self, part: ast.expr) -> int | slice | str:
        match part:
            case ast.Constant(value=str() as name):
                return name
            case ast.Slice(lower=lower, upper=upper, step=None):
                return slice(*(None if end is None else self._unit(end) for end in (lower, upper)))
        return self._unit(part)

    def _unit(self, part: ast.expr) -> int:
        if isinstance(part, ast.Constant) and type(part.value) is int:
            return part.value
        raise self._error(
            part, "in [ ] stands a unit counted from 0, such as [3], or units from and up to, such as [2:5]"
        )
