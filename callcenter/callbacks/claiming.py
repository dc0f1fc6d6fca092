"""Claims the next due callback for an agent: one statement, made once and prepared by the driver (law 2, C5).

The agent's own promises come first, then complaint obligations, then what is open to the team; of each kind customers
of a higher class. Each part reads an index of its own in that order and stops at the first row that no other agent is
claiming, so a claim costs as much in a large pool as in a small one.

A callback whose number is in a call is left out: it waits for the end of that call and keeps its time, because nothing
is written. So does a promise while the last conversation with the number has no disposition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Row,
    ScalarSelect,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.callbacks.models import Callback
from callcenter.callbacks.transitions import OBLIGATION, PROMISE, Fact
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.scoping import number_awaited, number_in_call
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.literals import instant, one_of, takes_lock
from callcenter.kit.prepared import Prepared, unnested
from callcenter.people.presence import fit_and_not_on_leave, rostered_part
from callcenter.people.scoping import team_of

_T = Callback.metadata.tables[str(Callback.__tablename__)].c
_AGENT = bindparam("agent", type_=BigInteger)
_NOW = instant("now")
_ON = bindparam("on", type_=Date)
_ALONE = takes_lock()


@dataclass(frozen=True, slots=True)
class _Parts:
    """The callbacks an agent may claim, as conditions; ``agent`` and ``left_since`` as parameters or columns."""

    agent: Any
    left_since: Any
    """Until when a complaint was left to the complaint staff."""

    @property
    def held(self) -> ColumnElement[bool]:
        return and_(one_of(_T.state, [CallbackState.ACTIVE]), _T.claimed_by == self.agent)

    @property
    def own(self) -> ColumnElement[bool]:
        return and_(_PROMISE, _T.agent_id == self.agent)

    @property
    def team(self) -> ColumnElement[bool]:
        return and_(_PROMISE, _T.opens_to_team_at <= _NOW, team_of(_T.agent_id, self.agent))

    @property
    def complaint(self) -> ColumnElement[bool]:
        return and_(
            one_of(_T.kind, [CallbackKind.COMPLAINT]),
            one_of(_T.state, OBLIGATION.sources(Fact.CLAIMED)),
            _T.due_at <= self.left_since,
            _T.excluded_agent_id.is_distinct_from(self.agent),
            ~number_in_call(_T.lead_id),
        )


_PROMISE = and_(
    one_of(_T.kind, [CallbackKind.AGENT_PROMISE]),
    one_of(_T.state, PROMISE.sources(Fact.CLAIMED)),
    _T.due_at <= _NOW,
    ~number_awaited(_T.lead_id, instant("midnight")),
)
_ONE = _Parts(_AGENT, instant("left_since"))
_HELD = _ONE.held


def _first(condition: ColumnElement[bool]) -> ScalarSelect[int]:
    """Returns the first callback of a condition that no other transaction has locked."""
    query = select(_T.id).where(condition).order_by(_T.priority, _T.due_at, _T.id).limit(1)
    return query.with_for_update(skip_locked=True).scalar_subquery()


def _claim(*parts: ColumnElement[bool]) -> Update:
    """Makes the statement that claims the first callback of the first part that has one, or the one that is held."""
    held = select(_T.id).where(_HELD).scalar_subquery()
    chosen = func.coalesce(held, *(_first(part) for part in parts))
    return (
        update(_T.id.table)
        .where(
            _ALONE,
            fit_and_not_on_leave(_AGENT, _ON),
            _T.id == chosen,
            or_(one_of(_T.state, OBLIGATION.sources(Fact.CLAIMED)), _HELD),
        )
        .values(
            state=OBLIGATION.target(Fact.CLAIMED),
            claimed_by=_AGENT,
            claimed_at=case((_HELD, _T.claimed_at), else_=_NOW),
        )
        .returning(*_T, rostered_part(_AGENT, _ON).label("rostered_part"))
    )


_BY_AGENT, _BY_COMPLAINT_STAFF = _claim(_ONE.own, _ONE.complaint, _ONE.team), _claim(_ONE.complaint)


def _waiting() -> Prepared:
    """Makes the statement that says for which of many agents a claim would find something."""
    agent = unnested("agent", {"id": BigInteger(), "left_since": DateTime(timezone=True), "complaints_only": Boolean()})
    parts = _Parts(agent.c.id, agent.c.left_since)

    def some(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return select(_T.id).where(condition).correlate(agent).exists()

    promised = and_(~agent.c.complaints_only, or_(some(parts.own), some(parts.team)))
    return Prepared(select(agent.c.id).where(or_(some(parts.held), some(parts.complaint), promised)))


_WAITING = _waiting()


async def waiting(session: AsyncSession, agents: Mapping[int, timedelta | None], now: datetime) -> set[int]:
    """Returns those of these agents for whom a callback may be due; of each, ``staff_first`` as in ``claim``.

    Nothing is locked: whether there is one is decided by the claim. It keeps claims from being sent for nothing, which
    is what nearly all of them find.
    """
    parameters = {
        "id": list(agents),
        "left_since": [now - (staff_first or timedelta()) for staff_first in agents.values()],
        "complaints_only": [staff_first is None for staff_first in agents.values()],
        "now": now,
        "midnight": at_business_time(business_date(now), 0),
    }
    return {row.id for row in await _WAITING.all(session, parameters)}


async def claim(session: AsyncSession, agent_id: int, now: datetime, staff_first: timedelta | None) -> Row[Any] | None:
    """Claims one due callback, or the one this agent has claimed already; None when none is due or the agent is away.

    ``staff_first``: how long a phone agent leaves complaints to the complaint staff; None: the agent is complaint
    staff, and calls complaints alone. The row has the part of the day as well that the agent works (``rostered_part``).
    None also while another transaction claims for the same agent.
    """
    on = business_date(now)
    result = await session.execute(
        _BY_COMPLAINT_STAFF if staff_first is None else _BY_AGENT,
        {
            "agent": agent_id,
            "lock": f"callbacks.agent:{agent_id}",
            "now": now,
            "on": on,
            "midnight": at_business_time(on, 0),
            "left_since": now - (staff_first or timedelta()),
        },
    )
    return result.first()
