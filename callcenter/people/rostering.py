"""Shows and changes the roster of phone agents, for their leaders (requirement D2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from callcenter.kit.clock import business_date
from callcenter.kit.errors import NotAllowed
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people import repository
from callcenter.people.cards import card_of, fitness_of
from callcenter.people.errors import (
    NoPhoneAgent,
    RosterDayNotWorked,
    RosterDayPast,
    StaffNotFound,
)
from callcenter.people.models import Staff
from callcenter.people.port import Calendar, CalendarDay
from callcenter.people.rules import Requirement, day_of, leave_on, missing, pattern_on
from callcenter.people.types import DayEntry, Leave, Pattern, Role, RosterDay, RosterReason, StaffCard


@dataclass(frozen=True, slots=True)
class RosterCell:
    day: RosterDay
    missing: tuple[Requirement, ...]
    """What keeps this agent from telephoning on that day; allocation passes over agents who lack something."""


@dataclass(frozen=True, slots=True)
class RosterLine:
    card: StaffCard
    licence_valid_until: date | None
    patterns: tuple[Pattern, ...]
    """Begun by the last day shown, the oldest first."""
    cells: tuple[RosterCell, ...]
    """A cell per day, in order."""


@dataclass(frozen=True, slots=True)
class RosterTotal:
    """Of one day, over every agent the reader may see."""

    on: date
    agents: int
    """Working and fit."""
    parts: float
    """Their days added up: two half days are one."""


@dataclass(frozen=True, slots=True)
class RosterGrid:
    days: tuple[CalendarDay, ...]
    lines: tuple[RosterLine, ...]
    totals: tuple[RosterTotal, ...]


class RosterService:
    """Shows and changes the roster. ``calendar`` is given by a room above."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    async def grid(self, work: Work, first: date, last: date) -> RosterGrid:
        """Returns agents by days, both ends included, as far as the actor's scope reaches (requirement S1)."""
        calendar = await self._calendar.calendar(work)
        days = [calendar.day(first + timedelta(days=ahead)) for ahead in range((last - first).days + 1)]
        entries = await repository.list_entries(work.session, first, last)
        patterns = await repository.list_patterns(work.session, last)
        leaves = await repository.list_leaves(work.session, first, last)
        lines = []
        for staff in await repository.list_agents(work.session, _branch(work)):
            own = patterns.get(staff.id, [])
            lines.append(
                RosterLine(
                    card=card_of(staff),
                    licence_valid_until=staff.licence_valid_until,
                    patterns=tuple(own),
                    cells=tuple(
                        _cell(
                            staff,
                            day,
                            entries.get((staff.id, day.on)),
                            own,
                            leave_on(leaves.get(staff.id, ()), day.on),
                        )
                        for day in days
                    ),
                )
            )
        totals = tuple(_total(day.on, [line.cells[place] for line in lines]) for place, day in enumerate(days))
        return RosterGrid(tuple(days), tuple(lines), totals)

    async def set_days(
        self,
        work: Work,
        staff_ids: Collection[int],
        days: Collection[date],
        part: int | None,
        reason: RosterReason | None = None,
    ) -> int:
        """Sets how much of these days these agents work, in percent; None: as their pattern says.

        Returns how many days were set, over all agents. Raises RosterDayPast, RosterDayNotWorked (rule D1),
        ReasonMissing for a day off, StaffNotFound, NoPhoneAgent.
        """
        self._require_to_come(work, min(days))
        if part == 0:
            require_reason(reason or "", "a day off")
        if part:
            calendar = await self._calendar.calendar(work)
            if idle := [on.isoformat() for on in sorted(days) if not calendar.is_working(on)]:
                raise RosterDayNotWorked(
                    f"{idle[0]} is not a working day: have the calendar changed first", day=idle[0], days=idle
                )
        await self._require_phone_agents(work, staff_ids)
        if part is None:
            await repository.delete_entries(work.session, staff_ids, days)
        else:
            cells = [(staff_id, on) for staff_id in set(staff_ids) for on in set(days)]
            entry = DayEntry(part, reason)
            await repository.save_entries(work.session, cells, entry, work.actor.staff_id, work.now)
        for staff_id in sorted(set(staff_ids)):
            facts = {
                "days": sorted(on.isoformat() for on in set(days)),
                "part": part,
                "reason": reason.value if reason else None,
            }
            await work.announce(Noted("people.roster_set", f"staff:{staff_id}", facts))
        return len(set(staff_ids)) * len(set(days))

    async def set_pattern(self, work: Work, staff_id: int, pattern: Pattern) -> None:
        """Sets an agent's week from a day on. Days that were set singly stay as they are."""
        self._require_to_come(work, pattern.from_on)
        await self._require_phone_agents(work, [staff_id])
        await repository.save_pattern(work.session, staff_id, pattern, work.actor.staff_id, work.now)
        facts = {"from": pattern.from_on.isoformat(), "parts": list(pattern.parts)}
        await work.announce(Noted("people.pattern_set", f"staff:{staff_id}", facts))

    async def search(self, work: Work, *, role: Role | None, text: str, limit: int) -> Sequence[StaffCard]:
        """Returns active staff to choose from, as far as the actor's scope reaches."""
        matching = await repository.list_matching(
            work.session, role=role, branch=_branch(work), text=text.strip(), limit=limit
        )
        return [card_of(staff) for staff in matching]

    def _require_to_come(self, work: Work, on: date) -> None:
        if on < business_date(work.now):
            raise RosterDayPast(f"{on} is past: only today and later days can be planned")

    async def _require_phone_agents(self, work: Work, staff_ids: Collection[int]) -> None:
        """Refuses unless all of them are active phone agents of the actor's scope."""
        known = {staff.id: staff for staff in await repository.list_by_ids(work.session, staff_ids)}
        for staff_id in staff_ids:
            staff = known.get(staff_id)
            if staff is None or not staff.active or not work.actor.scope.includes_branch(staff.branch):
                raise StaffNotFound(f"there is no member of staff with id {staff_id} in your branch")
            if staff.role is not Role.AGENT:
                raise NoPhoneAgent(f"staff {staff_id} is no phone agent: only phone agents are on the roster")


def _branch(work: Work) -> str | None:
    """Returns the branch whose staff the actor may see; None: of all branches (requirement S1)."""
    scope = work.actor.scope
    if not scope.is_all and scope.branch is None:
        raise NotAllowed("this needs staff of a branch, or all")
    return scope.branch


def _cell(
    staff: Staff, day: CalendarDay, entry: DayEntry | None, patterns: Sequence[Pattern], leave: Leave | None
) -> RosterCell:
    return RosterCell(
        day_of(day.on, worked=day.working, entry=entry, pattern=pattern_on(patterns, day.on), leave=leave),
        missing(fitness_of(staff), day.on),
    )


def _total(on: date, cells: Sequence[RosterCell]) -> RosterTotal:
    counted = [cell.day.part for cell in cells if cell.day.working and not cell.missing]
    return RosterTotal(on, len(counted), sum(counted) / 100)
