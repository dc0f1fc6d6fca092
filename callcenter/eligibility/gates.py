"""Explains why a customer is not called now: every gate, not only the first that refuses (requirement C2). Pure.

The rules of ``rules.py`` are asked of the same facts as the decision itself, so that the answer cannot differ from it.
Further gates keep a customer from being offered at all: closed, assigned to no agent, not due.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from callcenter.calls.types import CallKind
from callcenter.eligibility.rules import next_allowed_at, objections, passes_at
from callcenter.eligibility.types import CallFacts, Cause, Horizon, Objection, RuleId
from callcenter.health.types import EngineHealth, Keeping
from callcenter.leads.types import LeadState


class GateId(StrEnum):
    """A gate before a call that is not a rule about calling."""

    NOT_CLOSED = "C7.not_closed"
    ASSIGNED = "D3.assigned"
    NO_CONFLICT = "X3.no_conflict"
    DUE = "C7.due"
    ROSTER = "D2.on_roster"
    ENGINE = "S5.engine_keeps_up"


ABOUT_AN_AGENT = frozenset({RuleId.LICENCE, RuleId.QUOTA})
"""Rules that cannot be asked while no agent is to make the call."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate, and what keeps it shut."""

    rule: RuleId | GateId
    objection: Objection | None = None
    passes_at: datetime | None = None
    """When a gate that is shut opens by itself; None: a person has to act first, or it never opens."""
    enforced: bool = True
    """False: it does not stop the call, it only makes it unlikely."""

    @property
    def passes(self) -> bool:
        return self.objection is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The facts of a customer that the rules about calling do not look at."""

    lead_state: LeadState
    agent_id: int | None
    """Who is to call."""
    holder_id: int | None
    """The agent who holds the lead, or has claimed the callback."""
    due_at: datetime | None
    on_roster: bool | None
    """Of that agent today; None where it is not asked."""
    promised_by: int | None = None
    opens_to_team_at: datetime | None = None
    """From then on any agent may keep that promise, or make a complaint callback the complaint staff have left."""
    excluded_agent_id: int | None = None
    """The agent complained of."""
    of_complaint_staff: bool = False
    """Whether who is to call belongs to the complaint staff."""
    engine: EngineHealth | None = None
    """Of the switch that serves the agent; None: the agent is not logged on, or it is not known."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All gates in the order in which they are asked."""

    gates: tuple[Gate, ...]
    next_possible_at: datetime | None
    """Now, when the customer may be called; None when waiting alone will not help."""

    @property
    def callable(self) -> bool:
        return all(gate.passes for gate in self.gates if gate.enforced)


def explain(facts: CallFacts, standing: Standing, horizon: Horizon, now: datetime) -> Explanation:
    """Asks every gate; says when the call is possible at the earliest, where waiting alone helps."""
    gates = tuple(_gates(facts, standing, horizon, now))
    shut = [gate for gate in gates if gate.enforced and not gate.passes]
    if not shut:
        return Explanation(gates, now)
    waits = [gate.passes_at for gate in shut if gate.passes_at is not None]
    if len(waits) < len(shut):
        return Explanation(gates, None)
    asked = facts if standing.agent_id is not None else replace(facts, unfit=(), holds_lead=True)
    return Explanation(gates, next_allowed_at(asked, horizon, max(waits)))


def _gates(facts: CallFacts, standing: Standing, horizon: Horizon, now: datetime) -> Iterator[Gate]:
    if facts.kind is CallKind.LEAD:
        closed = standing.lead_state is LeadState.CLOSED
        yield Gate(GateId.NOT_CLOSED, Objection(Cause.CUSTOMER_CLOSED, "the customer is done with") if closed else None)
    if facts.kind is CallKind.COMPLAINT:
        yield _conflict_gate(standing)
    yield _assignment_gate(facts.kind, standing, now)
    yield from rule_gates(facts, horizon, now, agent=standing.agent_id is not None)
    yield _due(standing, horizon, now)
    if standing.on_roster is not None:
        off = Objection(Cause.OFF_ROSTER, "the agent is not on today's roster", {"agent_id": standing.agent_id})
        yield Gate(GateId.ROSTER, None if standing.on_roster else off, enforced=False)
    if standing.engine is not None:
        yield Gate(GateId.ENGINE, _engine_objection(standing.engine))


def rule_gates(facts: CallFacts, horizon: Horizon, now: datetime, *, agent: bool = True) -> Iterator[Gate]:
    """Yields the rules about calling as gates. Without an agent the rules about one are left out."""
    for rule, objection in objections(facts):
        if agent or rule not in ABOUT_AN_AGENT:
            yield Gate(rule, objection, None if objection is None else passes_at(rule, facts, horizon, now))


def _conflict_gate(standing: Standing) -> Gate:
    if standing.agent_id is None or standing.agent_id != standing.excluded_agent_id:
        return Gate(GateId.NO_CONFLICT)
    return Gate(GateId.NO_CONFLICT, Objection(Cause.AGENT_COMPLAINED_OF, "the complaint is about this agent"))


def _assignment_gate(kind: CallKind, standing: Standing, now: datetime) -> Gate:
    holder, agent = standing.holder_id, standing.agent_id
    if kind is CallKind.LEAD and holder is None:
        return Gate(GateId.ASSIGNED, Objection(Cause.NOT_ALLOCATED, "the customer is assigned to no agent"))
    if holder is not None and agent not in (None, holder):
        return Gate(
            GateId.ASSIGNED, Objection(Cause.HELD_BY_ANOTHER, "another agent has the customer", {"agent_id": holder})
        )
    opens, owner = standing.opens_to_team_at, standing.promised_by
    if kind is CallKind.CALLBACK and agent not in (None, owner, holder) and opens is not None and now < opens:
        objection = Objection(Cause.PROMISED_BY_ANOTHER, "another agent promised this call", {"agent_id": owner})
        return Gate(GateId.ASSIGNED, objection, opens)
    theirs = agent is None or agent == holder or standing.of_complaint_staff
    if kind is CallKind.COMPLAINT and not theirs and opens is not None and now < opens:
        text = "complaint staff come first"
        return Gate(GateId.ASSIGNED, Objection(Cause.LEFT_TO_COMPLAINT_STAFF, text), opens)
    return Gate(GateId.ASSIGNED)


def _engine_objection(engine: EngineHealth) -> Objection | None:
    """Returns why the engine of the agent's switch offers no call; when that ends is not known beforehand."""
    params = {"node": engine.node, "seconds": round(engine.lag.total_seconds(), 1)}
    if engine.keeping is Keeping.BEHIND:
        text = f"the engine of {engine.node} takes signals too late: no call is offered until it has caught up"
        return Objection(Cause.ENGINE_BEHIND, text, params)
    if engine.keeping is Keeping.SILENT:
        text = f"the engine of {engine.node} does not report: no call is placed on its switch"
        return Objection(Cause.ENGINE_SILENT, text, params)
    if engine.keeping is Keeping.NO_SWITCH:
        text = f"the engine of {engine.node} cannot reach its switch: no call is placed there"
        return Objection(Cause.SWITCH_GONE, text, params)
    return None


def _due(standing: Standing, horizon: Horizon, now: datetime) -> Gate:
    due_at = standing.due_at
    if due_at is None or due_at <= now:
        return Gate(GateId.DUE)
    return Gate(GateId.DUE, Objection(Cause.NOT_DUE, "it is too early for the next attempt"), horizon.opening(due_at))
