"""What is held of a person in private: matters, messages, what CRM and billing told, and who looked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Final

from django.db.models import Q, QuerySet

from kulanz.desk.models import (
    Assessment,
    Case,
    Claim,
    ClosingNote,
    Customer,
    CustomerMatch,
    DataLink,
    DataRequest,
    DunningLetter,
    Event,
    Gesture,
    Hold,
    Merge,
    Message,
    Note,
    Presence,
    PrivateTopic,
    Promise,
    Reply,
    Resemblance,
    Satisfaction,
    StatusPage,
)
from kulanz.desk.rules.customers import claim_in, facts_in
from kulanz.desk.rules.gestures import words_in as gesture_words
from kulanz.desk.rules.holds import words_in as hold_words
from kulanz.desk.rules.my_data import words_in as request_words
from kulanz.desk.services.erasure_receipts import entries_about
from kulanz.desk.services.held_rows import Row, Subject
from kulanz.desk.services.sealing import unseal
from kulanz.desk.services.stakes import lines_of

OPENED: Final = "open"


def _customers(subject: Subject) -> QuerySet[Customer]:
    return Customer.objects.filter(person__in=subject.profiles).order_by("pk")


def _customer(subject: Subject) -> Iterator[Row]:
    for row in _customers(subject):
        facts = facts_in(unseal(row.sealed))
        yield {
            "customer_number": row.number,
            "name": facts.name,
            "email": facts.email,
            "plan": facts.plan,
            "since": facts.since,
            "revenue_per_month": facts.revenue_per_month,
            "margin": None if facts.margin is None else str(facts.margin),
            "system": row.told_by,
            "told_at": row.told_at,
        }


def _claims(subject: Subject) -> Iterator[Row]:
    for row in Claim.objects.filter(customer__in=_customers(subject)).order_by("pk").iterator():
        facts = claim_in(unseal(row.sealed))
        yield {
            "claim": row.key,
            "system": row.system,
            "amount": facts.amount,
            "due": facts.due,
            "level": facts.level,
            "what": facts.what,
            "text": facts.text,
            "told_at": row.told_at,
            "settled_at": row.settled_at,
        }


def _letters(subject: Subject) -> Iterator[Row]:
    rows = DunningLetter.objects.filter(customer__in=_customers(subject)).select_related("claim")
    for row in rows.order_by("pk").iterator():
        yield {
            "claim": row.claim.key if row.claim else "",
            "level": row.level,
            "on": row.on,
            "what": unseal(row.sealed).decode(),
            "told_at": row.told_at,
        }


def _value(subject: Subject) -> Iterator[Row]:
    for case in _cases(subject):
        for line in lines_of(case=case, now=subject.now):
            ends = dict.fromkeys(f"{each.amount:f}" for each in (line.low, line.high))
            yield {
                "case": subject.others.masked(case.title),
                "what": line.code,
                "value": f"{' – '.join(ends)} {line.high.currency}",
            }


def _cases(subject: Subject) -> QuerySet[Case]:
    return (
        Case.objects.filter(pk__in=subject.cases).select_related("contact", "person", "issue").order_by("pk")
    )


def _case_rows(subject: Subject) -> Iterator[Row]:
    said = {row.case_id: row for row in Assessment.objects.filter(case__in=subject.cases)}
    for row in _cases(subject):
        judged = said.get(row.pk)
        why = gesture_words(unseal(judged.sealed)).why if judged else ""
        yield {
            "title": subject.others.masked(row.title),
            "state": row.state,
            "contact": row.contact,
            "email": row.email,
            "outcome": subject.others.masked(row.outcome),
            "fault": judged.fault if judged else "",
            "why": subject.others.masked(why),
            "opened_at": row.opened_at,
            "closed_at": row.closed_at,
        }


def _promises(subject: Subject) -> Iterator[Row]:
    rows = Promise.objects.filter(case__in=subject.cases).select_related("by", "case")
    for row in rows.order_by("pk").iterator():
        yield {
            "case": subject.others.masked(row.case.title),
            "what": subject.others.masked(row.what),
            "by": row.by,
            "state": row.state,
            "made_at": row.made_at,
            "deadline": row.deadline,
            "settled_at": row.settled_at,
        }


def _holds(subject: Subject) -> Iterator[Row]:
    about = Q(case__in=subject.cases) | Q(customer__in=_customers(subject))
    rows = Hold.objects.filter(about).select_related("case", "claim").order_by("pk")
    for row in rows.iterator():
        words = hold_words(unseal(row.sealed))
        yield {
            "case": subject.others.masked(row.case.title),
            "claim": row.claim.key if row.claim else "",
            "state": row.state,
            "reason": words.reason,
            "note": subject.others.masked(words.note),
            "made_at": row.proposed_at,
            "review_on": row.review_on,
            "ended_at": row.ended_at,
        }


def _gestures(subject: Subject) -> Iterator[Row]:
    rows = Gesture.objects.filter(case__in=subject.cases).select_related("case").order_by("pk")
    for row in rows.iterator():
        words = gesture_words(unseal(row.sealed))
        yield {
            "case": subject.others.masked(row.case.title),
            "kind": row.kind,
            "name": words.name,
            "amount": row.value,
            "state": row.state,
            "why": subject.others.masked(words.why),
            "answer": subject.others.masked(words.answer),
            "made_at": row.proposed_at,
        }


def _messages(subject: Subject) -> Iterator[Row]:
    rows = Message.objects.filter(case__in=subject.cases).select_related("case", "author").defer("html")
    for row in rows.order_by("pk").iterator(chunk_size=200):
        yield {
            "case": subject.others.masked(row.case.title),
            "inbound": row.inbound,
            "channel": row.channel,
            "sender": row.sender,
            "by": row.author,
            "subject": row.subject,
            "text": row.text,
            "attachments": list(row.attachments),
            "automatic": row.automatic,
            "at": row.at,
        }


def _replies(subject: Subject) -> Iterator[Row]:
    rows = Reply.objects.filter(case__in=subject.cases).select_related("case", "author")
    for row in rows.order_by("pk").iterator(chunk_size=200):
        yield {
            "case": subject.others.masked(row.case.title) if row.case else "",
            "channel": row.channel,
            "by": row.author,
            "state": row.state,
            "subject": row.subject,
            "text": subject.others.masked(row.text),
            "created_at": row.created_at,
            "sent_at": row.sent_at,
        }


def _notes(subject: Subject) -> Iterator[Row]:
    rows = Note.objects.filter(case__in=subject.cases).select_related("case", "author").order_by("pk")
    for row in rows.iterator():
        title = subject.others.masked(row.case.title) if row.case else ""
        yield {"case": title, "by": row.author, "text": subject.others.masked(row.text), "at": row.at}


def _private(subject: Subject) -> Iterator[Row]:
    about = Q(account__in=subject.accounts) | Q(case__in=subject.cases)
    for row in PrivateTopic.objects.filter(about).select_related("case", "account__source").order_by("pk"):
        yield {
            "case": subject.others.masked(row.case.title),
            "source": row.account.source.name,
            "account": row.account.key,
            "at": row.spoken_at,
        }


def _status_pages(subject: Subject) -> Iterator[Row]:
    for row in StatusPage.objects.filter(case__in=subject.cases).select_related("case").order_by("pk"):
        yield {
            "case": subject.others.masked(row.case.title),
            "made_at": row.made_at,
            "opened_at": row.last_opened_at,
        }


def _satisfaction(subject: Subject) -> Iterator[Row]:
    for said in Satisfaction.objects.filter(case__in=subject.cases).select_related("case").order_by("pk"):
        yield {
            "case": subject.others.masked(said.case.title),
            "level": said.level,
            "text": said.text,
            "answer": "",
            "at": said.answered_at,
        }
    for note in ClosingNote.objects.filter(case__in=subject.cases).select_related("case").order_by("pk"):
        yield {
            "case": subject.others.masked(note.case.title),
            "level": None,
            "text": note.text,
            "answer": note.answer,
            "at": note.written_at,
        }


def _alike(subject: Subject) -> Iterator[Row]:
    """What speaks for being somebody else's profile; whose that is stays out."""
    same = Q(person__in=subject.profiles) | Q(other__in=subject.profiles) | Q(account__in=subject.accounts)
    for row in Resemblance.objects.filter(same).order_by("pk"):
        yield {"grounds": list(row.grounds), "share": row.score, "found_at": row.found_at}
    matched = Q(person__in=subject.profiles) | Q(account__in=subject.accounts)
    for match in CustomerMatch.objects.filter(matched).order_by("pk"):
        yield {"grounds": list(match.grounds), "share": None, "found_at": match.found_at}


