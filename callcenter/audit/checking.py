"""Checks the trail every night and on demand; the result is an entry of the trail, and an alert when it is broken."""

from collections.abc import Mapping
from typing import Any

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.audit.anchors import AnchorService
from callcenter.audit.service import AuditService
from callcenter.audit.types import CHECKED, TRAIL, ChainReport, CheckCard, TrailFilter
from callcenter.kit.jobs import OPEN, JobCard, JobHandler, Jobs, Report
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.storage.port import StoreUnavailable

log = get_logger(__name__)

KIND = "audit.check"
_MOST_PLACES = 20
"""Of a broken trail the entry names the first places; the command ``verify --audit`` names all of them."""


class CheckService:
    def __init__(self, audit: AuditService, anchors: AnchorService, alerts: AlertService, jobs: Jobs) -> None:
        self._audit = audit
        self._anchors = anchors
        self._alerts = alerts
        self._jobs = jobs

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns job kind → job handler."""

        async def perform(job: JobCard, report: Report) -> Mapping[str, Any]:
            await report(0)
            try:
                async with works.begin(job.actor) as work:
                    checked = await self._check(work, noting=False)
            except StoreUnavailable:
                async with works.begin(job.actor) as work:
                    checked = await self._take(work, await self._audit.verify_chain(work), compared=None)
            return {"entries": checked.entries, "broken": len(checked.broken)}

        return {KIND: perform}

    async def request(self, work: Work) -> JobCard:
        """Requests a check. Raises JobAlreadyOpen while one waits or runs."""
        return await self._jobs.enqueue(work, KIND, {}, key=KIND)

    async def running(self, work: Work) -> JobCard | None:
        """Returns the check that waits or runs."""
        return next(iter(await self._jobs.list(work, [KIND], states=OPEN, limit=1)), None)

    async def latest(self, work: Work) -> CheckCard | None:
        """Returns the latest check, by night or on demand; None when the trail was never checked."""
        entries = await self._audit.search(work, TrailFilter(acts=frozenset({CHECKED})), limit=1)
        if not entries:
            return None
        [entry] = entries
        facts = entry.facts
        return CheckCard(
            at=entry.at,
            actor=entry.actor,
            entries=facts["entries"],
            broken=facts["broken"],
            places=tuple(facts["places"]),
            anchors=facts["anchors"],
        )

    async def check_and_note(self, work: Work) -> None:
        """Checks the trail and notes the head of a whole one in the object store. Raises StoreUnavailable."""
        await self._check(work, noting=True)

    async def note_head(self, work: Work) -> None:
        """Notes the head of the trail in the object store, if the trail is whole since the last noted head.

        What it finds broken becomes an entry of the trail and an alert, as by night. Raises StoreUnavailable.
        """
        anchors = await self._anchors.noted_by_hour(work.now)
        latest = max(anchors, key=lambda anchor: anchor.entry_id, default=None)
        if latest is None:
            report = await self._audit.verify_chain(work)
        else:
            report = await self._audit.verify_since(work, latest, anchors)
        if not await self._anchors.note_by_hour(report, work.now) and not report.whole:
            await self._take(work, report, compared=len(anchors))

    async def _check(self, work: Work, *, noting: bool) -> ChainReport:
        anchors = await self._anchors.noted(work.now)
        report = await self._audit.verify_chain(work, anchors)
        if noting and await self._anchors.note(report, work.now):
            log.info("audit head noted", entry=report.head and report.head.entry_id)
        return await self._take(work, report, compared=len(anchors))

    async def _take(self, work: Work, report: ChainReport, *, compared: int | None) -> ChainReport:
        places = [{"entry_id": broken.entry_id, "fault": broken.fault.value} for broken in report.broken[:_MOST_PLACES]]
        facts = {"entries": report.entries, "broken": len(report.broken), "places": places, "anchors": compared}
        await work.announce(Noted(CHECKED, TRAIL, facts))
        if not report.whole:
            log.error("audit trail broken", places=len(report.broken))
            await self._alerts.raise_(work, AlertKind.AUDIT_BROKEN, TRAIL, {})
        return report
