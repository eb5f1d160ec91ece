"""Login: nobody signs up; members are made by an admin or come by the company's single sign-on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from kulanz.desk.conf import conf
from kulanz.desk.queries.members import members_by_address
from kulanz.desk.rules.joining import Arrival, Fence
from kulanz.desk.services.members import joined
from kulanz.desk.services.signing_in import note_refusal
from kulanz.desk.web.signon.refused import Why, refused

_log = logging.getLogger(__name__)

_GROUPS: Final = (
    "groups",
    "memberOf",
    "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
    "http://schemas.xmlsoap.org/claims/Group",
)
"""Under which names providers say which groups somebody is in."""


class DeskAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # the library is untyped
    """Members come by an admin's hand alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the library's signature
        return False


class DeskSocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # the library is untyped
    """Single sign-on lets in whom the settings admit; joining is a matter of its own, and gives no role."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Turn away whom the settings do not admit, known at the desk or not."""
        said = sociallogin.account.extra_data
        if _of_two_people(said) or not _fence().admits(_arrival(sociallogin)):
            raise _kept_out(request, sociallogin, "not_admitted")
        if not sociallogin.is_existing and not _may_join(sociallogin):
            raise _kept_out(request, sociallogin, "unknown")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,  # noqa: ARG002 - the library's signature, and what comes from anybody
        error: Any = None,  # noqa: ARG002
        exception: Exception | None = None,
        extra_context: Any = None,  # noqa: ARG002 - the library's signature
    ) -> None:
        """Tell the log what was wrong with a provider's answer, and the visitor only that it was."""
        _log.warning("single sign-on failed: %s", exception or "the provider said so")
        raise ImmediateHttpResponse(refused(request, "failed"))

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Any, str] | None:
        """Find the member that an admin made, by an address that is surely theirs."""
        arrival = _arrival(sociallogin)
        found = members_by_address(arrival.address) if _fence().believes(arrival) else []
        return (found[0], arrival.address) if len(found) == 1 else None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        return _may_join(sociallogin)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Take the real name from the provider: customers see it."""
        member = super().populate_user(request, sociallogin, data)
        member.display_name = member.get_full_name()[:120]
        return member

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        member = super().save_user(request, sociallogin, form)
        joined(member=member, now=timezone.now())
        return member


def _kept_out(request: HttpRequest, sociallogin: Any, why: Why) -> ImmediateHttpResponse:
    note_refusal(name=sociallogin.user.email, step="single_sign_on", now=timezone.now())
    return ImmediateHttpResponse(refused(request, why))


def _fence() -> Fence:
    return Fence(domains=conf().sign_on_domains, groups=conf().sign_on_groups)


def _may_join(sociallogin: Any) -> bool:
    arrival = _arrival(sociallogin)
    return conf().sign_on_join and _fence().believes(arrival) and not members_by_address(arrival.address)


def _arrival(sociallogin: Any) -> Arrival:
    said = sociallogin.account.extra_data
    parts = _answers(said) or [said]
    groups = {group for part in parts for name in _GROUPS for group in _words(part.get(name))}
    verified = next((part["email_verified"] for part in parts if "email_verified" in part), None)
    return Arrival(address=sociallogin.user.email, verified=_truth(verified), groups=frozenset(groups))


def _words(value: Any) -> list[str]:
    return (
        [str(each) for each in value]
        if isinstance(value, list)
        else [value]
        if isinstance(value, str)
        else []
    )


def _truth(value: Any) -> bool | None:
    """What is said of an address: providers write true, "true", or a list with one of them."""
    if isinstance(value, list):
        value = value[0] if value else None
    return None if value is None else str(value).lower() == "true"


def _of_two_people(said: Mapping[str, Any]) -> bool:
    """Whether an OpenID provider's two answers are about different people, which none may mix."""
    return len({answer["sub"] for answer in _answers(said)}) > 1


def _answers(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What an OpenID provider said of somebody, in one place and another; SAML has no such parts."""
    return [said[part] for part in ("userinfo", "id_token") if isinstance(said.get(part), Mapping)]