def _merges(subject: Subject) -> Iterator[Row]:
    rows = Merge.objects.filter(Q(kept__in=subject.profiles) | Q(gone__in=subject.profiles))
    for row in rows.select_related("by").order_by("pk"):
        yield {"why": subject.others.masked(row.why), "by": row.by, "at": row.at, "ended_at": row.undone_at}


def _about(subject: Subject) -> QuerySet[Event]:
    """Return the events on a person, their cases, and what CRM and billing told of them."""
    people = Q(noun="person", noun_id__in=[row.pk for row in subject.profiles])
    told = Q(noun="customer", noun_id__in=_customers(subject).values("pk"))
    given = Q(noun="gesture", noun_id__in=Gesture.objects.filter(case__in=subject.cases).values("pk"))
    held = Q(noun="hold", noun_id__in=Hold.objects.filter(case__in=subject.cases).values("pk"))
    rows = Event.objects.filter(people | told | given | held | Q(case__in=subject.cases))
    return rows.select_related("actor").order_by("pk")


def _history(subject: Subject) -> Iterator[Row]:
    for row in _about(subject).exclude(action=OPENED, actor__isnull=False).iterator():
        yield {
            "at": row.at,
            "noun": row.noun,
            "action": row.action,
            "by": row.actor,
            "reason": subject.others.masked(row.reason),
        }


