"""Use cases of a recording beside the pipeline: arm, judge, compare with the calls, find, hear."""

import dataclasses
import os
from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from callcenter.calls.types import CallCard, RecordingFacts
from callcenter.kit.actor import SYSTEM, Actor
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.errors import NotAllowed, Refusal
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.types import Right
from callcenter.recordings import repository
from callcenter.recordings.errors import IncidentNotFound, NothingToHear, ReasonMissing, RecordingNotFound
from callcenter.recordings.models import Incident, Recording, RecordingAccess
from callcenter.recordings.repository import Search
from callcenter.recordings.rules import complete, recorder_verdict
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.types import (
    AccessAct,
    Audio,
    IncidentKind,
    LengthVerdict,
    Reconciliation,
    RecorderVerdict,
    RecordingIncident,
    RecordingState,
)
from callcenter.storage.port import ObjectStore
from recordings_policy import Contract, Facts, Policy, Verdict, decide

log = get_logger(__name__)

KEY_PREFIX = "recordings/"

GAPS = (IncidentKind.MISSING, IncidentKind.NO_AUDIO, IncidentKind.WRONG_LENGTH, IncidentKind.LATE)
"""What the comparison of calls and recordings opens, and closes again."""


class CallReads(Protocol):
    """What this room asks the calls room."""

    async def cards(self, work: Work, call_ids: Iterable[UUID]) -> dict[UUID, CallCard]: ...

    async def recording_facts(self, work: Work, call_id: UUID) -> RecordingFacts | None: ...

    async def answered_since(self, work: Work, since: datetime) -> list[RecordingFacts]: ...


@dataclasses.dataclass(frozen=True, slots=True)
class RetentionFacts:
    """What rooms above know about a recording's fate. Given whole each time; see recordings_policy."""

    contract: Contract | None = None
    dispute_open: bool = False
    dispute_ended_on: date | None = None
    legal_hold: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "contract_starts_on": self.contract.starts_on.isoformat() if self.contract else None,
            "contract_ends_on": self.contract.ends_on.isoformat() if self.contract and self.contract.ends_on else None,
            "dispute_open": self.dispute_open,
            "dispute_ended_on": self.dispute_ended_on.isoformat() if self.dispute_ended_on else None,
            "legal_hold": self.legal_hold,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "RetentionFacts":
        def day(name: str) -> date | None:
            return date.fromisoformat(stored[name]) if stored.get(name) else None

        starts_on = day("contract_starts_on")
        return cls(
            contract=Contract(starts_on, day("contract_ends_on")) if starts_on else None,
            dispute_open=stored.get("dispute_open", False),
            dispute_ended_on=day("dispute_ended_on"),
            legal_hold=stored.get("legal_hold", False),
        )


