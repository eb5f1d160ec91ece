"""Seven people, each with one role, and conversations for them to work on."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from kulanz.desk.models import Member, MemberRole, Source, Thread
from kulanz.desk.rules.roles import Role

NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
PASSWORD = "a long enough password"  # noqa: S105 - of invented people
PEOPLE = {
    "alice": Role.LEAD,
    "bob": Role.AGENT,
    "carla": Role.APPROVER,
    "dora": Role.MODERATOR,
    "erik": Role.READER,
    "frieda": Role.AUDITOR,
    "adam": Role.ADMIN,
}


def make_member(name: str, *roles: Role) -> Member:
    member = Member.objects.create_user(
        name, f"{name}@kontaktor.example", PASSWORD, display_name=f"{name.title()} Beispiel", language="en"
    )
    MemberRole.objects.bulk_create([MemberRole(member=member, role=role.value) for role in roles])
    return member


def logged_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def make_thread(source: Source, now: datetime, key: str, stage: str = "issue", score: float = 0.6) -> Thread:
    return Thread.objects.create(
        source=source, key=key, title=f"Thread {key}", seen_at=now, stage=stage, score=score, scored=True,
        post_count=3, last_post_at=now, analysed_at=now,
    )  # fmt: skip
