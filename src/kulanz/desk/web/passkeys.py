"""A passkey that was refused goes into the audit trail: the login library tells of it nowhere else."""

from __future__ import annotations

from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms
from allauth.mfa.webauthn.internal.auth import extract_user_from_response
from django.core.exceptions import ValidationError
from django.utils import timezone

from kulanz.desk.services.signing_in import note_refusal

_NOT_LOOKED_AT: Final = "too_many_login_attempts"


class _Noted:
    """A form that notes whose passkey was refused; what was not even looked at is no try."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        given = self.cleaned_data["credential"]
        try:
            return super().clean_credential()  # type: ignore[misc] # the library's form
        except ValidationError as error:
            if error.code != _NOT_LOOKED_AT:
                name = self.user.username if self.user else _claimed(given)
                note_refusal(name=name, step=Authenticator.Type.WEBAUTHN.value, now=timezone.now())
            raise


class Login(_Noted, forms.LoginWebAuthnForm):  # type: ignore[misc] # the library is untyped
    """Coming with a passkey alone."""


class SecondStep(_Noted, forms.AuthenticateWebAuthnForm):  # type: ignore[misc] # the library is untyped
    """A passkey after the password."""


class Again(_Noted, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc] # the library is untyped
    """Proving once more who one is."""


def _claimed(given: Any) -> str:
    """With whose name somebody came, as they say themselves; empty where they name no member."""
    try:
        return str(extract_user_from_response(given).username)
    except (ValidationError, AttributeError):
        return ""
