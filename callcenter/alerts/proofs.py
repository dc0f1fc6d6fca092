"""Warns before the licence, training, exam or agreement of a member of staff expires (requirement H1)."""

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService

_KINDS = (AlertKind.PROOF_EXPIRES, AlertKind.PROOF_EXPIRED)


class ProofWatch:
    """Compares the open alerts with the days on which proofs expire."""

    def __init__(self, alerts: AlertService, people: PeopleService) -> None:
        self._alerts = alerts
        self._people = people

    async def look(self, work: Work) -> None:
        """Raises what is due, 30, 7 and 1 day before and after the last day, and clears what was renewed.

        Each warning has a subject of its own: one that was acknowledged 30 days before does not hide the next.
        """
        today = business_date(work.now)
        present: dict[tuple[AlertKind, str], dict[str, object]] = {}
        for proof in await self._people.expiring_proofs(work, today):
            kind = AlertKind.PROOF_EXPIRES if proof.expiry.warned else AlertKind.PROOF_EXPIRED
            subject = f"staff:{proof.staff_id}:{proof.expiry.requirement.value}:{proof.expiry.warned}"
            present[kind, subject] = {
                "login": proof.login,
                "proof": proof.expiry.requirement.value,
                "on": proof.expiry.until.isoformat(),
                "days": (proof.expiry.until - today).days,
            }
        for (kind, subject), facts in present.items():
            await self._alerts.raise_(work, kind, subject, facts)
        for alert in await self._alerts.list_of_kinds(work, _KINDS):
            if (alert.kind, alert.subject) not in present:
                await self._alerts.clear(work, alert.kind, alert.subject)
