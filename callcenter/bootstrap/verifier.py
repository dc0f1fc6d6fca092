"""Builds what ``callcenter verify`` needs, and no more: an auditor has the database, not the switch or its secrets.

The object store is joined only when recordings, or the heads noted there, are compared with it.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from callcenter import tables  # noqa: F401 - statements over several rooms need the tables of all
from callcenter.audit.anchors import AnchorService, append_to_file, read_file
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certificate.types import Certificate, Limits
from callcenter.audit.chain_report import ChainLook
from callcenter.audit.service import AuditService
from callcenter.audit.settings import AuditSettings
from callcenter.audit.types import Anchor
from callcenter.eligibility.settings import EligibilitySettings
from callcenter.kit.bus import Bus
from callcenter.kit.clock import Clock, business_date
from callcenter.kit.config import CoreSettings
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from callcenter.recordings.rehashing import Part, Rehash, rehash
from callcenter.recordings.settings import RecordingSettings
from callcenter.storage.port import ObjectStore, StoreUnavailable
from callcenter.storage.s3 import S3Store
from callcenter.storage.settings import StorageSettings


@dataclass(frozen=True, slots=True)
class Verifier:
    """The parts that read and judge."""

    works: Works
    audit: AuditService
    certificates: CertificateService
    anchors: AnchorService | None
    """None: the store is not asked."""
    store: ObjectStore | None
    """The same."""


@asynccontextmanager
async def verifying(
    settings: CoreSettings, *, with_store: bool, store: ObjectStore | None = None, clock: Clock | None = None
) -> AsyncIterator[Verifier]:
    """Provides a verifier; without the store no setting of the store is read, and none of the switch ever."""
    if with_store and store is None:
        store = S3Store(StorageSettings())
    database = Database(settings.async_database_url)
    audit = AuditService()
    try:
        yield Verifier(
            works=Works(database, clock or settings.clock(), Bus()),
            audit=audit,
            certificates=CertificateService(
                audit, store, limits_of(RecordingSettings(), EligibilitySettings()), settings.vault
            ),
            anchors=AnchorService(store, AuditSettings()) if store is not None else None,
            store=store,
        )
    finally:
        await database.close()


async def look_at_chain(verifier: Verifier, anchors: Path | None, note: Path | None) -> ChainLook:
    """Checks the audit trail against the heads in the store, and in the file ``anchors``; notes the head of a whole
    trail in the file ``note``."""
    assert verifier.anchors is not None
    known = read_file(anchors) if anchors else None
    try:
        in_store = await verifier.anchors.noted(verifier.works.clock.now())
    except StoreUnavailable:
        in_store = None
    async with verifier.works.begin() as work:
        report = await verifier.audit.verify_chain(work, [*(in_store or ()), *(known or ())])
    if note and report.whole and report.head:
        append_to_file(note, report.head, work.now)
    return ChainLook(
        report=report,
        looked_at=work.now,
        in_store=None if in_store is None else len(in_store),
        in_file=None if known is None else len(known),
        noted_in=note.name if note and report.whole and report.head else None,
    )


async def certify_days(verifier: Verifier, days: int, *, with_store: bool) -> Certificate:
    """Certifies the last days; with the store also against the heads of the trail that were noted there."""
    anchors: Sequence[Anchor] = ()
    if verifier.anchors is not None:
        # A store that does not answer is an exception that the certificate itself names.
        with contextlib.suppress(StoreUnavailable):
            anchors = await verifier.anchors.noted(verifier.works.clock.now())
    async with verifier.works.begin() as work:
        since = work.now - timedelta(days=days)
        return await verifier.certificates.certify(work, since, work.now, with_store=with_store, anchors=anchors)


async def read_again(verifier: Verifier, *, deep: bool) -> Rehash:
    """Reads stored recordings again and compares their hashes: all of them, or tonight's part."""
    assert verifier.store is not None
    on = business_date(verifier.works.clock.now())
    part = Part() if deep else Part.of_night(on, RecordingSettings().rehash_within)
    return await rehash(verifier.works, verifier.store, part)


def limits_of(recordings: RecordingSettings, eligibility: EligibilitySettings) -> Limits:
    """Returns by how much the certificate lets lengths differ, and which gap it asks for, as the rooms are set."""
    return Limits(
        length_tolerance=recordings.tolerance,
        unflushed=recordings.unflushed,
        complaint_gap=eligibility.complaint_gap,
    )
