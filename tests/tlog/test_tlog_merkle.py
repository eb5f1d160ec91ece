"""The tree against the vectors of Certificate Transparency, and its proofs at every small size."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.tlog.errors import ProofError, RangeError
from kulanz.tlog.merkle import (
    EMPTY_ROOT,
    Frontier,
    HashReader,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    subtrees,
    tree_head,
)

# The entries, roots and proofs that implementations of RFC 6962 share as test vectors.
ENTRIES = [
    bytes.fromhex(each)
    for each in [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LARGEST = 300


def definition(leaves: Sequence[bytes]) -> bytes:
    """MTH as the RFC writes it down."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(definition(leaves[:split]), definition(leaves[split:]))


def reader(leaves: Sequence[bytes]) -> HashReader:
    known: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        assert (index + 1) << level <= len(leaves), "only complete subtrees are asked for"
        if level == 0:
            return leaves[index]
        if (level, index) not in known:
            known[level, index] = node_hash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1))
        return known[level, index]

    return read


LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(LARGEST)]
HEADS = [definition(LEAVES[:size]) for size in range(LARGEST + 1)]
READ = reader(LEAVES)
sizes = st.integers(1, LARGEST)


def test_roots_are_those_of_the_vectors():
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    assert [root_of(leaves[:size]).hex() for size in range(9)] == ROOTS
    assert [tree_head(reader(leaves), size).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize(("index", "size"), INCLUSIONS)
def test_inclusion_proofs_are_those_of_the_vectors(index: int, size: int):
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    proof = inclusion_proof(reader(leaves), index, size)
    assert [each.hex() for each in proof] == INCLUSIONS[index, size]
    check_inclusion(leaves[index], index, size, bytes.fromhex(ROOTS[size]), proof)


@pytest.mark.parametrize(("old", "new"), CONSISTENCIES)
def test_consistency_proofs_are_those_of_the_vectors(old: int, new: int):
    proof = consistency_proof(reader([leaf_hash(entry) for entry in ENTRIES]), old, new)
    assert [each.hex() for each in proof] == CONSISTENCIES[old, new]
    check_consistency(old, bytes.fromhex(ROOTS[old]), new, bytes.fromhex(ROOTS[new]), proof)


def test_a_stream_and_a_reader_give_the_root_of_the_definition_at_every_size():
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert frontier.root == tree_head(READ, size) == HEADS[size]
        frontier.append(leaf)
        frontier = Frontier(frontier.size, frontier.peaks)


def test_every_entry_of_every_size_is_proven():
    for size in range(1, LARGEST + 1):
        for index in {*range(0, size, 7), size - 1}:
            check_inclusion(LEAVES[index], index, size, HEADS[size], inclusion_proof(READ, index, size))


def test_every_growth_is_proven():
    for new in range(1, LARGEST + 1):
        for old in {*range(0, new, 7), new}:
            check_consistency(old, HEADS[old], new, HEADS[new], consistency_proof(READ, old, new))


@given(sizes, st.data())
def test_a_changed_byte_of_an_inclusion_is_found(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    proof = [LEAVES[index], HEADS[size], *inclusion_proof(READ, index, size)]
    leaf, root, *changed = changed_somewhere(proof, data)
    with pytest.raises(ProofError):
        check_inclusion(leaf, index, size, root, changed)


@given(sizes, st.data())
def test_a_changed_byte_of_a_growth_is_found(new: int, data: st.DataObject):
    old = data.draw(st.integers(0, new - 1))
    proof = [HEADS[old], *consistency_proof(READ, old, new)]
    if old:
        proof.insert(1, HEADS[new])
    old_root, *changed = changed_somewhere(proof, data)
    with pytest.raises(ProofError):
        check_consistency(old, old_root, new, changed.pop(0) if old else HEADS[new], changed)


@given(sizes, st.data(), st.sampled_from([0, 1, 31, 33]))
def test_a_proof_of_another_length_is_refused(size: int, data: st.DataObject, length: int):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(READ, index, size)
    for wrong in ([*proof, bytes(32)], [*proof, bytes(length)], proof[:-1] or [b""]):
        with pytest.raises(ProofError, match=f"proof of {len(proof)} hashes"):
            check_inclusion(LEAVES[index], index, size, HEADS[size], wrong)


def changed_somewhere(hashes: Sequence[bytes], data: st.DataObject) -> list[bytes]:
    number = data.draw(st.integers(0, len(hashes) - 1))
    place = data.draw(st.integers(0, 31))
    bit = 1 << data.draw(st.integers(0, 7))
    changed = bytearray(hashes[number])
    changed[place] ^= bit
    return [*hashes[:number], bytes(changed), *hashes[number + 1 :]]


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, 2**63), (0, -1)], ids=str)
def test_places_outside_the_tree_are_refused(index: int, size: int):
    with pytest.raises(RangeError):
        check_inclusion(LEAVES[0], index, size, EMPTY_ROOT, [])
    with pytest.raises(RangeError):
        inclusion_proof(READ, index, size)


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 1), (0, 2**63)])
def test_growth_backwards_is_refused(old: int, new: int):
    with pytest.raises(RangeError):
        check_consistency(old, EMPTY_ROOT, new, EMPTY_ROOT, [])


def test_peaks_must_fit_the_size():
    with pytest.raises(RangeError, match="expected 2 peaks for 3 entries"):
        Frontier(3, [bytes(32)])


@given(st.integers(0, 2**62))
def test_subtrees_cover_a_tree_from_left_to_right(size: int):
    end = 0
    for level, index in subtrees(0, size):
        assert index << level == end
        end = (index + 1) << level
    assert end == size


def test_hashes_of_leaves_and_nodes_are_kept_apart():
    assert leaf_hash(b"") == sha256(b"\0").digest()
    assert node_hash(b"a", b"b") == sha256(b"\1ab").digest()
