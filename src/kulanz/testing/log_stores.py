"""What every store of a public log must do, as a pytest class: subclass it once per store.

class TestOurs(StoreSuite):
    @pytest.fixture
    def objects(self, our_server) -> OurStore:
        return OurStore(our_server)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from kulanz.tlog.checkpoints import open_checkpoint
from kulanz.tlog.notes import SigningKey
from kulanz.tlog.sequencing import STAGING, Objects, StoreError, begin, sequence
from kulanz.tlog.tiles import CHECKPOINT_PATH, CheckedTiles

ORIGIN: Final = "log.example/kulanz"
KEY: Final = SigningKey(ORIGIN, bytes(range(32)))
_HEAD: Final = "head"
_RIVALS: Final = 4


class StoredHead:
    """A head kept in the store itself: where ``swap`` is right, that is enough."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def read(self) -> bytes:
        return self._objects.read(_HEAD) or b""

    def swap(self, seen: bytes, checkpoint: bytes) -> bool:
        return self._objects.swap(_HEAD, seen or None, checkpoint)


def write_log(objects: Objects, entries: Sequence[bytes]) -> None:
    """Append entries to the log in a store, and begin it where there is none."""
    begin(StoredHead(objects), ORIGIN, [KEY])
    assert sequence(objects, StoredHead(objects), entries, [KEY])


class StoreSuite:
    """What holds for every store; the fixture ``objects`` is an empty one.

    ``fresh`` makes another handle on the same store, as a second process would have.
    """

    @pytest.fixture
    def fresh(self, objects: Objects) -> Callable[[], Objects]:
        return lambda: objects

    def test_what_was_written_is_read_by_others(self, objects: Objects, fresh: Callable[[], Objects]) -> None:
        assert objects.read("tile/0/000") is None
        objects.create("tile/0/x001/234.p/5", b"\x00\xff\r\n")
        assert fresh().read("tile/0/x001/234.p/5") == b"\x00\xff\r\n"

    def test_what_never_changes_is_not_written_over(self, objects: Objects) -> None:
        objects.create("tile/0/000", b"one")
        objects.create("tile/0/000", b"one")
        with pytest.raises(StoreError):
            objects.create("tile/0/000", b"two")
        assert objects.read("tile/0/000") == b"one"

    def test_a_full_tile_and_its_partial_ones_live_side_by_side(self, objects: Objects) -> None:
        objects.create("tile/0/000.p/5", b"five")
        objects.create("tile/0/000", b"all")
        assert (objects.read("tile/0/000.p/5"), objects.read("tile/0/000")) == (b"five", b"all")

    def test_who_has_not_seen_what_is_there_does_not_replace_it(self, objects: Objects) -> None:
        assert not objects.swap(CHECKPOINT_PATH, b"one", b"two")
        assert objects.swap(CHECKPOINT_PATH, None, b"one")
        assert not objects.swap(CHECKPOINT_PATH, None, b"two")
        assert not objects.swap(CHECKPOINT_PATH, b"two", b"three")
        assert objects.swap(CHECKPOINT_PATH, b"one", b"two")
        assert objects.read(CHECKPOINT_PATH) == b"two"

    def test_stages_are_listed_and_dropped(self, objects: Objects) -> None:
        for name in ("5-9-ab", "0-5-cd"):
            objects.create(STAGING + name, b"files")
        objects.create("tile/0/000", b"tile")
        assert sorted(objects.paths(STAGING)) == [f"{STAGING}0-5-cd", f"{STAGING}5-9-ab"]
        objects.delete(f"{STAGING}0-5-cd")
        objects.delete(f"{STAGING}0-5-cd")
        assert list(objects.paths(STAGING)) == [f"{STAGING}5-9-ab"]

    @pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a b", "A", "x" * 300])
    def test_a_path_that_no_log_has_is_refused(self, objects: Objects, path: str) -> None:
        for deed in (objects.read, objects.delete, lambda each: objects.create(each, b"")):
            with pytest.raises(StoreError):
                deed(path)

    def test_sequencers_at_once_make_one_log(self, objects: Objects, fresh: Callable[[], Objects]) -> None:
        """Four append at once until each has had its entries taken: all are there, once, under one root."""
        assert begin(StoredHead(objects), ORIGIN, [KEY])
        with ThreadPoolExecutor(_RIVALS) as pool:
            list(pool.map(lambda number: _append(fresh(), number), range(_RIVALS)))
        said = open_checkpoint(objects.read(CHECKPOINT_PATH) or b"", [KEY.verifier], ORIGIN)
        entries = CheckedTiles(said.size, said.root, objects.read).entries(0)
        assert sorted(entries) == sorted(b"%d of %d" % (n, of) for of in range(_RIVALS) for n in range(3))
        assert list(objects.paths(STAGING)) == []


def _append(objects: Objects, number: int) -> None:
    for count in range(3):
        while not sequence(objects, StoredHead(objects), [b"%d of %d" % (count, number)], [KEY]):
            pass
