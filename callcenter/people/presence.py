"""Conditions that a phone agent is there on a day, for the claims of other rooms: ``rules.unavailable`` in SQL.

A claim is one statement; asked in Python, the same would take five. A test compares both.
"""

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, cast, extract, func, literal
from sqlmodel import col, select

from callcenter.people.models import Roster, Staff, StaffLeave, WorkPattern


def fit_and_not_on_leave(agent_id: Any, on: Any) -> ColumnElement[bool]:
    """Returns the condition that an agent may telephone on a day and is not on leave."""
    fit = select(col(Staff.id)).where(
        col(Staff.id) == agent_id,
        col(Staff.active),
        col(Staff.leaving_at).is_(None),
        col(Staff.licence_valid_until) >= on,
        col(Staff.trained_at).is_not(None),
        func.coalesce(col(Staff.training_valid_until), on) >= on,
        col(Staff.examined_at).is_not(None),
        func.coalesce(col(Staff.exam_valid_until), on) >= on,
        col(Staff.agreement_signed_at).is_not(None),
        func.coalesce(col(Staff.agreement_valid_until), on) >= on,
    )
    leave = select(col(StaffLeave.id)).where(
        col(StaffLeave.staff_id) == agent_id,
        col(StaffLeave.withdrawn_at).is_(None),
        col(StaffLeave.first_on) <= on,
        col(StaffLeave.last_on) >= on,
    )
    return and_(fit.exists(), ~leave.exists())


def rostered_part(agent_id: Any, on: Any) -> ColumnElement[int]:
    """Returns the percent of a day that an agent works if the calendar works on it: the day's entry, else the week's
    pattern, else all of it."""
    entry = select(col(Roster.part)).where(col(Roster.staff_id) == agent_id, col(Roster.on) == on)
    weekday = cast(extract("isodow", cast(on, Date)), Integer) - 1
    begun = (
        select(cast(col(WorkPattern.parts).op("->>")(weekday), Integer))
        .where(col(WorkPattern.staff_id) == agent_id, col(WorkPattern.from_on) <= on)
        .order_by(col(WorkPattern.from_on).desc())
        .limit(1)
    )
    return func.coalesce(entry.scalar_subquery(), begun.scalar_subquery(), literal(100, Integer))
