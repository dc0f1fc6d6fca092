"""All SQL of the agents room."""

from datetime import datetime

from sqlmodel import col, select

from callcenter.agents.models import AgentSession
from callcenter.agents.types import AgentState, LegState
from callcenter.kit.work import Work


async def open_session(work: Work, agent_id: int, *, lock: bool = False) -> AgentSession | None:
    query = select(AgentSession).where(
        col(AgentSession.agent_id) == agent_id, col(AgentSession.state) != AgentState.OFFLINE
    )
    return (await work.session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def open_sessions(work: Work, node: str | None = None, *, lock: bool = False) -> list[AgentSession]:
    query = select(AgentSession).where(col(AgentSession.state) != AgentState.OFFLINE).order_by(col(AgentSession.id))
    if node is not None:
        query = query.where(col(AgentSession.node) == node)
    return list(await work.session.scalars(query.with_for_update() if lock else query))


async def by_leg(work: Work, leg_id: str) -> AgentSession | None:
    query = select(AgentSession).where(
        col(AgentSession.leg_id) == leg_id, col(AgentSession.state) != AgentState.OFFLINE
    )
    return (await work.session.scalars(query.with_for_update())).one_or_none()


async def by_extension(work: Work, node: str, extension: str) -> AgentSession | None:
    query = select(AgentSession).where(
        col(AgentSession.extension) == extension,
        col(AgentSession.node) == node,
        col(AgentSession.state) != AgentState.OFFLINE,
    )
    return (await work.session.scalars(query.with_for_update())).one_or_none()


async def wanting_leg(work: Work, node: str, now: datetime) -> list[AgentSession]:
    """Sessions whose leg should be connected now."""
    query = (
        select(AgentSession)
        .where(
            col(AgentSession.node) == node,
            col(AgentSession.state) != AgentState.OFFLINE,
            col(AgentSession.leg_state) == LegState.NONE,
            col(AgentSession.phone_registered) | col(AgentSession.robot_number).is_not(None),
            col(AgentSession.leg_due_at).is_(None) | (col(AgentSession.leg_due_at) <= now),
        )
        .order_by(col(AgentSession.id))
        .with_for_update(skip_locked=True)
    )
    return list(await work.session.scalars(query))


async def ready_seats(work: Work, node: str) -> list[AgentSession]:
    """Ready agents with a connected leg, the longest waiting first."""
    query = (
        select(AgentSession)
        .where(
            col(AgentSession.node) == node,
            col(AgentSession.state) == AgentState.READY,
            col(AgentSession.leg_state) == LegState.UP,
        )
        .order_by(col(AgentSession.since), col(AgentSession.id))
        .with_for_update(skip_locked=True)
    )
    return list(await work.session.scalars(query))
