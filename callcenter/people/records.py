"""What an administrator changes of staff, and what is shown of these changes and of log-ins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from callcenter.people.types import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFields:
    """What an administrator changes of a member of staff: all of it, as it is to be."""

    name: str
    role: Role
    branch: str
    extension: str | None
    region_id: int | None
    team_id: int | None
    licence_number: str | None
    licence_valid_until: date | None
    trained_at: datetime | None
    training_valid_until: date | None
    examined_at: datetime | None
    exam_valid_until: date | None
    agreement_signed_at: datetime | None
    agreement_valid_until: date | None


@dataclass(frozen=True, slots=True)
class StaffChangeCard:
    """One change of a member of staff."""

    id: int
    at: datetime
    by: str | None
    """Name of the administrator; None: a command."""
    changes: Mapping[str, tuple[str | None, str | None]]
    """Field → before and after; days and instants in ISO form."""
    why: str


@dataclass(frozen=True, slots=True)
class BranchCard:
    """A branch, and how many active people it has."""

    id: int
    code: str
    name: str
    active: bool
    people: int


@dataclass(frozen=True, slots=True)
class TeamFields:
    """A team as it is to be."""

    name: str
    leader_id: int | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team, its leader, and how many active people it has."""

    id: int
    branch: str
    name: str
    leader_id: int | None
    leader: str | None
    active: bool
    people: int


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One log-in of a person that has not ended."""

    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    current: bool
    """True: the session that asks."""
