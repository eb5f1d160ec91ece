"""From the query of a list to where its stretch begins."""

from __future__ import annotations

from kulanz.desk.api.schemas.common import Place
from kulanz.desk.queries.catalog import At


def at(place: Place) -> At:
    return At(after=place.cursor, size=place.limit)
