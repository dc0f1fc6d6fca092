"""Responses and requests of the desk."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from callcenter.agents.types import CHOSEN_BY_AGENTS, AgentState, LegState, MessageKind, PauseCode
from callcenter.calls.output import SuccessesView
from callcenter.calls.types import CallKind, CallState, Disposition, Outcome
from callcenter.campaigns.types import DialMode
from callcenter.customers.types import CustomerField
from callcenter.desk.types import NoticeCode, Verb
from callcenter.dialer.rules.waiting import WaitingCode
from callcenter.eligibility.types import RuleId
from callcenter.health.types import Keeping
from callcenter.kit.output import Output


class SeatView(BaseModel):
    state: AgentState
    since: datetime
    pause_code: PauseCode | None
    pause_requested: PauseCode | None
    leg: LegState
    phone_registered: bool
    help_since: datetime | None = Field(description="since when the agent asks for the leader")


class CaseView(BaseModel):
    """The complaint behind an owed callback."""

    id: int
    category: str
    text: str


class LeadView(Output):
    """The one customer on the screen, masked (requirement D7)."""

    kind: CallKind
    mode: DialMode = Field(description="preview: the agent dials; progressive: dialled when the agent is ready")
    name: str
    phone: str
    facts: list[CustomerField] = Field(description="what the campaign's setting shows to agents, in this order")
    attempts: int
    last_note: str
    promise_note: str = ""
    case: CaseView | None = None


class CallView(BaseModel):
    id: UUID
    kind: CallKind
    state: CallState
    outcome: Outcome | None
    planned_at: datetime
    dialled_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None


class StatementView(BaseModel):
    key: str
    text: str
    text_en: str | None
    mandatory: bool


class ScriptView(BaseModel):
    key: str = Field(description="of this version with these names; snapshots name it")
    title: str
    version: int
    statements: list[StatementView]


class VerdictView(BaseModel):
    allowed: bool
    rule: str
    reason: str


class WaitingView(Output):
    """Why a ready agent is offered no customer."""

    code: WaitingCode
    until: datetime | None = None


class EngineView(BaseModel):
    """How the engine of the agent's switch keeps up: while it is late, this screen shows calls late."""

    node: str = Field(description="the switch chosen at log-on", examples=["n1"])
    keeping: Keeping
    since: datetime
    move: bool = Field(description="the switch is lost and another one works: log off and on again to get it")


class NoticeView(BaseModel):
    """What the system changed on this screen, and by which rule."""

    id: int
    code: NoticeCode
    rule: RuleId
    at: datetime


class MessageView(BaseModel):
    """What a supervisor wrote, or did with a reason."""

    id: int
    kind: MessageKind
    text: str
    by: str = Field(description="the supervisor's name")
    at: datetime


class LastCallView(Output):
    """The call before: one without an answer leaves the screen at once, and is still to be seen here."""

    phone_last4: str
    outcome: Outcome
    disposition: Disposition | None
    ended_at: datetime


class TodayView(BaseModel):
    assigned: int
    done: int
    successes: SuccessesView
    calls: int
    answered: int
    callbacks_due: int


class DispositionForm(Output):
    """The fields that one disposition requires and accepts, and its consequences. The server checks them again."""

    code: Disposition
    requires: list[str] = Field(description="fields of the body of `POST /desk/dispose` that must be filled")
    accepts: list[str] = Field(description="further fields that fit; `note` and `script_ticks` fit every disposition")
    enters_dnc: bool = Field(description="the number is entered into the do-not-call list")
    is_reviewed: bool = Field(description="a success: the review asks for the script's mandatory statements")


class Snapshot(Output):
    """The whole content of the agent's screen; the server owns the state."""

    now: datetime
    rehearsal: bool
    seat: SeatView | None
    allowed: list[Verb]
    lead: LeadView | None
    call: CallView | None
    last_call: LastCallView | None = Field(default=None, description="the agent's newest call of today that has ended")
    script_key: str | None = Field(description="of the script for this customer; fetched once: `GET /desk/script`")
    dispositions: list[Disposition]
    disposition_forms: list[DispositionForm] = Field(
        default_factory=list, description="one per entry of `dispositions`, in the same order"
    )
    verdict: VerdictView | None
    owed_until: datetime | None = Field(
        default=None,
        description="the wrap-up of `call` is over, and its disposition is owed: until then it can be given",
    )
    waiting: WaitingView | None
    notice: NoticeView | None = None
    engine: EngineView | None = Field(default=None, description="null: not logged on, or not known yet")
    message: MessageView | None = Field(default=None, description="the oldest that is not confirmed")
    window: str | None = Field(
        default=None, description="which window of the browser works at this desk; another one can take it over"
    )
    today: TodayView


class PauseBody(BaseModel):
    code: PauseCode = PauseCode.BREAK

    @field_validator("code")
    @classmethod
    def _chosen_by_agents(cls, code: PauseCode) -> PauseCode:
        if code not in CHOSEN_BY_AGENTS:
            raise ValueError("this reason is set by the system: choose another")
        return code


class HelpBody(BaseModel):
    wanted: bool


class SkipBody(BaseModel):
    reason: str = Field(min_length=2, max_length=200)


class DisposeBody(BaseModel):
    disposition: Disposition
    note: str = Field(default="", max_length=2000)
    callback_at: AwareDatetime | None = None
    visit_at: AwareDatetime | None = None
    visit_address: str = Field(default="", max_length=300)
    visit_time_confirmed: bool = Field(
        default=False, description="the customer has confirmed a visit at night, on a day off or outside working hours"
    )
    complaint_category: str | None = None
    dnc_permanent: bool = False
    script_ticks: list[str] = Field(default_factory=list, max_length=100)


class DraftEntries(Output):
    """What is entered about a call that has no disposition yet, complete or not; a time is as its field shows it."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)

    disposition: Disposition | None = None
    note: str = Field(default="", max_length=2000)
    callback_at: str = Field(default="", max_length=40, examples=["2026-11-24T10:30:00"])
    visit_at: str = Field(default="", max_length=40, examples=["2026-11-24T10:30:00"])
    visit_address: str = Field(default="", max_length=300)
    visit_time_confirmed: bool = False
    complaint_category: str = Field(default="", max_length=40)
    dnc_permanent: bool = False
    script_ticks: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=100)


Window = Annotated[str, Field(pattern="^[0-9a-f]{16,64}$", examples=["5f0c1d2e3a4b5c6d7e8f9a0b"])]
"""The random name that a page of the desk gives itself when it is loaded."""


class SaveDraftBody(BaseModel):
    window: Window
    entries: DraftEntries


class ClaimDeskBody(BaseModel):
    window: Window


class DraftView(BaseModel):
    """What the server keeps of an agent's entries about the customer on the screen."""

    entries: DraftEntries | None = Field(description="null: nothing was entered about this customer")
    saved_at: datetime | None


class CallbackTime(BaseModel):
    """What the calling window makes of a time that is to be promised to the customer."""

    promised_at: datetime
    call_at: datetime = Field(description="the promised time, or the first one after it at which calls may be placed")
    opens_to_team_at: datetime = Field(description="until then the callback is the agent's alone")
