"""Turns rows into the frozen cards that leave this room."""

from collections.abc import Sequence

from callcenter.field import repository
from callcenter.field.models import HandOver, Region
from callcenter.field.types import HAND_OVER_WORDS, HandOverCard, RegionCard
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work


def region_card(row: Region) -> RegionCard:
    return RegionCard(row.id, row.name, tuple(row.districts), row.leader_id)


async def hand_over_cards(work: Work, rows: Sequence[HandOver], vault: Vault) -> list[HandOverCard]:
    """Returns the cards in the order of the rows, with the number of visits made."""
    visits = await repository.count_visits(work.session, [row.id for row in rows])
    return [
        HandOverCard(
            id=row.id,
            call_id=row.call_id,
            lead_id=row.lead_id,
            campaign_id=row.campaign_id,
            district=row.district,
            region_id=row.region_id,
            field_agent_id=row.field_agent_id,
            state=row.state,
            due_at=row.due_at,
            requested_visit_at=row.requested_visit_at,
            assigned_at=row.assigned_at,
            assigned_by=row.assigned_by,
            reason=vault.open_words(row.words_sealed, HAND_OVER_WORDS.at(row)) or row.reason,
            visits=visits.get(row.id, 0),
            question=row.question,
        )
        for row in rows
    ]


async def hand_over_card(work: Work, row: HandOver, vault: Vault) -> HandOverCard:
    return (await hand_over_cards(work, [row], vault))[0]
