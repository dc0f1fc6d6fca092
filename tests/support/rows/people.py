"""Builders for staff, the roster and long work."""

from datetime import date
from typing import Any

from callcenter.kit.clock import business_date
from callcenter.kit.jobs import Job
from callcenter.kit.work import Work
from callcenter.people.models import Branch, Roster, Staff, StaffLeave, Team, WorkPattern
from callcenter.people.types import LeaveKind, Role
from tests.support.rows.core import next_number, put


async def make_branch(work: Work, **columns: Any) -> Branch:
    """An open branch."""
    number = await next_number(work, Branch)
    return await put(work, Branch, columns, code=f"branch {number}", name=f"branch {number}", created_at=work.now)


async def make_team(work: Work, **columns: Any) -> Team:
    """An open team without a leader, of the branch "main"."""
    number = await next_number(work, Team)
    return await put(work, Team, columns, branch="main", name=f"team {number}", created_at=work.now)


async def make_staff(work: Work, role: Role = Role.AGENT, **columns: Any) -> Staff:
    """An active member of staff of the branch "main", who cannot log in: the password is no hash.

    A phone agent has all that is needed to telephone customers, and so have complaint staff.
    """
    number = await next_number(work, Staff)
    if role in (Role.AGENT, Role.COMPLAINT_OFFICER):
        fit = {"trained_at": work.now, "examined_at": work.now, "agreement_signed_at": work.now}
        columns = {"licence_valid_until": date(2030, 1, 1), **fit, **columns}
    return await put(
        work,
        Staff,
        columns,
        login=f"{role.value}-{number}",
        name=f"{role.value} {number}",
        password_hash="-",
        role=role,
        branch="main",
        created_at=work.now,
    )


async def make_roster(work: Work, **columns: Any) -> Roster:
    """Today's roster entry of an agent: a whole working day."""
    if "staff_id" not in columns:
        columns["staff_id"] = (await make_staff(work)).id
    working = columns.get("working", True)
    return await put(
        work, Roster, columns, on=business_date(work.now), working=working, part=100 if working else 0, set_at=work.now
    )


async def make_work_pattern(work: Work, **columns: Any) -> WorkPattern:
    """What an agent works of each weekday from today on: all of Monday to Friday."""
    if "staff_id" not in columns:
        columns["staff_id"] = (await make_staff(work)).id
    parts = [100, 100, 100, 100, 100, 0, 0]
    return await put(work, WorkPattern, columns, from_on=business_date(work.now), parts=parts, set_at=work.now)


async def make_leave(work: Work, **columns: Any) -> StaffLeave:
    """A day's annual leave of an agent, today."""
    if "staff_id" not in columns:
        columns["staff_id"] = (await make_staff(work)).id
    today = business_date(work.now)
    return await put(work, StaffLeave, columns, first_on=today, last_on=today, kind=LeaveKind.ANNUAL, set_at=work.now)


async def make_job(work: Work, **columns: Any) -> Job:
    """A job that waits to be run."""
    return await put(work, Job, columns, kind="tests.nothing", requested_at=work.now)
