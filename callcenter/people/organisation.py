"""Keeps branches and teams as records, and says which of them people may join (requirements L3, S1)."""

from collections.abc import Sequence

from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people import organisation_repository as repository
from callcenter.people.errors import (
    BranchCodeTaken,
    BranchInUse,
    BranchNotFound,
    BranchUnknown,
    NotATeamLeader,
    OrganisationUnchanged,
    TeamInUse,
    TeamNameTaken,
    TeamNotFound,
    TeamUnknown,
)
from callcenter.people.records import BranchCard, TeamCard, TeamFields
from callcenter.people.repository import list_active
from callcenter.people.types import Role


class OrganisationService:
    """Adds and changes branches and teams. A code stays as it is: rows and their notes in the trail hold it."""

    async def branches(self, work: Work) -> Sequence[BranchCard]:
        """Returns every branch, by its code."""
        return [
            BranchCard(row.id, row.code, row.name, row.active, people)
            for row, people in await repository.list_branches(work.session)
        ]

    async def add_branch(self, work: Work, code: str, name: str) -> int:
        """Adds a branch and returns its id. Raises BranchCodeTaken."""
        branch = await repository.add_branch(work.session, code=code, name=name, created_at=work.now)
        if branch is None:
            raise BranchCodeTaken(f"there is a branch {code} already: choose another code", branch=code)
        await work.announce(Noted("people.branch_added", f"branch:{branch.id}", {"branch": code, "name": name}))
        return branch.id

    async def change_branch(self, work: Work, branch_id: int, name: str, reason: str, *, active: bool) -> None:
        """Renames, closes or reopens a branch.

        Raises ReasonMissing, BranchNotFound, OrganisationUnchanged, BranchInUse.
        """
        why = require_reason(reason, "changing a branch", rule="S1")
        branch = await repository.lock_branch(work.session, branch_id)
        if branch is None:
            raise BranchNotFound(f"there is no branch {branch_id}")
        if (branch.name, branch.active) == (name, active):
            raise OrganisationUnchanged("the branch is like this already: nothing was changed")
        if not active and (people := await repository.count_of_branch(work.session, branch.code)):
            raise BranchInUse(f"{people} people belong to this branch: move them first", people=people)
        branch.name, branch.active = name, active
        await work.session.flush()
        facts = {"branch": branch.code, "name": name, "active": active, "reason": why}
        await work.announce(Noted("people.branch_changed", f"branch:{branch_id}", facts))

    async def teams(self, work: Work) -> Sequence[TeamCard]:
        """Returns every team, by branch and name."""
        return [
            TeamCard(row.id, row.branch, row.name, row.leader_id, leader, row.active, people)
            for row, leader, people in await repository.list_teams(work.session)
        ]

    async def add_team(self, work: Work, branch: str, wanted: TeamFields) -> int:
        """Adds a team of a branch and returns its id. Raises BranchUnknown, TeamNameTaken, NotATeamLeader."""
        await require_open(work, branch, None)
        await self._require_leader(work, branch, wanted.leader_id)
        team = await repository.add_team(
            work.session, branch=branch, name=wanted.name, leader_id=wanted.leader_id, created_at=work.now
        )
        if team is None:
            raise TeamNameTaken(f"the branch has a team {wanted.name} already: choose another name")
        facts = {"branch": branch, "name": wanted.name, "leader": wanted.leader_id}
        await work.announce(Noted("people.team_added", f"team:{team.id}", facts))
        return team.id

    async def change_team(self, work: Work, team_id: int, wanted: TeamFields, reason: str) -> None:
        """Changes name and leader of a team, closes or reopens it.

        Raises ReasonMissing, TeamNotFound, OrganisationUnchanged, TeamNameTaken, TeamInUse, NotATeamLeader.
        """
        why = require_reason(reason, "changing a team", rule="S1")
        team = await repository.lock_team(work.session, team_id)
        if team is None:
            raise TeamNotFound(f"there is no team {team_id}")
        if TeamFields(team.name, team.leader_id, team.active) == wanted:
            raise OrganisationUnchanged("the team is like this already: nothing was changed")
        listed = await self.teams(work)
        if any((one.branch, one.name) == (team.branch, wanted.name) for one in listed if one.id != team_id):
            raise TeamNameTaken(f"the branch has a team {wanted.name} already: choose another name")
        people = next(one.people for one in listed if one.id == team_id)
        if not wanted.active and people:
            raise TeamInUse(f"{people} people belong to this team: move them first", people=people)
        if wanted.leader_id != team.leader_id:
            await self._require_leader(work, team.branch, wanted.leader_id)
        team.name, team.leader_id, team.active = wanted.name, wanted.leader_id, wanted.active
        await work.session.flush()
        facts = {"name": wanted.name, "leader": wanted.leader_id, "active": wanted.active, "reason": why}
        await work.announce(Noted("people.team_changed", f"team:{team_id}", facts))

    async def _require_leader(self, work: Work, branch: str, leader_id: int | None) -> None:
        """Refuses a leader who is no active leader of agents of the branch."""
        leaders = await list_active(work.session, role=Role.AGENT_LEADER)
        if leader_id is not None and leader_id not in {one.id for one in leaders if one.branch == branch}:
            raise NotATeamLeader("a team is led by an active leader of agents of its branch: choose one")


async def require_open(work: Work, branch: str, team_id: int | None) -> None:
    """Refuses a branch or a team that people cannot join. Raises BranchUnknown, TeamUnknown."""
    row = await repository.find_branch(work.session, branch)
    if row is None or not row.active:
        raise BranchUnknown(f"{branch} is no branch of the bank, or is closed: choose one", branch=branch)
    if team_id is None:
        return
    team = await repository.lock_team(work.session, team_id)
    if team is None or not team.active or team.branch != branch:
        raise TeamUnknown("this team is closed, or belongs to another branch: choose one of the branch")
