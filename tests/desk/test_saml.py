"""What a desk refuses of a SAML provider, real but for what an attacker changes on the way."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from signing_on import Company, Visitor, changed, company

from servers.fixtures import site_fixture
from servers.openid import OpenidSite
from servers.simplesamlphp import PASSWORD, SamlSite

pytest.importorskip("onelogin", reason="SAML needs the extra saml: pip install 'kulanz[saml]'")
openid = site_fixture("openid")
simplesamlphp = site_fixture("simplesamlphp")
ENTITY = b64encode(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').decode()


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, openid: OpenidSite, simplesamlphp: SamlSite
) -> Iterator[Company]:
    for name in ("alice", "bob"):
        simplesamlphp.know(name, mail=[f"{name}@kontaktor.example"])
    folder = tmp_path_factory.mktemp("saml") / "desk"
    settings = {"KULANZ_SIGN_ON_DOMAINS": "kontaktor.example"}
    with company(folder, openid, simplesamlphp, settings) as made:
        yield made


@pytest.fixture
def visitor(desk: Company) -> Visitor:
    return Visitor(desk)


def refused(visitor: Visitor, response: dict[str, str], why: str) -> None:
    """The response lets nobody in, and the log of the desk says why."""
    arrived = visitor.deliver(response)
    assert "Not let in" in arrived.text
    assert not visitor.is_in
    assert why in visitor.at.log


@pytest.mark.parametrize(
    ("pattern", "instead", "why"),
    [
        ("alice@kontaktor", "bob@kontaktor", "Signature validation failed"),
        ("(<ds:SignatureValue>).{8}", r"\1AAAABBBB", "Signature validation failed"),
        ("<ds:Signature .*?</ds:Signature>", "", "No Signature found"),
        ("<saml:Assertion.*</saml:Assertion>", "", "invalid_response"),
    ],
    ids=["changed", "wrong", "unsigned", "empty"],
)
def test_a_response_that_the_provider_did_not_sign_like_that(
    visitor: Visitor, pattern: str, instead: str, why: str
) -> None:
    refused(visitor, changed(visitor.saml_response("alice"), pattern, instead), why)


def test_a_comment_within_an_address_cuts_nothing_off(desk: Company, visitor: Visitor) -> None:
    """Signatures do not see comments: a reader who stops at one takes the beginning for the whole."""
    desk.saml.know("mallory", mail=["alice@kontaktor.example.mallory.example"])
    response = changed(visitor.saml_response("mallory"), r"example\.mallory", "example<!-- -->.mallory")
    assert "not open to this account" in visitor.deliver(response).text
    assert not visitor.is_in


def test_a_response_whose_time_is_over(desk: Company, visitor: Visitor) -> None:
    desk.trust(desk.entity, **{"assertion.lifetime": -1_000})
    try:
        late = visitor.saml_response("alice")
    finally:
        desk.trust(desk.entity)
    refused(visitor, late, "Could not validate timestamp: expired")


def test_a_response_for_another_service(desk: Company, visitor: Visitor) -> None:
    """The provider lets Alice into another service, which hands her response on to us."""
    desk.trust("https://another.example")
    start = f"{desk.saml.url}/saml2/idp/SSOService.php?spentityid=https://another.example"
    response = visitor.saml_response("alice", visitor.get(start))
    refused(visitor, response, "is not a valid audience for this Response")


def test_a_response_that_nobody_asked_for(desk: Company, visitor: Visitor) -> None:
    start = f"{desk.saml.url}/saml2/idp/SSOService.php?spentityid={desk.entity}"
    refused(visitor, visitor.saml_response("alice", visitor.get(start)), "IdP initiated SSO rejected")


def test_a_response_serves_once_and_in_one_browser_only(desk: Company, visitor: Visitor) -> None:
    response = visitor.saml_response("alice")
    elsewhere = Visitor(desk)
    refused(elsewhere, response, "PermissionDenied")
    assert "<h1>Radar</h1>" in visitor.deliver(response).text
    visitor.log_out()
    refused(visitor, response, "PermissionDenied")


def test_a_used_assertion_in_an_answer_to_a_new_question(desk: Company, visitor: Visitor) -> None:
    """Only the assertion is signed: what is around it says that it answers the attacker's own question."""
    stolen = visitor.saml_response("alice")
    attacker = Visitor(desk)
    asked = b64decode(attacker.saml_response("bob")["SAMLResponse"]).decode()
    question = re.search(r'<samlp:Response[^>]*InResponseTo="([^"]+)"', asked)
    assert question is not None
    pattern = r'(<samlp:Response[^>]*InResponseTo=")[^"]+'
    refused(attacker, changed(stolen, pattern, rf"\g<1>{question[1]}"), "SubjectConfirmation")


