"""Claims the next customer of an agent's day: one statement, made once and prepared by the driver (law 2, C5).

Three things keep two claims of one agent, at the same moment, from giving two customers: the agent's session, which the
engine has locked; the advisory lock that the statement tries, without waiting; and the unique index of what is on a
screen, which refuses the second even if code is wrong.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Row,
    all_,
    and_,
    bindparam,
    case,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.allocation.models import Assignment
from callcenter.allocation.transitions import ASSIGNMENT, AssignmentAct
from callcenter.allocation.types import AssignmentState
from callcenter.kit.literals import instant, one_of, takes_lock

_T = Assignment.metadata.tables[str(Assignment.__tablename__)].c
_AGENT = bindparam("agent", type_=BigInteger)
_NOW = instant("now")
_CAMPAIGN = bindparam("campaign", type_=BigInteger)

_SHOWN = one_of(_T.state, [AssignmentState.ACTIVE])
_MAY = one_of(_T.state, ASSIGNMENT.sources(AssignmentAct.CLAIMED))
_DUE = and_(
    _MAY,
    _T.work_on <= bindparam("on", type_=Date),
    _T.due_at <= _NOW,
    _T.campaign_id != all_(bindparam("besides", type_=ARRAY(BigInteger))),
    or_(_CAMPAIGN.is_(None), _T.campaign_id == _CAMPAIGN),
)
_ALONE = takes_lock()

_FIRST = (
    select(_T.id)
    .where(_ALONE, _T.agent_id == _AGENT, or_(_SHOWN, _DUE))
    .order_by(_SHOWN.desc(), _T.position, _T.campaign_id, _T.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = (
    update(_T.id.table)
    .where(_T.id == _FIRST, _MAY | _SHOWN)
    .values(
        state=ASSIGNMENT.target(AssignmentAct.CLAIMED),
        opened_at=case((_SHOWN, _T.opened_at), else_=_NOW),
    )
    .returning(*_T)
)


async def claim_next(
    session: AsyncSession, agent_id: int, on: date, now: datetime, campaign_id: int | None, besides: Collection[int]
) -> Row[Any] | None:
    """Claims the agent's first open assignment that is due, or the one that is on the screen; None without either.

    None also while another transaction claims for the same agent: its customer is found by the next claim.
    """
    result = await session.execute(
        _CLAIM,
        {
            "agent": agent_id,
            "lock": f"allocation.agent:{agent_id}",
            "on": on,
            "now": now,
            "campaign": campaign_id,
            "besides": list(besides),
        },
    )
    return result.first()
