"""Staff created by the people room itself, for tests of log-in and of fitness to telephone."""

from datetime import date
from typing import Any

from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.types import Role, StaffCard, StaffDraft

PASSWORD = "a long enough secret"
LICENSED_UNTIL = date(2027, 6, 30)


async def hire(
    works: Works, people: PeopleService, login: str, role: Role = Role.AGENT, **particulars: Any
) -> StaffCard:
    """Creates staff of the branch "north" who may work on the phone unless the particulars say otherwise."""
    async with works.begin() as work:
        defaults: dict[str, Any] = {
            "name": f"测试{login}",
            "password": PASSWORD,
            "branch": "north",
            "licence_valid_until": LICENSED_UNTIL,
            "trained_at": work.now,
            "examined_at": work.now,
            "agreement_signed_at": work.now,
        }
        return await people.create_staff(work, StaffDraft(login=login, role=role, **{**defaults, **particulars}))
