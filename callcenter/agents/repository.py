"""All SQL of the agents room."""

from datetime import datetime

from sqlmodel import col, select

from callcenter.agents.models import AgentSession
from callcenter.agents.types import AgentState, LegState
from callcenter.kit.work import Work


async def open_session(work: Work, agent_id: int, *, lock: bool = False) -> AgentSession | None:
    """Returns the agent's session that has not ended; there is at most one."""
    query = select(AgentSession).where(
        col(AgentSession.agent_id) == agent_id, col(AgentSession.state) != AgentState.OFFLINE
    )
    return (await work.session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def open_sessions(work: Work, node: str | None = None, *, lock: bool = False) -> list[AgentSession]:
    """Returns the sessions that have not ended, of one node or of all.

    Ordered by id: every transaction that locks several sessions locks them in this order, so that two cannot deadlock.
    """
    query = select(AgentSession).where(col(AgentSession.state) != AgentState.OFFLINE).order_by(col(AgentSession.id))
    if node is not None:
        query = query.where(col(AgentSession.node) == node)
    return list(await work.session.scalars(query.with_for_update() if lock else query))


async def by_leg(work: Work, leg_id: str) -> AgentSession | None:
    """Returns the open session that a leg belongs to, locked."""
    query = select(AgentSession).where(
        col(AgentSession.leg_id) == leg_id, col(AgentSession.state) != AgentState.OFFLINE
    )
    return (await work.session.scalars(query.with_for_update())).one_or_none()


async def by_extension(work: Work, node: str, extension: str) -> AgentSession | None:
    """Returns the open session of a phone, locked."""
    query = select(AgentSession).where(
        col(AgentSession.extension) == extension,
        col(AgentSession.node) == node,
        col(AgentSession.state) != AgentState.OFFLINE,
    )
    return (await work.session.scalars(query.with_for_update())).one_or_none()


async def wanting_leg(work: Work, node: str, now: datetime) -> list[AgentSession]:
    """Returns the sessions whose leg should be connected now, locked.

    A session that a request or a signal is changing is skipped; the engine looks again after that transaction.
    """
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
    """Returns ready agents with a connected leg, the longest waiting first, locked.

    An agent whose session another transaction is changing is skipped: the engine does not wait for one agent while
    others are ready.
    """
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
