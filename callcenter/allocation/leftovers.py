"""Finds leads that wait for agents who are gone, on leave or out of the campaign, and returns them (law 12)."""

from callcenter.allocation import repository
from callcenter.allocation.quota_books import QuotaBooks
from callcenter.allocation.returns import ReturnService
from callcenter.allocation.types import AssignmentState
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.people.availability import AvailabilityService
from callcenter.people.rules import Requirement
from callcenter.people.types import Absence, Duty

_GONE = frozenset({Requirement.ACTIVE, Requirement.LEAVING, Absence.ON_LEAVE})
"""Why leads are taken from an agent at once. One who is off the roster for a day, or waits for a licence, keeps them
until the evening's run."""


class LeftoverService:
    """Looks after what the reactions to a leaving, a leave or a change of members have missed, or could not foresee."""

    def __init__(self, availability: AvailabilityService, quota_books: QuotaBooks, returns: ReturnService) -> None:
        self._availability = availability
        self._quota_books = quota_books
        self._returns = returns

    async def release(self, work: Work) -> int:
        """Takes back and reassigns leads due today of agents who are gone or left the campaign; returns how many."""
        today = business_date(work.now)
        waiting = {
            (held.agent_id, held.campaign_id)
            for held in await repository.list_held(work.session)
            if held.state is AssignmentState.OPEN and held.work_on <= today
        }
        if not waiting:
            return 0
        away = await self._availability.unavailable(work, {agent_id for agent_id, _ in waiting}, today, Duty.CALLS)
        members = (await self._quota_books.day(work, today)).members
        released = 0
        for agent_id, campaign_id in sorted(waiting):
            if agent_id in away and away[agent_id].why in _GONE:
                done = await self._returns.agent_away(work, agent_id, today, today)
            elif not members.serves(agent_id, campaign_id, today):
                done = await self._returns.left_campaign(work, agent_id, campaign_id, today)
            else:
                continue
            released += done.returned
        return released