class RecordingService:
    """Rows, incidents, access. The engine's ``RecordingPipeline`` moves the audio."""

    def __init__(
        self, calls: CallReads, store: ObjectStore, policy: Policy, settings: RecordingSettings, node: str
    ) -> None:
        self._calls = calls
        self._store = store
        self._policy = policy
        self._settings = settings
        self._node = node

    # -- before the call

    async def arm(self, work: Work, call_id: UUID, node: str | None = None) -> None:
        """Notes that a recording is to come, in the transaction that lets the call be dialled. Safe to repeat."""
        await repository.arm(work, call_id, node or self._node)

    def ready(self) -> RecorderVerdict:
        """Whether a call placed now could be recorded. Quick: two questions to the file system."""
        spool = self._settings.spool_dir
        writable = spool.is_dir() and os.access(spool, os.W_OK | os.X_OK)
        disk = os.statvfs(spool) if writable else None
        return recorder_verdict(
            writable=writable,
            free_bytes=disk.f_bavail * disk.f_frsize if disk else 0,
            min_free_bytes=self._settings.min_free_bytes,
        )

    # -- how long it is kept

    def judge(self, recording: Recording, now: datetime) -> Verdict:
        """Until when the policy wants it kept, by what is known now."""
        known = RetentionFacts.from_json(recording.retention_facts)
        return decide(
            Facts(
                recorded_at=recording.ended_at or recording.armed_at,
                contract=known.contract,
                dispute_open=known.dispute_open,
                dispute_ended_on=known.dispute_ended_on,
                legal_hold=known.legal_hold,
            ),
            self._policy,
            now,
        )

    async def extend_retention(self, work: Work, call_id: UUID, facts: RetentionFacts) -> Verdict:
        """Takes note of a contract, a dispute or a hold. The lock follows by ``keep_locked``; it never gets shorter."""
        recording = await self._locked(work, call_id)
        recording.retention_facts = facts.to_json()
        verdict = self.judge(recording, work.now)
        write_verdict(recording, verdict)
        await work.announce(
            Noted(
                "recordings.retention_judged",
                f"call:{call_id}",
                {"rule": verdict.rule.value, "retain_until": verdict.retain_until.isoformat()},
            )
        )
        return verdict

    async def keep_locked(self, works: Works, *, limit: int = 200) -> int:
        """Lengthens and renews locks in the store. Returns how many; what fails is due again next time."""
        async with works.begin() as work:
            renew_before = work.now + timedelta(days=self._policy.renew_before_days)
            due = await repository.to_lengthen(work, renew_before, limit)
        done = 0
        for recording in due:
            async with works.begin() as work:
                row = await self._locked(work, recording.call_id)
                write_verdict(row, self.judge(row, work.now))
                key, version_id, until, held = row.object_key, row.version_id, row.wanted_until, row.retain_until
            if key is None or version_id is None or until is None or held is None or until <= held:
                continue
            try:
                await self._store.extend(key, version_id, until)
                confirmed = (await self._store.stat(key, version_id)).retain_until
            except Refusal as refusal:
                log.warning("lock not lengthened", call_id=str(recording.call_id), error=refusal.code)
                continue
            if confirmed is not None:
                async with works.begin() as work:
                    await repository.set_lock(work, recording.call_id, confirmed)
                done += 1
        return done

    # -- does every answered call have its recording

    async def reconcile(self, work: Work) -> Reconciliation:
        """Compares answered calls with recordings, opens incidents and closes those that are over (requirement R4)."""
        calls = {
            call.call_id: call
            for call in await self._calls.answered_since(work, work.now - self._settings.reconcile_back)
            if call.ended
        }
        for known in await repository.open_incidents(work, GAPS):  # older than we look back
            if known.call_id not in calls and (call := await self._calls.recording_facts(work, known.call_id)):
                calls[call.call_id] = call
        rows = await repository.of_calls(work, calls)
        complete_ones = waiting = opened = closed = 0
        gaps: list[UUID] = []
        for call_id, call in calls.items():
            row = rows.get(call_id)
            if row is not None:
                copy_facts(row, call)
            gap = self._gap(call, row, work.now)
            if gap is None:
                is_stored = row is not None and row.state is RecordingState.STORED
                complete_ones += is_stored
                waiting += not is_stored
                if is_stored:
                    closed += await repository.close_incidents(
                        work, call_id, GAPS, "the recording is complete", SYSTEM.label
                    )
                continue
            kind, detail = gap
            gaps.append(call_id)
            closed += await repository.close_incidents(
                work, call_id, [other for other in GAPS if other is not kind], f"now known as {kind}", SYSTEM.label
            )
            opened += await self.open_incident(work, kind, call_id, detail)
        return Reconciliation(
            answered=len(calls),
            complete=complete_ones,
            waiting=waiting,
            gaps=tuple(gaps),
            opened=opened,
            closed=closed,
            open_incidents=len(await repository.open_incidents(work)),
        )

    def _gap(self, call: RecordingFacts, row: Recording | None, now: datetime) -> tuple[IncidentKind, str] | None:
        """What is wrong with an answered call's recording; None when nothing is, or when it may still come."""
        ended_at = call.ended_at or now
        if row is None:
            return IncidentKind.MISSING, "answered, and no recording was ever armed"
        match row.state:
            case RecordingState.STORED:
                assert row.duration is not None
                verdict = self._length(call, row.duration, ended_at)
                return None if verdict.complete else (IncidentKind.WRONG_LENGTH, verdict.reason)
            case RecordingState.EMPTY:
                if call.end_estimated and self._length(call, timedelta(0), ended_at).complete:
                    return None  # cut off so early that nothing of it had reached the disk
                return IncidentKind.NO_AUDIO, "answered, and the recorder heard nothing"
            case RecordingState.FAILED:
                return IncidentKind.MISSING, "answered, and no file appeared"
            case RecordingState.ARMED | RecordingState.CAPTURED:
                if ended_at + self._settings.store_within <= now:
                    return IncidentKind.LATE, f"still {row.state} at {now.isoformat(timespec='seconds')}"
        return None

    def _length(self, call: RecordingFacts, recorded: timedelta, ended_at: datetime) -> LengthVerdict:
        answered_at = call.answered_at or ended_at
        return complete(
            recorded,
            max(ended_at - answered_at, timedelta(0)),
            ended_at - (call.dialled_at or answered_at),
            tolerance=self._settings.tolerance,
            end_estimated=self._settings.unflushed if call.end_estimated else None,
        )

    async def inspect_objects(self, works: Works, on: date) -> list[UUID]:
        """Compares one day's rows with what the store really holds; returns the calls that do not fit."""
        async with works.begin() as work:
            start = at_business_time(on, 0)
            rows = {row.call_id: row for row in await repository.armed_between(work, start, start + timedelta(days=1))}
        held: dict[str, list[tuple[str, int]]] = {}
        for version in await self._store.list_versions(day_prefix(on)):
            held.setdefault(version.key, []).append((version.version_id, version.size))
        wrong: list[UUID] = []
        async with works.begin() as work:
            for row in rows.values():
                if row.state is not RecordingState.STORED or row.object_key is None:
                    continue
                versions = held.get(row.object_key, [])
                whole = (row.version_id, row.size_bytes) in versions
                spare = [one for one, _ in versions if one != row.version_id and one not in row.discarded]
                for kind, is_wrong, detail in (
                    (IncidentKind.OBJECT_GONE, not whole, "the store does not hold this version in this size"),
                    (IncidentKind.EXTRA_OBJECT, bool(spare), f"{len(spare)} versions nobody can account for"),
                ):
                    if is_wrong:
                        await self.open_incident(work, kind, row.call_id, detail)
                    else:
                        await repository.close_incidents(work, row.call_id, [kind], "found right", SYSTEM.label)
                if not whole or spare:
                    wrong.append(row.call_id)
        return wrong

    async def open_incident(self, work: Work, kind: IncidentKind, call_id: UUID, detail: str) -> bool:
        """Opens and announces it once; False when it is open already."""
        if not await repository.open_incident(work, kind, call_id, detail):
            return False
        log.warning("recording incident", kind=kind.value, call_id=str(call_id), detail=detail)
        await work.announce(RecordingIncident(kind=kind, call_id=call_id, at=work.now))
        return True

    async def close_incident(self, work: Work, incident_id: int, reason: str) -> None:
        """A person has looked and says why it is settled. The next comparison opens it again if it is not."""
        if not reason.strip():
            raise ReasonMissing("say why the incident is settled")
        incident = await repository.incident(work, incident_id)
        if incident is None:
            raise IncidentNotFound("there is no such incident")
        if incident.closed_at is None:
            incident.closed_at, incident.closed_by, incident.closing_reason = work.now, work.actor.label, reason
            await work.announce(Noted("recordings.incident_closed", f"recording_incident:{incident_id}"))

    async def open_incidents(self, work: Work) -> list[Incident]:
        return await repository.open_incidents(work)

    # -- finding and hearing

    async def stored(self, work: Work, call_id: UUID) -> bool:
        """Whether the call's recording lies under lock, read back."""
        row = await repository.find(work, call_id)
        return row is not None and row.state is RecordingState.STORED

    async def count_stored(self, work: Work, on: date) -> int:
        """Recordings of one business day's calls that lie under lock."""
        start = at_business_time(on, 0)
        return await repository.count_stored(work, start, start + timedelta(days=1))

    async def count_waiting(self, work: Work) -> int:
        """Recordings of this node that are still being made, encoded or stored."""
        return len(await repository.unfinished(work, self._node))

    async def take_facts(self, work: Work, call_id: UUID) -> None:
        """Copies what the call is by now (its disposition comes after the recording is stored)."""
        row = await repository.find(work, call_id)
        facts = await self._calls.recording_facts(work, call_id)
        if row is not None and facts is not None:
            copy_facts(row, facts)

    async def find(self, work: Work, call_id: UUID) -> Recording:
        row = await repository.find(work, call_id)
        if row is None:
            raise RecordingNotFound("this call has no recording")
        return row

    async def search(
        self, work: Work, search: Search, *, before: int | None = None, limit: int = 50
    ) -> list[Recording]:
        return await repository.list_page(work, search, before=before, limit=limit)

    async def open_audio(self, work: Work, actor: Actor, call_id: UUID, why: str) -> Audio:
        """Logs who hears what and why, and says where it lies (requirement R5)."""
        if Right.LISTEN_RECORDINGS not in actor.rights:
            raise NotAllowed(f"this needs the right {Right.LISTEN_RECORDINGS}", rule="R5")
        if not why.strip():
            raise ReasonMissing("say why you listen: it is logged")
        row = await self.find(work, call_id)
        if row.state is not RecordingState.STORED:
            raise NothingToHear(f"the recording is {row.state}: there is no object to play")
        assert row.object_key
        assert row.version_id
        assert row.sha256
        assert row.size_bytes is not None
        if await repository.log_access(work, row.id, AccessAct.LISTEN, why.strip(), self._settings.access_window):
            await work.announce(Noted("recordings.listened", f"call:{call_id}", {"why": why.strip()}))
        return Audio(call_id, row.object_key, row.version_id, row.size_bytes, row.sha256)

    async def read(self, audio: Audio, *, offset: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of an opened recording, or a part of them."""
        return await self._store.get(audio.object_key, audio.version_id, offset=offset, length=length)

    async def accesses(self, work: Work, call_id: UUID) -> list[RecordingAccess]:
        """Who has heard it, the first first."""
        return await repository.accesses(work, (await self.find(work, call_id)).id)

    async def _locked(self, work: Work, call_id: UUID) -> Recording:
        row = await repository.find(work, call_id, lock=True)
        if row is None:
            raise RecordingNotFound("this call has no recording")
        return row


def write_verdict(row: Recording, verdict: Verdict) -> None:
    """The policy's answer beside the recording. It may be earlier than a lock that stands; that one then stays."""
    row.wanted_until = verdict.retain_until
    row.open_ended = verdict.open_ended
    row.policy_version = verdict.policy_version
    row.policy_rule = verdict.rule.value
    row.policy_reason = verdict.reason


def copy_facts(row: Recording, call: RecordingFacts | CallCard) -> None:
    row.agent_id, row.lead_id, row.campaign_id = call.agent_id, call.lead_id, call.campaign_id
    row.disposition, row.answered_at, row.ended_at = call.disposition, call.answered_at, call.ended_at


def day_prefix(on: date) -> str:
    return f"{KEY_PREFIX}{on:%Y/%m/%d}/"


def object_key(call_id: UUID, armed_at: datetime) -> str:
    """Where the object lies: it can be found from the call alone."""
    return f"{day_prefix(business_date(armed_at))}{call_id}.flac"
