"""The tree as files: tiles and entry bundles with their paths (c2sp.org/tlog-tiles).

A tile is a row of 256 hashes of the tree, of which every eighth level is kept; at the right edge it is
partial.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from kulanz.tlog.errors import FormatError, MissingError, RangeError, TileError
from kulanz.tlog.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE, Frontier, leaf_hash, root_of, subtrees

CHECKPOINT_PATH: Final = "checkpoint"
TILES: Final = "tile/"
HEIGHT: Final = 8
FULL: Final = 1 << HEIGHT
MAX_ENTRY: Final = 2**16 - 1
MOST_KEPT: Final = 256
_LENGTH: Final = 2
_LEVELS: Final = 64
_PATH: Final = re.compile(
    r"tile/(?P<level>[0-9]{1,2}|entries)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)

ReadFile = Callable[[str], bytes | None]
"""Returns the content of a log's file by its path below the log's address, None where there is none."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """``width`` hashes of the tree's level ``8 * level``, the first of them number ``256 * index``."""

    level: int
    index: int
    width: int = FULL

    def __post_init__(self) -> None:
        if not (0 <= self.level < _LEVELS and _fits(self.index, self.width)):
            raise RangeError(f"expected a level below {_LEVELS} and a width of 1 to {FULL}, got {self}")

    @property
    def path(self) -> str:
        return f"tile/{self.level}/{_place(self.index, self.width)}"

    @property
    def end(self) -> int:
        """How many entries a log has at least that has this tile."""
        return (self.index * FULL + self.width) << (HEIGHT * self.level)

    @property
    def full(self) -> Tile:
        """The same tile once it is complete."""
        return Tile(self.level, self.index)


@dataclass(frozen=True, slots=True, order=True)
class Bundle:
    """The entries ``256 * index`` up to ``256 * index + width``."""

    index: int
    width: int = FULL

    def __post_init__(self) -> None:
        if not _fits(self.index, self.width):
            raise RangeError(f"expected a width of 1 to {FULL}, got {self}")

    @property
    def path(self) -> str:
        return f"tile/entries/{_place(self.index, self.width)}"

    @property
    def end(self) -> int:
        """How many entries a log has at least that has this bundle."""
        return self.index * FULL + self.width

    @property
    def full(self) -> Bundle:
        """The same bundle once it is complete."""
        return Bundle(self.index)


def parse_path(path: str) -> Tile | Bundle:
    """The tile or bundle that a path names; FormatError where it is not exactly the path of one."""
    found = _PATH.fullmatch(path[: MAX_ENTRY + 1])
    if found is not None:
        index = int(found["index"].replace("/", "").replace("x", ""))
        width = int(found["width"] or FULL)
        level = found["level"]
        try:
            named = Bundle(index, width) if level == "entries" else Tile(int(level), index, width)
        except RangeError:
            named = None
        if named is not None and named.path == path:
            return named
    raise FormatError(f"expected a path like tile/0/x001/x234/067.p/8 or tile/entries/000, got {path[:80]!r}")


def tile_at(level: int, index: int, size: int) -> Tile:
    """The tile as a tree of ``size`` entries has it, full or partial; RangeError where it has none."""
    hashes = (size >> (HEIGHT * level)) - index * FULL
    if hashes <= 0:
        raise RangeError(f"expected a tile of a tree of {size} entries, got level {level}, index {index}")
    return Tile(level, index, min(hashes, FULL))


def bundle_at(index: int, size: int) -> Bundle:
    """The bundle as a log of ``size`` entries has it, full or partial; RangeError where it has none."""
    return Bundle(index, tile_at(0, index, size).width)


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a log must have at ``new`` entries and did not have at ``old``, lower levels first."""
    levels = (_checked_growth(old, new).bit_length() + HEIGHT - 1) // HEIGHT
    return chain.from_iterable(_row_tiles(level, old, new) for level in range(levels))


def new_bundles(old: int, new: int) -> Iterator[Bundle]:
    """The bundles that a log must have at ``new`` entries and did not have at ``old``."""
    if _checked_growth(old, new) > old:
        for index in range(old // FULL, (new + FULL - 1) // FULL):
            yield bundle_at(index, new)


def pack(entries: Iterable[bytes]) -> bytes:
    """The content of a bundle: every entry after its length in two bytes, the higher one first."""
    return b"".join(chain.from_iterable((_length(entry), entry) for entry in entries))


def unpack(content: bytes, width: int) -> list[bytes]:
    """The ``width`` entries of a bundle's content; FormatError where it holds anything else."""
    entries: list[bytes] = []
    start = 0
    for _ in range(width):
        first = start + _LENGTH
        start = first + int.from_bytes(content[start:first], "big")
        if start > len(content):
            raise FormatError(
                f"expected a bundle of {width} entries, got one that ends in entry {len(entries)}"
            )
        entries.append(content[first:start])
    if start != len(content):
        raise FormatError(f"expected a bundle of {width} entries, got {len(content) - start} bytes more")
    return entries


