from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kulanz.sources
from kulanz.sources import Limits, Problems, ReadOptions, SourceError, UnreadableError, read
from kulanz.sources.detect import detect, detected
from kulanz.sources.formats import FORMAT_NAMES, reader_named
from kulanz.sources.json_head import top_level_keys

DATA = Path(__file__).parents[1] / "data/discourse"
DEV = Path(__file__).parents[2] / "../shared/corpora/threads/community_dev.jsonl.xz"
LINE = b'{"thread_id":"1","post_id":"2","author_id":null,"created_at":null,"text":"Hallo"}\n'
MAIL = (
    b"From a@b.example Wed May  1 12:00:00 2024\nFrom: a@b.example\n"
    b"Date: Wed, 1 May 2024 12:00:00 +0000\n\nHi\n"
)
FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>'
ISSUE = (
    b'{"url": "https://api.github.com/repos/a/b/issues/1", "number": 1, "title": "x",'
    b' "user": {"login": "a"}, "body": "it breaks", "comments": 0, "author_association": "NONE",'
    b' "created_at": "2024-05-01T12:00:00Z", "html_url": "https://github.com/a/b/issues/1"}'
)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"PAR1\x15\x04", "parquet"),
        (LINE, "jsonl"),
        ((DATA / "topic_mahnung.json").read_bytes(), "discourse"),
        ((DATA / "latest_posts.json").read_bytes(), "discourse"),
        (ISSUE, "github"),
        (b"[" + ISSUE + b"]", "github"),
        (MAIL, "mbox"),
        (FEED, "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>', "feed"),
        (b"thread;text\n1;Hallo\n", "csv"),
    ],
)
def test_formats_are_told_by_content(head: bytes, name: str) -> None:
    for file in ("data", "data.csv", "data.json"):
        reader = detect(head, file)
        assert reader is not None
        assert reader.name == name
    assert [each for each in FORMAT_NAMES if reader_named(each).accepts(head, "data")] == [name]


def test_every_reader_is_registered_under_its_own_name() -> None:
    assert [reader_named(name).name for name in FORMAT_NAMES] == list(FORMAT_NAMES)


@pytest.mark.parametrize(
    "head", [b"Just a letter.\n", b"\x89PNG\r\n\x1a\n\0\0", b'{"a": 1}', b"[]", b"\0" * 600]
)
def test_other_content_is_of_no_format(head: bytes) -> None:
    assert detect(head, "posts.jsonl") is None


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"{", b"[{", b'{"text', b"From ", b"<", b"a,b\n", b"PAR1"])
)
def test_any_bytes_can_be_asked_about(tail: bytes, start: bytes) -> None:
    detect(start + tail, "file")


def test_plain_jsonl_needs_no_other_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("kulanz.sources.mbox", "kulanz.sources.feed", "pyarrow"):
        monkeypatch.setitem(sys.modules, module, None)
    reader_named.cache_clear()
    path = tmp_path / "posts"
    path.write_bytes(LINE)
    assert len(list(read(path))) == 1


def test_mixed_inputs_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b/topic.txt").write_bytes((DATA / "topic_mahnung.json").read_bytes())
    (tmp_path / "b/notes.md").write_bytes(b"# Notes\n")
    (tmp_path / "a.gz").write_bytes(gzip.compress(LINE))
    problems = Problems()
    posts = list(read([tmp_path / "b", tmp_path / "a.gz"], problems=problems))
    assert [post.thread_id for post in posts] == ["77"] * 4 + ["1"]
    (problem,) = problems.kept
    assert problem.file.endswith("notes.md")
    assert "known format" in problem.reason


def test_posts_come_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "posts"
    path.write_bytes(LINE + b"{broken\n" * 5)
    problems = Problems()
    assert next(read(path, problems=problems)).text == "Hallo"
    assert problems.total == 0


