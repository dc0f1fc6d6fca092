"""Makes certificates on demand, each by a job that keeps it; its hash is in the trail (requirement S4)."""

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from callcenter.audit.anchors import AnchorService
from callcenter.audit.certificate.report import as_json
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.errors import CertificateNotFound, PeriodInvalid
from callcenter.audit.types import Anchor, Days
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, Report
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.storage.port import StoreUnavailable

KIND = "audit.certificate"
LONGEST = timedelta(days=366)


class CertifyingService:
    def __init__(self, certificates: CertificateService, anchors: AnchorService, jobs: Jobs) -> None:
        self._certificates = certificates
        self._anchors = anchors
        self._jobs = jobs

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns job kind → job handler."""

        async def perform(job: JobCard, report: Report) -> Mapping[str, Any]:
            await report(0)
            return await self._certify(works, job)

        return {KIND: perform}

    async def request(self, work: Work, days: Days, *, with_store: bool) -> JobCard:
        """Requests the certificate of whole days; today's ends now. Raises PeriodInvalid, JobAlreadyOpen."""
        since, until = period_of(days, work.now)
        params = {
            "since": since.isoformat(),
            "until": until.isoformat(),
            "first_on": days.first_on.isoformat(),
            "last_on": days.last_on.isoformat(),
            "with_store": with_store,
        }
        return await self._jobs.enqueue(work, KIND, params, key=f"{KIND}:{days.first_on}:{days.last_on}:{with_store}")

    async def list(self, work: Work, *, before: int | None, limit: int) -> Sequence[JobCard]:
        """Returns the certificates that were made or are being made, the newest first."""
        return await self._jobs.list(work, [KIND], before=before, limit=limit)

    async def find(self, work: Work, job_id: int) -> JobCard:
        """Returns one of them. Raises CertificateNotFound, JobNotFound."""
        card = await self._jobs.card(work, job_id)
        if card.kind != KIND:
            raise CertificateNotFound(f"job {job_id} made no certificate")
        return card

    async def _certify(self, works: Works, job: JobCard) -> Mapping[str, Any]:
        anchors: Sequence[Anchor] = ()
        if job.params["with_store"]:
            # A store that does not answer is an exception that the certificate itself names.
            with contextlib.suppress(StoreUnavailable):
                anchors = await self._anchors.noted(works.clock.now())
        async with works.begin(job.actor) as work:
            certificate = await self._certificates.certify(
                work,
                datetime.fromisoformat(job.params["since"]),
                datetime.fromisoformat(job.params["until"]),
                with_store=job.params["with_store"],
                anchors=anchors,
            )
            made = as_json(certificate)
            text = json.dumps(made, sort_keys=True, ensure_ascii=False)
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            facts = {
                "first_on": job.params["first_on"],
                "last_on": job.params["last_on"],
                "result": made["result"],
                "sha256": sha256,
            }
            await work.announce(Noted("audit.certified", f"job:{job.id}", facts))
        return {**made, "sha256": sha256}


def period_of(days: Days, now: datetime) -> tuple[datetime, datetime]:
    """Returns the instants of whole business days; the last one ends now if it is today. Raises PeriodInvalid."""
    if days.first_on > days.last_on:
        raise PeriodInvalid("the last day comes before the first: exchange them", days=LONGEST.days)
    if days.last_on > business_date(now):
        raise PeriodInvalid("a certificate is about what has happened: choose days up to today", days=LONGEST.days)
    if days.last_on - days.first_on >= LONGEST:
        raise PeriodInvalid(f"one certificate covers at most {LONGEST.days} days: make several", days=LONGEST.days)
    return at_business_time(days.first_on, 0), min(now, at_business_time(days.last_on + timedelta(days=1), 0))
