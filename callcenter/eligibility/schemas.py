"""What the explanation of a customer shows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from callcenter.allocation.types import AssignmentState
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.types import CallKind
from callcenter.eligibility.explain import Explained
from callcenter.eligibility.gates import Gate, GateId
from callcenter.eligibility.types import Cause, RuleId, RuleSetCard


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
        objection = gate.objection
        return cls(
            rule=gate.rule,
            passes=gate.passes,
            enforced=gate.enforced,
            reason=None
            if objection is None
            else CauseOut(code=objection.cause, text=objection.text, params=objection.params),
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
    promised_at: AwareDatetime | None = Field(description="the time given to the customer; null: it is owed")
    due_at: AwareDatetime
    opens_to_team_at: AwareDatetime


class ExplanationOut(BaseModel):
    lead_id: int
    at: AwareDatetime
    kind: CallKind = Field(description="what the next call would be")
    agent: AgentOut | None = Field(description="for whom the gates were asked; null: no agent has the customer")
    assignment: AssignmentOut | None = Field(description="the assignment that holds the lead, or held it last")
    callback: WaitingOut | None
    gates: list[GateOut]
    callable: bool
    next_possible_at: AwareDatetime | None

    @classmethod
    def of(cls, explained: Explained, at: AwareDatetime) -> "ExplanationOut":
        def agent(staff_id: int | None) -> AgentOut | None:
            return None if staff_id is None else AgentOut(id=staff_id, name=explained.names.get(staff_id, ""))

        assignment, callback = explained.assignment, explained.callback
        return cls(
            lead_id=explained.lead_id,
            at=at,
            kind=explained.kind,
            agent=agent(explained.agent_id),
            assignment=None
            if assignment is None
            else AssignmentOut(
                assignment_id=assignment.id,
                agent=AgentOut(id=assignment.agent_id, name=explained.names.get(assignment.agent_id, "")),
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
                promised_at=callback.promised_at,
                due_at=callback.due_at,
                opens_to_team_at=callback.opens_to_team_at,
            ),
            gates=[GateOut.of(gate) for gate in explained.explanation.gates],
            callable=explained.explanation.callable,
            next_possible_at=explained.explanation.next_possible_at,
        )


class CallRuleSetOut(BaseModel):
    name: str = Field(description="as verdicts name it")
    digest: str = Field(description="SHA-256 of its source; empty: from before it was noted")
    first_used_at: AwareDatetime


class CallRuleSetsOut(BaseModel):
    """Every version of the rules that has judged calls here, the newest first."""

    rule_sets: list[CallRuleSetOut]

    @classmethod
    def of(cls, cards: Sequence[RuleSetCard]) -> "CallRuleSetsOut":
        return cls(
            rule_sets=[
                CallRuleSetOut(name=card.name, digest=card.digest, first_used_at=card.first_used_at) for card in cards
            ][::-1]
        )
