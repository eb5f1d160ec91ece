"""Which operation of the API does what a page does, kept by hand: the test compares it with the desk.

A line is an address of a page and, after the colon, the operations that do the same; what a page is made of
comes in its order. A page in no line has an operation at its own address, or stands in ``ALONE``.
"""

from __future__ import annotations

_NOUNS = {
    "policies": "policies",
    "calendars": "calendars",
    "playbooks": "playbooks",
    "templates": "templates",
    "rules": "rules",
    "teams": "teams",
    "limits": "gesture-limits",
    "budgets": "team-budgets",
    "identities": "identities",
    "targets": "targets",
}
"""Nouns of the settings, and what the API calls them."""
_REPLACED = {"limits", "budgets"}

PAGES = """
    GET /: GET /radar, GET /views
    GET /threads/<int:pk>: GET /threads/{pk}, GET /threads/{pk}/posts, GET /threads/{pk}/findings,
        GET /alerts, GET /threads/{pk}/fronts, GET /threads/{pk}/revisions, GET /threads/{pk}/timeline,
        GET /threads/{pk}/replies
    POST /threads/<int:pk>/issue: POST /issues
    POST /threads/<int:pk>/add: POST /issues/{pk}/threads
    POST /threads/<int:pk>/reply: POST /threads/{pk}/replies
    POST /threads/<int:pk>/verdict: POST /threads/{pk}/check/verdict
    GET /measures: GET /measures, GET /notices, GET /appeals
    GET /measures/statements.json: GET /statements
    GET /measures/<int:pk>: GET /measures/{pk}, GET /measures/{pk}/notices
    POST /threads/<int:pk>/measures: POST /threads/{pk}/measures, POST /threads/{pk}/measures/preview
    POST /sessions/<int:pk>/end: DELETE /me/sessions/{pk}
    GET /issues/<int:pk>: GET /issues/{pk}, GET /issues/{pk}/threads, GET /cases, GET /issues/{pk}/replies,
        GET /issues/{pk}/people, GET /issues/{pk}/tasks, GET /issues/{pk}/watchers, GET /issues/{pk}/notes,
        GET /issues/{pk}/timeline, GET /issues/{pk}/stake
    GET /issues/<int:pk>/presence: PUT /issues/{pk}/presence
    POST /issues/<int:pk>/watch: PUT /issues/{pk}/watch, DELETE /issues/{pk}/watch
    POST /issues/<int:pk>/edit: PATCH /issues/{pk}
    POST /issues/<int:pk>/remove-thread: DELETE /issues/{pk}/threads/{thread}
    GET /issues/<int:pk>/replay: GET /issues/{pk}/replay, GET /issues/{pk}/replay/{number}
    GET /issues/<int:pk>/report.<slug:kind>: GET /issues/{pk}/report
    POST /issues/<int:pk>/summary: PUT /issues/{pk}/report/summary
    POST /issues/<int:pk>/task: POST /issues/{pk}/tasks
    POST /issues/<int:pk>/note: POST /issues/{pk}/notes
    POST /issues/<int:pk>/role: PUT /issues/{pk}/people/{account}
    POST /issues/<int:pk>/case: POST /cases
    POST /issues/<int:pk>/stake: PATCH /issues/{pk}/stake
    POST /tasks/<int:pk>/tick: PATCH /tasks/{pk}
    GET /cases/<int:pk>: GET /cases/{pk}, GET /cases/{pk}/messages, GET /cases/{pk}/replies,
        GET /cases/{pk}/promises, GET /cases/{pk}/notes, GET /cases/{pk}/timeline, GET /cases/{pk}/stake,
        GET /holds, GET /cases/{pk}/dunning-letters, GET /gestures, GET /cases/{pk}/fitting-gestures,
        GET /cases/{pk}/assessment, GET /cases/{pk}/letters/{template}, GET /cases/{pk}/private-ways
    GET /cases/<int:pk>/presence: PUT /cases/{pk}/presence
    POST /cases/<int:pk>/edit: PATCH /cases/{pk}
    POST /cases/<int:pk>/closing-note: PUT /cases/{pk}/closing-note
    POST /cases/<int:pk>/promise: POST /cases/{pk}/promises
    POST /cases/<int:pk>/reply: POST /cases/{pk}/replies
    POST /cases/<int:pk>/verdict: POST /cases/{pk}/check/verdict
    POST /cases/<int:pk>/note: POST /cases/{pk}/notes
    POST /cases/<int:pk>/stake: PATCH /cases/{pk}/stake
    POST /cases/<int:pk>/assess: PUT /cases/{pk}/assessment
    POST /cases/<int:pk>/gesture: POST /cases/{pk}/gestures
    POST /cases/<int:pk>/hold: POST /cases/{pk}/holds, POST /cases/{pk}/holds/try
    POST /replies/<int:pk>/edit: PATCH /replies/{pk}
    POST /replies/<int:pk>/verdict: POST /replies/{pk}/check/verdict
    GET /gestures/<int:pk>: GET /gestures/{pk}, GET /gestures/{pk}/effect, GET /gestures/{pk}/alike
    POST /gestures/<int:pk>/edit: PATCH /gestures/{pk}
    POST /gestures/<int:pk>/order: POST /gestures/{pk}/order, POST /gestures/{pk}/order/try
    GET /monthly: GET /monthly-report, GET /monthly-report/public
    GET /monthly.csv: GET /monthly-report.csv, GET /monthly-report/public.csv
    GET /holds: GET /holds, GET /holds/sums
    GET /holds.csv: GET /holds
    POST /holds/<int:pk>/edit: PATCH /holds/{pk}
    GET /defects/<int:pk>: GET /defects/{pk}, GET /defects/{pk}/cases, GET /defects/{pk}/months
    POST /defects/<int:pk>/edit: PATCH /defects/{pk}
    GET /people: GET /people, GET /accounts
    GET /people/<int:pk>: GET /people/{pk}, GET /people/{pk}/accounts, GET /people/{pk}/issues, GET /cases,
        GET /people/{pk}/suggestions, GET /people/{pk}/merges, GET /people/{pk}/stored,
        GET /people/{pk}/timeline, GET /people/{pk}/standing, GET /customers/by-number/{number}
    GET /people/<int:pk>/erasing: GET /people/{pk}/erasure
    GET /people/suggestions: GET /suggestions, GET /merges
    POST /people/suggestions/<int:pk>/tell-apart: POST /suggestions/{pk}/tell-apart
    POST /people/suggestions/<int:pk>/again: POST /suggestions/{pk}/again
    POST /people/<int:pk>/edit: PATCH /people/{pk}
    POST /people/<int:pk>/attach: POST /people/{pk}/accounts
    POST /people/<int:pk>/detach: DELETE /people/{pk}/accounts/{account}
    POST /people/<int:pk>/case: POST /cases
    POST /people/<int:pk>/customer: POST /customers/{pk}/link
    POST /accounts/<int:pk>/profile: POST /accounts/{pk}/person
    GET /customers: GET /customers, GET /customer-matches
    POST /customers/<int:pk>/remove: DELETE /customers/by-number/{number}
    POST /customers/matches/<int:pk>/link: POST /customers/{pk}/link
    POST /customers/matches/<int:pk>/tell-apart: POST /customer-matches/{pk}/tell-apart
    POST /customers/matches/<int:pk>/again: POST /customer-matches/{pk}/again
    GET /customers/imports: GET /customer-imports
    POST /customers/imports/upload: POST /customer-imports
    GET /customers/imports/<int:pk>: GET /customer-imports/{pk}, GET /customer-imports/{pk}/preview
    POST /customers/imports/<int:pk>/columns: PUT /customer-imports/{pk}/columns
    POST /customers/imports/<int:pk>/begin: POST /customer-imports/{pk}/begin
    POST /customers/imports/<int:pk>/drop: DELETE /customer-imports/{pk}
    GET /alerts: GET /alerts, GET /alerts/rate
    POST /alerts/<int:pk>/verdict: POST /alerts/{pk}/judge
    GET /sources/new: GET /connectors
    GET /sources/<int:pk>: GET /sources/{pk}, GET /sources/{pk}/health, GET /sources/{pk}/revisions,
        GET /sources/{pk}/hooks
    POST /sources/add: POST /sources
    POST /sources/<int:pk>/edit: PATCH /sources/{pk}
    GET /silent-edits: GET /silent-edits, GET /silent-edits/{pk}
    POST /silent-edits/<int:pk>/note: POST /silent-edits/{pk}/notes
    GET /setup/members: GET /members
    GET /setup/members/<int:pk>: GET /members/{pk}
    POST /setup/members/new: POST /members
    POST /setup/members/<int:pk>: PATCH /members/{pk}
    POST /setup/members/<int:pk>/link: POST /members/{pk}/link
    POST /setup/members/<int:pk>/leave: POST /members/{pk}/deactivate
    POST /setup/members/<int:pk>/return: POST /members/{pk}/reactivate
    GET /setup/policies/<int:pk>: GET /policies/{pk}, GET /policies/{pk}/rate
    POST /setup/policies/<int:pk>: PATCH /policies/{pk}, POST /policies/try
    POST /setup/targets/<int:pk>/secret: POST /targets/{pk}/secret
    GET /setup/billing: GET /billing-systems
    GET /setup/billing/<int:pk>: GET /billing-systems/{pk}, GET /billing-systems/{pk}/health,
        GET /billing-systems/{pk}/hook
    POST /setup/billing/add: POST /billing-systems
    POST /setup/billing/try: POST /billing-systems/try
    POST /setup/billing/<int:pk>/edit: PATCH /billing-systems/{pk}
    POST /setup/billing/<int:pk>/try: POST /billing-systems/{pk}/try
    POST /setup/billing/<int:pk>/pause: POST /billing-systems/{pk}/pause
    POST /setup/billing/<int:pk>/resume: POST /billing-systems/{pk}/resume
    POST /setup/billing/<int:pk>/read-now: POST /billing-systems/{pk}/read-now
    POST /setup/billing/<int:pk>/secret: POST /billing-systems/{pk}/secret
    POST /setup/billing/<int:pk>/remove: POST /billing-systems/{pk}/remove
    GET /setup/findings: GET /draft-findings
    GET /setup/language-model: GET /language-model
    POST /setup/language-model/save: PUT /language-model
    POST /setup/language-model/try: POST /language-model/try
    GET /setup/approvals: GET /approval-rules
    POST /setup/approvals/save: PUT /approval-rules
    GET /setup/rules/<int:pk>: GET /rules/{pk}, GET /rules/{pk}/versions
    POST /setup/rules/<int:pk>/publish: POST /rules/{pk}/publish
    POST /setup/rules/<int:pk>/end: POST /rules/{pk}/end
    POST /setup/templates/ship: POST /templates/ship
    GET /setup/hold-rules: GET /hold-rules
    POST /setup/hold-rules/save: PUT /hold-rules
    GET /setup/rates: GET /rates
    POST /setup/rates/save: PUT /rates
    GET /setup/retention: GET /retention
    POST /setup/retention/save: PUT /retention/{data_class}, GET /retention/{data_class}/preview
    GET /setup/audit: GET /events
    GET /setup/audit.csv: GET /events
    GET /setup/examples: GET /examples
    GET /setup/examples/<str:name>.jsonl: GET /examples/posts, GET /examples/labels
    GET /setup/tokens: GET /tokens
    POST /setup/tokens/make: POST /tokens
    POST /setup/tokens/<int:pk>/end: POST /tokens/{pk}/revoke
    GET /preferences: GET /me/preferences, GET /views
    POST /preferences/save: PATCH /me/preferences
    POST /preferences/test: POST /me/preferences/test
    POST /views/keep: POST /views
    POST /views/<int:pk>/remove: DELETE /views/{pk}
"""

PAGES += "".join(
    f"""
    GET /setup/{page}: GET /{noun}
    GET /setup/{page}/<int:pk>: GET /{noun}/{{pk}}
    POST /setup/{page}/new: POST /{noun}
    POST /setup/{page}/<int:pk>: {"PUT" if page in _REPLACED else "PATCH"} /{noun}/{{pk}}
    POST /setup/{page}/<int:pk>/remove: DELETE /{noun}/{{pk}}
"""
    for page, noun in _NOUNS.items()
)

# what programs have no use for
ALONE = {
    "GET /setup": "links to the settings",
    "GET /setup/members/new": "an empty form",
    "GET /setup/billing/new": "an empty form; the kinds are those of BillingSystemIn",
    **{f"GET /setup/{noun}/new": "an empty form" for noun in _NOUNS},
}
