"""Unsafe combinations of settings, told at start and by `kulanz doctor`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's own names
from django.utils.translation import gettext as _
from django.utils.translation import override

from kulanz.desk.conf import Conf, ConfError, conf, is_local
from kulanz.desk.signon import saml_missing

LEAST_KEY = 40


class UnsafeError(ConfError):
    """The desk does not start like this; every reason is named with its remedy."""


@register(Tags.security)
def settings_are_safe(**_kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings of this process."""
    return found_unsafe(conf())


def found_unsafe(given: Conf) -> list[CheckMessage]:
    """Return what is wrong with settings; a demo may be unsafe."""
    return _sign_on(given) + _traces(given) + ([] if given.mode == "demo" else _unsafe(given))


def _unsafe(given: Conf) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if len(given.secret_key) < LEAST_KEY:
        hint = _("run `kulanz init`, or give KULANZ_SECRET_KEY_FILE")
        found.append(Error(_("there is no secret key of 40 characters or more"), hint=hint, id="kulanz.E001"))
    if not given.behind_tls and not is_local(given.url):
        hint = _("serve it by https and set KULANZ_URL to that address")
        found.append(
            Error(_("%(url)s is reached without TLS") % {"url": given.url}, hint=hint, id="kulanz.E002")
        )
    if "*" in given.hosts:
        hint = _("name the hosts in KULANZ_HOSTS")
        found.append(Error(_("every host name is accepted"), hint=hint, id="kulanz.E003"))
    if not given.mail_url:
        hint = _("set KULANZ_MAIL_URL, for example smtp://localhost:25")
        found.append(Warning(_("alarms and answers cannot go out by e-mail"), hint=hint, id="kulanz.W001"))
    if not given.company:
        hint = _("set KULANZ_COMPANY to your names and domains")
        found.append(Warning(_("who speaks for the company is only inferred"), hint=hint, id="kulanz.W002"))
    if given.allow_private:
        hint = _("keep KULANZ_ALLOW_PRIVATE as short as possible")
        found.append(
            Warning(
                _("sources in private networks may be read: %(networks)s")
                % {"networks": ", ".join(given.allow_private)},
                hint=hint,
                id="kulanz.W003",
            )
        )
    return found


def refuse_unsafe(given: Conf) -> None:
    """Raise UnsafeError where settings would endanger what the desk keeps."""
    with override("en"):  # as all that programs and logs are told
        errors = [each for each in found_unsafe(given) if each.is_serious()]
    if errors:
        told = "".join(f"\n  {each.msg}: {each.hint}" for each in errors)
        raise UnsafeError(f"the desk does not start with these settings:{told}")


def _sign_on(given: Conf) -> list[CheckMessage]:
    """Return what keeps single sign-on from working; a desk that offers it half does not start."""
    found: list[CheckMessage] = []
    if given.oidc_url and not (given.oidc_client and given.oidc_secret):
        hint = _("set KULANZ_OIDC_CLIENT and KULANZ_OIDC_SECRET_FILE to what the provider gave you")
        found.append(Error(_("single sign-on by OpenID is set only in part"), hint=hint, id="kulanz.E004"))
    if given.saml_metadata and not given.saml_entity:
        hint = _("set KULANZ_SAML_ENTITY to the entityID that the provider's metadata names")
        found.append(Error(_("single sign-on by SAML is set only in part"), hint=hint, id="kulanz.E005"))
    missing = saml_missing() if given.saml_metadata else ""
    if missing:
        hint = _(
            "pip install 'kulanz[saml]', with lxml and xmlsec both as wheels or both built here against the "
            "same libxml2; or take KULANZ_SAML_METADATA away"
        )
        told = _("SAML is set but cannot be loaded: %(missing)s") % {"missing": missing}
        found.append(Error(told, hint=hint, id="kulanz.E006"))
    if given.sign_on_join and not (given.sign_on_domains or given.sign_on_groups):
        hint = _("name those who may join in KULANZ_SIGN_ON_DOMAINS or KULANZ_SIGN_ON_GROUPS")
        joined = _("everybody whom the provider knows could become a member")
        found.append(Error(joined, hint=hint, id="kulanz.E007"))
    return found


def _traces(given: Conf) -> list[CheckMessage]:
    """Return whether traces are asked for that nothing here could send."""
    if not given.traces_url or find_spec("opentelemetry") is not None:
        return []
    hint = _("pip install 'kulanz[otel]', or take KULANZ_TRACES_URL away")
    told = _("traces are set but what sends them is not installed")
    return [Error(told, hint=hint, id="kulanz.E008")]
