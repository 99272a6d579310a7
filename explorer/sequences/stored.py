"""Choices about a file as JSON and back, so that they can be remembered."""

from __future__ import annotations

import json
from collections import abc
from dataclasses import asdict, fields
from typing import Any, get_args, get_type_hints

from explorer.sequences.options import Form, Options


def encode_options(options: Options) -> str:
    """Return what was chosen as one line of JSON; what was left to be guessed is left out."""
    told: dict[str, Any] = {}
    for field in fields(Options):
        value = getattr(options, field.name)
        if isinstance(value, Form):
            value = {name: part for name, part in asdict(value).items() if part is not None}
        elif isinstance(value, abc.Mapping):
            value = dict(value)
        if value not in (None, {}, ()) and value != getattr(Options(), field.name):
            told[field.name] = value
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def decode_options(text: str) -> Options:
    """Return the choices that ``encode_options`` wrote. ``ValueError`` if the text is no such thing."""
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("choices about a file are a JSON object")
    try:
        form = told.pop("form", {})
        if "missing" in form:
            form["missing"] = tuple(form["missing"])
        form = Form(**_checked(Form, form))
        if "embedded" in told:
            told["embedded"] = tuple(told["embedded"])
        return Options(form=form, **_checked(Options, told))
    except (TypeError, AttributeError) as error:
        raise ValueError(f"no choices about a file: {error}") from error


def _checked(kind: type[Form] | type[Options], told: dict[str, Any]) -> dict[str, Any]:
    """Return ``told`` if every value is one that the field may have: what is stored may be damaged, or of old."""
    hints = get_type_hints(kind)
    for name, value in told.items():
        if name not in hints:
            raise ValueError(f"there is no choice called {name!r}")
        if name in ("roles", "fills"):
            allowed = get_args(get_args(hints[name])[1])
            fits = all(isinstance(key, str) and part in allowed for key, part in value.items())
        elif name in ("embedded", "missing"):
            fits = all(isinstance(part, str) for part in value)
        else:
            fits = _fits(value, hints[name])
        if not fits:
            raise ValueError(f"{name} cannot be {value!r}")
    return told


def _fits(value: object, hint: Any) -> bool:
    """Return whether a plain value is of a type such as ``str | None`` or one of a ``Literal``."""
    for part in get_args(hint) or (hint,):
        if isinstance(part, str) or get_args(part):
            if value in (get_args(part) or (part,)):
                return True
        elif part is float:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return True
        elif isinstance(value, part) and (part is bool or not isinstance(value, bool)):
            return True
    return False
