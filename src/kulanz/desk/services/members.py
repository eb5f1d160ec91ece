"""Members: made by an admin's hand, let in by a password or a link that works once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from kulanz.desk.conf import conf
from kulanz.desk.models import Member, MemberRole
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right, Role
from kulanz.desk.services.cases import checked_email
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record


def create_member(  # noqa: PLR0913 - who, how they are called, what they may, how they get in
    *,
    actor: Actor | None,
    username: str,
    display_name: str = "",
    email: str = "",
    roles: Collection[Role] = (),
    password: str | None = None,
    now: datetime,
) -> Member:
    """Make a member. ``actor`` None is the console; without a password they get in by ``entry_link`` alone.

    Raise RuleError where the name is taken, or name, address or password are not usable, NotAllowedError
    where a token gives an address or roles.
    """
    if actor is not None:
        actor.need(Right.SET_MEMBERS)
        if email.strip() or roles:
            _need_session(actor)
    if Member.objects.filter(username=username).exists():
        raise RuleError("a member named %(username)r already exists: choose another name", username=username)
    name = display_name.strip() or username
    member = Member(username=username, display_name=name, email=email.strip())
    member.time_zone = conf().time_zone
    try:
        if password is not None:
            validate_password(password, member)
        member.set_password(password)
        member.full_clean()
    except ValidationError as error:
        raise RuleError(
            "%(username)r cannot become a member: %(told)s", username=username, told=_told(error)
        ) from error
    with transaction.atomic():
        member.save()
        MemberRole.objects.bulk_create(MemberRole(member=member, role=role.value) for role in set(roles))
        data = {"username": username, "roles": sorted(role.value for role in roles)}
        record(actor, "create", member, now=now, data=data)
    return member


def joined(*, member: Member, now: datetime) -> None:
    """Note that a member came by single sign-on; they have no role until an admin gives one."""
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(time_zone=conf().time_zone)
        record(None, "join", member, now=now, data={"username": member.username})


def entry_link(*, actor: Actor | None, member: Member, now: datetime) -> str:
    """Return a link by which a member sets a password; it works once, and for three days.

    Raise NotAllowedError where a token asks: by the link it would get rights that its scopes do not have.
    """
    if actor is not None:
        actor.need(Right.SET_MEMBERS)
        if actor.token_id is not None:
            raise NotAllowedError("entry links are made by people who are logged in, not by tokens")
    record(actor, "entry_link", member, now=now)
    key = {"uidb36": user_pk_to_url_str(member), "key": default_token_generator.make_token(member)}
    path = reverse("account_reset_password_from_key", kwargs=key)
    return conf().url + path


def edit_member(  # noqa: PLR0913 - who, the version that was seen, how they are called, what they may
    *,
    actor: Actor,
    member: Member,
    seen: int,
    display_name: str,
    email: str,
    roles: Collection[Role],
    now: datetime,
) -> Member:
    """Change a member's name, address and roles.

    Raise RuleError where no admin would be left, NotAllowedError where a token changes address or roles.
    """
    actor.need(Right.SET_MEMBERS)
    name = display_name.strip()
    if not name:
        raise RuleError("name: expected the real name, which customers see")
    with transaction.atomic():
        before = set(member.held_roles.values_list("role", flat=True))
        after = {role.value for role in roles}
        if Role.ADMIN.value in before - after:
            _need_another_admin(member)
        if before != after or checked_email(email) != member.email:
            _need_session(actor)
        wanted = {"display_name": name[:120], "email": checked_email(email)}
        changed = sorted(field for field, value in wanted.items() if getattr(member, field) != value)
        member = change(member, seen, **wanted)
        member.held_roles.exclude(role__in=after).delete()
        MemberRole.objects.bulk_create(MemberRole(member=member, role=role) for role in after - before)
        data = {"before": sorted(before), "after": sorted(after), "changed": changed}
        record(actor, "edit", member, now=now, data=data)
    return member


def deactivate(*, actor: Actor, member: Member, seen: int, reason: str, now: datetime) -> Member:
    """Keep a member out: sessions and tokens end, what they did stays. The last admin cannot go."""
    actor.need(Right.SET_MEMBERS)
    with transaction.atomic():
        if member.held_roles.filter(role=Role.ADMIN.value).exists():
            _need_another_admin(member)
        member = change(member, seen, is_active=False)
        member.tokens.filter(revoked_at=None).update(revoked_at=now)
        for session in UserSession.objects.filter(user=member):
            session.end()
        record(actor, "deactivate", member, now=now, reason=reason[:500])
    return member


def reactivate(*, actor: Actor, member: Member, seen: int, now: datetime) -> Member:
    """Let a member in again, with the roles they had; their tokens stay ended."""
    actor.need(Right.SET_MEMBERS)
    with transaction.atomic():
        member = change(member, seen, is_active=True)
        record(actor, "reactivate", member, now=now)
    return member


def _need_session(actor: Actor) -> None:
    """Raise NotAllowedError for a token: by an address a password is set anew, and it gives all rights."""
    if actor.token_id is not None:
        raise NotAllowedError("addresses and roles are given by people who are logged in, not by tokens")


def _need_another_admin(member: Member) -> None:
    """Raise RuleError where nobody else could set up members; waits for whoever is changing admins too."""
    admins = MemberRole.objects.select_for_update().filter(role=Role.ADMIN.value, member__is_active=True)
    if not any(held.member_id != member.pk for held in admins):
        raise RuleError("this is the last admin: make somebody else an admin first")


def _told(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())
