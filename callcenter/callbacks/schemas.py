"""Requests and responses of the callbacks room's endpoints."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from callcenter.callbacks.types import CallbackKind, CallbackQuery, CallbackState, CallbackView, ListedCallback
from callcenter.kit.output import Output
from callcenter.kit.paging import Page
from callcenter.leads.masked import MaskedLead
from callcenter.leads.types import LeadCard
from callcenter.people.types import StaffCard


class CallbackFilter(BaseModel):
    """Which callbacks are listed."""

    view: CallbackView = CallbackView.OPEN
    kind: CallbackKind | None = None
    agent_id: Annotated[int | None, Query(ge=1, description="only promises of this agent")] = None

    @property
    def query(self) -> CallbackQuery:
        return CallbackQuery(view=self.view, kind=self.kind, agent_id=self.agent_id)


class CallbackAgent(BaseModel):
    """Id and name of an agent."""

    id: int
    name: str


class CallbackOut(Output):
    """One promise or obligation to call a customer again; without its note, which is for the one who calls."""

    id: int
    kind: CallbackKind
    state: CallbackState
    overdue: bool = Field(description="open, and the customer was not reached until ``reach_by``")
    moved: bool = Field(description="an open promise that is called later than was promised")
    lead: MaskedLead | None
    case_id: int | None = Field(description="the complaint it belongs to")
    agent: CallbackAgent | None = Field(description="whose promise it is; null: a complaint's, which nobody owns")
    claimed_by: CallbackAgent | None = Field(description="who has it on the screen or is calling")
    promised_at: datetime | None = Field(description="as it was given to the customer")
    due_at: datetime = Field(description="not called before")
    reach_by: datetime
    opens_to_team_at: datetime = Field(description="from then on other agents may call")
    attempts: int
    attempts_demanded: int
    done_at: datetime | None

    @classmethod
    def of(cls, listed: ListedCallback, staff: dict[int, StaffCard], lead: LeadCard | None) -> "CallbackOut":
        card = listed.card

        def named(staff_id: int | None) -> CallbackAgent | None:
            person = staff.get(staff_id) if staff_id is not None else None
            return CallbackAgent(id=person.id, name=person.name) if person else None

        return cls(
            id=card.id,
            kind=card.kind,
            state=card.state,
            overdue=listed.overdue,
            moved=listed.moved,
            lead=MaskedLead.of(lead) if lead else None,
            case_id=card.case_id,
            agent=named(card.agent_id),
            claimed_by=named(card.claimed_by),
            promised_at=card.promised_at,
            due_at=card.due_at,
            reach_by=listed.reach_by,
            opens_to_team_at=card.opens_to_team_at,
            attempts=card.attempts,
            attempts_demanded=card.attempts_demanded,
            done_at=card.done_at,
        )


class CallbackPage(Page[CallbackOut]):
    """Callbacks: open ones by their time, ended ones the latest first."""
