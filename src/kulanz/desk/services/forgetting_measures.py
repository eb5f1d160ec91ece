"""What is left of measures once the author of a post is erased: that they were taken, not what was said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from kulanz.desk.models import Appeal, AppealMessage, Measure, MeasureNotice
from kulanz.desk.rules.machines import APPEAL
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record


def forget_told(*, people: Collection[int], now: datetime) -> None:
    """Delete notices to some people, which lead to their posts, and all that was said in their appeals.

    What they contested and nobody decided is withdrawn. Call it while their accounts are still theirs.
    """
    about = Q(account__person__in=people) | Q(post__account__person__in=people)
    measures = Measure.objects.filter(about).values("pk")
    MeasureNotice.objects.filter(measure__in=measures).delete()
    appeals = Appeal.objects.filter(measure__in=measures, side="author")
    AppealMessage.objects.filter(appeal__in=appeals.values("pk")).delete()
    for each in appeals.filter(state=APPEAL.initial).select_related("measure__thread"):
        gone = change(each, each.version, state=APPEAL.by_itself(each.state, "take_back"), decided_at=now)
        record(None, "take_back", gone, now=now, thread=gone.measure.thread)
