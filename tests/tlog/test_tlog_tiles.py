"""Tiles and bundles: paths, contents, growth, and reading them where some were changed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kulanz.tlog.errors import FormatError, MissingError, RangeError, TileError, TlogError
from kulanz.tlog.merkle import check_inclusion, inclusion_proof, leaf_hash, root_of, tree_head
from kulanz.tlog.tiles import (
    FULL,
    MOST_KEPT,
    Bundle,
    CheckedTiles,
    Tile,
    bundle_at,
    grow,
    new_bundles,
    new_tiles,
    pack,
    parse_path,
    tile_at,
    unpack,
)
from written_log import entry, with_changed_byte, written

PATHS = {
    "tile/0/000": Tile(0, 0),
    "tile/0/001": Tile(0, 1),
    "tile/0/001.p/5": Tile(0, 1, 5),
    "tile/5/x123/x456/078": Tile(5, 123456078),
    "tile/5/x123/x456/078.p/2": Tile(5, 123456078, 2),
    "tile/63/x001/x234/067": Tile(63, 1234067),
    "tile/entries/x003/x057/500": Bundle(3057500),
    "tile/entries/000.p/255": Bundle(0, 255),
}
indices = st.integers(0, 2**63 - 1)
widths = st.integers(1, FULL)


@pytest.mark.parametrize("path", PATHS)
def test_paths_are_those_of_the_specification(path: str):
    assert parse_path(path) == PATHS[path]
    assert PATHS[path].path == path


@given(st.builds(Tile, st.integers(0, 63), indices, widths) | st.builds(Bundle, indices, widths))
def test_paths_come_back(named: Tile | Bundle):
    assert parse_path(named.path) == named


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/123/456",
        "tile/0/x123",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/",
        "tile/0/000\n",
        "tile/0/../000",
        "/tile/0/000",
        "tile/0/٠٠٠",
        "tile/8/0/000",
        "tile/data/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/" + "x001/" * 100_000 + "001",
    ],
    ids=lambda path: path[:40],
)
def test_other_paths_are_refused(path: str):
    with pytest.raises(FormatError, match="expected a path like"):
        parse_path(path)


@given(st.text() | st.text("tile/entris0123x.p").map("tile/{}".format))
def test_a_hostile_path_raises_nothing_else(path: str):
    with suppress(TlogError):
        assert parse_path(path).path == path


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts():
    tiles = list(new_tiles(0, 70_000))
    assert [tile.path for tile in tiles if tile.width < FULL] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [sum(tile.level == level for tile in tiles) for level in range(3)] == [274, 2, 1]
    assert list(new_tiles(0, 256)) == [Tile(0, 0), Tile(1, 0, 1)]


@given(st.integers(0, 200_000), st.integers(0, 3000))
@example(300, 0)
def test_growth_names_what_the_new_tree_has_and_the_old_has_not(old: int, more: int):
    new = old + more
    assert set(new_tiles(old, new)) == set(new_tiles(0, new)) - set(new_tiles(0, old))
    assert set(new_bundles(old, new)) == set(new_bundles(0, new)) - set(new_bundles(0, old))


@given(st.lists(st.binary(max_size=300), max_size=FULL))
@example([b"", bytes(65_535)])
def test_bundles_come_back(entries: list[bytes]):
    assert unpack(pack(entries), len(entries)) == entries


def test_a_bundle_has_the_lengths_in_two_bytes():
    assert pack([b"ab", b"", bytes(258)])[:8] == b"\x00\x02ab\x00\x00\x01\x02"
    with pytest.raises(FormatError, match="at most 65535 bytes, got 65536"):
        pack([bytes(65_536)])


@given(st.binary(max_size=600), widths)
@example(b"\x00", 1)
@example(b"\x00\x00\x00", 1)
def test_a_hostile_bundle_raises_nothing_else(content: bytes, width: int):
    with suppress(TlogError):
        assert pack(unpack(content, width)) == content


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_a_log_grown_in_steps_has_the_files_of_one_written_at_once(steps: list[int]):
    sizes = [sum(steps[: number + 1]) for number in range(len(steps))]
    stepwise, at_once = written(sizes), written(sizes[-1:])
    assert (
        stepwise.heads[-1].root
        == at_once.heads[-1].root
        == root_of(leaf_hash(entry(number)) for number in range(sizes[-1]))
    )
    assert at_once.files.items() <= stepwise.files.items()
    assert set(at_once.files) == {"checkpoint"} | {
        named.path for named in [*new_tiles(0, sizes[-1]), *new_bundles(0, sizes[-1])]
    }


LOG = written([700, 70_000, 70_001])
HEAD = LOG.heads[-1]


@settings(max_examples=40)
@given(st.integers(0, HEAD.size - 1))
def test_entries_and_proofs_are_read_from_tiles(index: int):
    tiles = LOG.tiles()
    assert tiles.entry(index) == entry(index)
    proof = inclusion_proof(tiles, index, HEAD.size)
    check_inclusion(leaf_hash(entry(index)), index, HEAD.size, HEAD.root, proof)


def test_earlier_heads_are_read_from_later_tiles():
    tiles = LOG.tiles()
    assert [tree_head(tiles, head.size) for head in LOG.heads] == [head.root for head in LOG.heads]


READ_FOR_3 = [bundle_at(0, HEAD.size), *(tile_at(level, 0, HEAD.size) for level in range(3))]


@given(st.sampled_from(READ_FOR_3), st.integers(0), st.integers(1, 255))
def test_any_changed_byte_on_the_way_names_its_file(named: Tile | Bundle, place: int, by: int):
    files = {**LOG.files, named.path: with_changed_byte(LOG.files[named.path], place, by)}
    with pytest.raises(TileError, match=r"expected|tile/") as raised:
        CheckedTiles(HEAD.size, HEAD.root, files.get).entry(3)
    assert named.path in raised.value.path


@pytest.mark.parametrize("named", READ_FOR_3, ids=str)
def test_a_file_that_is_gone_is_named(named: Tile | Bundle):
    with pytest.raises(MissingError) as raised:
        CheckedTiles(HEAD.size, HEAD.root, {**LOG.files, named.path: None}.get).entry(3)
    assert raised.value.path == named.path


def test_full_tiles_stand_in_for_partial_ones_that_were_deleted():
    early = LOG.heads[1]
    files = {path: content for path, content in LOG.files.items() if f".p/{early.size % FULL}" not in path}
    tiles = CheckedTiles(early.size, early.root, files.get)
    assert tiles.entry(699) == entry(699)


def test_a_log_larger_than_memory_can_be_read_through():
    tiles = LOG.tiles()
    assert sum(len(tiles.entries(index)) for index in range(274)) == HEAD.size
    assert len(tiles._kept) == MOST_KEPT


def test_tiles_beyond_the_tree_are_refused():
    tiles = LOG.tiles()
    for wrong in (lambda: tiles(0, HEAD.size), lambda: tiles(16, 1), lambda: tiles.entry(-1)):
        with pytest.raises(RangeError):
            wrong()
    with pytest.raises(RangeError):
        Tile(0, 0, 257)
    with pytest.raises(RangeError):
        list(new_tiles(2, 1))


def test_a_log_does_not_grow_on_a_broken_bundle():
    with pytest.raises(TileError, match=r"tile/entries/000.p/5: expected a bundle of 5 entries"):
        grow(5, [b""], {**written([5]).files, "tile/entries/000.p/5": b"\0"}.get)


@pytest.mark.parametrize("size", [256, 512])
def test_a_log_that_ends_with_a_full_bundle_is_read_to_its_end(size: int):
    assert written([size]).tiles().entries(size // FULL - 1)[-1] == entry(size - 1)
