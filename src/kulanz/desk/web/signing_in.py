"""What the login library tells of goes into the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from kulanz.desk.services.signing_in import Login, note, note_refusal

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator
    from allauth.usersessions.models import UserSession
    from django.http import HttpRequest

    from kulanz.desk.models import Member

_NAMES: Final = ("username", "email", "login")


class DeskSessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc] # the library is untyped
    """A member who ends all other sessions is on record."""

    def end_sessions(self, sessions: Sequence[UserSession]) -> None:
        super().end_sessions(sessions)
        if sessions:  # at a first single sign-on nobody is logged in yet
            note(member=sessions[0].user, action=Login.END_OTHERS, now=timezone.now(), sessions=len(sessions))


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Member, **_given: Any) -> None:
    records = get_authentication_records(request, user)
    steps = [str(each.get("type") or each["method"]) for each in records]
    note(member=user, action=Login.SIGN_IN, now=timezone.now(), by=steps)


@receiver(user_logged_out)
def signed_out(user: Member | None, **_given: Any) -> None:
    if user is not None:
        note(member=user, action=Login.SIGN_OUT, now=timezone.now())


@receiver(user_login_failed)
def refused(credentials: Mapping[str, Any], **_given: Any) -> None:
    name = next((str(credentials[each]) for each in _NAMES if credentials.get(each)), "")
    note_refusal(name=name, step="password", now=timezone.now())


@receiver(authentication_failed)
def second_step_refused(user: Member, authenticator: Authenticator, **_given: Any) -> None:
    note_refusal(name=user.username, step=authenticator.type, now=timezone.now())


@receiver([password_set, password_changed, password_reset])
def password_is_new(user: Member, **_given: Any) -> None:
    note(member=user, action=Login.SET_PASSWORD, now=timezone.now())


@receiver(authenticator_added)
def factor_added(user: Member, authenticator: Authenticator, **_given: Any) -> None:
    note(member=user, action=Login.ADD_FACTOR, now=timezone.now(), kind=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(user: Member, authenticator: Authenticator, **_given: Any) -> None:
    note(member=user, action=Login.REMOVE_FACTOR, now=timezone.now(), kind=authenticator.type)


@receiver(authenticator_reset)
def codes_renewed(user: Member, **_given: Any) -> None:
    note(member=user, action=Login.RENEW_CODES, now=timezone.now())
