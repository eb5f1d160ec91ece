"""The verifier for the browser: a real Chromium over real files, untouched and with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Route

from kulanz.tlog.notes import SigningKey
from kulanz.tlog.receipts import make_receipt
from written_log import KEY, WrittenLog, entry, with_changed_byte, written

MODULE: Final = Path(__file__).parents[2] / "src/kulanz/desk/web/static/verify-log.js"
SITE: Final = "https://log.example/"
SIZES: Final = (600, 66_000)
CALL: Final = """async ([name, values]) => {
    const verify = (await import("/verify-log.js"))[name];
    return verify({...values, entryBytes: new TextEncoder().encode(values.entry)});
}"""
ENTRY_STEPS: Final = ["signature", "edge", "place", "entry"]


@pytest.fixture(scope="module")
def log() -> WrittenLog:
    return written(SIZES)


class Visit:
    """A page that serves the log's files, and calls the module."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.files: dict[str, bytes] = {}

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path in {"", "verify-log.js"}:
            kind = "text/javascript" if path else "text/html"
            route.fulfill(body=MODULE.read_bytes() if path else b"", content_type=kind)
        elif (content := self.files.get(path.removeprefix("log/"))) is not None:
            route.fulfill(body=content)
        else:
            route.fulfill(status=404)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def call(self, name: str, **values: object) -> tuple[bool, list[str], str]:
        """Whether it verifies, the codes of the steps, and the last one's words."""
        given = {"base": f"{SITE}log", "vkey": str(KEY.verifier), **values}
        found = self._page.evaluate(CALL, [name, given])
        assert found["ok"] == all(step["ok"] for step in found["steps"])
        return found["ok"], [step["code"] for step in found["steps"]], found["steps"][-1]["text"]

    def entry(self, index: int, **values: object) -> tuple[bool, list[str], str]:
        return self.call("verifyEntry", index=index, entry=entry(index).decode(), **values)


@contextmanager
def visiting(browser: Any, log: WrittenLog) -> Iterator[Visit]:
    context = browser.new_context()
    page = context.new_page()
    visit = Visit(page)
    visit.files = dict(log.files)
    page.route("**/*", visit.answer)
    page.goto(SITE)
    yield visit
    context.close()


@pytest.fixture(scope="module")
def opened(browser: Any, log: WrittenLog) -> Iterator[Visit]:
    with visiting(browser, log) as visit:
        yield visit


@pytest.fixture
def visit(opened: Visit, log: WrittenLog) -> Visit:
    opened.files = dict(log.files)
    return opened


def test_every_place_of_an_untouched_log_verifies(visit: Visit):
    for index in (0, 255, 256, 65_535, 65_536, 65_999):
        verified, steps, words = visit.entry(index)
        assert verified, words
        assert steps == ENTRY_STEPS
        assert words == f"The entry has this fingerprint: it is in the log at place {index}, unchanged."


@pytest.mark.parametrize("path", ["tile/0/003", "tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"])
def test_one_changed_tile_fails_and_is_named(path: str, visit: Visit):
    visit.files[path] = with_changed_byte(visit.files[path], 5)
    verified, steps, words = visit.entry(1000)
    assert not verified
    assert steps[-1] == "wrong_tile"
    assert path in words


def test_what_the_browser_has_kept_is_asked_for_again(visit: Visit):
    visit.evaluate(
        "() => { const real = fetch; globalThis.asked = new Set();"
        " globalThis.fetch = (at, how) => { asked.add(how.cache); return real(at, how); }; }"
    )
    assert visit.entry(1000)[0]
    assert sorted(visit.evaluate("() => [...asked]")) == ["no-cache", "no-store"]


def test_a_partial_tile_that_was_deleted_is_read_from_the_full_one(visit: Visit, log: WrittenLog):
    early = written(SIZES[:1])
    visit.files = {path: content for path, content in log.files.items() if ".p/88" not in path}
    visit.files |= {"checkpoint": early.checkpoint, "tile/1/000.p/2": log.files["tile/1/000"]}
    assert visit.entry(599)[:2] == (True, ENTRY_STEPS)


CHECKPOINT: Final = written([3]).checkpoint


@pytest.mark.parametrize(
    ("changed", "values", "code"),
    [
        ({}, {"entry": "another"}, "wrong_entry"),
        ({}, {"index": 66_000}, "not_there"),
        ({}, {"index": -1}, "not_there"),
        ({}, {"vkey": "log.example/kulanz+00000000+AAAA"}, "bad_key"),
        ({}, {"vkey": "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"}, "not_signed"),
        ({"checkpoint": CHECKPOINT.replace(b"\n3\n", b"\n4\n")}, {}, "wrong_signature"),
        ({"checkpoint": CHECKPOINT[:-2]}, {}, "bad_checkpoint"),
        ({"checkpoint": b"\xff\n\n"}, {}, "bad_checkpoint"),
        ({"checkpoint": b""}, {}, "bad_checkpoint"),
        ({"checkpoint": None}, {}, "no_file"),
        ({"tile/0/003": None}, {}, "no_file"),
        ({"tile/0/003": b"short"}, {}, "wrong_tile"),
    ],
    ids=range(12),
)
def test_what_is_wrong_is_told(changed: dict[str, bytes], values: dict[str, object], code: str, visit: Visit):
    visit.files |= changed
    verified, steps, _ = visit.call("verifyEntry", **{"index": 1000, "entry": entry(1000).decode(), **values})
    assert (verified, steps[-1]) == (False, code)


def test_any_key_that_the_log_had_will_do(visit: Visit):
    later = str(SigningKey(KEY.name, bytes(32)).verifier)
    assert visit.entry(1000, vkey=[later, str(KEY.verifier)])[:2] == (True, ENTRY_STEPS)
    assert visit.entry(1000, vkey=[later])[:2] == (False, ["not_signed"])


def test_receipts_verify_without_the_log(visit: Visit, log: WrittenLog):
    visit.files = {}
    for index in (0, 1000, 65_999):
        proof = bytes(make_receipt(index, log.checkpoint, log.tiles(), extra=b"x")).decode()
        text = entry(index).decode()
        assert visit.call("verifyReceipt", proofText=proof, entry=text)[:2] == (True, ["signature", "proof"])
        for wrong in (
            {"entry": f"{text}."},
            {"proofText": proof.replace(f"index {index}\n", f"index {index + 1}\n")},
            {"proofText": proof.replace("\n66000\n", "\n66001\n")},
            {"proofText": proof.replace("tlog-proof", "tlog-poof")},
        ):
            assert not visit.call("verifyReceipt", **{"proofText": proof, "entry": text, **wrong})[0]


def test_the_only_entry_of_a_log_needs_no_hashes(visit: Visit):
    log = written([1])
    visit.files = dict(log.files)
    proof = bytes(make_receipt(0, log.checkpoint, log.tiles())).decode()
    assert visit.entry(0)[:2] == (True, ENTRY_STEPS)
    assert visit.call("verifyReceipt", proofText=proof, entry=entry(0).decode())[0]


def test_texts_come_in_another_language(visit: Visit):
    words = {"not_there": "Platz {index} von {size}"}
    assert visit.entry(70_000, words=words)[2] == "Platz 70000 von 66000"


def test_a_browser_without_the_cryptography_says_so(browser: Any, log: WrittenLog):
    with visiting(browser, log) as visit:
        visit.evaluate("() => { crypto.subtle.importKey = async () => { throw new Error(); }; }")
        assert visit.entry(0)[1:] == (
            ["no_ed25519"],
            "This browser cannot verify Ed25519 signatures. Take a current one, or the command kulanz log.",
        )
