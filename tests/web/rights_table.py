"""Who may call which endpoint of the whole application. A route without a line here fails the test of rights.

Roles are written out, not derived from the rights in ``people``: a changed right shows here which role gets what.
"""

from callcenter.people.types import Role

_ALL = frozenset(Role)
_AGENT = frozenset({Role.AGENT})
_ADMIN = frozenset({Role.ADMINISTRATOR})
_DATA = frozenset({Role.DATA_OFFICER})
_BRANCH = frozenset({Role.BRANCH_OFFICER})
_HEAD = frozenset({Role.HEAD_OFFICE})
_AUDITOR = frozenset({Role.AUDITOR})
_READS_LEADS = _DATA | _AUDITOR
_SUPPLIES = _DATA | _HEAD
_SEES_UPLOADS = _DATA | _HEAD | _AUDITOR
_SEES_TARGETS = _DATA | _HEAD | _AUDITOR | _BRANCH
_ROSTER = _DATA | _ADMIN | {Role.AGENT_LEADER}
_SEES_ALLOCATION = _DATA | _ADMIN | _AUDITOR
_SETS_CAMPAIGNS = _DATA | _ADMIN
_APPROVES_SCRIPTS = _ADMIN | {Role.AGENT_LEADER, Role.QA_LEAD}
_FLOOR = _ADMIN | _AUDITOR | {Role.AGENT_LEADER, Role.QA_LEAD}
_SEES_CAMPAIGNS = _FLOOR | _DATA | _BRANCH | _HEAD
_LEADS = frozenset({Role.AGENT_LEADER})
_REVIEWS = frozenset({Role.QA, Role.QA_LEAD})
_COMPLAINTS = frozenset({Role.COMPLAINT_OFFICER})
_OPERATES = _ADMIN | _AUDITOR
_KEEPS = _COMPLAINTS | _DATA
_MANAGES_AGENTS = _ADMIN | {Role.AGENT_LEADER}
_LISTENS = _REVIEWS | _COMPLAINTS | _AUDITOR
_LIAISON = frozenset({Role.INSURER_LIAISON})
_FIELD = frozenset({Role.FIELD_AGENT, Role.FIELD_LEADER})
_DISPATCH = frozenset({Role.DISPATCHER, Role.FIELD_LEADER})
_TAKES_COMPLAINTS = _ALL - {Role.INSURER_LIAISON, Role.AUDITOR, Role.HEAD_OFFICE, Role.ADMINISTRATOR}

OPEN = frozenset({"GET /about", "POST /session", "DELETE /session"})
"""Before anybody has logged in."""

STREAMS = frozenset({"GET /floor/stream"})
"""They do not end until the client disconnects."""

READS_BY_POST = frozenset(
    {
        *("POST /ledger/rows", "POST /ledger/totals", "POST /leads/search"),
        *("POST /leads/{lead_id}/history/{key}/note", "POST /recordings/search"),
    }
)
"""They change nothing: the search criteria, or the reason of a look, are in the body, to stay out of logs."""

OWN_AFFAIRS = frozenset(
    {
        "POST /alerts/{alert_id}/acknowledge",
        "POST /jobs/{job_id}/cancel",
        "PUT /session/password",
        "POST /session/end",
        "POST /session/second-factor/passkeys",
        "POST /session/second-factor/passkeys/challenge",
        "DELETE /session/second-factor/passkeys/{passkey_id}",
        "POST /session/second-factor/passkeys/options",
        "POST /session/second-factor/passkeys/proof",
        "POST /session/second-factor/proof",
        "POST /session/second-factor/recovery-codes",
        "POST /session/second-factor/totp",
        "POST /session/second-factor/totp/first-code",
        "POST /session/second-factor/totp/remove",
    }
)
"""Open to all roles; other people's objects are refused by the service."""

COPIES = frozenset(
    {
        *("POST /ledger/exports", "POST /audit/certificates", "POST /audit/chain/check"),
        "POST /recordings/{call_id}/heard",
    }
)
"""They keep a copy of what the role may read, the result of a check, or how much was heard, and change nothing else."""

