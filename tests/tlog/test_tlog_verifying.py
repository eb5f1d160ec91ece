"""A whole log is verified from its files, and whatever was changed in it is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.tlog.checkpoints import Checkpoint, sign_checkpoint
from kulanz.tlog.errors import ForkError, FormatError, MissingError, SignatureError, TileError, TruncatedError
from kulanz.tlog.notes import SigningKey
from kulanz.tlog.tiles import Bundle, Tile, new_bundles, new_tiles
from kulanz.tlog.verifying import Wrong, verify_growth, verify_log
from written_log import KEY, VERIFIERS, entry, with_changed_byte, written

LOG = written([300, 66_000])
HEAD = LOG.heads[-1]
SMALL = written([300])
FILES = [named.path for named in [*new_tiles(0, 300), *new_bundles(0, 300)]]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600])
def test_an_honest_log_has_nothing_wrong(size: int):
    log = written([size])
    verdict = verify_log(log.files.get, VERIFIERS)
    assert verdict.ok
    assert verdict.checkpoint == log.heads[-1]
    assert verdict.checkpoint.size == size


@given(st.sampled_from(FILES), st.integers(0), st.integers(1, 255))
def test_the_changed_file_is_the_one_that_is_named(path: str, place: int, by: int):
    files = {**SMALL.files, path: with_changed_byte(SMALL.files[path], place, by)}
    verdict = verify_log(files.get, VERIFIERS)
    assert [wrong.path for wrong in verdict.wrong] == [path]
    assert verdict.wrong[0].reason.startswith(f"{path}: expected")


@pytest.mark.parametrize("path", FILES)
def test_a_missing_file_is_named(path: str):
    verdict = verify_log({**SMALL.files, path: None}.get, VERIFIERS)
    assert verdict.wrong == (Wrong(path, str(MissingError(path))),)


@pytest.mark.parametrize("path", ["tile/entries/100", "tile/entries/257.p/208"])
def test_one_of_many_bundles_is_named(path: str):
    verdict = verify_log({**LOG.files, path: with_changed_byte(LOG.files[path], -1)}.get, VERIFIERS)
    assert [wrong.path for wrong in verdict.wrong] == [path]


def test_entries_and_their_tile_changed_together_are_found_from_above():
    verdict = verify_log({**LOG.files, **changed_world()}.get, VERIFIERS)
    assert [wrong.path for wrong in verdict.wrong] == ["tile/0/003"]


def changed_world() -> dict[str, bytes]:
    """A bundle and its tile, from a log with another entry in them."""
    changed = written([800])
    changed.add([b"another entry", *map(entry, range(801, 1024))])
    return {path: changed.files[path] for path in (Tile(0, 3).path, Bundle(3).path)}


def test_all_tiles_rewritten_for_other_entries_fail_at_the_signed_root():
    forged = written([299])
    forged.add([b"another entry"])
    verdict = verify_log({**forged.files, "checkpoint": SMALL.checkpoint}.get, VERIFIERS)
    assert [wrong.path for wrong in verdict.wrong] == ["tile/0/001.p/44, tile/1/000.p/1"]
    assert "lead to the root" in verdict.wrong[0].reason


def test_of_very_many_wrong_files_a_hundred_are_named_and_a_huge_claim_ends_soon():
    empty = {path: b"" for path in LOG.files if path.startswith("tile/entries")}
    asked: list[str] = []
    files = {**LOG.files, **empty}
    assert len(verify_log(lambda path: asked.append(path) or files.get(path), VERIFIERS).wrong) == 100
    assert Bundle(100).path not in asked
    claimed = sign_checkpoint(Checkpoint(KEY.name, 2**62, bytes(32)), [KEY])
    verdict = verify_log({"checkpoint": claimed}.get, VERIFIERS)
    assert [wrong.path for wrong in verdict.wrong] == ["tile/entries/000", "tile/0/000"]


def test_without_a_signed_checkpoint_there_is_nothing_to_verify():
    with pytest.raises(MissingError):
        verify_log({}.get, VERIFIERS)
    with pytest.raises(FormatError):
        verify_log({"checkpoint": b""}.get, VERIFIERS)
    with pytest.raises(SignatureError):
        verify_log(SMALL.files.get, [SigningKey("other", bytes(32)).verifier])


def test_a_log_that_only_grew_is_told_from_one_that_did_not():
    for old in LOG.heads:
        verify_growth(old, HEAD, LOG.files.get)
    with pytest.raises(TruncatedError, match="at least 66000 entries, got one of 300"):
        verify_growth(HEAD, LOG.heads[1], LOG.files.get)
    forged = written([299])
    for more in ([b"another entry"], [b"and more"]):
        forged.add(more)
        with pytest.raises(ForkError, match="it shows two histories"):
            verify_growth(SMALL.heads[-1], forged.heads[-1], forged.files.get)
    forged = written([299])
    with pytest.raises(ForkError, match="it shows two histories"):
        verify_growth(SMALL.heads[-1], forged.add([b"another entry"]), {}.get)
    with pytest.raises(ForkError, match="expected a checkpoint of elsewhere"):
        verify_growth(Checkpoint("elsewhere", 0, bytes(32)), HEAD, LOG.files.get)


def test_growth_is_not_judged_by_tiles_that_are_wrong():
    path = "tile/0/000"
    with pytest.raises(TileError) as raised:
        verify_growth(
            LOG.heads[1], HEAD, {**LOG.files, "tile/1/000": with_changed_byte(LOG.files["tile/1/000"], 1)}.get
        )
    assert raised.value.path == "tile/1/000"
    with pytest.raises(MissingError, match=path):
        verify_growth(written([3]).heads[-1], HEAD, {**LOG.files, path: None}.get)
