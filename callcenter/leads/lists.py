"""Imported lists: ``imports`` opens and finishes them; rooms that classify, supply or search leads read them."""

from collections.abc import Collection, Mapping, Sequence

from callcenter.kit.work import Work
from callcenter.leads import list_repository as repository
from callcenter.leads.cards import list_card
from callcenter.leads.errors import ListNotFound
from callcenter.leads.models import LeadList
from callcenter.leads.types import LeadListCard, ListResult, ListTotals, NewList


class LeadLists:
    """Keeps lists and writes their leads."""

    # --- importing ---------------------------------------------------------------------------------------------

    async def find_of_file(self, work: Work, campaign_id: int, sha256: str) -> LeadListCard | None:
        """Returns the list that was imported from these bytes into this campaign; None before the import."""
        lead_list = await repository.find_list_of_file(work.session, campaign_id, sha256)
        return None if lead_list is None else list_card(lead_list)

    async def open(self, work: Work, new: NewList) -> LeadListCard:
        """Creates a list without rows. The caller has checked that the campaign exists."""
        lead_list = LeadList(
            campaign_id=new.campaign_id,
            name=new.name,
            file_name=new.file_name,
            sha256=new.sha256,
            source=new.source,
            branch=new.branch,
            target_group_id=new.target_group_id,
            imported_at=work.now,
            imported_by=work.actor.staff_id,
        )
        work.session.add(lead_list)
        await work.session.flush()
        return list_card(lead_list)

    async def finish(self, work: Work, list_id: int, result: ListResult) -> LeadListCard:
        """Writes the result of the import into its list. Raises ListNotFound."""
        lead_list = await self._find(work, list_id)
        lead_list.rows, lead_list.good, lead_list.rejected = result.rows, result.good, result.rejected
        lead_list.reasons, lead_list.warnings = dict(result.reasons), dict(result.warnings)
        lead_list.fields = [dict(spec) for spec in result.fields]
        lead_list.mapping, lead_list.titles = dict(result.mapping), list(result.titles)
        await work.session.flush()
        return list_card(lead_list)

    async def assign_branch(self, work: Work, list_id: int, branch: str) -> None:
        """Writes the branch whose target group a list serves. Raises ListNotFound."""
        (await self._find(work, list_id)).branch = branch
        await work.session.flush()

    async def analyze(self, work: Work) -> None:
        """Refreshes the planner's statistics after a large import."""
        await repository.analyze(work.session)

    # --- reading -----------------------------------------------------------------------------------------------

    async def card(self, work: Work, list_id: int) -> LeadListCard:
        """Returns one list. Raises ListNotFound."""
        return list_card(await self._find(work, list_id))

    async def cards(self, work: Work, ids: Collection[int]) -> Mapping[int, LeadListCard]:
        """Returns the lists of ``ids`` that exist, by id."""
        return {lead_list.id: list_card(lead_list) for lead_list in await repository.find_lists(work.session, ids)}

    async def branches(self, work: Work, campaign_id: int) -> Mapping[int, str]:
        """Returns list → branch of a campaign's lists that serve one branch; the others are the whole bank's."""
        return await repository.list_branches(work.session, campaign_id)

    async def page(self, work: Work, *, before: int | None = None, limit: int | None = 50) -> Sequence[LeadListCard]:
        """Returns lists, the newest first. ``before``: the last id of the page before; no ``limit``: all of them."""
        return [list_card(lead_list) for lead_list in await repository.list_lists(work.session, before, limit)]

    async def totals_by_target_group(self, work: Work, group_ids: Collection[int]) -> Mapping[int, ListTotals]:
        """Adds up the lists of each target group; groups without a list are left out."""
        return await repository.sum_by_target_group(work.session, group_ids)

    async def _find(self, work: Work, list_id: int) -> LeadList:
        lead_list = await repository.find_list(work.session, list_id)
        if lead_list is None:
            raise ListNotFound(f"there is no list {list_id}")
        return lead_list
