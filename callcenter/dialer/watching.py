"""Raises an alert when nothing can be dialled at a switch: it has no room to record, or the engine no link to it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from callcenter.alerts.conditions import Condition, Patience, looked
from callcenter.alerts.rules import switch_subject
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.dialer.switch import Switch
from callcenter.kit.tasks import every

_EVERY = 1.0
"""Seconds: a disk that fills during a call is said within two (requirement C9)."""
_PATIENCE: Mapping[AlertKind, Patience] = {
    AlertKind.SPOOL_BLOCKED: Patience(before_cleared=timedelta(seconds=10)),
    AlertKind.SWITCH_DOWN: Patience(before_raised=timedelta(seconds=5)),
}

RoomToRecord = Callable[[], Mapping[str, int] | None]
"""Returns None while a call could be recorded, else the figures that say why not."""


class SwitchWatch:
    """Looks every second, in memory and at the disk; a statement is sent only when a state has changed."""

    def __init__(self, *, switch: Switch, alerts: AlertService, room_to_record: RoomToRecord) -> None:
        self._switch = switch
        self._alerts = alerts
        self._room_to_record = room_to_record
        self._conditions = {kind: Condition() for kind in _PATIENCE}

    async def run(self) -> None:
        """Looks until cancelled. What an earlier engine has left is cleared by the first look."""
        await every(_EVERY, self.look, "switch watch")

    async def look(self) -> None:
        """Looks once, and writes the alerts whose state has changed."""
        lacking = self._room_to_record()
        await self._note(AlertKind.SPOOL_BLOCKED, lacking)
        await self._note(AlertKind.SWITCH_DOWN, None if self._switch.link.up else {})

    async def _note(self, kind: AlertKind, facts: Mapping[str, Any] | None) -> None:
        before, now = self._conditions[kind], self._switch.works.clock.now()
        after = looked(before, facts is not None, _PATIENCE[kind], now)
        if after.raised is not before.raised:
            subject = switch_subject(self._switch.node)
            async with self._switch.works.begin() as work:
                if after.raised:
                    known = {"node": self._switch.node, "at": (after.since or now).isoformat()}
                    await self._alerts.raise_(work, kind, subject, {**known, **(facts or {})})
                else:
                    await self._alerts.clear(work, kind, subject)
        self._conditions[kind] = after  # after the commit: what could not be written is written by the next look
