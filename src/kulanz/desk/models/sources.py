"""Sources: places that are read, how far, and what came raw."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.desk.models.base import Due, one_of

SOURCE_STATES: Final = ("running", "paused", "stopped")


class Source(Due):
    """A place that is read through a connector, or that sends (push, webhook, mentions).

    ``due_at`` is the next fetch. ``state`` stopped means that only a person can help: ``last_error`` says
    why. ``sealed_keys`` holds the connector's secrets, encrypted. ``hook_key`` is part of the address that
    webhooks are sent to. ``baseline`` is what is usual at this source.
    """

    name = models.CharField(max_length=200, unique=True)
    connector = models.CharField(max_length=40)
    address = models.CharField(max_length=500)
    sealed_keys = models.BinaryField(default=bytes)
    state = models.CharField(max_length=10, default="running")
    interval_s = models.PositiveIntegerField(default=300)
    budget_per_day = models.PositiveIntegerField(default=5_000)
    requests_today = models.PositiveIntegerField(default=0)
    requests_day = models.DateField(null=True, blank=True)
    requests_total = models.PositiveBigIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True, blank=True)
    errors_in_row = models.PositiveIntegerField(default=0)
    hook_key = models.CharField(max_length=64, unique=True)
    sealed_hook_secret = models.BinaryField(default=bytes)
    baseline = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of("state", SOURCE_STATES, "source_state"),
            models.UniqueConstraint(fields=("connector", "address"), name="source_once"),
        )

    def __str__(self) -> str:
        return self.name


class Lane(models.Model):
    """How far one lane of a source has been read; moved in the transaction of the page it belongs to."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="lanes")
    name = models.CharField(max_length=20)
    cursor = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True, blank=True)

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
