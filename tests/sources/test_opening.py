from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources import unpacking
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.opening import Item, Limits, open_inputs

TEXT = b"Meine Mahnung ist falsch.\n" * 50


def contents(
    paths: Iterable[str | Path], problems: Problems | None = None, limits: Limits | None = None
) -> dict[str, bytes]:
    """Read every item, by its name without the folder of the test; faults end an item early."""
    found: dict[str, bytearray] = {}
    noted = Problems() if problems is None else problems
    for item in open_inputs(paths, noted, limits or Limits()):
        assert isinstance(item, Item)
        name = item.name.replace(os.sep, "/").rpartition("/x/")[2]
        found[name] = bytearray()
        try:
            while data := item.stream.read(1000):
                found[name] += data
        except SourceError as error:
            noted.add(item.name, None, str(error))
    return {name: bytes(data) for name, data in found.items()}


def contents_of(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        contents([file.name])


def tar_of(members: dict[str, bytes], mode: str = "w") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return packed.getvalue()


def zip_of(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "x"
    path.mkdir()
    return path


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_compression_is_told_by_content_not_by_name(folder: Path, pack: type[bytes]) -> None:
    path = write(folder, "posts.txt", pack(TEXT))
    problems = Problems()
    assert contents([path], problems) == {"posts.txt": TEXT}
    assert not problems.total


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_members_are_named_after_their_archive(folder: Path, mode: str) -> None:
    path = write(folder, "a.bin", tar_of({"t/1.json": b"one", "t/2.json": b"two"}, mode))
    assert contents([path]) == {"a.bin!t/1.json": b"one", "a.bin!t/2.json": b"two"}


def test_zip_in_tar_and_tar_in_zip(folder: Path) -> None:
    inner = zip_of({"deep.txt": TEXT})
    path = write(folder, "a", zip_of({"b.tar": tar_of({"c.zip": inner, "d.gz": gzip.compress(TEXT)})}))
    assert contents([path]) == {"a!b.tar!c.zip!deep.txt": TEXT, "a!b.tar!d.gz": TEXT}


def test_members_may_be_left_unread(folder: Path) -> None:
    path = write(folder, "a.tar", tar_of({str(i): TEXT * 100 for i in range(5)}))
    problems = Problems()
    assert len(list(open_inputs([path], problems))) == 5
    assert not problems.total


def test_nesting_is_limited(folder: Path) -> None:
    data = TEXT
    for _ in range(6):
        data = gzip.compress(data)
    problems = Problems()
    assert contents([write(folder, "a.gz", data)], problems) == {}
    assert "max_depth" in problems.kept[0].reason


def test_folder_is_walked_in_order_without_hidden_files(folder: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b.txt", ".git/config", "a/.hidden"):
        write(folder, name, name.encode())
    assert list(contents([folder])) == ["a/b.txt", "a/z.txt", "b.txt"]


def test_links_out_of_a_folder_are_reported_and_inner_ones_read_once(folder: Path) -> None:
    outside = write(folder.parent, "secret.txt", b"secret")
    write(folder, "a.txt", b"a")
    (folder / "inner.txt").symlink_to(folder / "a.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "outer.txt").symlink_to(outside)
    problems = Problems()
    assert contents([folder], problems) == {"a.txt": b"a"}
    assert [problem.file.rpartition("/")[2] for problem in problems.kept] == ["outer.txt"]


def test_pipes_in_a_folder_do_not_block(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    problems = Problems()
    assert contents([folder], problems) == {}
    assert problems.total == 1


def test_missing_file_is_reported(folder: Path) -> None:
    problems = Problems()
    assert contents([folder / "nowhere.jsonl", folder / "nul\0"], problems) == {}
    assert problems.total == 2


def test_a_folder_may_be_taken_as_a_whole(folder: Path) -> None:
    write(folder, "corpus/one.txt", b"1")
    found = list(open_inputs([folder], Problems(), is_whole=lambda path: path.name == "corpus"))
    assert found == [folder / "corpus"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(TEXT))))
    assert contents(["-"]) == {"-": TEXT}


def test_zip_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(zip_of({"a": TEXT}))))
    assert contents(["-"]) == {"-!a": TEXT}


def test_dangerous_tar_members_are_skipped(folder: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in ("../up.txt", "/etc/passwd", "good.txt", "a/../../b.txt"):
            header = tarfile.TarInfo(name)
            header.size = 4
            archive.addfile(header, io.BytesIO(b"evil"))
        for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "hard"), (tarfile.CHRTYPE, "device")):
            header = tarfile.TarInfo(name)
            header.type, header.linkname = kind, "/etc/passwd"
            archive.addfile(header)
    problems = Problems()
    assert contents([write(folder, "a.tar", packed.getvalue())], problems) == {"a.tar!good.txt": b"evil"}
    assert problems.total == 6


