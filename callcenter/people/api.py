"""Serves the people room over HTTP. Log-in and log-out stand in web: they set the cookie."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.kit.clock import business_date
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, by_number
from callcenter.people.changing import ChangeService
from callcenter.people.errors import RosterSpan
from callcenter.people.leaves import LeaveService
from callcenter.people.log_ins import LogInService
from callcenter.people.passwords import PasswordService
from callcenter.people.rostering import RosterService
from callcenter.people.schemas import (
    LeaveChange,
    LeaveOut,
    LeaveRequest,
    OneTimePasswordOut,
    PatternIn,
    RosterOut,
    RosterRequest,
    RosterSet,
    SessionOut,
    SessionsEnd,
    SessionsEnded,
    StaffChangeOut,
    StaffChangeRequest,
    StaffChoice,
    StaffLeaving,
    StaffLine,
    StaffPage,
    StaffRequest,
)
from callcenter.people.second_factor import SecondFactorService
from callcenter.people.service import PeopleService
from callcenter.people.types import Right, Role

router = APIRouter(prefix="/people", tags=["people"])
_STAFF = by_number("staff")
_ROSTER = by_number("roster_lines")

Rosters = Annotated[RosterService, provided(RosterService)]

People = Annotated[PeopleService, provided(PeopleService)]
Passwords = Annotated[PasswordService, provided(PasswordService)]
Changes = Annotated[ChangeService, provided(ChangeService)]
LogIns = Annotated[LogInService, provided(LogInService)]
Leaves = Annotated[LeaveService, provided(LeaveService)]

_MAY_LEAVE = require(Right.MANAGE_ROSTER, Right.MANAGE_PEOPLE)
"""Those who manage a roster alone reach the phone agents of their branch."""
_LONGEST = timedelta(days=62)


@router.get("", dependencies=[require(Right.MANAGE_PEOPLE)])
async def list_people(
    work: Working,
    people: People,
    factors: Annotated[SecondFactorService, provided(SecondFactorService)],
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> StaffPage:
    """Lists all staff, in the order they were added."""
    staff = await people.list_staff(work, after=_STAFF.position(cursor) or 0, limit=limit)
    locked = await people.locked_log_ins(work)
    proven = await factors.enrolled_staff(work)
    today = business_date(work.now)
    items = [StaffLine.of(member, locked.get(member.id), member.id in proven, today) for member in staff]
    return StaffPage(items=items, next=_STAFF.next(staff, limit))


@router.post("", status_code=201, dependencies=[require(Right.MANAGE_PEOPLE)])
async def add_staff(body: StaffRequest, work: Working, passwords: Passwords) -> OneTimePasswordOut:
    """Adds a member of staff; the answer has the one-time password of their first log-in, and is given once."""
    return OneTimePasswordOut.of(await passwords.hire(work, body.draft))


@router.get(
    "/choices", dependencies=[require(Right.MANAGE_ROSTER, Right.ALLOCATE, Right.MANAGE_PEOPLE, Right.VIEW_AUDIT)]
)
async def choose_staff(
    work: Working,
    rosters: Rosters,
    role: Role | None = None,
    search: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[StaffChoice]:
    """Lists the active staff of my scope by name, for fields in which a person is chosen."""
    return [StaffChoice.of(card) for card in await rosters.search(work, role=role, text=search, limit=limit)]


@router.get("/roster", dependencies=[require(Right.MANAGE_ROSTER)])
async def show_roster(
    work: Working,
    rosters: Rosters,
    first: Annotated[date, Query(alias="from")],
    last: Annotated[date, Query(alias="to")],
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
) -> RosterOut:
    """Shows the phone agents of my scope by days, both ends included."""
    if not timedelta() <= last - first <= _LONGEST:
        raise RosterSpan(f"a roster is shown for 1 to {_LONGEST.days + 1} days")
    after = _ROSTER.position(cursor) or 0
    grid = await rosters.grid(work, first, last)
    rest = after + limit < len(grid.lines)
    return RosterOut.of(grid, after, limit, next_=_ROSTER.cursor(after + limit) if rest else None)


@router.put("/roster", dependencies=[require(Right.MANAGE_ROSTER)])
async def set_roster(body: RosterRequest, work: Working, rosters: Rosters) -> RosterSet:
    """Sets for several agents and days whether and how much they work."""
    return RosterSet(cells=await rosters.set_days(work, body.staff_ids, body.days, body.entry, body.reason))


@router.put("/{staff_id}", status_code=204, dependencies=[require(Right.MANAGE_PEOPLE)])
async def change_staff(staff_id: int, body: StaffChangeRequest, work: Working, changes: Changes) -> None:
    """Changes a person's record; with another role, branch or region they are logged out and their work is released."""
    await changes.change(work, staff_id, body.fields, body.reason)


