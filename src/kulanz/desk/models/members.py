"""Members, the people who work at the desk; authors at a source are accounts, see ``people.py``."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from kulanz.desk.conf import conf
from kulanz.desk.models.base import Versioned, one_of
from kulanz.desk.rules.roles import Role


class Member(Versioned, AbstractUser):
    """Somebody who logs in. ``display_name`` is the real name that customers see as their contact.

    ``language`` auto is what the browser asks for; ``browser_language`` is what it asked for last, if it has.
    ``sealed_notify_url`` is the encrypted address of a device or a chat, as Apprise reads it.
    """

    display_name = models.CharField(max_length=120)
    language = models.CharField(max_length=4, default="auto")
    browser_language = models.CharField(max_length=2, blank=True, default="")
    time_zone = models.CharField(max_length=64, default="Europe/Berlin")
    theme = models.CharField(max_length=5, default="auto")
    sealed_notify_url = models.BinaryField(blank=True, default=b"")
    email_alerts = models.CharField(max_length=10, default="immediate")

    class Meta:
        constraints = (
            one_of("language", ("auto", "de", "en"), "member_language"),
            one_of("theme", ("auto", "light", "dark"), "member_theme"),
            one_of("email_alerts", ("off", "immediate", "digest"), "member_email_alerts"),
        )

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def lang(self) -> str:
        """The language in which a member is written to while they look at no page."""
        return self.browser_language or conf().language if self.language == "auto" else self.language


class MemberRole(models.Model):
    member = models.ForeignKey(Member, models.CASCADE, related_name="held_roles")
    role = models.CharField(max_length=12)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("member", "role"), name="member_role_once"),
            one_of("role", [role.value for role in Role], "member_role_known"),
        )

    def __str__(self) -> str:
        return self.role


class Team(Versioned):
    name = models.CharField(max_length=120, unique=True)
    members = models.ManyToManyField(Member, related_name="teams", blank=True)
    lead = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="led_teams")

    def __str__(self) -> str:
        return self.name


class SavedView(Versioned):
    """A filter of the radar under a name; without a member everybody has it."""

    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="views")
    name = models.CharField(max_length=120)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("member", "name"), name="saved_view_once"),
            models.UniqueConstraint(
                fields=("name",), condition=models.Q(member=None), name="shared_view_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A key to the HTTP API; only its hash is kept. ``scopes`` are words such as ``read`` and ``push``."""

    name = models.CharField(max_length=120)
    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The answer that a request with an Idempotency-Key got, given again to its repetitions."""

    token = models.ForeignKey(ApiToken, models.CASCADE)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("token", "key"), name="idempotency_key_once"),)

    def __str__(self) -> str:
        return self.key
