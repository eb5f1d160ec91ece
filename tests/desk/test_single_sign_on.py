"""Members come by the company's single sign-on: a real desk, a real OpenID and a real SAML provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from signing_on import DESK_PASSWORD, Company, Visitor, company

from servers.fixtures import site_fixture
from servers.openid import OpenidSite
from servers.simplesamlphp import SamlSite

pytestmark = pytest.mark.any_database

pytest.importorskip("onelogin", reason="SAML needs the extra saml: pip install 'kulanz[saml]'")
openid = site_fixture("openid")
simplesamlphp = site_fixture("simplesamlphp")
WAYS = ("by_openid", "by_saml")


@pytest.fixture(scope="module")
def known(openid: OpenidSite, simplesamlphp: SamlSite) -> None:
    """What both providers tell of people: the same, except whether an address is verified."""
    for name in ("alice", "bob", "carla", "grete", "hugo"):
        address, groups = f"{name}@kontaktor.example", ["support"] if name != "hugo" else ["sales"]
        whole = {"given_name": name.title(), "family_name": "Beispiel"}
        openid.know(name, email=address, email_verified=True, groups=groups, **whole)
        named = {"givenName": [name.title()], "sn": ["Beispiel"]}
        simplesamlphp.know(name, mail=[address], groups=groups, **named)


@pytest.fixture(scope="module")
def shut(
    tmp_path_factory: pytest.TempPathFactory, openid: OpenidSite, simplesamlphp: SamlSite, known: None
) -> Iterator[Company]:
    """A desk to which nobody comes whom no admin made a member."""
    folder = tmp_path_factory.mktemp("shut") / "desk"
    settings = {"KULANZ_SIGN_ON_DOMAINS": "kontaktor.example"}
    with company(folder, openid, simplesamlphp, settings) as made:
        yield made


@pytest.fixture(scope="module")
def joined(
    tmp_path_factory: pytest.TempPathFactory, openid: OpenidSite, simplesamlphp: SamlSite, known: None
) -> Iterator[Company]:
    """A desk that one group may join; it has the SAML provider's description as a file."""
    folder = tmp_path_factory.mktemp("joined") / "desk"
    description = folder.with_name("idp.xml")
    description.write_bytes(requests.get(simplesamlphp.metadata, timeout=30).content)
    settings = {
        "KULANZ_SAML_METADATA": str(description),
        "KULANZ_SIGN_ON_DOMAINS": "kontaktor.example",
        "KULANZ_SIGN_ON_GROUPS": "support,service",
        "KULANZ_SIGN_ON_JOIN": "yes",
    }
    with company(folder, openid, simplesamlphp, settings) as made:
        yield made


@pytest.mark.parametrize(("way", "name"), [("by_openid", "alice"), ("by_saml", "bob")])
def test_a_member_whom_an_admin_made_is_known_by_the_address(shut: Company, way: str, name: str) -> None:
    visitor = Visitor(shut)
    assert "<h1>Radar</h1>" in getattr(visitor, way)(name).text
    assert shut.desk.act("members")[name]["password"] is False
    again = Visitor(shut)
    assert "<h1>Radar</h1>" in getattr(again, way)(name).text


def test_the_session_from_before_is_of_no_use_afterwards(shut: Company) -> None:
    """Whoever planted a session in somebody's browser does not share it once they are in."""
    visitor = Visitor(shut)
    visitor.begin("oidc")
    planted = visitor.cookies["sessionid"]
    visitor.by_openid("alice")
    assert visitor.is_in
    attacker = Visitor(shut)
    attacker.cookies.set("sessionid", planted, domain="127.0.0.1")
    assert not attacker.is_in


def test_a_second_factor_is_asked_for_all_the_same(shut: Company, openid: OpenidSite) -> None:
    openid.know("adam", email="adam@kontaktor.example", email_verified=True)
    shut.desk.act("second_factor", "adam")
    visitor = Visitor(shut)
    assert "Your account is protected" in visitor.by_openid("adam").text
    assert not visitor.is_in


def test_who_turns_back_at_the_provider_is_not_in(shut: Company) -> None:
    visitor = Visitor(shut)
    page = visitor.begin("oidc")
    assert "Not let in" in visitor.get(f"{page.url}/abort").text
    assert not visitor.is_in


def test_signing_out_ends_the_session(shut: Company) -> None:
    visitor = Visitor(shut)
    visitor.by_openid("alice")
    kept = visitor.cookies["sessionid"]
    assert visitor.is_in
    visitor.log_out()
    assert not visitor.is_in
    visitor.cookies.set("sessionid", kept, domain="127.0.0.1")
    assert not visitor.is_in


