"""Corrections of the customer on the screen by the agent who talks to them (requirement L4)."""

from callcenter.agents.errors import NotNow
from callcenter.agents.service import AgentService
from callcenter.campaigns.service import CampaignService
from callcenter.customers.corrections import CorrectionService
from callcenter.customers.errors import NothingChanged
from callcenter.customers.rules import sees_in_clear
from callcenter.customers.types import Correction
from callcenter.dialer.queue import CustomerQueue
from callcenter.kit.work import Work


class DeskCorrections:
    """Corrects the one customer whom an agent has on the screen, and no other (law 5)."""

    def __init__(
        self, agents: AgentService, queue: CustomerQueue, corrections: CorrectionService, campaigns: CampaignService
    ) -> None:
        self._agents = agents
        self._queue = queue
        self._corrections = corrections
        self._campaigns = campaigns

    async def correct(self, work: Work, agent_id: int, correction: Correction) -> None:
        """Corrects the file of the customer on the screen. Raises NotNow, and what CorrectionService refuses."""
        seat = await self._agents.seat(work, agent_id, lock=True)  # the customer stays on the screen meanwhile
        subject = await self._queue.subject_of(work, seat) if seat else None
        if subject is None:
            raise NotNow("there is no customer on your screen", allowed=[])
        try:
            await self._corrections.correct(work, subject.lead_id, correction)
        except NothingChanged:
            # A refusal would confirm a guess of what the campaign hides from agents.
            shown = (await self._campaigns.rules(work, subject.campaign_id)).agent_fields
            if sees_in_clear(shown, correction.values):
                raise
