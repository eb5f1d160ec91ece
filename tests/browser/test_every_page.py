"""Every page that a link leads to, in a browser: nobody is kept out, nothing is too wide, nothing fails.

With ``KULANZ_SCREENSHOTS=FOLDER`` a picture of each is left there.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from access_table import TABLE
from visitor import AXE, Visitor

from desk_site import DeskSite, desk_site
from written_log import with_changed_byte

MOST: Final = 120
# what is named with GET and is no page of its own
PARTS: Final = {
    "/issues/<int:pk>/presence",  # a line in the page, asked for by it
    "/cases/<int:pk>/presence",
    "/posts/<int:pk>",  # leads to the post in its conversation
    "/holds.csv",  # a file to keep
    "/monthly.csv",
    "/measures/statements.json",
    "/setup/audit.csv",
    "/setup/examples/<str:name>.jsonl",
    "/issues/<int:pk>/report.<slug:kind>",
}
PRINTED: Final = ("report", "replay", "monthly")
PAPER: Final = {"width": 673, "height": 1002}
BEYOND: Final = """Math.max(0, ...[...document.querySelectorAll("main table, main svg, main p")].map(each =>
    each.getBoundingClientRect().right - document.querySelector("main").getBoundingClientRect().right))"""
DRAWN: Final = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "wide": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "german": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "de-DE"},
    "german-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "locale": "de-DE"},
}
# Words are longest in German and windows narrowest on a phone; who wants all pictures gets all.
SEEN: Final = tuple(LOOKS) if "KULANZ_SCREENSHOTS" in os.environ else ("wide", "german-phone")
# All rules are asked once, then those that colours or a narrow window can break. Another language changes
# words and widths, not who is kept out. A page takes on the other colours without being asked for again.
NARROW: Final = ("target-size", "scrollable-region-focusable", "meta-viewport")
RULES: Final[dict[str, dict[str, tuple[str, ...] | None]]] = {
    "wide": {"light": None, "dark": ("color-contrast",)},
    "phone": {"light": NARROW},
    "german": {"light": NARROW, "dark": ("color-contrast",)},
    "german-phone": {"light": NARROW},
}
# what no link leads to, or only a link like another one
STARTS: Final = (
    "/search?q=mahnung",
    "/search?q=zzz",
    "/people/suggestions?show=apart",
    "/people/suggestions?show=merged",
)
PUBLIC: Final = (
    "/record", "/record?kind=measure&rule=no-insults", "/rules", "/rules/no-insults", "/rules/no-insults/2",
    "/promises", "/report", "/receipt", "/my-data", "/appeal",
)  # fmt: skip
PUBLIC_FILES: Final = (
    "/record.atom",
    "/rules.atom",
    "/report.csv",
    "/rules/no-insults/1/de.md",
    "/rules/none",
)
# nobody answers there
COMPANY_LOGIN: Final = {"KULANZ_OIDC_URL": "http://127.0.0.1:9", "KULANZ_OIDC_CLIENT": "desk"}


@dataclass
class Filled:
    """A desk full of things, and the password of somebody who may see all of them."""

    desk: DeskSite
    word: str
    headings: dict[str, str]
    """What stands above each page, read without scripts."""
    public: list[str]

    @property
    def pages(self) -> list[str]:
        """The addresses of all pages for members."""
        return list(self.headings)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Filled]:
    settings = {**COMPANY_LOGIN, "KULANZ_OIDC_SECRET": "known to nobody", "KULANZ_PUBLIC_PAGES": "yes"}
    with desk_site(tmp_path_factory.mktemp("pages"), settings=settings) as desk:
        made = desk.act("every_page", "en")
        person, uploaded = f"/people/{made['merged']}", f"/customers/imports/{made['uploaded']}"
        starts = ["/", *STARTS, person, f"{person}/erasing", uploaded]
        headings = _read_without_scripts(
            Visitor(browser, desk.url, java_script_enabled=False), made["word"], starts
        )
        public = [*PUBLIC, *(f"/record/{leaf}" for leaf in made["published"])]
        yield Filled(desk, made["word"], headings, public)


def _read_without_scripts(visitor: Visitor, word: str, starts: list[str]) -> dict[str, str]:
    """Log in, follow all links, and return the heading of each page."""
    visitor.see("/login/login/")
    visitor.page.fill("[name=login]", "alice")
    visitor.page.fill("[name=password]", word)
    visitor.page.press("[name=password]", "Enter")
    headings = {path: visitor.heading() for path in visitor.pages(starts, MOST)}
    visitor.context.close()
    return headings


def test_every_page_that_is_named_was_visited(filled: Filled) -> None:
    visited = {re.sub(r"/\d+", "/<int:pk>", urlsplit(path).path) for path in filled.pages}
    lines = (line.split() for lines in TABLE.values() for line in lines.strip().splitlines())
    named = {route for *methods, route in lines if "GET" in methods and not route.startswith("/api/")}
    assert sorted(named - PARTS - visited) == []


@pytest.mark.parametrize("look", SEEN)
def test_every_page_keeps_nobody_out(filled: Filled, browser: Any, look: str) -> None:
    filled.desk.act("speak", LOOKS[look].get("locale", "en")[:2])
    visitor = Visitor(browser, filled.desk.url, **LOOKS[look])
    visitor.log_in("alice", filled.word)
    found: list[str] = []
    for path in filled.pages:
        found += _seen(visitor, path, path, look)
    visitor.context.close()
    assert found + visitor.complaints == []


def _seen(visitor: Visitor, path: str, name: str, look: str) -> list[str]:
    """What is wrong with a page, in all colours that this look has; its pictures are taken."""
    found = [] if visitor.see(path) == 200 else [f"{path} is no page"]
    for colours, rules in RULES[look].items():
        visitor.page.emulate_media(color_scheme=colours)
        visitor.page.evaluate(DRAWN)
        _picture(visitor, name, look if colours == "light" else f"{look}-{colours}")
        found += visitor.violations(rules)
    visitor.page.emulate_media(color_scheme="light")
    if wider := visitor.too_wide():
        found.append(f"{path} is {wider} pixels too wide")
    return found


@pytest.mark.parametrize("look", ["phone", "german-phone"])
def test_the_login_keeps_nobody_out(filled: Filled, browser: Any, look: str) -> None:
    visitor = Visitor(browser, filled.desk.url, **LOOKS[look])
    for path in ("/login/login/", "/login/password/reset/", "/login/3rdparty/login/cancelled/"):
        visitor.see(path)
        _check_entrance(visitor, path, look)
    visitor.see("/login/login/")
    visitor.submit("/login/oidc/company/login/?process=login")
    _check_entrance(visitor, "no answer", look)
    visitor.context.close()


def _check_entrance(visitor: Visitor, name: str, look: str) -> None:
    assert visitor.violations() == []
    assert visitor.too_wide() == 0
    _picture(visitor, name, look)


def test_pages_can_be_read_without_scripts(filled: Filled) -> None:
    assert [path for path, heading in filled.headings.items() if not heading] == []


def test_nothing_is_cut_on_paper(filled: Filled, browser: Any) -> None:
    """A sheet of A4 between its margins, with German, the longer words."""
    filled.desk.act("speak", "de")
    visitor = Visitor(browser, filled.desk.url, viewport=PAPER)
    visitor.log_in("alice", filled.word)
    visitor.page.emulate_media(media="print")
    printed = [path for path in filled.pages if re.search(r"/(report|replay)$|/monthly$", path)]
    cut = {path: visitor.page.evaluate(BEYOND) for path in printed if visitor.see(path) == 200}
    visitor.context.close()
    assert len(cut) >= len(PRINTED)
    assert {path: by for path, by in cut.items() if by > 1} == {}


@pytest.mark.parametrize("look", SEEN)
def test_the_public_pages_keep_nobody_out(filled: Filled, browser: Any, look: str) -> None:
    visitor = Visitor(browser, filled.desk.url, **LOOKS[look])
    found: list[str] = []
    for path in filled.public:
        found += _seen(visitor, path, f"public{path[:30]}", look)
    assert visitor.context.cookies() == []
    visitor.context.close()
    assert found + visitor.complaints == []


def test_the_public_pages_tell_nothing_about_anybody(filled: Filled, browser: Any) -> None:
    """Names, addresses and sentences of the seeded desk: none stands where a stranger can read it."""
    private = filled.desk.act("private_words")
    assert len(private) > 100
    stranger = browser.new_context()
    entries = [path for path in filled.public if path.count("/") > 1 and "record" in path]
    files = [f"{path}/entry.{kind}" for path in entries for kind in ("json", "tlog-proof")]
    leaked: list[str] = []
    for path in (*filled.public, *PUBLIC_FILES, *files, "/log/checkpoint", "/log/tile/entries/000.p/8"):
        answer = stranger.request.get(filled.desk.url + path)
        told = html.unescape(answer.text()) if not path.endswith("tlog-proof") else _opened(answer.text())
        leaked += [
            f"{path}: {word}" for word in private if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", told)
        ]
        assert "set-cookie" not in answer.headers
    stranger.close()
    assert leaked == []


def test_the_demos_log_is_verified_until_a_tile_is_changed(filled: Filled, browser: Any) -> None:
    log = filled.desk.folder / "data" / "log"
    size = (log / "checkpoint").read_text("utf-8").splitlines()[1]
    tile = f"tile/0/000.p/{size}"
    kept = (log / tile).read_bytes()
    assert _verified(filled, browser)[0] == "Verified: the entry is in the log, unchanged."
    (log / tile).write_bytes(with_changed_byte(kept, 0))
    told = _verified(filled, browser)
    (log / tile).write_bytes(kept)
    assert told[0] == "Not verified. What is wrong:"
    assert told[-1] == f"✗ The file {tile} was changed: it does not give the signed sum."


def _verified(filled: Filled, browser: Any) -> list[str]:
    """What the page of a rule's publication says once its button was pressed, to somebody who comes anew."""
    visitor = Visitor(browser, filled.desk.url, **LOOKS["wide"])
    visitor.see("/record/1")
    assert "no-insults" in visitor.text()
    visitor.page.get_by_role("button", name="Verify in this browser").press("Enter")
    visitor.page.locator("#verify-here li").last.wait_for()
    told = [visitor.page.locator("#verify-here [role=status]").inner_text()]
    told += visitor.page.locator("#verify-here li").all_inner_texts()
    visitor.context.close()
    assert visitor.complaints == []
    return told


def _opened(receipt: str) -> str:
    """A receipt with what stands beside the proof."""
    extra = receipt.split("\n")[1].removeprefix("extra ")
    return receipt + base64.b64decode(json.loads(base64.b64decode(extra))["entry"]).decode()


def test_the_foreign_file_is_the_one_that_was_looked_at() -> None:
    told = (AXE.parent / "README.md").read_text("utf-8")
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() in told


def _picture(visitor: Visitor, path: str, look: str) -> None:
    folder = os.environ.get("KULANZ_SCREENSHOTS")
    if not folder:
        return
    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "radar"
    Path(folder).mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=Path(folder) / f"{name}.{look}.png", full_page=True)
