"""Builds what ``callcenter verify`` needs, and no more: an auditor has the database, not the switch or its secrets.

The object store is joined only when recordings, or the heads noted there, are compared with it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from callcenter.audit.anchors import AnchorService
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certificate.types import Limits
from callcenter.audit.service import AuditService
from callcenter.audit.settings import AuditSettings
from callcenter.kit.bus import Bus
from callcenter.kit.clock import Clock
from callcenter.kit.config import CoreSettings
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from callcenter.recordings.settings import RecordingSettings
from callcenter.storage.port import ObjectStore
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
            certificates=CertificateService(audit, store, limits_of(RecordingSettings())),
            anchors=AnchorService(store, AuditSettings()) if store is not None else None,
        )
    finally:
        await database.close()


def limits_of(recordings: RecordingSettings) -> Limits:
    """Returns by how much the certificate lets lengths differ: as the recordings room does."""
    return Limits(length_tolerance=recordings.tolerance, unflushed=recordings.unflushed)
