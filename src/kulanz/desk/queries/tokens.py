"""API tokens as lists show them."""

from __future__ import annotations

from kulanz.desk.models import ApiToken
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right


def tokens(actor: Actor, *, offset: int = 0) -> Paged[ApiToken]:
    """Return a page of tokens, the latest first: one's own, or all of them for an admin."""
    rows = ApiToken.objects.select_related("member").order_by("-pk")
    if not actor.may(Right.SET_MEMBERS):
        rows = rows.filter(member_id=actor.member_id)
    return paged(rows, list, offset=offset)
