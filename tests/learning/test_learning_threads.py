"""The thread model: what openings teach, and where the alarm level lies."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from kulanz import models
from kulanz.core.analysis import Analyser
from kulanz.core.features import Vectorizer
from kulanz.core.posts import Post
from kulanz.core.reading import ThreadReader
from kulanz.core.staff import StaffRules

threads = pytest.importorskip("kulanz.learning.threads")
CONTENTLESS = (
    "Me too",
    "Same here",
    "+1",
    "Any news?",
    "Bump",
    "Ich auch",
    "Dasselbe hier",
    "Gibt es was Neues?",
)


@pytest.fixture(scope="module")
def reader() -> ThreadReader:
    shipped = models.load()
    return ThreadReader(Vectorizer(shipped.grams, shipped.vectors), shipped.head, StaffRules())


def thread(name: str, texts: Iterable[str]) -> list[Post]:
    return [
        Post(thread_id=name, post_id=f"{name}-{i}", author_id=f"a{i}", created_at=None, text=text)
        for i, text in enumerate(texts)
    ]


def talk(name: str, size: int) -> list[Post]:
    return thread(name, (f"Post number {i} of this thread." for i in range(size)))


def test_an_issue_is_none_before_its_onset(reader: ThreadReader) -> None:
    judged = {"a": threads.Judged(level=3, onset_post="a-3")}
    rows = threads.labelled_rows(reader, [talk("a", 6)], judged)
    assert rows.sizes.tolist() == [1, 2, 3, 6]
    assert rows.levels.tolist() == [1, 1, 1, 3]
    assert rows.whole.tolist() == [False, False, False, True]


def test_an_issue_without_onset_teaches_only_as_it_stands(reader: ThreadReader) -> None:
    rows = threads.labelled_rows(reader, [talk("a", 6)], {"a": threads.Judged(level=2)})
    assert rows.sizes.tolist() == [6]


def test_openings_of_a_calm_thread_are_calm(reader: ThreadReader) -> None:
    rows = threads.labelled_rows(reader, [talk("a", 5), talk("x", 2)], {"a": threads.Judged(level=0)})
    assert rows.sizes.tolist() == [1, 2, 3, 4, 5]
    assert not rows.levels.any()


def test_rows_are_those_of_the_posts_so_far(reader: ThreadReader) -> None:
    judged = {"a": threads.Judged(level=0), "b": threads.Judged(level=1)}
    rows = threads.labelled_rows(reader, [talk("a", 4), talk("b", 3)], judged)
    alone = threads.labelled_rows(reader, [talk("b", 2)], {"b": threads.Judged(level=1)})
    (place,) = np.flatnonzero((rows.threads == 1) & (rows.sizes == 2))
    np.testing.assert_allclose(rows.inputs[place], alone.inputs[-1], atol=1e-5)


def test_chosen_threads_keep_all_of_their_rows(reader: ThreadReader) -> None:
    judged = {name: threads.Judged(level=0) for name in "abc"}
    rows = threads.labelled_rows(reader, [talk(name, 4) for name in "abc"], judged)
    assert rows.of(np.array([0, 2])).threads.tolist() == [0] * 4 + [2] * 4


def test_so_many_natural_threads_reach_the_alarm_level() -> None:
    chance = np.random.default_rng(5)
    inputs = chance.normal(size=(400, 446)).astype(np.float32)
    levels = 2 * (inputs[:, 0] + inputs[:, 1] > 1)
    numbers = np.arange(400)
    rows = threads.Rows(inputs, levels, numbers, numbers + 1, np.ones(400, bool))
    natural = chance.normal(size=(2000, 446)).astype(np.float32)
    model = threads.alarm_level(threads.fit(rows, threads.ThreadSettings()), natural, 10.0)
    assert (model.probabilities(natural)[:, 1] >= 0.5).sum() == 20


@pytest.mark.parametrize("text", CONTENTLESS)
def test_a_few_words_without_content_are_no_issue(text: str) -> None:
    posts = [*thread("a", [text]), *thread("b", ["How do I export a board?", text])]
    reports = list(Analyser(models.load()).reports(posts))
    assert [report.onset_post for report in reports] == [None, None]
