"""The sequencer: killed at every step, two at once, old heads, and any way of cutting into batches."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_memory import KEY, ORIGIN, Fuse, KilledError, Memory, MemoryHead, read_log

from kulanz.tlog.checkpoints import open_checkpoint
from kulanz.tlog.errors import ForkError, TileError, TlogError
from kulanz.tlog.merkle import leaf_hash, root_of
from kulanz.tlog.notes import SigningKey
from kulanz.tlog.sequencing import STAGING, StoreError, begin, finish, sequence, sign_again
from kulanz.tlog.tiles import CHECKPOINT_PATH

OTHER = SigningKey(ORIGIN, bytes(32))


def entries(count: int, start: int = 0) -> list[bytes]:
    return [b"entry %d" % number for number in range(start, start + count)]


def begun(size: int = 0) -> Memory:
    memory = Memory()
    assert begin(MemoryHead(memory), ORIGIN, [KEY])
    assert sequence(memory, MemoryHead(memory), entries(size), [KEY])
    return memory


def test_entries_come_in_order_and_verify() -> None:
    memory = begun(3)
    assert sequence(memory, MemoryHead(memory), entries(300, 3), [KEY])
    said, kept = read_log(memory.read)
    assert kept == entries(303)
    assert said.root == root_of(map(leaf_hash, kept))
    assert memory.paths(STAGING) == []


def test_a_log_begins_once() -> None:
    memory = begun()
    assert not begin(MemoryHead(memory), ORIGIN, [OTHER])
    with pytest.raises(StoreError, match="begin it first"):
        sequence(Memory(), MemoryHead(Memory()), entries(1), [KEY])


def decided(memory: Memory) -> int:
    return open_checkpoint(MemoryHead(memory).read(), [KEY.verifier], ORIGIN).size


def deeds(start: Memory) -> int:
    """Return how many deeds one step takes."""
    memory = deepcopy(start)
    memory.fuse = Fuse()
    sequence(memory, MemoryHead(memory), entries(9, 250), [KEY])
    return memory.fuse.deeds


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_deed_the_log_stays_whole_and_the_next_finishes(after: bool) -> None:
    start = begun(250)
    last = deeds(start)
    assert last >= 6
    for at in range(1, last + 1):
        memory = deepcopy(start)
        memory.fuse = Fuse(at, after)
        with pytest.raises(KilledError):
            sequence(memory, MemoryHead(memory), entries(9, 250), [KEY])
        said, kept = read_log(memory.read)
        assert kept == entries(said.size)
        memory.fuse = Fuse()
        head = MemoryHead(memory)
        size = decided(memory)
        finish(memory, head.read())
        assert read_log(memory.read)[1] == entries(size)
        assert sequence(memory, head, entries(20, size), [KEY])
        assert read_log(memory.read)[1] == entries(size + 20)
        assert memory.paths(STAGING) == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_again_while_finishing_it_is_still_finished(after: bool) -> None:
    start = begun(250)
    start.fuse = Fuse(3)
    with pytest.raises(KilledError):
        sequence(start, MemoryHead(start), entries(9, 250), [KEY])
    for at in range(1, 5):
        memory = deepcopy(start)
        memory.fuse = Fuse(at, after)
        with pytest.raises(KilledError):
            finish(memory, MemoryHead(memory).read())
        memory.fuse = Fuse()
        finish(memory, MemoryHead(memory).read())
        assert read_log(memory.read)[1] == entries(259)
        assert memory.paths(STAGING) == []


def test_who_signs_again_finishes_first_what_another_left() -> None:
    memory = begun(250)
    memory.fuse = Fuse(3)
    with pytest.raises(KilledError):
        sequence(memory, MemoryHead(memory), entries(9, 250), [KEY])
    memory.fuse = Fuse()
    assert sign_again(memory, MemoryHead(memory), [KEY])
    assert read_log(memory.read)[1] == entries(259)
    assert memory.paths(STAGING) == []


def test_two_sequencers_at_once_do_not_fork_the_log() -> None:
    """A rival takes the same turn, in whole, at each moment at which the first one swaps something."""
    for moment in (1, 2):
        memory, swaps = begun(5), []

        def rival(memory: Memory = memory, swaps: list[int] = swaps, moment: int = moment) -> None:
            swaps.append(1)
            if len(swaps) == moment:
                memory.before_swap = lambda: None
                sequence(memory, MemoryHead(memory), [b"of the rival"] * moment, [KEY])

        memory.before_swap = rival
        won = sequence(memory, MemoryHead(memory), [b"of the first"], [KEY])
        assert won is (moment == 2)
        said, kept = read_log(memory.read)
        assert kept == entries(5) + [b"of the first"] * won + [b"of the rival"] * moment
        assert open_checkpoint(MemoryHead(memory).read(), [KEY.verifier], ORIGIN) == said


def test_a_slow_one_does_not_show_what_is_old_over_what_is_new() -> None:
    memory = begun(5)
    old = MemoryHead(memory).read()
    sequence(memory, MemoryHead(memory), entries(3, 5), [KEY])
    finish(memory, old)
    assert read_log(memory.read)[0].size == 8


def test_what_another_has_staged_upon_the_head_is_left_alone() -> None:
    memory = begun(5)
    rival = f"{STAGING}5-9-{'0' * 64}"
    memory.files[rival] = b"staged"
    finish(memory, MemoryHead(memory).read())
    assert rival in memory.files
    sequence(memory, MemoryHead(memory), entries(1, 5), [KEY])
    assert rival not in memory.files


def test_a_head_out_of_an_old_backup_writes_nothing_more() -> None:
    memory = begun(5)
    backup = MemoryHead(memory).read()
    sequence(memory, MemoryHead(memory), entries(3, 5), [KEY])
    memory.files["head"] = backup
    before = dict(memory.files)
    with pytest.raises(ForkError, match="restore a newer one"):
        sequence(memory, MemoryHead(memory), entries(9, 5), [KEY])
    assert memory.files == before


@dataclass
class OwnHead:
    """A head that nobody else moves, as in a copy of a database."""

    content: bytes

    def read(self) -> bytes:
        return self.content

    def swap(self, seen: bytes, checkpoint: bytes) -> bool:
        self.content = checkpoint
        return True


def test_two_with_a_head_each_do_not_show_two_histories() -> None:
    memory = begun(5)
    copied = OwnHead(MemoryHead(memory).read())

    def meanwhile() -> None:
        memory.before_swap = lambda: None
        sequence(memory, copied, [b"of the copy"] * 2, [KEY])

    memory.before_swap = meanwhile
    with pytest.raises(ForkError, match="two histories"):
        sequence(memory, MemoryHead(memory), entries(3, 5), [KEY])
    assert read_log(memory.read)[1] == entries(5) + [b"of the copy"] * 2


def test_a_place_where_another_log_is_shown_is_not_written_over() -> None:
    memory, other = begun(5), begun()
    sequence(other, MemoryHead(other), [b"x"] * 5, [KEY])
    memory.files[CHECKPOINT_PATH] = other.files[CHECKPOINT_PATH]
    with pytest.raises(ForkError, match="a place of its own"):
        sequence(memory, MemoryHead(memory), entries(1, 5), [KEY])


@pytest.mark.parametrize("path", ["tile/0/000.p/5", "tile/entries/000.p/5"])
def test_a_changed_file_is_noticed_before_anything_rests_on_it(path: str) -> None:
    memory = begun(5)
    memory.files[path] = memory.files[path][:-1] + b"?"
    with pytest.raises(TileError, match="000"):
        sequence(memory, MemoryHead(memory), entries(1, 5), [KEY])


def test_a_stage_that_is_none_is_told() -> None:
    memory = begun(5)
    said, _ = read_log(memory.read)
    memory.files[f"{STAGING}0-5-{said.root.hex()}"] = b"\xc1"
    with pytest.raises(StoreError, match="expected files that were staged"):
        finish(memory, MemoryHead(memory).read())


def test_several_keys_sign_and_a_new_one_signs_the_same_tree() -> None:
    memory = begun(5)
    assert sign_again(memory, MemoryHead(memory), [KEY, OTHER])
    for key in (KEY, OTHER):
        assert open_checkpoint(memory.files[CHECKPOINT_PATH], [key.verifier], ORIGIN).size == 5
    assert sequence(memory, MemoryHead(memory), entries(1, 5), [OTHER])
    with pytest.raises(TlogError):
        open_checkpoint(memory.files[CHECKPOINT_PATH], [KEY.verifier], ORIGIN)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 300), max_size=5), st.integers(1, 40), st.booleans())
def test_any_batches_with_a_death_among_them_make_the_same_log(
    batches: list[int], at: int, after: bool
) -> None:
    memory = begun()
    memory.fuse = Fuse(at, after)
    for count in batches:
        with suppress(KilledError):
            sequence(memory, MemoryHead(memory), entries(count, decided(memory)), [KEY])
    memory.fuse = Fuse()
    finish(memory, MemoryHead(memory).read())
    assert read_log(memory.read)[1] == entries(decided(memory))
