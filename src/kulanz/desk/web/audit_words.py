"""Words of the audit trail: what stands on time lines, and what was set up or happened at the login."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kulanz.desk.web import refusals
from kulanz.desk.web.wording import HAPPENED

Words = Mapping[str, str | Lazy]

NOUNS: Final[Words] = {
    **{name.replace(" ", ""): word for name, word in refusals.NOUNS.items()},
    "approvalpolicy": pgettext_lazy("noun", "rules of approval"),
    "assessment": pgettext_lazy("noun", "whose fault"),
    "billingsystem": pgettext_lazy("noun", "billing system"),
    "datalink": pgettext_lazy("noun", "link to own data"),
    "datarequest": pgettext_lazy("noun", "request about own data"),
    "draftverdict": pgettext_lazy("noun", "verdict on a finding"),
    "dunningletter": pgettext_lazy("noun", "dunning letter"),
    "event": pgettext_lazy("noun", "audit trail"),
    "measurenotice": pgettext_lazy("noun", "notice"),
    "holdrules": pgettext_lazy("noun", "rules of paused dunning"),
    "languagemodel": pgettext_lazy("noun", "language model"),
    "retention": pgettext_lazy("noun", "retention"),
    "closingnote": pgettext_lazy("noun", "closing note"),
    "statuspage": pgettext_lazy("noun", "status page"),
    "stakerates": pgettext_lazy("noun", "rates"),
}

_SET_UP: Final = (
    "alertpolicy", "calendar", "gesturelimit", "playbook", "rule", "staffidentity", "team", "teambudget",
    "template", "webhooktarget",
)  # fmt: skip
_KEPT: Final[Words] = {
    "make": gettext_lazy("%(who)s made it."),
    "edit": gettext_lazy("%(who)s changed it."),
    "remove": gettext_lazy("%(who)s removed it."),
}
_READ: Final[Words] = {
    "add": gettext_lazy("%(who)s added it."),
    "edit": _KEPT["edit"],
    "read_now": gettext_lazy("%(who)s had it read at once."),
    "pause": gettext_lazy("%(who)s paused it."),
    "resume": gettext_lazy("%(who)s let it go on."),
    "remove": _KEPT["remove"],
}
MORE: Final[Words] = {
    **{f"{noun} {action}": words for noun in _SET_UP for action, words in _KEPT.items()},
    **{f"{noun} {action}": words for noun in ("billingsystem", "source") for action, words in _READ.items()},
    "alertpolicy set_members": gettext_lazy("%(who)s said whom a policy tells."),
    "alert raise": gettext_lazy("An alarm was raised."),
    "apitoken make": gettext_lazy("%(who)s made a token."),
    "apitoken revoke": gettext_lazy("%(who)s ended a token."),
    "languagemodel make": gettext_lazy("%(who)s named a language model."),
    "languagemodel edit": gettext_lazy("%(who)s changed the language model."),
    "approvalpolicy set_rules": gettext_lazy("%(who)s set the rules of approval."),
    "assessment open": gettext_lazy("%(who)s looked at why it is said whose fault it was."),
    "billingsystem renew_secret": gettext_lazy("%(who)s renewed a secret."),
    "calendar set_closed_days": gettext_lazy("%(who)s set the days on which it is closed."),
    "case receive": gettext_lazy("A message was received."),
    "customer make": gettext_lazy("%(who)s told of a new customer."),
    "customer change": gettext_lazy("%(who)s told what changed of a customer."),
    "customer open": gettext_lazy("%(who)s looked at a customer’s values."),
    "customer link": gettext_lazy("%(who)s said who a customer is."),
    "customer unlink": gettext_lazy("%(who)s took back who a customer is."),
    "customer tell_apart": gettext_lazy("%(who)s said that a customer is somebody else."),
    "customer suggest_again": gettext_lazy("%(who)s let it be proposed again who a customer is."),
    "customer remove": gettext_lazy("%(who)s removed what is known of a customer."),
    "customerimport upload": gettext_lazy("%(who)s brought in a table of customers."),
    "customerimport edit": gettext_lazy("%(who)s said which column is what."),
    "customerimport begin": gettext_lazy("%(who)s had the rows of a table taken."),
    "customerimport import": gettext_lazy("The rows of a table were taken."),
    "customerimport remove": gettext_lazy("%(who)s removed a table of customers."),
    "datalink make": gettext_lazy("Somebody got a link to their own data."),
    "datalink open": gettext_lazy("Somebody looked at their own data."),
    "datarequest ask": gettext_lazy("Somebody asked for something about their own data."),
    "datarequest take_back": gettext_lazy("Somebody took back what they asked about their own data."),
    "datarequest open": gettext_lazy("%(who)s looked at a request about own data."),
    "datarequest extend": gettext_lazy("%(who)s gave a request about own data more time."),
    "datarequest grant": gettext_lazy("%(who)s answered a request about own data: it is done."),
    "datarequest refuse": gettext_lazy("%(who)s refused a request about own data."),
    "datarequest erased": gettext_lazy("Somebody was erased as they asked."),
    "defect make": gettext_lazy("%(who)s named a defect."),
    "defect edit": gettext_lazy("%(who)s changed a defect."),
    "defect assign": gettext_lazy("%(who)s gave a defect to somebody."),
    "defect fix": gettext_lazy("%(who)s said that a defect is mended."),
    "defect reopen": gettext_lazy("%(who)s said that a defect is not mended."),
    "defect many": gettext_lazy("Several cases come from a defect: it needs an owner."),
    "draftverdict mark_wrong": gettext_lazy("%(who)s marked a finding of the draft check as wrong."),
    "draftverdict unmark": gettext_lazy("%(who)s took back that a finding is wrong."),
    "event export": gettext_lazy("%(who)s took events along as CSV."),
    "event export_examples": gettext_lazy("%(who)s took outcomes along as labelled examples."),
    "gesture open": gettext_lazy("%(who)s looked at the words of a gesture."),
    "hold open": gettext_lazy("%(who)s looked at the words of paused dunning."),
    "hold export": gettext_lazy("%(who)s took the list of paused dunning along as CSV."),
    "holdrules set_rules": gettext_lazy("%(who)s set the rules of paused dunning."),
    "member create": gettext_lazy("%(who)s made a member."),
    "member join": gettext_lazy("Somebody became a member by single sign-on."),
    "member edit": gettext_lazy("%(who)s changed name, address or roles of a member."),
    "member entry_link": gettext_lazy("%(who)s made a link for a member to get in."),
    "member deactivate": gettext_lazy("%(who)s keeps a member out."),
    "member reactivate": gettext_lazy("%(who)s let a member in again."),
    "member set_preferences": gettext_lazy("%(who)s changed their preferences."),
    "member sign_in": gettext_lazy("%(who)s logged in."),
    "member sign_in_refused": gettext_lazy("Somebody was turned away at the login."),
    "member sign_out": gettext_lazy("%(who)s logged out."),
    "member set_password": gettext_lazy("%(who)s set a password."),
    "member add_factor": gettext_lazy("%(who)s added a second factor."),
    "member remove_factor": gettext_lazy("%(who)s removed a second factor."),
    "member renew_codes": gettext_lazy("%(who)s renewed the recovery codes."),
    "member end_session": gettext_lazy("%(who)s ended a session."),
    "member end_other_sessions": gettext_lazy("%(who)s ended all other sessions."),
    "playbook set_steps": gettext_lazy("%(who)s changed the steps of a playbook."),
    "retention set_retention": gettext_lazy("%(who)s set how long data is kept."),
    "retention remove_old": gettext_lazy("What was too old was removed."),
    "rule publish": gettext_lazy("%(who)s published a version of a rule."),
    "rule end": gettext_lazy("%(who)s had a rule end."),
    "savedview save": gettext_lazy("%(who)s kept a view of the radar."),
    "savedview remove": gettext_lazy("%(who)s removed a view of the radar."),
    "silentedit find": gettext_lazy("Something was changed at a source, and nothing told of it."),
    "silentedit annotate": gettext_lazy("%(who)s added a note to a silent edit."),
    "source retry": gettext_lazy("%(who)s had a source tried again."),
    "source rotate_secret": gettext_lazy("%(who)s renewed a secret."),
    "source stop": gettext_lazy("A source stopped: it can be read no more."),
    "stakerates set_rates": gettext_lazy("%(who)s set the rates."),
    "template ship": gettext_lazy("It came with Kulanz."),
    "team set_members": gettext_lazy("%(who)s said who is in a team."),
    "webhooktarget new_secret": gettext_lazy("%(who)s renewed a secret."),
    "webhooktarget switch_off": gettext_lazy("A webhook was switched off: it is gone."),
}
# lines that only a time line has: they come from other tables
_NO_EVENTS: Final = ("note ", "revision ", "alert raised", "alert right", "alert wrong")
SENTENCES: Final[Words] = {
    **{code: words for code, words in HAPPENED.items() if not code.startswith(_NO_EVENTS)},
    **MORE,
}


def noun_word(noun: str) -> str:
    return str(NOUNS.get(noun, noun))


def sentence(noun: str, action: str, who: str) -> str:
    """Return what happened as a sentence; the codes themselves where there are no words."""
    words, named = SENTENCES.get(f"{noun} {action}"), who or _("The desk")
    return f"{named}: {noun} {action.replace('_', ' ')}" if words is None else str(words) % {"who": named}


def kinds() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return every kind of thing with what can happen to it, as a choice: codes and words, by the word."""
    by_noun: dict[str, list[tuple[str, str]]] = {}
    for code, words in SENTENCES.items():
        by_noun.setdefault(code.partition(" ")[0], []).append((code, str(words) % {"who": "…"}))
    found = [(noun, noun_word(noun), happened) for noun, happened in by_noun.items()]
    return sorted(found, key=lambda each: each[1].casefold())
