"""Leads on their way in: their numbers staged, compared with what is known of them, the rest copied as leads (L2).

A part of a file at a time. Its numbers stand in a table of the transaction's own, and whatever has to be found out is
asked of that table as a set. Its rows come ready to be copied and are written once, without the lines that were found.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select

from callcenter.kit.copy_lines import without_lines
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
"""Of a lead, as far as its row in a file says them; in this order they are copied, the line first."""

OF_LIST: Sequence[str] = ("campaign_id", "list_id", "state", "class_rank", "imported_at")
"""Copied behind ``COLUMNS``; the same for every lead of a list."""

NUMBERS: Sequence[str] = ("line", "phone_index")
"""Staged, in this order."""

LISTED: Sequence[str] = ("phone_sealed", "list_keys")
"""Staged behind ``NUMBERS`` where an external list is in force; the keys are those in lists of hashes, an array."""


def values_of(lead_list: LeadListCard) -> Sequence[str]:
    """Returns what every lead of a list holds, as ``OF_LIST`` names it."""
    imported_at = lead_list.imported_at.isoformat()
    return (str(lead_list.campaign_id), str(lead_list.id), LEAD.initial, str(UNRANKED), imported_at)


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
        await repository.make_incoming(work.session)

    async def stage(self, work: Work, lines: bytes, *, listed: bool) -> None:
        """Puts the numbers of the next part in place of the last: rows in the text format of COPY.

        They hold ``NUMBERS``; ``listed``: and ``LISTED``.
        """
        await repository.stage(work.session, (*NUMBERS, *LISTED) if listed else NUMBERS, lines)

    def numbers(self) -> Select[Any]:
        """Selects ``phone_index``, ``phone_sealed`` and ``list_keys`` of what is staged."""
        return repository.staged_numbers()

    async def blocked(self, work: Work) -> set[int]:
        """Returns the lines of those that may not be called."""
        return await repository.find_blocked(work.session, self._do_not_call, work.now)

    async def known(self, work: Work, campaign_id: int) -> Mapping[int, Known]:
        """Returns the lines whose number the campaign has, each with the list and the line of it there."""
        return {line: Known(*rest) for line, *rest in await repository.find_known(work.session, campaign_id)}

    async def write(self, work: Work, leads: bytes, without: Collection[int]) -> None:
        """Writes leads in the file's order, but for some lines: rows of ``COLUMNS`` and ``OF_LIST``."""
        if without:
            leads = without_lines(leads, frozenset(str(line).encode() for line in without))
        if leads:
            await repository.copy_leads(work.session, (*COLUMNS, *OF_LIST), leads)

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
