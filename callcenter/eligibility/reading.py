"""Reads what is judged of a customer in one statement: protections, calls to the number, the assignment, the trunk.

Each call is judged three times: offered, planned, dialled. Read room by room that were six statements each time. So
this file, like the desk's, reads across rooms. It decides nothing: the rooms' own functions make facts of the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Select, String, Uuid, bindparam, select, true
from sqlmodel import col

from callcenter.allocation import repository as allocation
from callcenter.allocation.cards import card_of as assignment_card
from callcenter.allocation.models import Assignment
from callcenter.allocation.run_repository import day_quota
from callcenter.allocation.types import AssignmentCard, Progress
from callcenter.calls import repository as calls
from callcenter.calls.models import Call
from callcenter.calls.types import NumberCall
from callcenter.dnc import repository as dnc
from callcenter.dnc.models import DncEntry
from callcenter.eligibility.types import Subject
from callcenter.kit import rows
from callcenter.kit.clock import business_date
from callcenter.kit.literals import instant
from callcenter.kit.work import Work
from callcenter.leads.cards import facts_of
from callcenter.leads.models import Lead
from callcenter.leads.types import DncBlock, LeadFacts
from callcenter.lines.cards import card_of as trunk_card
from callcenter.lines.models import Trunk
from callcenter.lines.types import TrunkCard


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRows:
    """What the rows say of a customer at one instant. The lead is read as well: the rooms that are asked for it in the
    same transaction find it there."""

    lead: LeadFacts
    calls: Sequence[NumberCall]
    """To the number, the oldest first; the subject's own is left out."""
    assignment: AssignmentCard | None
    """The subject's."""
    progress: Progress | None
    """Of the subject's agent with the present business date; None where no run has fixed a quota for it."""
    trunk: TrunkCard | None
    """None for a trunk that never refused a call."""


async def read_customer(work: Work, subject: Subject, trunk: str, since: datetime) -> CustomerRows | None:
    """Returns the rows of a subject as they are in this transaction; None where there is no such lead.

    ``since``: from when calls to the number count.
    """
    today = business_date(work.now)
    first, end = allocation.bounds(today)
    parameters = {
        "lead": subject.lead_id,
        "assignment": subject.assignment_id,
        "agent": subject.agent_id,
        "call": subject.call_id,
        "trunk": trunk,
        "since": since,
        "now": work.now,
        "today": today,
        "day_begins": first,
        "day_ends": end,
    }
    found = (await work.session.execute(_CUSTOMER, parameters)).all()
    if not found:
        return None
    lead, entry, assignment, trunk_row, held, done, quota = found[0][:_BEFORE_CALLS]
    for row in (lead, assignment):
        if row is not None:
            rows.keep(work.session, row)
    block = None if entry is None else DncBlock(entry.id, entry.until)
    return CustomerRows(
        lead=facts_of(lead, block, today),
        calls=[NumberCall(*row[_BEFORE_CALLS:]) for row in found if row[_BEFORE_CALLS] is not None],
        assignment=None if assignment is None else assignment_card(assignment),
        progress=None if quota is None else Progress(quota=quota, assigned=held + done, done=done),
        trunk=None if trunk_row is None else trunk_card(trunk_row),
    )


_AGENT = bindparam("agent", type_=BigInteger)
_TODAY = bindparam("today", type_=Date)


def _customer() -> Select[Any]:
    number = col(Lead.phone_index)
    day = allocation.day_counts(_AGENT, _TODAY, (instant("day_begins"), instant("day_ends"))).subquery("day")
    quota = day_quota(_AGENT, _TODAY).scalar_subquery()
    block = dnc.longest_in_force(number, instant("now")).scalar_subquery()
    rings = calls.rings(number, instant("since"), bindparam("call", type_=Uuid))
    return (
        select(Lead, DncEntry, Assignment, Trunk, day.c.held, day.c.done, quota, *calls.number_call())
        .select_from(Lead)
        .join(DncEntry, col(DncEntry.id) == block, isouter=True)
        .join(Assignment, col(Assignment.id) == bindparam("assignment", type_=BigInteger), isouter=True)
        .join(Trunk, col(Trunk.name) == bindparam("trunk", type_=String), isouter=True)
        .join(day, true())
        .join(Call, rings, isouter=True)
        .where(col(Lead.id) == bindparam("lead", type_=BigInteger))
        .order_by(col(Call.dialled_at))
        # What this transaction has read before is read as it is now.
        .execution_options(populate_existing=True)
    )


_BEFORE_CALLS = 7
"""Columns before those of the calls."""
_CUSTOMER = _customer()
"""Made once: to make it takes more time than to send it and read its answer."""
