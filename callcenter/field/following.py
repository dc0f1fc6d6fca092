"""Follows what has become of the successes handed over to the insurer (requirement F9)."""

from collections.abc import Mapping, Sequence

from callcenter.field import repository
from callcenter.field.cards import application_card
from callcenter.field.rules import follow_view
from callcenter.field.types import FollowedCard, FollowQuery, FollowView
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work


class FollowService:
    """Serves the insurer's liaison, who sees hand-overs and visits of the whole bank and nothing of a customer.

    A customer's consent to pass their particulars on is not kept yet (requirement L9), so no particulars are shown.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def followed(
        self, work: Work, query: FollowQuery, *, before: int | None = None, limit: int = 50
    ) -> Sequence[FollowedCard]:
        """Returns hand-overs with what has become of them, the newest first."""
        return [
            FollowedCard(
                id=found.row.id,
                campaign_id=found.row.campaign_id,
                region_id=found.row.region_id,
                field_agent_id=found.row.field_agent_id,
                view=follow_view(
                    found.row.state, found.last_result, found.application.state if found.application else None
                ),
                handed_at=found.row.handed_at,
                requested_visit_at=found.row.requested_visit_at,
                next_visit_at=found.next_visit_at,
                visits=found.visits,
                last_visit_at=found.last_visit_at,
                last_result=found.last_result,
                application=application_card(found.application, self._vault) if found.application else None,
            )
            for found in await repository.list_followed(work.session, query, before=before, limit=limit)
        ]

    async def totals(self, work: Work, query: FollowQuery) -> Mapping[FollowView, int]:
        """Counts the hand-overs of the same days in each view, whatever the query's own."""
        found = await repository.count_followed(work.session, query)
        return {view: found.get(view, 0) for view in FollowView}
