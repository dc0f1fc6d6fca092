"""Describes what the people API takes and returns."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from callcenter.kit.actor import Actor, LogInStep
from callcenter.kit.paging import Page
from callcenter.kit.reasons import Reason
from callcenter.people.cards import fitness_of
from callcenter.people.models import Staff
from callcenter.people.passwords import OneTimePassword
from callcenter.people.records import StaffChangeCard, StaffFields
from callcenter.people.rostering import RosterGrid, RosterLine
from callcenter.people.rules import Requirement, expiries, home_of
from callcenter.people.types import LeaveKind, Pattern, Role, RosterReason, RosterSource, StaffCard, StaffDraft


class Credentials(BaseModel):
    login: str = Field(min_length=1, max_length=80, examples=["agent01"])
    password: str = Field(min_length=1, max_length=200)


class PasswordChange(BaseModel):
    present: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=1, max_length=200)


class Me(BaseModel):
    """The person who is logged in."""

    id: int
    name: str
    role: Role
    rights: list[str]
    home: str = Field(description="path of the panel to open first", examples=["/agent"])
    due: LogInStep | None = Field(description="what this log-in still lacks; until then all else is refused")

    @classmethod
    def of(cls, actor: Actor) -> "Me":
        return cls(
            id=actor.id,
            name=actor.name,
            role=Role(actor.role),
            rights=sorted(actor.rights),
            home=home_of(actor.rights),
            due=actor.due,
        )


class ExpiryOut(BaseModel):
    """A proof that expires within 30 days, or has expired."""

    model_config = ConfigDict(from_attributes=True)

    requirement: Requirement
    until: date = Field(description="the last day on which it counts")
    warned: int = Field(description="the warning that is due: 30, 7 or 1 day before; 0 once it has expired")


class StaffLine(BaseModel):
    """One line of the staff list."""

    id: int
    login: str
    name: str
    role: Role
    branch: str
    extension: str | None
    licence_number: str | None
    licence_valid_until: date | None
    trained_at: datetime | None
    training_valid_until: date | None
    examined_at: datetime | None
    exam_valid_until: date | None
    agreement_signed_at: datetime | None
    agreement_valid_until: date | None
    leaving_at: datetime | None
    active: bool
    region_id: int | None
    one_time_until: datetime | None = Field(
        description="they have a one-time password that they have not changed yet; it opens a session until then"
    )
    locked_until: datetime | None = Field(
        description="their log-in is locked until then, but for browsers from which they have logged in"
    )
    second_factor: bool = Field(description="they log in with a second factor")
    expiries: list[ExpiryOut]

    @classmethod
    def of(cls, staff: Staff, locked_until: datetime | None, second_factor: bool, today: date) -> "StaffLine":
        soon = [ExpiryOut.model_validate(one) for one in expiries(fitness_of(staff), today)]
        further = {"locked_until": locked_until, "second_factor": second_factor, "expiries": soon}
        return cls.model_validate({**staff.model_dump(), **further})


class StaffRecord(BaseModel):
    """What is kept of a member of staff, beside the log-in."""

    name: str = Field(min_length=1, max_length=80)
    role: Role
    branch: str = Field(min_length=1, max_length=80)
    extension: str | None = Field(
        default=None, pattern=r"^[0-9]{3,8}$", description="of the browser phone; needed for telephoning"
    )
    region_id: int | None = Field(default=None, ge=1, description="field staff: their region")
    licence_number: str | None = Field(default=None, min_length=1, max_length=60)
    licence_valid_until: date | None = Field(default=None, description="the last day on which it is valid")
    trained_at: datetime | None = None
    training_valid_until: date | None = Field(
        default=None, description="the last day on which it counts; null: for good"
    )
    examined_at: datetime | None = None
    exam_valid_until: date | None = None
    agreement_signed_at: datetime | None = None
    agreement_valid_until: date | None = None

    def stripped(self) -> dict[str, Any]:
        """Returns the fields of the record, without blanks around the names."""
        fields = self.model_dump(include=set(StaffRecord.model_fields))
        return {**fields, "name": self.name.strip(), "branch": self.branch.strip()}


class StaffRequest(StaffRecord):
    """Adds a member of staff."""

    login: str = Field(min_length=1, max_length=80, pattern=r"^\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*$", examples=["agent01"])

    @property
    def draft(self) -> StaffDraft:
        return StaffDraft(login=self.login, password="", **self.stripped())


class StaffChangeRequest(StaffRecord):
    """Changes the whole record. With another role, branch or region the person's work goes to others."""

    reason: Reason

    @property
    def fields(self) -> StaffFields:
        return StaffFields(**self.stripped())


class FieldChange(BaseModel):
    """One changed field; days and instants in ISO form."""

    field: str
    before: str | None
    after: str | None


class StaffChangeOut(BaseModel):
    id: int
    at: datetime
    by: str | None = Field(description="null: a command")
    changes: list[FieldChange]
    why: str

    @classmethod
    def of(cls, card: StaffChangeCard) -> "StaffChangeOut":
        changes = [
            FieldChange(field=field, before=before, after=after) for field, (before, after) in card.changes.items()
        ]
        return cls(id=card.id, at=card.at, by=card.by, changes=changes, why=card.why)


