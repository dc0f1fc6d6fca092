"""All SQL of the agents room.

Sessions are on the path of every call: they are read and written by statements that are made once, as plain objects
(``HeldSession``). One that is locked is held (``kit.held``): it is not read again, and its changes are written together
with the spans they close.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, String, any_, bindparam, func, insert, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import SQLModel, col, select

from callcenter.agents.models import AgentMessage, AgentSession, AgentSpan
from callcenter.agents.types import AgentState, HeldSession, LegState, MessageKind, Waiting
from callcenter.kit.held import Held, held_by
from callcenter.kit.literals import instant
from callcenter.kit.prepared import Prepared, unnested
from callcenter.kit.work import Work


async def open_session(work: Work, agent_id: int, *, lock: bool = False) -> HeldSession | None:
    """Returns the agent's session that has not ended; there is at most one.

    With ``lock`` as it is now, locked until the transaction ends; one that is locked already is not read again.
    """
    held = held_by(work.session, HeldSessions).find(agent_id)
    if held is not None and held.state is not AgentState.OFFLINE:
        return held
    if not lock:
        return next(iter(await _read(work, _OF_AGENT, {"agent": agent_id})), None)
    return next(iter(await _locked(work, _LOCK_OF_AGENT, {"agent": agent_id})), None)


async def open_sessions(work: Work, node: str | None = None, *, lock: bool = False) -> list[HeldSession]:
    """Returns the sessions that have not ended, of one node or of all.

    Ordered by id: every transaction that locks several sessions locks them in this order, so that two cannot deadlock.
    """
    if lock:
        return await _locked(work, _LOCK_OPEN, {"of_node": node})
    return await _read(work, _OPEN, {"of_node": node})


async def hold(work: Work, agent_ids: Collection[int]) -> None:
    """Locks the open sessions of these agents, in the order of their ids."""
    await _locked(work, _LOCK_OF_AGENTS, {"agents": list(agent_ids)})


async def by_leg(work: Work, leg_id: str) -> HeldSession | None:
    """Returns the open session that a leg belongs to, locked."""
    return next(iter(await _locked(work, _LOCK_OF_LEG, {"leg": leg_id})), None)


async def by_extension(work: Work, node: str, extension: str) -> HeldSession | None:
    """Returns the open session of a phone, locked."""
    return next(iter(await _locked(work, _LOCK_OF_PHONE, {"node": node, "extension": extension})), None)


async def count_by_node(work: Work) -> dict[str, int]:
    """Returns how many agents are logged on per node."""
    return {row[0]: row[1] for row in await _COUNTS.all(work.session, {})}


async def waiting(work: Work, node: str) -> Waiting:
    """Returns which sessions wait for a leg or for a customer, in one statement and without a lock."""
    found = await _WAITING.all(work.session, {"node": node, "now": work.now})
    return Waiting(
        for_leg=any(wants for _, wants, _ in found), for_customer=[agent_id for agent_id, _, ready in found if ready]
    )


async def wanting_leg(work: Work, node: str) -> list[HeldSession]:
    """Returns the sessions whose leg should be connected now, locked.

    A session that a request or a signal is changing is skipped; the engine looks again after that transaction.
    """
    return await _locked(work, _LOCK_WANTING_LEG, {"node": node, "now": work.now})


async def ready_sessions(work: Work, agent_ids: Collection[int]) -> list[HeldSession]:
    """Returns the sessions of those of these agents who are ready and have a connected leg, locked.

    An agent whose session another transaction is changing is skipped: the engine does not wait for one agent while
    others are ready.
    """
    return await _locked(work, _LOCK_READY, {"agents": list(agent_ids)})


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


def note_span(work: Work, session: HeldSession, state: AgentState) -> None:
    """Notes for how long a session was in the state it leaves; written with the session's change."""
    held_by(work.session, HeldSessions).spans.append(
        (session.id, session.agent_id, state, session.pause_code, session.since, work.now)
    )


async def _read(work: Work, query: Prepared, parameters: Mapping[str, Any]) -> list[HeldSession]:
    return [HeldSession(*row) for row in await query.all(work.session, parameters)]


async def _locked(work: Work, query: Prepared, parameters: Mapping[str, Any]) -> list[HeldSession]:
    """Sends a query that locks sessions. One that is held already is returned as this transaction has changed it."""
    held = held_by(work.session, HeldSessions)
    found = await _read(work, query, parameters)
    return [held.find(session.agent_id) or held.hold(session.agent_id, session) for session in found]


# --- statements, made once ------------------------------------------------------------------------------------------

