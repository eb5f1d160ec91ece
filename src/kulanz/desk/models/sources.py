"""Sources: places that are read, how far, and what came raw."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.rules.machines import SOURCE

SUBSCRIPTION_STATES: Final = ("asked", "active", "denied", "leaving", "ended")


class Source(Versioned, Due):
    """A place that is read through a connector, or that sends (push, webhook, mentions).

    ``due_at`` is the next fetch. ``state`` stopped means that only a person can help: ``last_error`` says
    why, and ``error_kind`` which kind of error it is. ``sealed_keys`` holds the connector's secrets,
    encrypted. ``hook_key`` is part of the address that webhooks are sent to. ``baseline`` is what is
    usual at this source, learned at ``learned_at``. ``wanted_at`` is when somebody last asked for a read
    before the next one is due: a webhook, a hub or a person. ``delivered_at`` is about when the last
    delivery came. ``skipped`` names what the last read had to leave out. ``posts_as`` is the account that
    answers in public are posted by, as the source said at ``posts_as_at``.
    """

    name = models.CharField(max_length=200, unique=True)
    connector = models.CharField(max_length=40)
    address = models.CharField(max_length=500)
    sealed_keys = models.BinaryField(default=bytes)
    state = models.CharField(max_length=10, default=SOURCE.initial)
    interval_s = models.PositiveIntegerField(default=300)
    budget_per_day = models.PositiveIntegerField(default=5_000)
    requests_today = models.PositiveIntegerField(default=0)
    requests_day = models.DateField(null=True, blank=True)
    requests_total = models.PositiveBigIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True, blank=True)
    errors_in_row = models.PositiveIntegerField(default=0)
    error_kind = models.CharField(max_length=20, blank=True, default="")
    hook_key = models.CharField(max_length=64, unique=True)
    sealed_hook_secret = models.BinaryField(default=bytes)
    baseline = models.JSONField(null=True, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    skipped = models.JSONField(default=list)
    posts_as = models.CharField(max_length=255, blank=True, default="")
    posts_as_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of("state", SOURCE.states, "source_state"),
            models.UniqueConstraint(fields=("connector", "address"), name="source_once"),
        )

    def __str__(self) -> str:
        return self.name


class Lane(models.Model):
    """How far one lane of a source has been read; moved in the transaction of the page it belongs to.

    ``pages`` and ``posts`` count what it brought, ``reached`` is the time of the oldest post among them.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="lanes")
    name = models.CharField(max_length=20)
    cursor = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveBigIntegerField(default=0)
    posts = models.PositiveBigIntegerField(default=0)
    reached = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "name"), name="lane_once"),)

    def __str__(self) -> str:
        return self.name


class RawPayload(models.Model):
    """An answer of a source as it came, by its SHA-256; compressed with zlib."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="raw")
    digest = models.CharField(max_length=64)
    url = models.CharField(max_length=2048)
    media_type = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField(default=200)
    packed = models.BinaryField()
    fetched_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "digest"), name="raw_once"),)

    def __str__(self) -> str:
        return self.url


class Reread(models.Model):
    """A thread that a delivery said has changed: it is read again with the source's own rights."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="rereads")
    key = models.CharField(max_length=512)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="reread_once"),)

    def __str__(self) -> str:
        return self.key


class Mention(Due):
    """A page elsewhere that was said to link to one of ours. ``due_at`` is when it is looked at.

    ``digest`` is the SHA-256 of both addresses. ``claim`` is what was said, ``found`` what the last look
    saw (``kulanz.sources.mentions.Mention``), ``first_at`` when it was first verified.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="mentions")
    digest = models.CharField(max_length=64)
    claim = models.JSONField()
    found = models.JSONField(null=True, blank=True)
    first_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "digest"), name="mention_once"),)

    def __str__(self) -> str:
        return str(self.claim.get("source", ""))


class Subscription(Due):
    """A feed at a hub (``kulanz.sources.websub``). ``due_at`` is when the hub is asked, or the feed for one.

    ``key`` ends the callback's address; ``hub`` is empty while the feed names none.
    """

    source = models.OneToOneField(Source, models.CASCADE, related_name="subscription")
    key = models.CharField(max_length=64, unique=True)
    hub = models.CharField(max_length=2048, blank=True, default="")
    topic = models.CharField(max_length=2048, blank=True, default="")
    sealed_secret = models.BinaryField(default=bytes)
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField(null=True, blank=True)
    lease_from = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (one_of("state", SUBSCRIPTION_STATES, "subscription_state"),)

    def __str__(self) -> str:
        return self.topic