_TABLE: dict[frozenset[Role], str] = {
    _ALL: """
        GET /session
        GET /session/all
        POST /session/end
        PUT /session/password
        GET /session/second-factor
        POST /session/second-factor/passkeys
        POST /session/second-factor/passkeys/challenge
        DELETE /session/second-factor/passkeys/{passkey_id}
        POST /session/second-factor/passkeys/options
        POST /session/second-factor/passkeys/proof
        POST /session/second-factor/proof
        POST /session/second-factor/recovery-codes
        POST /session/second-factor/totp
        POST /session/second-factor/totp/first-code
        POST /session/second-factor/totp/remove
        GET /jobs/{job_id}
        POST /jobs/{job_id}/cancel
        GET /alerts
        POST /alerts/{alert_id}/acknowledge
    """,
    _ADMIN: """
        GET /first-run
        GET /organisation
        POST /organisation/branches
        PUT /organisation/branches/{branch_id}
        POST /organisation/teams
        PUT /organisation/teams/{team_id}
        GET /people
        POST /people
        PUT /people/{staff_id}
        POST /field/regions
        PUT /field/regions/{region_id}
        GET /people/{staff_id}/changes
        GET /people/{staff_id}/sessions
        POST /people/{staff_id}/sessions/end
        GET /people/second-factors
        PUT /people/second-factors/{role}
        POST /people/{staff_id}/second-factor/reset
        POST /people/{staff_id}/one-time-password
        POST /people/{staff_id}/leave
        POST /people/{staff_id}/unlock
        POST /kept-signals/take
        POST /kept-signals/{kept_id}/dismiss
        POST /nodes/{name}/close
        POST /nodes/{name}/open
        POST /messages/routes
        PUT /messages/routes/{route_id}
        POST /messages/routes/{route_id}/remove
        POST /messages/routes/{route_id}/test
        POST /trunks
        PUT /trunks/{trunk_id}
        POST /trunks/{trunk_id}/remove
    """,
    _LIAISON: """
        GET /field/followed
        POST /field/followed/{hand_over_id}/issue
        POST /field/followed/{hand_over_id}/refuse
        POST /field/followed/{hand_over_id}/cancel
        POST /field/followed/{hand_over_id}/reopen
    """,
    _ROSTER: """
        GET /people/roster
        PUT /people/roster
        PUT /people/{staff_id}/pattern
        GET /people/leaves
        POST /people/leaves
        PUT /people/leaves/{leave_id}
        DELETE /people/leaves/{leave_id}
        POST /allocation/return-leads
        PUT /allocation/quotas
        DELETE /allocation/quotas/{quota_id}
        PUT /allocation/members
    """,
    _SUPPLIES: """
        POST /lead-imports
        DELETE /lead-imports/{upload_id}
        POST /lead-imports/{upload_id}/preview
    """,
    _SEES_UPLOADS: """
        GET /lead-imports
        GET /lead-imports/columns
        GET /lead-imports/template.xlsx
        GET /lead-imports/sources
        GET /lead-imports/{upload_id}
    """,
    _DATA: """
        POST /lead-imports/{upload_id}/dry-run
        POST /lead-imports/{upload_id}/import
        GET /lead-lists/{list_id}/rejects.xlsx
        POST /target-groups/{group_id}/approve
        POST /target-groups/{group_id}/refuse
        POST /leads/{lead_id}/reveal
        POST /leads/{lead_id}/corrections
        POST /leads/{lead_id}/reopen
        POST /class-schemes
        POST /class-schemes/defaults
        PATCH /class-schemes/{scheme_id}
        POST /class-schemes/{scheme_id}/classes
        PUT /class-schemes/{scheme_id}/classes/{code}
        DELETE /class-schemes/{scheme_id}/classes/{code}
        PUT /class-schemes/{scheme_id}/order
        PUT /class-schemes/{scheme_id}/default
        POST /class-schemes/{scheme_id}/rules
        POST /class-schemes/{scheme_id}/preview
        POST /class-schemes/{scheme_id}/apply
        POST /leads/{lead_id}/class
        POST /dnc/entries
        POST /dnc/entries/{entry_id}/lift
        POST /dnc/lifts/{lift_id}/decide
        POST /dnc/search
        POST /dnc/lists/{list_id}/withdraw
        GET /dnc/deliveries
        POST /dnc/deliveries
        GET /dnc/deliveries/{delivery_id}/preview
        POST /dnc/deliveries/{delivery_id}/import
        DELETE /dnc/deliveries/{delivery_id}
        POST /leads/{lead_id}/basis
        POST /leads/{lead_id}/basis/withdraw
    """,
    _READS_LEADS: """
        GET /lead-lists
        GET /lead-lists/{list_id}
        GET /lead-lists/{list_id}/rejects
        POST /leads/search
        GET /leads/{lead_id}
        GET /leads/{lead_id}/classes
        GET /leads/{lead_id}/changes
        GET /leads/{lead_id}/basis
        GET /leads/{lead_id}/gates
        GET /leads/{lead_id}/history
        POST /leads/{lead_id}/history/{key}/note
        GET /class-schemes/fields
        GET /class-schemes/previews/{job_id}
        GET /class-schemes/{scheme_id}/figures
        GET /class-schemes/{scheme_id}/rules
        GET /class-schemes/{scheme_id}/application
        GET /dnc/figures
        GET /dnc/entries
        GET /dnc/entries/{entry_id}
        GET /dnc/lifts
        GET /dnc/lists
        GET /dnc/deliveries/{delivery_id}/rejects
        GET /dnc/lists/{list_id}/deliveries
    """,
    _SEES_TARGETS: """
        GET /target-groups
        GET /target-groups/{group_id}
        GET /ledger/choices
        POST /ledger/rows
        POST /ledger/totals
        POST /ledger/exports
        GET /ledger/exports
        GET /ledger/exports/{export_id}/file
    """,
    _BRANCH: """
        POST /target-groups
        POST /target-groups/{group_id}/withdraw
    """,
    _SEES_CAMPAIGNS: """
        GET /campaigns
        GET /campaigns/{campaign_id}
        GET /campaigns/{campaign_id}/history
        GET /calendar
        GET /calendar/history
    """,
    _SEES_CAMPAIGNS | _COMPLAINTS: """
        GET /service-hours
        GET /service-hours/history
    """,
    _APPROVES_SCRIPTS: """
        GET /floor/seats/{agent_id}/phone
        POST /campaigns/{campaign_id}/scripts/{version}/approve
        POST /campaigns/{campaign_id}/scripts/{version}/return
    """,
    _APPROVES_SCRIPTS | _SETS_CAMPAIGNS: """
        GET /campaigns/{campaign_id}/scripts
    """,
    _SETS_CAMPAIGNS: """
        POST /campaigns
        GET /campaigns/choices
        GET /campaigns/{campaign_id}/readiness
        POST /campaigns/{campaign_id}/copy
        PATCH /campaigns/{campaign_id}
        PUT /campaigns/{campaign_id}/class-scheme
        PUT /service-hours
        GET /campaigns/{campaign_id}/retries
        PUT /campaigns/{campaign_id}/retries
        POST /campaigns/{campaign_id}/scripts
        GET /campaigns/{campaign_id}/scripts/draft
        PUT /campaigns/{campaign_id}/scripts/draft
        DELETE /campaigns/{campaign_id}/scripts/draft
        POST /campaigns/{campaign_id}/scripts/{version}/withdraw
        PUT /calendar/{on}
        DELETE /calendar/{on}
        POST /allocation/plans
        POST /allocation/plans/assignments
        POST /allocation/runs
    """,
    _SEES_ALLOCATION: """
        GET /class-schemes
        GET /allocation/runs
        GET /allocation/runs/{run_id}
        GET /allocation/runs/{run_id}/assignments
        GET /allocation/forecast
        GET /rule-sets
    """,
    _SEES_ALLOCATION | _ROSTER: """
        GET /people/choices
        GET /allocation/capacity
        GET /allocation/quotas
        GET /allocation/members
        GET /allocation/members/history
        GET /allocation/days/{on}
    """,
    _LISTENS: """
        POST /recordings/search
        GET /recordings/choices
        GET /recordings/{call_id}
        GET /recordings/{call_id}/audio
        POST /recordings/{call_id}/heard
        GET /recordings/{call_id}/notes
    """,
    _REVIEWS | _COMPLAINTS: """
        POST /recordings/{call_id}/notes
        DELETE /recordings/{call_id}/notes/{note_id}
    """,
    _KEEPS: """
        POST /recordings/holds
        POST /recordings/holds/{hold_id}/lift
        POST /recordings/exports/{export_id}/decision
        POST /recordings/destruction
        POST /recordings/destruction/{run_id}/decision
    """,
    _KEEPS | _AUDITOR: """
        GET /recordings/holds
        GET /recordings/destruction
        GET /recordings/destruction/{run_id}/recordings
        GET /recordings/destruction/{run_id}/protocol
    """,
    _KEEPS | _LIAISON: """
        POST /recordings/exports
        GET /recordings/exports/{export_id}/pack
    """,
    _KEEPS | _LIAISON | _AUDITOR: """
        GET /recordings/exports
        GET /recordings/exports/key
    """,
    _LISTENS | _ADMIN: "GET /recordings/incidents",
    _REVIEWS | _COMPLAINTS | _ADMIN: """
        POST /recordings/incidents/{incident_id}/close
        POST /recordings/incidents/{incident_id}/take
    """,
    _REVIEWS: """
        GET /reviews
        GET /reviews/card
        POST /reviews/{review_id}/claim
        POST /reviews/{review_id}/release
        POST /reviews/{review_id}/verdict
    """,
    _TAKES_COMPLAINTS: "POST /complaints",
    _COMPLAINTS: """
        GET /complaints
        POST /complaints/{case_id}/decision
        POST /complaints/{case_id}/sign-off
    """,
    _COMPLAINTS | _DATA | _AUDITOR | {Role.AGENT_LEADER}: "GET /callbacks",
    _COMPLAINTS | _FLOOR: "GET /complaints/meter",
    _FIELD: """
        GET /field/visits
        POST /field/visits/{visit_id}/result
        POST /field/visits/{visit_id}/customer
    """,
    _DISPATCH | _ADMIN: "GET /field/regions",
    _DISPATCH: """
        GET /field/hand-overs
        POST /field/hand-overs/{hand_over_id}/assign
        POST /field/hand-overs/{hand_over_id}/decision
    """,
    _AGENT | _COMPLAINTS: """
        GET /desk
        GET /desk/phone
        GET /desk/script
        POST /desk/phone/reconnect
        POST /desk/log-on
        POST /desk/ready
        POST /desk/pause
        POST /desk/call
        POST /desk/skip
        POST /desk/hang-up
        POST /desk/dispose
        POST /desk/claim
        POST /desk/draft
        GET /desk/callback-time
        POST /desk/customer
        POST /desk/notices/{notice_id}/read
        POST /desk/log-off
        POST /desk/help
        POST /desk/messages/{message_id}/read
    """,
    _MANAGES_AGENTS: """
        GET /doctor
        GET /floor/messages
        POST /floor/messages
        POST /floor/seats/{agent_id}/pause
        POST /floor/seats/{agent_id}/ready
        POST /floor/seats/{agent_id}/log-off
        POST /floor/seats/{agent_id}/hang-up
        POST /floor/seats/{agent_id}/help
        POST /floor/seats/{agent_id}/join
    """,
    _LEADS | {Role.QA_LEAD}: """
        POST /floor/seats/{agent_id}/listen
    """,
    _FLOOR: """
        GET /floor
        GET /floor/stream
    """,
    _AUDITOR: """
        GET /audit
        GET /audit/access
        GET /audit/chain
        POST /audit/chain/check
        GET /audit/certificates
        POST /audit/certificates
        GET /audit/certificates/{job_id}
    """,
    _OPERATES: """
        GET /jobs
        GET /schedule
        GET /parts
        GET /nodes
        GET /messages
        GET /messages/routes
        GET /trunks
        GET /kept-signals
    """,
}

