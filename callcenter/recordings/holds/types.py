"""Authorities that may ask for a hold, and what other rooms may see of one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from callcenter.kit.places import Binding

HOLD_WHY = Binding("legal_hold.why", ("number", "placed_at"))
LIFT_WHY = Binding("legal_hold.lift_why", ("id",))

MOST_CALLS = 200
"""Recordings that one hold names at most."""


class Authority(StrEnum):
    """Who asks for a recording to be kept."""

    COURT = "court"
    REGULATOR = "regulator"
    POLICE = "police"
    LAWYERS = "lawyers"
    """The bank's own, for a dispute that is to be expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldDraft:
    """A hold to be placed."""

    authority: Authority
    number: str
    """Under which the request is registered."""
    reason: str
    call_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCard:
    """One hold and the calls whose recordings it keeps."""

    id: int
    authority: Authority
    number: str
    why: str
    placed_by: int | None
    placed_at: datetime
    lifted_by: int | None
    lifted_at: datetime | None
    lift_why: str
    call_ids: tuple[UUID, ...]
