"""Logs that Kulanz wrote, verified by a program in Go that shares nothing with it."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from kulanz.logstores.folder import FolderStore
from kulanz.testing.log_stores import StoredHead
from kulanz.tlog.checkpoints import open_checkpoint
from kulanz.tlog.notes import SigningKey
from kulanz.tlog.sequencing import begin, sequence
from servers.go_verifier import GoVerifier
from written_log import KEY, WrittenLog, entry, with_changed_byte, written

VKEY = str(KEY.verifier)


def laid(log: WrittenLog, folder: Path) -> Path:
    for path, content in log.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def heads(log: WrittenLog) -> list[str]:
    return [f"{head.size}:{b64encode(head.root).decode()}" for head in log.heads if head.size]


@pytest.mark.parametrize(
    "sizes", [[1], [256], [3, 255, 257, 300], [1000, 5003, 7777], [65_536, 65_600]], ids=str
)
def test_go_verifies_what_kulanz_wrote(sizes: list[int], go_verifier: GoVerifier, tmp_path: Path):
    log = written(sizes)
    verified, words = go_verifier(laid(log, tmp_path), VKEY, heads(log))
    assert verified, words
    assert words == f"verified {sizes[-1]} entries and {len(sizes)} earlier heads\n"


def test_go_verifies_what_the_sequencer_laid_into_a_folder(go_verifier: GoVerifier, tmp_path: Path):
    store = FolderStore(tmp_path)
    head = StoredHead(store)
    later = SigningKey(KEY.name, bytes(32))
    begin(head, KEY.name, [KEY])
    told = []
    for sizes, signers in (((0, 300), [KEY]), ((300, 301), [KEY, later]), ((301, 900), [later])):
        assert sequence(store, head, [entry(number) for number in range(*sizes)], signers)
        said = open_checkpoint(head.read(), [key.verifier for key in signers])
        told.append(f"{said.size}:{b64encode(said.root).decode()}")
    assert go_verifier(tmp_path, str(later.verifier), told) == (
        True,
        "verified 900 entries and 3 earlier heads\n",
    )
    assert not go_verifier(tmp_path, VKEY)[0]


@pytest.mark.parametrize(
    "path", ["checkpoint", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000"]
)
def test_go_refuses_a_changed_file(path: str, go_verifier: GoVerifier, tmp_path: Path):
    log = written([600])
    log.files[path] = with_changed_byte(log.files[path], 40)
    verified, words = go_verifier(laid(log, tmp_path), VKEY)
    assert not verified, words


def test_go_refuses_another_history_and_another_key(go_verifier: GoVerifier, tmp_path: Path):
    log, other = written([600]), written([299])
    other.add([b"another entry"])
    folder = laid(log, tmp_path)
    assert go_verifier(folder, VKEY, heads(written([300])))[0]
    assert not go_verifier(folder, VKEY, heads(other)[-1:])[0]
    assert not go_verifier(folder, str(SigningKey(KEY.name, bytes(32)).verifier))[0]