@pytest.mark.parametrize("way", WAYS)
def test_a_stranger_stays_out_where_nobody_may_join(shut: Company, way: str) -> None:
    visitor = Visitor(shut)
    arrived = getattr(visitor, way)("grete")
    assert arrived.status_code == 403
    assert "You are no member of this desk yet" in arrived.text
    assert not visitor.is_in
    assert "grete" not in shut.desk.act("members")


@pytest.mark.parametrize(("way", "name"), [("by_openid", "grete"), ("by_saml", "hanna")])
def test_who_may_join_has_no_role(
    joined: Company, openid: OpenidSite, simplesamlphp: SamlSite, way: str, name: str
) -> None:
    simplesamlphp.know("hanna", mail=["hanna@kontaktor.example"], groups=["service"], givenName=["Hanna"])
    visitor = Visitor(joined)
    arrived = getattr(visitor, way)(name)
    assert arrived.status_code == 403
    assert "You have no role yet" in arrived.text
    assert visitor.is_in
    member = joined.desk.act("members")[name]
    assert (member["email"], member["roles"]) == (f"{name}@kontaktor.example", [])
    assert member["name"].startswith(name.title())


@pytest.mark.parametrize("way", WAYS)
def test_who_is_in_no_allowed_group_stays_out(joined: Company, way: str) -> None:
    arrived = getattr(Visitor(joined), way)("hugo")
    assert arrived.status_code == 403
    assert "not open to this account" in arrived.text
    assert "hugo" not in joined.desk.act("members")


def test_a_member_who_leaves_the_group_stays_out_from_then_on(joined: Company, openid: OpenidSite) -> None:
    told = {"email": "carla@kontaktor.example", "email_verified": True}
    assert "<h1>Radar</h1>" in Visitor(joined).by_openid("carla").text
    openid.know("carla", **told, groups=["sales"])
    visitor = Visitor(joined)
    assert visitor.by_openid("carla").status_code == 403
    assert not visitor.is_in


@pytest.mark.parametrize(
    ("address", "verified"),
    [
        ("adam@kontaktor.example", False),
        ("adam@kontaktor.example", "false"),
        ("adam@elsewhere.example", True),
        ("adam@kontaktor.example.elsewhere.example", True),
        ("", True),
    ],
)
def test_an_address_that_is_not_surely_theirs_lets_nobody_in(
    shut: Company, openid: OpenidSite, address: str, verified: object
) -> None:
    openid.know("mallory", email=address, email_verified=verified, preferred_username="adam")
    visitor = Visitor(shut)
    assert visitor.by_openid("mallory").status_code == 403
    assert not visitor.is_in
    assert len(shut.desk.act("members")) == 4


@pytest.mark.parametrize(
    "lie",
    [
        {"unsigned": True},
        {"aud": "another service"},
        {"iss": "https://another.example"},
        {"exp": 1_000_000_000},
        {"sub": "bob"},
        {"name": "Ali\0ce"},
    ],
    ids=str,
)
def test_a_token_that_is_not_ours_lets_nobody_in(
    shut: Company, openid: OpenidSite, lie: dict[str, object]
) -> None:
    openid.lie(**lie)
    visitor = Visitor(shut)
    try:
        arrived = visitor.by_openid("alice")
    finally:
        openid.lie()
    assert "Not let in" in arrived.text
    assert not visitor.is_in


def test_an_answer_serves_once_and_in_one_browser_only(shut: Company) -> None:
    visitor = Visitor(shut)
    arrived = visitor.by_openid("alice")
    answer = next(each.url for each in arrived.history if "/callback/" in each.url)
    visitor.log_out()
    for other in (visitor, Visitor(shut)):
        assert "Not let in" in other.get(answer).text
        assert not other.is_in


def test_the_cookie_of_a_session_is_kept_from_scripts_and_other_sites(shut: Company) -> None:
    arrived = Visitor(shut).by_openid("alice")
    set_now = [value for each in arrived.history for value in each.raw.headers.getlist("Set-Cookie")]
    sessions = [value for value in set_now if value.startswith("sessionid=")]
    assert sessions
    assert all("HttpOnly" in value and "SameSite=Lax" in value for value in sessions)


def test_a_password_works_beside_it(shut: Company) -> None:
    visitor = Visitor(shut)
    page = visitor.get(f"{shut.desk.url}/login/login/")
    token = visitor.cookies["csrftoken"]
    given = {"csrfmiddlewaretoken": token, "login": "carla", "password": DESK_PASSWORD}
    assert "<h1>Radar</h1>" in visitor.post(page.url, given, headers={"Referer": page.url}).text
