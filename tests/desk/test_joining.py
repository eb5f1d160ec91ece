"""Whom single sign-on admits, and what is told where it is set only in part."""

from __future__ import annotations

import builtins
import subprocess
import sys
from typing import Any

import pytest

from kulanz.desk import signon
from kulanz.desk.checks import UnsafeError, found_unsafe, refuse_unsafe
from kulanz.desk.conf import ConfError, read_conf
from kulanz.desk.rules.joining import Arrival, Fence

pytestmark = pytest.mark.any_database

OURS = "grete@kontaktor.example"
OPENID = {
    "KULANZ_OIDC_URL": "https://login.example.org",
    "KULANZ_OIDC_CLIENT": "desk",
    "KULANZ_OIDC_SECRET": "s",
}
SAML = {"KULANZ_SAML_METADATA": "https://login.example.org/metadata", "KULANZ_SAML_ENTITY": "login"}


def arrival(address: str = OURS, *, verified: bool | None = True, groups: str = "") -> Arrival:
    return Arrival(address=address, verified=verified, groups=frozenset(groups.split()))


def fence(domains: str = "", groups: str = "") -> Fence:
    return Fence(domains=domains.split(), groups=groups.split())


@pytest.mark.parametrize(
    ("verified", "domains", "believed"),
    [
        (True, "", True),
        (None, "", False),
        (False, "", False),
        (None, "kontaktor.example", True),
        (None, "other.example", False),
        (False, "kontaktor.example", False),
    ],
)
def test_whose_address_is_believed(verified: bool | None, domains: str, believed: bool) -> None:
    assert fence(domains).believes(arrival(verified=verified)) is believed
    assert not fence(domains).believes(arrival("", verified=verified))


@pytest.mark.parametrize(
    ("arrived", "fenced", "admitted"),
    [
        (arrival(), fence(), True),
        (arrival("GRETE@KONTAKTOR.EXAMPLE"), fence("kontaktor.example"), True),
        (arrival("grete@sub.kontaktor.example"), fence("kontaktor.example"), False),
        (arrival("kontaktor.example@evil.example"), fence("kontaktor.example"), False),
        (arrival(verified=False), fence("kontaktor.example"), False),
        (arrival(groups="support"), fence("", "support sales"), True),
        (arrival(groups="Support"), fence("", "support"), False),
        (arrival(), fence("kontaktor.example", "support"), False),
    ],
)
def test_who_is_admitted(arrived: Arrival, fenced: Fence, admitted: bool) -> None:
    assert fenced.admits(arrived) is admitted


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({**OPENID, "KULANZ_OIDC_SECRET": ""}, ["kulanz.E004"]),
        ({**SAML, "KULANZ_SAML_ENTITY": ""}, ["kulanz.E005"]),
        ({**OPENID, "KULANZ_SIGN_ON_JOIN": "yes"}, ["kulanz.E007"]),
        ({**OPENID, "KULANZ_SIGN_ON_JOIN": "yes", "KULANZ_SIGN_ON_GROUPS": "support"}, []),
        ({**OPENID, **SAML}, []),
    ],
)
def test_what_is_set_only_in_part_is_told_in_a_demo_too(env: dict[str, str], told: list[str]) -> None:
    pytest.importorskip("onelogin", reason="SAML needs the extra saml: pip install 'kulanz[saml]'")
    assert [each.id for each in found_unsafe(read_conf({"KULANZ_MODE": "demo", **env}))] == told


def test_saml_without_its_library_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read_conf({"KULANZ_MODE": "demo", **SAML})
    monkeypatch.setattr(signon, "import_module", without_saml)
    assert signon.apps(given) == []
    with pytest.raises(
        UnsafeError, match=r"No module named 'onelogin_that_is_not_there'.*pip install 'kulanz\[saml\]'"
    ):
        refuse_unsafe(given)


def test_an_xmlsec_that_does_not_fit_lxml_is_told_too() -> None:
    """A process of its own: xmlsec compares with what lxml says of itself, and stays loaded once it fits."""
    pytest.importorskip("onelogin", reason="SAML needs the extra saml: pip install 'kulanz[saml]'")
    script = (
        "import lxml.etree; lxml.etree.LIBXML_VERSION = (2, 9, 1)\n"
        "from kulanz.desk.signon import saml_missing; print(saml_missing())"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert "libxml2 library version mismatch" in ran.stdout


def without_saml(name: str) -> Any:
    return builtins.__import__(name.replace("onelogin", "onelogin_that_is_not_there"))


@pytest.mark.parametrize(
    "address", ["http://login.example.org", "login.example.org", "ftp://login.example.org"]
)
def test_what_a_provider_says_must_come_by_tls(address: str) -> None:
    with pytest.raises(ConfError, match="KULANZ_OIDC_URL: expected an address that begins with https://"):
        read_conf({"KULANZ_OIDC_URL": address})


def test_metadata_may_lie_in_a_file() -> None:
    assert (
        read_conf({"KULANZ_SAML_METADATA": "/etc/kulanz/idp.xml"}).saml_metadata
        == "file:///etc/kulanz/idp.xml"
    )
