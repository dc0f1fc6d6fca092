"""Reads what was in force when: campaigns, calendar, service hours, rule sets (law 11)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.history import DayWord, Edition, History, KnownRuleSet, Timeline
from callcenter.audit.certificate.queries.base import rows_of
from callcenter.calendar.types import Override
from callcenter.campaigns.agent_fields import agent_fields_of
from callcenter.campaigns.retries import policy_of
from callcenter.campaigns.types import (
    CampaignRules,
    CampaignState,
    DialMode,
    ServiceDays,
    ServiceHours,
    Shift,
)


async def history(session: AsyncSession) -> History:
    """Returns everything that has ever been in force."""
    return History(
        campaigns=await _campaigns(session),
        service_hours=await _service_hours(session),
        days=await _day_words(session),
        editions=await _editions(session),
        rule_sets=await _rule_sets(session),
    )


async def _campaigns(session: AsyncSession) -> Mapping[int, Timeline[CampaignRules]]:
    versions: dict[int, list[tuple[datetime, CampaignRules]]] = defaultdict(list)
    for row in await rows_of(
        session,
        """
        SELECT k.name, k.product, k.company_full_name, v.*
        FROM campaign_version v JOIN campaign k ON k.id = v.campaign_id ORDER BY v.campaign_id, v.number
        """,
    ):
        versions[row["campaign_id"]].append((row["valid_from"], _rules(row)))
    return {campaign_id: Timeline(values) for campaign_id, values in versions.items()}


def _rules(row: RowMapping) -> CampaignRules:
    same = (
        *("campaign_id", "name", "product", "company_full_name", "quota", "ring_seconds", "wrap_up_seconds"),
        *("caller_id", "trunk", "cap_per_day", "cap_per_7_days", "max_attempts", "class_scheme_id", "script_id"),
        *("open_to_all_branches", "first_on"),
    )
    values: dict[str, Any] = {name: row[name] for name in same}
    return CampaignRules(
        **values,
        version=row["number"],
        state=CampaignState(row["state"]),
        mode=DialMode(row["mode"]),
        legal_hours=Shift(row["legal_opens"], row["legal_closes"]),
        shifts=tuple(Shift(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row["shifts"]),
        retries=policy_of(row["retries"]),
        agent_fields=agent_fields_of(row["agent_fields"]),
    )


async def _service_hours(session: AsyncSession) -> Timeline[ServiceHours]:
    rows = await rows_of(session, "SELECT id, valid_from, opens, closes, days FROM service_hours ORDER BY id")
    return Timeline(
        [
            (row["valid_from"], ServiceHours(row["opens"], row["closes"], ServiceDays(row["days"]), row["id"]))
            for row in rows
        ]
    )


async def _day_words(session: AsyncSession) -> list[DayWord]:
    rows = await rows_of(session, "SELECT id, day_on, working, reason, set_at FROM calendar_override ORDER BY id")
    return [
        DayWord(
            at=row["set_at"],
            on=row["day_on"],
            override=None if row["working"] is None else Override(row["working"], row["reason"]),
            id=row["id"],
        )
        for row in rows
    ]


async def _editions(session: AsyncSession) -> Timeline[Edition]:
    rows = await rows_of(session, "SELECT first_used_at, days FROM calendar_edition ORDER BY first_used_at, name")
    return Timeline(
        [
            (row["first_used_at"], Edition({date.fromisoformat(on): working for on, working in row["days"].items()}))
            for row in rows
        ]
    )


async def _rule_sets(session: AsyncSession) -> Mapping[str, KnownRuleSet]:
    """Returns the rule sets by name; one without a digest is from before the verdicts named versions."""
    rows = await rows_of(
        session,
        "SELECT name, min(first_used_at) AS first_used_at, bool_or(digest <> '') AS names_versions"
        " FROM rule_set GROUP BY name",
    )
    return {row["name"]: KnownRuleSet(row["first_used_at"], row["names_versions"]) for row in rows}
