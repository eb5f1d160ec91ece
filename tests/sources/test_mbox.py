from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.posts import Post
from kulanz.sources.charsets import decode, decode_mail_header, repair
from kulanz.sources.errors import Problems
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item
from kulanz.sources.mailtext import trim_mail
from kulanz.sources.mailthreads import SUBJECT_WINDOW, MailThreads, is_reply, plain_subject
from kulanz.sources.mbox import MAX_MESSAGE_BYTES, READER

DATA = Path(__file__).parents[1] / "data" / "mbox"
ENVELOPE = b"From anna@example.org Mon Jun  1 10:00:00 2026\n"


def read(data: bytes, problems: Problems | None = None) -> list[Post]:
    noted = Problems() if problems is None else problems
    return list(READER.read(Item("m.mbox", io.BytesIO(data)), noted, ReadOptions()))


def mail(number: int, body: str | bytes = "Hallo", **headers: str) -> bytes:
    """One message; underscores in header names stand for hyphens."""
    fields = {
        "From": "Anna <Anna@Example.org>",
        "Date": f"Mon, 01 Jun 2026 10:{number:02}:00 +0000",
        "Message-ID": f"<m{number}@x>",
        "Subject": "Mahnung",
    }
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    content = body.encode() if isinstance(body, str) else body
    return ENVELOPE + head.encode("utf-8", "surrogateescape") + b"\n" + content + b"\n\n"


@pytest.mark.parametrize("name", ["hyperkitty_export.mbox", "public_inbox_thread.mbox"])
def test_real_archives(name: str) -> None:
    data = (DATA / name).read_bytes()
    assert READER.accepts(data[:65536], name)
    posts = read(data)
    assert {post.thread_id for post in posts} == {"m1@example.org"}
    assert [post.author_id for post in posts] == ["alice@example.org", "bob@example.org", "carol@example.org"]
    assert [post.reply_to for post in posts] == [None, "m1@example.org", "m2@example.org"]
    assert posts[1].text == "Same here."
    assert posts[1].quotes == ("When I export more than 10k rows I get error 500.",)
    assert posts[2].created_at == datetime(2026, 6, 2, 9, tzinfo=UTC)
    assert posts[2].thread_title == "Export fails"


def test_only_a_from_line_with_headers_is_accepted() -> None:
    assert not READER.accepts(b"From what I see this is no mbox\nSubject: x\n", "a.mbox")
    assert not READER.accepts(b"From a@b Mon Jun  1 10:00:00 2026\njust text\n", "a.mbox")
    assert not READER.accepts(b'{"thread_id": 1}', "a.mbox")


def test_replies_join_before_their_parents_came() -> None:
    posts = read(mail(3, References="<m1@x> <m2@x>") + mail(2, In_Reply_To="<m1@x>") + mail(1))
    assert {post.thread_id for post in posts} == {"m1@x"}


def test_threads_without_references_join_by_subject_for_sixty_days() -> None:
    posts = read(
        mail(1, Message_ID="")
        + mail(2, Subject="AW: [kunden] Re: Mahnung")
        + mail(3, Subject="Mahnung")
        + mail(4, Subject="Re: Mahnung", Date="Mon, 01 Dec 2026 10:00:00 +0000")
    )
    assert posts[1].thread_id == posts[0].thread_id
    assert posts[0].post_id.endswith("@message-id.missing")
    assert len({post.thread_id for post in posts}) == 3


def test_html_only_mail_with_latin_bytes() -> None:
    body = (
        b'<p>Unversch\xe4mt, 5 \x80!</p><div class="gmail_quote">alt</div><p>Von meinem iPhone gesendet</p>'
    )
    post = read(mail(1, body, Content_Type="text/html; charset=iso-8859-1"))[0]
    assert post.text == "Unverschämt, 5 €!"
    assert post.quotes == ("alt", "Von meinem iPhone gesendet")


def test_plain_text_is_preferred_and_attachments_are_ignored() -> None:
    body = (
        "--b\nContent-Type: text/html\n\n<b>rich</b>\n--b\nContent-Type: text/plain\n\nplain\n"
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nfile\n--b--\n"
    )
    assert read(mail(1, body, Content_Type="multipart/mixed; boundary=b"))[0].text == "plain"


@pytest.mark.parametrize(
    "below",
    [
        "-- \nAnna Beispiel",
        "Am 12.03.2026 um 10:00 schrieb Bob\n<bob@example.org>:\n\nalter Text",
        "On Thu, Mar 12, 2026 at 10:00 AM Bob <bob@example.org> wrote:\n> alt",
        "-----Ursprüngliche Nachricht-----\nVon: Bob",
        "Von: Support <s@example.org>\nGesendet: Montag, 3. Mai 2026\nAn: Anna\nBetreff: AW: Mahnung\n\nalt",
        "_______________________________________________\nListe Kunden",
        "Von meinem iPhone gesendet",
    ],
)
def test_what_stands_below_the_answer_is_cut(below: str) -> None:
    post = read(mail(1, f"Ich zahle nicht.\n\n{below}\n", Content_Type="text/plain; charset=utf-8"))[0]
    assert post.text == "Ich zahle nicht."
    assert post.quotes


