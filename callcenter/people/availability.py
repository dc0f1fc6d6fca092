"""Answers who may be given work of a duty on a day: the one predicate that every room asks (law 12)."""

from collections.abc import Collection, Mapping
from datetime import date

from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.people import repository
from callcenter.people.cards import fitness_of
from callcenter.people.errors import NotAvailable
from callcenter.people.port import Calendar
from callcenter.people.rules import Requirement, day_of, leave_on, pattern_on, unavailable
from callcenter.people.types import Duty, Unavailable


class AvailabilityService:
    """Says who is there. ``calendar`` is given by a room above."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    async def unavailable(
        self, work: Work, staff_ids: Collection[int], on: date, duty: Duty
    ) -> Mapping[int, Unavailable]:
        """Returns those who may not be given such work on the day, each with why; the others may."""
        if not staff_ids:
            return {}
        worked = (await self._calendar.calendar(work)).is_working(on)
        entries = await repository.list_entries(work.session, on, on, staff_ids)
        patterns = await repository.list_patterns(work.session, on, staff_ids)
        leaves = await repository.list_leaves(work.session, on, on, staff_ids)
        known = {staff.id: staff for staff in await repository.list_by_ids(work.session, staff_ids)}
        away = {staff_id: Unavailable(Requirement.ACTIVE) for staff_id in staff_ids if staff_id not in known}
        for staff_id, staff in known.items():
            leave = leave_on(leaves.get(staff_id, ()), on)
            pattern = pattern_on(patterns.get(staff_id, ()), on)
            day = day_of(on, worked=worked, entry=entries.get((staff_id, on)), pattern=pattern, leave=leave)
            why = unavailable(fitness_of(staff), day, duty, leave)
            if why is not None:
                away[staff_id] = why
        return away

    async def is_worked(self, work: Work, on: date) -> bool:
        """Returns whether the calendar works on a day: on others the roster keeps no agent away."""
        return (await self._calendar.calendar(work)).is_working(on)

    async def require(self, work: Work, staff_id: int, duty: Duty) -> None:
        """Refuses a person who may not be given such work today. Raises NotAvailable (rule F3)."""
        away = await self.unavailable(work, [staff_id], business_date(work.now), duty)
        if staff_id in away:
            why = away[staff_id]
            until = f" until {why.until}" if why.until else ""
            raise NotAvailable(
                f"no {duty} are given to this person today ({why.why}{until}): have the leave or the roster changed",
                why=why.why,
                until=why.until.isoformat() if why.until else None,
            )
