"""Enters, shortens and withdraws the leave of staff; rooms that gave them work are notified (law 12)."""

from collections.abc import Sequence
from datetime import date, timedelta

from callcenter.kit.clock import business_date
from callcenter.kit.errors import NotAllowed
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people import repository
from callcenter.people.errors import LeaveNotFound, LeaveOverlaps, LeaveSpan, StaffNotFound
from callcenter.people.models import Staff, StaffLeave
from callcenter.people.types import LeaveCard, LeaveKind, Right, Role, StaffAway

_LONGEST = timedelta(days=366)


class LeaveService:
    """Keeps the leave of staff of every role.

    The reason is one of a few kinds and no free text: it is recorded, and may speak of a person's health.
    """

    async def list(self, work: Work, since: date | None = None) -> Sequence[LeaveCard]:
        """Returns the leaves that end today or later, as far as the actor's scope reaches; ``since``: from then on."""
        scope = work.actor.scope
        if not scope.is_all and scope.branch is None:
            raise NotAllowed("this needs staff of a branch, or all")
        rows = await repository.list_leaves_since(work.session, since or business_date(work.now), scope.branch)
        return [_card(leave, staff) for leave, staff in rows]

    async def enter(self, work: Work, staff_id: int, first_on: date, last_on: date, kind: LeaveKind) -> LeaveCard:
        """Enters a leave, both ends included; what the person holds for these days goes to others at once.

        Raises StaffNotFound, NotAllowed, LeaveSpan, LeaveOverlaps.
        """
        staff = await self._require_in_reach(work, staff_id)
        await work.lock(f"people.leave:{staff_id}")  # two that overlap, entered at once, would not see each other
        if last_on < business_date(work.now):
            raise LeaveSpan(f"{last_on} is past: a leave ends today or later")
        await self._require_span(work, staff_id, first_on, last_on)
        leave = StaffLeave(
            staff_id=staff_id,
            first_on=first_on,
            last_on=last_on,
            kind=kind,
            set_by=work.actor.staff_id,
            set_at=work.now,
        )
        work.session.add(leave)
        await work.session.flush()
        await self._note(work, "people.leave_entered", leave)
        await work.announce(StaffAway(staff_id, first_on, last_on))
        return _card(leave, staff)

    async def change_end(self, work: Work, leave_id: int, last_on: date) -> LeaveCard:
        """Lets a leave end on another day: the person comes back earlier, or later.

        Raises LeaveNotFound, NotAllowed, LeaveSpan, LeaveOverlaps.
        """
        leave, staff = await self._find(work, leave_id)
        if last_on < business_date(work.now) - timedelta(days=1):
            raise LeaveSpan(
                f"{last_on} is past: a leave can end yesterday at the earliest, and the person is back today"
            )
        await self._require_span(work, leave.staff_id, leave.first_on, last_on, but=leave.id)
        before, leave.last_on = leave.last_on, last_on
        await work.session.flush()
        await self._note(work, "people.leave_changed", leave, before=before.isoformat())
        if last_on > before:
            await work.announce(StaffAway(leave.staff_id, before + timedelta(days=1), last_on))
        return _card(leave, staff)

    async def withdraw(self, work: Work, leave_id: int) -> LeaveCard:
        """Withdraws a leave altogether; it does not count any more. Raises LeaveNotFound, NotAllowed."""
        leave, staff = await self._find(work, leave_id)
        leave.withdrawn_at = work.now
        await work.session.flush()
        await self._note(work, "people.leave_withdrawn", leave)
        return _card(leave, staff)

    async def _find(self, work: Work, leave_id: int) -> tuple[StaffLeave, Staff]:
        leave = await repository.find_leave(work.session, leave_id)
        if leave is None or leave.withdrawn_at is not None:
            raise LeaveNotFound(f"there is no leave {leave_id}, or it was withdrawn")
        await work.lock(f"people.leave:{leave.staff_id}")
        try:
            return leave, await self._require_in_reach(work, leave.staff_id)
        except StaffNotFound as error:  # the answer does not show that another branch has such a leave
            raise LeaveNotFound(f"there is no leave {leave_id}, or it was withdrawn") from error

    async def _require_in_reach(self, work: Work, staff_id: int) -> Staff:
        """Returns active staff of the actor's scope; who manages rosters alone reaches phone agents only."""
        staff = await repository.find_staff(work.session, staff_id)
        if staff is None or not staff.active or not work.actor.scope.includes_branch(staff.branch):
            raise StaffNotFound(f"there is no member of staff with id {staff_id} in your branch")
        is_person = work.actor.staff_id is not None
        if is_person and staff.role is not Role.AGENT and Right.MANAGE_PEOPLE not in work.actor.rights:
            raise NotAllowed("you enter the leave of phone agents: for others ask the administrator")
        return staff

    async def _require_span(
        self, work: Work, staff_id: int, first_on: date, last_on: date, *, but: int | None = None
    ) -> None:
        if not timedelta(0) <= last_on - first_on < _LONGEST:
            raise LeaveSpan("a leave has at least one day and at most a year")
        if other := await repository.find_overlapping(work.session, staff_id, first_on, last_on, but=but):
            raise LeaveOverlaps(
                f"this person is on leave from {other.first_on} to {other.last_on} already: change that leave",
                first=other.first_on.isoformat(),
                last=other.last_on.isoformat(),
            )

    async def _note(self, work: Work, act: str, leave: StaffLeave, **more: str) -> None:
        facts = {
            "first": leave.first_on.isoformat(),
            "last": leave.last_on.isoformat(),
            "kind": leave.kind.value,
            **more,
        }
        await work.announce(Noted(act, f"staff:{leave.staff_id}", facts))


def _card(leave: StaffLeave, staff: Staff) -> LeaveCard:
    return LeaveCard(
        id=leave.id,
        staff_id=leave.staff_id,
        name=staff.name,
        branch=staff.branch,
        first_on=leave.first_on,
        last_on=leave.last_on,
        kind=leave.kind,
        set_by=leave.set_by,
        set_at=leave.set_at,
        withdrawn_at=leave.withdrawn_at,
    )