def test_answers_between_quotes_stay() -> None:
    assert read(mail(1, "Am 3.5.26 schrieb Bob:\n> eins\nja\n> zwei\nnein"))[0].text == "ja\nnein"
    assert trim_mail("Am 3.5. habe ich geschrieben:\nBitte um Antwort")[0].startswith("Am 3.5.")


@pytest.mark.parametrize(
    ("header", "value", "automatic"),
    [
        ("Auto_Submitted", "auto-replied", True),
        ("Auto_Submitted", "no", None),
        ("Precedence", "auto_reply", True),
        ("Precedence", "bulk", True),
        ("Precedence", "list", None),
        ("Subject", "Abwesenheitsnotiz: Mahnung", True),
        ("Subject", "Automatische Antwort: Mahnung", True),
    ],
)
def test_automatic_replies_are_marked(header: str, value: str, *, automatic: bool | None) -> None:
    assert read(mail(1, **{header: value}))[0].automatic is automatic


def test_dates_fall_back_to_the_from_line_or_are_reported() -> None:
    problems = Problems()
    posts = read(mail(1, Date="gestern") + mail(2, Date="").replace(b"2026", b"????"), problems)
    assert [post.created_at for post in posts] == [datetime(2026, 6, 1, 10, tzinfo=UTC)]
    assert [str(problem) for problem in problems.kept] == [
        "m.mbox:9: message has no usable date (add a Date header)"
    ]


def test_from_lines_in_the_text_do_not_split_messages() -> None:
    posts = read(mail(1, "Hallo\n\nFrom what I hear at 10:30 it works\n>From hier\n") + mail(2))
    assert len(posts) == 2
    assert "From what I hear" in posts[0].text
    assert "From hier" in posts[0].text


def test_a_huge_message_is_read_to_its_limit() -> None:
    posts = read(mail(1, "x" * 70 + "\n" + "wort\n" * (MAX_MESSAGE_BYTES // 4)) + mail(2))
    assert [post.post_id for post in posts] == ["m1@x", "m2@x"]


def test_deeply_nested_parts_do_no_harm() -> None:
    body = "".join(f"--b{i}\nContent-Type: multipart/mixed; boundary=b{i + 1}\n\n" for i in range(3000))
    problems = Problems()
    posts = read(mail(1, body, Content_Type="multipart/mixed; boundary=b0") + mail(2), problems)
    assert posts[-1].post_id == "m2@x"
    assert len(posts) + problems.total == 2


def test_encodings_are_repaired() -> None:
    assert repair("fÃ¼r â€žunsâ€œ ðŸ˜€") == "für „uns“ 😀"
    assert repair("Ã la carte, naïve café»") == "Ã la carte, naïve café»"
    assert decode("für".encode(), "us-ascii") == "für"
    assert decode("für €".encode("cp1252"), "utf-8") == "für €"
    assert decode("日本".encode("iso2022_jp"), "iso-2022-jp") == "日本"
    assert decode("für".encode("cp1252"), "rot13") == "für"
    assert decode_mail_header("=?utf-8?B?UsO8Y2s=?= =?iso-8859-1?Q?m=E4hnung?=") == "Rückmähnung"


def test_subjects() -> None:
    assert plain_subject("AW: [kunden] Re[2]: WG: Mahnung ") == "Mahnung"
    assert plain_subject("Re: ") == ""
    assert is_reply("[kunden] AW: x")
    assert not is_reply("Rechnung: x")


@given(st.binary(max_size=2000))
def test_no_bytes_break_a_message(data: bytes) -> None:
    problems = Problems()
    posts = read(
        mail(1, data) + data + mail(2, Subject=data.decode("utf-8", "surrogateescape")[:50]), problems
    )
    for post in posts:
        repr(post).encode()
    READER.accepts(data, "x")


HEADERS = st.sampled_from(
    [
        "Date",
        "From",
        "Subject",
        "References",
        "In-Reply-To",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Received",
    ]
)


@given(st.dictionaries(HEADERS, st.text(max_size=60).map(lambda text: text.replace("\n", " "))), st.text())
def test_no_headers_break_a_message(headers: dict[str, str], body: str) -> None:
    for post in read(mail(1, body.encode("utf-8", "replace"), **headers)):
        f"{post.author_id}{post.thread_title}{post.text}{post.reply_to}".encode()


def test_a_read_that_goes_on_joins_threads_as_one_read_would() -> None:
    first = MailThreads()
    sent_at = datetime(2026, 6, 1, tzinfo=UTC)
    assert first.thread("a@x", [], "Mahnung", sent_at) == "a@x"
    assert first.thread("b@x", ["a@x"], "Re: Mahnung", sent_at) == "a@x"
    later = MailThreads({"b@x": "a@x"}.get, first.recent_namesakes(10))
    assert later.thread("c@x", ["b@x"], "ganz anders", sent_at) == "a@x"
    assert later.thread("d@x", [], "Re: Mahnung", sent_at) == "a@x"
    assert MailThreads().thread("d@x", [], "Re: Mahnung", sent_at) == "d@x"


def test_only_subjects_that_can_still_be_joined_are_carried_on() -> None:
    threads = MailThreads()
    for day in range(100):
        threads.thread(f"{day}@x", [], f"Frage {day}", datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day))
    assert len(threads.recent_namesakes(1000)) == SUBJECT_WINDOW.days + 1
    assert [thread for _, thread, _ in threads.recent_namesakes(2)] == ["98@x", "99@x"]
