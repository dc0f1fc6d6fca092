"""What the tests of this folder use: a spool, calls kept in a dictionary, a store that fails on demand."""

import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np

from callcenter.calls.types import CallCard, CallKind, CallState, CallTimes, Disposition, Outcome, RecordingFacts
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Work, Works
from callcenter.recordings import repository
from callcenter.recordings.arming import ArmingService
from callcenter.recordings.pipeline import RecordingPipeline
from callcenter.recordings.ports import CallReads
from callcenter.recordings.service import RecordingServices
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.types import IncidentCard, RecordingStored
from callcenter.storage.memory import MemoryStore
from callcenter.storage.port import ObjectLocked, ObjectStore, StoredObject, StoreUnavailable
from recordings_policy import load
from tests.support.events import listen
from tests.support.joining import joined
from tests.support.rows import VAULT, Recording

RATE = 8000
NODE = "n1"


class Killed(BaseException):
    """The engine's process is gone at this point."""


class CallTable:
    """The calls room, as far as the recordings room asks it."""

    def __init__(self) -> None:
        self.facts: dict[UUID, RecordingFacts] = {}

    async def cards(self, _work: Work, call_ids: Iterable[UUID]) -> dict[UUID, CallCard]:
        return {call_id: _card(self.facts[call_id]) for call_id in call_ids if call_id in self.facts}

    async def recording_facts(self, _work: Work, call_id: UUID) -> RecordingFacts | None:
        return self.facts.get(call_id)

    async def times(self, _work: Work, call_id: UUID) -> CallTimes | None:
        facts = self.facts.get(call_id)
        if facts is None:
            return None
        return CallTimes(
            dialled_at=facts.dialled_at,
            recording_started_at=facts.dialled_at,
            ringing_at=None,
            answered_at=facts.answered_at,
            ended_at=facts.ended_at,
            disposed_at=None,
        )

    async def answered_since(self, _work: Work, since: datetime) -> list[RecordingFacts]:
        return [
            facts
            for facts in self.facts.values()
            if facts.answered_at is not None and facts.answered_at >= since and facts.ended
        ]

    def change(self, call_id: UUID, **changes: object) -> None:
        self.facts[call_id] = replace(self.facts[call_id], **changes)  # type: ignore[arg-type]


def _card(facts: RecordingFacts) -> CallCard:
    return CallCard(
        id=facts.call_id,
        kind=CallKind.LEAD,
        state=CallState.ENDED if facts.ended else CallState.ANSWERED if facts.answered_at else CallState.DIALLING,
        outcome=facts.outcome,
        disposition=facts.disposition,
        agent_id=facts.agent_id,
        lead_id=facts.lead_id,
        campaign_id=facts.campaign_id,
        assignment_id=None,
        callback_id=None,
        planned_at=facts.dialled_at or datetime.min.replace(tzinfo=UTC),
        dialled_at=facts.dialled_at,
        answered_at=facts.answered_at,
        ended_at=facts.ended_at,
        details={},
    )


