"""Keeps the hours in which complaint and service callbacks may be placed: one window for the whole bank (C1, X3)."""

from collections.abc import Sequence

from callcenter.campaigns import repository
from callcenter.campaigns.errors import WindowInvalid
from callcenter.campaigns.models import ServiceHoursVersion
from callcenter.campaigns.types import HOURS_REASON, ServiceHours, ServiceHoursCard
from callcenter.kit.cache import Cached
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

_HOURS: Cached[None, ServiceHours] = Cached(ServiceHoursVersion)


class ServiceHoursService:
    """Keeps the service hours and every version of them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def hours(self, work: Work) -> ServiceHours:
        """Returns the service hours in force; the default as long as no administrator has changed them."""

        async def read() -> ServiceHours:
            row = await repository.service_hours(work.session)
            return ServiceHours() if row is None else _hours_of(row)

        return await work.cached(_HOURS, None, read)

    async def change(self, work: Work, hours: ServiceHours, reason: str) -> ServiceHours:
        """Changes the service hours, for every callback from now on. Raises WindowInvalid."""
        if hours.opens >= hours.closes:
            raise WindowInvalid(
                f"the service hours {hours.opens:%H:%M}–{hours.closes:%H:%M} end before they begin: name a later end"
            )
        await work.lock("campaigns.service_hours")
        before = await self.hours(work)
        if (before.opens, before.closes, before.days) == (hours.opens, hours.closes, hours.days):
            return before
        row = ServiceHoursVersion(
            valid_from=work.now,
            set_by=work.actor.staff_id,
            reason_sealed=self._vault.seal_words(reason, HOURS_REASON.place(work.now)),
            opens=hours.opens,
            closes=hours.closes,
            days=hours.days,
        )
        work.session.add(row)
        await work.session.flush()
        facts = {"before": _as_recorded(before), "after": _as_recorded(hours), "reason": reason}
        await work.announce(Noted("campaigns.service_hours_changed", f"service_hours:{row.id}", facts))
        return _hours_of(row)

    async def history(self, work: Work) -> Sequence[ServiceHoursCard]:
        """Returns every change of the service hours, the oldest first; before the first the default held."""
        return [
            ServiceHoursCard(
                hours=_hours_of(row),
                valid_from=row.valid_from,
                set_by=row.set_by,
                reason=self._vault.open_words(row.reason_sealed, HOURS_REASON.at(row)),
            )
            for row in await repository.list_service_hours(work.session)
        ]


def _hours_of(row: ServiceHoursVersion) -> ServiceHours:
    return ServiceHours(row.opens, row.closes, row.days, row.id)


def _as_recorded(hours: ServiceHours) -> dict[str, str]:
    return {"opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}", "days": hours.days.value}
