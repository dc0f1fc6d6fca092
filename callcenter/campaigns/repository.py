"""All SQL of the campaigns room."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from callcenter.campaigns.models import (
    Campaign,
    CampaignVersion,
    SavedDraft,
    ScriptReview,
    ScriptVersion,
    ServiceHoursVersion,
)
from callcenter.campaigns.types import CampaignState, ScriptState
from callcenter.kit import rows

OPEN_REVIEWS = (ScriptState.SUBMITTED, ScriptState.APPROVED)
"""States of the one version of a campaign that may wait at a time."""


async def find(session: AsyncSession, campaign_id: int, *, lock: bool = False) -> Campaign | None:
    """Returns a campaign, with ``lock`` as the database has it now and held until the transaction ends."""
    if not lock:
        return await rows.read(session, Campaign, campaign_id)
    return await session.get(Campaign, campaign_id, populate_existing=True, with_for_update={"key_share": True})


async def list_all(session: AsyncSession, state: CampaignState | None = None) -> Sequence[Campaign]:
    query = select(Campaign).order_by(col(Campaign.id))
    if state is not None:
        query = query.where(col(Campaign.state) == state)
    return (await session.scalars(query)).all()


async def has_run(session: AsyncSession, campaign_id: int) -> bool:
    """Returns whether a campaign was running at any time."""
    query = select(CampaignVersion.id).where(
        col(CampaignVersion.campaign_id) == campaign_id, col(CampaignVersion.state) == CampaignState.RUNNING
    )
    return (await session.scalars(query.limit(1))).first() is not None


async def list_versions(session: AsyncSession, campaign_id: int) -> Sequence[tuple[CampaignVersion, int | None]]:
    """Returns every version of a campaign with the number of its script, the oldest first."""
    query = (
        select(CampaignVersion, col(ScriptVersion.version))
        .join(ScriptVersion, col(ScriptVersion.id) == col(CampaignVersion.script_id), isouter=True)
        .where(col(CampaignVersion.campaign_id) == campaign_id)
        .order_by(col(CampaignVersion.number))
    )
    return [(version, script) for version, script in await session.execute(query)]


async def find_script(session: AsyncSession, campaign_id: int) -> ScriptVersion | None:
    """Returns the script in force; None before the first."""
    query = select(ScriptVersion).join(Campaign, col(Campaign.script_id) == col(ScriptVersion.id))
    return (await session.scalars(query.where(col(Campaign.id) == campaign_id))).first()


async def list_scripts(
    session: AsyncSession, campaign_id: int
) -> Sequence[tuple[ScriptVersion, CampaignVersion | None, ScriptReview | None]]:
    """Returns every version of a script, the newest first, with the campaign's version that put it in force."""
    query = (
        select(ScriptVersion, CampaignVersion, ScriptReview)
        .join(CampaignVersion, col(CampaignVersion.script_id) == col(ScriptVersion.id), isouter=True)
        .join(ScriptReview, col(ScriptReview.script_id) == col(ScriptVersion.id), isouter=True)
        .where(col(ScriptVersion.campaign_id) == campaign_id)
        .ext(distinct_on(col(ScriptVersion.version)))
        .order_by(col(ScriptVersion.version).desc(), col(CampaignVersion.number))
    )
    return [(script, version, review) for script, version, review in await session.execute(query)]


async def last_script_number(session: AsyncSession, campaign_id: int) -> int:
    """Returns the highest number that a version of the campaign's script has; 0 before the first."""
    query = select(func.max(ScriptVersion.version)).where(col(ScriptVersion.campaign_id) == campaign_id)
    return (await session.scalar(query)) or 0


async def find_script_number(session: AsyncSession, campaign_id: int, number: int) -> ScriptVersion | None:
    query = select(ScriptVersion).where(
        col(ScriptVersion.campaign_id) == campaign_id, col(ScriptVersion.version) == number
    )
    return (await session.scalars(query)).first()


async def find_review(session: AsyncSession, script_id: int) -> ScriptReview | None:
    """Returns the review of a version; the caller holds the lock of its campaign."""
    query = select(ScriptReview).where(col(ScriptReview.script_id) == script_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).first()