def test_problems_inside_archives_name_member_and_line(tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    with tarfile.open(path, "w:gz") as archive:
        header = tarfile.TarInfo("deep/posts.jsonl")
        data = LINE + b"{broken\n"
        header.size = len(data)
        archive.addfile(header, io.BytesIO(data))
    problems = Problems()
    assert len(list(read(path, problems=problems))) == 1
    assert str(problems.kept[0]).startswith(f"{path}!deep/posts.jsonl:2: ")


def test_truncated_compressed_jsonl_gives_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "posts.gz"
    lines = b"".join(LINE.replace(b"Hallo", b"%x" % (i**9)) for i in range(20_000))
    path.write_bytes(gzip.compress(lines)[:-1000])
    problems = Problems()
    posts = list(read(path, problems=problems))
    assert 10_000 < len(posts) < 20_000
    assert "damaged or incomplete" in problems.kept[0].reason
    assert problems.total == 1


def test_nothing_readable_raises_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "letter").write_bytes(b"Dear all\n")
    (tmp_path / "empty").write_bytes(b"")
    problems = Problems()
    with pytest.raises(UnreadableError, match="is empty") as raised:
        list(read(tmp_path, problems=problems))
    assert "2 problems" in str(raised.value)
    with pytest.raises(UnreadableError, match="no input at all"):
        list(read([]))


def test_format_can_be_forced(tmp_path: Path) -> None:
    path = tmp_path / "posts"
    path.write_bytes(LINE.replace(b'"text"', b'"word"') + LINE)
    assert len(list(read(path, options=ReadOptions(format="jsonl")))) == 1
    with pytest.raises(SourceError, match="unknown format 'docx': expected one of parquet, jsonl"):
        list(read(path, options=ReadOptions(format="docx")))


def test_source_is_named_where_posts_do_not(tmp_path: Path) -> None:
    path = tmp_path / "posts"
    path.write_bytes(LINE + LINE.replace(b'"text"', b'"source":"blog","text"'))
    assert [post.source for post in read(path, options=ReadOptions(source="forum"))] == ["forum", "blog"]


def test_convokit_folder_is_read_as_a_whole(tmp_path: Path) -> None:
    utterance = {
        "id": "u1",
        "conversation_id": "c1",
        "speaker": "s",
        "text": "Hi",
        "reply-to": None,
        "timestamp": 1,
    }
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "utterances.jsonl").write_text(json.dumps(utterance) + "\n")
    for name in ("speakers", "conversations", "corpus", "index"):
        (folder / f"{name}.json").write_text("{}")
    ((item, reader),) = detected([tmp_path], Problems(), ReadOptions())
    assert (Path(item.name), reader.name) == (folder, "convokit")
    assert [post.text for post in read(tmp_path)] == ["Hi"]


def test_lone_utterances_are_pointed_to_their_folder(tmp_path: Path) -> None:
    path = tmp_path / "utterances.jsonl"
    path.write_bytes(b'{"id": "u1", "conversation_id": "c1", "speaker": "s", "text": "Hi"}\n')
    with pytest.raises(UnreadableError, match="ConvoKit corpus"):
        list(read(path))


def test_limits_reach_the_readers(tmp_path: Path) -> None:
    path = tmp_path / "posts"
    path.write_bytes(LINE + LINE.replace(b"Hallo", b"x" * 500))
    problems = Problems()
    options = ReadOptions(limits=Limits(max_line_bytes=200))
    assert len(list(read(path, problems=problems, options=options))) == 1
    assert problems.kept[0].line == 2


@given(
    st.dictionaries(st.text(min_size=1), st.text() | st.lists(st.text(), max_size=2), max_size=4),
    st.booleans(),
)
def test_top_level_keys_agree_with_the_json_parser(document: dict[str, object], listed: bool) -> None:
    data = json.dumps([document, {"other": 1}] if listed else document, indent=1, ensure_ascii=False).encode()
    keys = [json.loads(b'"' + key + b'"') for key in top_level_keys(data)]
    assert keys == list(document)


def test_unfinished_strings_do_not_cost_quadratic_time() -> None:
    assert list(top_level_keys(b'{"a": "' + b'\\"' * 500_000)) == [b"a"]


@pytest.mark.parametrize("name", kulanz.sources.__all__)
def test_public_names_exist(name: str) -> None:
    assert hasattr(kulanz.sources, name)


def test_public_names_are_pinned() -> None:
    assert kulanz.sources.__all__ == [
        "FORMAT_NAMES",
        "LimitError",
        "Limits",
        "Problem",
        "Problems",
        "ReadOptions",
        "SourceError",
        "UnreadableError",
        "read",
    ]


@pytest.mark.skipif(not DEV.is_file(), reason="the corpora in ../shared are not here")
def test_real_threads_read_without_a_problem() -> None:
    problems = Problems()
    posts = list(read(DEV, problems=problems))
    assert len({post.thread_id for post in posts}) == 480
    assert problems.total == 0
