"""What simpler ways to judge texts reach on the same split: the most frequent class, and counted words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from explorer.sequences import FloatArray

Codes = npt.NDArray[np.int64]
Texts = Sequence[Sequence[str]]
"""The words of each text."""

MAJORITY, COUNTED = "majority", "TF-IDF + logistic regression"

LONGEST = 2
"""Words side by side that are counted as one."""


def majority(taught: Codes, classes: int, count: int) -> FloatArray:
    """Return for ``count`` texts how frequent each class is in training: (count, classes). taught (m,) are classes."""
    shares = np.bincount(taught, minlength=classes) / len(taught)
    return np.tile(shares, (count, 1))


def counted(texts: Texts, taught: Codes, classes: int, asked: Texts) -> FloatArray:
    """Return how likely each class is of each text that is ``asked``: (n, classes), 0 of one that was never taught.

    Words and pairs of words are counted, weighted by TF-IDF, and judged by a logistic regression with the usual C = 1,
    both of scikit-learn: it knows which words occur, and not in which order.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    probabilities = np.zeros((len(asked), classes))
    there = np.unique(taught)
    if len(there) < 2:
        probabilities[:, there] = 1.0
        return probabilities
    weighted = TfidfVectorizer(analyzer=_counted)
    judge = LogisticRegression(max_iter=1000)
    judge.fit(weighted.fit_transform(texts), taught)
    probabilities[:, there] = judge.predict_proba(weighted.transform(asked))
    return probabilities


def _counted(words: Sequence[str]) -> list[str]:
    return [" ".join(words[k : k + n]) for n in range(1, LONGEST + 1) for k in range(len(words) - n + 1)]
