"""Processes: which workers are at work, what they have done, and what all processes know for a while."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """A running worker, by machine and process; ``at`` is when it last said that it works."""

    worker = models.CharField(max_length=200, unique=True)
    started_at = models.DateTimeField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.worker


class Tally(models.Model):
    """What all workers together have counted since the desk began; ``amount`` only ever rises."""

    name = models.CharField(max_length=40)
    label = models.CharField(max_length=60, blank=True, default="")
    amount = models.FloatField(default=0.0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name", "label"), name="tally_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.label}"


class Shared(models.Model):
    """Something that all processes know until ``expires_at``: see ``kulanz.desk.services.shared``.

    ``key`` is a digest, ``packed`` the value as msgpack.
    """

    key = models.CharField(max_length=64, primary_key=True)
    packed = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
