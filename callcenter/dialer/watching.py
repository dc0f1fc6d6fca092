"""Raises an alert while the switch of this engine has no room to record: nothing is dialled at it (C9, R7)."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from callcenter.alerts.conditions import Condition, Patience, looked
from callcenter.alerts.rules import switch_subject
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.dialer.switch import Switch
from callcenter.kit.tasks import every

_EVERY = 1.0
"""Seconds: a disk that fills during a call is said within two (requirement C9)."""
_PATIENCE = Patience(before_cleared=timedelta(seconds=10))

RoomToRecord = Callable[[], Mapping[str, int] | None]
"""Returns None while a call could be recorded, else the figures that say why not."""


class SpoolWatch:
    """Looks at the disk every second; a statement is sent only when its state has changed."""

    def __init__(self, *, switch: Switch, alerts: AlertService, room_to_record: RoomToRecord) -> None:
        self._switch = switch
        self._alerts = alerts
        self._room_to_record = room_to_record
        self._condition = Condition()

    async def run(self) -> None:
        """Looks until cancelled. What an earlier engine has left is cleared by the first look."""
        await every(_EVERY, self.look, "spool watch")

    async def look(self) -> None:
        """Looks once, and writes the alert where its state has changed."""
        lacking, before = self._room_to_record(), self._condition
        after = looked(before, lacking is not None, _PATIENCE, self._switch.works.clock.now())
        if after.raised is not before.raised:
            node = self._switch.node
            async with self._switch.works.begin() as work:
                if after.raised:
                    facts = {"node": node, **(lacking or {})}
                    await self._alerts.raise_(work, AlertKind.SPOOL_BLOCKED, switch_subject(node), facts)
                else:
                    await self._alerts.clear(work, AlertKind.SPOOL_BLOCKED, switch_subject(node))
        self._condition = after  # after the commit: what could not be written is written by the next look