@router.get("/{staff_id}/changes", dependencies=[require(Right.MANAGE_PEOPLE)])
async def list_changes(staff_id: int, work: Working, changes: Changes) -> list[StaffChangeOut]:
    """Lists the changes of a person's record, the latest first."""
    return [StaffChangeOut.of(one) for one in await changes.history(work, staff_id)]


@router.get("/{staff_id}/sessions", dependencies=[require(Right.MANAGE_PEOPLE)])
async def list_sessions(staff_id: int, work: Working, log_ins: LogIns) -> list[SessionOut]:
    """Lists the log-ins of a person that have not ended, the one used last first."""
    return [SessionOut.model_validate(one) for one in await log_ins.list(work, staff_id)]


@router.post("/{staff_id}/sessions/end", dependencies=[require(Right.MANAGE_PEOPLE)])
async def end_sessions(staff_id: int, body: SessionsEnd, work: Working, log_ins: LogIns) -> SessionsEnded:
    """Ends one log-in of a person, or all of them."""
    return SessionsEnded(ended=await log_ins.end(work, staff_id, body.session_id, body.reason))


@router.post("/{staff_id}/leave", status_code=204, dependencies=[require(Right.MANAGE_PEOPLE)])
async def leave_bank(staff_id: int, body: StaffLeaving, work: Working, people: People) -> None:
    """Revokes at once the access of a person who leaves the bank; what they hold goes to others."""
    await people.leave(work, staff_id, body.reason)


@router.post("/{staff_id}/unlock", status_code=204, dependencies=[require(Right.MANAGE_PEOPLE)])
async def unlock_log_in(staff_id: int, work: Working, people: People) -> None:
    """Unlocks a log-in that wrong passwords have locked, before its time."""
    await people.unlock(work, staff_id)


@router.post("/{staff_id}/one-time-password", dependencies=[require(Right.MANAGE_PEOPLE)])
async def issue_one_time_password(staff_id: int, work: Working, passwords: Passwords) -> OneTimePasswordOut:
    """Replaces a person's password by a one-time password and ends their sessions; the answer is given once."""
    return OneTimePasswordOut.of(await passwords.issue(work, staff_id))


@router.get("/leaves", dependencies=[_MAY_LEAVE])
async def list_leaves(work: Working, leaves: Leaves, since: date | None = None) -> list[LeaveOut]:
    """Lists the leaves of my scope that end today or later; ``since``: from that day on."""
    return [LeaveOut.model_validate(leave) for leave in await leaves.list(work, since)]


@router.post("/leaves", status_code=201, dependencies=[_MAY_LEAVE])
async def enter_leave(body: LeaveRequest, work: Working, leaves: Leaves) -> LeaveOut:
    """Enters a leave; what the person holds for its days goes to others at once."""
    leave = await leaves.enter(work, body.staff_id, body.first_on, body.last_on, body.kind)
    return LeaveOut.model_validate(leave)


@router.put("/leaves/{leave_id}", dependencies=[_MAY_LEAVE])
async def change_leave(leave_id: int, body: LeaveChange, work: Working, leaves: Leaves) -> LeaveOut:
    """Lets a leave end on another day."""
    return LeaveOut.model_validate(await leaves.change_end(work, leave_id, body.last_on))


@router.delete("/leaves/{leave_id}", dependencies=[_MAY_LEAVE])
async def withdraw_leave(leave_id: int, work: Working, leaves: Leaves) -> LeaveOut:
    """Withdraws a leave altogether."""
    return LeaveOut.model_validate(await leaves.withdraw(work, leave_id))


@router.put("/{staff_id}/pattern", status_code=204, dependencies=[require(Right.MANAGE_ROSTER)])
async def set_pattern(staff_id: int, body: PatternIn, work: Working, rosters: Rosters) -> None:
    """Sets an agent's week from a day on."""
    await rosters.set_pattern(work, staff_id, body.pattern)