async def has_submitted_text(session: AsyncSession, staff_id: int | None, campaign_id: int, number: int) -> bool:
    """Returns whether this person has submitted the text of a version, as that version or as another one."""
    wanted = aliased(ScriptVersion)
    query = (
        select(ScriptReview.id)
        .join(ScriptVersion, col(ScriptVersion.id) == col(ScriptReview.script_id))
        .join(
            wanted,
            (col(wanted.title) == col(ScriptVersion.title)) & (col(wanted.statements) == col(ScriptVersion.statements)),
        )
        .where(
            col(ScriptReview.submitted_by) == staff_id,
            col(ScriptReview.campaign_id) == campaign_id,
            col(wanted.campaign_id) == campaign_id,
            col(wanted.version) == number,
        )
        .limit(1)
    )
    return (await session.scalars(query)).first() is not None


async def has_open_review(session: AsyncSession, campaign_id: int) -> bool:
    query = select(ScriptReview.id).where(
        col(ScriptReview.campaign_id) == campaign_id, col(ScriptReview.state).in_(OPEN_REVIEWS)
    )
    return (await session.scalars(query)).first() is not None


async def has_any_open_review(session: AsyncSession) -> bool:
    query = select(ScriptReview.id).where(col(ScriptReview.state).in_(OPEN_REVIEWS)).limit(1)
    return (await session.scalars(query)).first() is not None


async def list_due_scripts(session: AsyncSession, on: date) -> Sequence[tuple[int, int]]:
    """Returns campaign and number of each approved version whose day has come."""
    query = (
        select(ScriptReview.campaign_id, ScriptVersion.version)
        .join(ScriptVersion, col(ScriptVersion.id) == col(ScriptReview.script_id))
        .where(col(ScriptReview.state) == ScriptState.APPROVED, col(ScriptReview.from_on) <= on)
        .order_by(col(ScriptReview.campaign_id))
    )
    return [(campaign_id, number) for campaign_id, number in await session.execute(query)]


async def find_draft(session: AsyncSession, campaign_id: int, staff_id: int) -> SavedDraft | None:
    """Returns what a person has written and not submitted yet."""
    query = select(SavedDraft).where(col(SavedDraft.campaign_id) == campaign_id, col(SavedDraft.staff_id) == staff_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).first()


async def add_draft(session: AsyncSession, **values: Any) -> SavedDraft | None:
    """Writes a person's first draft for a campaign; returns None when there is one already."""
    query = insert(SavedDraft).values(number=1, **values).on_conflict_do_nothing().returning(SavedDraft)
    return (await session.scalars(query)).first()


async def change_draft(
    session: AsyncSession, campaign_id: int, staff_id: int, number: int, **values: Any
) -> SavedDraft | None:
    """Writes a draft anew if ``number`` is its number still; returns None otherwise.

    A conditional UPDATE: of two pages that save together one is accepted.
    """
    query = (
        update(SavedDraft)
        .where(
            col(SavedDraft.campaign_id) == campaign_id,
            col(SavedDraft.staff_id) == staff_id,
            col(SavedDraft.number) == number,
        )
        .values(number=number + 1, **values)
        .returning(SavedDraft)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).first()


async def delete_draft(session: AsyncSession, campaign_id: int, staff_id: int) -> None:
    await session.execute(
        delete(SavedDraft).where(col(SavedDraft.campaign_id) == campaign_id, col(SavedDraft.staff_id) == staff_id)
    )


async def service_hours(session: AsyncSession) -> ServiceHoursVersion | None:
    """Returns the service hours in force; None as long as no administrator has changed them."""
    query = select(ServiceHoursVersion).order_by(col(ServiceHoursVersion.id).desc()).limit(1)
    return (await session.scalars(query)).first()


async def list_service_hours(session: AsyncSession) -> Sequence[ServiceHoursVersion]:
    return (await session.scalars(select(ServiceHoursVersion).order_by(col(ServiceHoursVersion.id)))).all()
