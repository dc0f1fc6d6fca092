"""Imports external lists as blind indexes and matches them against the customers (requirement L6).

A delivery is taken in by one transaction: the list is in force as a whole or not at all. What it says of a number
counts from two sides. Customers who are here get an entry when the list comes; customers who come are asked for by
``listed``. Both take the lists' lock, shared for a customer import and alone for a list, so that neither slips past
the other.
"""

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, BinaryIO, cast

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from callcenter.dnc import listing
from callcenter.dnc.errors import (
    DeliveryNotFound,
    DeliveryTaken,
    ExternalListNotFound,
    ExternalListWithdrawn,
    ListNameTaken,
)
from callcenter.dnc.keys import batches, indexer, key_text, keys_of, look_at, rows_of, shape_of
from callcenter.dnc.listing import Match
from callcenter.dnc.models import DncDelivery, DncList
from callcenter.dnc.types import DeliveryCard, DeliveryState, FilePreview, KeyKind, ListCard
from callcenter.imports.errors import FileTooLarge
from callcenter.imports.reading import Examined, examine
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, Report
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads import repository as leads
from callcenter.leads.errors import ReasonMissing
from callcenter.leads.settings import LeadSettings
from callcenter.leads.types import LeadsBlocked

log = get_logger(__name__)

IMPORT = "dnc.import"
"""The job's kind."""

INDUSTRY_DAYS = 730
"""An industry list holds for two years unless its supplier says otherwise (requirement L6)."""

_LOCK = "dnc.lists"
_PIECE = 1 << 20
_AT_ONCE = 5000
_BLOCK_AT_ONCE = 500
_NOT_DELIVERED_AGAIN = "not on the list's next delivery"


