"""The endpoint that explains a customer: every gate before the next call."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from callcenter.allocation.types import AssignmentState
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.types import CallKind
from callcenter.dialer.explain import Explained, ExplainService
from callcenter.dialer.gates import Gate, GateId
from callcenter.dialer.types import Cause, RuleId
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

gates = APIRouter(prefix="/leads", tags=["customers"], dependencies=[require(Right.VIEW_LEADS)])


class AgentOut(BaseModel):
    id: int
    name: str


class CauseOut(BaseModel):
    code: Cause
    text: str
    params: Mapping[str, Any]


class GateOut(BaseModel):
    rule: RuleId | GateId
    passes: bool
    enforced: bool = Field(description="false: it does not stop the call, it only makes it unlikely")
    reason: CauseOut | None
    passes_at: AwareDatetime | None = Field(description="when a shut gate opens by itself; null: not by waiting")

    @classmethod
    def of(cls, gate: Gate) -> "GateOut":
        said = gate.objection
        return cls(
            rule=gate.rule,
            passes=gate.passes,
            enforced=gate.enforced,
            reason=None if said is None else CauseOut(code=said.cause, text=said.text, params=said.params),
            passes_at=gate.passes_at,
        )


class AssignmentOut(BaseModel):
    assignment_id: int
    agent: AgentOut
    work_on: date
    state: AssignmentState
    due_at: AwareDatetime
    attempts: int
    reason: str
    result: str | None


class WaitingOut(BaseModel):
    callback_id: int
    kind: CallbackKind
    state: CallbackState
    agent: AgentOut | None = Field(description="whose promise it is")
    due_at: AwareDatetime
    opens_to_team_at: AwareDatetime


class ExplanationOut(BaseModel):
    lead_id: int
    at: AwareDatetime
    kind: CallKind = Field(description="what the next call would be")
    agent: AgentOut | None = Field(description="for whom the gates were asked; null: nobody has the customer")
    assignment: AssignmentOut | None = Field(description="the hands the customer is in, or was in last")
    callback: WaitingOut | None
    gates: list[GateOut]
    callable: bool
    next_possible_at: AwareDatetime | None

    @classmethod
    def of(cls, found: Explained, at: AwareDatetime) -> "ExplanationOut":
        def agent(staff_id: int | None) -> AgentOut | None:
            return None if staff_id is None else AgentOut(id=staff_id, name=found.names.get(staff_id, ""))

        assignment, callback = found.assignment, found.callback
        return cls(
            lead_id=found.lead_id,
            at=at,
            kind=found.kind,
            agent=agent(found.agent_id),
            assignment=None
            if assignment is None
            else AssignmentOut(
                assignment_id=assignment.id,
                agent=AgentOut(id=assignment.agent_id, name=found.names.get(assignment.agent_id, "")),
                work_on=assignment.work_on,
                state=assignment.state,
                due_at=assignment.due_at,
                attempts=assignment.attempts,
                reason=assignment.reason,
                result=assignment.result,
            ),
            callback=None
            if callback is None
            else WaitingOut(
                callback_id=callback.id,
                kind=callback.kind,
                state=callback.state,
                agent=agent(callback.agent_id),
                due_at=callback.due_at,
                opens_to_team_at=callback.opens_to_team_at,
            ),
            gates=[GateOut.of(gate) for gate in found.explanation.gates],
            callable=found.explanation.callable,
            next_possible_at=found.explanation.next_possible_at,
        )


@gates.get("/{lead_id}/gates")
async def explain_lead(
    lead_id: int,
    work: Working,
    explainer: Annotated[ExplainService, provided(ExplainService)],
    agent_id: Annotated[int | None, Query(ge=1, description="for this agent instead of the one who has it")] = None,
) -> ExplanationOut:
    """Why this customer is not called now, or that nothing stands against it."""
    return ExplanationOut.of(await explainer.explain(work, lead_id, agent_id), work.now)
