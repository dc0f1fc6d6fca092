"""Rejects of imported lists: listed, and downloaded to be corrected (requirement L2)."""

import asyncio
from collections.abc import Sequence
from typing import BinaryIO

from callcenter.imports import repository
from callcenter.imports.rejects import RejectsBook
from callcenter.imports.types import RejectCard
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists

_AT_ONCE = 2000


class RejectService:
    """Reads the rows of a list that became no lead."""

    def __init__(self, vault: Vault, lists: LeadLists) -> None:
        self._vault = vault
        self._lists = lists

    async def rejects(self, work: Work, list_id: int, *, after: int = 0, limit: int = 200) -> Sequence[RejectCard]:
        """Returns rejects behind an id, in the file's order, without their content. Raises ListNotFound."""
        await self._lists.card(work, list_id)
        rejects = await repository.list_rejects(work.session, list_id, after, limit)
        return [
            RejectCard(reject.id, reject.line, reject.reason, reject.detail, reject.repeats_line) for reject in rejects
        ]

    async def workbook(self, work: Work, list_id: int) -> BinaryIO:
        """Returns the rejects in clear as a workbook; writes an audit record (requirement L7). Raises ListNotFound."""
        lead_list = await self._lists.card(work, list_id)
        book = RejectsBook(self._vault, lead_list.titles)
        after = 0
        while rejects := await repository.list_rejects(work.session, list_id, after, _AT_ONCE):
            await asyncio.to_thread(book.write, rejects)
            after = rejects[-1].id
            work.session.expunge_all()  # a million rejects do not stay in memory
        facts = {"rows": book.rows}
        await work.announce(Noted("leads.rejects_downloaded", f"lead_list:{list_id}", facts))
        return await asyncio.to_thread(book.finish)
