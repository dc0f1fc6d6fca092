"""Serves the audit room over HTTP: the trail and its checks, the access log, certificates."""

from typing import Annotated

from fastapi import APIRouter, Depends

from callcenter.audit.certifying import CertifyingService
from callcenter.audit.checking import CheckService
from callcenter.audit.errors import CertificateNotFound
from callcenter.audit.labels import labels_in
from callcenter.audit.naming import NamingService
from callcenter.audit.schemas import (
    AccessLine,
    AccessPage,
    AccessQuery,
    AuditPage,
    CertificateLine,
    CertificateOut,
    CertificatePage,
    CertificateRequest,
    ChainOut,
    CheckOut,
    EntryLine,
    TrailQuery,
    subjects_in,
)
from callcenter.audit.service import AuditService
from callcenter.audit.types import Days
from callcenter.kit.http import Working, provided, require
from callcenter.kit.job_schemas import JobOut
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[require(Right.VIEW_AUDIT)])
_ENTRIES = by_number("audit_entries")
_ACCESSES = by_number("accesses")
_CERTIFICATES = by_number("certificates")

Audit = Annotated[AuditService, provided(AuditService)]
Checks = Annotated[CheckService, provided(CheckService)]
Certifying = Annotated[CertifyingService, provided(CertifyingService)]
People = Annotated[PeopleService, provided(PeopleService)]
Naming = Annotated[NamingService, provided(NamingService)]


@router.get("")
async def list_entries(
    work: Working,
    audit: Audit,
    naming: Naming,
    wanted: Annotated[TrailQuery, Depends()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AuditPage:
    """Lists the entries of the trail, the newest first."""
    entries = await audit.search(work, wanted.wanted(), before=_ENTRIES.position(cursor), limit=limit)
    names = await naming.names(work, (label for entry in entries for label in labels_in(entry)))
    return AuditPage(items=[EntryLine.of(entry, names) for entry in entries], next=_ENTRIES.next(entries, limit))


@router.get("/access")
async def list_accesses(
    work: Working,
    audit: Audit,
    naming: Naming,
    wanted: Annotated[AccessQuery, Depends()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AccessPage:
    """Lists who looked at what that is masked otherwise, the newest first."""
    entries = await audit.search(work, wanted.wanted(), before=_ACCESSES.position(cursor), limit=limit)
    names = await naming.names(work, (label for entry in entries for label in labels_in(entry)))
    return AccessPage(items=[AccessLine.of(entry, names) for entry in entries], next=_ACCESSES.next(entries, limit))


@router.get("/chain")
async def show_chain(work: Working, checks: Checks, naming: Naming) -> ChainOut:
    """Shows the result of the latest check of the trail."""
    latest, running = await checks.latest(work), await checks.running(work)
    names = await naming.names(work, [latest.actor] if latest else [])
    return ChainOut(latest=latest and CheckOut.of(latest, names), running=running and JobOut.of(running))


@router.post("/chain/check", status_code=202)
async def check_chain(work: Working, checks: Checks) -> JobOut:
    """Requests a check of the whole trail."""
    return JobOut.of(await checks.request(work))


@router.get("/certificates")
async def list_certificates(
    work: Working, certifying: Certifying, people: People, cursor: Cursor = None, limit: Limit = 50
) -> CertificatePage:
    """Lists the certificates that were made or are being made, the newest first."""
    cards = await certifying.list(work, before=_CERTIFICATES.position(cursor), limit=limit)
    names = await people.cards(work, {card.requested_by for card in cards if card.requested_by is not None})
    return CertificatePage(
        items=[
            CertificateLine.of(card, names[card.requested_by].name if card.requested_by in names else None)
            for card in cards
        ],
        next=_CERTIFICATES.next(cards, limit),
    )


@router.post("/certificates", status_code=202)
async def request_certificate(work: Working, certifying: Certifying, body: CertificateRequest) -> CertificateLine:
    """Requests the certificate of whole business days, made in the background and kept."""
    days = Days(body.first_on, body.last_on)
    return CertificateLine.of(await certifying.request(work, days, with_store=body.with_store), work.actor.name)


@router.get("/certificates/{job_id}")
async def show_certificate(
    work: Working, certifying: Certifying, people: People, naming: Naming, job_id: int
) -> CertificateOut:
    """Shows one certificate: figures, and each section with its exceptions."""
    card = await certifying.find(work, job_id)
    if card.result is None:
        raise CertificateNotFound(f"job {job_id} has made no certificate: it is {card.state.value}")
    names = await people.cards(work, {card.requested_by} if card.requested_by is not None else set())
    requested_by = names[card.requested_by].name if card.requested_by in names else None
    return CertificateOut.of(card, requested_by, await naming.names(work, subjects_in(card.result)))
