"""Use cases of nodes: registered by their engines, taken out of use and back by an administrator."""

from datetime import datetime

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.health import repository
from callcenter.health.errors import NodeAsItIs, NodeNotFound
from callcenter.health.types import HEALTH_TOPIC, OF_A_NODE
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

log = get_logger(__name__)

_OF_A_NODE = (AlertKind.PART_MISSING, AlertKind.ENGINE_LATE, AlertKind.ENGINE_SILENT, AlertKind.SWITCH_GONE)


class NodeService:
    """Writes nodes. Who reads them: ``HealthService``."""

    def __init__(self, alerts: AlertService) -> None:
        self._alerts = alerts

    async def register(self, work: Work, name: str, websocket_url: str, realm: str) -> None:
        """Notes that an engine of this node has started, and where its phones register now. Safe to repeat."""
        if await repository.register(work.session, name, websocket_url, realm, work.now):
            log.info("node registered", node=name)
            await work.notify(HEALTH_TOPIC)

    async def close(self, work: Work, name: str, reason: str) -> None:
        """Takes a node out of use: agents who log on get another, and no alert says that its parts are missing.

        Agents who are logged on there stay until they log off. Raises NodeNotFound, NodeAsItIs.
        """
        await self._change(work, name, work.now, reason)
        await work.announce(Noted("health.node_closed", f"node:{name}", {"reason": reason}))
        for kind in _OF_A_NODE:
            for part in OF_A_NODE:
                await self._alerts.clear(work, kind, f"{part.value}:{name}")

    async def open(self, work: Work, name: str) -> None:
        """Takes a node into use again. Raises NodeNotFound, NodeAsItIs."""
        await self._change(work, name, None, "")
        await work.announce(Noted("health.node_opened", f"node:{name}"))

    async def _change(self, work: Work, name: str, closed_at: datetime | None, reason: str) -> None:
        if await repository.change_use(work.session, name, closed_at, reason) is None:
            if await repository.find_node(work.session, name) is None:
                raise NodeNotFound(f"there is no node {name}")
            state = "out of use" if closed_at else "in use"
            raise NodeAsItIs(f"node {name} is {state} already: refresh the list")
        await work.notify(HEALTH_TOPIC)
