"""What a person sees and asks for of their own data: links, requests, and letters that hold secrets."""

from __future__ import annotations

from django.db import models

from kulanz.core.spoken import LANGS
from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.models.members import Member
from kulanz.desk.models.people import Account, Person
from kulanz.desk.models.sources import Source
from kulanz.desk.rules.machines import DATA_REQUEST
from kulanz.desk.rules.my_data import KINDS


class DataAsk(Due):
    """Somebody asked at the public page for a link; gone once the worker has answered.

    ``sealed`` holds the address that was typed, or with a ``source`` the name of an account there: whether it
    is known here is looked up by the worker, so that the page answers everybody alike.
    """

    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="+")
    sealed = models.BinaryField()
    language = models.CharField(max_length=2, default="de")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (one_of("language", LANGS, "data_ask_language"),)

    def __str__(self) -> str:
        return f"ask of {self.asked_at}"


class DataLink(models.Model):
    """A link under which a person sees everything about them until ``ends_at``, known by its ``digest``.

    One that was sent to an ``account`` at its source shows what is the account's, and has no ``person``.
    """

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="data_links")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="data_links")
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=2, default="de")
    made_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("language", LANGS, "data_link_language"),
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(account=None), name="data_link_to_one"
            ),
        )

    def __str__(self) -> str:
        return f"link of {self.person_id or self.account_id}"


class DataRequest(Versioned, Due):
    """What a person asks for about their data, and what became of it.

    ``sealed`` holds ``kulanz.desk.rules.my_data.Words``; it is empty once the person was erased. ``deadline``
    is that of the law, ``extended_at`` when it was made longer. ``with_posts``: public posts go, too.
    ``due_at`` is when leads are reminded of it. ``account`` is set where nothing but that account was proved.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="data_requests")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default=DATA_REQUEST.initial)
    sealed = models.BinaryField(default=bytes)
    with_posts = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="de")
    made_at = models.DateTimeField(db_index=True)
    deadline = models.DateTimeField(db_index=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            one_of("kind", KINDS, "data_request_kind"),
            one_of("state", DATA_REQUEST.states, "data_request_state"),
            one_of("language", LANGS, "data_request_language"),
            models.UniqueConstraint(
                fields=("person", "kind"),
                condition=models.Q(state=DATA_REQUEST.initial),
                name="one_open_data_request_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        return self.kind


class DataLetter(Due):
    """A mail to a person about their data; ``sealed`` holds all of it, and the row goes as it went out.

    One to an ``account`` goes by private message at its source, which knows it by ``mark``.
    """

    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    mark = models.CharField(max_length=50, blank=True, default="")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"letter of {self.made_at}"