class StaffLeaving(BaseModel):
    reason: Reason


class SessionOut(BaseModel):
    """A log-in that has not ended."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: datetime
    seen_at: datetime = Field(description="last use, to the minute")
    expires_at: datetime
    address: str = Field(description="address of the browser that logged in; empty if it was not noted")
    current: bool = Field(description="the session that asks")


class SessionsEnd(BaseModel):
    session_id: int | None = Field(default=None, ge=1, description="null: all log-ins of the person")
    reason: Reason


class OwnSessionsEnd(BaseModel):
    session_id: int | None = Field(default=None, ge=1, description="null: all my log-ins but this one")


class SessionsEnded(BaseModel):
    ended: int


class OneTimePasswordOut(BaseModel):
    """Shown once; the server keeps a hash of it alone."""

    staff_id: int
    name: str
    login: str
    password: str
    until: datetime = Field(description="the log-in with it is refused from then on")

    @classmethod
    def of(cls, issued: OneTimePassword) -> "OneTimePasswordOut":
        return cls(
            staff_id=issued.card.id,
            name=issued.card.name,
            login=issued.login,
            password=issued.password,
            until=issued.until,
        )


class LeaveRequest(BaseModel):
    staff_id: int = Field(ge=1)
    first_on: date
    last_on: date = Field(description="included")
    kind: LeaveKind


class LeaveChange(BaseModel):
    last_on: date = Field(description="the last day of the leave, included")


class LeaveOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    staff_id: int
    name: str
    branch: str
    first_on: date
    last_on: date
    kind: LeaveKind
    set_by: int | None
    set_at: datetime
    withdrawn_at: datetime | None


class StaffPage(Page[StaffLine]):
    pass


class StaffChoice(BaseModel):
    """A member of staff to choose."""

    id: int
    name: str
    role: Role
    branch: str

    @classmethod
    def of(cls, card: StaffCard) -> "StaffChoice":
        return cls(id=card.id, name=card.name, role=card.role, branch=card.branch)


Percent = Annotated[int, Field(ge=0, le=100)]


class PatternIn(BaseModel):
    from_on: date = Field(description="the first day it holds for; not past")
    parts: list[Percent] = Field(
        min_length=7,
        max_length=7,
        description="percent of the day for Monday … Sunday; the last two count on make-up working days",
        examples=[[50, 50, 50, 0, 0, 0, 0]],
    )

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.from_on, tuple(self.parts))


class RosterRequest(BaseModel):
    staff_ids: list[int] = Field(min_length=1, max_length=500)
    days: list[date] = Field(min_length=1, max_length=62)
    working: bool | None = Field(description="null: as the agent's pattern says")
    part: int = Field(default=100, ge=1, le=100, description="percent of the day, when working")
    reason: RosterReason | None = Field(default=None, description="required for a day off")

    @property
    def entry(self) -> int | None:
        """Returns percent, or None to remove what was set."""
        return None if self.working is None else self.part if self.working else 0


class RosterSet(BaseModel):
    cells: int


class RosterCellOut(BaseModel):
    on: date
    working: bool
    part: int
    source: RosterSource
    reason: RosterReason | None
    missing: list[Requirement] = Field(description="what keeps the agent from telephoning on that day")


class PatternOut(BaseModel):
    from_on: date
    parts: list[int]


class RosterLineOut(BaseModel):
    agent_id: int
    name: str
    branch: str
    licence_valid_until: date | None
    patterns: list[PatternOut]
    days: list[RosterCellOut]

    @classmethod
    def of(cls, line: RosterLine) -> "RosterLineOut":
        return cls(
            agent_id=line.card.id,
            name=line.card.name,
            branch=line.card.branch,
            licence_valid_until=line.licence_valid_until,
            patterns=[PatternOut(from_on=pattern.from_on, parts=list(pattern.parts)) for pattern in line.patterns],
            days=[
                RosterCellOut(
                    on=cell.day.on,
                    working=cell.day.working,
                    part=cell.day.part,
                    source=cell.day.source,
                    reason=cell.day.reason,
                    missing=list(cell.missing),
                )
                for cell in line.cells
            ],
        )


class RosterDayOut(BaseModel):
    """A column: the calendar's word and the totals of the day."""

    on: date
    working: bool
    provisional: bool
    agents: int = Field(description="who works and is fit, over all agents in the reader's scope")
    parts: float = Field(description="their days added up: two half days are one")


class RosterOut(BaseModel):
    days: list[RosterDayOut]
    lines: list[RosterLineOut]
    next: str | None = Field(description="pass it as ``cursor`` to read on; null at the end")

    @classmethod
    def of(cls, grid: RosterGrid, after: int, limit: int, next_: str | None) -> "RosterOut":
        shown = grid.lines[after : after + limit]
        return cls(
            days=[
                RosterDayOut(
                    on=day.on,
                    working=day.working,
                    provisional=day.provisional,
                    agents=total.agents,
                    parts=total.parts,
                )
                for day, total in zip(grid.days, grid.totals, strict=True)
            ],
            lines=[RosterLineOut.of(line) for line in shown],
            next=next_,
        )
