"""Lists and ends the log-ins of a person: one's own, and for administrators those of others (requirement S1)."""

from collections.abc import Sequence
from datetime import timedelta

from callcenter.kit.actor import session_topic
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people import repository
from callcenter.people.errors import SessionNotFound
from callcenter.people.hashing import token_hash
from callcenter.people.records import SessionCard
from callcenter.people.rules import session_alive
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import LoggedOut


class LogInService:
    """Lists and ends log-ins that are open."""

    def __init__(self, settings: PeopleSettings) -> None:
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self.idle_minutes = settings.session_idle_minutes
        """A browser that is not used for so long logs its person out."""

    async def list(self, work: Work, staff_id: int, *, token: str = "") -> Sequence[SessionCard]:
        """Returns a person's open log-ins, the one used last first; ``token`` is that of the session that asks."""
        own = token_hash(token) if token else None
        return [
            SessionCard(
                id=row.id,
                created_at=row.created_at,
                seen_at=row.seen_at,
                expires_at=row.expires_at,
                address=row.address,
                current=row.token_sha256 == own,
            )
            for row in await repository.list_sessions(work.session, staff_id)
            if session_alive(
                seen_at=row.seen_at,
                expires_at=row.expires_at,
                ended_at=row.ended_at,
                idle=self._idle,
                now=work.now,
            )
        ]

    async def end(self, work: Work, staff_id: int, session_id: int | None, reason: str) -> int:
        """Ends one log-in of a person, or all of them; returns how many. Raises ReasonMissing, SessionNotFound."""
        why = require_reason(reason, "ending the log-ins of another person", rule="S1")
        ended = await repository.end_sessions(work.session, work.now, staff_id=staff_id, session_id=session_id)
        await self._announce(work, staff_id, len(ended), session_id)
        if ended:
            facts = {"count": len(ended), "reason": why}
            await work.announce(Noted("people.sessions_ended", f"staff:{staff_id}", facts))
        return len(ended)

    async def end_own(self, work: Work, staff_id: int, session_id: int | None, *, token: str) -> int:
        """Ends one of one's own log-ins, or all but the one that asks; returns how many. Raises SessionNotFound."""
        but = token_hash(token) if session_id is None else None
        ended = await repository.end_sessions(work.session, work.now, staff_id=staff_id, session_id=session_id, but=but)
        await self._announce(work, staff_id, len(ended), session_id)
        if ended:
            await work.announce(Noted("people.own_sessions_ended", f"staff:{staff_id}", {"count": len(ended)}))
        return len(ended)

    async def _announce(self, work: Work, staff_id: int, ended: int, session_id: int | None) -> None:
        if not ended:
            if session_id is not None:
                raise SessionNotFound("this log-in has ended already: refresh the list")
            return
        await work.notify(session_topic(staff_id))
        if not await repository.has_session(work.session, staff_id, used_since=work.now - self._idle):
            await work.announce(LoggedOut(staff_id))
