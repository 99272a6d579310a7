"""Reviews from a grammar of their own, whose judgement depends on words that are far apart."""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np

from explorer.network import PADDING
from explorer.sequences.generators.generator import Chance, Generator, Parameter
from explorer.sequences.sequence import Label, Sequence
from explorer.sequences.text import FEATURE, UNKNOWN

UNHELPFUL, HELPFUL = JUDGEMENTS = ("unhelpful", "helpful")
CLUE, CLAUSE = "clue", "clause"
"""What is marked: the word that says good or bad of what counts, and the clause that turns or confirms it."""

_ASPECTS = ("detail", "relevance", "balance")
_BAD = ("poor", "bad", "weak", "useless")
_GOOD = ("good", "great", "strong", "useful")
_TURNS = ("but none of that is true", "but not a word of it holds", "yet nothing of this is right")
_CONFIRMS = ("and all of that is true", "and every word of it holds", "and everything of this is right")

_FILLER = tuple(
    phrase.split()
    for phrase in (
        "overall",
        "honestly",
        "anyway",
        "indeed",
        "again",
        "meanwhile",
        "so far",
        "as expected",
        "in my view",
        "to be fair",
        "once again",
        "after two weeks",
        "it came in a box",
        "i bought it in spring",
        "my sister has one too",
        "we use it every day",
        "it sits in the kitchen",
        "the price was the usual",
        "delivery took a while",
        "others have written about this",
        "there is a photo of it",
        "the text covers most points",
        "some points are on topic",
        "it names two sides",
        "the manual has ten pages",
        "i read it over breakfast",
        "more on that later",
        "size and colour are as shown",
    )
)
_SHORT = [phrase[0] for phrase in _FILLER if len(phrase) == 1]
"""Fill what no other phrase fits into."""

_SPAM = tuple(
    phrase.split()
    for phrase in (
        "click here now",
        "win a free prize",
        "visit my page",
        "best offer ever",
        "call today",
        "free free free",
        "earn money from home",
        "limited offer",
    )
)
_LINKS = "the and about is truly"


def _vocabulary() -> tuple[str, ...]:
    """Return ``<pad>``, ``<unk>`` and every word of the grammar, in alphabetical order."""
    words = {word for phrase in (*_FILLER, *_SPAM) for word in phrase}
    words |= {*_ASPECTS, *_BAD, *_GOOD, *" ".join((*_TURNS, *_CONFIRMS, _LINKS)).split()}
    return (PADDING, UNKNOWN, *sorted(words))


VOCABULARY = _vocabulary()
_CODE = {word: float(code) for code, word in enumerate(VOCABULARY)}


def _reviews(
    rng: np.random.Generator, *, aspects: int, distance: int, spam: float, reviews: int
) -> tuple[Sequence, Chance]:
    """Return one review, and its judgement as the label of the whole; ``reviews`` is how many are made at once.

    Up to five words of filler, ``the X is truly GOOD`` or BAD, 0 … ``distance`` words of filler, then as often a clause
    that turns it, one that confirms it, or nothing. Of two aspects each is said to be good or bad, and behind the
    filler stands ``about the X``: only that one counts, and the other differs twice as often as not. A share ``spam``
    of them praises itself instead, which is never of any help. Who only knows that has a cross-entropy of
    −p ln p − (1 − p) ln(1 − p) with p = (1 − spam) / 2.
    """
    likely = (1 - spam) / 2
    chance = -likely * math.log(likely) - (1 - likely) * math.log(1 - likely)
    if rng.random() < spam:
        words, marks, judgement = _spam(rng)
    else:
        words, marks, judgement = _review(rng, aspects, distance)
    values = np.array([_CODE[word] for word in words])[:, None]
    values.flags.writeable = False
    sequence = Sequence(
        "reviews",
        values,
        (FEATURE,),
        tuple(_label(name, marks.get(name), len(words)) for name in (CLUE, CLAUSE)),
        label=judgement,
        tokens=tuple(words),
    )
    return sequence, ("cross-entropy", chance)


def _review(rng: np.random.Generator, aspects: int, distance: int) -> tuple[list[str], dict[str, range], str]:
    """Return the words, which of them are marked, and the judgement."""
    drawn = iter(rng.random(11).tolist())  # at once, which takes a tenth of the time

    def pick(end: int) -> int:
        return int(next(drawn) * end)

    first, other = pick(len(_ASPECTS)), pick(len(_ASPECTS) - 1)
    about = (first, other + (other >= first))[:aspects]
    # Of two, as many as not would agree by chance, and who never learns which one counts would be right in 75 of 100.
    good, agree, picks = pick(2), pick(3) == 0, (pick(len(_GOOD)), pick(len(_GOOD)))
    said = (good, good if agree else 1 - good)
    counts, follows, clause = pick(aspects), pick(3), pick(len(_TURNS))
    before, between = pick(6), pick(distance + 1)
    words = _filler(rng, before)
    places = []
    for k, aspect in enumerate(about):
        words += ["and"] if k else []
        words += ["the", _ASPECTS[aspect], "is", "truly", (_GOOD if said[k] else _BAD)[picks[k]]]
        places.append(len(words) - 1)
    words += _filler(rng, between)
    words += ["about", "the", _ASPECTS[about[counts]]] if aspects > 1 else []
    end = len(words)
    words += ((), _CONFIRMS[clause].split(), _TURNS[clause].split())[follows]
    marks = {CLUE: range(places[counts], places[counts] + 1), CLAUSE: range(end, len(words))}
    return words, marks, JUDGEMENTS[said[counts] ^ (follows == 2)]


def _spam(rng: np.random.Generator) -> tuple[list[str], dict[str, range], str]:
    return [word for k in rng.integers(0, len(_SPAM), rng.integers(2, 8)).tolist() for word in _SPAM[k]], {}, UNHELPFUL


def _filler(rng: np.random.Generator, count: int) -> list[str]:
    """Return exactly ``count`` words of phrases drawn at random, the gaps that none fits filled with short ones."""
    words: list[str] = []
    drawn = rng.integers(0, len(_FILLER), count).tolist()
    for k in drawn:
        phrase = _FILLER[k]
        if len(words) + len(phrase) <= count:
            words += phrase
        if len(words) == count:
            return words
    return words + [_SHORT[k % len(_SHORT)] for k in drawn[: count - len(words)]]


def _label(name: str, marked: range | None, length: int) -> Label:
    values = np.zeros(length, np.bool_)
    if marked is not None:
        values[marked.start : marked.stop] = True
    values.flags.writeable = False
    return Label(name, values)


REVIEWS = Generator(
    "reviews",
    "Reviews",
    "Reviews that say good or bad early, and may take it back much later. To be answered: whether one is helpful.",
    (
        Parameter(
            "aspects", 1, 1, 2, "how many are judged; of two only one counts, named behind the filler", whole=True
        ),
        Parameter("distance", 60, 0, 10_000, "words of filler at most between the clue and what follows", whole=True),
        Parameter("spam", 0.1, 0.0, 0.9, "the share of reviews that only praise themselves, and never help"),
        Parameter("reviews", 200, 2, 100_000, "how many are made", whole=True),
    ),
    _reviews,
    labels=JUDGEMENTS,
    vocabularies=MappingProxyType({FEATURE: VOCABULARY}),
    count="reviews",
    grows="distance",
)