def split_tile(content: bytes, width: int) -> list[bytes]:
    """The ``width`` hashes of a tile's content; FormatError where it has another length."""
    if len(content) != width * HASH_SIZE:
        raise FormatError(f"expected {width * HASH_SIZE} bytes for {width} hashes, got {len(content)}")
    return [content[start : start + HASH_SIZE] for start in range(0, len(content), HASH_SIZE)]


@dataclass(frozen=True, slots=True)
class Growth:
    """A log after entries were added: its size and root, and the files that are new."""

    size: int
    root: bytes
    files: dict[str, bytes] = field(repr=False)


def grow(size: int, entries: Sequence[bytes], read: ReadFile) -> Growth:
    """Add entries to a log of ``size`` entries, whose partial tiles and bundle are read.

    What is read is trusted: check it first where it may have been changed (``CheckedTiles``).
    Raises MissingError, and FormatError for a file of a wrong length or an entry that is too long.
    """
    new = size + len(entries)
    files: dict[str, bytes] = {}
    kept = _partial_entries(size, read) if entries else []
    _file_bundles(files, new_bundles(size, new), [*kept, *entries])
    hashes = [leaf_hash(entry) for entry in entries]
    edge: list[list[bytes]] = []
    level = 0
    while hashes or size >> (HEIGHT * level):
        row = [*_partial_hashes(level, size, read), *hashes]
        for tile, start in zip(_row_tiles(level, size, new), range(0, len(row), FULL), strict=False):
            files[tile.path] = b"".join(row[start : start + FULL])
        complete = len(row) - len(row) % FULL
        edge.append(row[complete:])
        hashes = [root_of(row[start : start + FULL]) for start in range(0, complete, FULL)]
        level += 1
    return Growth(new, edge_root(edge, new), files)


