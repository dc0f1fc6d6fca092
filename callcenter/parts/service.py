"""Shows which parts of the system run."""

from collections.abc import Sequence

from callcenter.agents.service import AgentService
from callcenter.kit.config import CoreSettings
from callcenter.kit.leader import find_candidates
from callcenter.kit.work import Work
from callcenter.parts.rules import judge, nodes_of
from callcenter.parts.types import PartCard


class PartService:
    """Compares the parts that the system needs with the processes that lead them."""

    def __init__(self, settings: CoreSettings, agents: AgentService) -> None:
        self._node = settings.node
        self._agents = agents

    async def list(self, work: Work) -> Sequence[PartCard]:
        """Returns every part that is needed: for this switch, and for each on which agents have logged on or for which
        a process leads or waits."""
        candidates = await find_candidates(work.session)
        seated = {seat.node for seat in await self._agents.seats(work)}
        return judge(candidates, {self._node} | seated | nodes_of(candidates))
