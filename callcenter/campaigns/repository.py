"""All SQL of the campaigns room."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.campaigns.models import Campaign, CampaignVersion, ScriptVersion, ServiceHoursVersion
from callcenter.campaigns.types import CampaignState
from callcenter.kit import rows


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


async def list_scripts(session: AsyncSession, campaign_id: int) -> Sequence[tuple[ScriptVersion, CampaignVersion]]:
    """Returns every version of a script with the campaign's version that put it in force, the newest first."""
    query = (
        select(ScriptVersion, CampaignVersion)
        .join(CampaignVersion, col(CampaignVersion.script_id) == col(ScriptVersion.id))
        .where(col(ScriptVersion.campaign_id) == campaign_id)
        .ext(distinct_on(col(ScriptVersion.version)))
        .order_by(col(ScriptVersion.version).desc(), col(CampaignVersion.number))
    )
    return [(script, version) for script, version in await session.execute(query)]


async def service_hours(session: AsyncSession) -> ServiceHoursVersion | None:
    """Returns the service hours in force; None as long as no administrator has changed them."""
    query = select(ServiceHoursVersion).order_by(col(ServiceHoursVersion.id).desc()).limit(1)
    return (await session.scalars(query)).first()


async def list_service_hours(session: AsyncSession) -> Sequence[ServiceHoursVersion]:
    return (await session.scalars(select(ServiceHoursVersion).order_by(col(ServiceHoursVersion.id)))).all()
