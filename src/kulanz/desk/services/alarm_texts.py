"""What an alarm says, and the link by which it is judged from a mail."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.desk.conf import conf
from kulanz.desk.models import Alert, Member
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.reasons import sentences

GOOD_FOR_S: Final = 60 * 24 * 3600
REASONS: Final = 3
_SALT: Final = "kulanz.desk alarm verdict"


def alarm_text(alert: Alert, member: Member | None, *, now: datetime) -> tuple[str, str]:
    """Return subject and body of an alarm's message, in the member's language, with ages counted now.

    A channel (member None) is told in the desk's language and gets no link to judge by: it is nobody.
    """
    lang = member.lang if member else conf().language
    with translation.override(lang):
        subject = _("Alarm: %(title)s") % {"title": alert.thread}
        first = _("%(source)s: score %(score)d of 100, stage %(stage)s.") % {
            "source": alert.thread.source.name,
            "score": round(alert.score * 100),
            "stage": _stage(alert.stage),
        }
        reasons = sentences(alert.reasons[:REASONS], lang, now=now)
        lines = [first, *(f"- {reason}" for reason in reasons)]
        lines += ["", conf().url + f"/threads/{alert.thread_id}"]
        if alert.policy is not None:
            lines += ["", _("Raised by the policy “%(policy)s”.") % {"policy": alert.policy}]
        if member is not None:
            lines += [_("Was it right or wrong? %(url)s") % {"url": judge_link(alert, member)}]
    return subject, "\n".join(lines)


def judge_link(alert: Alert, member: Member) -> str:
    """Return the address at which a member judges an alarm without logging in; good for 60 days."""
    token = signing.dumps({"alert": alert.pk, "member": member.pk}, salt=_SALT)
    return conf().url + reverse("alert_by_link", kwargs={"token": token})


def read_link(token: str) -> tuple[int, int]:
    """Return the ids of alarm and member that a link names; raise RuleError where it is none of ours."""
    try:
        found = signing.loads(token, salt=_SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature as error:
        raise RuleError("this link is not, or no longer, valid: log in and judge the alarm there") from error
    return int(found["alert"]), int(found["member"])


def _stage(stage: str) -> str:
    words = {"calm": _("calm"), "complaint": _("complaint"), "issue": _("issue"), "escalated": _("escalated")}
    return words[stage]
