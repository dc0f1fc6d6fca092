"""Turns rows into the frozen cards that leave this room."""

from collections.abc import Sequence

from callcenter.field import repository
from callcenter.field.models import HandOver, PolicyApplication, Region
from callcenter.field.types import HAND_OVER_WORDS, POLICY_NUMBER, ApplicationCard, HandOverCard, Policy, RegionCard
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


def application_card(row: PolicyApplication, vault: Vault) -> ApplicationCard:
    return ApplicationCard(
        state=row.state, signed_at=row.signed_at, policy=policy_of(row, vault), ended_on=row.ended_on
    )


def policy_of(row: PolicyApplication, vault: Vault) -> Policy | None:
    """Returns the policy that was issued upon an application; None as long as there is none."""
    if row.number_sealed is None or row.issued_on is None or row.starts_on is None:
        return None
    return Policy(
        number=vault.open(row.number_sealed, POLICY_NUMBER.at(row)),
        issued_on=row.issued_on,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
