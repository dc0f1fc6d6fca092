"""All SQL of the agents room."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from callcenter.agents.models import AgentSession
from callcenter.agents.types import AgentState, LegState, Waiting
from callcenter.kit import rows
from callcenter.kit.work import Work


async def open_session(work: Work, agent_id: int, *, lock: bool = False) -> AgentSession | None:
    """Returns the agent's session that has not ended; there is at most one.

    With ``lock`` as it is now, locked until the transaction ends; one that is locked already is not read again.
    """
    held = rows.locked(work.session, AgentSession, agent_id)
    if held is not None and held.state is not AgentState.OFFLINE:
        return held
    query = select(AgentSession).where(
        col(AgentSession.agent_id) == agent_id, col(AgentSession.state) != AgentState.OFFLINE
    )
    if not lock:
        return (await work.session.scalars(query)).one_or_none()
    return next(iter(await _locked(work, query)), None)


async def open_sessions(work: Work, node: str | None = None, *, lock: bool = False) -> list[AgentSession]:
    """Returns the sessions that have not ended, of one node or of all.

    Ordered by id: every transaction that locks several sessions locks them in this order, so that two cannot deadlock.
    """
    query = select(AgentSession).where(col(AgentSession.state) != AgentState.OFFLINE).order_by(col(AgentSession.id))
    if node is not None:
        query = query.where(col(AgentSession.node) == node)
    return await _locked(work, query) if lock else list(await work.session.scalars(query))


async def hold(work: Work, agent_ids: Collection[int]) -> None:
    """Locks the open sessions of these agents, in the order of their ids."""
    query = (
        select(AgentSession)
        .where(col(AgentSession.agent_id).in_(agent_ids), col(AgentSession.state) != AgentState.OFFLINE)
        .order_by(col(AgentSession.id))
    )
    await _locked(work, query)


async def by_leg(work: Work, leg_id: str) -> AgentSession | None:
    """Returns the open session that a leg belongs to, locked."""
    query = select(AgentSession).where(
        col(AgentSession.leg_id) == leg_id, col(AgentSession.state) != AgentState.OFFLINE
    )
    return next(iter(await _locked(work, query)), None)


async def by_extension(work: Work, node: str, extension: str) -> AgentSession | None:
    """Returns the open session of a phone, locked."""
    query = select(AgentSession).where(
        col(AgentSession.extension) == extension,
        col(AgentSession.node) == node,
        col(AgentSession.state) != AgentState.OFFLINE,
    )
    return next(iter(await _locked(work, query)), None)


async def count_by_node(work: Work) -> dict[str, int]:
    """Returns how many agents are logged on per node."""
    query = select(col(AgentSession.node), func.count()).where(col(AgentSession.state) != AgentState.OFFLINE)
    rows = await work.session.execute(query.group_by(col(AgentSession.node)))
    return {row[0]: row[1] for row in rows}


async def waiting(work: Work, node: str) -> Waiting:
    """Returns which sessions wait for a leg or for a customer, in one statement and without a lock."""
    wants_leg, ready = _wants_leg(work.now), _is_ready()
    query = (
        select(col(AgentSession.agent_id), wants_leg, ready)
        .where(col(AgentSession.node) == node, or_(wants_leg, ready))
        .order_by(col(AgentSession.since), col(AgentSession.id))
    )
    found = (await work.session.execute(query)).all()
    return Waiting(
        for_leg=any(wants for _, wants, _ in found), for_customer=[agent_id for agent_id, _, ready in found if ready]
    )


async def wanting_leg(work: Work, node: str) -> list[AgentSession]:
    """Returns the sessions whose leg should be connected now, locked.

    A session that a request or a signal is changing is skipped; the engine looks again after that transaction.
    """
    query = select(AgentSession).where(col(AgentSession.node) == node, _wants_leg(work.now))
    return await _locked(work, query.order_by(col(AgentSession.id)), skip=True)


async def ready_seat(work: Work, agent_id: int) -> AgentSession | None:
    """Returns the session of a ready agent with a connected leg, locked; None where there is none, or it is locked.

    An agent whose session another transaction is changing is skipped: the engine does not wait for one agent while
    others are ready.
    """
    query = select(AgentSession).where(col(AgentSession.agent_id) == agent_id, _is_ready())
    return next(iter(await _locked(work, query, skip=True)), None)


def _wants_leg(now: datetime) -> ColumnElement[bool]:
    return and_(
        col(AgentSession.state) != AgentState.OFFLINE,
        col(AgentSession.leg_state) == LegState.NONE,
        col(AgentSession.phone_registered) | col(AgentSession.robot_number).is_not(None),
        col(AgentSession.leg_due_at).is_(None) | (col(AgentSession.leg_due_at) <= now),
    )


def _is_ready() -> ColumnElement[bool]:
    return and_(col(AgentSession.state) == AgentState.READY, col(AgentSession.leg_state) == LegState.UP)


async def _locked(work: Work, query: SelectOfScalar[AgentSession], *, skip: bool = False) -> list[AgentSession]:
    """Reads sessions as they are now and locks them, but for those (``skip``) that another transaction holds."""
    query = query.with_for_update(skip_locked=skip).execution_options(populate_existing=True)
    sessions = list(await work.session.scalars(query))
    for session in sessions:
        rows.note_locked(work.session, AgentSession, session.agent_id, session)
    return sessions
