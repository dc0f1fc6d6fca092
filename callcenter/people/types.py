"""Describes who works here and what each may do (requirements S1, S2, H1)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from callcenter.kit.events import Event
from callcenter.kit.places import Binding


class Role(StrEnum):
    AGENT = "agent"
    AGENT_LEADER = "agent_leader"
    QA = "qa"
    QA_LEAD = "qa_lead"
    DATA_OFFICER = "data_officer"
    DISPATCHER = "dispatcher"
    FIELD_AGENT = "field_agent"
    FIELD_LEADER = "field_leader"
    COMPLAINT_OFFICER = "complaint_officer"
    INSURER_LIAISON = "insurer_liaison"
    AUDITOR = "auditor"
    BRANCH_OFFICER = "branch_officer"
    """Proposes target groups for a branch (requirement L3)."""
    HEAD_OFFICE = "head_office"
    """Supplies the customers of a target group (requirement L3)."""
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """One act. Endpoints ask for rights, never for roles."""

    USE_DESK = "use_desk"
    """Work as a phone agent: one customer at a time."""
    CALL_COMPLAINANTS = "call_complainants"
    """Call back from the desk, but only customers who complained."""
    WATCH_FLOOR = "watch_floor"
    MANAGE_AGENTS = "manage_agents"
    """Force states, message, log out."""
    IMPORT_LEADS = "import_leads"
    VIEW_LEADS = "view_leads"
    REVEAL_NUMBER = "reveal_number"
    """See a clear number; each time is audited."""
    MANAGE_DNC = "manage_dnc"
    ALLOCATE = "allocate"
    LISTEN_RECORDINGS = "listen_recordings"
    KEEP_RECORDINGS = "keep_recordings"
    """Place legal holds, decide on exports, propose and decide on the destruction of recordings."""
    EXPORT_RECORDINGS = "export_recordings"
    """Request that a recording is given out of the bank, and take the pack (requirement R6)."""
    REVIEW_CALLS = "review_calls"
    ASSIGN_VISITS = "assign_visits"
    """Route hand-overs, correct unknown regions."""
    USE_FIELD = "use_field"
    """See and report one's own visits."""
    OPEN_COMPLAINT = "open_complaint"
    VIEW_CALLBACKS = "view_callbacks"
    """Promises and complaint callbacks of one's scope, masked."""
    HANDLE_COMPLAINTS = "handle_complaints"
    SIGN_OFF_COMPLAINTS = "sign_off_complaints"
    VIEW_AUDIT = "view_audit"
    """Trail, certificates, access log; incidents, jobs and scheduled tasks to read."""
    OPERATE = "operate"
    """Settle what the system does by itself: jobs, scheduled tasks, incidents of recordings."""
    MANAGE_PEOPLE = "manage_people"
    MANAGE_CAMPAIGNS = "manage_campaigns"
    """Campaigns, scripts, windows, the calendar."""
    APPROVE_SCRIPTS = "approve_scripts"
    """Decide on scripts that another person has written (requirement C8)."""
    MANAGE_ROSTER = "manage_roster"
    """Who works when, quotas, returning and reassigning leads."""
    VIEW_LEDGER = "view_ledger"
    """The ledger of the data, within one's scope; masked."""
    PROPOSE_TARGETS = "propose_targets"
    SUPPLY_LEADS = "supply_leads"
    """Upload customers for a target group; taking them in is the data officer's."""
    FOLLOW_HAND_OVERS = "follow_hand_overs"
    """What became of the successes handed over to the insurer: visits and their results, nothing of the customer."""
    ENTER_UNDERWRITING = "enter_underwriting"
    """Enter which applications the insurer issued or refused, and which were cancelled (requirement F9)."""


