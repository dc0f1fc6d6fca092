"""Makes the certificate: reads, judges, names. It changes nothing and opens no incident."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from callcenter.audit.certificate import queries
from callcenter.audit.certificate.facts import held_against_notes
from callcenter.audit.certificate.queries import StoredRecording
from callcenter.audit.certificate.remarks import Besides, FindingCode, Remark
from callcenter.audit.certificate.rules import (
    AnsweredCall,
    ComplaintCase,
    Settled,
    Windows,
    complaint_problems,
    lock_problem,
    permission_problem,
    recording_problem,
    settled_by,
    shown,
    standing_of,
)
from callcenter.audit.certificate.seals import held_in_place
from callcenter.audit.certificate.types import (
    Certificate,
    Finding,
    Limits,
    Period,
    Section,
    SectionId,
    Standing,
    days_of,
)
from callcenter.audit.service import AuditService
from callcenter.audit.types import Anchor, Fault
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.recordings.types import INCIDENT_WORDS
from callcenter.storage.port import ObjectMissing, ObjectStore, StoreUnavailable

DEFAULTS = Limits()
RECORDINGS = "recordings/"
"""Where the store keeps recordings: a folder per business day."""

_BROKEN = {
    Fault.CHANGED: FindingCode.ENTRY_CHANGED,
    Fault.REMOVED: FindingCode.ENTRIES_REMOVED,
    Fault.UNCHAINED: FindingCode.ENTRY_UNCHAINED,
}


class CertificateService:
    def __init__(
        self,
        audit: AuditService,
        store: ObjectStore | None = None,
        limits: Limits = DEFAULTS,
        vault: Vault | None = None,
    ) -> None:
        """``vault``: opens the sealed values; without one their section looks at nothing."""
        self._vault = vault
        self._audit = audit
        self._store = store
        self._limits = limits

    async def certify(
        self,
        work: Work,
        since: datetime,
        until: datetime,
        *,
        with_store: bool = False,
        restarts: int | None = None,
        anchors: Sequence[Anchor] = (),
    ) -> Certificate:
        """Looks at everything dialled, given out, recorded and complained of from ``since`` to before ``until``.

        ``with_store``: ask the object store for each recording too; that takes a request each. ``restarts`` is printed
        as given. ``anchors``: chain heads of earlier certificates.
        """
        if since >= until:
            raise ValueError("a period ends after it begins")
        period = Period(since, until)
        sections = [
            *await self._dialling(work, period),
            await self._one_call(work, period),
            await self._caps(work, period),
            *await self._assignments(work, period),
            *await self._protections(work, period),
            await self._recordings(work, period),
        ]
        if with_store:
            sections.append(await self._objects(work, period))
        incidents = await queries.open_incidents(work.session, period)
        cases = await queries.complaint_cases(work.session, period)
        standings = Counter(standing_of(case, work.now) for case in cases)
        chain = await self._audit.verify_chain(work, anchors)
        figures = await queries.figures(
            work.session,
            period,
            queries.CountedElsewhere(
                complaints_due=len(cases),
                complaints_done=standings[Standing.DONE],
                complaints_within_time=standings[Standing.WITHIN_TIME],
                complaints_overdue=standings[Standing.OVERDUE],
                audit_entries=chain.entries,
                incidents_open=len(incidents),
                restarts=restarts,
            ),
        )
        sections += [
            Section(
                id=SectionId.INCIDENTS,
                checked=await queries.count_recordings(work.session, period),
                exceptions=incidents,
            ),
            await self._complaints(work, period, cases, standings),
            Section(
                id=SectionId.OPEN_CALLS,
                checked=figures.planned,
                exceptions=await queries.left_open(work.session, period, work.now - self._limits.open_after),
                notes=await queries.with_unknown_outcome(work.session, period),
            ),
            Section(
                id=SectionId.CHAIN,
                checked=chain.entries,
                exceptions=tuple(
                    Finding(f"audit_entry:{broken.entry_id}", Remark(_BROKEN[broken.fault], {"detail": broken.detail}))
                    for broken in chain.broken
                ),
            ),
        ]
        sections.append(await held_in_place(work, self._vault))
        # Last of all: from here on the database writes instants in UTC.
        sections += await held_against_notes(work, period, self._limits)
        return Certificate(
            period=period, made_at=work.now, figures=figures, sections=tuple(sections), chain_head=chain.head
        )

    async def _dialling(self, work: Work, period: Period) -> list[Section]:
        """Judges each dialled call by itself: law 1, and the window of law 2."""
        history = await queries.history(work.session)
        windows = Windows(history, self._limits)
        dialled = 0
        unpermitted: list[Finding] = []
        outside: list[Finding] = []
        async for call in queries.stream_dialled(work.session, period):
            dialled += 1
            if problem := permission_problem(call, history, self._limits):
                unpermitted.append(Finding(f"call:{call.id}", problem, call.dialled_at))
            if problem := windows.problem(call):
                outside.append(Finding(f"call:{call.id}", problem, call.dialled_at))
        unwritten = await queries.dialled_unwritten(work.session, period, self._limits)
        return [
            Section(id=SectionId.PERMISSION, checked=dialled, exceptions=(*unpermitted, *unwritten)),
            Section(id=SectionId.WINDOW, checked=dialled, exceptions=tuple(outside)),
        ]

    async def _one_call(self, work: Work, period: Period) -> Section:
        return Section(
            id=SectionId.ONE_CALL,
            checked=await queries.count_dialled(work.session, period),
            exceptions=await queries.overlaps(work.session, period, self._limits),
        )

    async def _caps(self, work: Work, period: Period) -> Section:
        return Section(
            id=SectionId.CAPS,
            checked=await queries.count_called_numbers(work.session, period),
            exceptions=(
                *await queries.over_caps(work.session, period, self._limits),
                *await queries.too_soon(work.session, period, self._limits),
            ),
        )

    async def _assignments(self, work: Work, period: Period) -> list[Section]:
        agents, leads = await queries.count_assignments(work.session, period)
        return [
            Section(
                id=SectionId.QUOTA,
                checked=agents,
                exceptions=await queries.over_quota(work.session, period, self._limits),
            ),
            Section(
                id=SectionId.ONE_AGENT,
                checked=leads,
                exceptions=await queries.assigned_twice(work.session, period, self._limits),
            ),
        ]

    async def _protections(self, work: Work, period: Period) -> list[Section]:
        marketing = await queries.count_marketing(work.session, period)
        return [
            Section(
                id=SectionId.DO_NOT_CALL,
                checked=marketing,
                exceptions=(
                    *await queries.against_do_not_call(work.session, period),
                    *await queries.refusals_not_entered(work.session, period),
                ),
            ),
            Section(
                id=SectionId.LEGAL_BASIS,
                checked=marketing,
                exceptions=await queries.without_basis(work.session, period),
            ),
        ]

    async def _recordings(self, work: Work, period: Period) -> Section:
        """Judges law 3. A gap that an incident names, open or closed for good, is a note: incidents have a section."""
        answered = 0
        exceptions: list[Finding] = []
        notes: list[Finding] = []
        async for call in queries.stream_answered(work.session, period):
            answered += 1
            subject = f"call:{call.id}"
            problem = recording_problem(call, self._limits, work.now)
            if problem is None:
                if call.end_estimated:
                    notes.append(Finding(subject, _cut_off(call), call.ended_at))
            elif call.incident:
                notes.append(Finding(subject, replace(problem, besides=Besides.INCIDENT_OPEN), call.ended_at))
            elif (settled := settled_by(call, problem)) is not None:
                facts = {**problem.facts, "reason": self._words(settled)}
                notes.append(Finding(subject, Remark(problem.code, facts, Besides.INCIDENT_SETTLED), call.ended_at))
            elif call.waits_for(self._limits.store_within, work.now):
                notes.append(Finding(subject, replace(problem, besides=Besides.MAY_COME), call.ended_at))
            else:
                exceptions.append(Finding(subject, problem, call.ended_at))
        shared = await queries.sharing_objects(work.session, period)
        return Section(id=SectionId.RECORDING, checked=answered, exceptions=(*exceptions, *shared), notes=tuple(notes))

    def _words(self, settled: Settled) -> str:
        """Returns why an incident was closed for good; without keys, which incident it was."""
        if self._vault is None:
            return f"recording_incident:{settled.incident_id}"
        return self._vault.open_words(settled.words_sealed, INCIDENT_WORDS.place(settled.incident_id))

    async def _objects(self, work: Work, period: Period) -> Section:
        """Compares rows and store (requirement R2). Stops when the store does not answer."""
        if self._store is None:
            raise ValueError("a certificate with the store needs a store")
        stored = await queries.stored_recordings(work.session, period)
        exceptions: list[Finding] = []
        checked = 0
        for first in range(0, len(stored), self._limits.store_width):
            batch = stored[first : first + self._limits.store_width]
            try:
                problems = await asyncio.gather(*(self._object_problem(self._store, row, work.now) for row in batch))
            except StoreUnavailable:
                left = len(stored) - checked
                exceptions.append(Finding("store", Remark(FindingCode.STORE_SILENT, {"left": left}), work.now))
                break
            checked += len(batch)
            exceptions += [
                Finding(f"call:{row.call_id}", problem)
                for row, problem in zip(batch, problems, strict=True)
                if problem is not None
            ]
        else:
            exceptions += await self._without_row(work, period, self._store)
        return Section(id=SectionId.STORE, checked=checked, exceptions=tuple(exceptions))

    async def _without_row(self, work: Work, period: Period, store: ObjectStore) -> list[Finding]:
        """Finds objects of the period's days that no recording names: the row of the recording was removed."""
        keys: list[str] = []
        try:
            for on in days_of(period):
                keys += sorted({version.key for version in await store.list_versions(f"{RECORDINGS}{on:%Y/%m/%d}/")})
        except StoreUnavailable:
            return [Finding("store", Remark(FindingCode.STORE_SILENT, {"left": 0}), work.now)]
        known = await queries.stored_keys(work.session, keys)
        return [
            Finding(f"call:{key.rsplit('/', 1)[-1].partition('.')[0]}", Remark(FindingCode.OBJECT_WITHOUT_ROW))
            for key in keys
            if key not in known
        ]

    async def _object_problem(self, store: ObjectStore, row: StoredRecording, now: datetime) -> Remark | None:
        try:
            stored = await store.stat(row.object_key, row.version_id)
        except ObjectMissing:
            return Remark(FindingCode.OBJECT_GONE)
        if stored.size != row.size_bytes:
            return Remark(FindingCode.OBJECT_SIZE, {"held": stored.size, "stored": row.size_bytes})
        if stored.sha256 != row.sha256:
            return Remark(FindingCode.OBJECT_HASH)
        if stored.retain_until is not None and row.retain_until is not None and stored.retain_until < row.retain_until:
            return Remark(FindingCode.OBJECT_LOCK)
        return lock_problem(stored.retain_until, row.wanted_until, now)

    async def _complaints(
        self, work: Work, period: Period, cases: Sequence[ComplaintCase], standings: Mapping[Standing, int]
    ) -> Section:
        exceptions: list[Finding] = []
        notes: list[Finding] = []
        for case in cases:
            subject = f"complaint:{case.id}"
            problems = [Finding(subject, what, case.opened_at) for what in complaint_problems(case, work.now)]
            exceptions += problems
            if not case.done and not problems:
                facts = {"due": shown(case.answer_due_at), "tried": case.tried}
                notes.append(Finding(subject, Remark(FindingCode.WITHIN_TIME, facts), case.opened_at))
            elif case.done_at is not None and case.done_at > case.answer_due_at:
                notes.append(Finding(subject, Remark(FindingCode.CALLED_BACK_LATE), case.done_at))
        astray = await queries.complaints_astray(work.session, period)
        return Section(
            id=SectionId.COMPLAINTS,
            checked=len(cases),
            exceptions=(*exceptions, *astray),
            notes=tuple(notes),
            standings={standing: standings[standing] for standing in Standing} if cases else {},
        )


def _cut_off(call: AnsweredCall) -> Remark:
    if call.duration is None or not call.duration:
        return Remark(FindingCode.CUT_OFF_UNWRITTEN)
    return Remark(FindingCode.CUT_OFF, {"recorded": f"{call.duration.total_seconds():.1f}"})
