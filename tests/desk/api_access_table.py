"""Who may use which operation of the HTTP API; see ``access_table``."""

from __future__ import annotations

from kulanz.desk.rules.roles import Role

OPERATIONS: dict[frozenset[Role], str] = {
    frozenset({Role.LEAD, Role.MODERATOR}): """
        GET /api/v1/threads/{pk}/measure
        POST /api/v1/threads/{pk}/measures
        POST /api/v1/threads/{pk}/measures/preview
        POST /api/v1/measures/{pk}/withdraw
        POST /api/v1/measures/{pk}/by-hand
        POST /api/v1/measures/{pk}/retry
        POST /api/v1/measures/{pk}/explain
        GET /api/v1/notices
        POST /api/v1/notices/{pk}/told
    """,
    frozenset({Role.LEAD, Role.MODERATOR, Role.APPROVER}): """
        POST /api/v1/measures/{pk}/approve
        POST /api/v1/measures/{pk}/refuse
        POST /api/v1/measures/{pk}/reverse
        POST /api/v1/measures/{pk}/dismiss
        POST /api/v1/measures/{pk}/overturn
        GET /api/v1/appeals
        GET /api/v1/appeals/{pk}
        POST /api/v1/appeals/{pk}/answer
        POST /api/v1/appeals/{pk}/grant
        POST /api/v1/appeals/{pk}/reject
    """,
    frozenset(Role): """
        GET /api/v1/waiting
        GET /api/v1/waiting/count
        GET /api/v1/radar
        GET /api/v1/threads
        GET /api/v1/threads/{pk}
        GET /api/v1/threads/{pk}/posts
        GET /api/v1/measures
        GET /api/v1/measures/{pk}
        GET /api/v1/measures/{pk}/notices
        GET /api/v1/statements
        GET /api/v1/threads/{pk}/revisions
        GET /api/v1/threads/{pk}/findings
        GET /api/v1/threads/{pk}/fronts
        GET /api/v1/threads/{pk}/spread
        GET /api/v1/threads/{pk}/timeline
        GET /api/v1/posts/{pk}
        GET /api/v1/issues
        GET /api/v1/issues/{pk}
        GET /api/v1/issues/{pk}/threads
        GET /api/v1/issues/{pk}/replay
        GET /api/v1/issues/{pk}/replay/{number}
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
        GET /api/v1/silent-edits
        GET /api/v1/silent-edits/{pk}
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
        POST /api/v1/threads/{pk}/summarise
        POST /api/v1/issues/{pk}/summarise
        POST /api/v1/threads/{pk}/take
        POST /api/v1/silent-edits/{pk}/notes
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
        GET /api/v1/data-requests
        GET /api/v1/data-requests/{pk}
        POST /api/v1/data-requests/{pk}/extend
        POST /api/v1/data-requests/{pk}/grant
        POST /api/v1/data-requests/{pk}/refuse
        POST /api/v1/defects/{pk}/assign
        PUT DELETE /api/v1/customers/by-number/{number}
        GET POST /api/v1/customer-imports
        GET DELETE /api/v1/customer-imports/{pk}
        GET /api/v1/customer-imports/{pk}/preview
        PUT /api/v1/customer-imports/{pk}/columns
        POST /api/v1/customer-imports/{pk}/begin
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
        PUT /api/v1/cases/{pk}/closing-note
        POST /api/v1/cases/{pk}/closing-note/reply
        POST /api/v1/cases/{pk}/status-page
        POST /api/v1/cases/{pk}/status-page/revoke
        POST /api/v1/cases/{pk}/status-page/wish
        POST /api/v1/cases/{pk}/handover
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
        POST /api/v1/cases/{pk}/suggest
        POST /api/v1/threads/{pk}/suggest
        POST /api/v1/replies/{pk}/suggest
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
        GET /api/v1/monthly-report
        GET /api/v1/monthly-report.csv
        GET /api/v1/monthly-report/public
        GET /api/v1/monthly-report/public.csv
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
        POST /api/v1/gestures/{pk}/approve
        POST /api/v1/gestures/{pk}/decline
        POST /api/v1/replies/{pk}/approve
        POST /api/v1/replies/{pk}/reject
    """,
    frozenset({Role.LEAD, Role.AGENT, Role.MODERATOR, Role.AUDITOR}): """
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
        GET /api/v1/examples
        GET /api/v1/examples/posts
        GET /api/v1/examples/labels
        POST /api/v1/members
        GET PATCH /api/v1/members/{pk}
        POST /api/v1/members/{pk}/link
        POST /api/v1/members/{pk}/deactivate
        POST /api/v1/members/{pk}/reactivate
        GET PUT /api/v1/language-model
        POST /api/v1/language-model/try
        GET POST /api/v1/targets
        GET PATCH DELETE /api/v1/targets/{pk}
        POST /api/v1/targets/{pk}/secret
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
        GET POST /api/v1/gesture-limits
        GET PUT DELETE /api/v1/gesture-limits/{pk}
        GET POST /api/v1/team-budgets
        GET PUT DELETE /api/v1/team-budgets/{pk}
        GET /api/v1/draft-findings
        GET PUT /api/v1/approval-rules
        GET PUT /api/v1/hold-rules
        GET PUT /api/v1/rates
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
        GET POST /api/v1/rules
        GET PATCH DELETE /api/v1/rules/{pk}
        GET /api/v1/rules/{pk}/versions
        POST /api/v1/rules/{pk}/publish
        POST /api/v1/rules/{pk}/end
        POST /api/v1/templates
        POST /api/v1/templates/ship
        PATCH DELETE /api/v1/templates/{pk}
        POST /api/v1/teams
        PATCH DELETE /api/v1/teams/{pk}
        GET POST /api/v1/identities
        GET PATCH DELETE /api/v1/identities/{pk}
        GET /api/v1/retention
        GET PUT /api/v1/retention/{data_class}
        GET /api/v1/retention/{data_class}/preview
    """,
    frozenset({Role.LEAD, Role.AUDITOR}): """
        GET /api/v1/events
    """,
}
