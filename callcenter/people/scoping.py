"""Conditions on columns that hold the id of a member of staff, for the queries of other rooms (requirement S1).

One place says what a scope means, as ``dnc.in_force`` does for do-not-call: a condition costs no statement of its own.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, true
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from callcenter.kit.actor import Actor
from callcenter.kit.scope import ScopeKind
from callcenter.people.models import Staff
from callcenter.people.types import Role


def staff_within(column: Any, actor: Actor) -> ColumnElement[bool]:
    """Returns the condition that a column names staff within the actor's scope, also those who have left.

    A row without staff is within the scope of the whole bank alone.
    """
    scope = actor.scope
    match scope.kind:
        case ScopeKind.ALL:
            return true()
        case ScopeKind.BRANCH:
            return _one_of(column, col(Staff.branch) == scope.branch)
        case ScopeKind.REGION:
            return _one_of(column, col(Staff.region_id) == scope.region_id)
        case ScopeKind.OWN:
            own: ColumnElement[bool] = column == actor.staff_id
            return false() if actor.staff_id is None else own


def of_branch(column: Any, branch: str) -> ColumnElement[bool]:
    """Returns the condition that a column names staff of a branch, also those who have left."""
    return _one_of(column, col(Staff.branch) == branch)


def team_of(column: Any, agent_id: Any) -> ColumnElement[bool]:
    """Returns the condition that a column names an agent of the same branch as ``agent_id``.

    For a branch without an active agent all agents are its team: what its agents have left must not wait for
    staff who are gone (law 12).
    """
    owner, colleague = aliased(Staff), aliased(Staff)
    own_branch = select(col(Staff.branch)).where(col(Staff.id) == agent_id).correlate_except(Staff).scalar_subquery()
    somebody_left = exists().where(
        and_(col(colleague.branch) == col(owner.branch), col(colleague.role) == Role.AGENT, col(colleague.active))
    )
    return exists().where(
        and_(col(owner.id) == column, (col(owner.branch) == own_branch) | ~somebody_left),
    )


def _one_of(column: Any, where: ColumnElement[bool]) -> ColumnElement[bool]:
    ids: ColumnElement[bool] = column.in_(select(col(Staff.id)).where(where))
    return ids
