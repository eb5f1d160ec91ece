"""nginx with the configuration of the docs: it is taken, and shows the log as the desk does."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from desk_site import DeskSite, desk_site
from kulanz.logstores import FolderStore
from servers.dovecot import certify
from servers.frame import ServerError
from servers.nginx import Nginx, documented
from written_log import written

FOR_EVER = "public, max-age=31536000, immutable"


def answered(address: str, path: str, **headers: str) -> tuple[int, Message]:
    """Status and headers of what a server answers."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=given)
    answer = connection.getresponse()
    connection.close()
    return answer.status, answer.headers


@pytest.fixture(scope="module")
def blocks() -> dict[str, str]:
    """The parts of the configuration by what they are for."""
    files, before, pages = documented("serve-the-log.md")
    (server,) = documented("install-on-a-server.md")
    return {"files": files, "before": before, "pages": pages, "server": server}


@pytest.mark.parametrize("change", [("", ""), ("proxy_cache kulanz;", "proxy_cache another;")])
def test_nginx_takes_all_of_it_together(
    nginx: Nginx, blocks: dict[str, str], tmp_path: Path, change: tuple[str, str]
) -> None:
    head, location, rest = blocks["server"].partition("    location / {")
    text = "".join((blocks["before"], head, blocks["files"], blocks["pages"], location, rest))
    text = certified(text.replace("/var/cache/nginx/kulanz", str(tmp_path)), tmp_path)
    if change[0]:
        with pytest.raises(ServerError, match="another"):
            nginx.check(text.replace(*change))
    else:
        nginx.check(text)


def test_nginx_takes_several_machines(nginx: Nginx, tmp_path: Path) -> None:
    (text,) = documented("run-on-several-machines.md")
    nginx.check(certified(text, tmp_path))


def certified(text: str, folder: Path) -> str:
    """A configuration with a certificate that is there."""
    certify(folder)
    for named, here in (("fullchain.pem", "certificate.pem"), ("privkey.pem", "key.pem")):
        text = text.replace(f"/etc/letsencrypt/live/desk.example.org/{named}", str(folder / here))
    return text


@pytest.fixture(scope="module")
def shown(nginx: Nginx, blocks: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A log of 300 entries in a folder, as the configuration shows it."""
    folder = tmp_path_factory.mktemp("log")
    store = FolderStore(folder)
    for path, content in {**written([300]).files, "staging/300-1": b"undecided"}.items():
        store.create(path, content)
    with nginx.serve(blocks["files"].replace("/srv/kulanz-log", str(folder))) as address:
        yield address


@pytest.mark.parametrize(
    ("path", "kept", "kind"),
    [
        ("checkpoint", "no-cache", "text/plain; charset=utf-8"),
        ("tile/0/000", FOR_EVER, "application/octet-stream"),
        ("tile/0/001.p/44", FOR_EVER, "application/octet-stream"),
        ("tile/entries/000", FOR_EVER, "application/octet-stream"),
    ],
)
def test_the_logs_files_are_kept_as_long_as_they_hold(shown: str, path: str, kept: str, kind: str) -> None:
    status, told = answered(shown, f"/log/{path}")
    assert (status, told["Cache-Control"], told["Content-Type"]) == (HTTPStatus.OK, kept, kind)
    assert (told["Access-Control-Allow-Origin"], told["X-Content-Type-Options"]) == ("*", "nosniff")
    assert answered(shown, f"/log/{path}", If_None_Match=told["ETag"])[0] == HTTPStatus.NOT_MODIFIED


@pytest.mark.parametrize(
    "path", [".lock", "staging/300-1", "tile/0/009", "tile/../staging/300-1", "tile../.lock", "tile/", ""]
)
def test_nothing_else_of_the_folder_is_shown_or_kept(shown: str, path: str) -> None:
    status, told = answered(shown, f"/log/{path}")
    assert status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN)
    assert told["Cache-Control"] is None


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    settings = {"KULANZ_PUBLIC_PAGES": "yes"}
    with desk_site(tmp_path_factory.mktemp("desk"), settings=settings) as running:
        yield running


def test_pages_for_everybody_come_from_the_cache_once_for_each_language(
    nginx: Nginx, blocks: dict[str, str], desk: DeskSite, tmp_path: Path
) -> None:
    before = blocks["before"].replace("/var/cache/nginx/kulanz", str(tmp_path))
    rest = "\nlocation / { proxy_pass http://127.0.0.1:8750; }"
    within = (blocks["pages"] + rest).replace("127.0.0.1:8750", f"127.0.0.1:{desk.port}")
    asked = [
        ("/record", "de-AT,de;q=0.9,en;q=0.8", "de", "MISS"),
        ("/record", "fr-CH, fr;q=0.9, de;q=0.8, en;q=0.1", "de", "HIT"),
        ("/record", "en-GB", "en", "MISS"),
        ("/record", "fr", "en", "MISS"),
        ("/record", "", "en", "HIT"),
        ("/record?lang=de", "en", "de", "MISS"),
        ("/record.atom", "de", "de", "MISS"),
        ("/rules", "de", "de", "MISS"),
        ("/receipt", "de", "de", None),
    ]
    with nginx.serve(within, before) as address:
        for path, wish, lang, cached in asked:
            status, told = answered(address, path, Accept_Language=wish, Cookie="sessionid=x")
            got = (status, told["Content-Language"], told["X-Cache-Status"])
            assert got == (HTTPStatus.OK, lang, cached), (path, wish)
            assert told["Set-Cookie"] is None
