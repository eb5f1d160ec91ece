"""nginx and Caddy in front of a desk, as the how-to sets them up: what visitors claim is not passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from test_proxy import TOO_MANY, wrong_passwords

from desk_site import DeskSite, desk_site
from servers import caddy as caddys
from servers import nginx as nginxs
from servers.caddy import Caddy
from servers.nginx import Nginx

pytestmark = pytest.mark.any_database

HOWTO = "install-on-a-server.md"
ROOT = Path(__file__).parents[2]
LARGEST = 25 * 1000 * 1000
"""What both let through, in Caddy's count, which is the smaller one."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    settings = {"KULANZ_TRUSTED_PROXY": "127.0.0.1"}
    with desk_site(tmp_path_factory.mktemp("desk"), settings=settings) as running:
        yield running


@pytest.fixture(scope="module")
def proxies(nginx: Nginx, caddy: Caddy, desk: DeskSite) -> Iterator[dict[str, str]]:
    """The addresses of both in front of one desk; without TLS, which tests of their own have."""
    (server,) = nginxs.documented(HOWTO)
    within = server[server.index("    client_max_body_size") : server.rindex("}")]
    site = caddys.documented(HOWTO)
    here = f"127.0.0.1:{desk.port}"
    with (
        nginx.serve(within.replace("127.0.0.1:8750", here)) as by_nginx,
        caddy.serve(site.replace("127.0.0.1:8750", here)) as by_caddy,
    ):
        yield {"nginx": by_nginx, "caddy": by_caddy}


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_static_files_come_through_and_foreign_names_are_refused(proxies: dict[str, str], name: str) -> None:
    page = requests.get(f"{proxies[name]}/login/login/", timeout=60)
    style = re.findall(r'href="(/static/[^"]+\.css)"', page.text)[0]
    answer = requests.get(f"{proxies[name]}{style}", timeout=60)
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (HTTPStatus.OK, "nosniff")
    assert answer.headers["Content-Encoding"] == "gzip", "nothing that many fetch goes out unpacked"
    foreign = requests.get(f"{proxies[name]}/login/login/", headers={"Host": "evil.example"}, timeout=60)
    assert 'name="login"' in page.text
    assert 'name="login"' not in foreign.text


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_a_body_that_is_too_large_is_refused(proxies: dict[str, str], name: str) -> None:
    connection = HTTPConnection(urlsplit(proxies[name]).netloc, timeout=60)
    connection.putrequest("POST", "/login/login/")
    connection.putheader("Content-Length", str(2 * LARGEST))
    connection.endheaders()
    answered = connection.getresponse().status if name == "nginx" else sent(connection)
    connection.close()
    assert answered == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def sent(connection: HTTPConnection) -> int:
    """Send so much that Caddy, which counts what arrives, refuses it."""
    with suppress(OSError):
        connection.send(b"x" * (2 * LARGEST))
    return connection.getresponse().status


def test_tries_count_for_where_they_come_from_whatever_they_say(proxies: dict[str, str]) -> None:
    """Ten by nginx and one by Caddy make eleven of one address: neither passed on what was made up."""
    wrong_passwords(proxies["nginx"], range(10), referer="https://127.0.0.1/login/login/")
    assert TOO_MANY in wrong_passwords(proxies["caddy"], range(10, 11))


def test_caddy_takes_the_files_of_the_docs_and_of_the_compose_file(caddy: Caddy) -> None:
    log = (ROOT / "docs" / "howto" / "serve-the-log.md").read_text("utf-8")
    (files,) = re.findall(r"^```text\n(handle /log/checkpoint.*?)^```$", log, re.MULTILINE | re.DOTALL)
    site = caddys.documented(HOWTO)
    caddy.check(site.replace("    reverse_proxy", f"{files}    reverse_proxy"))
    composed = (ROOT / "deploy" / "container" / "Caddyfile").read_text("utf-8")
    caddy.check(composed.replace("{$KULANZ_URL}", "https://desk.example.org"))