@pytest.mark.parametrize(
    "body",
    ["", "not base64!", "PGE+", "AAAA", ENTITY, "A" * 600_000],
    ids=["none", "words", "element", "zeros", "entity", "long"],
)
def test_what_is_no_response_at_all(visitor: Visitor, body: str) -> None:
    arrived = visitor.deliver({"SAMLResponse": body})
    assert 400 <= arrived.status_code < 500
    assert not visitor.is_in


def test_logging_out_at_the_provider_ends_the_session_here(desk: Company, visitor: Visitor) -> None:
    visitor.by_saml("alice")
    assert visitor.is_in
    visitor.get(f"{desk.saml.url}/saml2/idp/initSLO.php?RelayState={desk.desk.url}/login/login/")
    assert not visitor.is_in


def test_nobody_else_logs_a_member_out(desk: Company, visitor: Visitor) -> None:
    visitor.by_saml("alice")
    first = visitor.get(
        f"{desk.saml.url}/saml2/idp/initSLO.php?RelayState={desk.desk.url}/login/login/",
        allow_redirects=False,
    )
    request = next(step for step in follow(visitor, first) if "/saml/company/sls/" in step)
    unsigned = re.sub(r"&(Signature|SigAlg)=[^&]*", "", request)
    for forged in (unsigned, request.replace("Signature=", "Signature=AAAA")):
        assert visitor.get(forged).status_code in (400, 403)
        assert visitor.is_in


def follow(visitor: Visitor, answer: requests.Response) -> Iterator[str]:
    """Where redirects lead, without going to the last that is asked for."""
    while location := answer.headers.get("Location"):
        yield location
        answer = visitor.get(location, allow_redirects=False)


def test_the_desk_describes_itself_to_the_provider(desk: Company, visitor: Visitor) -> None:
    described = visitor.get(desk.entity)
    assert f'entityID="{desk.entity}"' in described.text
    assert f'Location="{desk.desk.url}/login/saml/company/acs/"' in described.text


def test_the_waiting_response_is_kept_from_scripts(visitor: Visitor) -> None:
    arrived = visitor.by_saml("alice")
    set_now = [value for each in arrived.history for value in each.raw.headers.getlist("Set-Cookie")]
    kept = next(value for value in set_now if value.startswith("saml-acs-session="))
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert "Path=/login/saml/company/acs/finish/" in kept


@pytest.mark.parametrize("kind", ["oidc", "saml"])
def test_a_browser_comes_in_from_the_providers_site_and_sees_no_warning(
    desk: Company, kind: str, browser: Any
) -> None:
    """A real browser keeps cookies from other sites' forms, and enforces our policy."""
    desk.openid.know("alice", email="alice@kontaktor.example", email_verified=True)
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(f"{page.url}: {message.text}"))
    page.goto(f"{desk.desk.url}/login/login/")
    page.locator(f'form[action*="/{kind}/company/"] button').click()
    page.wait_for_url(f"{desk.openid.url if kind == 'oidc' else desk.saml.url}/**")
    page.locator('input[name="login"], input[name="username"]').fill("alice")
    page.locator('input[type="password"]').fill(PASSWORD)
    page.locator('button[type="submit"]').click()
    if kind == "oidc":
        page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{desk.desk.url}/")
    assert page.get_by_role("heading", name="Radar").is_visible()
    assert [each for each in told if each.startswith(desk.desk.url)] == []
    context.close()