class CheckedTiles:
    """Hashes and entries of a log, read from its tiles; each tile is checked before it is used.

    The partial tiles at the right edge must lead to ``root``, and every full tile to its hash in the
    tile above. Raises MissingError for a tile that cannot be read, TileError for one that is wrong.
    """

    def __init__(self, size: int, root: bytes, read: ReadFile) -> None:
        self.size = size
        self._read = read
        self._root = root
        self._edge: dict[Tile, list[bytes]] = {}
        self._kept: dict[Tile, list[bytes]] = {}
        self._check_edge()

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        hashes = self.tile(tile_level, first // FULL)[first % FULL : first % FULL + (1 << height)]
        if len(hashes) < 1 << height:
            raise RangeError(
                f"expected a complete subtree of {self.size} entries, got level {level}, index {index}"
            )
        return hashes[0] if height == 0 else root_of(hashes)

    def tile(self, level: int, index: int) -> list[bytes]:
        """The hashes of a tile of this tree."""
        tile = tile_at(level, index, self.size)
        hashes = self._edge.get(tile) or self._kept.get(tile)
        if hashes is None:
            hashes = read_tile(self._read, tile)
            above = self.tile(level + 1, index // FULL)[index % FULL]
            if root_of(hashes) != above:
                raise TileError(tile.path, f"expected hashes that lead to {above.hex()}, got others")
            self._keep(tile, hashes)
        return hashes

    def entries(self, index: int) -> list[bytes]:
        """The entries of a bundle, each checked against its leaf hash."""
        bundle = bundle_at(index, self.size)
        entries = read_bundle(self._read, bundle)
        for place, (entry, leaf) in enumerate(zip(entries, self.tile(0, index), strict=True)):
            if leaf_hash(entry) != leaf:
                number = index * FULL + place
                raise TileError(
                    bundle.path, f"expected entry {number} with the hash {leaf.hex()}, got another"
                )
        return entries

    def entry(self, index: int) -> bytes:
        """One entry; RangeError where the log has none at this place."""
        if not 0 <= index < self.size:
            raise RangeError(f"expected an entry's place below the size {self.size}, got {index}")
        return self.entries(index // FULL)[index % FULL]

    def _check_edge(self) -> None:
        """Read the partial tiles, which no other tile commits to: only together they lead to the root."""
        edge: list[list[bytes]] = []
        partial: list[Tile] = []
        while self.size >> (HEIGHT * len(edge)):
            level = len(edge)
            width = (self.size >> (HEIGHT * level)) % FULL
            edge.append([])
            if width:
                partial.append(tile_at(level, (self.size >> (HEIGHT * level)) // FULL, self.size))
                edge[level] = self._edge[partial[-1]] = read_tile(self._read, partial[-1])
        if edge_root(edge, self.size) != self._root:
            paths = ", ".join(tile.path for tile in partial)
            raise TileError(
                paths, f"expected partial tiles that lead to the root {self._root.hex()}, got others"
            )

    def _keep(self, tile: Tile, hashes: list[bytes]) -> None:
        """Keep the last tiles: neighbours need the same ones, and a log may be larger than memory."""
        if len(self._kept) == MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[tile] = hashes


def read_tile(read: ReadFile, tile: Tile) -> list[bytes]:
    """The hashes of a tile; where a partial one was deleted, those of the full one that took its place."""
    content, width = _partial_or_full(read, tile)
    try:
        return split_tile(content, width)[: tile.width]
    except FormatError as error:
        raise TileError(tile.path, str(error)) from error


def read_bundle(read: ReadFile, bundle: Bundle) -> list[bytes]:
    """The entries of a bundle; where a partial one was deleted, those of the full one that took its place."""
    content, width = _partial_or_full(read, bundle)
    try:
        return unpack(content, width)[: bundle.width]
    except FormatError as error:
        raise TileError(bundle.path, str(error)) from error


def _partial_or_full(read: ReadFile, wanted: Tile | Bundle) -> tuple[bytes, int]:
    content = read(wanted.path)
    if content is not None:
        return content, wanted.width
    if wanted.width == FULL or (content := read(wanted.full.path)) is None:
        raise MissingError(wanted.path)
    return content, FULL


def _partial_entries(size: int, read: ReadFile) -> list[bytes]:
    return read_bundle(read, bundle_at(size // FULL, size)) if size % FULL else []


def _partial_hashes(level: int, size: int, read: ReadFile) -> list[bytes]:
    hashes = size >> (HEIGHT * level)
    return read_tile(read, tile_at(level, hashes // FULL, size)) if hashes % FULL else []


def _row_tiles(level: int, old: int, new: int) -> Iterator[Tile]:
    before, now = old >> (HEIGHT * level), new >> (HEIGHT * level)
    indices = range(before // FULL, (now + FULL - 1) // FULL) if now > before else range(0)
    return (tile_at(level, index, new) for index in indices)


def _file_bundles(files: dict[str, bytes], bundles: Iterable[Bundle], entries: Sequence[bytes]) -> None:
    start = 0
    for bundle in bundles:
        files[bundle.path] = pack(entries[start : start + bundle.width])
        start += bundle.width


def edge_root(edge: Sequence[Sequence[bytes]], size: int) -> bytes:
    """The root of a tree whose partial rows are given, the lowest level first."""
    if not size:
        return EMPTY_ROOT
    peaks: list[bytes] = []
    for row in reversed(edge):
        for level, index in subtrees(0, len(row)):
            peaks.append(root_of(row[index << level : (index + 1) << level]))
    return Frontier(size, peaks).root


def _checked_growth(old: int, new: int) -> int:
    if not 0 <= old <= new <= MAX_SIZE:
        raise RangeError(f"expected two sizes up to {MAX_SIZE}, the first not larger, got {old} and {new}")
    return new


def _fits(index: int, width: int) -> bool:
    return 0 <= index <= MAX_SIZE and 1 <= width <= FULL


def _place(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return name if width == FULL else f"{name}.p/{width}"


def _length(entry: bytes) -> bytes:
    if len(entry) > MAX_ENTRY:
        raise FormatError(f"expected an entry of at most {MAX_ENTRY} bytes, got {len(entry)}")
    return len(entry).to_bytes(_LENGTH, "big")
