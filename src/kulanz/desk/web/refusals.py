"""What the rules refuse, told in the member's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from kulanz.billing import BillingError
from kulanz.core.money import Money
from kulanz.desk.rules.errors import RuleError, Step
from kulanz.desk.templatetags.values import value as written
from kulanz.desk.web.billing_words import billing_said
from kulanz.desk.web.source_words import ERRORS
from kulanz.desk.web.wording import WORDS, happened
from kulanz.sources.errors import FetchError

Words = Mapping[str, str | Lazy]

NOUNS: Final[Words] = {
    "account": pgettext_lazy("noun", "account"),
    "alert": pgettext_lazy("noun", "alarm"),
    "alert policy": pgettext_lazy("noun", "policy"),
    "api token": pgettext_lazy("noun", "token"),
    "calendar": pgettext_lazy("noun", "calendar"),
    "case": pgettext_lazy("noun", "case"),
    "datarequest": pgettext_lazy("noun", "request about own data"),
    "defect": pgettext_lazy("noun", "defect"),
    "gesture": pgettext_lazy("noun", "gesture"),
    "gesture limit": pgettext_lazy("noun", "limit"),
    "customer": pgettext_lazy("noun", "customer"),
    "customer import": pgettext_lazy("noun", "table of customers"),
    "customer match": pgettext_lazy("noun", "proposal"),
    "hold": pgettext_lazy("noun", "hold"),
    "issue": pgettext_lazy("noun", "issue"),
    "appeal": pgettext_lazy("noun", "appeal"),
    "measure": pgettext_lazy("noun", "measure"),
    "measure notice": pgettext_lazy("noun", "notice"),
    "member": pgettext_lazy("noun", "member"),
    "merge": pgettext_lazy("noun", "merge"),
    "message": pgettext_lazy("noun", "message"),
    "person": pgettext_lazy("noun", "person"),
    "playbook": pgettext_lazy("noun", "playbook"),
    "post": pgettext_lazy("noun", "post"),
    "promise": pgettext_lazy("noun", "promise"),
    "reply": pgettext_lazy("noun", "reply"),
    "resemblance": pgettext_lazy("noun", "suggestion"),
    "rule": pgettext_lazy("noun", "rule"),
    "saved view": pgettext_lazy("noun", "view"),
    "silent edit": pgettext_lazy("noun", "silent edit"),
    "source": pgettext_lazy("noun", "source"),
    "staff identity": pgettext_lazy("noun", "name of the company"),
    "task": pgettext_lazy("noun", "task"),
    "team": pgettext_lazy("noun", "team"),
    "team budget": pgettext_lazy("noun", "budget"),
    "template": pgettext_lazy("noun", "template"),
    "thread": pgettext_lazy("noun", "conversation"),
    "webhook target": pgettext_lazy("noun", "webhook"),
}
ACTIONS: Final[Words] = {
    "accept": pgettext_lazy("action", "accept"),
    "answer": pgettext_lazy("action", "answer"),
    "approve": pgettext_lazy("action", "approve"),
    "ask": pgettext_lazy("action", "ask for approval"),
    "assign": pgettext_lazy("action", "assign"),
    "carry_out": pgettext_lazy("action", "carry out"),
    "check": pgettext_lazy("action", "check"),
    "close": pgettext_lazy("action", "close"),
    "confirm_by_hand": pgettext_lazy("action", "confirm by hand"),
    "decline": pgettext_lazy("action", "decline"),
    "discard": pgettext_lazy("action", "discard"),
    "dismiss": pgettext_lazy("action", "say that it is no measure"),
    "edit": pgettext_lazy("action", "change"),
    "explain": pgettext_lazy("action", "give rule and reasons"),
    "fix": pgettext_lazy("action", "mend"),
    "give_back": pgettext_lazy("action", "give back to the one who had it"),
    "extend": pgettext_lazy("action", "answer later"),
    "grant": pgettext_lazy("action", "decide alone"),
    "keep": pgettext_lazy("action", "keep"),
    "merge": pgettext_lazy("action", "merge"),
    "order": pgettext_lazy("action", "order"),
    "overturn": pgettext_lazy("action", "have it undone"),
    "pause": pgettext_lazy("action", "pause"),
    "place": pgettext_lazy("action", "place"),
    "read_now": pgettext_lazy("action", "read now"),
    "refuse": pgettext_lazy("action", "refuse"),
    "reject": pgettext_lazy("action", "reject"),
    "release": pgettext_lazy("action", "give back"),
    "remove": pgettext_lazy("action", "remove"),
    "reopen": pgettext_lazy("action", "open again"),
    "resolve": pgettext_lazy("action", "settle"),
    "resume": pgettext_lazy("action", "go on"),
    "retry": pgettext_lazy("action", "try again"),
    "reverse": pgettext_lazy("action", "reverse"),
    "review": pgettext_lazy("action", "review"),
    "revoke": pgettext_lazy("action", "take back"),
    "schedule": pgettext_lazy("action", "send later"),
    "send": pgettext_lazy("action", "send"),
    "snooze": pgettext_lazy("action", "put aside"),
    "snooze_again": pgettext_lazy("action", "put aside again"),
    "split": pgettext_lazy("action", "split"),
    "take": pgettext_lazy("action", "take"),
    "take_back": pgettext_lazy("action", "take back"),
    "undo": pgettext_lazy("action", "undo"),
    "unmerge": pgettext_lazy("action", "undo the merge"),
    "wake": pgettext_lazy("action", "take up again"),
    "withdraw": pgettext_lazy("action", "withdraw"),
    "write": pgettext_lazy("action", "write"),
}
# actions that mean something else for one noun
ACTIONS_OF: Final[Mapping[str, Words]] = {
    "appeal": {"grant": pgettext_lazy("action", "grant")},
    "datarequest": {"grant": pgettext_lazy("action", "say that it is done")},
    "gesture": {"withdraw": pgettext_lazy("action", "say that billing will not do it")},
    "hold": {"release": pgettext_lazy("action", "end")},
}
MODEL_FAULTS: Final[Words] = {
    **{kind: ERRORS[kind] for kind in ("certificate", "key", "missing", "private", "unknown_host")},
    "broken": gettext_lazy("The connection broke off. Try again."),
    "busy": gettext_lazy("It is busy or has a fault. Try again later."),
    "other": gettext_lazy("It did not take what was sent. Ask whoever looks after it."),
    "slow": gettext_lazy("It took longer than it may. Try again later, or have it waited for longer."),
    "unreachable": gettext_lazy("It does not take a connection. Ask whoever looks after it."),
}
"""Why a language model did not answer, by ``kulanz.sources.errors.ErrorKind``."""
RIGHTS: Final[Words] = {
    "see_radar": pgettext_lazy("right", "see radar and issues"),
    "see_people": pgettext_lazy("right", "see people"),
    "see_cases": pgettext_lazy("right", "see cases"),
    "see_values": pgettext_lazy("right", "see values and claims of customers"),
    "see_audit": pgettext_lazy("right", "see who changed what"),
    "work_issues": pgettext_lazy("right", "work on issues"),
    "lead_issues": pgettext_lazy("right", "lead issues"),
    "work_cases": pgettext_lazy("right", "work on cases"),
    "lead_cases": pgettext_lazy("right", "lead cases"),
    "set_customers": pgettext_lazy("right", "change what is known of customers"),
    "approve": pgettext_lazy("right", "approve"),
    "moderate": pgettext_lazy("right", "moderate"),
    "judge_measures": pgettext_lazy("right", "decide on measures and appeals"),
    "set_policies": pgettext_lazy("right", "change policies"),
    "set_sources": pgettext_lazy("right", "change sources"),
    "set_members": pgettext_lazy("right", "change members"),
    "push_posts": pgettext_lazy("right", "send posts"),
    "see_metrics": pgettext_lazy("right", "see how the desk is doing"),
    "set_own": pgettext_lazy("right", "change your own preferences"),
}
_BY_NAME: Final[Mapping[str, Words]] = {
    "noun": NOUNS,
    "data_class": WORDS["data_class"],
    "right": RIGHTS,
    "reasons": WORDS["approval_reason"],
}


def refusal(error: RuleError) -> str:
    """Return what an error says, translated; codes that it names become words where there are some."""
    text = gettext(error.text)
    noun = str(error.values.get("noun", ""))
    values = {name: _word(name, value, noun) for name, value in error.values.items()}
    return text % values if values else text


def _word(name: str, value: object, noun: str) -> object:
    if isinstance(value, Money):
        return written(value)
    if isinstance(value, Step):
        return happened(value)
    if isinstance(value, FetchError):
        faults = MODEL_FAULTS if name == "model_fault" else ERRORS
        return f"{faults.get(value.kind, faults['other'])} ({value})"
    if isinstance(value, BillingError):
        return f"{WORDS['order_error'][value.kind]} ({billing_said(str(value))})"
    words = _words(name, noun)
    if name in ("actions", "reasons"):
        return ", ".join(str(words.get(each, each)) for each in str(value).split(", "))
    word = words.get(str(value))
    return value if word is None else str(word)


def _words(name: str, noun: str) -> Words:
    if name == "state":
        return WORDS.get(f"{noun}_state", {})
    if name in ("action", "actions"):
        return {**ACTIONS, **ACTIONS_OF.get(noun, {})}
    return _BY_NAME.get(name, {})
