"""Who may come to which address, kept by hand: the test compares it with what the desk does.

A line is a method and a route; who may is named above it. A route that no line names makes the test fail.
"""

from __future__ import annotations

from api_access_table import OPERATIONS

from kulanz.desk.rules.roles import Role

PAGES: dict[frozenset[Role], str] = {
    frozenset(Role): """
        GET /
        GET /search
        GET /waiting
        GET /threads/<int:pk>
        GET /threads/<int:pk>/spread
        GET /measures
        GET /measures/<int:pk>
        GET /measures/statements.json
        GET /posts/<int:pk>
        POST /sessions/<int:pk>/end
        GET /issues
        GET /issues/<int:pk>
        GET /issues/<int:pk>/presence
        GET /issues/<int:pk>/replay
        GET /issues/<int:pk>/report
        GET /issues/<int:pk>/report.<slug:kind>
        POST /issues/<int:pk>/watch
        GET /alerts
        GET /sources
        GET /sources/<int:pk>
        GET /setup
        GET /silent-edits
        GET /setup/tokens
        POST /setup/tokens/make
        POST /setup/tokens/<int:pk>/end
        GET /preferences
        POST /preferences/save
        POST /preferences/test
        POST /views/keep
        POST /views/<int:pk>/remove
    """,
    frozenset({Role.LEAD, Role.MODERATOR}): """
        GET /threads/<int:pk>/measure
        POST /threads/<int:pk>/measures
        POST /measures/<int:pk>/withdraw
        POST /measures/<int:pk>/by-hand
        POST /measures/<int:pk>/retry
        POST /measures/<int:pk>/explain
        POST /notices/<int:pk>/told
    """,
    frozenset({Role.LEAD, Role.MODERATOR, Role.APPROVER}): """
        POST /measures/<int:pk>/approve
        POST /measures/<int:pk>/refuse
        POST /measures/<int:pk>/reverse
        POST /measures/<int:pk>/dismiss
        POST /measures/<int:pk>/overturn
        GET /appeals
        GET /appeals/<int:pk>
        POST /appeals/<int:pk>/answer
        POST /appeals/<int:pk>/grant
        POST /appeals/<int:pk>/reject
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.MODERATOR}): """
        POST /threads/<int:pk>/take
        POST /threads/<int:pk>/summarise
        POST /issues/<int:pk>/summarise
        POST /silent-edits/<int:pk>/note
        POST /threads/<int:pk>/issue
        POST /threads/<int:pk>/add
        POST /threads/<int:pk>/false-alarm
        POST /threads/<int:pk>/snooze
        POST /threads/<int:pk>/restore
        POST /threads/<int:pk>/undo
        POST /issues/<int:pk>/take
        POST /issues/<int:pk>/release
        POST /issues/<int:pk>/snooze
        POST /issues/<int:pk>/wake
        POST /issues/<int:pk>/edit
        POST /issues/<int:pk>/close
        POST /issues/<int:pk>/undo
        POST /issues/<int:pk>/reopen
        POST /issues/<int:pk>/remove-thread
        POST /issues/<int:pk>/task
        POST /issues/<int:pk>/note
        POST /issues/<int:pk>/summary
        POST /issues/<int:pk>/role
        POST /issues/<int:pk>/playbook
        POST /tasks/<int:pk>/tick
        POST /people/suggestions/<int:pk>/tell-apart
        POST /people/suggestions/<int:pk>/again
        POST /people/<int:pk>/edit
        POST /people/<int:pk>/attach
        POST /people/<int:pk>/detach
        POST /people/<int:pk>/merge
        POST /accounts/<int:pk>/profile
        POST /merges/<int:pk>/undo
        POST /alerts/<int:pk>/verdict
    """,
    frozenset({Role.LEAD}): """
        GET /data-requests
        POST /data-requests/<int:pk>/extend
        POST /data-requests/<int:pk>/grant
        POST /data-requests/<int:pk>/refuse
        POST /issues/<int:pk>/assign
        POST /issues/<int:pk>/merge
        POST /issues/<int:pk>/unmerge
        POST /issues/<int:pk>/split
        POST /defects/<int:pk>/assign
        POST /promises/<int:pk>/withdraw
        POST /gestures/<int:pk>/withdraw
        POST /customers/<int:pk>/remove
        GET /customers/imports
        POST /customers/imports/upload
        GET /customers/imports/<int:pk>
        POST /customers/imports/<int:pk>/columns
        POST /customers/imports/<int:pk>/begin
        POST /customers/imports/<int:pk>/drop
        GET /people/<int:pk>/erasing
        POST /people/<int:pk>/erase
    """,
    frozenset({Role.LEAD, Role.AGENT}): """
        POST /issues/<int:pk>/case
        POST /threads/<int:pk>/suggest
        POST /cases/<int:pk>/suggest
        POST /replies/<int:pk>/suggest
        GET /customers
        POST /customers/<int:pk>/unlink
        POST /customers/matches/<int:pk>/link
        POST /customers/matches/<int:pk>/tell-apart
        POST /customers/matches/<int:pk>/again
        POST /people/<int:pk>/customer
        POST /cases/<int:pk>/stake
        POST /issues/<int:pk>/stake
        POST /cases/<int:pk>/assign
        POST /cases/<int:pk>/edit
        POST /cases/<int:pk>/resolve
        POST /cases/<int:pk>/reopen
        POST /cases/<int:pk>/close
        POST /cases/<int:pk>/promise
        POST /cases/<int:pk>/status-page
        POST /cases/<int:pk>/status-page/revoke
        POST /cases/<int:pk>/status-page/wish
        POST /cases/<int:pk>/handover
        POST /cases/<int:pk>/closing-note
        POST /cases/<int:pk>/closing-note/reply
        POST /cases/<int:pk>/assess
        POST /cases/<int:pk>/gesture
        POST /cases/<int:pk>/hold
        POST /holds/<int:pk>/place
        POST /holds/<int:pk>/try
        POST /holds/<int:pk>/edit
        POST /holds/<int:pk>/decline
        POST /holds/<int:pk>/review
        POST /holds/<int:pk>/release
        POST /holds/<int:pk>/by-hand
        POST /defects/<int:pk>/edit
        POST /defects/<int:pk>/fix
        POST /defects/<int:pk>/reopen
        POST /gestures/<int:pk>/edit
        POST /gestures/<int:pk>/same
        POST /gestures/<int:pk>/grant
        POST /gestures/<int:pk>/carry-out
        POST /gestures/<int:pk>/order
        POST /gestures/<int:pk>/accept
        POST /gestures/<int:pk>/refuse
        POST /gestures/<int:pk>/revoke
        POST /cases/<int:pk>/reply
        POST /threads/<int:pk>/reply
        POST /cases/<int:pk>/check
        POST /cases/<int:pk>/verdict
        POST /threads/<int:pk>/check
        POST /threads/<int:pk>/verdict
        POST /replies/<int:pk>/verdict
        POST /replies/<int:pk>/edit
        POST /replies/<int:pk>/send
        POST /replies/<int:pk>/schedule
        POST /replies/<int:pk>/take-back
        POST /replies/<int:pk>/discard
        POST /cases/<int:pk>/note
        POST /promises/<int:pk>/pause
        POST /promises/<int:pk>/resume
        POST /promises/<int:pk>/keep
        POST /people/<int:pk>/case
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.APPROVER, Role.AUDITOR}): """
        GET /monthly
        GET /monthly.csv
        GET /cases
        GET /cases/<int:pk>
        GET /cases/<int:pk>/presence
        GET /holds
        GET /holds.csv
        GET /gestures
        GET /gestures/spending
        GET /gestures/<int:pk>
        GET /defects
        GET /defects/<int:pk>
        POST /replies/<int:pk>/check
    """,
    frozenset({Role.LEAD, Role.APPROVER}): """
        POST /gestures/<int:pk>/approve
        POST /gestures/<int:pk>/decline
        POST /replies/<int:pk>/approve
        POST /replies/<int:pk>/reject
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.MODERATOR, Role.AUDITOR}): """
        GET /people
        GET /people/suggestions
        GET /people/<int:pk>
    """,
    frozenset({Role.ADMIN}): """
        GET /sources/new
        POST /sources/add
        POST /sources/try
        POST /sources/<int:pk>/edit
        POST /sources/<int:pk>/try
        POST /sources/<int:pk>/pause
        POST /sources/<int:pk>/resume
        POST /sources/<int:pk>/retry
        POST /sources/<int:pk>/read-now
        POST /sources/<int:pk>/secret
        POST /sources/<int:pk>/remove
        GET /setup/examples
        GET /setup/examples/<str:name>.jsonl
        GET /setup/members
        GET POST /setup/members/new
        GET POST /setup/members/<int:pk>
        POST /setup/members/<int:pk>/link
        POST /setup/members/<int:pk>/leave
        POST /setup/members/<int:pk>/return
        GET /setup/language-model
        POST /setup/language-model/save
        POST /setup/language-model/try
        GET /setup/targets
        GET POST /setup/targets/new
        GET POST /setup/targets/<int:pk>
        POST /setup/targets/<int:pk>/remove
        POST /setup/targets/<int:pk>/secret
        GET /setup/billing
        GET /setup/billing/new
        POST /setup/billing/add
        POST /setup/billing/try
        GET /setup/billing/<int:pk>
        POST /setup/billing/<int:pk>/edit
        POST /setup/billing/<int:pk>/try
        POST /setup/billing/<int:pk>/pause
        POST /setup/billing/<int:pk>/resume
        POST /setup/billing/<int:pk>/read-now
        POST /setup/billing/<int:pk>/secret
        POST /setup/billing/<int:pk>/remove
    """,
    frozenset({Role.LEAD, Role.ADMIN}): """
        GET /setup/policies
        GET POST /setup/policies/new
        GET POST /setup/policies/<int:pk>
        POST /setup/policies/<int:pk>/remove
        GET /setup/calendars
        GET POST /setup/calendars/new
        GET POST /setup/calendars/<int:pk>
        POST /setup/calendars/<int:pk>/remove
        GET /setup/playbooks
        GET POST /setup/playbooks/new
        GET POST /setup/playbooks/<int:pk>
        POST /setup/playbooks/<int:pk>/remove
        GET /setup/rules
        GET POST /setup/rules/new
        GET POST /setup/rules/<int:pk>
        POST /setup/rules/<int:pk>/remove
        POST /setup/rules/<int:pk>/publish
        POST /setup/rules/<int:pk>/end
        GET /setup/templates
        GET POST /setup/templates/new
        GET POST /setup/templates/<int:pk>
        POST /setup/templates/<int:pk>/remove
        POST /setup/templates/ship
        GET /setup/teams
        GET POST /setup/teams/new
        GET POST /setup/teams/<int:pk>
        POST /setup/teams/<int:pk>/remove
        GET /setup/limits
        GET POST /setup/limits/new
        GET POST /setup/limits/<int:pk>
        POST /setup/limits/<int:pk>/remove
        GET /setup/budgets
        GET POST /setup/budgets/new
        GET POST /setup/budgets/<int:pk>
        POST /setup/budgets/<int:pk>/remove
        GET /setup/identities
        GET POST /setup/identities/new
        GET POST /setup/identities/<int:pk>
        POST /setup/identities/<int:pk>/remove
        GET /setup/findings
        GET /setup/approvals
        POST /setup/approvals/save
        GET /setup/hold-rules
        POST /setup/hold-rules/save
        GET /setup/rates
        POST /setup/rates/save
        GET /setup/retention
        POST /setup/retention/save
    """,
    frozenset({Role.LEAD, Role.AUDITOR}): """
        GET /setup/audit
        GET /setup/audit.csv
    """,
}

TABLE = {
    who: "\n".join(filter(None, (PAGES.get(who, "").strip(), OPERATIONS.get(who, "").strip())))
    for who in PAGES | OPERATIONS
}

# what everybody may who can log in at all, even without a role
ROLELESS = ["POST /sessions/<int:pk>/end"]

# addresses that need no login, each with the status that a stranger gets
OPEN: dict[str, int] = {
    "/.well-known/security.txt": 404,  # nobody is named
    "/alerts/judge/<str:token>": 404,  # signed links; this one is not
    "/my-data": 200,
    "/my-data/<str:key>": 404,  # the key is in the address
    "/my-data/<str:key>/export.zip": 404,
    "/status/<str:key>": 404,  # the key is in the address
    "/appeal": 200,
    "/appeal/of/<str:key>": 404,  # the key is in the address
    "/appeal/<str:reference>": 404,
    # public pages are switched on by a setting
    "/rules": 404,
    "/rules.atom": 404,
    "/rules/<slug:key>": 404,
    "/rules/<slug:key>/<int:number>": 404,
    "/rules/<slug:key>/<int:number>/<str:code>.md": 404,
    "/record": 404,
    "/record.atom": 404,
    "/record/<int:index>": 404,
    "/record/<str:leaf>": 404,
    "/record/<str:leaf>/entry.json": 404,
    "/record/<str:leaf>/entry.tlog-proof": 404,
    "/promises": 404,
    "/receipt": 404,
    "/receipts/<str:token>.tlog-proof": 404,
    "/report": 404,
    "/report.csv": 404,
    "/report/<str:month>.json": 404,
    "/log/<path:path>": 404,
    "/hooks/<str:hook_key>/billing": 404,  # the key is in the address
    "/hooks/<str:hook_key>/<slug:receiver>": 404,
    "/hooks/<str:hook_key>/<slug:receiver>/<str:rest>": 404,
    "/api/openapi.json": 200,
    "/api/": 404,
    "/livez": 200,
    "/readyz": 503,  # no worker runs in a test
    "/metrics": 401,
    "/jsi18n/": 200,
}

LOGIN = "/login/"
# what a stranger is told, and a member whatever the role; a link of a mail is one that nobody sent
AT_THE_LOGIN: dict[str, tuple[int, int]] = {
    "/login/email/": (302, 302),
    "/login/login/": (200, 302),
    "/login/logout/": (302, 200),
    "/login/inactive/": (200, 200),
    "/login/signup/": (200, 302),  # says that nobody signs up
    "/login/reauthenticate/": (302, 200),
    "/login/confirm-email/": (200, 200),
    "/login/password/change/": (302, 200),
    "/login/password/set/": (302, 302),
    "/login/password/reset/": (200, 200),
    "/login/login/code/confirm/": (302, 302),
    r"/login/^confirm-email/(?P<key>[-:\w]+)/$": (200, 200),
    "/login/password/reset/key/done/": (200, 200),
    "/login/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (200, 200),
    "/login/password/reset/done/": (200, 200),
    "/login/2fa/": (302, 200),
    "/login/2fa/authenticate/": (302, 302),
    "/login/2fa/reauthenticate/": (302, 302),
    "/login/2fa/totp/activate/": (302, 302),
    "/login/2fa/totp/deactivate/": (302, 404),
    "/login/2fa/recovery-codes/": (302, 404),
    "/login/2fa/recovery-codes/generate/": (302, 302),
    "/login/2fa/recovery-codes/download/": (302, 404),
    "/login/2fa/webauthn/": (302, 200),
    "/login/2fa/webauthn/add/": (302, 302),
    "/login/2fa/webauthn/reauthenticate/": (302, 302),
    "/login/2fa/webauthn/keys/<int:pk>/remove/": (302, 302),
    "/login/2fa/webauthn/keys/<int:pk>/edit/": (302, 302),
    "/login/2fa/webauthn/login/": (302, 302),
    "/login/3rdparty/login/cancelled/": (200, 200),
    "/login/3rdparty/login/error/": (401, 401),
    "/login/3rdparty/signup/": (302, 302),
    "/login/3rdparty/": (302, 200),
    "/login/social/login/cancelled/": (301, 301),
    "/login/social/login/error/": (301, 301),
    "/login/social/signup/": (301, 301),
    "/login/social/connections/": (301, 301),
    "/login/sessions/": (302, 200),
}
# there only where the company's login is set: tried with real providers in test_single_sign_on and test_saml
SIGN_ON = {
    "/login/oidc/company/login/",
    "/login/oidc/company/login/callback/",
    "/login/saml/company/login/",
    "/login/saml/company/acs/",
    "/login/saml/company/acs/finish/",
    "/login/saml/company/sls/",
    "/login/saml/company/metadata/",
}
