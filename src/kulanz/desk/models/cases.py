"""Cases: one customer's matter, with a named contact, a promise and a private conversation."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.models.issues import Issue
from kulanz.desk.models.members import Member
from kulanz.desk.models.people import Account, Person
from kulanz.desk.models.setup import Calendar
from kulanz.desk.models.threads import Post, Thread
from kulanz.desk.rules.machines import CASE, PROMISE, REPLY

CHANNELS: Final = ("email", "source", "private", "phone", "public")
STATUS_PAGE: Final = "page"
"""How a message came that the customer wrote on the status page; no reply goes that way."""


class Case(Versioned):
    """One customer's matter. ``contact`` is a real person whose name the customer gets.

    ``reply_key`` is the random part of the address that the customer's answers come back to.
    """

    issue = models.ForeignKey(Issue, models.SET_NULL, null=True, blank=True, related_name="cases")
    person = models.ForeignKey(Person, models.PROTECT, related_name="cases")
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default=CASE.initial)
    contact = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="cases")
    email = models.CharField(max_length=254, blank=True, default="")
    reply_key = models.CharField(max_length=64, unique=True)
    outcome = models.CharField(max_length=500, blank=True, default="")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (one_of("state", CASE.states, "case_state"),)

    def __str__(self) -> str:
        return self.title


class Promise(Versioned, Due):
    """Who will answer, until when. ``due_at`` is the next moment something happens: warning, step, breach.

    ``left_s`` is the working time left while the clock is paused.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="promises")
    by = models.ForeignKey(Member, models.PROTECT, related_name="promises")
    what = models.CharField(max_length=500)
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=PROMISE.initial)
    made_at = models.DateTimeField()
    deadline = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, blank=True)
    left_s = models.PositiveIntegerField(null=True, blank=True)
    pause_reason = models.CharField(max_length=500, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("state", PROMISE.states, "promise_state"),
            models.CheckConstraint(
                condition=~models.Q(state="paused") | models.Q(left_s__isnull=False),
                name="paused_promise_has_rest",
            ),
        )

    def __str__(self) -> str:
        return self.what


class Escalation(models.Model):
    """A step of the chain that was taken because a promise was near its end or broken."""

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    told = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("promise", "step"), name="escalation_once"),)

    def __str__(self) -> str:
        return f"{self.promise_id}: {self.step}"


class PrivateTopic(Due):
    """A case's private conversation at a source, with one account. ``due_at`` is when it is read next.

    ``mark`` is what it is begun with there, so that it is found again, and ``key`` the source's own id of it,
    empty until the first message is there. ``seen`` is the id of the newest message that was read,
    ``spoken_at`` when somebody last wrote.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="private_topics")
    account = models.ForeignKey(Account, models.CASCADE, related_name="private_topics")
    mark = models.CharField(max_length=50, unique=True)
    key = models.CharField(max_length=255, blank=True, default="")
    seen = models.CharField(max_length=255, blank=True, default="")
    spoken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "account"), name="private_topic_once"),)

    def __str__(self) -> str:
        return self.mark


class Message(models.Model):
    """One message of the private conversation, in or out. ``message_id`` is the mail's own, without brackets.

    One at a source has its ``private`` topic, and ``private_key`` as its id there.
    ``doubtful`` says why an incoming message may not be the customer's, ``automatic`` that a machine wrote it
    (an absence note, a bounce). ``html`` is as it came, and never shown without being made harmless.
    Of attachments only the names are kept: they stay in the mailbox.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    inbound = models.BooleanField()
    channel = models.CharField(max_length=8, default="email")
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="messages")
    sender = models.CharField(max_length=254, blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    message_id = models.CharField(max_length=255, blank=True, default="", db_index=True)
    in_reply_to = models.CharField(max_length=255, blank=True, default="")
    private = models.ForeignKey(PrivateTopic, models.SET_NULL, null=True, blank=True, related_name="messages")
    private_key = models.CharField(max_length=255, blank=True, default="")
    doubtful = models.CharField(max_length=200, blank=True, default="")
    automatic = models.BooleanField(default=False)
    attachments = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of("channel", (*CHANNELS, STATUS_PAGE), "message_channel"),
            models.UniqueConstraint(
                fields=("case", "message_id"), name="message_once", condition=~models.Q(message_id="")
            ),
            models.UniqueConstraint(
                fields=("private", "private_key"),
                name="private_message_once",
                condition=~models.Q(private_key=""),
            ),
        )

    def __str__(self) -> str:
        return self.subject or self.text[:60]


class Reply(Versioned, Due):
    """An answer on its way: draft, approval, sending. ``due_at`` is the next try to send it.

    ``asks`` are the rules that asked for a second person when it was shown for approval. ``send_at`` is when
    a scheduled one goes out, in the name of ``scheduled_by``; ``stand`` how things stood when that was said
    (``rules.scheduling.Stand``), and ``returned`` why it came back instead.

    ``url`` is where a public one stands since it was posted there, ``post_key`` that post's key at the
    source, ``answered`` the post that it answers. ``error_kind`` says what kept it from being posted.
    ``account`` is whom a private message at a source goes to. ``suggested_by`` is the language model whose
    suggestion somebody took over into it.
    """

    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="replies")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(Member, models.PROTECT, related_name="replies")
    approver = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=8, default="email")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, default=REPLY.initial)
    asks = models.JSONField(default=list)
    send_at = models.DateTimeField(null=True, blank=True)
    scheduled_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    stand = models.JSONField(default=dict)
    returned = models.JSONField(default=list)
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField()
    suggested_by = models.CharField(max_length=200, blank=True, default="")
    url = models.CharField(max_length=2048, blank=True, default="")
    post_key = models.CharField(max_length=512, blank=True, default="")
    answered = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    error_kind = models.CharField(max_length=20, blank=True, default="")
    message = models.OneToOneField(Message, models.SET_NULL, null=True, blank=True, related_name="reply")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("state", REPLY.states, "reply_state"),
            one_of("channel", CHANNELS, "reply_channel"),
            models.CheckConstraint(
                condition=models.Q(case__isnull=False) | models.Q(thread__isnull=False),
                name="reply_to_something",
            ),
        )

    def __str__(self) -> str:
        return self.subject or self.text[:60]


class Inbox(Due):
    """How far the mailbox of the desk has been read; ``address`` is without the account.

    Mail is never changed there. ``unmatched`` counts messages that belong to no case, ``broken`` those that
    cannot be read. ``due_at`` is when it is read again.
    """

    address = models.CharField(max_length=500, unique=True)
    validity = models.PositiveBigIntegerField(null=True, blank=True)
    next_uid = models.PositiveBigIntegerField(default=1)
    kept = models.PositiveIntegerField(default=0)
    unmatched = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.address
