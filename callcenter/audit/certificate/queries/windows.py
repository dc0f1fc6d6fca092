"""Reads what the calling windows were."""

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.audit.certificate.queries.base import (
    rows_of,
)
from callcenter.audit.certificate.rules import DayWord
from callcenter.calendar.types import Override
from callcenter.campaigns.models import Campaign
from callcenter.campaigns.service import rules_of
from callcenter.campaigns.types import CampaignRules, CampaignState

# -- what the windows were


async def campaigns(session: AsyncSession) -> dict[int, CampaignRules]:
    return {row.id: rules_of(row) for row in await session.scalars(select(Campaign).order_by(col(Campaign.id)))}


async def campaign_states(session: AsyncSession) -> Mapping[int, Sequence[tuple[datetime, CampaignState]]]:
    """Returns every change of a campaign's state, by the audit trail. A garbled entry is a matter of the chain."""
    states: dict[int, list[tuple[datetime, CampaignState]]] = defaultdict(list)
    for row in await rows_of(
        session,
        "SELECT at, subject, facts ->> 'state' AS state FROM audit_entry WHERE act = 'campaigns.state_set' ORDER BY id",
    ):
        with contextlib.suppress(ValueError):
            campaign_id = int(row["subject"].removeprefix("campaign:"))
            states[campaign_id].append((row["at"], CampaignState(row["state"])))
    return states


async def day_words(session: AsyncSession) -> list[DayWord]:
    """Returns the administrator's overrides of dates: those in force from their table, earlier ones from the trail."""
    words: list[DayWord] = []
    for row in await rows_of(
        session,
        """
        SELECT at, substr(subject, 5) AS on_day, facts ->> 'working' AS working, facts ->> 'reason' AS reason
        FROM audit_entry WHERE act IN ('campaigns.day_overridden', 'campaigns.day_restored')
        UNION ALL
        SELECT set_at, CAST(day_on AS text), CAST(working AS text), reason FROM calendar_override
        ORDER BY at
        """,
    ):
        with contextlib.suppress(ValueError):
            override = None if row["working"] is None else Override(row["working"] == "true", row["reason"] or "")
            words.append(DayWord(row["at"], date.fromisoformat(row["on_day"]), override))
    return words
