"""Pins agents to nodes: which one an agent gets who logs on, and where the phone of one who is logged on registers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from callcenter.agents import repository
from callcenter.agents.errors import NoNode, NotLoggedOn
from callcenter.agents.service import Phone
from callcenter.health.service import HealthService
from callcenter.health.types import EngineHealth, Node
from callcenter.kit.config import CoreSettings
from callcenter.kit.log import get_logger
from callcenter.kit.work import Work
from callcenter.people.types import StaffCard
from callcenter.telephony.port import PhoneAccount
from callcenter.telephony.relays import RelaySettings, ice_servers
from callcenter.telephony.settings import SwitchSettings

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A node, the agents who are logged on there, and how its engine keeps up."""

    node: Node
    agents: int
    engine: EngineHealth | None


class AgentNodes:
    """Chooses nodes by load and health, and never by the process that is asked."""

    def __init__(
        self, health: HealthService, settings: CoreSettings, switch: SwitchSettings, relays: RelaySettings
    ) -> None:
        self._relays = relays
        self._health = health
        self._settings = settings
        self._switch = switch

    async def phone(self, work: Work, card: StaffCard) -> Phone:
        """Returns the phone of an agent who logs on in this transaction; a robot has one in a rehearsal only.

        Raises NoNode.
        """
        robot_number = card.robot_number if self._settings.rehearsal else None
        return Phone(node=await self._choose(work), extension=card.extension, robot_number=robot_number)

    async def _choose(self, work: Work) -> str:
        # One log-on after the other: at the beginning of a shift all would find the same node empty.
        await work.lock("agents.log_on")
        reading = await self._health.current(work)
        if not reading.nodes:  # no engine has ever started; the first one is that of this installation's only node
            return self._settings.node
        choice = self._health.choose(reading, await repository.count_by_node(work), work.now)
        if choice is None:
            raise NoNode("every switch is out of use: ask an administrator to take one into use", rule="S5")
        log.info("node chosen", node=choice.node.name, reason=choice.reason.value)
        return choice.node.name

    async def phone_account(self, work: Work, agent_id: int, extension: str) -> PhoneAccount:
        """Returns how the phone of an agent who is logged on registers at the agent's node. Raises NotLoggedOn."""
        session = await repository.open_session(work, agent_id)
        if session is None:
            raise NotLoggedOn("log on first: the switch of your phone is chosen at log-on")
        return await self.account_at(work, session.node, extension)

    async def account_at(self, work: Work, node_name: str, extension: str) -> PhoneAccount:
        """Returns how a phone registers at a node, and by which relays its sound goes."""
        nodes = {node.name: node for node in (await self._health.current(work)).nodes}
        at = nodes.get(node_name) or self._switch
        account = self._switch.phone_account(node_name, extension, websocket_url=at.websocket_url, realm=at.realm)
        relays = ice_servers(self._relays, extension, work.now)
        return replace(account, relays=relays, relay_only=self._relays.only)

    async def list(self, work: Work) -> Sequence[NodeCard]:
        """Returns every node, by name."""
        reading, agents = await self._health.current(work), await repository.count_by_node(work)
        return [
            NodeCard(node, agents.get(node.name, 0), self._health.engine_in(reading, node.name, work.now))
            for node in reading.nodes
        ]
