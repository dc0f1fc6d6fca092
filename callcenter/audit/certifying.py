"""Makes certificates on demand, each by a job that keeps it; its hash is in the trail (requirement S4)."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from callcenter.audit.anchors import AnchorService
from callcenter.audit.certificate.report import as_json
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.errors import CertificateNotFound, PeriodInvalid
from callcenter.audit.types import Anchor, Days
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, Report
from callcenter.kit.places import Binding
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.storage.port import StoreUnavailable

KIND = "audit.certificate"
LONGEST = timedelta(days=366)
WORDS = Binding("certificate.words", ("job_id", "section", "list", "number"))
_WITH_WORDS = ("facts", "what_zh", "what_en")
"""What of a finding says the words of a person."""
_Finding = dict[str, Any]


class CertifyingService:
    """Requests, makes and shows certificates.

    A finding that quotes what a person wrote is kept sealed for its certificate. Like the trail, a certificate is never
    sealed again: a note of its fact covers it.
    """

    def __init__(self, certificates: CertificateService, anchors: AnchorService, jobs: Jobs, vault: Vault) -> None:
        self._certificates = certificates
        self._anchors = anchors
        self._jobs = jobs
        self._vault = vault

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
        return card if card.result is None else replace(card, result=self._with_findings(card, self._opened))

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
        return self._with_findings(replace(job, result={**made, "sha256": sha256}), self._sealed)

    def _with_findings(self, job: JobCard, change: Callable[[_Finding, str], _Finding]) -> dict[str, Any]:
        """Returns a certificate with its findings changed; ``change`` gets a finding and its place."""
        made = dict(job.result or {})
        made["sections"] = [
            section
            | {
                name: [
                    change(finding, WORDS.place(job.id, section["id"], name, number))
                    for number, finding in enumerate(section[name])
                ]
                for name in ("exceptions", "notes")
            }
            for section in made["sections"]
        ]
        return made

    def _sealed(self, finding: _Finding, place: str) -> _Finding:
        if "reason" not in finding["facts"]:
            return finding
        words = {name: finding[name] for name in _WITH_WORDS}
        kept = {name: value for name, value in finding.items() if name not in words}
        return kept | {"words_sealed": self._vault.seal(json.dumps(words, ensure_ascii=False), place)}

    def _opened(self, finding: _Finding, place: str) -> _Finding:
        if "words_sealed" not in finding:
            return finding
        words: _Finding = json.loads(self._vault.open(finding["words_sealed"], place))
        return {name: value for name, value in finding.items() if name != "words_sealed"} | words


def period_of(days: Days, now: datetime) -> tuple[datetime, datetime]:
    """Returns the instants of whole business days; the last one ends now if it is today. Raises PeriodInvalid."""
    if days.first_on > days.last_on:
        raise PeriodInvalid("the last day comes before the first: exchange them", days=LONGEST.days)
    if days.last_on > business_date(now):
        raise PeriodInvalid("a certificate is about what has happened: choose days up to today", days=LONGEST.days)
    if days.last_on - days.first_on >= LONGEST:
        raise PeriodInvalid(f"one certificate covers at most {LONGEST.days} days: make several", days=LONGEST.days)
    return at_business_time(days.first_on, 0), min(now, at_business_time(days.last_on + timedelta(days=1), 0))
