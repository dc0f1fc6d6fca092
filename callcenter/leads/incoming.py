"""Leads on their way in: staged, compared with what is known of their numbers, written by one statement (L2).

A part of a file at a time stands in a table of the transaction's own. Whatever has to be found out about numbers is
asked of that table as a set; what is left becomes leads.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select

from callcenter.kit.work import Work
from callcenter.leads import incoming_repository as repository
from callcenter.leads.port import DoNotCall
from callcenter.leads.transitions import LEAD
from callcenter.leads.types import UNRANKED, LeadListCard

COLUMNS: Sequence[str] = (
    *("line", "name_sealed", "name_index", "phone_sealed", "phone_index", "phone_last4", "carrier", "city"),
    *("address_sealed", "gender", "birth_on", "age_given", "district", "occupation", "customer_class", "basis_kind"),
    *("basis_reference", "basis_valid_until", "fields_sealed", "id_number_index"),
)
"""Of a lead, as far as its row in a file says them; in this order they are staged."""

LIST_KEYS = "list_keys"
"""Staged behind ``COLUMNS``: the number's keys in the external lists of hashes that are in force, as an array."""


class Known(NamedTuple):
    """Where a number stands already."""

    list_id: int
    line: int


class IncomingLeads:
    """Stages leads of a list and writes those that remain. The staged numbers are different from one another."""

    def __init__(self, do_not_call: DoNotCall) -> None:
        self._do_not_call = do_not_call

    async def begin(self, work: Work) -> None:
        """Makes the table of this transaction; one of an import before it is gone."""
        await repository.make_incoming(work.session, COLUMNS, LIST_KEYS)

    async def stage(self, work: Work, lines: bytes) -> None:
        """Puts the next part in place of the last: rows of ``COLUMNS`` and ``LIST_KEYS`` in the text format of COPY."""
        await repository.stage(work.session, (*COLUMNS, LIST_KEYS), lines)

    def numbers(self) -> Select[Any]:
        """Selects ``phone_index``, ``phone_sealed`` and ``list_keys`` of what is staged."""
        return repository.staged_numbers()

    async def blocked(self, work: Work) -> set[int]:
        """Returns the lines of those that may not be called."""
        return await repository.find_blocked(work.session, self._do_not_call, work.now)

    async def known(self, work: Work, campaign_id: int) -> Mapping[int, Known]:
        """Returns the lines whose number the campaign has, each with the list and the line of it there."""
        return {line: Known(*rest) for line, *rest in await repository.find_known(work.session, campaign_id)}

    async def write(self, work: Work, lead_list: LeadListCard, without: Collection[int]) -> None:
        """Writes what is staged as leads of a list, but for some lines."""
        of_the_list = {
            "campaign_id": lead_list.campaign_id,
            "list_id": lead_list.id,
            "state": LEAD.initial,
            "class_rank": UNRANKED,
            "imported_at": lead_list.imported_at,
        }
        await repository.write(work.session, COLUMNS, of_the_list, without)

    # --- a dry run -----------------------------------------------------------------------------------------------

    async def begin_counting(self, work: Work) -> None:
        """Makes a table for the numbers a dry run has seen, for this transaction alone."""
        await repository.make_seen(work.session)

    async def seen(self, work: Work) -> Mapping[int, int]:
        """Returns the staged lines whose number was seen before, each with the line where that was."""
        return await repository.find_seen(work.session)

    async def see(self, work: Work, without: Collection[int]) -> None:
        """Remembers the numbers that are staged, but for some lines."""
        await repository.see(work.session, without)
