"""Pages of the alert policies, with a try on the past before anything is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kulanz.desk import access
from kulanz.desk.queries.alerts import policies
from kulanz.desk.queries.backtest import backtest
from kulanz.desk.rules.alarms import Terms
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.notifying import as_shown
from kulanz.desk.services.policies import PolicyValues, remove_policy, save_policy
from kulanz.desk.web.setup.forms import PolicyForm
from kulanz.desk.web.setup.nouns import Noun, Save, SetupForm

if TYPE_CHECKING:
    from kulanz.desk.models import AlertPolicy

_PLAIN: Final = (
    "name", "source", "least_stage", "cool_down_h", "least_posts", "quiet_from", "quiet_to", "zone", "team",
    "active",
)  # fmt: skip
PERCENT: Final = 100


def _initial(policy: AlertPolicy) -> dict[str, Any]:
    plain = {name: getattr(policy, name) for name in _PLAIN}
    return plain | {
        "threshold": round(policy.threshold * PERCENT),
        "members": policy.members.all(),
        "apprise_url": as_shown(policy.sealed_apprise_url),
    }


def _save(asked: Save[AlertPolicy]) -> AlertPolicy:
    given = dict(asked.values)
    given["threshold"] /= PERCENT
    values = PolicyValues(**given)
    return save_policy(policy=asked.row, values=values, **asked.decided)


def _tried(_row: AlertPolicy | None, form: SetupForm) -> dict[str, Any]:
    """What the typed policy would have done; only where somebody asked for it."""
    context: dict[str, Any] = {"can_preview": True}
    if "preview" not in form.data or not form.is_valid():
        return context
    given = form.cleaned_data
    terms = Terms(
        given["least_stage"], given["threshold"] / PERCENT, given["cool_down_h"], given["least_posts"]
    )
    source = given["source"].pk if given["source"] else None
    return context | {"tried": backtest(terms, source=source, now=timezone.now())}


POLICIES: Final[Noun[AlertPolicy]] = Noun(
    name="policies",
    title=_("Alarms: when, and whom they reach"),
    intro=_("A source with a policy of its own keeps to it alone; all others share the general ones."),
    new_title=_("New policy"),
    right=Right.SET_POLICIES,
    form=PolicyForm,
    rows=lambda offset: policies(timezone.now(), offset=offset),
    find=access.policy,
    initial=_initial,
    save=_save,
    remove=lambda row, by: remove_policy(policy=row, **by),
    list_template="setup/policies.html",
    form_template="setup/policy.html",
    more=_tried,
)