class ExternalLists:
    def __init__(self, vault: Vault, settings: LeadSettings, jobs: Jobs) -> None:
        self._vault = vault
        self._settings = settings
        self._jobs = jobs

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Job kind to performer."""

        async def take_in(job: JobCard, report: Report) -> Mapping[str, Any]:
            async with works.begin(job.actor) as work:
                return await self._take_in(work, job.params["delivery_id"], report)

        return {IMPORT: take_in}

    # --- a file ------------------------------------------------------------------------------------------------

    async def upload(self, work: Work, *, file_name: str, file: BinaryIO) -> tuple[DeliveryCard, FilePreview]:
        """Keeps a file, sealed, and says what it seems to hold. Refuses what is no list."""
        examined = await asyncio.to_thread(examine, file)
        if examined.size > self._settings.upload_limit_bytes:
            raise FileTooLarge(f"a list has at most {self._settings.upload_limit_bytes} bytes: split it")
        preview = await asyncio.to_thread(look_at, file, examined, file_name)
        shape_of(preview, None)
        delivery = DncDelivery(
            file_name=file_name,
            size=examined.size,
            sha256=examined.sha256,
            encoding=examined.encoding,
            lines=examined.lines,
            sheets=list(examined.sheets),
            kind=preview.kind,
            uploaded_at=work.now,
            uploaded_by=work.actor.staff_id,
        )
        work.session.add(delivery)
        await work.session.flush()
        card = _delivery_card(delivery)
        await work.announce(Noted("leads.dnc_file_uploaded", f"dnc_delivery:{card.id}", {"bytes": examined.size}))
        await self._keep(work, card.id, file)
        return card, preview

    async def preview(self, work: Work, delivery_id: int) -> FilePreview:
        delivery = await self._waiting(work, delivery_id)
        async with self._opened(work, delivery) as (file, examined):
            return await asyncio.to_thread(look_at, file, examined, delivery.file_name)

    async def discard(self, work: Work, delivery_id: int) -> None:
        delivery = await self._waiting(work, delivery_id, lock=True)
        delivery.state = DeliveryState.DISCARDED
        await listing.drop_pieces(work.session, delivery_id)
        await work.announce(Noted("leads.dnc_file_discarded", f"dnc_delivery:{delivery_id}"))

    async def waiting(self, work: Work) -> Sequence[DeliveryCard]:
        """Files that were uploaded and not taken in yet."""
        found = await listing.list_deliveries(work.session, state=DeliveryState.UPLOADED)
        return [_delivery_card(each) for each in found]

    # --- ordering ----------------------------------------------------------------------------------------------

    async def order(
        self,
        work: Work,
        delivery_id: int,
        *,
        list_id: int | None = None,
        name: str = "",
        supplier: str = "",
        term_days: int | None = INDUSTRY_DAYS,
        kind: KeyKind | None = None,
    ) -> JobCard:
        """Takes a file in: as the next delivery of a list, or as the first of a new one."""
        delivery = await self._waiting(work, delivery_id, lock=True)
        if list_id is not None:
            found = await listing.find_list(work.session, list_id)
            if found is None:
                raise ExternalListNotFound(f"there is no external list {list_id}")
            if found.withdrawn_at is not None:
                raise ExternalListWithdrawn("this list was withdrawn: take the file in as a new list")
            found.term_days = term_days
        else:
            found = await self._new_list(work, name, supplier, term_days)
        delivery.list_id, delivery.kind = found.id, kind or delivery.kind
        job = await self._jobs.enqueue(work, IMPORT, {"delivery_id": delivery_id}, key=IMPORT)
        delivery.job_id = job.id
        await work.session.flush()
        return job

    async def _new_list(self, work: Work, name: str, supplier: str, term_days: int | None) -> DncList:
        found = DncList(
            name=name.strip(),
            supplier=supplier.strip(),
            term_days=term_days,
            made_at=work.now,
            made_by=work.actor.staff_id,
        )
        try:
            async with work.session.begin_nested():
                work.session.add(found)
        except IntegrityError as error:
            raise ListNameTaken("a list has this name already: deliver to that one, or choose another name") from error
        return found

    # --- taking in ---------------------------------------------------------------------------------------------

    async def _take_in(self, work: Work, delivery_id: int, report: Report) -> Mapping[str, Any]:
        delivery = await self._found(work, delivery_id, lock=True)
        if delivery.state is not DeliveryState.UPLOADED:  # begun again after a crash that came after the commit
            return _figures(delivery)
        assert delivery.list_id is not None
        await self._read(work, delivery, report)
        external_list = await listing.find_list(work.session, delivery.list_id)
        assert external_list is not None
        before = await listing.find_in_force(work.session, external_list.id)
        delivery.keys = await listing.take_incoming(work.session, delivery_id)
        delivery.duplicates = delivery.rows - delivery.malformed - delivery.keys
        delivery.known = await listing.count_common(work.session, before.id, delivery_id) if before else 0
        delivery.new = delivery.keys - delivery.known
        delivery.ended = before.keys - delivery.known if before else 0
        delivery.delivered_at = work.now
        delivery.until = None if external_list.term_days is None else work.now + timedelta(days=external_list.term_days)
        await work.lock(_LOCK)
        matches = await self._matches(work, delivery, report)
        if before is not None:
            before.state = DeliveryState.SUPERSEDED
            await work.session.flush()
        delivery.state = DeliveryState.IN_FORCE
        await work.session.flush()
        ended = await self._replace(work, before, delivery) if before else 0
        await self._enter(work, delivery, matches)
        delivery.matched = await listing.count_dnc_leads(work.session, delivery_id)
        await listing.drop_pieces(work.session, delivery_id)
        await work.session.flush()
        facts = {**_figures(delivery), "entries_ended": ended}
        await work.announce(Noted("leads.dnc_list_delivered", f"dnc_list:{external_list.id}", facts))
        log.info("external list delivered", **facts)
        return facts

    async def _read(self, work: Work, delivery: DncDelivery, report: Report) -> None:
        """The file's keys into the transaction's own table, a batch at a time."""
        await listing.make_incoming(work.session)
        reasons: Counter[str] = Counter()
        rows = 0
        async with self._opened(work, delivery) as (file, examined):
            shape = shape_of(await asyncio.to_thread(look_at, file, examined, delivery.file_name), delivery.kind)
            delivery.kind = shape.kind
            found = batches(keys_of(rows_of(file, examined), shape), _AT_ONCE)

            def next_batch() -> tuple[list[str], Mapping[str, int]] | None:
                batch = next(found, None)
                if batch is None:
                    return None
                return [self._vault.index(key_text(shape.kind, key)) for key in batch[0]], batch[1]

            while (batch := await asyncio.to_thread(next_batch)) is not None:
                keys, malformed = batch
                await listing.copy_incoming(work.session, keys)
                reasons.update(malformed)
                rows += len(keys) + sum(malformed.values())
                await report(rows, examined.lines, malformed=sum(reasons.values()))
        delivery.rows, delivery.malformed, delivery.reasons = rows, sum(reasons.values()), dict(sorted(reasons.items()))

    async def _matches(self, work: Work, delivery: DncDelivery, report: Report) -> Sequence[Match]:
        """The customers on the list. Of hashes every customer's number has to be opened and hashed once."""
        assert delivery.kind is not None
        if delivery.kind is KeyKind.PHONE:
            return await listing.match_by_index(work.session, delivery.id)
        total = await listing.count_leads(work.session)
        keys_for = indexer([delivery.kind], self._vault.index)

        def hashed(chunk: Sequence[tuple[int, str, str]]) -> dict[str, Match]:
            return {keys_for(self._vault.open(sealed))[0]: Match("", index, sealed) for _, index, sealed in chunk}

        found: dict[str, Match] = {}
        last = done = 0
        while chunk := await listing.leads_after(work.session, last, _AT_ONCE):
            last = chunk[-1][0]
            keyed = await asyncio.to_thread(hashed, chunk)
            for _, key in await listing.find_keys(work.session, [delivery.id], keyed.keys()):
                found[key] = Match(key, keyed[key].phone_index, keyed[key].phone_sealed)
            done += len(chunk)
            await report(delivery.rows + done, delivery.rows + total, matched=len(found))
        return list(found.values())

    async def _replace(self, work: Work, before: DncDelivery, delivery: DncDelivery) -> int:
        await listing.pass_on(work.session, before, delivery)
        ended = await listing.end_entries(work.session, before.id, work.now, work.actor.staff_id, _NOT_DELIVERED_AGAIN)
        await listing.drop_keys(work.session, before.id)
        return ended

    async def _enter(self, work: Work, delivery: DncDelivery, matches: Sequence[Match]) -> None:
        for place in range(0, len(matches), _BLOCK_AT_ONCE):
            chunk = matches[place : place + _BLOCK_AT_ONCE]
            entered = await listing.enter_matches(work.session, delivery, chunk, work.now, work.actor.staff_id)
            if blocked := await listing.leads_of_numbers(work.session, entered):
                await work.announce(LeadsBlocked(tuple(blocked), "do_not_call"))

    # --- numbers that come -------------------------------------------------------------------------------------

    async def listed_numbers(self, work: Work, numbers: Sequence[tuple[str, str]]) -> set[str]:
        """Those of these numbers (blind index, digits) that may not be called; matches of lists become entries.

        Whoever asks and then writes customers holds the lists' lock until the end of the transaction: a list that is
        delivered meanwhile waits, and finds these customers.
        """
        await work.session.execute(
            text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:key, 0))"), {"key": _LOCK}
        )
        for delivery, match in await self._on_lists(work, numbers):
            await listing.enter_matches(work.session, delivery, [match], work.now, work.actor.staff_id)
        return await leads.find_dnc_numbers(work.session, [index for index, _ in numbers], work.now)

    async def names_holding(self, work: Work, index: str, digits: str) -> Sequence[str]:
        """Names of the lists in force that hold this number."""
        held = {delivery.list_id for delivery, _ in await self._on_lists(work, [(index, digits)])}
        return [each.name for each in await listing.list_lists(work.session) if each.id in held]

    async def _on_lists(self, work: Work, numbers: Sequence[tuple[str, str]]) -> Sequence[tuple[DncDelivery, Match]]:
        deliveries = {each.id: each for each in await listing.list_in_force(work.session, work.now)}
        kinds = sorted({each.kind for each in deliveries.values() if each.kind is not None})
        if not kinds or not numbers:
            return []
        keys_for = indexer(kinds, self._vault.index)

        def keyed() -> dict[str, tuple[str, str]]:
            return {key: number for number in numbers for key in keys_for(number[1])}

        number_of = await asyncio.to_thread(keyed)
        return [
            (deliveries[delivery_id], Match(key, number_of[key][0], self._vault.seal(number_of[key][1])))
            for delivery_id, key in await listing.find_keys(work.session, deliveries, number_of)
        ]

    # --- lists -------------------------------------------------------------------------------------------------

    async def lists(self, work: Work) -> Sequence[ListCard]:
        deliveries = await listing.count_deliveries(work.session)
        in_force = {
            each.list_id: _delivery_card(each)
            for each in await listing.list_deliveries(work.session, state=DeliveryState.IN_FORCE, limit=500)
        }
        return [
            ListCard(
                id=each.id,
                name=each.name,
                supplier=each.supplier,
                term_days=each.term_days,
                withdrawn_at=each.withdrawn_at,
                withdrawn_why=each.withdrawn_why,
                in_force=in_force.get(each.id),
                deliveries=deliveries.get(each.id, 0),
            )
            for each in await listing.list_lists(work.session)
            if each.id in deliveries
        ]

    async def deliveries(self, work: Work, list_id: int) -> Sequence[DeliveryCard]:
        """The files of a list, the newest first."""
        found = await listing.list_deliveries(work.session, list_id=list_id)
        return [_delivery_card(each) for each in found]

    async def withdraw(self, work: Work, list_id: int, why: str) -> int:
        """The whole list counts no more; its entries end. Returns how many."""
        if not why.strip():
            raise ReasonMissing("withdrawing a list needs a reason", rule="L6")
        await work.lock(_LOCK)
        external_list = await listing.find_list(work.session, list_id)
        if external_list is None:
            raise ExternalListNotFound(f"there is no external list {list_id}")
        if external_list.withdrawn_at is not None:
            raise ExternalListWithdrawn("this list was withdrawn before")
        external_list.withdrawn_at, external_list.withdrawn_by, external_list.withdrawn_why = (
            work.now,
            work.actor.staff_id,
            why,
        )
        ended = 0
        if (delivery := await listing.find_in_force(work.session, list_id)) is not None:
            delivery.state = DeliveryState.WITHDRAWN
            ended = await listing.end_entries(work.session, delivery.id, work.now, work.actor.staff_id, why)
            await listing.drop_keys(work.session, delivery.id)
        await work.announce(Noted("leads.dnc_list_withdrawn", f"dnc_list:{list_id}", {"why": why, "entries": ended}))
        return ended

    # --- inside ------------------------------------------------------------------------------------------------

    async def _found(self, work: Work, delivery_id: int, *, lock: bool = False) -> DncDelivery:
        found = await listing.find_delivery(work.session, delivery_id, lock=lock)
        if found is None:
            raise DeliveryNotFound(f"there is no delivery {delivery_id}")
        return found

    async def _waiting(self, work: Work, delivery_id: int, *, lock: bool = False) -> DncDelivery:
        found = await self._found(work, delivery_id, lock=lock)
        if found.state is not DeliveryState.UPLOADED:
            raise DeliveryTaken(f"this file is {found.state.value}: upload it again", state=found.state.value)
        return found

    async def _keep(self, work: Work, delivery_id: int, file: BinaryIO) -> None:
        """Seals the file piece by piece into the database."""

        def next_piece(number: int) -> bytes | None:
            piece = file.read(_PIECE)
            return self._vault.seal_bytes(piece, _place(delivery_id, number)) if piece else None

        file.seek(0)
        number = 0
        while (sealed := await asyncio.to_thread(next_piece, number)) is not None:
            await listing.add_piece(work.session, delivery_id, number, sealed)
            number += 1

    @contextlib.asynccontextmanager
    async def _opened(self, work: Work, delivery: DncDelivery) -> AsyncIterator[tuple[BinaryIO, Examined]]:
        """The file in clear, without a name; gone when the block ends or the process dies."""

        def write(to: BinaryIO, number: int, sealed: bytes) -> None:
            to.write(self._vault.open_bytes(sealed, _place(delivery.id, number)))

        with cast(BinaryIO, tempfile.TemporaryFile(prefix="callcenter-dnc-")) as file:
            async for number, sealed in listing.pieces(work.session, delivery.id):
                await asyncio.to_thread(write, file, number, sealed)
            yield (
                file,
                Examined(delivery.sha256, delivery.size, delivery.encoding, tuple(delivery.sheets), delivery.lines),
            )


