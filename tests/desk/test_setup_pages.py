"""The pages of the settings: who may open them, what their forms write, and what they refuse."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from desk_people import logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kulanz.desk.models import (
    AlertPolicy,
    ApiToken,
    Calendar,
    Delivery,
    Event,
    Member,
    Playbook,
    Retention,
    SavedView,
    Source,
    StaffIdentity,
    Team,
    Template,
    Thread,
    WebhookTarget,
)
from kulanz.desk.rules.rotation import newest
from kulanz.desk.services.notifying import address_of
from kulanz.desk.services.sealing import unseal

pytestmark = pytest.mark.django_db
NOUNS = ("policies", "calendars", "playbooks", "templates", "teams", "identities")
POLICY = {
    "name": "Everywhere", "least_stage": "issue", "threshold": "50", "least_posts": "1", "cool_down_h": "24",
    "zone": "Europe/Berlin", "active": "on",
}  # fmt: skip
CALENDAR = {
    "name": "Care", "region": "DE-BY", "zone": "Europe/Berlin", "day0": "09:00-12:30, 13:30-17",
    "day4": "9–13", "closed": "2026-12-24 Christmas Eve\n2026-12-31",
}  # fmt: skip


def client_of(member: Member) -> Client:
    return logged_in(member)


@pytest.fixture
def lead(members: dict[str, Member]) -> Client:
    return client_of(members["alice"])


@pytest.fixture
def admin(members: dict[str, Member]) -> Client:
    return client_of(members["adam"])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def secret_of(answer: Any) -> str:
    assert answer["Cache-Control"] == "no-store"
    found = re.search(r'id="secret" readonly value="([^"]+)"', text(answer))
    assert found is not None
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("name", NOUNS)
def test_leads_and_admins_see_lists_and_forms(name: str, lead: Client, admin: Client) -> None:
    for client in (lead, admin):
        assert client.get(reverse("setup")).status_code == 200
        assert client.get(reverse(name)).status_code == 200
        assert client.get(reverse(f"{name}_new")).status_code == 200


@pytest.mark.parametrize("name", [*NOUNS, "members", "targets", "retention"])
def test_others_do_not(name: str, members: dict[str, Member]) -> None:
    for who in ("bob", "carla", "dora", "erik", "frieda"):
        assert client_of(members[who]).get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", ["members", "targets"])
def test_members_and_webhooks_are_for_admins_alone(name: str, lead: Client, admin: Client) -> None:
    assert lead.get(reverse(name)).status_code == 403
    assert lead.post(reverse(f"{name}_new"), {}).status_code == 403
    assert admin.get(reverse(name)).status_code == 200
    assert admin.get(reverse(f"{name}_new")).status_code == 200


def test_a_policy_is_tried_then_saved_then_changed(
    lead: Client, members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    told = POLICY | {"members": [str(members["bob"].pk)], "quiet_from": "22:00", "quiet_to": "07:00"}
    tried = lead.post(reverse("policies_new"), told | {"preview": "1"})
    assert "would have raised 0 alarms" in text(tried)
    assert 'value="Everywhere"' in text(tried)
    assert not AlertPolicy.objects.exists()

    assert lead.post(reverse("policies_new"), told).status_code == 302
    policy = AlertPolicy.objects.get()
    assert (policy.threshold, policy.quiet_from is None, list(policy.members.all())) == (
        0.5, False, [members["bob"]],
    )  # fmt: skip

    address = reverse("policies_edit", kwargs={"pk": policy.pk})
    assert 'value="50"' in text(lead.get(address))
    assert lead.post(address, POLICY | {"threshold": "70", "seen": "1"}).status_code == 302
    policy.refresh_from_db()
    assert (policy.threshold, policy.version, policy.members.count()) == (0.7, 2, 0)
    event = Event.objects.get(noun="alertpolicy", action="edit")
    assert event.data["threshold"] == ["0.5", "0.7"]
    assert "Everywhere" in text(lead.get(reverse("policies")))


def test_a_second_lead_does_not_overwrite_unseen(lead: Client) -> None:
    lead.post(reverse("policies_new"), POLICY)
    address = reverse("policies_edit", kwargs={"pk": AlertPolicy.objects.get().pk})
    assert lead.post(address, POLICY | {"name": "First", "seen": "1"}).status_code == 302
    clash = lead.post(address, POLICY | {"name": "Second", "seen": "1"})
    assert clash.status_code == 409
    assert 'value="Second"' in text(clash)
    assert 'name="seen" value="2"' in text(clash)
    assert AlertPolicy.objects.get().name == "First"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threshold", "101"),
        ("zone", "Mars/Base"),
        ("name", ""),
        ("quiet_from", "22:00"),
        ("apprise_url", "x"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_and_its_words_kept(
    field: str, value: str, lead: Client
) -> None:
    told = POLICY | {"cool_down_h": "77", field: value}
    answer = lead.post(reverse("policies_new"), told)
    assert answer.status_code == 422
    assert 'value="77"' in text(answer)
    assert "errorlist" in text(answer)
    assert not AlertPolicy.objects.exists()


def test_names_are_taken_once(lead: Client) -> None:
    lead.post(reverse("policies_new"), POLICY)
    answer = lead.post(reverse("policies_new"), POLICY)
    assert answer.status_code == 422
    assert "already" in text(answer)


def test_a_removed_policy_leaves_an_event(lead: Client) -> None:
    lead.post(reverse("policies_new"), POLICY)
    pk = AlertPolicy.objects.get().pk
    lead.post(reverse("policies_remove", kwargs={"pk": pk}))
    assert AlertPolicy.objects.exists()  # the last one stays
    lead.post(reverse("policies_new"), POLICY | {"name": "Other"})
    assert lead.post(reverse("policies_remove", kwargs={"pk": pk})).status_code == 302
    assert AlertPolicy.objects.get().name == "Other"
    assert Event.objects.get(action="remove").data == {"name": "Everywhere"}
    assert lead.post(reverse("policies_remove", kwargs={"pk": pk})).status_code == 404


def test_a_calendar_has_breaks_holidays_and_days_off(lead: Client) -> None:
    assert lead.post(reverse("calendars_new"), CALENDAR).status_code == 302
    calendar = Calendar.objects.get()
    assert calendar.hours == {"0": [["09:00", "12:30"], ["13:30", "17:00"]], "4": [["09:00", "13:00"]]}
    assert (calendar.country, calendar.subdivision) == ("DE", "BY")
    assert [day.why for day in calendar.closed_days.order_by("day")] == ["Christmas Eve", ""]
    assert "Germany: Bayern, Europe/Berlin" in text(lead.get(reverse("calendars")))
    shown = text(lead.get(reverse("calendars_edit", kwargs={"pk": calendar.pk})))
    assert "09:00–12:30, 13:30–17:00" in shown
    assert re.search(r", 6 Jan \d{4}: Epiphany", shown)
    berlin = lead.post(reverse("calendars_new"), CALENDAR | {"region": "DE-BE", "preview": "1"})
    assert "Epiphany" not in text(berlin)
    assert "Women" in text(berlin)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day1", "9-12, 11-13"),
        ("day1", "nine"),
        ("day1", "25:00-26:00"),
        ("closed", "Christmas"),
        ("region", "DE-XX"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_refused(field: str, value: str, lead: Client) -> None:
    assert lead.post(reverse("calendars_new"), CALENDAR | {field: value}).status_code == 422
    assert not Calendar.objects.exists()


def test_a_calendar_without_hours_keeps_no_promise(lead: Client) -> None:
    answer = lead.post(reverse("calendars_new"), CALENDAR | {"day0": "", "day4": ""})
    assert answer.status_code == 422
    assert not Calendar.objects.exists()


def test_there_is_one_usual_calendar_and_it_stays(lead: Client) -> None:
    lead.post(reverse("calendars_new"), CALENDAR | {"is_default": "on"})
    lead.post(reverse("calendars_new"), CALENDAR | {"name": "Other", "is_default": "on"})
    usual = Calendar.objects.get(is_default=True)
    assert usual.name == "Other"
    lead.post(reverse("calendars_remove", kwargs={"pk": usual.pk}))
    assert Calendar.objects.count() == 2
    refused = lead.post(reverse("calendars_edit", kwargs={"pk": usual.pk}), CALENDAR | {"seen": "1"})
    assert refused.status_code == 422


def test_a_playbook_has_steps_in_order(lead: Client) -> None:
    told = {"name": "Dunning", "stage": "issue", "language": "en", "steps": "Stop dunning\n\nCall\n"}
    assert lead.post(reverse("playbooks_new"), told).status_code == 302
    playbook = Playbook.objects.get()
    address = reverse("playbooks_edit", kwargs={"pk": playbook.pk})
    assert "Stop dunning\nCall" in text(lead.get(address))
    assert lead.post(address, told | {"steps": "Call first", "seen": "1"}).status_code == 302
    assert [step.text for step in playbook.steps.all()] == ["Call first"]
    assert lead.post(address, told | {"steps": "x" * 501, "seen": "2"}).status_code == 422


def test_templates_teams_and_identities_are_kept(
    lead: Client, members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    told = {"name": "Hello", "language": "en", "subject": "Your matter", "text": "Dear {customer},"}
    assert lead.post(reverse("templates_new"), told).status_code == 302
    assert Template.objects.get().text == "Dear {customer},"
    team = {"name": "Care", "lead": str(members["alice"].pk), "members": [str(members["bob"].pk)]}
    assert lead.post(reverse("teams_new"), team).status_code == 302
    assert list(Team.objects.get().members.all()) == [members["bob"]]
    assert "Bob Beispiel" in text(lead.get(reverse("teams")))

    assert thread.due_at is None
    identity = {"kind": "domain", "value": "@Kontaktor.example"}
    assert lead.post(reverse("identities_new"), identity).status_code == 302
    assert StaffIdentity.objects.get().value == "kontaktor.example"
    thread.refresh_from_db()
    assert thread.due_at is not None
    assert lead.post(reverse("identities_new"), identity).status_code == 422
    assert lead.post(reverse("identities_new"), identity | {"value": "no domain"}).status_code == 422
    address = reverse("identities_edit", kwargs={"pk": StaffIdentity.objects.get().pk})
    assert lead.post(address, identity | {"value": "kontaktor.de", "seen": "1"}).status_code == 302
    assert lead.post(address, identity | {"value": "kontaktor.at", "seen": "1"}).status_code == 409
    assert StaffIdentity.objects.get().value == "kontaktor.de"


def test_retention_is_in_days_or_for_good(lead: Client) -> None:
    save = reverse("retention_save")
    assert lead.post(save, {"class": "raw", "days": "30", "seen": "0"}).status_code == 302
    row = Retention.objects.get()
    assert (row.days, row.due_at is None) == (30, False)
    clash = lead.post(save, {"class": "raw", "days": "7", "seen": "0"})
    assert clash.status_code == 409
    assert 'value="7"' in text(clash)
    assert lead.post(save, {"class": "raw", "days": "", "seen": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.days, row.due_at) == (None, None)
    for wrong in (
        {"class": "raw", "days": "x"},
        {"class": "raw", "days": "0"},
        {"class": "all", "days": "1"},
    ):
        assert lead.post(save, wrong | {"seen": "2"}).status_code == 422
    assert "Answers of sources as they came: expected 1" in text(
        lead.post(save, {"class": "raw", "days": "0", "seen": "2"})
    )
    assert [event.data["after"] for event in Event.objects.filter(action="set_retention").order_by("id")] == [
        30, None,
    ]  # fmt: skip
    assert lead.get(reverse("retention")).status_code == 200


def test_a_webhook_target_shows_its_secret_once(admin: Client) -> None:
    told = {"name": "CRM", "url": "https://crm.example.org/hooks", "kinds": ["alert.raised"], "active": "on"}
    secret = secret_of(admin.post(reverse("targets_new"), told))
    target = WebhookTarget.objects.get()
    assert unseal(target.sealed_secret).decode() == secret
    assert secret not in str(Event.objects.get().data)
    assert secret not in text(admin.get(reverse("targets_edit", kwargs={"pk": target.pk})))
    other = secret_of(admin.post(reverse("target_secret", kwargs={"pk": target.pk}), {"seen": "1"}))
    target.refresh_from_db()
    assert newest(unseal(target.sealed_secret).decode()) == other != secret
    assert admin.post(reverse("targets_new"), told | {"name": "X", "url": "javascript:x"}).status_code == 422


def test_a_member_is_made_and_gets_in_by_the_link(admin: Client) -> None:
    told = {
        "username": "grete",
        "display_name": "Grete Neu",
        "email": "grete@kontaktor.example",
        "roles": ["agent"],
    }
    link = secret_of(admin.post(reverse("members_new"), told))
    grete = Member.objects.get(username="grete")
    assert [held.role for held in grete.held_roles.all()] == ["agent"]
    assert not grete.has_usable_password()
    assert Client().get(link.partition("8750")[2], follow=True).status_code == 200
    assert admin.post(reverse("members_new"), told).status_code == 422


def test_roles_change_and_the_last_admin_stays(admin: Client, members: dict[str, Member]) -> None:
    adam, bob = members["adam"], members["bob"]
    told = {"username": "x", "display_name": "Adam", "email": "adam@kontaktor.example", "seen": 1}
    refused = admin.post(reverse("members_edit", kwargs={"pk": adam.pk}), told | {"roles": ["reader"]})
    assert refused.status_code == 422
    assert "last admin" in text(refused)
    admin.post(reverse("member_leave", kwargs={"pk": adam.pk}), {"seen": 1})
    adam.refresh_from_db()
    assert adam.is_active
    assert adam.username == "adam"

    named = told | {"display_name": "Bob", "email": "bob@kontaktor.example"}
    admin.post(reverse("members_edit", kwargs={"pk": bob.pk}), named | {"roles": ["admin", "lead"]})
    assert {held.role for held in bob.held_roles.all()} == {"admin", "lead"}
    assert (
        admin.post(reverse("members_edit", kwargs={"pk": adam.pk}), told | {"roles": ["reader"]}).status_code
        == 302
    )


def test_who_is_kept_out_is_out_at_once(admin: Client, members: dict[str, Member], now: datetime) -> None:
    bob = members["bob"]
    at_work = client_of(bob)
    ApiToken.objects.create(name="t", member=bob, digest="d", created_at=now)
    admin.post(reverse("member_leave", kwargs={"pk": bob.pk}), {"reason": "left", "seen": 1})
    assert at_work.get(reverse("radar")).status_code == 302
    assert ApiToken.objects.get().revoked_at is not None
    admin.post(reverse("member_return", kwargs={"pk": bob.pk}), {"seen": 2})
    bob.refresh_from_db()
    assert bob.is_active


def test_a_token_is_shown_once_and_ended(members: dict[str, Member]) -> None:
    agent = client_of(members["bob"])
    assert "push" not in re.findall(r'name="scopes" value="(\w+)"', text(agent.get(reverse("tokens"))))
    made = agent.post(reverse("token_make"), {"name": "report", "scopes": ["read"], "days": "30"})
    assert secret_of(made).startswith("kz_")
    token = ApiToken.objects.get()
    assert client_of(members["erik"]).post(reverse("token_end", kwargs={"pk": token.pk})).status_code == 404
    assert agent.post(reverse("token_end", kwargs={"pk": token.pk})).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert (
        agent.post(reverse("token_make"), {"name": "x", "scopes": ["push"], "days": "3"}).status_code == 422
    )


def test_preferences_hold_at_once(members: dict[str, Member]) -> None:
    client = client_of(members["erik"])
    told = {"language": "de", "theme": "dark", "time_zone": "America/New_York", "email_alerts": "digest",
            "notify_url": "json://localhost:1/notify"}  # fmt: skip
    assert client.post(reverse("preferences_save"), told).status_code == 302
    shown = text(client.get(reverse("preferences")))
    assert 'lang="de" data-theme="dark"' in shown
    assert client.post(reverse("preferences_test")).status_code == 302
    assert 'value="json://***"' in shown
    assert client.post(reverse("preferences_save"), told | {"notify_url": "json://***"}).status_code == 302
    assert address_of(Delivery.objects.get()) == "json://localhost:1/notify"
    assert "json://" not in str(Event.objects.get().data)
    refused = client.post(reverse("preferences_save"), told | {"notify_url": "no://way"})
    assert refused.status_code == 422


def test_views_are_kept_shared_and_removed(lead: Client, members: dict[str, Member]) -> None:
    agent = client_of(members["bob"])
    kept = agent.post(reverse("view_keep"), {"name": "Bob’s own", "query": "/?stage=issue"})
    assert kept["Location"] == "/?stage=issue"
    assert agent.post(reverse("view_keep"), {"name": "All", "query": "/", "shared": "1"}).status_code == 403
    lead.post(reverse("view_keep"), {"name": "All", "query": "/?owner=nobody", "shared": "1"})
    unseen = {"name": "All", "query": "/?stage=escalated", "shared": "1"}
    assert "choose another name" in text(lead.post(reverse("view_keep"), unseen, follow=True))
    assert {(view.name, view.query) for view in SavedView.objects.all()} == {
        ("Bob’s own", "stage=issue"), ("All", "owner=nobody"),
    }  # fmt: skip
    shown = text(agent.get(reverse("radar")))
    assert "stage=issue" in shown
    assert "owner=nobody" in shown
    assert "Bob’s own" not in text(lead.get(reverse("radar")))
    shared, mine = SavedView.objects.get(name="All"), SavedView.objects.get(name="Bob’s own")
    assert agent.post(reverse("view_remove", kwargs={"pk": shared.pk})).status_code == 403
    assert lead.post(reverse("view_remove", kwargs={"pk": mine.pk})).status_code == 404
    assert agent.post(reverse("view_remove", kwargs={"pk": mine.pk})).status_code == 302


def test_lists_ask_the_database_as_often_for_thirty_rows_as_for_three(
    lead: Client, admin: Client, forum: Source, now: datetime
) -> None:
    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            AlertPolicy.objects.create(name=f"p{number}", source=forum)
            Playbook.objects.create(name=f"p{number}").steps.create(position=1, text="x")
            Team.objects.create(name=f"t{number}").members.set(Member.objects.all()[:2])
            StaffIdentity.objects.create(kind="name", value=f"n{number}", member=Member.objects.first())
            Calendar.objects.create(name=f"c{number}")
            WebhookTarget.objects.create(name=f"w{number}", url="https://x.example", sealed_secret=b"")
            Member.objects.create_user(f"m{number}").held_roles.create(role="reader")

    def counts() -> dict[str, int]:
        found = {}
        for name in (*NOUNS, "members", "targets", "alerts"):
            client = admin if name in {"members", "targets"} else lead
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(reverse(name))
            found[name] = len(queries)
        return found

    fill(0, 3)
    counts()  # the first request of a session asks for more
    few = counts()
    fill(3, 30)
    assert counts() == few
