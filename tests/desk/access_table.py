"""Who may come to which address, kept by hand: the test compares it with what the desk does.

A line is a method and a route; who may is named above it. A route that no line names makes the test fail.
"""

from __future__ import annotations

from kulanz.desk.rules.roles import Role

TABLE: dict[frozenset[Role], str] = {
    frozenset(Role): """
        GET /
        GET /search
        GET /waiting
        GET /api/v1/waiting
        GET /api/v1/waiting/count
        GET /threads/<int:pk>
        GET /threads/<int:pk>/spread
        GET /posts/<int:pk>
        POST /sessions/<int:pk>/end
        GET /issues
        GET /issues/<int:pk>
        GET /issues/<int:pk>/presence
        GET /issues/<int:pk>/report
        GET /issues/<int:pk>/report.<slug:kind>
        POST /issues/<int:pk>/watch
        GET /alerts
        GET /sources
        GET /sources/<int:pk>
        GET /setup
        GET /setup/tokens
        POST /setup/tokens/make
        POST /setup/tokens/<int:pk>/end
        GET /preferences
        POST /preferences/save
        POST /preferences/test
        POST /views/keep
        POST /views/<int:pk>/remove
        GET /api/v1/radar
        GET /api/v1/threads
        GET /api/v1/threads/{pk}
        GET /api/v1/threads/{pk}/posts
        GET /api/v1/threads/{pk}/revisions
        GET /api/v1/threads/{pk}/findings
        GET /api/v1/threads/{pk}/fronts
        GET /api/v1/threads/{pk}/spread
        GET /api/v1/threads/{pk}/timeline
        GET /api/v1/posts/{pk}
        GET /api/v1/issues
        GET /api/v1/issues/{pk}
        GET /api/v1/issues/{pk}/threads
        GET /api/v1/issues/{pk}/report
        GET /api/v1/issues/{pk}/report/summaries
        GET /api/v1/issues/{pk}/tasks
        GET /api/v1/issues/{pk}/notes
        PUT DELETE /api/v1/issues/{pk}/watch
        GET /api/v1/issues/{pk}/watchers
        GET /api/v1/issues/{pk}/timeline
        PUT /api/v1/issues/{pk}/presence
        GET /api/v1/alerts
        GET /api/v1/alerts/{pk}
        GET /api/v1/alerts/rate
        GET /api/v1/sources
        GET /api/v1/sources/{pk}
        GET /api/v1/sources/{pk}/health
        GET /api/v1/sources/{pk}/revisions
        GET /api/v1/me
        GET /api/v1/members
        GET PATCH /api/v1/me/preferences
        POST /api/v1/me/preferences/test
        GET /api/v1/me/sessions
        DELETE /api/v1/me/sessions/{pk}
        GET POST /api/v1/views
        DELETE /api/v1/views/{pk}
        GET POST /api/v1/tokens
        POST /api/v1/tokens/{pk}/revoke
        GET /api/v1/search
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.MODERATOR}): """
        POST /threads/<int:pk>/take
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
        POST /api/v1/threads/{pk}/take
        POST /api/v1/threads/{pk}/false-alarm
        POST /api/v1/threads/{pk}/snooze
        POST /api/v1/threads/{pk}/restore
        POST /api/v1/threads/{pk}/undo
        POST /api/v1/issues
        PATCH /api/v1/issues/{pk}
        POST /api/v1/issues/{pk}/take
        POST /api/v1/issues/{pk}/release
        POST /api/v1/issues/{pk}/snooze
        POST /api/v1/issues/{pk}/wake
        POST /api/v1/issues/{pk}/close
        POST /api/v1/issues/{pk}/undo
        POST /api/v1/issues/{pk}/reopen
        POST /api/v1/issues/{pk}/threads
        DELETE /api/v1/issues/{pk}/threads/{thread}
        PUT /api/v1/issues/{pk}/people/{account}
        POST /api/v1/issues/{pk}/tasks
        POST /api/v1/issues/{pk}/playbook
        PATCH /api/v1/tasks/{pk}
        POST /api/v1/issues/{pk}/notes
        PUT /api/v1/issues/{pk}/report/summary
        PATCH /api/v1/people/{pk}
        POST /api/v1/people/{pk}/accounts
        DELETE /api/v1/people/{pk}/accounts/{account}
        POST /api/v1/people/{pk}/merge
        POST /api/v1/suggestions/{pk}/tell-apart
        POST /api/v1/suggestions/{pk}/again
        POST /api/v1/merges/{pk}/undo
        POST /api/v1/accounts/{pk}/person
        POST /api/v1/alerts/{pk}/judge
    """,
    frozenset({Role.LEAD}): """
        POST /issues/<int:pk>/assign
        POST /issues/<int:pk>/merge
        POST /issues/<int:pk>/unmerge
        POST /issues/<int:pk>/split
        POST /defects/<int:pk>/assign
        POST /api/v1/defects/{pk}/assign
        POST /promises/<int:pk>/withdraw
        POST /gestures/<int:pk>/withdraw
        POST /customers/<int:pk>/remove
        PUT DELETE /api/v1/customers/by-number/{number}
        GET /customers/imports
        POST /customers/imports/upload
        GET /customers/imports/<int:pk>
        POST /customers/imports/<int:pk>/columns
        POST /customers/imports/<int:pk>/begin
        POST /customers/imports/<int:pk>/drop
        GET POST /api/v1/customer-imports
        GET DELETE /api/v1/customer-imports/{pk}
        GET /api/v1/customer-imports/{pk}/preview
        PUT /api/v1/customer-imports/{pk}/columns
        POST /api/v1/customer-imports/{pk}/begin
        GET /people/<int:pk>/erasing
        POST /people/<int:pk>/erase
        GET /api/v1/people/{pk}/erasure
        POST /api/v1/people/{pk}/erase
        POST /api/v1/issues/{pk}/assign
        POST /api/v1/issues/{pk}/merge
        POST /api/v1/issues/{pk}/unmerge
        POST /api/v1/issues/{pk}/split
        POST /api/v1/promises/{pk}/withdraw
        POST /api/v1/gestures/{pk}/withdraw
    """,
    frozenset({Role.LEAD, Role.AGENT}): """
        POST /issues/<int:pk>/case
        GET /customers
        GET /api/v1/customers
        GET /api/v1/customers/by-number/{number}
        POST /api/v1/customers/{pk}/link
        POST /api/v1/customers/{pk}/unlink
        GET /api/v1/customer-matches
        POST /api/v1/customer-matches/{pk}/tell-apart
        POST /api/v1/customer-matches/{pk}/again
        GET PATCH /api/v1/cases/{pk}/stake
        GET PATCH /api/v1/issues/{pk}/stake
        GET /api/v1/people/{pk}/standing
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
        PUT /api/v1/cases/{pk}/closing-note
        POST /api/v1/cases/{pk}/closing-note/reply
        POST /api/v1/cases/{pk}/status-page
        POST /api/v1/cases/{pk}/status-page/revoke
        POST /api/v1/cases/{pk}/status-page/wish
        POST /api/v1/cases/{pk}/handover
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
        POST /api/v1/cases/{pk}/holds
        POST /api/v1/cases/{pk}/holds/try
        GET /api/v1/holds/sums
        PATCH /api/v1/holds/{pk}
        POST /api/v1/holds/{pk}/try
        POST /api/v1/holds/{pk}/place
        POST /api/v1/holds/{pk}/decline
        POST /api/v1/holds/{pk}/review
        POST /api/v1/holds/{pk}/release
        POST /api/v1/holds/{pk}/by-hand
        POST /api/v1/cases/{pk}/gestures
        PATCH /api/v1/gestures/{pk}
        POST /api/v1/gestures/{pk}/grant
        POST /api/v1/gestures/{pk}/carry-out
        POST /api/v1/gestures/{pk}/order
        POST /api/v1/gestures/{pk}/order/try
        POST /api/v1/gestures/{pk}/accept
        POST /api/v1/gestures/{pk}/refuse
        POST /api/v1/gestures/{pk}/revoke
        GET /api/v1/gestures/{pk}/alike
        POST /api/v1/gestures/{pk}/same
        GET /api/v1/cases/{pk}/fitting-gestures
        PUT /api/v1/cases/{pk}/assessment
        PATCH /api/v1/defects/{pk}
        POST /api/v1/defects/{pk}/fix
        POST /api/v1/defects/{pk}/reopen
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
        POST /replies/<int:pk>/ask
        POST /replies/<int:pk>/send
        POST /replies/<int:pk>/schedule
        POST /replies/<int:pk>/take-back
        POST /replies/<int:pk>/discard
        POST /cases/<int:pk>/note
        POST /promises/<int:pk>/pause
        POST /promises/<int:pk>/resume
        POST /promises/<int:pk>/keep
        POST /people/<int:pk>/case
        POST /api/v1/cases
        PATCH /api/v1/cases/{pk}
        GET /api/v1/cases/{pk}/letters/{template}
        GET /api/v1/threads/{pk}/letters/{template}
        POST /api/v1/cases/{pk}/assign
        POST /api/v1/cases/{pk}/resolve
        POST /api/v1/cases/{pk}/reopen
        POST /api/v1/cases/{pk}/close
        POST /api/v1/cases/{pk}/notes
        POST /api/v1/cases/{pk}/promises
        POST /api/v1/promises/{pk}/pause
        POST /api/v1/promises/{pk}/resume
        POST /api/v1/promises/{pk}/keep
        POST /api/v1/cases/{pk}/replies
        POST /api/v1/cases/{pk}/check
        POST /api/v1/cases/{pk}/check/verdict
        POST /api/v1/threads/{pk}/check
        POST /api/v1/threads/{pk}/check/verdict
        POST /api/v1/replies/{pk}/check/verdict
        GET /api/v1/cases/{pk}/private-ways
        GET /api/v1/threads/{pk}/public-way
        PATCH /api/v1/replies/{pk}
        POST /api/v1/replies/{pk}/ask
        POST /api/v1/replies/{pk}/send
        POST /api/v1/replies/{pk}/schedule
        POST /api/v1/replies/{pk}/take-back
        POST /api/v1/replies/{pk}/discard
        POST /api/v1/threads/{pk}/replies
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.APPROVER, Role.AUDITOR}): """
        GET /monthly
        GET /monthly.csv
        GET /api/v1/monthly-report
        GET /api/v1/monthly-report.csv
        GET /api/v1/monthly-report/public
        GET /api/v1/monthly-report/public.csv
        GET /cases
        GET /cases/<int:pk>
        GET /cases/<int:pk>/presence
        GET /holds
        GET /holds.csv
        GET /gestures
        GET /api/v1/holds
        GET /api/v1/holds/{pk}
        GET /api/v1/cases/{pk}/dunning-letters
        GET /api/v1/gestures
        GET /api/v1/gestures/spending
        GET /api/v1/gestures/{pk}
        GET /api/v1/gestures/{pk}/effect
        GET /api/v1/cases/{pk}/assessment
        GET /api/v1/defects
        GET /api/v1/defects/{pk}
        GET /api/v1/defects/{pk}/cases
        GET /api/v1/defects/{pk}/months
        GET /gestures/spending
        GET /gestures/<int:pk>
        GET /defects
        GET /defects/<int:pk>
        GET /api/v1/cases
        GET /api/v1/cases/{pk}
        GET /api/v1/cases/{pk}/status-page
        GET /api/v1/cases/{pk}/satisfaction
        GET /api/v1/cases/{pk}/closing-note
        GET /api/v1/satisfaction
        GET /api/v1/cases/{pk}/messages
        GET /api/v1/cases/{pk}/notes
        GET /api/v1/cases/{pk}/timeline
        GET /api/v1/cases/{pk}/promises
        GET /api/v1/promises/{pk}
        GET /api/v1/cases/{pk}/replies
        GET /api/v1/threads/{pk}/replies
        GET /api/v1/issues/{pk}/replies
        PUT /api/v1/cases/{pk}/presence
        GET /api/v1/replies/{pk}
        GET /api/v1/replies/{pk}/followed
        POST /api/v1/replies/{pk}/check
        POST /replies/<int:pk>/check
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.APPROVER, Role.AUDITOR, Role.ADMIN}): """
        GET /api/v1/calendars
        GET /api/v1/calendars/{pk}
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.MODERATOR, Role.ADMIN}): """
        GET /api/v1/playbooks
        GET /api/v1/playbooks/{pk}
        GET /api/v1/teams
        GET /api/v1/teams/{pk}
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.ADMIN}): """
        GET /api/v1/templates
        GET /api/v1/templates/{pk}
    """,
    frozenset({Role.LEAD, Role.APPROVER}): """
        POST /gestures/<int:pk>/approve
        POST /api/v1/gestures/{pk}/approve
        POST /api/v1/gestures/{pk}/decline
        POST /gestures/<int:pk>/decline
        POST /replies/<int:pk>/approve
        POST /replies/<int:pk>/reject
        POST /api/v1/replies/{pk}/approve
        POST /api/v1/replies/{pk}/reject
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.MODERATOR, Role.AUDITOR}): """
        GET /people
        GET /people/suggestions
        GET /people/<int:pk>
        GET /api/v1/issues/{pk}/people
        GET /api/v1/issues/{pk}/people/{account}
        GET /api/v1/people
        GET /api/v1/people/{pk}
        GET /api/v1/people/{pk}/accounts
        GET /api/v1/people/{pk}/issues
        GET /api/v1/people/{pk}/timeline
        GET /api/v1/people/{pk}/stored
        GET /api/v1/people/{pk}/suggestions
        GET /api/v1/people/{pk}/merges
        GET /api/v1/suggestions
        GET /api/v1/merges
        GET /api/v1/accounts
        GET /api/v1/accounts/{pk}
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
        GET /setup/members
        GET POST /setup/members/new
        GET POST /setup/members/<int:pk>
        POST /setup/members/<int:pk>/link
        POST /setup/members/<int:pk>/leave
        POST /setup/members/<int:pk>/return
        POST /api/v1/members
        GET PATCH /api/v1/members/{pk}
        POST /api/v1/members/{pk}/link
        POST /api/v1/members/{pk}/deactivate
        POST /api/v1/members/{pk}/reactivate
        GET /setup/targets
        GET POST /setup/targets/new
        GET POST /setup/targets/<int:pk>
        POST /setup/targets/<int:pk>/remove
        POST /setup/targets/<int:pk>/secret
        GET POST /api/v1/targets
        GET PATCH DELETE /api/v1/targets/{pk}
        POST /api/v1/targets/{pk}/secret
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
        GET POST /api/v1/billing-systems
        POST /api/v1/billing-systems/try
        GET PATCH /api/v1/billing-systems/{pk}
        GET /api/v1/billing-systems/{pk}/health
        GET /api/v1/billing-systems/{pk}/hook
        POST /api/v1/billing-systems/{pk}/try
        POST /api/v1/billing-systems/{pk}/pause
        POST /api/v1/billing-systems/{pk}/resume
        POST /api/v1/billing-systems/{pk}/read-now
        POST /api/v1/billing-systems/{pk}/secret
        POST /api/v1/billing-systems/{pk}/remove
        POST /api/v1/sources
        GET /api/v1/connectors
        POST /api/v1/sources/try
        POST /api/v1/sources/{pk}/try
        GET /api/v1/sources/{pk}/hooks
        POST /api/v1/sources/{pk}/secret
        PATCH /api/v1/sources/{pk}
        POST /api/v1/sources/{pk}/pause
        POST /api/v1/sources/{pk}/resume
        POST /api/v1/sources/{pk}/retry
        POST /api/v1/sources/{pk}/read-now
        POST /api/v1/sources/{pk}/remove
        POST /api/v1/push
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
        GET /setup/templates
        GET POST /setup/templates/new
        GET POST /setup/templates/<int:pk>
        POST /setup/templates/<int:pk>/remove
        POST /setup/templates/ship
        GET /setup/teams
        GET POST /setup/teams/new
        GET POST /setup/teams/<int:pk>
        POST /setup/teams/<int:pk>/remove
        GET POST /api/v1/gesture-limits
        GET PUT DELETE /api/v1/gesture-limits/{pk}
        GET POST /api/v1/team-budgets
        GET PUT DELETE /api/v1/team-budgets/{pk}
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
        GET /api/v1/draft-findings
        GET /setup/approvals
        POST /setup/approvals/save
        GET PUT /api/v1/approval-rules
        GET /setup/hold-rules
        POST /setup/hold-rules/save
        GET /setup/rates
        POST /setup/rates/save
        GET PUT /api/v1/hold-rules
        GET PUT /api/v1/rates
        GET /setup/retention
        POST /setup/retention/save
        GET POST /api/v1/policies
        GET PATCH DELETE /api/v1/policies/{pk}
        GET /api/v1/policies/{pk}/rate
        POST /api/v1/policies/try
        POST /api/v1/calendars
        PATCH DELETE /api/v1/calendars/{pk}
        GET /api/v1/regions
        GET /api/v1/regions/{code}/holidays
        POST /api/v1/playbooks
        PATCH DELETE /api/v1/playbooks/{pk}
        POST /api/v1/templates
        POST /api/v1/templates/ship
        PATCH DELETE /api/v1/templates/{pk}
        POST /api/v1/teams
        PATCH DELETE /api/v1/teams/{pk}
        GET POST /api/v1/identities
        GET PATCH DELETE /api/v1/identities/{pk}
        GET /api/v1/retention
        GET PUT /api/v1/retention/{data_class}
    """,
    frozenset({Role.LEAD, Role.AUDITOR}): """
        GET /setup/audit
        GET /setup/audit.csv
        GET /api/v1/events
    """,
}

# what everybody may who can log in at all, even without a role
ROLELESS = ["POST /sessions/<int:pk>/end"]

# addresses that need no login, each with the status that a stranger gets
OPEN: dict[str, int] = {
    "/alerts/judge/<str:token>": 404,  # signed links; this one is not
    "/status/<str:key>": 404,  # the key is in the address
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
