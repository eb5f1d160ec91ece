"""Somebody before the desk, with a browser of their own; what the browser complains of is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

WORD: Final = "a long enough password"
AXE: Final = Path(__file__).parent / "vendor" / "axe.min.js"
SERIOUS: Final = ("serious", "critical")
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_MOST_TABS: Final = 500
_NUMBER: Final = re.compile(r"/\d+")
_LINKS: Final = """links => links.filter(link => !link.hasAttribute('download'))
    .map(link => link.getAttribute('href'))"""
_NO_PAGES: Final = ("/static/", "/api/", "/hooks/", "#", "mailto:", "/login/logout")
_PUBLIC: Final = re.compile(r"/(appeal|log|my-data|promises|receipts?|record|report|rules)(?![a-z-])")


class Visitor:
    """A page in a browser, asked as people ask: by what they see."""

    def __init__(self, browser: Any, url: str, **look: Any) -> None:
        self.url = url
        self.context = browser.new_context(**look)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {text}")

    def log_in(self, name: str, password: str) -> None:
        """Log in by keyboard alone."""
        self.see("/login/login/")
        self.page.focus("[name=login]")
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def see(self, path: str) -> int:
        """Go to a page and return its status."""
        answer = self.page.goto(self.url + path, wait_until="load")
        return int(answer.status) if answer else 0

    def submit(self, form: str, **fields: str) -> None:
        """Fill and send the first form whose target ends so, by keyboard and its last own button in sight.

        What holds it is opened before.
        """
        found = self.page.locator(f'form[action$="{form}"]').first
        closed = found.locator("xpath=ancestor::details[not(@open)][1]/summary")
        if closed.count():
            self.reach(closed)
            self.page.keyboard.press("Enter")
        for name, value in fields.items():
            self._fill(found.locator(f'[name="{name}"]'), value)
        self.follow(found.locator("button:not([formaction]):visible").last)

    def send(self, form: str, **fields: str) -> None:
        """The same as ``submit`` by mouse, which is fast where keys are not what is tried."""
        found = self.page.locator(f'form[action$="{form}"]').first
        closed = found.locator("xpath=ancestor::details[not(@open)][1]/summary")
        if closed.count():
            closed.click()
        for name, value in fields.items():
            field = found.locator(f'[name="{name}"]')
            chosen = field.evaluate("field => field.tagName") == "SELECT"
            field.select_option(value) if chosen else field.fill(value)
        self.go(found.locator("button:not([formaction]):visible").last)

    def go(self, control: Any) -> None:
        """Go where a link or a button leads, by mouse."""
        with self.page.expect_navigation():
            control.click()

    def follow(self, control: Any) -> None:
        """Go where a link or a button leads, by keyboard alone."""
        self.reach(control)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def reach(self, control: Any) -> None:
        """Press Tab until something has the focus."""
        for _ in range(_MOST_TABS):
            if control.evaluate("control => control === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: the key Tab does not lead to {control}")

    def _fill(self, field: Any, value: str) -> None:
        self.reach(field)
        if field.evaluate("field => field.tagName") == "SELECT":
            self.page.keyboard.type(field.locator(f'option[value="{value}"]').inner_text())
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(value)

    def heading(self) -> str:
        """What stands in the page's first heading; nothing where it has none."""
        first = self.page.locator("h1").first
        return str(first.inner_text()).strip() if first.count() else ""

    def text(self) -> str:
        """What stands on the page."""
        return str(self.page.inner_text("main"))

    def violations(self, rules: Sequence[str] | None = None) -> list[str]:
        """What axe finds on the page that keeps people out; by ``rules`` alone where they are named."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8") + ";0")
        only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": _RULES}
        asked = {"runOnly": only, "resultTypes": ["violations"]}
        found = self.page.evaluate("asked => axe.run(document, asked)", asked)["violations"]
        return [
            f"{self.page.url} {each['id']}: {each['help']}: {node['html'][:160]}"
            for each in found
            if each["impact"] in SERIOUS
            for node in each["nodes"][:3]
        ]

    def too_wide(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(
            self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    def pages(self, starts: Sequence[str], most: int) -> Iterator[str]:
        """Follow links and yield where they start and one address of every kind, the number in it aside."""
        waiting, known = list(starts), set(starts)
        while waiting and most:
            path = waiting.pop(0)
            if self.see(path) != 200:
                raise AssertionError(f"{path}: a link leads to no page")
            yield path
            most -= 1
            for link in self.page.eval_on_selector_all("a[href]", _LINKS):
                place = _page_of(link)
                kind = _NUMBER.sub("/N", place)
                if place and kind not in known:
                    known.add(kind)
                    waiting.append(place)


def _page_of(link: str) -> str:
    """The path that a link leads to within the desk; nothing for all others, and for pages for everybody."""
    parts = urlsplit(link)
    if _PUBLIC.match(parts.path):
        return ""
    if parts.scheme or parts.netloc or link.startswith(_NO_PAGES) or not parts.path.startswith("/"):
        return ""
    return parts.path