def _looks(subject: Subject) -> Iterator[Row]:
    opened = _about(subject).filter(action=OPENED, actor__isnull=False)
    seen = Presence.objects.filter(noun="case", noun_id__in=subject.cases).select_related("member")
    for at, noun, by in chain(
        ((row.at, row.noun, row.actor) for row in opened.iterator()),
        ((row.at, row.noun, row.member) for row in seen.order_by("pk")),
    ):
        yield {"at": at, "noun": noun, "by": by}


def _requests(subject: Subject) -> Iterator[Row]:
    rows = DataRequest.objects.filter(person__in=subject.profiles).select_related("by").order_by("pk")
    for row in rows:
        words = request_words(unseal(row.sealed))
        yield {
            "kind": row.kind,
            "state": row.state,
            "with_posts": row.with_posts,
            "said": words.said,
            "longer": words.longer,
            "answer": words.answer,
            "made_at": row.made_at,
            "deadline": row.deadline,
            "by": row.by,
        }


def _links(subject: Subject) -> Iterator[Row]:
    own = Q(person__in=subject.profiles) | Q(account__in=subject.accounts)
    for row in DataLink.objects.filter(own).order_by("pk"):
        yield {"made_at": row.made_at, "ends_at": row.ends_at, "opened_at": row.opened_at}


def _log(subject: Subject) -> Iterator[Row]:
    people = [row.pk for row in subject.profiles]
    for row in entries_about(people=people, cases=subject.cases).order_by("pk").iterator():
        yield {"at": row.at, "kind": row.kind, "action": row.act, "entry": row.leaf}


READERS: Final[Mapping[str, Callable[[Subject], Iterator[Row]]]] = {
    "customer": _customer,
    "claims": _claims,
    "letters": _letters,
    "value": _value,
    "cases": _case_rows,
    "promises": _promises,
    "holds": _holds,
    "gestures": _gestures,
    "messages": _messages,
    "replies": _replies,
    "notes": _notes,
    "private": _private,
    "status_pages": _status_pages,
    "satisfaction": _satisfaction,
    "alike": _alike,
    "merges": _merges,
    "history": _history,
    "looks": _looks,
    "log": _log,
    "requests": _requests,
    "links": _links,
}
