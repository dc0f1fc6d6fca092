"""A certificate is made by a job, kept with it, and its hash is in the trail."""

import hashlib
import json
from datetime import timedelta

import pytest

from callcenter.audit.anchors import AnchorService
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certifying import CertifyingService
from callcenter.audit.errors import CertificateNotFound
from callcenter.audit.service import AuditService
from callcenter.audit.settings import AuditSettings
from callcenter.audit.types import Days, TrailFilter
from callcenter.kit.clock import FrozenClock, business_date
from callcenter.kit.jobs import JobAlreadyOpen, Jobs, JobState, perform
from callcenter.kit.work import Works
from callcenter.storage.memory import MemoryStore
from tests.support.rows import VAULT


@pytest.fixture
def certifying(audit: AuditService, store: MemoryStore) -> CertifyingService:
    return CertifyingService(CertificateService(audit, store), AnchorService(store, AuditSettings()), Jobs(), VAULT)


@pytest.mark.parametrize("store_down", [False, True])
async def test_a_certificate_is_made_once_kept_and_sealed(
    works: Works,
    audit: AuditService,
    certifying: CertifyingService,
    store: MemoryStore,
    clock: FrozenClock,
    database_url: str,
    *,
    store_down: bool,
) -> None:
    store.down = store_down
    yesterday = business_date(clock.now()) - timedelta(days=1)
    async with works.begin() as work:
        job = await certifying.request(work, Days(yesterday, yesterday), with_store=True)
        with pytest.raises(JobAlreadyOpen):
            await certifying.request(work, Days(yesterday, yesterday), with_store=True)
    assert await perform(works, database_url, certifying.job_handlers(works), job.id)
    async with works.begin() as work:
        [kept] = await certifying.list(work, before=None, limit=10)
        assert await certifying.find(work, job.id) == kept
        [entry] = await audit.search(work, TrailFilter(acts=frozenset({"audit.certified"})))
    assert (kept.state, kept.result is not None) == (JobState.DONE, True)
    made = {name: value for name, value in (kept.result or {}).items() if name != "sha256"}
    sha256 = hashlib.sha256(json.dumps(made, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    assert entry.subject == f"job:{job.id}"
    assert entry.facts["sha256"] == sha256 == (kept.result or {})["sha256"]


async def test_another_job_is_no_certificate(works: Works, certifying: CertifyingService) -> None:
    async with works.begin() as work:
        other = await Jobs().enqueue(work, "leads.import", {})
        with pytest.raises(CertificateNotFound):
            await certifying.find(work, other.id)