ONE_SESSION = frozenset({Role.AGENT, Role.FIELD_AGENT, Role.DATA_OFFICER})
"""Roles that telephone or visit customers or see them in clear: a new log-in ends the sessions before it (S2)."""

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.USE_DESK, Right.OPEN_COMPLAINT}),
    Role.AGENT_LEADER: frozenset(
        {
            Right.WATCH_FLOOR,
            Right.MANAGE_AGENTS,
            Right.MANAGE_ROSTER,
            Right.APPROVE_SCRIPTS,
            Right.VIEW_CALLBACKS,
            Right.OPEN_COMPLAINT,
        }
    ),
    Role.QA: frozenset({Right.LISTEN_RECORDINGS, Right.REVIEW_CALLS, Right.OPEN_COMPLAINT}),
    Role.QA_LEAD: frozenset(
        {
            Right.LISTEN_RECORDINGS,
            Right.REVIEW_CALLS,
            Right.OPEN_COMPLAINT,
            Right.WATCH_FLOOR,
            Right.APPROVE_SCRIPTS,
        }
    ),
    Role.DATA_OFFICER: frozenset(
        {
            Right.IMPORT_LEADS,
            Right.VIEW_LEADS,
            Right.REVEAL_NUMBER,
            Right.MANAGE_DNC,
            Right.ALLOCATE,
            Right.MANAGE_CAMPAIGNS,
            Right.MANAGE_ROSTER,
            Right.VIEW_LEDGER,
            Right.VIEW_CALLBACKS,
            Right.OPEN_COMPLAINT,
            Right.KEEP_RECORDINGS,
            Right.EXPORT_RECORDINGS,
        }
    ),
    Role.DISPATCHER: frozenset({Right.ASSIGN_VISITS, Right.OPEN_COMPLAINT}),
    Role.FIELD_AGENT: frozenset({Right.USE_FIELD, Right.OPEN_COMPLAINT}),
    Role.FIELD_LEADER: frozenset({Right.USE_FIELD, Right.ASSIGN_VISITS, Right.OPEN_COMPLAINT}),
    Role.COMPLAINT_OFFICER: frozenset(
        {
            Right.OPEN_COMPLAINT,
            Right.HANDLE_COMPLAINTS,
            Right.VIEW_CALLBACKS,
            Right.SIGN_OFF_COMPLAINTS,
            Right.LISTEN_RECORDINGS,
            Right.KEEP_RECORDINGS,
            Right.EXPORT_RECORDINGS,
            Right.CALL_COMPLAINANTS,
        }
    ),
    Role.INSURER_LIAISON: frozenset({Right.FOLLOW_HAND_OVERS, Right.ENTER_UNDERWRITING, Right.EXPORT_RECORDINGS}),
    Role.AUDITOR: frozenset(
        {
            Right.VIEW_AUDIT,
            Right.VIEW_LEADS,
            Right.VIEW_LEDGER,
            Right.VIEW_CALLBACKS,
            Right.WATCH_FLOOR,
            Right.LISTEN_RECORDINGS,
        }
    ),
    Role.BRANCH_OFFICER: frozenset({Right.PROPOSE_TARGETS, Right.VIEW_LEDGER, Right.OPEN_COMPLAINT}),
    Role.HEAD_OFFICE: frozenset({Right.SUPPLY_LEADS, Right.VIEW_LEDGER}),
    Role.ADMINISTRATOR: frozenset(
        {
            Right.MANAGE_PEOPLE,
            Right.OPERATE,
            Right.MANAGE_CAMPAIGNS,
            Right.APPROVE_SCRIPTS,
            Right.MANAGE_ROSTER,
            Right.WATCH_FLOOR,
            Right.MANAGE_AGENTS,
            Right.ALLOCATE,
        }
    ),
}
"""What each role may do. No phone agent can list leads or listen (requirement S2); the complaint staff, who listen to
the call complained of, call only customers who complained."""


@dataclass(frozen=True, slots=True)
class Fitness:
    """The facts behind "may this person telephone customers on that day" (requirements B22–24, D2, H1)."""

    active: bool
    licence_valid_until: date | None
    trained: bool
    examined: bool
    agreement_signed: bool
    leaving: bool
    training_valid_until: date | None = None
    """Last day on which the training counts; None: for good. The same for exam and agreement."""
    exam_valid_until: date | None = None
    agreement_valid_until: date | None = None


