"""How things stand where a planned answer goes."""

from __future__ import annotations

from kulanz.desk.models import Reply, Thread
from kulanz.desk.queries.letters import began
from kulanz.desk.rules.scheduling import Stand


def stand_of(reply: Reply, *, number: int, hardened: bool) -> Stand:
    """Return how often both sides have spoken; ``number`` and ``hardened`` are those of the draft check."""
    case, thread = reply.case, reply.thread
    if case is None:
        opener = began(thread) if thread else None
        said = opener.posts.filter(thread=thread, removed=False).count() if opener else 0
        company = number + (_unread(thread) if thread else 0)
        return Stand(company=company, customer=said, hardened=hardened)
    told = case.messages.filter(automatic=False)
    return Stand(
        company=told.filter(inbound=False).count(),
        customer=told.filter(inbound=True).count(),
        hardened=hardened,
        state=case.state,
    )


def _unread(thread: Thread) -> int:
    """Return how many of the company's answers are on their way, or stand there and were not read back."""
    gone = thread.replies.filter(state__in=("sending", "sent"))
    return gone.exclude(post_key__in=thread.posts.values("key")).count()
