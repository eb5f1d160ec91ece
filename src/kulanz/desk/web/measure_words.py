"""Words for measures and appeals, and for what happened at a source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy, pgettext_lazy

Words = Mapping[str, str | Lazy]

MEASURE_WORDS: Final[Mapping[str, Words]] = {
    "measure_kind": {
        "edit": pgettext_lazy("measure", "edit"),
        "hide": pgettext_lazy("measure", "hide"),
        "remove": pgettext_lazy("measure", "remove"),
        "lock": pgettext_lazy("measure", "close"),
        "slow": pgettext_lazy("measure", "slow mode"),
        "move": pgettext_lazy("measure", "move"),
        "warn": pgettext_lazy("measure", "warn"),
        "suspend": pgettext_lazy("measure", "suspend"),
    },
    "measure_means": {
        "edit": gettext_lazy("Words of the post are changed; the public log has a seal of both versions."),
        "hide": gettext_lazy("Nobody but moderators can read it; it can be shown again."),
        "remove": gettext_lazy("It is taken away; whether it can be put back depends on the source."),
        "lock": gettext_lazy("Nobody can write in the conversation any more."),
        "slow": gettext_lazy("Everybody can go on writing, at longer intervals."),
        "move": gettext_lazy("It goes to another place and can be read there."),
        "warn": gettext_lazy("The author is told which rule the post breaks; nothing is taken away."),
        "suspend": gettext_lazy("The author cannot write any more, for a time or until it is undone."),
    },
    "measure_state": {
        "proposed": pgettext_lazy("measure", "waits for a second person"),
        "seen": pgettext_lazy("measure", "seen, without reasons"),
        "ordered": pgettext_lazy("measure", "ordered"),
        "done": pgettext_lazy("measure", "in force"),
        "failed": pgettext_lazy("measure", "not carried out"),
        "reversing": pgettext_lazy("measure", "being reversed"),
        "ending": pgettext_lazy("measure", "ending"),
        "reversed": pgettext_lazy("measure", "reversed"),
        "ended": pgettext_lazy("measure", "over"),
        "refused": pgettext_lazy("measure", "refused"),
        "withdrawn": pgettext_lazy("measure", "taken back"),
    },
    "measure_code": {
        "abuse": pgettext_lazy("reason", "insult or abuse"),
        "threat": pgettext_lazy("reason", "threat"),
        "hate": pgettext_lazy("reason", "hatred of a group"),
        "data_of_others": pgettext_lazy("reason", "personal data of others"),
        "spam": pgettext_lazy("reason", "advertising or spam"),
        "fraud": pgettext_lazy("reason", "fraud"),
        "intellectual_property": pgettext_lazy("reason", "rights of others in words or pictures"),
        "impersonation": pgettext_lazy("reason", "somebody pretends to be somebody else"),
        "untrue": pgettext_lazy("reason", "untrue and harmful"),
        "sexual_content": pgettext_lazy("reason", "sexual content"),
        "violence": pgettext_lazy("reason", "violence"),
        "self_harm": pgettext_lazy("reason", "self-harm"),
        "minors": pgettext_lazy("reason", "protection of minors"),
        "unsafe_product": pgettext_lazy("reason", "unsafe or forbidden product"),
        "off_topic": pgettext_lazy("reason", "belongs elsewhere"),
        "double_post": pgettext_lazy("reason", "posted twice"),
        "heated": pgettext_lazy("reason", "the tone leads nowhere any more"),
        "asked_by_author": pgettext_lazy("reason", "the author asked for it"),
        "other": pgettext_lazy("reason", "something else"),
    },
    "measure_asks": {
        "lock": gettext_lazy("closing a conversation always needs a second person"),
        "critical": gettext_lazy("the post criticises"),
        "unread": gettext_lazy("the analysis has not read these words yet"),
    },
    "measure_ground": {
        "issue": gettext_lazy("an issue of this conversation is open"),
        "case": gettext_lazy("a case of it is open"),
        "hardened": gettext_lazy("the fronts have hardened"),
    },
    "measure_scope": {
        "post": pgettext_lazy("scope", "the post"),
        "thread": pgettext_lazy("scope", "the conversation"),
        "account": pgettext_lazy("scope", "what the account may write"),
    },
    "notice_way": {
        "": pgettext_lazy("notice", "not told yet"),
        "private": pgettext_lazy("notice", "told by private message"),
        "mail": pgettext_lazy("notice", "told by mail"),
        "hand": pgettext_lazy("notice", "told by hand"),
        "none": pgettext_lazy("notice", "nobody to tell is known"),
    },
    "notice_about": {
        "done": pgettext_lazy("notice", "of the measure"),
        "reversed": pgettext_lazy("notice", "of its reversal"),
    },
    "appeal_state": {
        "open": pgettext_lazy("appeal", "open"),
        "granted": pgettext_lazy("appeal", "granted"),
        "rejected": pgettext_lazy("appeal", "rejected"),
        "withdrawn": pgettext_lazy("appeal", "taken back"),
    },
    "appeal_side": {
        "author": pgettext_lazy("appeal", "says that they are the author"),
        "affected": pgettext_lazy("appeal", "says that they are affected"),
    },
}

MEASURES_HAPPENED: Final[Words] = {
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
    "measure propose": gettext_lazy("%(who)s proposed a measure."),
    "measure see": gettext_lazy("A measure was seen at the source, without rule and reasons."),
    "measure explain": gettext_lazy("%(who)s gave rule and reasons for a measure seen at the source."),
    "measure dismiss": gettext_lazy("%(who)s said that what was seen at the source is no measure."),
    "measure overturn": gettext_lazy("%(who)s has a measure undone that was seen at the source."),
    "measure order": gettext_lazy("%(who)s ordered a measure."),
    "measure approve": gettext_lazy("%(who)s agreed to a measure as the second person."),
    "measure refuse": gettext_lazy("%(who)s refused a measure as the second person."),
    "measure withdraw": gettext_lazy("%(who)s took a measure back."),
    "measure retry": gettext_lazy("%(who)s had a measure tried again."),
    "measure reverse": gettext_lazy("%(who)s has a measure reversed."),
    "measure confirm_by_hand": gettext_lazy("%(who)s carried a measure out at the source."),
    "measure undone_by_hand": gettext_lazy("%(who)s undid or ended a measure at the source."),
    "measure carried_out": gettext_lazy("A measure was carried out."),
    "measure not_done": gettext_lazy("A measure could not be carried out or undone."),
    "measure over": gettext_lazy("The time of a measure has passed."),
    "measure undone": gettext_lazy("A measure was undone or has ended."),
    "measurenotice tell": gettext_lazy("The author was told of a measure."),
    "appeal make": gettext_lazy("Somebody appealed against a measure."),
    "appeal hear": gettext_lazy("Somebody wrote in an appeal."),
    "appeal take_back": gettext_lazy("An appeal was taken back."),
    "appeal answer": gettext_lazy("%(who)s answered in an appeal."),
    "appeal grant": gettext_lazy("%(who)s granted an appeal."),
    "appeal reject": gettext_lazy("%(who)s rejected an appeal."),
}
