"""What the people API gives."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from callcenter.kit.actor import Actor
from callcenter.people.models import Staff
from callcenter.people.rules import home_of
from callcenter.people.types import Role


class Credentials(BaseModel):
    login: str = Field(min_length=1, max_length=80, examples=["agent01"])
    password: str = Field(min_length=1, max_length=200)


class Me(BaseModel):
    """The person who is logged in."""

    id: int
    name: str
    role: Role
    rights: list[str]
    home: str = Field(description="path of the panel to open first", examples=["/agent"])

    @classmethod
    def of(cls, actor: Actor) -> "Me":
        return cls(
            id=actor.id,
            name=actor.name,
            role=Role(actor.role),
            rights=sorted(actor.rights),
            home=home_of(actor.rights),
        )


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
    examined_at: datetime | None
    agreement_signed_at: datetime | None
    leaving_at: datetime | None
    active: bool
    region_id: int | None

    @classmethod
    def of(cls, staff: Staff) -> "StaffLine":
        return cls.model_validate(staff, from_attributes=True)


class StaffPage(BaseModel):
    items: list[StaffLine]
    next: str | None = Field(description="give it back as ``cursor`` to read on; null at the end")
