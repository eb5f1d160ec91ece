"""One search over everything that has words."""

from __future__ import annotations

from typing import Any, Final

from ninja import Query, Router

from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.schemas.setup import FoundOut, SearchPlace
from kulanz.desk.queries.search import kinds, search
from kulanz.desk.queries.steady import opened, sealed
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right

router = Router(tags=["search"])
_NAME: Final = "search"


@router.get("/search", response=FoundOut, **needs(Right.SEE_RADAR))
def find(request: ApiRequest, place: Query[SearchPlace]) -> Any:
    """What holds all the words, as beginnings of words; without a kind the first that has something."""
    known = kinds(request.auth)
    if place.kind and place.kind not in known:
        raise RuleError(
            "kind: expected one of %(known)s, got %(kind)r", known=", ".join(known), kind=place.kind
        )
    offset = opened(_NAME, place.cursor, 1)[0] if place.cursor else 0
    found = search(request.auth, place.words, kind=place.kind, offset=offset)
    following = found.page.following
    return {
        "kind": found.kind,
        "items": found.page.rows,
        "counts": {each.kind: each.count for each in found.tallies},
        "next": sealed(_NAME, [following]) if following is not None else None,
    }
