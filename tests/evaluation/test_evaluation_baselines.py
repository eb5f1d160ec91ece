"""Baselines on small made-up threads."""

from __future__ import annotations

import sys

import pytest

from kulanz.core.posts import Post
from kulanz.evaluation.baselines import post_counts, tfidf_beliefs, tfidf_scores, vader_negativity
from kulanz.evaluation.errors import EvaluationError, MissingExtraError

CALM = "thank you for the helpful tip, it works now"
ANGRY = "this is an outrage, you ignore us and we are furious"


def _thread(name: str, *texts: str) -> list[Post]:
    return [
        Post(thread_id=name, post_id=f"{name}-{n}", author_id=None, created_at=None, text=text)
        for n, text in enumerate(texts, start=1)
    ]


THREADS = {f"calm{n}": _thread(f"calm{n}", CALM, CALM) for n in range(8)} | {
    f"angry{n}": _thread(f"angry{n}", CALM, ANGRY, ANGRY) for n in range(8)
}
ISSUE = {name: name.startswith("angry") for name in THREADS}


def test_counts_and_vader() -> None:
    assert post_counts(THREADS)["angry1"] == 3
    pytest.importorskip("vaderSentiment")
    scores = vader_negativity(THREADS)
    assert scores["angry1"] > scores["calm1"] == 0


def test_tfidf_separates_and_repeats_itself() -> None:
    scores = tfidf_scores(THREADS, ISSUE)
    assert min(scores[name] for name in scores if ISSUE[name]) > max(
        scores[name] for name in scores if not ISSUE[name]
    )
    assert scores == tfidf_scores(THREADS, ISSUE)


def test_tfidf_beliefs_see_only_posts_so_far() -> None:
    events = {name: 2 if ISSUE[name] else None for name in THREADS}
    lines = [line for line in tfidf_beliefs(THREADS, events) if line.thread_id == "angry3"]
    assert [line.post_id for line in lines] == ["angry3-1", "angry3-2", "angry3-3"]
    first, second, _ = (line.belief for line in lines)
    assert first is not None
    assert second is not None
    assert first < 0.5 < second
    cut = {name: posts[:2] for name, posts in THREADS.items()}
    shorter = [line for line in tfidf_beliefs(cut, events) if line.thread_id == "angry3"]
    assert [line.belief for line in shorter] == pytest.approx([first, second])


def test_a_long_thread_is_believed_in_blocks() -> None:
    long = THREADS | {"calm0": _thread("calm0", *[CALM] * 600)}
    lines = tfidf_beliefs(long, {name: 2 if ISSUE[name] else None for name in long})
    assert len([line for line in lines if line.thread_id == "calm0"]) == 600


def test_too_few_threads_and_texts_without_words_say_what_to_do() -> None:
    with pytest.raises(EvaluationError, match="label more threads"):
        tfidf_scores(THREADS, dict.fromkeys(THREADS, False))
    empty = {name: _thread(name, "") for name in THREADS}
    with pytest.raises(EvaluationError, match="leave this baseline out"):
        tfidf_scores(empty, ISSUE)


def test_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vaderSentiment", None)
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'kulanz\[bench\]'"):
        vader_negativity(THREADS)
