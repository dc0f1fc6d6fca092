"""Incidents of recordings: opened when something is wrong, closed by a person or by the next comparison."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.log import get_logger
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.recordings import repository
from callcenter.recordings.cards import incident_of
from callcenter.recordings.errors import DeadlinePast, IncidentClosed, IncidentNotFound
from callcenter.recordings.types import INCIDENT_WORDS, Detail, IncidentCard, IncidentKind, RecordingIncident

log = get_logger(__name__)


class IncidentService:
    """Opens, lists and settles incidents."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def open(self, work: Work, kind: IncidentKind, call_id: UUID, detail: Detail) -> bool:
        """Opens an incident and announces it once; False when one of this kind is open for the call already."""
        if not await repository.open_incident(work, kind, call_id, detail):
            return False
        said = {"detail": detail.code.value, "facts": dict(detail.facts)}
        log.warning("recording incident", kind=kind.value, call_id=str(call_id), **said)
        await work.announce(RecordingIncident(kind=kind, call_id=call_id, at=work.now))
        return True

    async def close(self, work: Work, incident_id: int, reason: str, *, final: bool = False) -> None:
        """Closes an incident in the actor's name. The next comparison opens it again if its cause is still there.

        ``final``: the fault cannot be mended, for example a recording whose disk was full. It is not opened again,
        and the certificate names it with its reason.

        Raises ReasonMissing, IncidentNotFound; does nothing when it is closed already.
        """
        reason = require_reason(reason, "settling an incident", rule="R5")
        incident = await repository.find_incident(work, incident_id)
        if incident is None:
            raise IncidentNotFound(f"there is no incident {incident_id}")
        sealed = self._vault.seal(reason, INCIDENT_WORDS.place(incident_id))
        if await repository.close_incident(work, incident_id, sealed, final=final):
            facts = {"incident": incident.kind.value, "final": final, "reason": reason}
            await work.announce(Noted("recordings.incident_closed", f"recording_incident:{incident_id}", facts))

    async def take(self, work: Work, incident_id: int, due_on: date) -> None:
        """Makes the actor the one who mends an open incident, until the end of a day.

        Raises IncidentNotFound, IncidentClosed, DeadlinePast.
        """
        if due_on < business_date(work.now):
            raise DeadlinePast("the last day is past: choose today or a later one")
        incident = await repository.find_incident(work, incident_id)
        if incident is None:
            raise IncidentNotFound(f"there is no incident {incident_id}")
        due_at = at_business_time(due_on + timedelta(days=1), 0)
        if not await repository.take_incident(work, incident_id, due_at):
            raise IncidentClosed("the incident is closed already: load the list again")
        facts = {"incident": incident.kind.value, "on": due_on.isoformat()}
        await work.announce(Noted("recordings.incident_taken", f"recording_incident:{incident_id}", facts))

    async def list(
        self, work: Work, *, closed: bool | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[IncidentCard]:
        """Returns a page of incidents of the actor's scope, the newest first; ``closed``: only those, or the open."""
        rows = await repository.list_incidents(work, closed=closed, before=before, limit=limit)
        return [incident_of(row, self._vault) for row in rows]

    async def list_open(self, work: Work) -> Sequence[IncidentCard]:
        """Returns the open incidents of calls of the actor's scope, the oldest first."""
        return [incident_of(row, self._vault) for row in await repository.list_open_incidents(work)]
