"""The import of one file of an external list, as a job (requirement L6).

One transaction: the list is in force as a whole or not at all. What it says of a number counts from two sides. Leads
that are here get an entry when the list comes; numbers that come with a customer list are asked for by
``ExternalLists.enter_listed``. Both take the lists' lock, shared for a customer list and alone for an external one, so
that neither misses the other.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from callcenter.dnc import listing
from callcenter.dnc.cards import report_of
from callcenter.dnc.deliveries import IMPORT, DeliveryService
from callcenter.dnc.errors import DeliveryEndsNumbers
from callcenter.dnc.keys import Malformed, Read, indexer, key_text, keys_of, look_at, shape_of
from callcenter.dnc.listing import Match
from callcenter.dnc.lists import LOCK
from callcenter.dnc.models import DncDelivery
from callcenter.dnc.stored import reading_of
from callcenter.dnc.transitions import DELIVERY, DeliveryAct
from callcenter.dnc.types import DeliveryReject, FileReading, KeyKind, LiftReason
from callcenter.files.reading import rows_of
from callcenter.files.types import TextChoice
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, JobHandler, Report
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.records import LeadRecords
from callcenter.leads.types import NUMBER, BlockReason, LeadsBlocked, SealedNumber

log = get_logger(__name__)

_AT_ONCE = 5000
_BLOCK_AT_ONCE = 500
_MOST_REJECTS = 10_000
"""Rejects that are kept with their line; the others are counted."""


class DeliveryImport:
    """Reads a file into blind indexes, puts it in force, and enters the leads whose number it holds."""

    def __init__(self, vault: Vault, deliveries: DeliveryService, records: LeadRecords) -> None:
        self._vault = vault
        self._deliveries = deliveries
        self._records = records

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns the handler of this room's job by its kind."""

        async def run(job: JobCard, report: Report) -> Mapping[str, Any]:
            async with works.begin(job.actor) as work:
                return await self._run(work, job, report)

        return {IMPORT: run}

    async def _run(self, work: Work, job: JobCard, report: Report) -> Mapping[str, Any]:
        delivery_id = int(job.params["delivery_id"])
        delivery = await self._deliveries.find(work, delivery_id, lock=True)
        if DELIVERY.advance(delivery.state, DeliveryAct.TAKE_EFFECT) is None:
            return report_of(delivery)  # begun again after a crash that came after the commit
        assert delivery.list_id is not None
        await self._read(work, delivery, reading_of(job.params), report)
        external_list = await listing.find_list(work.session, delivery.list_id)
        assert external_list is not None
        before = await listing.find_in_force(work.session, external_list.id)
        delivery.keys = await listing.take_incoming(work.session, delivery_id)
        delivery.duplicates = delivery.rows - delivery.malformed - delivery.keys
        delivery.known = await listing.count_common(work.session, before.id, delivery_id) if before else 0
        delivery.new = delivery.keys - delivery.known
        delivery.ended = before.keys - delivery.known if before else 0
        if before is not None and delivery.ended > int(job.params.get("may_end", 0)):
            raise DeliveryEndsNumbers(
                f"{delivery.ended} of {before.keys} numbers of the delivery before are missing in this file: "
                "check that it is complete, then confirm how many may be called again",
                ended=delivery.ended,
                before=before.keys,
                keys=delivery.keys,
            )
        delivery.delivered_at = work.now
        delivery.until = None if external_list.term_days is None else work.now + timedelta(days=external_list.term_days)
        await work.lock(LOCK)  # taken late: an import of customers waits only while leads are matched
        matches = await self._matches(work, delivery, report)
        if before is not None:
            DELIVERY.move(before, DeliveryAct.SUPERSEDE)
            await work.session.flush()  # before the next one takes effect: a unique index permits one
        DELIVERY.move(delivery, DeliveryAct.TAKE_EFFECT)
        await work.session.flush()
        entries_ended = await self._replace(work, before, delivery) if before else 0
        await self._enter(work, delivery, matches)
        standing = listing.standing_numbers(delivery_id)
        delivery.matched = await self._records.count_with_numbers(work, standing)
        await self._deliveries.drop_content(work, delivery_id)
        await work.session.flush()
        facts = {**report_of(delivery), "entries_ended": entries_ended}
        await work.announce(Noted("leads.dnc_list_delivered", f"dnc_list:{external_list.id}", facts))
        log.info("external list delivered", **facts)
        return facts

    async def _read(self, work: Work, delivery: DncDelivery, reading: FileReading, report: Report) -> None:
        """Copies the file's keys into the transaction's own table, a batch at a time; keeps what is none."""
        await listing.make_incoming(work.session)
        reasons: Counter[str] = Counter()
        rows = kept = 0
        async with self._deliveries.opened(work, delivery) as (file, examined):
            preview = await asyncio.to_thread(look_at, file, examined, delivery.file_name, reading)
            shape = shape_of(preview, delivery.kind)
            delivery.kind = shape.kind
            as_shown = TextChoice(preview.encoding, preview.delimiter)
            reads = keys_of(rows_of(file, examined, as_shown, preview.sheet), shape)

            def next_batch() -> tuple[list[str], list[DeliveryReject]] | None:
                batch = list(itertools.islice(reads, _AT_ONCE))
                return self._part(batch, shape.kind) if batch else None

            while (batch := await asyncio.to_thread(next_batch)) is not None:
                keys, rejects = batch
                await listing.copy_incoming(work.session, keys)
                await listing.copy_rejects(work.session, delivery.id, rejects[: _MOST_REJECTS - kept])
                kept = min(_MOST_REJECTS, kept + len(rejects))
                reasons.update(reject.reason for reject in rejects)
                rows += len(keys) + len(rejects)
                await report(rows, examined.lines, malformed=sum(reasons.values()))
        delivery.rows, delivery.malformed, delivery.reasons = rows, sum(reasons.values()), dict(sorted(reasons.items()))

    def _part(self, batch: Sequence[Read], kind: KeyKind) -> tuple[list[str], list[DeliveryReject]]:
        """Returns the blind indexes of the keys, and the rows that hold none."""
        keys: list[str] = []
        rejects: list[DeliveryReject] = []
        for line, key in batch:
            if isinstance(key, Malformed):
                rejects.append(DeliveryReject(line, key.reason))
            else:
                keys.append(self._vault.index(key_text(kind, key)))
        return keys, rejects

    async def _matches(self, work: Work, delivery: DncDelivery, report: Report) -> Sequence[Match]:
        """Returns the numbers on the list that some lead has."""
        assert delivery.kind is not None
        if delivery.kind is KeyKind.PHONE:
            numbers = await self._records.numbers_among(work, listing.keys_of(delivery.id))
            return [Match(number.phone_index, number.phone_index, number.phone_sealed) for number in numbers]
        return await self._hashed_matches(work, delivery, delivery.kind, report)

    async def _hashed_matches(
        self, work: Work, delivery: DncDelivery, kind: KeyKind, report: Report
    ) -> Sequence[Match]:
        """Opens and hashes the number of every lead once: a hash cannot be looked up by the blind index."""
        total = await self._records.count(work)
        keys_for = indexer([kind], self._vault.index)

        def hashed(numbers: Sequence[SealedNumber]) -> dict[str, SealedNumber]:
            return {keys_for(self._vault.open(number.phone_sealed, NUMBER.at(number)))[0]: number for number in numbers}

        matches: dict[str, Match] = {}
        last = done = 0
        while numbers := await self._records.numbers_after(work, last, _AT_ONCE):
            last = numbers[-1].lead_id
            by_key = await asyncio.to_thread(hashed, numbers)
            for _, key in await listing.find_keys(work.session, [delivery.id], by_key.keys()):
                matches[key] = Match(key, by_key[key].phone_index, by_key[key].phone_sealed)
            done += len(numbers)
            await report(delivery.rows + done, delivery.rows + total, matched=len(matches))
        return list(matches.values())

    async def _replace(self, work: Work, before: DncDelivery, delivery: DncDelivery) -> int:
        """Carries entries over from the delivery before, and ends the others; returns how many ended."""
        await listing.pass_on(work.session, before, delivery)
        ended = await listing.end_entries(
            work.session, before.id, work.now, work.actor.staff_id, LiftReason.NOT_DELIVERED_AGAIN
        )
        await listing.drop_keys(work.session, before.id)
        return ended

    async def _enter(self, work: Work, delivery: DncDelivery, matches: Sequence[Match]) -> None:
        for place in range(0, len(matches), _BLOCK_AT_ONCE):
            chunk = matches[place : place + _BLOCK_AT_ONCE]
            entered = await listing.enter_matches(work.session, delivery, chunk, work.now, work.actor.staff_id)
            if blocked := await self._records.ids_with_numbers(work, entered):
                await work.announce(LeadsBlocked(tuple(blocked), BlockReason.DO_NOT_CALL))
