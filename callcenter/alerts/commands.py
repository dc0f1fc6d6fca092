"""Raises alerts for commands that failed or were lost, and clears them when no more of them occur."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from callcenter.alerts.service import AlertService
from callcenter.alerts.settings import AlertSettings
from callcenter.alerts.types import AlertKind
from callcenter.kit.effects import EffectFailed, EffectLost
from callcenter.kit.work import Work


class CommandWatch:
    """Raises one alert per queue and kind of effect that is not tried again, with the facts of the latest one."""

    def __init__(self, alerts: AlertService, settings: AlertSettings) -> None:
        self._alerts = alerts
        self._quiet = timedelta(minutes=settings.command_quiet_minutes)

    async def on_failed(self, work: Work, event: EffectFailed) -> None:
        """Raises the alert of a failed command."""
        # Only the error's class: its message may quote a text of the switch or the database about a customer (law 10).
        await self._raise(work, AlertKind.COMMAND_FAILED, event, {"error": event.error.partition(":")[0]})

    async def on_lost(self, work: Work, event: EffectLost) -> None:
        """Raises the alert of a command during which the process died."""
        await self._raise(work, AlertKind.COMMAND_LOST, event, {})

    async def _raise(
        self, work: Work, kind: AlertKind, event: EffectFailed | EffectLost, facts: Mapping[str, Any]
    ) -> None:
        ids = {name: event.payload[name] for name in ("call_id", "leg_id") if name in event.payload}
        command = event.kind.rpartition(".")[2]
        facts = {"command": command, "queue": event.queue, "at": work.now.isoformat(), **ids, **facts}
        await self._alerts.raise_(work, kind, f"{event.queue}/{command}"[:80], facts)

    async def look(self, work: Work) -> None:
        """Clears the alerts whose last command is older than the quiet time."""
        for alert in await self._alerts.list_of_kinds(work, (AlertKind.COMMAND_FAILED, AlertKind.COMMAND_LOST)):
            if datetime.fromisoformat(alert.facts["at"]) + self._quiet <= work.now:
                await self._alerts.clear(work, alert.kind, alert.subject)
