"""Reads what the gates have to know of a customer and of the agent, besides the facts of the rules."""

from callcenter.agents.service import AgentService
from callcenter.allocation.types import AssignmentCard
from callcenter.callbacks.types import CallbackCard
from callcenter.eligibility.gates import Standing
from callcenter.eligibility.types import Subject
from callcenter.health.service import HealthService
from callcenter.health.types import EngineHealth
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.types import LeadFacts
from callcenter.people.service import PeopleService
from callcenter.people.types import Role


class StandingReader:
    """Collects a ``Standing``."""

    def __init__(self, *, people: PeopleService, agents: AgentService, health: HealthService) -> None:
        self._people = people
        self._agents = agents
        self._health = health

    async def of(
        self,
        work: Work,
        lead: LeadFacts,
        subject: Subject,
        held: AssignmentCard | None,
        callback: CallbackCard | None,
    ) -> Standing:
        """Returns the facts of a customer as they are in this transaction. ``held``: the assignment that holds them."""
        agent_id, today = subject.agent_id, business_date(work.now)
        on_roster = None if agent_id is None else await self._people.works_on(work, agent_id, today)
        engine = await self._engine(work, agent_id)
        if callback is not None:
            return Standing(
                lead_state=lead.state,
                agent_id=agent_id,
                holder_id=callback.claimed_by,
                due_at=callback.due_at,
                on_roster=on_roster,
                promised_by=callback.agent_id,
                opens_to_team_at=callback.opens_to_team_at,
                excluded_agent_id=callback.excluded_agent_id,
                of_complaint_staff=await self._is_complaint_staff(work, agent_id),
                engine=engine,
            )
        return Standing(
            lead_state=lead.state,
            agent_id=agent_id,
            holder_id=None if held is None else held.agent_id,
            due_at=None if held is None else held.due_at,
            on_roster=on_roster,
            engine=engine,
        )

    async def _engine(self, work: Work, agent_id: int | None) -> EngineHealth | None:
        seat = None if agent_id is None else await self._agents.seat(work, agent_id)
        return None if seat is None else self._health.engine(seat.node)

    async def _is_complaint_staff(self, work: Work, staff_id: int | None) -> bool:
        return staff_id is not None and (await self._people.card(work, staff_id)).role is Role.COMPLAINT_OFFICER
