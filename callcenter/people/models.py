"""Holds the tables of the people room."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from callcenter.kit.db import (
    EnumByValue,
    enum_field,
    id_field,
    instant_field,
    json_field,
    ref_field,
    sealed_field,
    values_check,
)
from callcenter.people.types import CHANGE_WHY, TOTP_SECRET, LeaveKind, Role, RosterReason


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
    one_time_until: datetime | None = instant_field(nullable=True)
    """Set: this is a one-time password. It opens a session until then, in which it must be changed first."""
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
    training_valid_until: date | None = None
    """Last day on which the training counts; without one for good. The same for exam and agreement."""
    examined_at: datetime | None = instant_field(nullable=True)
    """When the exam was passed."""
    exam_valid_until: date | None = None
    agreement_signed_at: datetime | None = instant_field(nullable=True)
    """When the confidentiality agreement was signed."""
    agreement_valid_until: date | None = None
    leaving_at: datetime | None = instant_field(nullable=True)
    """When access was revoked because this person leaves."""
    active: bool = True
    region_id: int | None = Field(default=None, index=True)
    """Field staff: the field room's region. No foreign key: that room is above this one."""
    created_at: datetime = instant_field()


class StaffChange(SQLModel, table=True):
    """One change of a person's record by an administrator. Rows are never changed."""

    __tablename__ = "staff_change"
    __table_args__ = (UniqueConstraint("staff_id", "at"),)

    id: int = id_field()
    staff_id: int = ref_field("staff.id", index=False)
    at: datetime = instant_field()
    by: int | None = ref_field("staff.id", nullable=True, index=False)
    """None: a command."""
    changes: dict[str, Any] = json_field()
    """Column → value before and after."""
    why_sealed: str = sealed_field(CHANGE_WHY)


class LoginSession(SQLModel, table=True):
    """One log-in, from a browser's cookie."""

    __tablename__ = "login_session"
    __table_args__ = (UniqueConstraint("token_sha256"),)

    id: int = id_field()
    token_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Hash of the cookie: the table alone opens no door."""
    staff_id: int = ref_field("staff.id")
    address: str = Field(default="", max_length=45)
    """Of the browser that logged in, or of the proxy before it; empty for log-ins of earlier releases."""
    created_at: datetime = instant_field()
    seen_at: datetime = instant_field()
    """Last use, to the minute."""
    expires_at: datetime = instant_field()
    ended_at: datetime | None = instant_field(nullable=True)
    proven_at: datetime | None = instant_field(nullable=True)
    """When the second factor was proven in this session."""
    challenge: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """What a passkey has to sign next; it counts once."""
    challenge_until: datetime | None = instant_field(nullable=True)


class TotpKey(SQLModel, table=True):
    """The key of a person's authenticator app. It proves nothing until a first code of it was entered."""

    __tablename__ = "totp_key"
    __table_args__ = (UniqueConstraint("staff_id"),)

    id: int = id_field()
    staff_id: int = ref_field("staff.id", index=False)
    secret_sealed: str = sealed_field(TOTP_SECRET)
    added_at: datetime = instant_field()
    confirmed_at: datetime | None = instant_field(nullable=True)
    last_step: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """Number of the period whose code was taken last: a code counts once."""


class Passkey(SQLModel, table=True):
    """A key of a person that a device or a security key holds (WebAuthn)."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("credential_id"),)

    id: int = id_field()
    staff_id: int = ref_field("staff.id")
    credential_id: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    uses: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """The key's own count of its uses: one that falls shows a copy."""
    added_at: datetime = instant_field()
    used_at: datetime | None = instant_field(nullable=True)


class RecoveryCode(SQLModel, table=True):
    """A code that proves a person once, when the device with the second factor is lost."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "code_sha256"),)

    id: int = id_field()
    staff_id: int = ref_field("staff.id", index=False)
    code_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    used_at: datetime | None = instant_field(nullable=True)


class SecondFactorDemand(SQLModel, table=True):
    """A role whose people log in with a second factor; without a row it is each person's choice."""

    __tablename__ = "second_factor_demand"
    __table_args__ = (values_check("role", Role),)

    role: Role = Field(sa_column=Column(EnumByValue(Role), primary_key=True))
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
    """None: a command."""
    set_at: datetime = instant_field()


class KnownDevice(SQLModel, table=True):
    """A browser from which a person has logged in: wrong passwords from elsewhere do not lock it out."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("staff_id", "token_sha256"),)

    id: int = id_field()
    staff_id: int = ref_field("staff.id", index=False)
    token_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Hash of the device's cookie."""
    created_at: datetime = instant_field()
    used_at: datetime = instant_field()
    """Last log-in."""


class LoginAttempt(SQLModel, table=True):
    """Wrong passwords of late for one login, known or not: from one known device, or from all other ones."""

    __tablename__ = "login_attempt"

    login_sha256: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    """Hash of what was typed, people type passwords into the wrong box; with a known device, of both."""
    failures: int = 0
    last_at: datetime = instant_field()
    locked_until: datetime | None = instant_field(nullable=True)


class Roster(SQLModel, table=True):
    """What an agent does on one day, where it differs from the pattern."""

    __tablename__ = "roster"
    __table_args__ = (
        UniqueConstraint("staff_id", "on"),
        Index("ix_roster_on", "on"),
        values_check("reason", RosterReason),
        CheckConstraint("part BETWEEN 0 AND 100 AND working = (part > 0)", name="part"),
    )

    id: int = id_field()
    staff_id: int = ref_field("staff.id", index=False)
    on: date
    working: bool
    part: int
    """Percent of the day; 0 for a day off."""
    reason: RosterReason | None = enum_field(RosterReason, nullable=True)
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
    set_at: datetime = instant_field()


class WorkPattern(SQLModel, table=True):
    """How much of each weekday an agent works, from a day on, until a later pattern. Rows are kept."""

    __tablename__ = "work_pattern"
    __table_args__ = (
        UniqueConstraint("staff_id", "from_on"),
        CheckConstraint("jsonb_array_length(parts) = 7", name="parts"),
    )

    id: int = id_field()
    staff_id: int = ref_field("staff.id", index=False)
    from_on: date
    parts: list[int] = json_field(list)
    """Percent for Monday … Sunday. Saturday and Sunday count on make-up working days only."""
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
    set_at: datetime = instant_field()


class StaffLeave(SQLModel, table=True):
    """Days on which a person is absent: of any role, longer than the roster plans."""

    __tablename__ = "staff_leave"
    __table_args__ = (
        values_check("kind", LeaveKind),
        CheckConstraint("last_on >= first_on", name="span"),
        Index("ix_staff_leave_days", "staff_id", "first_on", "last_on"),
    )

    id: int = id_field()
    staff_id: int = ref_field("staff.id", index=False)
    first_on: date
    last_on: date
    """Included; an earlier return moves it."""
    kind: LeaveKind = enum_field(LeaveKind)
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
    set_at: datetime = instant_field()
    withdrawn_at: datetime | None = instant_field(nullable=True)
    """Set: it does not count, and never began."""