@dataclass
class FaultyStore:
    """A store that performs its ``faults``, one per request of that name, and then works."""

    inner: MemoryStore
    faults: dict[str, list[Callable[[], None]]] = field(default_factory=dict)
    puts: int = 0
    flip_on_read: bool = False
    """The next object is read back with a wrong bit."""
    reported_lock: Callable[[datetime | None], datetime | None] = lambda until: until
    """What it reports of its locks."""

    def _fail(self, moment: str) -> None:
        if faults := self.faults.get(moment):
            faults.pop(0)()

    async def prepare(self) -> None:
        await self.inner.prepare()

    async def put(
        self, key: str, file: Path, *, sha256: str, retain_until: datetime, content_type: str
    ) -> StoredObject:
        self._fail("before put")
        stored = await self.inner.put(key, file, sha256=sha256, retain_until=retain_until, content_type=content_type)
        self.puts += 1
        self._fail("after put")
        return self._reported(stored)

    async def stat(self, key: str, version_id: str | None = None) -> StoredObject:
        self._fail("stat")
        return self._reported(await self.inner.stat(key, version_id))

    def _reported(self, stored: StoredObject) -> StoredObject:
        return replace(stored, retain_until=self.reported_lock(stored.retain_until))

    async def get(
        self, key: str, version_id: str | None = None, *, offset: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        self._fail("get")
        stream = await self.inner.get(key, version_id, offset=offset, length=length)
        if not self.flip_on_read:
            return stream
        self.flip_on_read = False
        return _flipped(stream)

    async def list_versions(self, prefix: str) -> list[StoredObject]:
        return await self.inner.list_versions(prefix)

    async def extend(self, key: str, version_id: str, retain_until: datetime) -> None:
        self._fail("extend")
        await self.inner.extend(key, version_id, retain_until)

    async def delete(self, key: str, version_id: str) -> None:
        self._fail("delete")
        await self.inner.delete(key, version_id)


async def _flipped(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in stream:
        yield bytes([chunk[0] ^ 1]) + chunk[1:]


def killed() -> None:
    raise Killed


def locked() -> None:
    raise ObjectLocked("the store refuses it")


def unavailable() -> None:
    raise StoreUnavailable("the store does not answer")


class System:
    """The recordings of one engine: rows, spool, store."""

    def __init__(self, works: Works, bus: Bus, clock: FrozenClock, spool: Path, store: ObjectStore) -> None:
        self.works, self.clock, self.spool, self.store = works, clock, spool, store
        self.calls = CallTable()
        self.settings = RecordingSettings(spool_dir=spool, min_free_bytes=0)
        self.joined = services = joined(VAULT, load(), self.settings)
        services.give(works)
        services.give(self.calls, as_=CallReads)
        services.give(store, as_=ObjectStore)
        services.make(ArmingService, node=NODE)
        self.services = services.get(RecordingServices)
        self.pipeline = self.engine()
        self.announced = listen(bus, RecordingStored)

    def engine(self) -> RecordingPipeline:
        return RecordingPipeline(self.works, self.services, self.calls, self.store, self.settings, NODE)

    async def restart(self) -> None:
        """The engine's process starts again after a crash."""
        self.pipeline = self.engine()
        await self.pipeline.take_over()

    async def dial(self, *, arm: bool = True) -> UUID:
        """Dials a call now."""
        call_id = uuid4()
        self.calls.facts[call_id] = RecordingFacts(
            call_id=call_id,
            kind=CallKind.LEAD,
            node=NODE,
            ended=False,
            end_estimated=False,
            dialled_at=self.clock.now(),
            answered_at=None,
            ended_at=None,
            outcome=None,
            disposition=None,
            agent_id=7,
            lead_id=70,
            campaign_id=1,
        )
        if arm:
            async with self.works.begin() as work:
                await self.services.arming.arm(work, [call_id])
        return call_id

    def answer(self, call_id: UUID) -> None:
        self.calls.change(call_id, answered_at=self.clock.now())

    def end(self, call_id: UUID, *, estimated: bool = False) -> None:
        answered = self.calls.facts[call_id].answered_at is not None
        self.calls.change(
            call_id,
            ended=True,
            end_estimated=estimated,
            ended_at=self.clock.now(),
            outcome=Outcome.ANSWERED if answered else Outcome.NO_ANSWER,
            disposition=Disposition.THINKING if answered else Disposition.NOT_REACHED,
        )

    def record(self, call_id: UUID, seconds: float, *, done: bool = True, tail: bytes = b"") -> None:
        """Writes what the switch's recorder leaves behind."""
        at = np.arange(round(seconds * RATE)) / RATE
        sides = [np.sin(2 * np.pi * hertz * at) * 12000 for hertz in (440, 1000)]
        raw = self.spool / f"{call_id}.raw"
        raw.write_bytes(np.column_stack(sides).astype("<i2").tobytes() + tail)
        if done:
            (self.spool / f"{call_id}.done").touch()

    def make_old(self, call_id: UUID, for_: timedelta) -> None:
        """Makes the raw file look as if it was last written so long ago."""
        raw = self.spool / f"{call_id}.raw"
        before = raw.stat().st_mtime - for_.total_seconds()
        os.utime(raw, (before, before))

    async def talk(self, seconds: float = 3, done: bool = True) -> UUID:
        """Plays an answered call with its recording."""
        call_id = await self.dial()
        self.answer(call_id)
        self.clock.advance(timedelta(seconds=seconds))
        self.end(call_id)
        self.record(call_id, seconds, done=done)
        return call_id

    def files(self) -> set[str]:
        return {file.suffix for file in self.spool.iterdir() if file.name != ".probe"}

    async def row(self, call_id: UUID) -> Recording:
        async with self.works.begin() as work:
            row = await repository.find(work, call_id)
        assert row is not None
        return row

    async def incidents(self) -> Sequence[IncidentCard]:
        async with self.works.begin() as work:
            return await self.services.incidents.list_open(work)

    async def body(self, call_id: UUID) -> bytes:
        row = await self.row(call_id)
        assert row.object_key is not None
        return b"".join([chunk async for chunk in await self.store.get(row.object_key, row.version_id)])

    async def versions(self) -> list[StoredObject]:
        return await self.store.list_versions("recordings/")

    async def is_safe(self, call_id: UUID) -> bool:
        """Returns whether the recording is locked exactly once, whole, and only in the store."""
        row = await self.row(call_id)
        held = [version for version in await self.versions() if str(call_id) in version.key]
        return (
            row.state == "stored"
            and len(held) == 1
            and hashlib.sha256(await self.body(call_id)).hexdigest() == row.sha256
            and not any(str(call_id) in file.name for file in self.spool.iterdir())
            and row.local_removed_at is not None
        )
