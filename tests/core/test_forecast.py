"""The derailment forecast: a prefix knows what the whole thread said, and peaks are what it learns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kulanz.core.embedding import WordVectors
from kulanz.core.features import HEAT, GramWeights, Vectorizer
from kulanz.core.forecast import beliefs, forecast_inputs
from kulanz.core.labels import LABELS
from kulanz.core.ngrams import BUCKETS
from kulanz.core.posts import Post
from kulanz.core.prefixes import RECENT, PrefixModel, prefix_inputs
from kulanz.core.reading import ThreadReader
from kulanz.core.signals import SignalHead
from kulanz.core.staff import StaffRules
from kulanz.core.surface import SURFACE

pytest.importorskip("scipy")

from kulanz.learning.forecast import fit_forecast, growing, together

WORDS = ("the", "you", "fix", "is", "broken", "stupid", "and", "not", "please", "answer", "this", "never")


def _reader() -> ThreadReader:
    rng = np.random.default_rng(7)
    columns = len(LABELS) + 1 + len(HEAT)
    grams = GramWeights(
        rng.normal(size=(BUCKETS, columns)).astype(np.float32),
        np.zeros((BUCKETS, columns), np.float32),
        np.zeros(columns, np.float32),
    )
    vectors = WordVectors(np.zeros((2, 4), np.float32), {"the": 0}, {"der": 1})
    inputs = 2 * len(LABELS) + len(SURFACE) + 2 + 2 * 4 + 1
    head = SignalHead(
        np.zeros(inputs, np.float32),
        np.ones(inputs, np.float32),
        rng.normal(size=(inputs, len(LABELS))).astype(np.float32) / 10,
        np.zeros(len(LABELS), np.float32),
    )
    return ThreadReader(Vectorizer(grams, vectors), head, StaffRules())


READER = _reader()


def _thread(name: str, texts: Sequence[str]) -> list[Post]:
    return [
        Post(
            thread_id=name, post_id=f"{name}-{number}", author_id=f"a{number % 3}", created_at=None, text=text
        )
        for number, text in enumerate(texts)
    ]


def _model() -> PrefixModel:
    rng = np.random.default_rng(3)
    reading = READER.read([_thread("t", ["the thing is broken"])])
    width = forecast_inputs(reading).shape[1]
    return PrefixModel(
        np.zeros(width, np.float32),
        np.ones(width, np.float32),
        rng.normal(size=(width, 1)).astype(np.float32) / 20,
        np.zeros(1, np.float32),
    )


TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=6, max_size=12).map(" ".join), min_size=1, max_size=6
)


@settings(max_examples=25)
@given(TEXTS)
def test_a_prefix_believes_what_the_whole_thread_believed(texts: list[str]) -> None:
    posts, model = _thread("t", ["the answer is not what you want and this is it", *texts]), _model()
    reading = READER.read([posts])
    whole = beliefs(reading, model)
    for end in range(1, len(posts) + 1):
        early = READER.read([posts[:end]])
        found = beliefs(early, model)
        np.testing.assert_allclose(found, whole[:end], atol=1e-5)


def test_threads_read_together_believe_what_each_believes_alone() -> None:
    threads = [_thread("a", ["the fix is broken"] * 5), _thread("b", ["you never answer this", "please do"])]
    model = _model()
    alone = np.concatenate([beliefs(READER.read([posts]), model) for posts in threads])
    np.testing.assert_allclose(beliefs(READER.read(threads), model), alone, atol=1e-5)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(0, 99))
def test_what_is_pooled_is_the_thread_so_far(sizes: list[int], seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(sum(sizes), 4)).astype(np.float32)
    starts, nobody = np.cumsum([0, *sizes]), np.zeros(len(values), bool)
    found = prefix_inputs(values, starts, ~nobody, nobody)
    so_far = [
        values[first : first + post + 1]
        for first, size in zip(starts, sizes, strict=False)
        for post in range(size)
    ]
    for row, posts in zip(found, so_far, strict=True):
        plain = (posts.mean(axis=0), posts.max(axis=0), posts[-RECENT:].mean(axis=0))
        np.testing.assert_allclose(row[:12], np.concatenate(plain), atol=1e-5)


def test_training_sees_nothing_from_the_event_on() -> None:
    posts = _thread("a", ["the fix is broken", "you never answer this", "this is stupid"])
    calm = _thread("b", ["please fix this", "the answer is this"])
    rows = growing(READER, [posts, calm, _thread("c", ["stupid"])], {"a": 2, "b": None, "c": 0})
    assert rows.sizes.tolist() == [2, 2]
    assert rows.names == ("a", "b")


def test_long_calm_threads_stay_below_half() -> None:
    hot = [_thread(f"h{i}", ["the fix is broken", "you stupid stupid stupid"]) for i in range(20)]
    calm = [_thread(f"c{i}", ["please fix this and answer the question"] * 12) for i in range(20)]
    events: dict[str, int | None] = {posts[0].thread_id: 2 for posts in hot}
    events |= {posts[0].thread_id: None for posts in calm}
    rows = together([growing(READER, hot + calm, events)])
    model = fit_forecast(rows)
    ends = np.cumsum(rows.sizes)
    found = model.probabilities(rows.inputs)[:, 0]
    peaks = np.array([found[end - size : end].max() for end, size in zip(ends, rows.sizes, strict=True)])
    assert peaks[rows.derails].min() > peaks[~rows.derails].max()
