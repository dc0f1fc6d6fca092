"""Turns rows of the allocation into the cards that other rooms see."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from callcenter.allocation.models import AllocationRun, AllocationShare, Assignment
from callcenter.allocation.rules.planning import Share
from callcenter.allocation.rules.reasons import sentence
from callcenter.allocation.types import AgentShare, AllocationReport, AssignmentCard, End
from callcenter.people.types import StaffCard


def card_of(row: Assignment | Row[Any]) -> AssignmentCard:
    """Returns an assignment as other rooms see it; ``row`` has the columns of one."""
    return AssignmentCard(
        id=row.id,
        campaign_id=row.campaign_id,
        lead_id=row.lead_id,
        agent_id=row.agent_id,
        work_on=row.work_on,
        position=row.position,
        state=row.state,
        due_at=row.due_at,
        attempts=row.attempts,
        last_note=row.last_note,
        reason=sentence(row.reason, row.reason_facts),
        reason_code=row.reason,
        reason_facts=row.reason_facts,
        end=None if row.ended_as is None else End(row.ended_as, row.end_detail, row.end_note_sealed),
    )


def planned_share(share: Share, name: str) -> AgentShare:
    """Returns what a plan gives an agent, before it is committed."""
    return AgentShare(
        agent_id=share.agent.agent_id,
        name=name,
        branch=share.agent.branch,
        quota=share.agent.quota,
        day_quota=share.agent.day_quota or share.agent.quota,
        part=share.agent.part,
        carried=share.agent.carried,
        new=share.new,
        by_class=share.by_class,
        by_district=share.by_district,
    )


def excluded_share(agent: StaffCard, why: str) -> AgentShare:
    """Returns the line of a phone agent who is allocated nothing."""
    return AgentShare(
        agent_id=agent.id,
        name=agent.name,
        branch=agent.branch,
        quota=0,
        day_quota=0,
        part=0,
        carried=0,
        new=0,
        excluded=why,
    )


def share_of(row: AllocationShare, agent: StaffCard) -> AgentShare:
    """Returns what a run gave an agent, and what became of it in the day."""
    return AgentShare(
        agent_id=row.agent_id,
        name=agent.name,
        branch=agent.branch,
        quota=row.quota,
        day_quota=row.day_quota,
        part=row.part,
        carried=row.carried,
        new=row.new,
        by_class=row.by_class,
        by_district=row.by_district,
        returned=row.returned,
        reassigned=row.reassigned,
    )


def report_of(run: AllocationRun, shares: Sequence[AgentShare], *, already_run: bool) -> AllocationReport:
    """Returns what a run did; lists give no shares."""
    return AllocationReport(
        run_id=run.id,
        campaign_id=run.campaign_id,
        on=run.work_on,
        made_at=run.made_at,
        seed=run.seed,
        digest=run.digest,
        quota=run.quota,
        agents=run.agents,
        assigned=run.assigned,
        carried=run.carried,
        returned=run.returned,
        shortage=run.shortage,
        stock_left=run.stock_left,
        forecast_days=run.forecast_days,
        by_class=run.by_class,
        stock_by_class=run.stock_by_class,
        already_run=already_run,
        shares=tuple(shares),
    )
