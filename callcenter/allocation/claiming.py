"""Claims the next customers of agents' days: one statement for all, made once and prepared by the driver (law 2, C5).

Three things keep two claims of one agent, at the same moment, from giving two customers: the agent's session, which the
engine has locked; the advisory lock that the statement tries, without waiting; and the unique index of what is on a
screen, which refuses the second even if code is wrong.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    String,
    all_,
    and_,
    bindparam,
    case,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.allocation.models import Assignment
from callcenter.allocation.transitions import ASSIGNMENT, AssignmentAct
from callcenter.allocation.types import AssignmentState
from callcenter.kit.literals import instant, one_of, takes_lock
from callcenter.kit.prepared import Prepared, unnested

_TABLE = Assignment.metadata.tables[str(Assignment.__tablename__)]
_T = _TABLE.c
_NOW = instant("now")
_CAMPAIGN = bindparam("campaign", type_=BigInteger)
_AGENT = unnested("agent", {"id": BigInteger(), "lock": String()})

_SHOWN = one_of(_T.state, [AssignmentState.ACTIVE])
_MAY = one_of(_T.state, ASSIGNMENT.sources(AssignmentAct.CLAIMED))
_DUE = and_(
    _MAY,
    _T.work_on <= bindparam("on", type_=Date),
    _T.due_at <= _NOW,
    _T.campaign_id != all_(bindparam("without", type_=ARRAY(BigInteger))),
    or_(_CAMPAIGN.is_(None), _T.campaign_id == _CAMPAIGN),
)

_FIRST = (
    select(_T.id)
    .where(takes_lock(_AGENT), _T.agent_id == _AGENT.c.id, or_(_SHOWN, _DUE))
    .order_by(_SHOWN.desc(), _T.position, _T.campaign_id, _T.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .correlate(_AGENT)
    .lateral("first")
)
_CHOSEN = select(_FIRST.c.id).select_from(_AGENT.join(_FIRST, true())).subquery("chosen")
_CLAIM = Prepared(
    update(_TABLE)
    .where(_T.id == _CHOSEN.c.id, _MAY | _SHOWN)
    .values(
        state=ASSIGNMENT.target(AssignmentAct.CLAIMED),
        opened_at=case((_SHOWN, _T.opened_at), else_=_NOW),
    )
    .returning(*_T)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which assignments are claimed."""

    on: date
    campaign_id: int | None = None
    without: Collection[int] = ()
    """Campaigns left out."""


async def claim(session: AsyncSession, agent_ids: Sequence[int], wanted: Wanted, now: datetime) -> list[Any]:
    """Claims for each agent the first open assignment that is due, or the one that is on the screen.

    Agents without either are left out, and those for whom another transaction claims: it is found by the next claim.
    """
    parameters = {
        "id": list(agent_ids),
        "lock": [f"allocation.agent:{agent_id}" for agent_id in agent_ids],
        "on": wanted.on,
        "now": now,
        "campaign": wanted.campaign_id,
        "without": list(wanted.without),
    }
    return await _CLAIM.all(session, parameters)
