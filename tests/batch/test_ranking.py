from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kulanz.batch.ranking import Ranking
from kulanz.batch.scratch import Scratch
from kulanz.core.report import ThreadReport


def report(score: float, thread_id: str) -> ThreadReport:
    return ThreadReport(
        thread_id=thread_id,
        rank=0,
        score=score,
        stage="calm",
        onset_post=None,
        affected=0,
        reasons=(),
        signals={"x": None},
    )


scored = st.dictionaries(st.text(max_size=3), st.sampled_from([0.0, 0.1, 1 / 3, 1.0]), max_size=100)


@settings(max_examples=30)
@given(scored, st.sampled_from([1, 700, 10**6]))
def test_ranks_by_score_then_thread_id_whatever_fits_in_memory(scores: dict[str, float], budget: int) -> None:
    scratch = Scratch()
    ranking = Ranking(scratch, "r", budget)
    for thread_id, score in scores.items():
        ranking.add(report(score, thread_id))
    expected = sorted(scores, key=lambda thread_id: (-scores[thread_id], thread_id))
    assert [(each.thread_id, each.rank) for each in ranking] == [(t, n) for n, t in enumerate(expected, 1)]
    assert [each.thread_id for each in ranking] == expected
    scratch.close()


def test_many_runs_become_few_files(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    ranking = Ranking(scratch, "r", 1)
    for number in range(200):
        ranking.add(report(number / 200, str(number)))
    assert len(list(scratch.folder.iterdir())) <= 65
    assert [each.score for each in ranking] == [n / 200 for n in range(199, -1, -1)]
    scratch.close()


def test_takes_over_what_another_ranking_holds(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    worker, whole = Ranking(scratch, "w", 400), Ranking(scratch, "r", 10**6)
    for number in range(5):
        worker.add(report(number / 5, str(number)))
    whole.add(report(0.5, "own"))
    whole.take(worker.entries, worker.runs)
    assert [each.thread_id for each in whole] == ["4", "3", "own", "2", "1", "0"]
    scratch.close()
