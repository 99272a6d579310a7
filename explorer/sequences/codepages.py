"""Which code page the bytes of a file are in that are not UTF-8: of scripts whose letters tell it beyond doubt."""

from __future__ import annotations

import unicodedata
from collections import abc

FEWEST = 10
"""Different letters that are not ASCII, below which nothing is said."""

_CYRILLIC, _GREEK, _HEBREW = frozenset("оеаинтсрвлі"), frozenset("αοιετσνηυρ"), frozenset("יוהלארתבשמ")
_SINGLE = (
    ("cp1251", "CYRILLIC", _CYRILLIC),
    ("koi8-r", "CYRILLIC", _CYRILLIC),
    ("cp866", "CYRILLIC", _CYRILLIC),
    ("cp1253", "GREEK", _GREEK),
    ("cp1255", "HEBREW", _HEBREW),
)
"""Code pages with a byte a letter, their script, and its ten most frequent letters: well over half of any text."""

TITLES = {
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "cp866": "code page 866 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)",
    "shift_jis": "Shift JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "gb18030": "GB18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp949": "code page 949 (Korean)",
}
"""What code pages are called."""


def code_page(data: bytes) -> str:
    """Return the code page of some lines that are not UTF-8, by their letters; nothing where those leave a doubt.

    What is Western has single letters beyond ASCII among others; here whole words have no other.
    """
    return _of_pairs(data) or _of_letters(data)


def _of_letters(data: bytes) -> str:
    found = []
    for encoding, script, frequent in _SINGLE:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        words = "".join(letter if letter.isalpha() else " " for letter in text).split()
        letters = "".join(word for word in words if not word.isascii())
        foreign = [letter for letter in letters if unicodedata.name(letter, "").startswith(script)]
        strange = sum(letter > "\x7f" for letter in text) - len(foreign)
        few = len({letter.lower() for letter in foreign}) < FEWEST
        if few or len(foreign) < max(0.9 * len(letters), 10 * strange):
            continue
        bare = [unicodedata.normalize("NFD", letter.lower())[0] for letter in foreign]
        share = sum(letter in frequent for letter in bare) / len(bare)
        # пОНЕДЕЛЬНИК is what the one looks like in the other.
        odd = sum(not word.isupper() and any(map(str.isupper, word[1:])) for word in words) / max(1, len(words))
        found.append((share - odd, encoding))
    found.sort(reverse=True)
    if not found or found[0][0] < 0.58 or (len(found) > 1 and found[0][0] - found[1][0] < 0.1):
        return ""
    return found[0][1]


def _of_pairs(data: bytes) -> str:
    """Return the code page with two bytes a letter: by where the first and second bytes lie, if they stand in runs."""
    pairs, beside = _pairs(data)
    if len(set(pairs)) < FEWEST or beside < 0.8 * len(pairs):
        return ""

    def share(low: int, high: int) -> float:
        return sum(low <= first <= high for first, _ in pairs) / len(pairs)

    if share(0x81, 0x9F) > 0.9:
        return _if_valid(data, "shift_jis")
    below = sum(second < 0x7F for _, second in pairs) / len(pairs)
    if below > 0.1:
        return _if_valid(data, "big5") if share(0xA1, 0xC6) > 0.95 and share(0xA4, 0xC6) > 0.7 else ""
    if below or share(0xA1, 0xFE) < 1:
        return ""
    if share(0xA4, 0xA5) > 0.15:
        return _if_valid(data, "euc_jp")
    if share(0xB0, 0xC8) > 0.95:
        return _if_valid(data, "cp949")
    return _if_valid(data, "gb18030") if share(0xB0, 0xD7) > 0.9 else ""


def _pairs(data: bytes) -> tuple[abc.Sequence[tuple[int, int]], int]:
    """Return the bytes beyond ASCII, each with the one behind it, and how many such pairs stand beside another."""
    pairs, places = [], []
    at = 0
    while at < len(data) - 1:
        if data[at] < 0x80:
            at += 1
            continue
        pairs.append((data[at], data[at + 1]))
        places.append(at)
        at += 2
    there = set(places)
    return pairs, sum(place - 2 in there or place + 2 in there for place in places)


def _if_valid(data: bytes, encoding: str) -> str:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return ""
    return encoding