def test_zip_path_traversal_is_skipped(folder: Path) -> None:
    path = write(folder, "a.zip", zip_of({"../../up.txt": b"evil", "ok.txt": b"ok", "..\\win.txt": b"evil"}))
    problems = Problems()
    assert contents([path], problems) == {"a.zip!ok.txt": b"ok"}
    assert problems.total == 2


def test_control_characters_of_names_are_replaced(folder: Path) -> None:
    path = write(folder, "a.tar", tar_of({"\x1b[31mred.txt": b"x"}))
    assert list(contents([path])) == ["a.tar!\N{REPLACEMENT CHARACTER}[31mred.txt"]


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress, lambda data: zip_of({"a": data})]
)
def test_bomb_stops_early(folder: Path, pack: type[bytes]) -> None:
    path = write(folder, "bomb", pack(b"\0" * 40_000_000))
    problems = Problems()
    found = contents([path], problems)
    assert sum(map(len, found.values())) < 20_000_000
    assert "max_ratio" in problems.kept[0].reason


def test_member_limit_skips_only_the_member(folder: Path) -> None:
    members = {"small": b"1", "large": b"2" * 1000, "other": b"3"}
    for name, data in (("a.tar", tar_of(members)), ("a.zip", zip_of(members))):
        problems = Problems()
        found = contents([write(folder, name, data)], problems, Limits(max_member_bytes=999))
        assert found == {f"{name}!small": b"1", f"{name}!other": b"3"}
        assert "max_member_bytes" in problems.kept[0].reason


@pytest.mark.parametrize("name", ["a.zip", "a.tgz"])
def test_total_limit_stops_the_archive(folder: Path, name: str) -> None:
    members = {str(i): os.urandom(400_000) for i in range(10)}
    data = zip_of(members) if name == "a.zip" else tar_of(members, "w:gz")
    problems = Problems()
    found = contents([write(folder, name, data)], problems, Limits(max_total_bytes=1_000_000))
    assert 1 <= len(found) <= 4
    assert any("max_total_bytes" in problem.reason for problem in problems.kept)


@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_member_count_is_limited(folder: Path, pack: type) -> None:
    path = write(folder, "a", pack({str(i): b"" for i in range(20)}))
    problems = Problems()
    assert len(contents([path], problems, Limits(max_members=5))) == 5
    assert "max_members" in problems.kept[0].reason


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz", "w"])
def test_truncated_archive_keeps_what_came_before(folder: Path, mode: str) -> None:
    data = tar_of({str(i): os.urandom(400_000) for i in range(6)}, mode)
    problems = Problems()
    found = contents([write(folder, "a", data[: len(data) * 2 // 3])], problems)
    assert len(found["a!0"]) == 400_000
    assert problems.total >= 1


def test_damaged_tar_header_is_reported_not_taken_for_the_end(folder: Path) -> None:
    data = bytearray(tar_of({str(i): b"x" * 512 for i in range(4)}))
    data[2 * 1024 + 150] ^= 0xFF
    problems = Problems()
    assert list(contents([write(folder, "a", bytes(data))], problems)) == ["a!0", "a!1"]
    assert "damaged" in problems.kept[0].reason


def test_truncated_xz_delivers_its_beginning(folder: Path) -> None:
    lines = b"".join(b"%d %s\n" % (i, os.urandom(40).hex().encode()) for i in range(20_000))
    path = write(folder, "a.xz", lzma.compress(lines)[:-200_000])
    problems = Problems()
    found = contents([path], problems)["a.xz"]
    assert len(found) > 500_000
    assert lines.startswith(found)
    assert problems.total == 1


def test_encrypted_zip_member_is_reported(folder: Path) -> None:
    data = bytearray(zip_of({"a": TEXT}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    problems = Problems()
    assert contents([write(folder, "a.zip", bytes(data))], problems) == {}
    assert "encrypted" in problems.kept[0].reason


def test_zstandard_without_a_library_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "find_spec", lambda _name: None)
    problems = Problems()
    assert contents([write(folder, "a.zst", b"\x28\xb5\x2f\xfd rest")], problems) == {}
    assert "pip install zstandard" in problems.kept[0].remedy


MAGICS = [
    b"",
    b"\x1f\x8b\x08",
    b"BZh9",
    b"\xfd7zXZ\x00",
    b"PK\x03\x04",
    b"PK\x05\x06",
    tar_of({"a": b"b"})[:512],
]


@given(st.sampled_from(MAGICS), st.binary(max_size=2000))
def test_any_bytes_end_in_problems_not_in_errors(magic: bytes, rest: bytes) -> None:
    contents_of(magic + rest)


@given(st.data())
def test_damaged_archives_end_in_problems_not_in_errors(data: st.DataObject) -> None:
    members = {"a": TEXT, "b" * 120: TEXT, "ü": b""}
    packed = bytearray(
        data.draw(st.sampled_from([tar_of(members), zip_of(members), tar_of(members, "w:xz")]))
    )
    for position in data.draw(st.lists(st.integers(0, len(packed) - 1), max_size=5)):
        packed[position] = data.draw(st.integers(0, 255))
    contents_of(bytes(packed))