MAY: dict[str, frozenset[Role]] = {
    route.strip(): roles for roles, routes in _TABLE.items() for route in routes.split("\n") if route.strip()
}
"""``METHOD /path`` below /api/v1, to the roles that may call it."""

_NAMES: dict[str, str] = {
    "review": """
        POST /reviews/{review_id}/claim
        POST /reviews/{review_id}/release
        POST /reviews/{review_id}/verdict
    """,
    "call": """
        GET /recordings/{call_id}
        GET /recordings/{call_id}/audio
        POST /recordings/{call_id}/heard
        GET /recordings/{call_id}/notes
        POST /recordings/{call_id}/notes
        DELETE /recordings/{call_id}/notes/{note_id}
    """,
    "incident": """
        POST /recordings/incidents/{incident_id}/close
        POST /recordings/incidents/{incident_id}/take
    """,
    "customer": "POST /complaints",
    "visit": """
        POST /field/visits/{visit_id}/result
        POST /field/visits/{visit_id}/customer
    """,
    "hand_over": """
        POST /field/hand-overs/{hand_over_id}/assign
        POST /field/hand-overs/{hand_over_id}/decision
    """,
    "agent": """
        PUT /people/roster
        PUT /people/{staff_id}/pattern
        POST /people/leaves
        POST /allocation/return-leads
        PUT /allocation/quotas
        PUT /allocation/members
    """,
    "leave": """
        PUT /people/leaves/{leave_id}
        DELETE /people/leaves/{leave_id}
    """,
    "quota": "DELETE /allocation/quotas/{quota_id}",
    "target_group": """
        GET /target-groups/{group_id}
        POST /target-groups/{group_id}/withdraw
    """,
    "export": "GET /ledger/exports/{export_id}/file",
    "job": """
        GET /jobs/{job_id}
        POST /jobs/{job_id}/cancel
    """,
    "message": "POST /desk/messages/{message_id}/read",
    "seat": """
        POST /floor/messages
        POST /floor/seats/{agent_id}/pause
        POST /floor/seats/{agent_id}/ready
        POST /floor/seats/{agent_id}/log-off
        POST /floor/seats/{agent_id}/hang-up
        POST /floor/seats/{agent_id}/help
        POST /floor/seats/{agent_id}/join
        POST /floor/seats/{agent_id}/listen
        GET /floor/seats/{agent_id}/phone
    """,
    "notice": "POST /desk/notices/{notice_id}/read",
}