CHANGE_WHY = Binding("staff_change.why", ("staff_id", "at"))
TOTP_SECRET = Binding("totp_key.secret", ("staff_id", "added_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDraft:
    """A member of staff to be added."""

    login: str
    """Blanks around it and capitals do not count."""
    name: str
    password: str = field(repr=False)
    role: Role
    branch: str
    extension: str | None = None
    robot_number: str | None = None
    licence_number: str | None = None
    licence_valid_until: date | None = None
    trained_at: datetime | None = None
    training_valid_until: date | None = None
    examined_at: datetime | None = None
    exam_valid_until: date | None = None
    agreement_signed_at: datetime | None = None
    agreement_valid_until: date | None = None
    region_id: int | None = None


@dataclass(frozen=True, slots=True)
class StaffCard:
    """What other rooms may know of a member of staff."""

    id: int
    name: str
    role: Role
    branch: str
    extension: str | None
    """The browser phone's extension; agents only."""
    robot_number: str | None
    """Rehearsal only: the carrier number that plays this agent."""
    licence_number: str | None
    region_id: int | None


class RosterReason(StrEnum):
    """Why a day differs from the pattern."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    OTHER = "other"


class LeaveKind(StrEnum):
    """Why a person is absent for a while."""

    ANNUAL = "annual"
    SICK = "sick"
    FAMILY = "family"
    """Marriage, birth, care, bereavement."""
    TRAINING = "training"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which a person is absent, both ends included."""

    first_on: date
    last_on: date
    kind: LeaveKind

    def covers(self, on: date) -> bool:
        return self.first_on <= on <= self.last_on


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCard:
    """A leave, and the person who has it."""

    id: int
    staff_id: int
    name: str
    branch: str
    first_on: date
    last_on: date
    kind: LeaveKind
    set_by: int | None
    set_at: datetime
    withdrawn_at: datetime | None


class RosterSource(StrEnum):
    """What decides on a person's day; ``rules.day_of`` says in which order they are asked."""

    CALENDAR = "calendar"
    """The calendar does not work on this date, or nothing else decides."""
    LEAVE = "leave"
    """The person is on leave; the kind stands in the reason of the leave."""
    ROW = "row"
    """Said for this very day."""
    PATTERN = "pattern"
    """The person's week."""


@dataclass(frozen=True, slots=True)
class DayEntry:
    """The roster's word on one person and day."""

    part: int
    """Percent of the day; 0 for a day off."""
    reason: RosterReason | None = None

    @property
    def working(self) -> bool:
        return self.part > 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A person's week from a day on."""

    from_on: date
    parts: tuple[int, ...]
    """Percent for Monday … Sunday; the last two count on make-up working days."""


@dataclass(frozen=True, slots=True)
class RosterDay:
    """Whether a person works on a day, and how much of it."""

    on: date
    part: int
    source: RosterSource
    reason: RosterReason | None = None

    @property
    def working(self) -> bool:
        return self.part > 0


@dataclass(frozen=True, slots=True)
class Rostered:
    """An agent who works on a day and may telephone on it."""

    card: StaffCard
    part: int
    """Percent of the day, 1..100."""


class Duty(StrEnum):
    """Work that is given to people, and for which they must be there."""

    CALLS = "calls"
    """Telephoning customers: leads, promised callbacks, those complaining customers are owed."""
    VISITS = "visits"
    REVIEWS = "reviews"


class Absence(StrEnum):
    """Why a person is not there; what a phone agent lacks is a ``rules.Requirement``."""

    ON_LEAVE = "on_leave"
    OFF_ROSTER = "off_roster"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why no work of a duty goes to a person on a day."""

    why: str
    """An ``Absence`` or a ``rules.Requirement``."""
    until: date | None = None
    """The last day of the leave."""


@dataclass(frozen=True, slots=True)
class StaffAway(Event):
    """A person is on leave from a day to a day: rooms that gave them work for these days give it to others."""

    staff_id: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class StaffChanged(Event):
    """The record of a person was changed."""

    staff_id: int


@dataclass(frozen=True, slots=True)
class StaffMoved(Event):
    """A person has another role, branch or region: rooms that gave them work give it to others (law 12)."""

    staff_id: int


@dataclass(frozen=True, slots=True)
class LoggedOut(Event):
    """A person has ended the last open session: what was claimed in it goes back to others (law 12)."""

    staff_id: int


@dataclass(frozen=True, slots=True)
class StaffLeft(Event):
    """A person's access was revoked, with all sessions: rooms that gave them work take it back (requirement H2)."""

    staff_id: int
