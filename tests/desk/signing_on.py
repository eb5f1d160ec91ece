"""People who come to a running desk by the company's single sign-on, with nothing but a browser's means."""

from __future__ import annotations

import html
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import requests

from desk_site import DeskSite, make, served
from servers.frame import free_port
from servers.openid import OpenidSite
from servers.simplesamlphp import PASSWORD, SamlSite

DESK_PASSWORD: Final = "a long enough password"  # noqa: S105 - of invented people


@dataclass(frozen=True, slots=True)
class Company:
    """A desk with the members of ``desk_acts.people``, and the two providers that know it."""

    desk: DeskSite
    openid: OpenidSite
    saml: SamlSite

    @property
    def entity(self) -> str:
        """What the desk calls itself to the SAML provider."""
        return f"{self.desk.url}/login/saml/company/metadata/"

    def trust(self, entity: str, **more: object) -> None:
        """Have the SAML provider let people into the desk, under a name."""
        at = f"{self.desk.url}/login/saml/company"
        self.saml.trust(entity, acs=f"{at}/acs/", sls=f"{at}/sls/", **more)

    @property
    def log(self) -> str:
        return next(self.desk.folder.glob("python*.log")).read_text("utf-8")


@contextmanager
def company(
    folder: Path, openid: OpenidSite, saml: SamlSite, settings: Mapping[str, str]
) -> Iterator[Company]:
    """Make a desk that both providers know, and serve it."""
    folder.mkdir()
    given = {
        "KULANZ_MODE": "production",
        "KULANZ_OIDC_URL": openid.url,
        "KULANZ_OIDC_CLIENT": openid.client,
        "KULANZ_OIDC_SECRET": openid.secret,
        "KULANZ_SAML_METADATA": saml.metadata,
        "KULANZ_SAML_ENTITY": saml.entity,
        **settings,
    }
    made = Company(DeskSite(folder, free_port(), given), openid, saml)
    make(made.desk)
    made.desk.act("people", DESK_PASSWORD)
    openid.trust(f"{made.desk.url}/login/oidc/company/login/callback/")
    made.trust(made.entity)
    with served(made.desk, workers=0):
        yield made


class Visitor(requests.Session):
    """Somebody's browser, as far as it keeps cookies and sends forms."""

    def __init__(self, at: Company) -> None:
        super().__init__()
        self.at = at

    def begin(self, kind: str) -> requests.Response:
        """Choose the company's login, and arrive there."""
        login = self.get(f"{self.at.desk.url}/login/login/")
        assert f"/{kind}/company/login/" in login.text
        wanted = form(login, f"/{kind}/company/login/")
        page = self.post(wanted.address, wanted.fields, headers={"Referer": login.url})
        policy = page.headers["Content-Security-Policy"]
        assert re.search(r"form-action 'self'(;|$)", policy), (page.url, policy, page.text)
        there = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.text)
        assert there is not None, page.text
        return self.get(html.unescape(there[1]))

    def by_openid(self, name: str) -> requests.Response:
        """Come in by OpenID, and return what the desk shows then."""
        page = self.begin("oidc")
        for given in ({"login": name, "password": "any"}, {}):
            wanted = form(page, "/interaction/")
            page = self.post(wanted.address, {**wanted.fields, **given})
        return page

    def saml_response(self, name: str, page: requests.Response | None = None) -> dict[str, str]:
        """Log in at the SAML provider, and return the form that it lets browsers send to the desk."""
        login = form(page or self.begin("saml"), "?")
        who = {"username": name, "password": PASSWORD}
        sent = form(self.post(login.address, {**login.fields, **who}), "/acs/")
        assert sent.address == f"{self.at.desk.url}/login/saml/company/acs/"
        return sent.fields

    def deliver(self, response: Mapping[str, str]) -> requests.Response:
        """Send a SAML response to the desk, and return what it shows then."""
        return self.post(f"{self.at.desk.url}/login/saml/company/acs/", dict(response))

    def by_saml(self, name: str) -> requests.Response:
        """Come in by SAML."""
        return self.deliver(self.saml_response(name))

    @property
    def is_in(self) -> bool:
        return self.get(f"{self.at.desk.url}/login/sessions/", allow_redirects=False).status_code == 200

    def log_out(self) -> None:
        page = self.get(f"{self.at.desk.url}/login/logout/")
        wanted = form(page, "/login/logout/")
        self.post(wanted.address, wanted.fields, headers={"Referer": page.url})


@dataclass(frozen=True, slots=True)
class Form:
    address: str
    fields: dict[str, str]


def form(page: requests.Response, action: str) -> Form:
    """The form of a page whose address contains ``action``, with its hidden fields."""
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", page.text, re.DOTALL):
        given = _attributes(attributes)
        if action in given.get("action", ""):
            inputs = [_attributes(each) for each in re.findall(r"<input([^>]*)>", inside)]
            hidden = [each for each in inputs if each.get("type") == "hidden" and "name" in each]
            fields = {each["name"]: each.get("value", "") for each in hidden}
            return Form(urljoin(page.url, given["action"]), fields)
    raise AssertionError(f"no form for {action} at {page.url}: {page.text}")


def changed(response: Mapping[str, str], pattern: str, instead: str) -> dict[str, str]:
    """A SAML response with something else in its XML."""
    xml = b64decode(response["SAMLResponse"]).decode()
    other, count = re.subn(pattern, instead, xml, count=1, flags=re.DOTALL)
    assert count == 1, xml
    return {**response, "SAMLResponse": b64encode(other.encode()).decode()}


def _attributes(text: str) -> dict[str, Any]:
    return {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', text)}
