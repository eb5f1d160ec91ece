"""Addresses of the settings and the preferences."""

from __future__ import annotations

from django.urls import path

from kulanz.desk.web import preferences
from kulanz.desk.web.setup import (
    approvals,
    audit,
    billing,
    examples,
    findings,
    hold_rules,
    home,
    language_model,
    members,
    rates,
    retention,
    targets,
    tokens,
)
from kulanz.desk.web.setup.calendars import CALENDARS
from kulanz.desk.web.setup.limits import BUDGETS, LIMITS
from kulanz.desk.web.setup.members import MEMBERS
from kulanz.desk.web.setup.people import IDENTITIES, TEAMS
from kulanz.desk.web.setup.policies import POLICIES
from kulanz.desk.web.setup.rulebook import RULES, end, publish
from kulanz.desk.web.setup.targets import TARGETS
from kulanz.desk.web.setup.texts import PLAYBOOKS, TEMPLATES, ship_templates

urlpatterns = [
    path("setup", home.show, name="setup"),
    *POLICIES.urls,
    *CALENDARS.urls,
    *PLAYBOOKS.urls,
    *TEMPLATES.urls,
    path("setup/templates/ship", ship_templates, name="templates_ship"),
    *RULES.urls,
    path("setup/rules/<int:pk>/publish", publish, name="rule_publish"),
    path("setup/rules/<int:pk>/end", end, name="rule_end"),
    *TEAMS.urls,
    *LIMITS.urls,
    *BUDGETS.urls,
    *IDENTITIES.urls,
    *MEMBERS.urls,
    path("setup/members/<int:pk>/link", members.link, name="member_link"),
    path("setup/members/<int:pk>/leave", members.leave, name="member_leave"),
    path("setup/members/<int:pk>/return", members.come_back, name="member_return"),
    *TARGETS.urls,
    path("setup/targets/<int:pk>/secret", targets.new_secret, name="target_secret"),
    path("setup/retention", retention.show, name="retention"),
    path("setup/retention/save", retention.save, name="retention_save"),
    path("setup/hold-rules", hold_rules.show, name="hold_rules"),
    path("setup/hold-rules/save", hold_rules.save, name="hold_rules_save"),
    path("setup/approvals", approvals.show, name="approval_rules"),
    path("setup/approvals/save", approvals.save, name="approval_rules_save"),
    path("setup/language-model", language_model.show, name="language_model"),
    path("setup/language-model/save", language_model.save, name="language_model_save"),
    path("setup/language-model/try", language_model.try_out, name="language_model_try"),
    path("setup/findings", findings.show, name="findings"),
    path("setup/rates", rates.show, name="rates"),
    path("setup/rates/save", rates.save, name="rates_save"),
    *billing.urlpatterns,
    *audit.urlpatterns,
    *examples.urlpatterns,
    path("setup/tokens", tokens.show, name="tokens"),
    path("setup/tokens/make", tokens.make, name="token_make"),
    path("setup/tokens/<int:pk>/end", tokens.end, name="token_end"),
    path("preferences", preferences.show, name="preferences"),
    path("preferences/save", preferences.save, name="preferences_save"),
    path("preferences/test", preferences.test, name="preferences_test"),
    path("views/keep", preferences.keep_view, name="view_keep"),
    path("views/<int:pk>/remove", preferences.forget_view, name="view_remove"),
]
