"""Holds the SQL of branches and teams."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from callcenter.kit import rows
from callcenter.people.models import Branch, Staff, Team


async def list_branches(session: AsyncSession) -> Sequence[tuple[Branch, int]]:
    """Returns every branch by its code, with the number of its active people."""
    people = select(func.count()).where(col(Staff.branch) == col(Branch.code), col(Staff.active)).scalar_subquery()
    return [
        (branch, count) for branch, count in await session.execute(select(Branch, people).order_by(col(Branch.code)))
    ]


async def count_of_branch(session: AsyncSession, code: str) -> int:
    """Counts the active people of a branch."""
    query = select(func.count()).select_from(Staff).where(col(Staff.branch) == code, col(Staff.active))
    return (await session.scalars(query)).one()


async def add_branch(session: AsyncSession, **values: Any) -> Branch | None:
    """Writes a branch; returns None when the code is taken."""
    query = insert(Branch).values(active=True, **values).on_conflict_do_nothing().returning(Branch)
    return (await session.scalars(query)).first()


async def find_branch(session: AsyncSession, code: str) -> Branch | None:
    return (await session.scalars(select(Branch).where(col(Branch.code) == code))).first()


async def lock_branch(session: AsyncSession, branch_id: int) -> Branch | None:
    return await rows.lock(session, Branch, branch_id)


async def list_teams(session: AsyncSession) -> Sequence[tuple[Team, str | None, int]]:
    """Returns every team by branch and name, with its leader's name and the number of its active people."""
    leader = aliased(Staff)
    people = select(func.count()).where(col(Staff.team_id) == col(Team.id), col(Staff.active)).scalar_subquery()
    query = (
        select(Team, col(leader.name), people)
        .join(leader, col(leader.id) == col(Team.leader_id), isouter=True)
        .order_by(col(Team.branch), col(Team.name))
    )
    return [(team, name, count) for team, name, count in await session.execute(query)]


async def add_team(session: AsyncSession, **values: Any) -> Team | None:
    """Writes a team; returns None when the branch has one of this name."""
    query = insert(Team).values(active=True, **values).on_conflict_do_nothing().returning(Team)
    return (await session.scalars(query)).first()


async def lock_team(session: AsyncSession, team_id: int) -> Team | None:
    return await rows.lock(session, Team, team_id)
