"""Words for entries of the public log, as its public pages tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy, pgettext_lazy

Words = Mapping[str, str | Lazy]

RECORD_WORDS: Final[Mapping[str, Words]] = {
    "log_kind": {
        "measure": pgettext_lazy("log", "measures"),
        "reversal": pgettext_lazy("log", "reversals"),
        "rule": pgettext_lazy("log", "rules"),
        "silent_edit": pgettext_lazy("log", "silent edits"),
        "promise": pgettext_lazy("log", "promises"),
        "report": pgettext_lazy("log", "reports"),
        "key": pgettext_lazy("log", "keys of the log"),
        "erasure": pgettext_lazy("log", "erasures"),
        "annotation": pgettext_lazy("log", "notes"),
    },
    "log_what": {
        "measure edit": gettext_lazy("Words were edited"),
        "measure hide": gettext_lazy("A post was hidden"),
        "measure remove": gettext_lazy("Something was removed"),
        "measure lock": gettext_lazy("A conversation was closed"),
        "measure move": gettext_lazy("Something was moved"),
        "measure warn": gettext_lazy("An author was warned"),
        "measure suspend": gettext_lazy("An account may not write"),
        "measure slow": gettext_lazy("A conversation was slowed down"),
        "measure split": gettext_lazy("A conversation was split"),
        "reversal reverse": gettext_lazy("A measure was reversed"),
        "reversal change": gettext_lazy("A measure was changed"),
        "reversal end": gettext_lazy("A measure has ended"),
        "rule publish": gettext_lazy("A version of a rule was published"),
        "rule withdraw": gettext_lazy("A rule ends"),
        "silent_edit edit": gettext_lazy("Words were changed, and nothing told of it"),
        "silent_edit hide": gettext_lazy(
            "Something that everybody could read was hidden, and nothing told of it"
        ),
        "silent_edit remove": gettext_lazy("A post has disappeared, and nothing told of it"),
        "silent_edit lock": gettext_lazy("A conversation was closed, and nothing told of it"),
        "silent_edit move": gettext_lazy("Something was moved, and nothing told of it"),
        "promise keep": gettext_lazy("A promise was kept"),
        "promise break": gettext_lazy("A promise was broken"),
        "report publish": gettext_lazy("A report was published"),
        "key begin": gettext_lazy("A key of the log begins"),
        "key end": gettext_lazy("A key of the log ends"),
        "erasure erase": gettext_lazy("What showed the meaning of an entry was erased"),
        "annotation note": gettext_lazy("A note on an entry"),
    },
    "log_reason": {
        "abuse": pgettext_lazy("reason", "insult or abuse"),
        "advertising": pgettext_lazy("reason", "advertising"),
        "appeal_upheld": pgettext_lazy("reason", "an appeal was granted"),
        "asked_by_author": pgettext_lazy("reason", "the author asked for it"),
        "company_criticised": pgettext_lazy("reason", "the company is criticised"),
        "court_order": pgettext_lazy("reason", "a court ordered it"),
        "crime": pgettext_lazy("reason", "a crime"),
        "data_of_others": pgettext_lazy("reason", "personal data of others"),
        "double_post": pgettext_lazy("reason", "posted twice"),
        "fraud": pgettext_lazy("reason", "fraud"),
        "hate": pgettext_lazy("reason", "hatred of a group"),
        "heated": pgettext_lazy("reason", "the tone leads nowhere any more"),
        "impersonation": pgettext_lazy("reason", "somebody pretends to be somebody else"),
        "intellectual_property": pgettext_lazy("reason", "rights of others in words or pictures"),
        "key_lost": pgettext_lazy("reason", "the key was lost"),
        "key_rotation": pgettext_lazy("reason", "keys are changed from time to time"),
        "minors": pgettext_lazy("reason", "protection of minors"),
        "mistake": pgettext_lazy("reason", "it was a mistake"),
        "no_measure_known": pgettext_lazy("reason", "no measure is known that explains it"),
        "off_topic": pgettext_lazy("reason", "belongs elsewhere"),
        "order_of_authority": pgettext_lazy("reason", "an authority ordered it"),
        "other": pgettext_lazy("reason", "something else"),
        "person_asked": pgettext_lazy("reason", "a person asked for it"),
        "rule_broken": pgettext_lazy("reason", "a rule was broken"),
        "self_harm": pgettext_lazy("reason", "self-harm"),
        "sexual_content": pgettext_lazy("reason", "sexual content"),
        "spam": pgettext_lazy("reason", "advertising or spam"),
        "technical": pgettext_lazy("reason", "a technical cause"),
        "threat": pgettext_lazy("reason", "threat"),
        "time_over": pgettext_lazy("reason", "its time was over"),
        "unsafe_product": pgettext_lazy("reason", "unsafe or forbidden product"),
        "untrue": pgettext_lazy("reason", "untrue and harmful"),
        "violence": pgettext_lazy("reason", "violence"),
    },
    "receipt_said": {
        "unreadable": gettext_lazy("This is no receipt that holds its entry, as this log writes them."),
        "not_signed": gettext_lazy("No key of this log has signed it."),
        "not_in_log": gettext_lazy(
            "The proof does not lead to what was signed: entry or receipt were changed."
        ),
        "in_log": gettext_lazy("The entry is in the log that was signed, unchanged."),
        "changed_here": gettext_lazy(
            "The record on this site has something else at this place: tell others of it."
        ),
        "opens": gettext_lazy("What the receipt names belongs to the entry."),
        "opens_not": gettext_lazy("What the receipt names does not belong to the entry."),
        "same_text": gettext_lazy("The saved post has exactly the words that the entry is about."),
        "other_text": gettext_lazy("The saved post has other words than those that the entry is about."),
        "nothing_opened": gettext_lazy(
            "The saved post cannot be compared: this receipt holds no words that the entry is about."
        ),
    },
    "silent_kind": {
        "edited_silently": gettext_lazy(
            "The words are others; the source does not show that they were edited."
        ),
        "other_text": gettext_lazy("Guests read other words than the source’s interface gives."),
        "missing": gettext_lazy(
            "Guests do not see the post any more; the source’s interface still gives it."
        ),
        "withheld": gettext_lazy(
            "Guests get no page of the conversation any more; the interface still gives it."
        ),
    },
    "log_scope": {
        "post": pgettext_lazy("scope", "the post"),
        "thread": pgettext_lazy("scope", "the conversation"),
        "account": pgettext_lazy("scope", "what the account may write"),
        "source": pgettext_lazy("scope", "the whole source"),
    },
    "log_origin": {
        "desk": pgettext_lazy("log", "ordered by us"),
        "source": pgettext_lazy("log", "seen at the source"),
    },
    "log_subject": {
        "thread": pgettext_lazy("log", "the conversation"),
        "post": pgettext_lazy("log", "the post"),
        "account": pgettext_lazy("log", "the account"),
        "before": pgettext_lazy("log", "the words before"),
        "after": pgettext_lazy("log", "the words after"),
        "statement": pgettext_lazy("log", "the statement of reasons"),
        "promise": pgettext_lazy("log", "the promise"),
        "appeal": pgettext_lazy("log", "the appeal"),
    },
}

VERIFYING: Final[Words] = {
    "signature": gettext_lazy(
        "The checkpoint, what the log says of itself, is signed by {name}: {size} entries."
    ),
    "edge": gettext_lazy("The files of the log give the sum over all entries that is signed there."),
    "place": gettext_lazy("The file {path} holds the fingerprint that belongs to place {index}."),
    "entry": gettext_lazy("The entry has this fingerprint: it is in the log at place {index}, unchanged."),
    "proof": gettext_lazy(
        "The proof leads from the entry at place {index} to the signed sum over all entries: it is in the"
        " log, unchanged."
    ),
    "no_ed25519": gettext_lazy(
        "This browser cannot verify Ed25519 signatures. Take a current one, or the command kulanz log."
    ),
    "no_crypto": gettext_lazy(
        "This page was not opened by https, so that the browser lends it no cryptography."
    ),
    "no_file": gettext_lazy("The file {path} could not be read."),
    "bad_key": gettext_lazy("This is not the public key of a log."),
    "bad_checkpoint": gettext_lazy("The checkpoint does not have the form that it must have."),
    "bad_receipt": gettext_lazy("This file is no receipt."),
    "not_signed": gettext_lazy("The checkpoint is not signed by {name}."),
    "wrong_signature": gettext_lazy("The signature of {name} does not fit the checkpoint: it was changed."),
    "wrong_origin": gettext_lazy("The checkpoint is of another log."),
    "not_there": gettext_lazy("The log has no entry at place {index}: it has {size}."),
    "wrong_tile": gettext_lazy("The file {path} was changed: it does not give the signed sum."),
    "wrong_entry": gettext_lazy("The entry was changed, or is not the one at place {index}."),
    "wrong_proof": gettext_lazy("Entry or receipt were changed: they do not lead to the signed sum."),
}
"""What ``static/verify-log.js`` says, by its codes."""
