"""Raises, shows and clears alerts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from callcenter.alerts import repository
from callcenter.alerts.errors import AlertAcknowledged, AlertNotFound, AlertOver
from callcenter.alerts.models import Alert
from callcenter.alerts.rules import RIGHT_OF, kinds_for
from callcenter.alerts.types import ALERT_NOTE, AlertCard, AlertKind
from callcenter.kit.cache import Cached
from callcenter.kit.crypto import Vault
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

log = get_logger(__name__)

_SUBJECTS: Cached[AlertKind, frozenset[str]] = Cached(Alert)


class AlertService:
    """Opens an alert once per cause, and clears it when the cause is over."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def raise_(self, work: Work, kind: AlertKind, subject: str, facts: Mapping[str, Any]) -> bool:
        """Opens an alert for those who hold its kind's right; returns whether it is a new one.

        While one of this kind is open for the subject no second is opened: it takes on the new facts and stays
        acknowledged if it was. ``facts`` are codes and figures, never particulars.
        """
        alert_id = await repository.add_open(work.session, kind, subject, facts, work.now)
        if alert_id is None:
            await repository.renew_facts(work.session, kind, subject, facts)
            return False
        log.warning("alert raised", kind=kind.value, subject=subject, facts=dict(facts))
        await work.announce(
            Noted("alerts.raised", f"alert:{alert_id}", {"kind": kind.value, "about": subject, **facts})
        )
        return True

    async def clear(self, work: Work, kind: AlertKind, subject: str) -> bool:
        """Clears an alert whose cause is over; returns whether one was open. Safe to repeat."""
        alert_id = await repository.clear(work.session, kind, subject, work.now)
        if alert_id is None:
            return False
        await work.announce(Noted("alerts.cleared", f"alert:{alert_id}", {"kind": kind.value, "about": subject}))
        return True

    async def list_open(self, work: Work) -> Sequence[AlertCard]:
        """Returns the open alerts whose right the actor holds: unacknowledged first, then the newest first."""
        return [self._card(alert) for alert in await repository.list_open(work.session, kinds_for(work.actor.rights))]

    async def list_of_kinds(self, work: Work, kinds: Collection[AlertKind]) -> Sequence[AlertCard]:
        """Returns the open alerts of these kinds, whatever right they need."""
        return [self._card(alert) for alert in await repository.list_of_kinds(work.session, kinds)]

    async def cards(self, work: Work, ids: Collection[int]) -> Mapping[int, AlertCard]:
        """Returns alerts by their ids, also those that are over."""
        return {alert.id: self._card(alert) for alert in await repository.by_ids(work.session, ids)}

    async def subjects(self, work: Work, kind: AlertKind) -> frozenset[str]:
        """Returns what open alerts of this kind are about; from memory while notifications arrive."""

        async def read() -> frozenset[str]:
            return frozenset(alert.subject for alert in await repository.list_of_kinds(work.session, [kind]))

        return await work.cached(_SUBJECTS, kind, read)

    async def acknowledge(self, work: Work, alert_id: int, note: str) -> AlertCard:
        """Notes that the actor has seen it, and what they do about it. It stays open until its cause is over."""
        alert = await repository.find_alert(work.session, alert_id)
        if alert is None or RIGHT_OF[alert.kind] not in work.actor.rights:
            raise AlertNotFound(f"alert {alert_id} does not exist, or you lack the right to see it")
        sealed = self._vault.seal_words(note, ALERT_NOTE.place(alert_id))
        changed = await repository.acknowledge(work.session, alert_id, work.actor.id, sealed, work.now)
        if changed is None:
            if alert.cleared_at is not None:
                raise AlertOver(f"the cause of alert {alert_id} is over: there is nothing to acknowledge")
            raise AlertAcknowledged(f"another person has acknowledged alert {alert_id}: refresh the list")
        await work.announce(Noted("alerts.acknowledged", f"alert:{alert_id}", {"kind": alert.kind.value}))
        return self._card(changed)

    def _card(self, alert: Alert) -> AlertCard:
        return AlertCard(
            id=alert.id,
            kind=alert.kind,
            subject=alert.subject,
            facts=alert.facts,
            raised_at=alert.raised_at,
            acknowledged_at=alert.acknowledged_at,
            acknowledged_by=alert.acknowledged_by,
            note=self._vault.open_words(alert.note_sealed, ALERT_NOTE.at(alert)),
            cleared_at=alert.cleared_at,
        )
