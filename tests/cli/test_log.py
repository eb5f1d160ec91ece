"""Anybody's log, verified by command: whole, tampered with, and watched while it forks or takes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import structs
from running import Run

from kulanz.logstores import FolderStore
from kulanz.logstores.receipts import extra_of
from kulanz.testing.log_stores import KEY, write_log
from kulanz.testing.recorded import RecordedServer, Reply
from kulanz.tlog.entries import Entry, commitment, encode
from kulanz.tlog.notes import SigningKey
from kulanz.tlog.receipts import Receipt, parse_receipt

VKEY = str(KEY.verifier)
CONTENT = b"They dun me again."


def entries(count: int, start: int = 0) -> list[bytes]:
    subjects = {"post": commitment(bytes(32), CONTENT)}
    hidden = Entry(
        v=1, kind="measure", act="hide", at="2026-11-23T04:05:06Z", id="", source="s1", subjects=subjects
    )
    return [encode(structs.replace(hidden, id=f"{number:032}")) for number in range(start, start + count)]


@pytest.fixture
def folder(workplace: Path) -> Path:
    """A log of 300 entries."""
    write_log(FolderStore(workplace / "log"), entries(300))
    return workplace / "log"


def served(log: Path) -> RecordedServer:
    """A server that shows a log as it is now."""
    return RecordedServer(routes(log))


def routes(log: Path) -> dict[str, Reply]:
    files = [path for path in log.rglob("*") if path.is_file()]
    return {f"/log/{path.relative_to(log).as_posix()}": Reply(path.read_bytes()) for path in files}


def test_a_whole_log_is_verified_in_a_folder_and_over_http(folder: Path, run: Run) -> None:
    result = run("log", "verify", "log", "--key", VKEY)
    assert result.exit_code == 0
    assert "300 entries are whole" in result.output
    with served(folder) as server:
        assert run("log", "verify", f"{server.url}/log", "--key", VKEY).output == result.output


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_one_changed_byte_is_named_with_its_file(folder: Path, run: Run, path: str) -> None:
    content = bytearray((folder / path).read_bytes())
    content[20] ^= 1
    (folder / path).write_bytes(content)
    result = run("log", "verify", "log", "--key", VKEY)
    assert result.exit_code == 1
    assert f"WRONG  {path}" in result.stderr


def test_another_key_verifies_nothing(folder: Path, run: Run) -> None:
    other = str(SigningKey("log.example/kulanz", bytes(32)).verifier)
    for command in (["verify", "log"], ["monitor", "log", "--seen", "s.jsonl"]):
        result = run("log", *command, "--key", other)
        assert result.exit_code == 1
        assert "check the vkey" in result.stderr
    assert not Path("s.jsonl").exists()


def test_a_receipt_is_checked_without_the_log(folder: Path, run: Run) -> None:
    written = run("log", "proof", "7", "--of", "log", "--key", VKEY, "--output", "seven.tlog-proof")
    assert written.exit_code == 0
    receipt = Path("seven.tlog-proof")
    checked = run("log", "check", "seven.tlog-proof", "--key", VKEY)
    assert checked.exit_code == 0
    assert entries(1, 7)[0].decode() in checked.output
    receipt.write_bytes(receipt.read_bytes().replace(b"index 7", b"index 8"))
    assert run("log", "check", "seven.tlog-proof", "--key", VKEY).exit_code == 1
    receipt.write_bytes(b"no receipt")
    assert "expected a receipt" in run("log", "check", "seven.tlog-proof", "--key", VKEY).stderr
    assert run("log", "proof", "300", "--of", "log", "--key", VKEY, "--output", "x.tlog-proof").exit_code == 1


@pytest.mark.parametrize(("content", "status"), [(CONTENT, 0), (b"They thank me.", 1)])
def test_what_a_receipt_opens_is_shown_and_what_it_does_not_is_told(
    folder: Path, run: Run, content: bytes, status: int
) -> None:
    run("log", "proof", "7", "--of", "log", "--key", VKEY, "--output", "seven.tlog-proof")
    plain = parse_receipt(Path("seven.tlog-proof").read_bytes())
    extra = extra_of(entries(1, 7)[0], {"post": (bytes(32), content)})
    shown = Receipt(plain.index, plain.proof, plain.checkpoint, extra)
    Path("seven.tlog-proof").write_bytes(bytes(shown))
    result = run("log", "check", "seven.tlog-proof", "--key", VKEY)
    assert result.exit_code == status
    assert ("post: They dun me again." in result.output) is (status == 0)


def test_a_log_that_grows_is_watched_quietly(folder: Path, run: Run) -> None:
    with served(folder) as server:
        look = ("log", "monitor", f"{server.url}/log", "--key", VKEY, "--seen", "seen.jsonl")
        assert "300 entries, 300 more at the first look" in run(*look).output
        assert "0 more since" in run(*look).output
        write_log(FolderStore(folder), entries(5, 300))
        server.routes = routes(folder)
        assert "305 entries, 5 more since" in run(*look).output
    assert len(Path("seen.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize("count", [200, 300, 400], ids=["truncated", "forked", "forked and grown"])
def test_a_log_that_takes_back_or_forks_is_caught_with_evidence(
    folder: Path, workplace: Path, run: Run, count: int
) -> None:
    other = workplace / "other"
    write_log(FolderStore(other), entries(count, 0 if count < 300 else 1))
    with served(folder) as server:
        look = ("log", "monitor", f"{server.url}/log", "--key", VKEY, "--seen", "seen.jsonl")
        assert run(*look).exit_code == 0
        server.routes = routes(other)
        caught = run(*look)
        assert caught.exit_code == 4
        assert "ALARM" in caught.stderr
        assert run(*look).exit_code == 4
        server.routes = routes(folder)
        assert run(*look).exit_code == 0
    good, *wrong = [json.loads(line) for line in Path("seen.jsonl").read_text().splitlines()]
    assert all(each["wrong"] and each["checkpoint"] != good["checkpoint"] for each in wrong)
    assert (good.get("wrong"), len(wrong)) == ("", 2)


def test_a_fork_is_caught_though_its_tiles_were_withheld(folder: Path, workplace: Path, run: Run) -> None:
    other = workplace / "other"
    write_log(FolderStore(other), entries(310, 1))
    with served(folder) as server:
        look = ("log", "monitor", f"{server.url}/log", "--key", VKEY, "--seen", "seen.jsonl")
        assert run(*look).exit_code == 0
        server.routes = {"/log/checkpoint": Reply((other / "checkpoint").read_bytes())}
        assert [run(*look).exit_code for _ in range(2)] == [1, 1]
        write_log(FolderStore(folder), entries(10, 300))
        server.routes = routes(folder)
        assert run(*look).exit_code == 4
    good, unproven, wrong = [json.loads(line) for line in Path("seen.jsonl").read_text().splitlines()]
    assert (good["unproven"], good["wrong"]) == ("", "")
    assert "expected this file" in unproven["unproven"]
    assert "two histories" in wrong["wrong"]


@pytest.mark.parametrize("kept", [b"{", b"[]", b'{"at": "2026-11-23T08:00:00Z", "checkpoint": "\xff"}'])
def test_what_was_seen_is_not_begun_anew_where_it_cannot_be_read(folder: Path, run: Run, kept: bytes) -> None:
    Path("seen.jsonl").write_bytes(kept + b"\n")
    result = run("log", "monitor", "log", "--key", VKEY, "--seen", "seen.jsonl")
    assert result.exit_code == 1
    assert "do not begin with an empty file" in result.stderr
    assert Path("seen.jsonl").read_bytes() == kept + b"\n"


def test_a_server_that_fails_is_no_alarm(folder: Path, run: Run) -> None:
    with RecordedServer({}) as server:
        result = run("log", "monitor", f"{server.url}/log", "--key", VKEY, "--seen", "seen.jsonl")
    assert result.exit_code == 1
    assert "checkpoint: expected this file of the log" in result.stderr
    Path("seen.jsonl").write_text("{broken\n")
    result = run("log", "monitor", "log", "--key", VKEY, "--seen", "seen.jsonl")
    assert result.exit_code == 1
    assert "one checkpoint a line" in result.stderr
