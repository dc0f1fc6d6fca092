"""Builders for agents at work: their sessions, the notices on their screens, their quotas."""

from typing import Any

from callcenter.agents.models import AgentSession
from callcenter.agents.types import AgentState, DeskDuty, PauseCode
from callcenter.allocation.models import AgentQuota
from callcenter.allocation.types import QUOTA_REASON
from callcenter.desk.models import DeskDraft, DeskNotice
from callcenter.desk.types import NoticeCode
from callcenter.eligibility.types import RuleId
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.models import Lead
from callcenter.people.models import Staff
from tests.support.rows.core import put
from tests.support.settings import VAULT


async def make_agent_session(work: Work, agent: Staff, **columns: Any) -> AgentSession:
    """An agent who has just logged on and pauses."""
    return await put(
        work,
        AgentSession,
        columns,
        agent_id=agent.id,
        node="n1",
        state=AgentState.PAUSED,
        pause_code=PauseCode.LOGIN,
        duty=DeskDuty.MARKETING,
        since=work.now,
        logged_on_at=work.now,
    )


async def make_notice(work: Work, agent: Staff, lead: Lead, **columns: Any) -> DeskNotice:
    """An unread notice that a customer was taken off the agent's screen."""
    return await put(
        work,
        DeskNotice,
        columns,
        agent_id=agent.id,
        lead_id=lead.id,
        code=NoticeCode.TAKEN_OFF,
        rule=RuleId.DO_NOT_CALL,
        at=work.now,
    )


async def make_draft(work: Work, agent: Staff, **columns: Any) -> DeskDraft:
    """What an agent has entered so far, about no customer yet."""
    return await put(work, DeskDraft, columns, agent_id=agent.id, window="0" * 16, saved_at=work.now)


async def make_quota(work: Work, agent: Staff, campaign_id: int, **columns: Any) -> AgentQuota:
    """A quota of one agent from today on."""
    from_on = columns.get("from_on", business_date(work.now))
    return await put(
        work,
        AgentQuota,
        columns,
        campaign_id=campaign_id,
        staff_id=agent.id,
        quota=20,
        from_on=from_on,
        reason_sealed=VAULT.seal("trainee", QUOTA_REASON.place(campaign_id, from_on, columns.get("set_at", work.now))),
        set_at=work.now,
    )
