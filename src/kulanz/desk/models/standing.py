"""What accounts are to their community, as numbers; who knows whom is not kept."""

from __future__ import annotations

from django.db import models

from kulanz.desk.models.base import Due
from kulanz.desk.models.people import Account
from kulanz.desk.models.sources import Source


class SourceCount(Due):
    """When a source was last counted through. ``due_at`` is when it is counted again, or its lease."""

    source = models.OneToOneField(Source, models.CASCADE, related_name="counted")
    counted_at = models.DateTimeField(null=True, blank=True)
    posts = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"count of {self.source_id}"


class AccountStanding(models.Model):
    """The contributions and the reach of an account that belongs to a profile, as last counted.

    ``contributions`` is a ``kulanz.core.contributions.Contributions`` in msgpack, ``reach`` a
    ``kulanz.core.network.NetworkReach``, None where nobody has to do with the account.
    """

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="standing")
    contributions = models.BinaryField()
    reach = models.JSONField(null=True)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"standing of {self.account_id}"