_LISTS = """
    GET /callbacks
    GET /complaints/meter
    GET /field/hand-overs
    GET /field/regions
    GET /field/visits
    GET /floor
    GET /ledger/choices
    GET /ledger/exports
    POST /ledger/rows
    GET /allocation/days/{on}
    GET /allocation/quotas
    GET /allocation/members
    GET /allocation/members/history
    GET /people/choices
    GET /people/leaves
    GET /people/roster
    POST /recordings/search
    GET /recordings/choices
    GET /recordings/incidents
    GET /reviews
    GET /target-groups
"""

_SAME_FOR_ALL = """
    GET /session
    GET /session/all
    POST /session/end
    PUT /session/password
    GET /session/second-factor
    POST /session/second-factor/passkeys
    POST /session/second-factor/passkeys/challenge
    DELETE /session/second-factor/passkeys/{passkey_id}
    POST /session/second-factor/passkeys/options
    POST /session/second-factor/passkeys/proof
    POST /session/second-factor/proof
    POST /session/second-factor/recovery-codes
    POST /session/second-factor/totp
    POST /session/second-factor/totp/first-code
    POST /session/second-factor/totp/remove
    GET /alerts
    POST /alerts/{alert_id}/acknowledge
    GET /allocation/capacity
    GET /calendar
    GET /calendar/history
    GET /service-hours
    GET /service-hours/history
    GET /campaigns
    GET /campaigns/{campaign_id}
    GET /campaigns/{campaign_id}/history
    GET /campaigns/{campaign_id}/scripts
    POST /campaigns/{campaign_id}/scripts/{version}/approve
    POST /campaigns/{campaign_id}/scripts/{version}/return
    GET /reviews/card
    GET /floor/stream
    GET /doctor
    POST /target-groups
    POST /ledger/exports
    POST /ledger/totals
    GET /desk
    GET /desk/callback-time
    GET /desk/phone
    GET /desk/script
    POST /desk/phone/reconnect
    POST /desk/log-on
    POST /desk/ready
    POST /desk/pause
    POST /desk/call
    POST /desk/skip
    POST /desk/hang-up
    POST /desk/dispose
    POST /desk/claim
    POST /desk/draft
    POST /desk/customer
    POST /desk/log-off
    POST /desk/help
    GET /floor/messages
"""


def _listed(routes: str) -> list[str]:
    return [route.strip() for route in routes.split("\n") if route.strip()]


NAMES: dict[str, str] = {route: kind for kind, routes in _NAMES.items() for route in _listed(routes)}
"""Endpoints that name an object of a branch, a team or a person, to the kind of object."""

LISTS = frozenset(_listed(_LISTS))
"""Endpoints that list such objects."""

SAME_FOR_ALL = frozenset(_listed(_SAME_FOR_ALL))
"""Endpoints that neither name nor list one.

They act on the caller alone (the desk, the session), on what belongs to the whole bank (calendar, campaigns, alerts by
their right), or show what another one does (the floor's stream sends what the floor answers; totals and the capacity
add up the rows).
"""
