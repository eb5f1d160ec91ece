"""What Kulanz must beat, computed in the same run on the same threads.

VADER needs the extra ``bench`` (vaderSentiment), the TF-IDF models the extra ``train``
(scikit-learn). The models are trained and applied by cross-validation with whole threads left
out, so no thread is scored by a model that has seen it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import numpy as np

from kulanz.core.posts import Post
from kulanz.core.thread import Bools, Floats, Ints
from kulanz.evaluation.errors import EvaluationError, MissingExtraError
from kulanz.evaluation.shapes import Belief

Threads = Mapping[str, Sequence[Post]]
_FOLDS: Final = 5
_BLOCK: Final = 256
_VECTORS: Final[dict[str, Any]] = {"ngram_range": (1, 2), "min_df": 2, "max_features": 200_000}


def post_counts(threads: Threads) -> dict[str, float]:
    """Score every thread by its number of posts."""
    return {name: float(len(posts)) for name, posts in threads.items()}


def vader_negativity(threads: Threads) -> dict[str, float]:
    """Score every thread by the sum over its posts of max(0, -compound) of VADER.

    Raise MissingExtraError without vaderSentiment.
    """
    polarity = _module("vaderSentiment.vaderSentiment", "bench").SentimentIntensityAnalyzer().polarity_scores
    return {
        name: sum(max(0.0, -float(polarity(post.text)["compound"])) for post in posts)
        for name, posts in threads.items()
    }


def tfidf_scores(
    threads: Threads, relevant: Mapping[str, bool], *, folds: int = _FOLDS, seed: int = 0
) -> dict[str, float]:
    """Score every labelled thread by a TF-IDF (1,2) + logistic regression trained on the others.

    Raise MissingExtraError without scikit-learn, EvaluationError with too few of either kind.
    """
    names = [name for name in threads if name in relevant]
    truth = np.array([relevant[name] for name in names], dtype=bool)
    texts = ["\n".join(post.text for post in threads[name]) for name in names]
    score = np.zeros(len(names))
    for train, test in _splits(truth, folds, seed):
        vectors = _vectorizer("TfidfVectorizer", sublinear_tf=True)
        seen = _fitted(vectors, [texts[index] for index in train])
        model = _classifier().fit(seen, truth[train])
        score[test] = model.predict_proba(vectors.transform([texts[index] for index in test]))[:, 1]
    return dict(zip(names, score.tolist(), strict=True))


def tfidf_beliefs(
    threads: Threads, events: Mapping[str, int | None], *, folds: int = _FOLDS, seed: int = 0
) -> list[Belief]:
    """Forecast derailment after every post from the words so far, trained on other threads.

    ``events`` maps thread_id to the index of the first toxic post (len(posts) where it follows
    the last), None where nothing derailed. Training sees each thread up to the post before its
    event. Threads toxic from the first post are left out. Raises as ``tfidf_scores``.
    """
    names = [name for name in threads if name in events and events[name] != 0 and threads[name]]
    truth = np.array([events[name] is not None for name in names], dtype=bool)
    beliefs: dict[str, list[Belief]] = {}
    for train, test in _splits(truth, folds, seed):
        model = _PrefixModel([threads[names[i]][: events[names[i]]] for i in train], truth[train])
        for index in test:
            posts = threads[names[index]]
            beliefs[names[index]] = _lines(posts, model.beliefs(posts))
    return [line for name in names for line in beliefs[name]]


class _PrefixModel:
    """Logistic regression on TF-IDF of the posts so far; counts add up from post to post."""

    def __init__(self, conversations: Sequence[Sequence[Post]], derails: Bools) -> None:
        self._sparse = _module("scipy.sparse", "train")
        self._counts = _vectorizer("CountVectorizer")
        by_post = _fitted(self._counts, [post.text for posts in conversations for post in posts])
        seen = self._membership([len(posts) for posts in conversations]) @ by_post
        self._weights = _module("sklearn.feature_extraction.text", "train").TfidfTransformer(
            sublinear_tf=True
        )
        self._model = _classifier().fit(self._weights.fit_transform(seen), derails)

    def beliefs(self, posts: Sequence[Post]) -> Floats:
        return np.concatenate([self._believed(counts) for counts in self._prefixes(posts)])

    def _believed(self, counts: Any) -> Floats:
        beliefs: Floats = self._model.predict_proba(self._weights.transform(counts))[:, 1]
        return beliefs

    def _prefixes(self, posts: Sequence[Post]) -> Iterator[Any]:
        """Yield the word counts of every prefix, in blocks: all at once would grow with its square."""
        counts = self._counts.transform([post.text for post in posts])
        carried = self._sparse.csr_matrix((1, counts.shape[1]))
        for start in range(0, len(posts), _BLOCK):
            block = self._sparse.vstack([carried, counts[start : start + _BLOCK]])
            sums = (self._sparse.csr_matrix(np.tri(block.shape[0])) @ block)[1:]
            carried = sums[-1]
            yield sums

    def _membership(self, sizes: Sequence[int]) -> Any:
        """Return the matrix that sums the rows of posts into rows of conversations."""
        rows = np.repeat(np.arange(len(sizes)), sizes)
        shape = (len(sizes), len(rows))
        return self._sparse.csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=shape)


def _lines(posts: Sequence[Post], beliefs: Floats) -> list[Belief]:
    return [
        Belief(thread_id=post.thread_id, post_id=post.post_id, belief=float(belief))
        for post, belief in zip(posts, beliefs, strict=True)
    ]


def _splits(truth: Bools, folds: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    fewest = min(int(truth.sum()), int((~truth).sum()))
    if fewest < folds:
        raise EvaluationError(
            f"expected at least {folds} threads of either kind for {folds} folds, got {fewest} of the rarer: "
            "label more threads or use fewer folds"
        )
    splitter = _module("sklearn.model_selection", "train").StratifiedKFold(
        folds, shuffle=True, random_state=seed
    )
    splits: Iterator[tuple[Ints, Ints]] = splitter.split(np.zeros(len(truth)), truth)
    return splits


def _vectorizer(kind: str, **options: object) -> Any:
    return getattr(_module("sklearn.feature_extraction.text", "train"), kind)(**_VECTORS, **options)


def _fitted(vectors: Any, texts: Sequence[str]) -> Any:
    try:
        return vectors.fit_transform(texts)
    except ValueError as error:
        raise EvaluationError(
            f"expected texts that share words, got {len(texts)} that do not ({error}): "
            "leave this baseline out or give more text"
        ) from error


def _classifier() -> Any:
    linear = _module("sklearn.linear_model", "train")
    return linear.LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)


def _module(name: str, extra: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise MissingExtraError(
            f"this baseline needs {package}, which is not installed: pip install 'kulanz[{extra}]'"
        ) from error
