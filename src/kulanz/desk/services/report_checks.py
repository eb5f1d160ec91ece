"""What today’s draft check says of the company’s public answers, each with what was written until then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from kulanz.desk.queries import after_action as record_of
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.rows import core_post
from kulanz.desk.rules.after_action import Answer, order
from kulanz.desk.rules.issue_report import PastCheck
from kulanz.desk.services.draft_checks import check_past
from kulanz.desk.services.report_courses import Told

CHECKED: Final = 10
"""Public answers that are checked for one report, the first ones: each takes a moment."""


def past_checks(told: Sequence[Told]) -> Iterator[PastCheck]:
    """Yield what is found in the first public answers of an issue, in order of time."""
    answers = sorted(((answer, one) for one in told for answer in one.answers), key=_time)[:CHECKED]
    threads = {one.thread.pk: one.thread for _, one in answers}
    rows = record_of.posts_in(list(threads.values()), texts=True) if threads else {}
    read = {pk: [core_post(row, threads[pk]) for row in rows[pk]] for pk in threads}
    rules = cache(staff_rules)
    for answer, one in answers:
        posts = read[one.thread.pk]
        found = check_past(rules(one.thread.source_id), posts[answer.place], posts[: answer.place])
        if found is not None:
            yield PastCheck(answer.at, answer.who, one.course.label, *found)


def _time(pair: tuple[Answer, Told]) -> float:
    return order(pair[0].at)
