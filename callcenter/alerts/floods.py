"""Raises an alert while a log-in is locked or a person or an address does something too often (requirement S1)."""

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.kit import rates
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService

_LOCKED = "log_in_locked"
"""Names a log-in that is locked, because wrong passwords came from devices that are not known."""


class FloodWatch:
    """Compares the open alerts with the windows and locks that are in force."""

    def __init__(self, alerts: AlertService, people: PeopleService) -> None:
        self._alerts = alerts
        self._people = people

    async def look(self, work: Work) -> None:
        """Raises what is in force, clears what is over, and forgets old counts."""
        present: dict[str, dict[str, object]] = {}
        for window in await rates.list_exceeded(work):
            present[f"{window.rate}/{window.subject}"[:80]] = {
                "rate": window.rate,
                "by": window.subject,
                "count": window.hits,
                "until": window.until.isoformat(),
            }
        for staff_id, until in (await self._people.locked_log_ins(work)).items():
            present[f"{_LOCKED}/staff:{staff_id}"] = {
                "rate": _LOCKED,
                "by": f"staff:{staff_id}",
                "until": until.isoformat(),
            }
        for subject, facts in present.items():
            await self._alerts.raise_(work, AlertKind.RATE_EXCEEDED, subject, facts)
        for alert in await self._alerts.list_of_kinds(work, (AlertKind.RATE_EXCEEDED,)):
            if alert.subject not in present:
                await self._alerts.clear(work, alert.kind, alert.subject)
        await rates.forget_past(work)
