"""Single sign-on, made from the settings: what the login library is told, and what it lacks."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from kulanz.desk.conf import Conf

COMPANY: Final = "company"
"""The one provider's name in addresses: /login/oidc/company/, /login/saml/company/."""
_XML_CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"

ATTRIBUTES: Final = {
    "uid": ["urn:oasis:names:tc:SAML:attribute:subject-id"],
    "email": [
        "email",
        "mail",
        "urn:oid:0.9.2342.19200300.100.1.3",
        "urn:oid:1.2.840.113549.1.9.1",
        f"{_XML_CLAIMS}/emailaddress",
    ],
    "email_verified": ["email_verified"],
    "first_name": ["givenName", "firstName", "urn:oid:2.5.4.42", f"{_XML_CLAIMS}/givenname"],
    "last_name": ["sn", "lastName", "surname", "urn:oid:2.5.4.4", f"{_XML_CLAIMS}/surname"],
    "username": ["uid", "username", "urn:oid:0.9.2342.19200300.100.1.1"],
}
"""Under which names SAML providers say who somebody is: plain ones, those of X.500, and Microsoft's."""


def saml_missing() -> str:
    """What SAML lacks on this machine, in the words of Python; empty where nothing is missing."""
    try:
        import_module("onelogin.saml2.auth")
    except Exception as error:
        # where xmlsec and lxml bring different libxml2, xmlsec raises a class that nobody can import then
        if isinstance(error, ImportError) or type(error).__module__ == "xmlsec":
            return str(error)
        raise
    return ""


def apps(given: Conf) -> list[str]:
    """Return the parts of the library that the settings ask for, as far as they are installed."""
    names = ["openid_connect"] if given.oidc_url else []
    if given.saml_metadata and not saml_missing():
        names.append("saml")
    return [f"allauth.socialaccount.providers.{name}" for name in names]


def providers(given: Conf) -> dict[str, Any]:
    """Return what the library is told of each provider."""
    told: dict[str, Any] = {}
    if given.oidc_url:
        told["openid_connect"] = {"OAUTH_PKCE_ENABLED": True, "APPS": [_openid(given)]}
    if given.saml_metadata:
        told["saml"] = {"APPS": [_saml(given)]}
    return told


def _openid(given: Conf) -> dict[str, Any]:
    return {
        "provider_id": COMPANY,
        "name": "OpenID",
        "client_id": given.oidc_client,
        "secret": given.oidc_secret,
        "settings": {"server_url": given.oidc_url},
    }


def _saml(given: Conf) -> dict[str, Any]:
    return {
        "provider_id": given.saml_entity,
        "name": "SAML",
        "client_id": COMPANY,
        "settings": {
            "idp": {"entity_id": given.saml_entity, "metadata_url": given.saml_metadata},
            "sp": {"entity_id": f"{given.url}/login/saml/{COMPANY}/metadata/"},
            "attribute_mapping": ATTRIBUTES,
            "advanced": {"want_name_id": True, "want_attribute_statement": False},
        },
    }
