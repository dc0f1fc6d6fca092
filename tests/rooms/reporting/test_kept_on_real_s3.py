"""Exports and heads of the audit trail on a real S3 server with object lock."""

import hashlib

import pytest

from callcenter.audit.anchors import PREFIX, AnchorService
from callcenter.audit.service import AuditService
from callcenter.audit.settings import AuditSettings
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Jobs, perform
from callcenter.kit.work import Works
from callcenter.people.types import Role
from callcenter.reporting.service import LedgerService
from callcenter.reporting.settings import ReportingSettings
from callcenter.reporting.types import LedgerFilter
from callcenter.storage.port import ObjectLocked
from callcenter.storage.s3 import S3Store
from tests.contracts.seaweed import Seaweed
from tests.rooms.reporting.ledger_cast import Cast

pytestmark = pytest.mark.e2e


async def test_an_export_and_a_head_of_the_trail_stay_as_they_were_written(
    works: Works, vault: Vault, audit: AuditService, cast: Cast, seaweed: Seaweed, database_url: str
) -> None:
    store = S3Store(seaweed.settings())
    await store.prepare()
    ledger = LedgerService(Jobs(), vault, store, ReportingSettings())
    officer = cast.actor(Role.DATA_OFFICER)
    async with works.begin(officer) as work:
        job = await ledger.order_export(work, LedgerFilter())
    assert await perform(works, database_url, ledger.job_handlers(works), job.id)
    async with works.begin(officer) as work:
        [card] = await ledger.exports(work)
        file = await ledger.open_export(work, card.id)
    body = b"".join([chunk async for chunk in await ledger.read(file)])
    assert (len(body), hashlib.sha256(body).hexdigest()) == (card.size_bytes, card.sha256)
    with pytest.raises(ObjectLocked):
        await store.delete(file.key, file.version_id)

    anchors = AnchorService(store, AuditSettings())
    async with works.begin() as work:
        report = await audit.verify_chain(work)
        assert await anchors.note(report, work.now)
        assert await anchors.noted(work.now) == [report.head]
    [note] = await store.list_versions(PREFIX)
    with pytest.raises(ObjectLocked):
        await store.delete(note.key, note.version_id)
