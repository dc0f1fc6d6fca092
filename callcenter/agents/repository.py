"""All SQL of the agents room."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, String, and_, any_, bindparam, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from callcenter.agents.models import AgentMessage, AgentSession
from callcenter.agents.types import AgentState, LegState, MessageKind, Waiting
from callcenter.kit import rows
from callcenter.kit.literals import instant
from callcenter.kit.work import Work


async def open_session(work: Work, agent_id: int, *, lock: bool = False) -> AgentSession | None:
    """Returns the agent's session that has not ended; there is at most one.

    With ``lock`` as it is now, locked until the transaction ends; one that is locked already is not read again.
    """
    held = rows.locked(work.session, AgentSession, agent_id)
    if held is not None and held.state is not AgentState.OFFLINE:
        return held
    if not lock:
        return (await work.session.scalars(_OF_AGENT, {"agent": agent_id})).one_or_none()
    return next(iter(await _locked(work, _LOCK_OF_AGENT, {"agent": agent_id})), None)


async def open_sessions(work: Work, node: str | None = None, *, lock: bool = False) -> list[AgentSession]:
    """Returns the sessions that have not ended, of one node or of all.

    Ordered by id: every transaction that locks several sessions locks them in this order, so that two cannot deadlock.
    """
    query = select(AgentSession).where(_is_open()).order_by(col(AgentSession.id))
    if node is not None:
        query = query.where(col(AgentSession.node) == node)
    return await _locked(work, _locking(query)) if lock else list(await work.session.scalars(query))


async def hold(work: Work, agent_ids: Collection[int]) -> None:
    """Locks the open sessions of these agents, in the order of their ids."""
    await _locked(work, _LOCK_OF_AGENTS, {"agents": list(agent_ids)})


async def by_leg(work: Work, leg_id: str) -> AgentSession | None:
    """Returns the open session that a leg belongs to, locked."""
    return next(iter(await _locked(work, _LOCK_OF_LEG, {"leg": leg_id})), None)


async def by_extension(work: Work, node: str, extension: str) -> AgentSession | None:
    """Returns the open session of a phone, locked."""
    query = select(AgentSession).where(
        col(AgentSession.extension) == extension, col(AgentSession.node) == node, _is_open()
    )
    return next(iter(await _locked(work, _locking(query))), None)


async def count_by_node(work: Work) -> dict[str, int]:
    """Returns how many agents are logged on per node."""
    query = select(col(AgentSession.node), func.count()).where(col(AgentSession.state) != AgentState.OFFLINE)
    rows = await work.session.execute(query.group_by(col(AgentSession.node)))
    return {row[0]: row[1] for row in rows}


async def waiting(work: Work, node: str) -> Waiting:
    """Returns which sessions wait for a leg or for a customer, in one statement and without a lock."""
    found = (await work.session.execute(_WAITING, {"node": node, "now": work.now})).all()
    return Waiting(
        for_leg=any(wants for _, wants, _ in found), for_customer=[agent_id for agent_id, _, ready in found if ready]
    )


async def wanting_leg(work: Work, node: str) -> list[AgentSession]:
    """Returns the sessions whose leg should be connected now, locked.

    A session that a request or a signal is changing is skipped; the engine looks again after that transaction.
    """
    return await _locked(work, _LOCK_WANTING_LEG, {"node": node, "now": work.now})


async def ready_seat(work: Work, agent_id: int) -> AgentSession | None:
    """Returns the session of a ready agent with a connected leg, locked; None where there is none, or it is locked.

    An agent whose session another transaction is changing is skipped: the engine does not wait for one agent while
    others are ready.
    """
    return next(iter(await _locked(work, _LOCK_READY, {"agent": agent_id})), None)


def oldest_unread(agent_id: Any, since: Any) -> Select[Any]:
    """Selects the id of the oldest message that an agent has not confirmed."""
    unread = (col(AgentMessage.agent_id) == agent_id, col(AgentMessage.read_at).is_(None))
    return select_columns(func.min(AgentMessage.id)).where(*unread, col(AgentMessage.sent_at) >= since)


async def find_message(work: Work, agent_id: int, message_id: int) -> AgentMessage | None:
    """Returns a message to this agent, locked."""
    query = select(AgentMessage).where(col(AgentMessage.id) == message_id, col(AgentMessage.agent_id) == agent_id)
    return (await work.session.scalars(query.with_for_update())).one_or_none()


async def sendings(work: Work, sent_by: int, since: datetime, most: int) -> Sequence[Any]:
    """Returns the newest messages that a person has sent, with the number of their readers and of those who have."""
    of_person = (col(AgentMessage.sent_by) == sent_by, col(AgentMessage.sent_at) >= since)
    query = (
        select_columns(
            func.min(AgentMessage.id),
            func.count(),
            func.count(col(AgentMessage.read_at)),
        )
        .where(*of_person, col(AgentMessage.kind) == MessageKind.MESSAGE)
        .group_by(col(AgentMessage.sending))
        .order_by(func.min(AgentMessage.id).desc())
        .limit(most)
        .subquery()
    )
    first, addressed, read = query.c
    joined = select_columns(AgentMessage, addressed, read).join(query, col(AgentMessage.id) == first)
    return (await work.session.execute(joined.order_by(col(AgentMessage.id).desc()))).all()


def _is_open() -> ColumnElement[bool]:
    return col(AgentSession.state) != AgentState.OFFLINE


def _wants_leg() -> ColumnElement[bool]:
    return and_(
        _is_open(),
        col(AgentSession.leg_state) == LegState.NONE,
        col(AgentSession.phone_registered) | col(AgentSession.robot_number).is_not(None),
        col(AgentSession.leg_due_at).is_(None) | (col(AgentSession.leg_due_at) <= _NOW),
    )


def _is_ready() -> ColumnElement[bool]:
    return and_(col(AgentSession.state) == AgentState.READY, col(AgentSession.leg_state) == LegState.UP)


def _locking(query: SelectOfScalar[AgentSession], *, skip: bool = False) -> SelectOfScalar[AgentSession]:
    """Makes a query read sessions as they are now and lock them, but for those (``skip``) another transaction holds."""
    return query.with_for_update(skip_locked=skip).execution_options(populate_existing=True)


async def _locked(
    work: Work, query: SelectOfScalar[AgentSession], parameters: Mapping[str, Any] | None = None
) -> list[AgentSession]:
    """Sends a query that locks sessions."""
    sessions = list(await work.session.scalars(query, parameters))
    for session in sessions:
        rows.note_locked(work.session, AgentSession, session.agent_id, session)
    return sessions


# --- statements of the path of a call, made once --------------------------------------------------------------------

_AGENT = bindparam("agent", type_=BigInteger)
_NODE = bindparam("node", type_=String)
_NOW = instant("now")

_OF_AGENT = select(AgentSession).where(col(AgentSession.agent_id) == _AGENT, _is_open())
_LOCK_OF_AGENT = _locking(_OF_AGENT)
_LOCK_OF_AGENTS = _locking(
    select(AgentSession)
    .where(col(AgentSession.agent_id) == any_(bindparam("agents", type_=ARRAY(BigInteger))), _is_open())
    .order_by(col(AgentSession.id))
)
_LOCK_OF_LEG = _locking(
    select(AgentSession).where(col(AgentSession.leg_id) == bindparam("leg", type_=String), _is_open())
)
_LOCK_READY = _locking(select(AgentSession).where(col(AgentSession.agent_id) == _AGENT, _is_ready()), skip=True)
_LOCK_WANTING_LEG = _locking(
    select(AgentSession).where(col(AgentSession.node) == _NODE, _wants_leg()).order_by(col(AgentSession.id)), skip=True
)
_WAITING = (
    select(col(AgentSession.agent_id), _wants_leg(), _is_ready())
    .where(col(AgentSession.node) == _NODE, or_(_wants_leg(), _is_ready()))
    .order_by(col(AgentSession.since), col(AgentSession.id))
)
