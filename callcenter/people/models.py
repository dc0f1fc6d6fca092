"""Tables of the people room."""

from datetime import date, datetime

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, values_check
from callcenter.people.types import Role


class Staff(SQLModel, table=True):
    """One member of staff."""

    __tablename__ = "staff"
    __table_args__ = (
        values_check("role", Role),
        UniqueConstraint("login"),
        UniqueConstraint("extension"),
        Index("ix_staff_role_active", "role", postgresql_where="active"),
    )

    id: int = id_field()
    login: str = Field(max_length=80)
    """Case-folded."""
    name: str = Field(max_length=80)
    password_hash: str
    """Argon2, with its parameters."""
    role: Role = enum_field(Role)
    branch: str = Field(max_length=80)
    extension: str | None = Field(default=None, max_length=20)
    """The browser phone's extension; phone agents only."""
    robot_number: str | None = Field(default=None, max_length=20)
    """Rehearsal only: the carrier number that plays this agent."""
    licence_number: str | None = Field(default=None, max_length=60)
    licence_valid_until: date | None = None
    """Last day on which the licence is valid."""
    trained_at: datetime | None = instant_field(nullable=True)
    examined_at: datetime | None = instant_field(nullable=True)
    """When the exam was passed."""
    agreement_signed_at: datetime | None = instant_field(nullable=True)
    """When the confidentiality agreement was signed."""
    leaving_at: datetime | None = instant_field(nullable=True)
    """When access was revoked because this person leaves."""
    active: bool = True
    region_id: int | None = Field(default=None, index=True)
    """Field staff: the field room's region. No foreign key: that room is above this one."""
    created_at: datetime = instant_field()


class LoginSession(SQLModel, table=True):
    """One log-in, from a browser's cookie."""

    __tablename__ = "login_session"
    __table_args__ = (UniqueConstraint("token_sha256"),)

    id: int = id_field()
    token_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Hash of the cookie: the table alone opens no door."""
    staff_id: int = ref_field("staff.id")
    created_at: datetime = instant_field()
    seen_at: datetime = instant_field()
    """Last use, to the minute."""
    expires_at: datetime = instant_field()
    ended_at: datetime | None = instant_field(nullable=True)


class LoginAttempt(SQLModel, table=True):
    """Wrong passwords of late for one login, known or not."""

    __tablename__ = "login_attempt"

    login_sha256: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    """Hash of what was typed: people type passwords into the wrong box."""
    failures: int = 0
    last_at: datetime = instant_field()
    locked_until: datetime | None = instant_field(nullable=True)


class Roster(SQLModel, table=True):
    """Whether somebody works on a day. Without a row they do, if it is a working day at all."""

    __tablename__ = "roster"
    __table_args__ = (UniqueConstraint("staff_id", "on"),)

    id: int = id_field()
    staff_id: int = ref_field("staff.id")
    on: date
    working: bool
