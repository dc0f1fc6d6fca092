"""Corrections of the customer on the screen by the agent who talks to them (requirement L4)."""

from callcenter.agents.errors import NotNow
from callcenter.agents.service import AgentService
from callcenter.customers.corrections import CorrectionService
from callcenter.customers.types import Correction
from callcenter.dialer.queue import CustomerQueue
from callcenter.kit.work import Work


class DeskCorrections:
    """Corrects the one customer whom an agent has on the screen, and no other (law 5)."""

    def __init__(self, agents: AgentService, queue: CustomerQueue, corrections: CorrectionService) -> None:
        self._agents = agents
        self._queue = queue
        self._corrections = corrections

    async def correct(self, work: Work, agent_id: int, correction: Correction) -> None:
        """Corrects the file of the customer on the screen. Raises NotNow, and what CorrectionService refuses."""
        seat = await self._agents.seat(work, agent_id, lock=True)  # the customer stays on the screen meanwhile
        subject = await self._queue.subject_of(work, seat) if seat else None
        if subject is None:
            raise NotNow("there is no customer on your screen", allowed=[])
        await self._corrections.correct(work, subject.lead_id, correction)
