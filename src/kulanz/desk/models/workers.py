"""Workers: which of them are at work."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """A running worker, by machine and process; ``at`` is when it last said that it works."""

    worker = models.CharField(max_length=200, unique=True)
    started_at = models.DateTimeField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.worker
