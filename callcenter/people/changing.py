"""Changes the record of a member of staff; work they may no longer do goes to others (requirement H2, law 12)."""

from collections.abc import Sequence
from dataclasses import fields as fields_of
from datetime import date, datetime

from callcenter.kit.actor import session_topic
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people import repository
from callcenter.people.errors import LoginTaken, OwnRole, StaffGone, StaffNotFound, StaffUnchanged
from callcenter.people.models import StaffChange
from callcenter.people.organisation import require_open
from callcenter.people.records import StaffChangeCard, StaffFields
from callcenter.people.rules import moves
from callcenter.people.types import CHANGE_WHY, StaffChanged, StaffMoved


class ChangeService:
    """Changes records of staff, and keeps each change with its reason."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def change(self, work: Work, staff_id: int, wanted: StaffFields, reason: str) -> None:
        """Changes a person's record. With another role, branch or region their sessions end and their work is released.

        Raises ReasonMissing, StaffNotFound, StaffGone, OwnRole, LoginTaken, StaffUnchanged, BranchUnknown, TeamUnknown.
        """
        why = require_reason(reason, "changing a member of staff", rule="H2")
        staff = await repository.lock_staff(work.session, staff_id)
        if staff is None:
            raise StaffNotFound(f"there is no member of staff with id {staff_id}")
        if not staff.active:
            raise StaffGone("this person has left the bank: the record is not changed any more")
        values = {one.name: getattr(wanted, one.name) for one in fields_of(wanted)}
        before = {name: getattr(staff, name) for name in values}
        changed = [name for name, value in values.items() if value != before[name]]
        if not changed:
            raise StaffUnchanged("the record says this already: nothing was changed")
        if "role" in changed and staff_id == work.actor.staff_id:
            raise OwnRole("your own role is changed by another administrator")
        if {"branch", "team_id"} & set(changed):
            await require_open(work, wanted.branch, wanted.team_id)
        if {"branch", "role"} & set(changed):
            await repository.end_leadership(work.session, staff_id)
        if not await repository.change_staff(work.session, staff, {name: values[name] for name in changed}):
            raise LoginTaken("this extension belongs to another person: choose another")
        work.session.add(
            StaffChange(
                staff_id=staff_id,
                at=work.now,
                by=work.actor.staff_id,
                changes={name: [_plain(before[name]), _plain(values[name])] for name in changed},
                why_sealed=self._vault.seal(why, CHANGE_WHY.place(staff_id, work.now)),
            )
        )
        await work.session.flush()
        if moves(changed):
            await repository.end_sessions(work.session, work.now, staff_id=staff_id)
            await work.notify(session_topic(staff_id))
            await work.announce(StaffMoved(staff_id))
        await work.announce(StaffChanged(staff_id))
        await work.announce(Noted("people.staff_changed", f"staff:{staff_id}", {"changed": changed, "reason": why}))

    async def history(self, work: Work, staff_id: int) -> Sequence[StaffChangeCard]:
        """Returns the changes of a person's record, the latest first."""
        rows = await repository.list_changes(work.session, staff_id)
        names = {
            staff.id: staff.name
            for staff in await repository.list_by_ids(work.session, {row.by for row in rows if row.by is not None})
        }
        return [
            StaffChangeCard(
                id=row.id,
                at=row.at,
                by=names.get(row.by) if row.by is not None else None,
                changes={name: (before, after) for name, (before, after) in row.changes.items()},
                why=self._vault.open(row.why_sealed, CHANGE_WHY.at(row)),
            )
            for row in rows
        ]


def _plain(value: str | int | date | datetime | None) -> str | None:
    """Returns a value as the history keeps it."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