def _place(delivery_id: int, number: int) -> str:
    return f"dnc_delivery:{delivery_id}:{number}"


def _figures(delivery: DncDelivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.id,
        "list_id": delivery.list_id,
        "kind": delivery.kind.value if delivery.kind else None,
        "rows": delivery.rows,
        "keys": delivery.keys,
        "malformed": delivery.malformed,
        "reasons": dict(delivery.reasons),
        "duplicates": delivery.duplicates,
        "new": delivery.new,
        "known": delivery.known,
        "ended": delivery.ended,
        "matched": delivery.matched,
    }


def _delivery_card(delivery: DncDelivery) -> DeliveryCard:
    return DeliveryCard(
        id=delivery.id,
        list_id=delivery.list_id,
        file_name=delivery.file_name,
        size=delivery.size,
        state=delivery.state,
        kind=delivery.kind,
        uploaded_at=delivery.uploaded_at,
        uploaded_by=delivery.uploaded_by,
        job_id=delivery.job_id,
        delivered_at=delivery.delivered_at,
        until=delivery.until,
        rows=delivery.rows,
        keys=delivery.keys,
        malformed=delivery.malformed,
        reasons=dict(delivery.reasons),
        duplicates=delivery.duplicates,
        new=delivery.new,
        known=delivery.known,
        ended=delivery.ended,
        matched=delivery.matched,
    )
