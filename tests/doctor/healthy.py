"""A healthy Monday morning: every part runs, agents wait with leads that are due, nothing is wrong."""

from datetime import timedelta

from sqlalchemy import text

from callcenter.agents.types import AgentState, LegState
from callcenter.campaigns.models import ScriptVersion
from callcenter.health.models import Heartbeat, NodeRow
from callcenter.health.types import Keeping
from callcenter.kit.work import Work, Works
from callcenter.migrations.starting import require_ready
from tests.support.rows import (
    VAULT,
    make_agent_session,
    make_assignment,
    make_campaign,
    make_lead_list,
    make_leads,
    make_member,
    make_run,
    make_staff,
)
from tests.support.rows.core import put

PARTS = ("web", "office", "engine", "recorder")
AGENTS, LEADS, SPARE = 2, 3, 4
"""Agents; leads of each for today; leads in the stock."""


async def make_healthy(works: Works) -> None:
    """Fills an empty database."""
    async with works.begin() as work:
        await require_ready(work.session, VAULT)
        await _run_parts(work)
        await _work(work)


async def _run_parts(work: Work) -> None:
    for part in PARTS:
        engine = part == "engine"
        process: dict[str, object] = {"process": f"{part}-1", "node": "n1", "pid": 7, "started_at": work.now}
        keeping = {"keeping": Keeping.IN_TIME, "keeping_since": work.now, "lag_seconds": 0.0} if engine else {}
        leads = {part: work.now.isoformat()}
        await put(work, Heartbeat, process, parts=[part], leads=leads, beat_at=work.now, **keeping)
    node = {"name": "n1", "websocket_url": "wss://cc.example/ws", "realm": "cc", "registered_at": work.now}
    await put(work, NodeRow, node)


async def _work(work: Work) -> None:
    campaign = await make_campaign(work, name="autumn")
    lead_list = await make_lead_list(work, campaign_id=campaign.id)
    run = await make_run(work, campaign_id=campaign.id, assigned=AGENTS * LEADS)
    text_of = {"campaign_id": campaign.id, "version": 1, "title": "script", "created_at": work.now}
    script = await put(work, ScriptVersion, text_of)
    # past the guard of versions: the script is part of what the story begins with
    await work.session.execute(text("SET LOCAL session_replication_role = replica"))
    campaign.script_id = script.id
    await work.session.flush()
    await work.session.execute(text("SET LOCAL session_replication_role = origin"))
    await make_leads(work, SPARE, list_id=lead_list.id)
    for number in range(AGENTS):
        agent = await make_staff(work, extension=f"10{number:02}")
        await make_member(work, staff_id=agent.id, campaign_id=campaign.id)
        for position, lead in enumerate(await make_leads(work, LEADS, list_id=lead_list.id)):
            await make_assignment(
                work,
                run_id=run.id,
                lead_id=lead.id,
                agent_id=agent.id,
                position=position,
                assigned_at=work.now - timedelta(hours=14),
            )
        await make_agent_session(
            work,
            agent,
            state=AgentState.READY,
            pause_code=None,
            extension=agent.extension,
            phone_registered=True,
            leg_state=LegState.UP,
            leg_id=f"leg-{number}",
        )
