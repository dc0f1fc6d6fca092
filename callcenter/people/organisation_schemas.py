"""Describes what the endpoints of branches and teams take and return."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callcenter.kit.reasons import Reason
from callcenter.people.records import TeamFields

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
LongName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class BranchIn(BaseModel):
    code: Name = Field(description="what staff and lists of this branch hold; it never changes")
    name: LongName


class BranchChange(BaseModel):
    name: LongName
    active: bool = Field(description="false: closed")
    reason: Reason


class BranchOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    code: str
    name: str
    active: bool
    people: int = Field(description="active people of this branch")


class _Team(BaseModel):
    name: Name
    leader_id: int | None = Field(default=None, ge=1, description="an active leader of agents of the branch")


class TeamIn(_Team):
    branch: Name = Field(description="code of the branch")

    @property
    def fields(self) -> TeamFields:
        return TeamFields(self.name, self.leader_id)


class TeamChange(_Team):
    active: bool = Field(description="false: closed")
    reason: Reason

    @property
    def fields(self) -> TeamFields:
        return TeamFields(self.name, self.leader_id, self.active)


class TeamOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    branch: str = Field(description="code of the branch")
    name: str
    leader_id: int | None
    leader: str | None
    active: bool
    people: int = Field(description="active people of this team")


class OrganisationOut(BaseModel):
    """Every branch by its code, every team by branch and name."""

    branches: list[BranchOut]
    teams: list[TeamOut]
