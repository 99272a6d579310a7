"""Text as sequences of codes: cut into words or characters, with a vocabulary from the training part."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections import Counter, abc
from itertools import chain
from pathlib import Path
from types import MappingProxyType

import numpy as np

from explorer.errors import DataError
from explorer.network import PADDING
from explorer.sequences.options import Options, Tokens
from explorer.sequences.sequence import Dataset, Sequence

UNKNOWN = "<unk>"
"""The word that stands for all that are not in the vocabulary. Its code is 1, that of padding 0."""

FEATURE = "token"

MOST_WORDS = 20_000
"""Words of a vocabulary at most, the most frequent ones, besides padding and unknown."""

LEAST, FEW_WORDS = 2, 1_000
"""How often a word must occur to get a code, where the training part has so many words that some can be spared."""

_SCRIPTS_WITHOUT_SPACES = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Kana and Han: a run of them is a whole sentence, so each character is a word."""

_SKIN_TONES = "\U0001f3fb-\U0001f3ff"

Progress = abc.Callable[[float], None]


def split(text: str, tokens: Tokens) -> tuple[str, ...]:
    """Cut a text into tokens as they stand in it.

    Characters are code points. Words are runs of letters (an apostrophe inside belongs to them), runs of digits, and
    every other sign by itself; white space only separates them.
    """
    return tuple(text) if tokens == "characters" else tuple(_words().findall(text))


def word_of(token: str, tokens: Tokens) -> str:
    """Return the word of the vocabulary that a token counts as.

    A character is itself. A word is counted in lower case, and a number of several digits by their count, ``<d5>``:
    most numbers stand in a text once, and what they have in common is how long they are.
    """
    if tokens == "characters":
        return token
    if len(token) > 1 and token.isdecimal():
        return f"<d{len(token)}>"
    return token.lower().replace("’", "'")


def make_vocabulary(words: abc.Iterable[str], least: int, most: int = MOST_WORDS) -> tuple[str, ...]:
    """Return ``<pad>``, ``<unk>``, then the ``most`` most frequent of the words that occur at least ``least`` times.

    The most frequent come first, equally frequent ones in alphabetical order.
    """
    counts = Counter(words)
    known = sorted((word for word in counts if counts[word] >= least), key=lambda word: (-counts[word], word))
    return (PADDING, UNKNOWN, *known[:most])


def dataset_of_texts(
    source: str,
    texts: abc.Sequence[str],
    names: abc.Sequence[str],
    labels: abc.Sequence[str],
    options: Options,
    notes: abc.Sequence[str],
    *,
    least: int | None = None,
    most: int = MOST_WORDS,
    lines: abc.Sequence[int] = (),
) -> Dataset:
    """Return one sequence a text, of one feature ``token`` whose values (T, 1) are codes in the vocabulary.

    ``names`` and ``labels`` are one a text, or none at all. Texts are cut into words unless ``options`` ask for
    characters. The vocabulary is that of the training part, the first ``options.train`` of the texts (of a single one:
    of its tokens), with the words that occur there at least ``least`` times: by default once for characters and in
    little text, else twice. Empty texts are left out, and a note says which, with the line from ``lines`` if there are
    any. ``DataError`` if all are empty.
    """
    kind = options.tokens or "words"
    cut = [split(text, kind) if text.strip() else () for text in texts]
    kept = [position for position, tokens in enumerate(cut) if tokens]
    if not kept:
        raise DataError("there is no text in it", file=source)
    words = [[word_of(token, kind) for token in cut[position]] for position in kept]
    seen = _training_part(words, options.train)
    if least is None:
        least = LEAST if kind == "words" and sum(map(len, seen)) >= FEW_WORDS else 1
    vocabulary = make_vocabulary(chain.from_iterable(seen), least, most)
    code = {word: float(position) for position, word in enumerate(vocabulary)}.get
    sequences = []
    for position, row in zip(kept, words, strict=True):
        values = np.array([code(word, 1.0) for word in row])[:, None]
        values.flags.writeable = False
        name, label = (given[position] if given else "" for given in (names, labels))
        sequences.append(Sequence(name or str(position + 1), values, (FEATURE,), label=label, tokens=cut[position]))
    said = (*notes, *_left_out(cut, kept, names, lines), _about(sequences, vocabulary, kind, least, options.train))
    return Dataset(
        tuple(sequences),
        source,
        said,
        options=options,
        vocabularies=MappingProxyType({FEATURE: vocabulary}),
        train=options.train,
    )


def read_text(path: str | Path, options: Options = Options(), progress: Progress = lambda _: None) -> Dataset:  # noqa: B008
    """Return a file of running text as one sequence: of characters, unless ``options`` ask for words.

    ``DataError`` if the file cannot be read, is empty or is no text.
    """
    return read_texts(str(path), [path], [Path(path).stem], options, progress)


