"""Responses of a SAML provider may come from anybody, so they are counted by address."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.test import RequestFactory

pytest.importorskip("onelogin", reason="SAML needs the extra saml: pip install 'kulanz[saml]'")

from kulanz.desk.web.signon import saml

pytestmark = pytest.mark.django_db
A_MINUTE = 60


def delivered(address: str) -> HttpResponse:
    request = RequestFactory().post("/login/saml/company/acs/", REMOTE_ADDR=address)
    request.user = AnonymousUser()
    answer: HttpResponse = saml.acs(request)
    return answer


def test_one_address_sends_only_so_many_and_keeps_nobody_else_out() -> None:
    for _ in range(A_MINUTE):
        with pytest.raises(BadRequest):
            delivered("192.0.2.7")
    refused = delivered("192.0.2.7")
    assert refused.status_code == 429
    assert "Wait a minute" in refused.content.decode()
    with pytest.raises(BadRequest):
        delivered("192.0.2.8")
