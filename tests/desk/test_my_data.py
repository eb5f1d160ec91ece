"""A person sees all that is held about her, takes it along, and says what is to become of it."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import msgspec
import pytest
from api_client import Program
from customer_people import make_customer
from desk_people import logged_in, make_thread
from django.apps import apps
from django.db.models import Model
from django.test import Client

from kulanz.core.contributions import Contributions
from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import (
    Account,
    AccountStanding,
    Appeal,
    Case,
    DataAsk,
    DataLetter,
    DataLink,
    DataRequest,
    Delivery,
    Event,
    LogEntry,
    Measure,
    MeasureNotice,
    Member,
    Message,
    Person,
    Post,
    Resemblance,
    Source,
    Thread,
)
from kulanz.desk.queries.examples import examples
from kulanz.desk.queries.moderating import situation_of
from kulanz.desk.queries.rows import posts_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import Facts
from kulanz.desk.rules.data_catalogue import CLASSES, LEFT_OUT
from kulanz.desk.rules.data_fields import FIELDS, meaning
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.my_data import LINK_LASTS, LINKS_A_DAY, months_later
from kulanz.desk.services import (
    appeals,
    cases,
    data_requests,
    erasing,
    known_addresses,
    my_data_letters,
    my_data_links,
    opening,
    teamwork,
)
from kulanz.desk.services.analysing import analyse_due
from kulanz.desk.services.comparing import compare, compare_due
from kulanz.desk.services.held import classes, rows_of, subject_of
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.sealing import unseal
from kulanz.desk.services.sweeping import finish_due
from kulanz.desk.services.veiling import SILENT
from kulanz.sources.sightings import Page, Sighting
from kulanz.tlog.entries import decode, opens
from smtp_site import SmtpSite

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "rolf@mauer.example"


@pytest.fixture
def rolf(alice: Actor, forum: Source, now: datetime) -> Person:
    """A customer with two posts, a case with messages, and what CRM and billing told of him."""
    person = Person.objects.create(
        name="Rolf Mauer", email=ADDRESS, note="Knows Anna Quitt well.", created_at=now
    )
    Person.objects.create(name="Anna Quitt", email="anna@quitt.example", created_at=now)
    customer = make_customer(alice, now)
    customer.person = person
    customer.save()
    account = Account.objects.create(source=forum, key="rolf_m", person=person, first_seen_at=now)
    thread = make_thread(forum, now, "4711")
    for number, text in enumerate(("=1+1 said @anna_q once", "Anna Quitt knows. I am rolf_m.")):
        Post.objects.create(
            source=forum, thread=thread, account=account, key=f"p{number}", text=text, url=f"https://f/{number}",
            quotes=["anna_q: secret of hers"], lang="en", text_since=now, seen_at=now, created_at=now,
        )  # fmt: skip
    given = msgspec.msgpack.encode(Contributions())
    AccountStanding.objects.create(account=account, contributions=given, reach=None, counted_at=now)
    case = cases.open_case(actor=alice, person=person, issue=None, title="Dunning, as of Anna Quitt", now=now)
    Message.objects.create(case=case, inbound=True, sender=ADDRESS, text="My gallbladder.", at=now)
    teamwork.write_note(actor=alice, about=case, text="Anna Quitt says he is right.", now=now)
    opening.opened_of(actor=alice, person=person, now=now)
    return person


@pytest.fixture
def link(rolf: Person) -> str:
    """The path of a link that works now."""
    return my_data_links.make(person=rolf, language="en", now=datetime.now(UTC)).partition("8750")[2]


def text_of(answer: object) -> str:
    content: bytes = answer.content  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]*>", " ", content.decode()).split())


def reaching(model: type[Model]) -> set[str]:
    """The names of all tables from whose rows keys lead, over others, to a row of a table."""
    found, more = {model}, True
    while more:
        near = {
            each
            for each in apps.get_app_config("desk").get_models()
            for field in each._meta.get_fields()
            if field.concrete and field.is_relation and field.related_model in found
        }
        more = not near <= found
        found |= near
    return {each._meta.model_name or "" for each in found}


def test_the_catalogue_knows_every_table_that_hangs_on_a_person() -> None:
    named = {model for each in CLASSES for model in each.models} | LEFT_OUT.keys()
    assert reaching(Person) - named == set()
    assert {each.name for each in CLASSES} == classes()
    assert {field for each in CLASSES for field in each.fields} == FIELDS.keys()


def test_a_level_is_one_of_dunning_or_of_satisfaction() -> None:
    told = [meaning(name, "level").de for name in ("claims", "satisfaction")]
    assert told == ["Mahnstufe", "wie zufrieden, 1 bis 5"]


def test_what_is_read_has_the_fields_that_the_dictionary_explains(rolf: Person, now: datetime) -> None:
    subject = subject_of(rolf, now)
    known = {each.name: each.fields for each in CLASSES}
    read = {name: [tuple(row) for row in rows_of(subject, name)] for name in known}
    assert {name for name, rows in read.items() for row in rows if row != known[name]} == set()
    held = {"profile", "accounts", "posts", "standing", "reach", "customer", "claims", "cases", "messages"}
    assert {name for name, rows in read.items() if rows} >= held | {"notes", "history", "looks", "value"}


@pytest.mark.parametrize(
    ("address", "links"),
    [(ADDRESS, 1), ("ROLF@mauer.example", 1), ("rolf@petersen.example", 1), ("nobody@mauer.example", 0)],
    ids=["profile", "whatever case", "customer", "unknown"],
)
def test_only_a_known_address_gets_a_link_and_all_are_answered_alike(
    rolf: Person, site: SmtpSite, now: datetime, address: str, links: int
) -> None:
    answer = Client().post("/my-data?lang=en", {"email": address})
    assert (answer.status_code, answer["Location"]) == (303, "/my-data?lang=en&done=asked#told")
    assert answer.cookies == {}
    later = datetime.now(UTC)
    assert my_data_links.answer_due(now=later) == 1
    assert my_data_letters.send_due(now=later) == links
    assert [mail["To"] for mail in site.mails] == [address] * links
    assert (DataLink.objects.count(), DataAsk.objects.count(), DataLetter.objects.count()) == (links, 0, 0)
    if links:
        found = re.search(r"http://[^/]+(/my-data/\S+)", site.mails[0].get_content())
        assert found
        assert Client().get(found[1]).status_code == 200


def test_a_customer_is_found_by_a_digest_and_no_other_is_opened(
    alice: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = make_customer(alice, now, "KD-1", Facts(name="Rolf P", email="Rolf@Petersen.example"), None)
    make_customer(alice, now, "KD-2", Facts(name="Mila K", email="mila@k.example"), None)
    opened: list[bytes] = []
    monkeypatch.setattr(known_addresses, "unseal", lambda sealed: opened.append(sealed) or unseal(sealed))
    found = known_addresses.people_at(["rolf@petersen.EXAMPLE"], now=now)
    assert [each.customer_number for each in found["rolf@petersen.example"]] == ["KD-1"]
    assert opened == [ours.sealed]


def test_nobody_is_flooded_with_links(rolf: Person, site: SmtpSite, now: datetime) -> None:
    for _ in range(LINKS_A_DAY + 2):
        my_data_links.ask(address=ADDRESS, language="de", now=now)
    my_data_links.answer_due(now=now)
    assert DataLink.objects.count() == DataLetter.objects.count() == LINKS_A_DAY


def test_a_link_ends_and_is_not_kept(rolf: Person, link: str, now: datetime) -> None:
    assert link.rpartition("/")[2] not in repr(list(DataLink.objects.values()))
    DataLink.objects.update(ends_at=datetime.now(UTC))
    wrong = f"{link[:-1]}x"
    assert [Client().get(each).status_code for each in (link, wrong, f"{link}/export.zip")] == [404] * 3
    assert timedelta(hours=1) == LINK_LASTS


def test_the_page_shows_what_is_held_and_nothing_of_others(link: str) -> None:
    answer = Client().get(link)
    said = text_of(answer)
    shown = (
        "My gallbladder.",
        "Rolf Mauer",
        "rolf_m",
        "R-KD-47119",
        "12.40 EUR",
        "Alice Beispiel",
        "Years there",
    )
    assert [each for each in shown if each not in said] == []
    assert [each for each in ("Anna", "Quitt", "secret of hers") if each in said] == []
    assert answer["Cache-Control"].startswith("max-age=0")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer.cookies == {}
    assert Event.objects.filter(noun="datalink", action="open").count() == 1


def test_all_of_it_is_taken_along(link: str) -> None:
    answer = Client().get(f"{link}/export.zip")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    zipped = ZipFile(BytesIO(content))
    assert zipped.testzip() is None
    files = {name: zipped.read(name).decode("utf-8-sig") for name in zipped.namelist()}
    assert [name for name, text in files.items() if "Quitt" in text or "secret of hers" in text] == []
    posts = [json.loads(line) for line in files["json/posts.jsonl"].splitlines()]
    assert [post["text"] for post in posts] == ["=1+1 said @[name] once", "[name] knows. I am rolf_m."]
    rows = list(csv.DictReader(StringIO(files["csv/posts.csv"])))
    assert rows[0]["text"] == "'=1+1 said @[name] once"
    notes = json.loads(files["activitystreams/posts.json"])
    assert (notes["type"], notes["totalItems"]) == ("OrderedCollection", 2)
    assert notes["orderedItems"][0]["type"] == "Note"
    for name, head in (("READ-ME.txt", "Public posts"), ("LIES-MICH.txt", "Öffentliche Beiträge")):
        assert head in files[name]
        assert all(field in files[name] for field in FIELDS)


def test_an_objection_holds_at_once_until_it_is_taken_back(
    alice: Actor, rolf: Person, link: str, now: datetime
) -> None:
    asked = Client().post(link, {"do": "ask", "kind": "object", "text": "I do not want it."})
    assert asked.status_code == 303
    rolf.refresh_from_db()
    assert rolf.objected_at is not None
    read = {name: list(rows_of(subject_of(rolf, now), name)) for name in ("standing", "value")}
    assert read == {"standing": [], "value": []}
    assert not AccountStanding.objects.exists()
    request = DataRequest.objects.get()
    assert request.deadline == months_later(request.made_at, 1)
    assert "I do not want it." not in repr(list(DataRequest.objects.values()))
    assert Delivery.objects.filter(subject__contains="own data").count() == 1
    assert Client().post(link, {"do": "ask", "kind": "object"}).status_code == 422
    assert Client().post(link, {"do": "", "kind": "erase"}).status_code == 422
    assert Client().post(link, {"do": "take_back", "kind": "object"}).status_code == 303
    rolf.refresh_from_db()
    assert rolf.objected_at is None
    assert DataRequest.objects.get().state == "withdrawn"


def test_leads_are_told_once_a_day_that_there_are_requests(alice: Actor, rolf: Person, now: datetime) -> None:
    for kind in ("object", "restrict"):
        data_requests.ask(person=rolf, kind=kind, said="", language="de", now=now)
    assert Delivery.objects.filter(subject__contains="own data").count() == 1
    data_requests.ask(
        person=rolf, kind="correct", said="I moved.", language="de", now=now + timedelta(days=1)
    )
    assert Delivery.objects.filter(subject__contains="own data").count() == 2


def test_a_request_is_answered_in_time_or_made_longer_once(
    alice: Actor, bob: Actor, rolf: Person, now: datetime
) -> None:
    asked = data_requests.ask(person=rolf, kind="correct", said="I moved.", language="de", now=now)
    with pytest.raises(RuleError, match="month is over"):
        data_requests.extend(actor=alice, request=asked, seen=1, reason="Late", now=now + timedelta(days=32))
    longer = data_requests.extend(actor=alice, request=asked, seen=1, reason="Holidays", now=now)
    assert longer.deadline == months_later(now, 3)
    with pytest.raises(RuleError, match="already"):
        data_requests.extend(actor=alice, request=longer, seen=2, reason="More", now=now)
    assert data_requests.remind_due(now=longer.deadline - timedelta(days=1)) == 1
    longer.refresh_from_db()
    done = data_requests.grant(actor=alice, request=longer, seen=2, answer="Changed.", now=now)
    assert (done.state, done.by_id) == ("granted", alice.member_id)
    assert DataLetter.objects.count() == 3
    erase = data_requests.ask(person=rolf, kind="erase", said="", language="de", now=now)
    with pytest.raises(RuleError, match="erase the person"):
        data_requests.grant(actor=alice, request=erase, seen=1, answer="", now=now)
    with pytest.raises(RuleError, match="right"):
        data_requests.refuse(actor=bob, request=erase, seen=1, reason="no", now=now)


def test_a_refused_restriction_holds_no_more(alice: Actor, rolf: Person, now: datetime) -> None:
    asked = data_requests.ask(person=rolf, kind="restrict", said="", language="de", now=now)
    rolf.refresh_from_db()
    assert rolf.restricted_at == now
    data_requests.refuse(actor=alice, request=asked, seen=1, reason="Court", now=now)
    rolf.refresh_from_db()
    assert rolf.restricted_at is None


def test_leads_answer_requests_on_a_page_and_by_program(
    rolf: Person, members: dict[str, Member], now: datetime
) -> None:
    data_requests.ask(person=rolf, kind="correct", said="I moved to Kiel.", language="en", now=now)
    client = logged_in(members["alice"])
    page = text_of(client.get("/data-requests"))
    assert "Rolf Mauer : Correct my data Overdue since 11 Jul 2026" in page
    assert "I moved to Kiel." in page
    pk = DataRequest.objects.get().pk
    refused = client.post(f"/data-requests/{pk}/refuse", {"seen": "1", "reason": ""})
    assert (refused.status_code, DataRequest.objects.get().state) == (422, "open")
    program = Program(members["alice"])
    assert program.get("/data-requests?state=open").json()["items"][0]["said"] == "I moved to Kiel."
    told = program.post(f"/data-requests/{pk}/grant", {"seen": 1, "answer": "Done."})
    assert (told.status_code, told.json()["state"], told.json()["answer"]) == (200, "granted", "Done.")
    assert Event.objects.filter(noun="datarequest", action="open").count() == 2


def test_erased_as_asked_nothing_of_it_is_left(
    alice: Actor, rolf: Person, link: str, forum: Source, now: datetime
) -> None:
    """Messages, requests and the words of posts are gone, and stay away when the posts are read again."""
    asked = Client().post(link, {"do": "ask", "kind": "erase", "text": "zwiebelfisch", "with_posts": "1"})
    assert asked.status_code == 303
    Case.objects.update(state="closed", closed_at=now)
    told = appealed(Post.objects.get(key="p0"), now)
    request = DataRequest.objects.get()
    rolf.refresh_from_db()
    erasing.erase(
        actor=alice, person=rolf, seen=rolf.version, reason="asked", with_posts=request.with_posts, now=now
    )
    assert finish_due(now=now) == 1
    again = CorePost(thread_id="4711", post_id="p0", author_id="rolf_m", created_at=now, text="=1+1 said it")
    keep_page(source=forum, page=Page(posts=(Sighting(post=again),)), lane=None, grace=timedelta(0), now=now)
    request.refresh_from_db()
    assert (request.state, bytes(request.sealed)) == ("granted", b"")
    letter = my_data_letters.unsealed(DataLetter.objects.latest("pk"))
    leaf, key, content = re.findall(r"^(?:entry|key|content): (.+)$", letter.text, re.MULTILINE)
    entry = LogEntry.objects.get(leaf=leaf)
    assert letter.to == ADDRESS
    assert opens(decode(bytes(entry.body)), "statement", bytes.fromhex(key), content.encode())
    assert not entry.openings.exists()
    DataLetter.objects.all().delete()
    rows = (repr(row) for model in apps.get_models() for row in model._default_manager.values_list())
    left = "\n".join(rows).lower()
    words = ("rolf", "mauer", "gallbladder", "zwiebelfisch", "=1+1", "knows. i am", "https://f/", "lebkuchen")
    assert [each for each in words if each in left] == []
    assert set(Post.objects.values_list("text", flat=True)) == {SILENT}
    assert Client().get(link).status_code == 404
    told.refresh_from_db()
    assert told.state == "withdrawn"


def appealed(post: Post, now: datetime) -> Appeal:
    """An appeal of an author who was told of a measure on a post."""
    measure = Measure.objects.create(
        reference="AB12", thread=post.thread, post=post, account=post.account, kind="hide", scope="post",
        state="done", at_source=True, proposed_at=now, done_at=now,
    )  # fmt: skip
    MeasureNotice.objects.create(measure=measure, about="done", subject="A measure", text=f"About {post.url}")
    return appeals.make(measure=measure, side="author", text="It was about lebkuchen.", now=now).appeal


def test_a_month_ends_with_its_last_day() -> None:
    assert months_later(datetime(2026, 1, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_later(datetime(2026, 11, 15, tzinfo=UTC), 3) == datetime(2027, 2, 15, tzinfo=UTC)


def test_what_is_restricted_is_no_example(rolf: Person, now: datetime) -> None:
    Thread.objects.update(analysed_at=now)
    assert len(examples()) == 1
    data_requests.ask(person=rolf, kind="restrict", said="", language="de", now=now)
    assert len(examples()) == 0


def test_what_is_restricted_is_neither_analysed_nor_compared(rolf: Person, now: datetime) -> None:
    """Nor does one moderator alone hide what the analysis may not read."""
    theirs = Post.objects.filter(account__person=rolf)
    thread = theirs.first().thread
    other = Person.objects.create(name="Rolf Mauer", email=ADDRESS, created_at=now)
    compare(person=rolf, now=now)
    assert Resemblance.objects.exists()
    data_requests.ask(person=rolf, kind="restrict", said="", language="de", now=now)
    assert not Resemblance.objects.exists()
    for each in (rolf, other):
        each.refresh_from_db()
        compare(person=each, now=now)
    assert compare_due(now=now + timedelta(days=2)) == Person.objects.count() - 1
    assert not Resemblance.objects.exists()
    thread.refresh_from_db()
    assert thread.stale_since == now
    assert not {each.post_id for each in posts_of(thread)} & set(theirs.values_list("key", flat=True))
    assert analyse_due(now=now + timedelta(minutes=5)) == 1
    thread.refresh_from_db()
    assert (thread.stale_since, thread.stage, thread.score, thread.people) == (None, "calm", 0.0, 0)
    assert situation_of(thread, theirs.filter(thread=thread).first()).unread
    data_requests.take_back(person=rolf, kind="restrict", now=now)
    thread.refresh_from_db()
    assert thread.stale_since == now
    assert {each.post_id for each in posts_of(thread)} >= set(
        theirs.filter(thread=thread).values_list("key", flat=True)
    )


def test_no_mail_is_promised_without_a_mail_server(rolf: Person) -> None:
    answer = Client().post("/my-data?lang=en", {"email": rolf.email})
    assert answer.status_code == 422
    assert "on its way" not in answer.text + Client().get("/my-data?lang=en&done=asked").text
    assert not DataAsk.objects.exists()
