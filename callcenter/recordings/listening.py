"""Finds recordings and opens them for hearing: it needs a right, and each hearing is logged (requirement R5)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID

from callcenter.kit.actor import Actor
from callcenter.kit.clock import at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import NotAllowed
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.types import Right
from callcenter.recordings import repository
from callcenter.recordings.cards import access_of, card_of
from callcenter.recordings.errors import NothingToHear, RecordingNotFound
from callcenter.recordings.models import Recording, RecordingAccess
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.types import (
    ACCESS_WHY,
    AccessAct,
    AccessCard,
    Audio,
    RecordingCard,
    RecordingState,
)
from callcenter.storage.port import ObjectStore

_HEARD_AT_MOST = 24 * 60 * 60 * 1000
"""Milliseconds that one access can report."""


class ListeningService:
    """Reads recordings for people and for other rooms."""

    def __init__(self, store: ObjectStore, settings: RecordingSettings, vault: Vault) -> None:
        self._store = store
        self._settings = settings
        self._vault = vault

    async def stored(self, work: Work, call_id: UUID) -> bool:
        """Returns whether the call's recording is stored: locked in the store and read back."""
        row = await repository.find(work, call_id)
        return row is not None and row.state is RecordingState.STORED

    async def any_stored(self, work: Work) -> bool:
        """Returns whether the recording of any call is stored, of the whole bank."""
        return await repository.any_stored(work)

    async def count_stored(self, work: Work, on: date) -> int:
        """Counts the stored recordings of one business day's calls, within the actor's scope."""
        start = at_business_time(on, 0)
        return await repository.count_stored(work, start, start + timedelta(days=1))

    async def find(self, work: Work, call_id: UUID) -> RecordingCard:
        """Returns the recording of a call of the actor's scope. Raises RecordingNotFound."""
        return card_of(await self._row(work, call_id))

    async def open_audio(self, work: Work, actor: Actor, call_id: UUID, why: str) -> Audio:
        """Logs the access with its reason and returns the place of the audio.

        Raises NotAllowed, ReasonMissing, RecordingNotFound, NothingToHear. The log entry commits with the request that
        opens the audio, so no audio is sent without it.
        """
        if Right.LISTEN_RECORDINGS not in actor.rights:
            raise NotAllowed(f"hearing a recording needs the right {Right.LISTEN_RECORDINGS}", rule="R5")
        why = require_reason(why, "hearing a recording", rule="R5")
        row = await self._row(work, call_id)
        if row.state is not RecordingState.STORED:
            raise NothingToHear(f"the recording is {row.state}: there is no object to play")
        assert row.object_key
        assert row.version_id
        assert row.sha256
        assert row.size_bytes is not None
        if await self._recent(work, row.id, why) is None:
            place = ACCESS_WHY.place(row.id, work.actor.label, work.now)
            repository.log_access(work, row.id, AccessAct.LISTEN, self._vault.seal(why, place))
            await work.announce(Noted("recordings.listened", f"call:{call_id}", {"why": why}))
        return Audio(call_id, row.object_key, row.version_id, row.size_bytes, row.sha256)

    async def note_heard(self, work: Work, call_id: UUID, why: str, heard_ms: int) -> None:
        """Notes how much of a recording the actor has played at the access of this reason. Raises RecordingNotFound.

        Later reports of the same access only add; without a recent access there is nothing to note.
        """
        row = await self._row(work, call_id)
        access = await self._recent(work, row.id, why.strip())
        if access is not None:
            heard_ms = min(heard_ms, _HEARD_AT_MOST)
            access.heard_ms = max(access.heard_ms or 0, heard_ms)

    async def read(self, audio: Audio, *, offset: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Streams the bytes of an opened recording, or a part of them."""
        return await self._store.get(audio.object_key, audio.version_id, offset=offset, length=length)

    async def accesses(self, work: Work, call_id: UUID) -> list[AccessCard]:
        """Returns the accesses to a recording, the oldest first. Raises RecordingNotFound."""
        row = await self._row(work, call_id)
        return [access_of(access, self._vault) for access in await repository.list_accesses(work, row.id)]

    async def _recent(self, work: Work, recording_id: int, why: str) -> RecordingAccess | None:
        """Returns the access by which the actor heard the recording for the same reason just now.

        A player requests many parts of one recording; together they are one hearing.
        """
        window = self._settings.access_window
        recent = await repository.list_recent_accesses(work, recording_id, AccessAct.LISTEN, window)
        same = (access for access in recent if self._vault.open(access.why_sealed, ACCESS_WHY.at(access)) == why)
        return next(same, None)

    async def _row(self, work: Work, call_id: UUID) -> Recording:
        row = await repository.find_within(work, call_id)
        if row is None:
            raise RecordingNotFound(f"the call {call_id} has no recording")
        return row
