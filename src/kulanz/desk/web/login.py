"""Login: nobody signs up; members are made by an admin or come by the company's single sign-on."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from kulanz.desk.services.members import joined


class DeskAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # the library is untyped
    """Members come by an admin's hand alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the library's signature
        return False


class DeskSocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # the library is untyped
    """Whoever the company's identity provider lets in becomes a member without any role."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        return True

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Take the real name from the provider: customers see it."""
        member = super().populate_user(request, sociallogin, data)
        member.display_name = member.get_full_name()[:120]
        return member

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        member = super().save_user(request, sociallogin, form)
        joined(member=member, now=timezone.now())
        return member
