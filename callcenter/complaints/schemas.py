"""Requests and responses of the complaints room's endpoints."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from callcenter.callbacks.types import CallbackState
from callcenter.complaints.types import CaseCard, CaseState, Category, ComplaintMeter
from callcenter.kit.paging import Page
from callcenter.leads.masked import MaskedLead
from callcenter.leads.types import LeadCard


class NewComplaint(BaseModel):
    """A complaint: exactly one of ``lead_id`` and ``call_id``."""

    lead_id: int | None = None
    call_id: UUID | None = None
    category: Category
    text: str = Field(min_length=1, max_length=4000)


class Decision(BaseModel):
    """The decision of a case, in the words that the customer will hear."""

    text: str = Field(min_length=1, max_length=4000)


class SignOff(BaseModel):
    """The reason why the customer is not called back any more."""

    reason: str = Field(min_length=1, max_length=1000)


class Receipt(BaseModel):
    """The part of a case that the person who entered it may see."""

    id: int
    category: Category
    state: CaseState
    opened_at: datetime
    answer_due_at: datetime
    decide_due_at: datetime

    @classmethod
    def of(cls, case: CaseCard) -> "Receipt":
        return cls.model_validate(case, from_attributes=True)


class CaseCallback(BaseModel):
    """The obligation of a case."""

    state: CallbackState
    due_at: datetime
    attempts: int
    attempts_demanded: int
    done_call_id: UUID | None
    done_at: datetime | None
    signed_off_by: int | None


class CaseOut(Receipt):
    """A case, for those who handle complaints."""

    call_id: UUID | None
    text: str
    agent_name: str | None = Field(description="the agent the complaint is about")
    lead: MaskedLead | None
    answered_at: datetime | None
    decision: str
    decided_at: datetime | None
    callback: CaseCallback | None

    @classmethod
    def of_case(cls, case: CaseCard, agent_name: str | None, lead: LeadCard | None) -> "CaseOut":
        return cls(
            id=case.id,
            category=case.category,
            state=case.state,
            opened_at=case.opened_at,
            answer_due_at=case.answer_due_at,
            decide_due_at=case.decide_due_at,
            call_id=case.call_id,
            text=case.text,
            agent_name=agent_name,
            lead=MaskedLead.of(lead) if lead else None,
            answered_at=case.answered_at,
            decision=case.decision,
            decided_at=case.decided_at,
            callback=CaseCallback.model_validate(case.callback, from_attributes=True) if case.callback else None,
        )


class CasePage(Page[CaseOut]):
    """Cases, the newest first."""


class WaitingCase(BaseModel):
    """A complaining customer who has not been called back yet."""

    case_id: int
    category: Category
    callback_state: CallbackState
    attempts: int
    waiting_since: datetime
    answer_due_at: datetime
    late: bool = Field(description="past the deadline for the answer")


class MeterOut(BaseModel):
    """Called back ÷ complained."""

    due: int = Field(description="customers who complained")
    done: int = Field(description="customers who were called back, or signed off")
    within_time: int = Field(description="of those who still wait: with time left")
    overdue: int = Field(description="of those who still wait: past their time")
    rate: float = Field(ge=0, le=1)
    open: list[WaitingCase]

    @classmethod
    def of(cls, meter: ComplaintMeter) -> "MeterOut":
        waiting = [
            WaitingCase(
                case_id=case.gap.case_id,
                category=case.category,
                callback_state=case.gap.state,
                attempts=case.gap.attempts,
                waiting_since=case.gap.waiting_since,
                answer_due_at=case.answer_due_at,
                late=case.late,
            )
            for case in meter.open
        ]
        return cls(
            due=meter.due,
            done=meter.done,
            within_time=meter.within_time,
            overdue=meter.overdue,
            rate=meter.rate,
            open=waiting,
        )