def read_texts(
    source: str,
    paths: abc.Sequence[str | Path],
    names: abc.Sequence[str],
    options: Options,
    progress: Progress = lambda _: None,
) -> Dataset:
    """Return files of running text as one sequence each, with one vocabulary: of characters, unless told otherwise.

    Characters need no rules of a language, so they suit prose, code and music alike, and none is ever unknown in the
    text a vocabulary was made from.
    """
    texts, notes = [], []
    for k, path in enumerate(paths):
        text, note = _load(Path(path), options.form.encoding, lambda part, k=k: progress((k + part) / len(paths)))  # type: ignore[misc]
        texts.append(text)
        notes += [f"{Path(path).name}: {note}" if len(paths) > 1 else note] if note else []
    kind = options.tokens or "characters"
    chosen = Options(form=options.form, train=options.train, plain_text=True, tokens=kind)
    return dataset_of_texts(source, texts, names, (), chosen, notes)


def _load(path: Path, told: str | None, progress: Progress) -> tuple[str, str]:
    """Return a file's text, and what was assumed to read it."""
    from explorer.sequences.encoding import survey
    from explorer.sequences.noticing import encoding_note

    try:
        found = survey(path, progress) if told is None else None
        encoding, errors = (told, "strict") if found is None else (found.encoding, found.errors)
        text = path.read_text(encoding=encoding, errors=errors)
    except UnicodeDecodeError as error:
        raise DataError(f"it is not {told}: {error.reason} at byte {error.start}", file=path) from error
    except LookupError:
        raise DataError(f"there is no encoding {told!r}", file=path) from None
    except OSError as error:
        raise DataError(f"it cannot be read: {error.strerror}", file=path) from error
    return text, "" if found is None else encoding_note(found)


def coded_feature(dataset: Dataset) -> str | None:
    """Return the feature whose codes are the tokens: that of a text, else the first that has words, else none."""
    return FEATURE if FEATURE in dataset.vocabularies else next(iter(dataset.vocabularies), None)


def tokens_of(dataset: Dataset, sequence: int) -> tuple[str, ...]:
    """Return what stands at each step of a sequence: its tokens as written, else the words of its codes, if any."""
    shown, name = dataset.sequences[sequence], coded_feature(dataset)
    if shown.tokens or name is None:
        return shown.tokens
    words = dataset.vocabularies[name]
    codes = shown.values[:, shown.features.index(name)].astype(np.intp)
    return tuple(words[code] for code in codes.tolist())


def _training_part(words: list[list[str]], train: float) -> list[list[str]]:
    if len(words) == 1:
        return [words[0][: max(1, math.ceil(train * len(words[0])))]]
    return words[: max(1, math.ceil(train * len(words)))]


def _left_out(
    cut: abc.Sequence[abc.Sequence[str]], kept: abc.Sequence[int], names: abc.Sequence[str], lines: abc.Sequence[int]
) -> tuple[str, ...]:
    """Return the note on texts that are empty, if some are."""
    count = len(cut) - len(kept)
    if not count:
        return ()
    first = next(position for position, tokens in enumerate(cut) if not tokens)
    where = f"in line {lines[first]}" if lines else f"{names[first]!r}" if names else f"number {first + 1}"
    return (f"an empty text left out, {where}" if count == 1 else f"{count} empty texts left out, the first {where}",)


def _about(sequences: list[Sequence], vocabulary: tuple[str, ...], kind: Tokens, least: int, train: float) -> str:
    """Return the note on the vocabulary."""
    total = sum(map(len, sequences))
    unknown = sum(int(np.count_nonzero(sequence.values == 1)) for sequence in sequences)
    whole = "text" if len(sequences) == 1 else "texts"
    part = f", all from the first {100 * train:g} % of the {whole}" if train < 1 else ""
    rare = f" seen {least} times or more" if least > 1 else ""
    share = f"; {unknown} of {total} tokens ({100 * unknown / total:.2g} %) are {UNKNOWN}" if unknown else ""
    different = kind if len(vocabulary) > 3 else kind.removesuffix("s")
    return f"a vocabulary of {len(vocabulary) - 2} {different}{rare}{part}, besides {PADDING} and {UNKNOWN}{share}"


@functools.cache
def _words() -> re.Pattern[str]:
    """Return the pattern of a word. Accents and vowel signs that are characters themselves go with what they mark."""
    marked = _ranges(code for code in range(0x10000) if unicodedata.category(chr(code))[0] == "M")
    marks = f"[{marked}\u200d{_SKIN_TONES}]"
    letters = rf"(?:[^\W\d_{_SCRIPTS_WITHOUT_SPACES}]+{marks}*)+"
    return re.compile(
        rf"[{_SCRIPTS_WITHOUT_SPACES}]{marks}*|{letters}(?:['’]{letters})*|\d+|[^\w\s]{marks}*|_", re.UNICODE
    )


def _ranges(codes: abc.Iterable[int]) -> str:
    """Return sorted code points as the ranges of a character class."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in runs)
