"""The class by which each lead is ordered: ``classes`` reads many leads for its rules and writes their order."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select

from callcenter.kit.work import Work
from callcenter.leads import list_repository as lists
from callcenter.leads import repository
from callcenter.leads.types import LeadScope


class LeadOrdering:
    """Scans leads and writes their order. A caller passes a selection of leads as a SELECT of its own tables."""

    async def count(self, work: Work, scope: LeadScope) -> int:
        """Counts the leads of a scope."""
        return await repository.count(work.session, lists.within(scope))

    async def bounds(self, work: Work, scope: LeadScope) -> tuple[int, int] | None:
        """Returns the first and the last id of a scope; None when it is empty."""
        return await lists.find_bounds(work.session, scope)

    async def scan(
        self, work: Work, scope: LeadScope, columns: Collection[str], after: int, limit: int
    ) -> Sequence[RowMapping]:
        """Returns the next leads after an id: ``id``, ``list_id``, ``word`` and the requested columns, by name.

        ``word`` is the class as the list itself names it. Personal data is returned sealed.
        """
        return await lists.scan(work.session, scope, columns, after, limit)

    async def count_waiting(self, work: Work, lead_ids: Select[Any], imported_before: datetime) -> int:
        """Counts the selected leads that are in the stock and were imported before an instant."""
        return await lists.count_waiting(work.session, lead_ids, imported_before)

    async def class_id_of(self, work: Work, lead_id: int) -> int | None:
        """Returns the class by which a lead is ordered; None for a lead without one."""
        lead = await repository.find_lead(work.session, lead_id)
        return None if lead is None else lead.class_id

    async def write(
        self,
        work: Work,
        classes: Select[Any],
        campaigns: Collection[int],
        bounds: tuple[int, int],
        *,
        assigned: bool = True,
    ) -> None:
        """Writes class and rank into the leads of these campaigns between two ids, both included.

        ``classes`` selects ``lead_id``, ``class_id``, ``rank``, ``name``; leads that it does not contain keep the
        list's own class and come after every ranked one. Without ``assigned``, leads that agents hold are left out: the
        caller writes those in a second step, so that leads being called are locked last and only briefly.
        """
        await lists.write_order(work.session, classes, campaigns, bounds, assigned=assigned)
