"""Follows what has become of the successes handed over to the insurer (requirement F9, as far as it is kept here)."""

from collections.abc import Mapping, Sequence

from callcenter.field import repository
from callcenter.field.types import FollowedCard, FollowQuery, FollowView
from callcenter.kit.work import Work


class FollowService:
    """Serves the insurer's liaison, who sees hand-overs and visits of the whole bank and nothing of a customer.

    A customer's consent to pass their particulars on is not kept yet (requirement L9), so no particulars are shown.
    """

    async def followed(
        self, work: Work, query: FollowQuery, *, before: int | None = None, limit: int = 50
    ) -> Sequence[FollowedCard]:
        """Returns hand-overs with what has become of them, the newest first."""
        return await repository.list_followed(work.session, query, before=before, limit=limit)

    async def totals(self, work: Work, query: FollowQuery) -> Mapping[FollowView, int]:
        """Counts the hand-overs of the same days in each view, whatever the query's own."""
        found = await repository.count_followed(work.session, query)
        return {view: found.get(view, 0) for view in FollowView}
