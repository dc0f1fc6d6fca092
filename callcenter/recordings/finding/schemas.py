"""Requests and responses of the search, and of notes at moments of recordings."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callcenter.calls.types import CallKind, Disposition, SuccessVerdict
from callcenter.kit.clock import at_business_time
from callcenter.kit.paging import Cursor, Page
from callcenter.leads.masked import MaskedLead
from callcenter.leads.types import LeadCard
from callcenter.people.types import StaffCard
from callcenter.recordings.finding.types import NoteCard, QaState, RecordingSearch, RecordingSummary
from callcenter.recordings.types import IncidentKind, RecordingState

_LONGEST = 24 * 60 * 60
Id = Annotated[int, Field(ge=1, lt=2**63)]
Seconds = Annotated[int, Field(ge=0, le=_LONGEST)]


class RecordingSearchBody(BaseModel):
    """Search criteria; those left out do not filter. In the body: access logs contain addresses (law 10)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    agent_id: Id | None = None
    branch: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] | None = Field(
        default=None, description="the agent's: the team"
    )
    campaign_id: Id | None = None
    lead_id: Id | None = Field(default=None, description="the customer's number in this system")
    last4: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = Field(
        default=None, description="last digits of the customer's number; the search is written to the audit trail"
    )
    kind: CallKind | None = None
    disposition: Disposition | None = None
    state: RecordingState | None = None
    qa: QaState | None = Field(default=None, description="how far quality has come; of successes alone")
    incident: bool | None = Field(default=None, description="true: with an open incident")
    first_on: date | None = Field(default=None, description="first day, Beijing time")
    last_on: date | None = Field(default=None, description="last day, included")
    least_seconds: Seconds | None = Field(default=None, description="length of the audio")
    most_seconds: Seconds | None = None
    cursor: Cursor = None
    limit: int = Field(default=50, ge=1, le=200)

    def search(self) -> RecordingSearch:
        """Returns the criteria with instants instead of days, and milliseconds instead of seconds."""
        return RecordingSearch(
            agent_id=self.agent_id,
            branch=self.branch or None,
            campaign_id=self.campaign_id,
            lead_id=self.lead_id,
            last4=self.last4,
            kind=self.kind,
            disposition=self.disposition,
            state=self.state,
            qa=self.qa,
            incident=self.incident,
            since=at_business_time(self.first_on, 0) if self.first_on else None,
            until=at_business_time(self.last_on + timedelta(days=1), 0) if self.last_on else None,
            least_ms=None if self.least_seconds is None else self.least_seconds * 1000,
            most_ms=None if self.most_seconds is None else self.most_seconds * 1000,
        )


class RecordingLine(BaseModel):
    """One recording in a list."""

    call_id: UUID
    state: RecordingState
    agent_id: int | None
    agent_name: str
    branch: str
    lead: MaskedLead | None
    campaign_id: int | None
    kind: CallKind | None
    disposition: Disposition | None
    verdict: SuccessVerdict | None = Field(description="of quality, about a success")
    armed_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None = Field(description="length of the audio")
    incidents: list[IncidentKind] = Field(description="open ones")

    @classmethod
    def of(cls, line: RecordingSummary, staff: Mapping[int, StaffCard], lead: LeadCard | None) -> "RecordingLine":
        agent = staff.get(line.agent_id or 0)
        return cls(
            call_id=line.call_id,
            state=line.state,
            agent_id=line.agent_id,
            agent_name=agent.name if agent else "",
            branch=agent.branch if agent else "",
            lead=MaskedLead.of(lead) if lead else None,
            campaign_id=line.campaign_id,
            kind=line.kind,
            disposition=line.disposition,
            verdict=line.verdict,
            armed_at=line.armed_at,
            answered_at=line.answered_at,
            ended_at=line.ended_at,
            duration_ms=line.duration_ms,
            incidents=list(line.incidents),
        )


class RecordingPage(Page[RecordingLine]):
    """Recordings, the newest first."""


class AgentChoice(BaseModel):
    id: int
    name: str
    branch: str


class CampaignChoice(BaseModel):
    id: int
    name: str


class RecordingChoices(BaseModel):
    """What the filters offer: agents of my scope, also those who have left, and campaigns."""

    agents: list[AgentChoice]
    campaigns: list[CampaignChoice]


class MomentNoteIn(BaseModel):
    """A note at a moment of the recording."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    at_ms: int = Field(ge=0, le=_LONGEST * 1000, description="from the beginning of the audio")
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class MomentNote(BaseModel):
    id: int
    at_ms: int
    text: str
    staff_id: int
    staff_name: str
    at: datetime

    @classmethod
    def of(cls, note: NoteCard, staff: Mapping[int, StaffCard]) -> "MomentNote":
        author = staff.get(note.staff_id)
        return cls(
            id=note.id,
            at_ms=note.at_ms,
            text=note.text,
            staff_id=note.staff_id,
            staff_name=author.name if author else "",
            at=note.at,
        )
