"""Files of external lists: uploaded, previewed, discarded, requested to be imported (requirement L6)."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import BinaryIO

from sqlalchemy.exc import IntegrityError

from callcenter.dnc import listing
from callcenter.dnc.cards import delivery_card
from callcenter.dnc.errors import (
    DeliveryNotFound,
    DeliveryTaken,
    ExternalListNotFound,
    ExternalListWithdrawn,
    ListNameTaken,
)
from callcenter.dnc.keys import look_at, shape_of
from callcenter.dnc.models import DncDelivery, DncList, DncPiece
from callcenter.dnc.stored import params_of
from callcenter.dnc.transitions import DELIVERY, DeliveryAct
from callcenter.dnc.types import (
    AS_IT_IS,
    PIECE,
    DeliveryCard,
    DeliveryReject,
    DeliveryState,
    FilePreview,
    FileReading,
    ImportOrder,
)
from callcenter.files.pieces import Pieces
from callcenter.files.readers import Readers
from callcenter.files.reading import examine
from callcenter.files.types import Encoding, Examined
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, Jobs
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

IMPORT = "dnc.import"
"""The job's kind."""


class DeliveryService:
    """Keeps files of external lists, sealed, until they are imported or discarded."""

    def __init__(self, vault: Vault, jobs: Jobs, readers: Readers) -> None:
        self._readers = readers
        self._jobs = jobs
        self._pieces = Pieces(vault, DncPiece.__table__, PIECE)  # type: ignore[attr-defined]

    async def upload(self, work: Work, *, file_name: str, file: BinaryIO) -> tuple[DeliveryCard, FilePreview]:
        """Keeps a file, sealed, and returns what it seems to hold.

        Raises FileUnreadable, FileTooLarge, and NothingRecognised for what is no list.
        """
        limit = self._readers.upload_limit_bytes
        examined, preview = await self._readers.read(_examine_and_look, file, file_name, limit)
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
        await work.announce(Noted("leads.dnc_file_uploaded", f"dnc_delivery:{delivery.id}", {"bytes": examined.size}))
        await self._pieces.keep(work, delivery.id, file)
        return delivery_card(delivery), preview

    async def preview(self, work: Work, delivery_id: int, reading: FileReading = AS_IT_IS) -> FilePreview:
        """Returns what a waiting file seems to hold. Raises DeliveryNotFound, DeliveryTaken, SheetMissing."""
        delivery = await self._require_waiting(work, delivery_id)
        async with self.opened(work, delivery) as (file, examined):
            return await self._readers.read(look_at, file, examined, delivery.file_name, reading)

    async def rejects(
        self, work: Work, delivery_id: int, *, after: int = 0, limit: int = 200
    ) -> Sequence[DeliveryReject]:
        """Returns the rows of an imported file that held no number, behind a line. Raises DeliveryNotFound."""
        await self.find(work, delivery_id)
        rejects = await listing.list_rejects(work.session, delivery_id, after, limit)
        return [DeliveryReject(reject.line, reject.reason) for reject in rejects]

    async def discard(self, work: Work, delivery_id: int) -> None:
        """Deletes the content of a waiting file for good. Raises DeliveryNotFound, DeliveryTaken."""
        delivery = await self._require_waiting(work, delivery_id, lock=True)
        DELIVERY.move(delivery, DeliveryAct.DISCARD)
        await self._pieces.drop(work, delivery_id)
        await work.announce(Noted("leads.dnc_file_discarded", f"dnc_delivery:{delivery_id}"))

    async def waiting(self, work: Work) -> Sequence[DeliveryCard]:
        """Returns the files that were uploaded and not imported yet, the newest first."""
        deliveries = await listing.list_deliveries(work.session, state=DeliveryState.UPLOADED)
        return [delivery_card(delivery) for delivery in deliveries]

    async def request_import(self, work: Work, delivery_id: int, order: ImportOrder) -> JobCard:
        """Queues the import of a waiting file: as the next delivery of a list, or as the first of a new one.

        Raises DeliveryNotFound, DeliveryTaken, ExternalListNotFound, ExternalListWithdrawn, ListNameTaken.
        """
        delivery = await self._require_waiting(work, delivery_id, lock=True)
        external_list = await self._list_for(work, order)
        delivery.list_id, delivery.kind = external_list.id, order.kind or delivery.kind
        job = await self._jobs.enqueue(work, IMPORT, params_of(delivery_id, order), key=IMPORT)
        delivery.job_id = job.id
        await work.session.flush()
        return job

    # --- for the import ----------------------------------------------------------------------------------------

    async def find(self, work: Work, delivery_id: int, *, lock: bool = False) -> DncDelivery:
        """Returns one delivery's row, inside this room. Raises DeliveryNotFound."""
        delivery = await listing.find_delivery(work.session, delivery_id, lock=lock)
        if delivery is None:
            raise DeliveryNotFound(f"there is no delivery {delivery_id}")
        return delivery

    @contextlib.asynccontextmanager
    async def opened(self, work: Work, delivery: DncDelivery) -> AsyncIterator[tuple[BinaryIO, Examined]]:
        """Yields the file in clear, and what is known of it."""
        encoding = None if delivery.encoding is None else Encoding(delivery.encoding)
        examined = Examined(delivery.sha256, delivery.size, encoding, tuple(delivery.sheets), delivery.lines)
        async with self._pieces.opened(work, delivery.id) as file:
            yield file, examined

    async def drop_content(self, work: Work, delivery_id: int) -> None:
        """Deletes the content of a file that has been imported."""
        await self._pieces.drop(work, delivery_id)

    # -----------------------------------------------------------------------------------------------------------

    async def _require_waiting(self, work: Work, delivery_id: int, *, lock: bool = False) -> DncDelivery:
        delivery = await self.find(work, delivery_id, lock=lock)
        if DELIVERY.advance(delivery.state, DeliveryAct.DISCARD) is None:
            raise DeliveryTaken(f"this file is {delivery.state.value}: upload it again", state=delivery.state.value)
        return delivery

    async def _list_for(self, work: Work, order: ImportOrder) -> DncList:
        if order.list_id is None:
            return await self._new_list(work, order)
        external_list = await listing.find_list(work.session, order.list_id)
        if external_list is None:
            raise ExternalListNotFound(f"there is no external list {order.list_id}")
        if external_list.withdrawn_at is not None:
            raise ExternalListWithdrawn("this list was withdrawn: import the file as a new list")
        external_list.term_days = order.term_days
        return external_list

    async def _new_list(self, work: Work, order: ImportOrder) -> DncList:
        external_list = DncList(
            name=order.name.strip(),
            supplier=order.supplier.strip(),
            term_days=order.term_days,
            made_at=work.now,
            made_by=work.actor.staff_id,
        )
        try:
            async with work.session.begin_nested():
                work.session.add(external_list)
        except IntegrityError as error:
            raise ListNameTaken("a list has this name already: deliver to that one, or choose another name") from error
        return external_list


def _examine_and_look(file: BinaryIO, file_name: str, limit: int) -> tuple[Examined, FilePreview]:
    """Returns what one pass over the file shows, and what it seems to hold."""
    examined = examine(file, limit=limit)
    return examined, look_at(file, examined, file_name)
