"""Finding an action by a few letters of its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from widgets.button_action import actions_of, name_of

TITLE, MENU = 2.0, 1.0
"""How much a word counts that is found in the title, and in the menus above it."""

START, INSIDE, SCATTERED = 3.0, 2.0, 1.0
"""How much it counts at the start of a word, within one, and letter by letter with others between."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action as it is found: what it is called, and in which menus, or in which panel of which dock."""

    action: QAction
    menus: tuple[str, ...]
    dock: QDockWidget | None = None

    @property
    def title(self) -> str:
        """What the action is called now, ``Undo hidden size 8``."""
        return _plain(self.action.text())

    @property
    def key(self) -> str:
        """What it is remembered by: the same, whatever it would undo."""
        return "/".join((*self.menus, _plain(name_of(self.action))))

    @property
    def reason(self) -> str:
        """Why it cannot be done now, as far as that is known; empty where it can."""
        if self.action.isEnabled():
            return ""
        tip = _plain(self.action.toolTip())
        return tip if tip and tip != self.title else "not possible now"


def entries(menus: Iterable[QMenu], above: tuple[str, ...] = ()) -> list[Entry]:
    """Return every action of some menus, and of the menus in them, in their order; each once."""
    found: dict[QAction, Entry] = {}
    for menu in menus:
        menu.aboutToShow.emit()  # one that is filled when it opens
        path = (*above, _plain(menu.title()))
        for action in menu.actions():
            inner = action.menu()
            if isinstance(inner, QMenu):
                for entry in entries([inner], path):
                    found.setdefault(entry.action, entry)
            elif not action.isSeparator() and action.isVisible():
                found.setdefault(action, Entry(action, path))
    return list(found.values())


def entries_of_panels(panels: Iterable[tuple[QDockWidget, QWidget]]) -> list[Entry]:
    """Return every action that a panel in a dock or a part of it owns, with what the part is called."""
    found: dict[QAction, Entry] = {}
    for dock, panel in panels:
        for owner, action in actions_of(panel):
            title, part = dock.windowTitle(), owner.accessibleName()
            path = (title, part) if part and not part.startswith(title) else (title,)
            found.setdefault(action, Entry(action, path, dock))
    return list(found.values())


def search(listed: list[Entry], query: str, recent: tuple[str, ...] = ()) -> list[Entry]:
    """Return the entries that hold every word of the query, the best first.

    Among equals those used last come first, then those that can be done.
    """
    words = query.casefold().split()
    rank = {key: place for place, key in enumerate(recent)}
    scored = [(score(entry, words), entry) for entry in listed]
    kept = [
        (-value, rank.get(entry.key, len(rank)), bool(words) and not entry.action.isEnabled(), entry)
        for value, entry in scored
        if value is not None
    ]
    return [entry for *_, entry in sorted(kept, key=lambda one: one[:-1])]


def score(entry: Entry, words: list[str]) -> float | None:
    """Return how well some words, in small letters, fit an entry; None if one of them does not at all."""
    total = 0.0
    for word in words:
        title, menus = _fit(word, entry.title.casefold()), _fit(word, " ".join(entry.menus).casefold())
        best = max(TITLE * title, MENU * menus)
        if best == 0:
            return None
        total += best
    return total


def _fit(word: str, text: str) -> float:
    place = text.find(word)
    if place < 0:
        return SCATTERED * len(word) / max(len(text), 1) if _scattered(word, text) else 0.0
    return START if place == 0 or any(each.startswith(word) for each in text.split()) else INSIDE


def _scattered(word: str, text: str) -> bool:
    """Whether the letters stand in the text in this order, the first of them at the start of a word."""
    starts = [k for k in range(len(text)) if text[k] == word[0] and (k == 0 or not text[k - 1].isalnum())]
    for start in starts:
        rest = iter(text[start + 1 :])
        if all(letter in rest for letter in word[1:]):
            return True
    return False


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