_SESSION, _SPAN = (SQLModel.metadata.tables[str(table.__tablename__)] for table in (AgentSession, AgentSpan))
_T = _SESSION.c
_ALL = select_columns(*(_T[name] for name in HeldSession.__dataclass_fields__)).order_by(_T.id)

_AGENT = bindparam("agent", type_=BigInteger)
_AGENTS = bindparam("agents", type_=ARRAY(BigInteger))
_NODE = bindparam("node", type_=String)
_OF_NODE = bindparam("of_node", type_=String)
_NOW = instant("now")

_IS_OPEN = _T.state != AgentState.OFFLINE
_WANTS_LEG = (
    _IS_OPEN
    & (_T.leg_state == LegState.NONE)
    & (_T.phone_registered | _T.robot_number.is_not(None))
    & (_T.leg_due_at.is_(None) | (_T.leg_due_at <= _NOW))
)
_IS_READY = (_T.state == AgentState.READY) & (_T.leg_state == LegState.UP)


def _locking(query: Select[Any], *, skip: bool = False) -> Prepared:
    """Makes a query lock the sessions it reads, but for those (``skip``) another transaction holds."""
    return Prepared(query.with_for_update(skip_locked=skip))


_OF_AGENT = Prepared(_ALL.where(_T.agent_id == _AGENT, _IS_OPEN))
_OPEN = Prepared(_ALL.where(_IS_OPEN, or_(_OF_NODE.is_(None), _T.node == _OF_NODE)))
_COUNTS = Prepared(select(col(AgentSession.node), func.count()).where(_IS_OPEN).group_by(col(AgentSession.node)))
_LOCK_OPEN = _locking(_ALL.where(_IS_OPEN, or_(_OF_NODE.is_(None), _T.node == _OF_NODE)))
_LOCK_OF_AGENT = _locking(_ALL.where(_T.agent_id == _AGENT, _IS_OPEN))
_LOCK_OF_AGENTS = _locking(_ALL.where(_T.agent_id == any_(_AGENTS), _IS_OPEN))
_LOCK_OF_LEG = _locking(_ALL.where(_T.leg_id == bindparam("leg", type_=String), _IS_OPEN))
_LOCK_OF_PHONE = _locking(_ALL.where(_T.extension == bindparam("extension", type_=String), _T.node == _NODE, _IS_OPEN))
_LOCK_READY = _locking(_ALL.where(_T.agent_id == any_(_AGENTS), _IS_READY), skip=True)
_LOCK_WANTING_LEG = _locking(_ALL.where(_T.node == _NODE, _WANTS_LEG), skip=True)
_WAITING = Prepared(
    select_columns(_T.agent_id, _WANTS_LEG, _IS_READY)
    .where(_T.node == _NODE, or_(_WANTS_LEG, _IS_READY))
    .order_by(_T.since, _T.id)
)

_CHANGES = (
    *("state", "since", "pause_code", "pause_requested", "phone_registered", "leg_id", "leg_state", "leg_attempts"),
    *("leg_due_at", "assignment_id", "callback_id", "call_id", "help_since", "logged_off_at"),
)
_NEW = unnested("new", {"id": BigInteger(), **{name: _T[name].type for name in _CHANGES}})
_SPANS = ("session_id", "agent_id", "state", "pause_code", "from_at", "until_at")
_PAST = unnested("past", {f"past_{name}": _SPAN.c[name].type for name in _SPANS})
_ADDED = insert(_SPAN).from_select(_SPANS, select_columns(*_PAST.c)).cte("added")
_CHANGE = Prepared(
    update(_SESSION).add_cte(_ADDED).where(_T.id == _NEW.c.id).values({name: _NEW.c[name] for name in _CHANGES})
)


class HeldSessions(Held[HeldSession]):
    """Holds the sessions a transaction has locked, by agent, and the spans that it has closed."""

    columns = _CHANGES

    def __init__(self, session: Any) -> None:
        super().__init__(session)
        self.spans: list[tuple[Any, ...]] = []

    async def write_changes(self) -> None:
        await super().write_changes()
        if self.spans:  # of a session that came back to the state it was read in
            await self.write([])

    def is_changed(self) -> bool:
        return bool(self.spans) or super().is_changed()

    async def write(self, rows: Sequence[HeldSession]) -> None:
        values: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in ("id", *_CHANGES)}
        for place, name in enumerate(_SPANS):
            values[f"past_{name}"] = [span[place] for span in self.spans]
        self.spans.clear()
        await _CHANGE.all(self.session, values)
