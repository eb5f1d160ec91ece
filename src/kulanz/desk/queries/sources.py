"""Sources as lists show them."""

from __future__ import annotations

from kulanz.desk.models import Source


def source_choices() -> list[tuple[int, str]]:
    """Return id and name of every source, by name."""
    return list(Source.objects.order_by("name").values_list("pk", "name"))
