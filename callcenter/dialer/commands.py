"""Carries out the commands to the switch that the outbox holds for this engine."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from callcenter.agents.legs import LegService
from callcenter.calls.types import HANG_UP
from callcenter.dialer.switch import Switch
from callcenter.dialer.types import CONNECT_LEG, DISCONNECT_LEG, REJOIN_CUSTOMER
from callcenter.kit.log import get_logger
from callcenter.kit.outbox import Executor
from callcenter.telephony.port import SwitchUnavailable

log = get_logger(__name__)


class Commands:
    """Joins every command to the switch to its kind of effect."""

    def __init__(self, *, switch: Switch, legs: LegService) -> None:
        self._switch = switch
        self._legs = legs

    @property
    def executors(self) -> Mapping[str, Executor]:
        """Returns who carries out which kind of effect."""
        return {
            HANG_UP: self._hang_up,
            CONNECT_LEG: self._connect_leg,
            DISCONNECT_LEG: self._disconnect_leg,
            REJOIN_CUSTOMER: self._rejoin_customer,
        }

    async def _hang_up(self, payload: dict[str, Any]) -> None:
        await self._switch.gateway.hang_up(UUID(payload["call_id"]))

    async def _connect_leg(self, payload: dict[str, Any]) -> None:
        gateway = self._switch.gateway
        try:
            if number := payload.get("robot_number"):
                await gateway.connect_robot(payload["leg_id"], number, self._switch.trunk)
            else:
                await gateway.connect_agent(payload["leg_id"], payload["extension"])
        except SwitchUnavailable:
            async with self._switch.works.begin() as work:
                await self._legs.failed(work, payload["leg_id"])

    async def _disconnect_leg(self, payload: dict[str, Any]) -> None:
        await self._switch.gateway.disconnect_agent(payload["leg_id"])

    async def _rejoin_customer(self, payload: dict[str, Any]) -> None:
        try:
            await self._switch.gateway.rejoin(UUID(payload["call_id"]), payload["leg_id"])
        except SwitchUnavailable as error:  # the switch ends the call of a customer who is held for too long
            log.warning("a held customer was not joined", call=payload["call_id"], error=error.detail)
