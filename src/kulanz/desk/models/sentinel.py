"""What guests see of threads, and what was changed there without anybody telling."""

from __future__ import annotations

from typing import Any

from django.db import models

from kulanz.desk.models.base import Due, one_of
from kulanz.desk.models.public_log import LogEntry
from kulanz.desk.models.threads import Post, Revision, Thread
from kulanz.desk.rules.sentinel import KINDS


class PublicSight(Due):
    """A thread as guests see it; ``agreed`` and ``suspected``: see ``kulanz.desk.rules.sentinel.Sight``.

    ``due_at`` is when its pages are read again.
    """

    thread = models.OneToOneField(Thread, models.CASCADE, related_name="public_sight")
    read_at = models.DateTimeField(null=True, blank=True)
    agreed = models.JSONField(default=dict)
    suspected = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"guests' sight of {self.thread_id}"


class Lasting(models.QuerySet["SilentEdit"]):
    """Rows that nothing takes away or rewrites."""

    def delete(self) -> Any:
        raise TypeError("a silent edit stays: it can be annotated")

    def update(self, **given: Any) -> int:
        raise TypeError(f"a silent edit stays as it was found, got {', '.join(given)}: it can be annotated")


class SilentEdit(models.Model):
    """Something that was changed at a source, and no measure that is logged says why. It is never deleted.

    ``entry`` tells everybody of it. Thread, post and revision may go; what was found stays.
    """

    entry = models.OneToOneField(LogEntry, models.PROTECT, related_name="silent_edit")
    thread = models.ForeignKey(Thread, models.SET_NULL, null=True, blank=True, related_name="silent_edits")
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="silent_edits")
    revision = models.OneToOneField(
        Revision, models.SET_NULL, null=True, blank=True, related_name="silent_edit"
    )
    kind = models.CharField(max_length=16)
    found_at = models.DateTimeField(db_index=True)

    objects = Lasting.as_manager()

    class Meta:
        constraints = (one_of("kind", KINDS, "silent_edit_kind"),)

    def __str__(self) -> str:
        return self.kind

    def delete(self, *args: Any, **given: Any) -> Any:  # noqa: ARG002 - as Django calls it
        raise TypeError("a silent edit stays: it can be annotated")
