"""The status page of a case: what its customer sees by a link."""

from __future__ import annotations

from django.db import models

from kulanz.desk.models.base import Versioned, one_of
from kulanz.desk.models.cases import Case
from kulanz.desk.rules.status_pages import LANGUAGES


class StatusPage(Versioned):
    """A case's page for its customer.

    The link is known by its ``digest``, and ``sealed`` for those who send it; both are empty once it was
    revoked. Of visits the first and the last are kept, and nothing of the visitor.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="status_page")
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    sealed = models.BinaryField(default=bytes)
    language = models.CharField(max_length=2, default="de")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    last_opened_at = models.DateTimeField(null=True, blank=True)
    other_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (one_of("language", LANGUAGES, "status_page_language"),)

    def __str__(self) -> str:
        return f"status page of {self.case_id}"
