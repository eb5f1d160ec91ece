"""What holds for the measures of every thread."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_threads import build, prefix, table

from kulanz.core.labels import LABELS
from kulanz.core.measures import Baseline, Measures, measure
from kulanz.core.thread import Thread

LINES = (
    "Liebe alle, die haben das gelöscht.",
    "Hallo Herr A, Sie irren.",
    "@b you",
    "via blog.example",
    "ihr da",
    "",
)
POSTS = st.tuples(
    st.floats(0, 30),
    st.sampled_from("abcd"),
    st.one_of(st.just("-"), st.integers(0, 12).map(str)),
    st.lists(st.sampled_from(LABELS), max_size=3, unique=True),
    st.sampled_from(LINES),
    st.booleans(),
)


@st.composite
def threads(draw: st.DrawFn) -> Thread:
    rows = draw(st.lists(POSTS, max_size=22))
    names = {"a": "", "b": "", "c": "*", "d": ""}
    hour, lines = 0.0, []
    for gap, author, answered, labels, _, _ in rows:
        hour += gap
        lines.append(f"{hour} {names[author]}{author} {answered} {','.join(labels)}")
    thread = table(*lines, texts={i: row[4] for i, row in enumerate(rows)}, times=draw(st.booleans()))
    thread.signals[[row[5] for row in rows]] = np.nan
    return thread


def series(measures: Measures) -> dict[str, np.ndarray]:
    return {
        f"{group.name}.{field.name}": value
        for group in dataclasses.fields(measures)
        for field in dataclasses.fields(getattr(measures, group.name))
        if isinstance(value := getattr(getattr(measures, group.name), field.name), np.ndarray)
    }


@settings(max_examples=60)
@given(threads(), st.data())
def test_measures_of_a_prefix_are_the_prefix_of_the_series(thread: Thread, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(thread)))
    whole = series(measure(thread, Baseline(), ["Kontaktor"]))
    for name, values in series(measure(prefix(thread, n), Baseline(), ["Kontaktor"])).items():
        assert len(whole[name]) == len(thread), name
        np.testing.assert_array_equal(values, whole[name][:n], err_msg=name)


@settings(max_examples=40)
@given(threads())
def test_a_half_is_a_yes(thread: Thread) -> None:
    certain = series(measure(thread, Baseline(), ["Kontaktor"]))
    half = dataclasses.replace(thread, signals=thread.signals / 2)
    for name, values in series(measure(half, Baseline(), ["Kontaktor"])).items():
        np.testing.assert_array_equal(values, certain[name], err_msg=name)


@settings(max_examples=40)
@given(threads())
def test_shares_stay_between_0_and_1(thread: Thread) -> None:
    measures = measure(thread, Baseline())
    found = series(measures)
    names = [n for n in found if n.startswith("fronts.") and not n.endswith(("length", "turned"))]
    for name in [*names, "reactions.mix", "reactions.drift", "addressees.audience_share", "reach.posts_rank"]:
        values = found[name][~np.isnan(found[name])]
        assert ((values >= -1e-9) & (values <= 1 + 1e-9)).all(), name
    sums = measures.reactions.mix.sum(axis=1)
    np.testing.assert_allclose(sums[~np.isnan(sums)], 1)


@pytest.mark.parametrize(
    "thread", [build([], []), table("0 a -"), table("0 *a -", "1 *a -", "2 *b 0 policy")]
)
def test_empty_one_post_and_all_company_threads(thread: Thread) -> None:
    measures = measure(thread, Baseline())
    assert all(len(values) == len(thread) for values in series(measures).values())
    assert measures.fronts.turned_at is None
    assert measures.company.open_questions == ()
    assert np.isnan(measures.company.first_answer_hours).all()


def test_posts_that_were_not_scored_leave_the_mix_undefined() -> None:
    thread = table("0 a -", "1 b 0")
    thread.signals[:] = np.nan
    measures = measure(thread, Baseline())
    assert np.isnan(measures.reactions.mix).all()
    assert measures.reactions.affected.tolist() == [0, 0]


def test_ten_thousand_posts_by_ten_thousand_people() -> None:
    rows = [f"{i / 10} {'*' if i % 9 == 0 else ''}p{i} - policy,complaint" for i in range(10_000)]
    measures = measure(table(*rows), Baseline())
    assert measures.reach.people[-1] == 10_000
