"""Words for what the desk keeps as codes: states, roles, outcomes, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kulanz.desk.queries.timeline import Entry

Words = Mapping[str, str | Lazy]

WORDS: Final[Mapping[str, Words]] = {
    "issue_state": {
        "open": pgettext_lazy("issue", "open"),
        "owned": pgettext_lazy("issue", "in work"),
        "snoozed": pgettext_lazy("issue", "put aside"),
        "closed": pgettext_lazy("issue", "closed"),
        "merged": pgettext_lazy("issue", "merged"),
    },
    "severity": {
        "low": pgettext_lazy("severity", "low"),
        "normal": pgettext_lazy("severity", "normal"),
        "high": pgettext_lazy("severity", "high"),
        "critical": pgettext_lazy("severity", "critical"),
    },
    "stage": {
        "calm": gettext_lazy("calm"),
        "complaint": gettext_lazy("complaint"),
        "issue": gettext_lazy("issue"),
        "escalated": gettext_lazy("escalated"),
    },
    "outcome": {
        "resolved": gettext_lazy("resolved"),
        "explained": gettext_lazy("explained"),
        "goodwill": gettext_lazy("goodwill shown"),
        "no_answer_needed": gettext_lazy("no answer needed"),
        "false_alarm": gettext_lazy("false alarm"),
        "moved_elsewhere": gettext_lazy("moved elsewhere"),
    },
    "role": {
        "complainant": gettext_lazy("complainant"),
        "affected": gettext_lazy("affected"),
        "amplifier": gettext_lazy("amplifier"),
        "annoyed": gettext_lazy("annoyed"),
        "staff": gettext_lazy("staff"),
        "defending": gettext_lazy("defending"),
        "calming": gettext_lazy("calming"),
    },
    "case_state": {
        "open": pgettext_lazy("case", "open"),
        "waiting": pgettext_lazy("case", "waiting for the customer"),
        "resolved": pgettext_lazy("case", "settled"),
        "closed": pgettext_lazy("case", "closed"),
    },
    "promise_state": {
        "running": pgettext_lazy("promise", "running"),
        "paused": pgettext_lazy("promise", "paused"),
        "kept": pgettext_lazy("promise", "kept"),
        "broken": pgettext_lazy("promise", "broken"),
        "withdrawn": pgettext_lazy("promise", "withdrawn"),
    },
    "reply_state": {
        "draft": pgettext_lazy("reply", "draft"),
        "asked": pgettext_lazy("reply", "waiting for approval"),
        "approved": pgettext_lazy("reply", "approved"),
        "sending": pgettext_lazy("reply", "being sent"),
        "sent": pgettext_lazy("reply", "sent"),
        "failed": pgettext_lazy("reply", "not delivered"),
        "discarded": pgettext_lazy("reply", "discarded"),
    },
    "gesture_state": {
        "proposed": pgettext_lazy("gesture", "proposed"),
        "approved": pgettext_lazy("gesture", "approved"),
        "carried_out": pgettext_lazy("gesture", "carried out"),
        "accepted": pgettext_lazy("gesture", "accepted by the customer"),
        "refused": pgettext_lazy("gesture", "refused by the customer"),
        "declined": pgettext_lazy("gesture", "declined"),
        "revoked": pgettext_lazy("gesture", "taken back"),
    },
    "gesture_kind": {
        "waive": pgettext_lazy("gesture", "claim waived"),
        "refund": pgettext_lazy("gesture", "refund"),
        "credit": pgettext_lazy("gesture", "credit"),
        "extension": pgettext_lazy("gesture", "more time to pay"),
        "gift": pgettext_lazy("gesture", "gift"),
        "apology": pgettext_lazy("gesture", "letter of apology"),
        "own": pgettext_lazy("gesture", "something else"),
    },
    "hold_state": {
        "proposed": pgettext_lazy("hold", "proposed"),
        "placing": pgettext_lazy("hold", "ordered, not confirmed"),
        "held": pgettext_lazy("hold", "paused"),
        "refused": pgettext_lazy("hold", "refused by billing"),
        "releasing": pgettext_lazy("hold", "ended, not confirmed"),
        "released": pgettext_lazy("hold", "over"),
        "declined": pgettext_lazy("hold", "declined"),
    },
    "next_step": {
        "dunning_goes_on": gettext_lazy("dunning goes on"),
        "settled": gettext_lazy("the claim is paid or settled"),
        "cancelled": gettext_lazy("the claim is cancelled"),
        "agreed": gettext_lazy("something was agreed, such as instalments"),
        "other": gettext_lazy("something else"),
        "ended_by_billing": gettext_lazy("billing ended it"),
    },
    "hold_needs": {
        "unconfirmed": gettext_lazy("not confirmed"),
        "review": gettext_lazy("day of review has come"),
        "letters": gettext_lazy("a letter went out nevertheless"),
    },
    "defect_state": {
        "watched": pgettext_lazy("defect", "watched"),
        "open": pgettext_lazy("defect", "open"),
        "fixed": pgettext_lazy("defect", "mended"),
    },
    "alike": {
        "defect": gettext_lazy("same defect"),
        "letter": gettext_lazy("same dunning letter"),
        "words": gettext_lazy("similar words"),
    },
    "fault": {
        "unclear": pgettext_lazy("fault", "unclear"),
        "ours": pgettext_lazy("fault", "ours"),
        "theirs": pgettext_lazy("fault", "the customer’s"),
    },
    "source_state": {
        "running": pgettext_lazy("source", "running"),
        "paused": pgettext_lazy("source", "paused"),
        "stopped": pgettext_lazy("source", "stopped"),
    },
    "person_role": {
        "customer": pgettext_lazy("person", "customer"),
        "moderator": pgettext_lazy("person", "moderator"),
        "builder": pgettext_lazy("person", "builder of the community"),
        "staff": pgettext_lazy("person", "staff"),
        "partner": pgettext_lazy("person", "partner"),
        "press": pgettext_lazy("person", "press"),
    },
    "channel": {
        "email": gettext_lazy("e-mail"),
        "source": gettext_lazy("message at the source"),
        "private": gettext_lazy("private message"),
        "phone": gettext_lazy("telephone"),
        "public": gettext_lazy("public answer"),
    },
    "ground": {
        "email": gettext_lazy("same e-mail address"),
        "customer_number": gettext_lazy("same customer number"),
        "account": gettext_lazy("same account name at another source"),
        "name": gettext_lazy("very similar name"),
    },
    "member_role": {
        "admin": pgettext_lazy("member", "admin"),
        "lead": pgettext_lazy("member", "lead"),
        "agent": pgettext_lazy("member", "agent"),
        "approver": pgettext_lazy("member", "approver"),
        "moderator": pgettext_lazy("member", "moderator"),
        "reader": pgettext_lazy("member", "reader"),
        "auditor": pgettext_lazy("member", "auditor"),
    },
    "stored": {
        "profile": gettext_lazy("Profile: name, role, e-mail address, customer number, note"),
        "accounts": gettext_lazy("Accounts at sources"),
        "posts": gettext_lazy("Public posts"),
        "revisions": gettext_lazy("Changes of posts that were found"),
        "roles": gettext_lazy("Roles in issues"),
        "cases": gettext_lazy("Cases"),
        "messages": gettext_lazy("Private messages"),
        "promises": gettext_lazy("Promises"),
        "events": gettext_lazy("Who changed what, and when"),
        "customers": gettext_lazy("Customer data from CRM and billing, sealed"),
        "claims": gettext_lazy("Claims and dunning letters, sealed"),
        "stakes": gettext_lazy("Corrections of what is at stake, sealed"),
        "standing": gettext_lazy("Standing and reach of their accounts, in numbers"),
        "replies": gettext_lazy("Answers written to the person"),
        "notes": gettext_lazy("Internal notes on their cases"),
        "gestures": gettext_lazy("What was proposed or done for them beyond what is owed"),
    },
    "why_kept": {
        "posts": gettext_lazy("They were published; a pseudonym for each account stands for the name."),
        "roles": gettext_lazy("An issue must still say how many people it concerned, and as what."),
        "cases": gettext_lazy("They are counted; title, address and outcome are blanked."),
        "promises": gettext_lazy("Whether promises were kept is counted; their words are blanked."),
        "gestures": gettext_lazy("What was spent is counted; their words are blanked."),
    },
    "why": {
        "profile": gettext_lazy("To know whom we talk to, and that several accounts are one person."),
        "posts": gettext_lazy("They were published; to see what concerns people and to answer."),
        "customers": gettext_lazy("To know what a dispute puts at stake, and never to serve anybody worse."),
        "cases": gettext_lazy("To settle the person’s matter and to keep what was promised."),
        "events": gettext_lazy("To be able to show who did what, also to the person."),
    },
}

# what happened, by noun and action; %(who)s is a member, or the desk itself
HAPPENED: Final[Words] = {
    "issue open": gettext_lazy("%(who)s opened the issue."),
    "issue take": gettext_lazy("%(who)s took the issue."),
    "issue assign": gettext_lazy("%(who)s gave the issue to somebody."),
    "issue release": gettext_lazy("%(who)s gave the issue back to everybody."),
    "issue snooze": gettext_lazy("%(who)s put the issue aside."),
    "issue wake": gettext_lazy("%(who)s took the issue up again."),
    "issue wake_due": gettext_lazy("The issue’s time has come: it is open again."),
    "issue return_due": gettext_lazy("The issue’s time has come: it is with its owner again."),
    "issue undo": gettext_lazy("%(who)s undid that: the issue is open."),
    "issue give_back": gettext_lazy("%(who)s undid that: the issue is with its owner again."),
    "issue graver": gettext_lazy("The issue has become graver."),
    "issue edit": gettext_lazy("%(who)s changed title, severity or stage."),
    "issue merge": gettext_lazy("%(who)s made the issue part of another one."),
    "issue merged": gettext_lazy("%(who)s merged another issue into this one."),
    "issue unmerge": gettext_lazy("%(who)s undid the merge."),
    "issue unmerged": gettext_lazy("%(who)s took a merged issue out again."),
    "issue split": gettext_lazy("%(who)s split conversations off into a new issue."),
    "issue close": gettext_lazy("%(who)s closed the issue."),
    "issue reopen": gettext_lazy("%(who)s opened the issue again."),
    "issue add_threads": gettext_lazy("%(who)s added conversations."),
    "issue remove_thread": gettext_lazy("%(who)s took a conversation out."),
    "issue set_role": gettext_lazy("%(who)s said what somebody is in the issue."),
    "issue add_task": gettext_lazy("%(who)s added a task."),
    "issue tick": gettext_lazy("%(who)s ticked a task."),
    "issue untick": gettext_lazy("%(who)s took a tick away."),
    "issue watch": gettext_lazy("%(who)s watches the issue."),
    "issue unwatch": gettext_lazy("%(who)s watches the issue no more."),
    "case open": gettext_lazy("%(who)s opened a case."),
    "case assign": gettext_lazy("%(who)s named another contact."),
    "case edit": gettext_lazy("%(who)s changed title or e-mail address."),
    "case write": gettext_lazy("%(who)s wrote to the customer."),
    "case hear": gettext_lazy("The customer wrote."),
    "case resolve": gettext_lazy("%(who)s settled the case."),
    "case reopen": gettext_lazy("%(who)s took the case up again."),
    "case close": gettext_lazy("%(who)s closed the case."),
    "case note": gettext_lazy("%(who)s wrote an internal note on the case."),
    "case assess": gettext_lazy("%(who)s said whose fault it was."),
    "gesture propose": gettext_lazy("%(who)s proposed a gesture."),
    "gesture edit": gettext_lazy("%(who)s changed a gesture that was proposed."),
    "gesture grant": gettext_lazy("%(who)s decided on a small gesture alone."),
    "gesture approve": gettext_lazy("%(who)s approved a gesture."),
    "gesture decline": gettext_lazy("%(who)s declined a gesture."),
    "gesture carry_out": gettext_lazy("%(who)s carried a gesture out."),
    "gesture accept": gettext_lazy("%(who)s wrote down that the customer accepted a gesture."),
    "gesture refuse": gettext_lazy("%(who)s wrote down that the customer refused a gesture."),
    "gesture revoke": gettext_lazy("%(who)s took a gesture back."),
    "hold propose": gettext_lazy("%(who)s proposed to pause dunning."),
    "hold edit": gettext_lazy("%(who)s changed reason, note or day of review of paused dunning."),
    "hold place": gettext_lazy("%(who)s had dunning paused."),
    "hold decline": gettext_lazy("%(who)s declined to pause dunning."),
    "hold review": gettext_lazy("%(who)s decided that dunning stays paused."),
    "hold release": gettext_lazy("%(who)s ended the pause of dunning."),
    "hold confirmed": gettext_lazy("Billing confirmed that dunning is paused."),
    "hold lifted": gettext_lazy("Billing took the pause of dunning off; it is ordered again."),
    "hold not_done": gettext_lazy("Billing refused to pause dunning."),
    "hold ended": gettext_lazy("Billing says that the pause of dunning is over."),
    "defect link": gettext_lazy("%(who)s said which defect the case comes from."),
    "promise make": gettext_lazy("%(who)s made a promise."),
    "promise pause": gettext_lazy("%(who)s stopped the clock of a promise."),
    "promise resume": gettext_lazy("%(who)s let the clock of a promise run again."),
    "promise keep": gettext_lazy("%(who)s kept a promise."),
    "promise break": gettext_lazy("A promise was broken."),
    "promise withdraw": gettext_lazy("%(who)s took a promise back."),
    "reply draft": gettext_lazy("%(who)s drafted an answer."),
    "reply edit": gettext_lazy("%(who)s changed an answer."),
    "reply ask": gettext_lazy("%(who)s asked for approval of an answer."),
    "reply approve": gettext_lazy("%(who)s approved an answer."),
    "reply reject": gettext_lazy("%(who)s did not approve an answer."),
    "reply send": gettext_lazy("%(who)s sent an answer."),
    "reply discard": gettext_lazy("%(who)s discarded an answer."),
    "reply delivered": gettext_lazy("An answer was delivered."),
    "reply undelivered": gettext_lazy("An answer could not be delivered."),
    "thread false_alarm": gettext_lazy("%(who)s marked a conversation as a false alarm."),
    "thread snoozed": gettext_lazy("%(who)s put a conversation aside."),
    "thread open": gettext_lazy("%(who)s put a conversation back on the radar."),
    "person make": gettext_lazy("%(who)s made the profile."),
    "person edit": gettext_lazy("%(who)s changed the profile."),
    "person attach": gettext_lazy("%(who)s added an account."),
    "person erase": gettext_lazy("%(who)s erased the person."),
    "person detach": gettext_lazy("%(who)s took an account away."),
    "person merge": gettext_lazy("%(who)s merged another profile into this one."),
    "person unmerge": gettext_lazy("%(who)s undid a merge."),
    "person tell_apart": gettext_lazy("%(who)s said that this and a similar one are two people."),
    "person suggest_again": gettext_lazy("%(who)s let a similar one be suggested again."),
    "case correct": gettext_lazy("%(who)s corrected what is at stake."),
    "issue correct": gettext_lazy("%(who)s corrected what is at stake."),
    "note note": gettext_lazy("%(who)s wrote a note."),
    "alert judge": gettext_lazy("%(who)s judged an alarm."),
    "thread graver": gettext_lazy("The conversation became graver: it is back on the radar."),
    "alert raised": gettext_lazy("An alarm was raised."),
    "alert right": gettext_lazy("An alarm was raised, and it was right."),
    "alert wrong": gettext_lazy("An alarm was raised; it was a false one."),
    "revision edited": gettext_lazy("A post was edited."),
    "revision edited_by_author": gettext_lazy("A post was edited by its author."),
    "revision edited_by_other": gettext_lazy("A post was edited by somebody else than its author."),
    "revision edited_silently": gettext_lazy("A post was edited, and the source does not show it."),
    "revision hidden": gettext_lazy("A post was hidden."),
    "revision removed": gettext_lazy("A post was removed."),
    "revision restored": gettext_lazy("A post is back."),
    "revision locked": gettext_lazy("The conversation was closed at the source."),
    "revision unlocked": gettext_lazy("The conversation was opened again at the source."),
    "revision moved": gettext_lazy("A post was moved to another conversation."),
}


def word(code: str, kind: str) -> str:
    """Return the word for a code in the page's language; the code itself where there is none."""
    return str(WORDS[kind].get(code, code))


def choices(kind: str) -> list[tuple[str, str]]:
    """Return codes and words of a kind, in their order."""
    return [(code, str(name)) for code, name in WORDS[kind].items()]


def happened(entry: Entry) -> str:
    """Return a line of a time line as a sentence."""
    sentence = HAPPENED.get(f"{entry.noun} {entry.action}")
    who = entry.who or _("The desk")
    if sentence is None:
        return f"{who}: {entry.noun} {entry.action.replace('_', ' ')}"
    return str(sentence) % {"who": who}
