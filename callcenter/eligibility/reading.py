"""Reads what is judged of customers in one statement: protections, calls to the number, the assignment, the trunk.

Each call is judged three times: offered, planned, dialled. Read room by room that were six statements each time. So
this file, like the desk's, reads across rooms. It decides nothing: the rooms' own functions make facts of the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, FromClause, Integer, String, Uuid, bindparam, select, true
from sqlalchemy.sql.type_api import TypeEngine
from sqlmodel import SQLModel, col

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
from callcenter.kit.clock import business_date
from callcenter.kit.literals import instant
from callcenter.kit.prepared import Prepared, part, unnested
from callcenter.kit.work import Work
from callcenter.leads.cards import facts_of
from callcenter.leads.models import Lead
from callcenter.leads.types import DncBlock, LeadFacts
from callcenter.lines.cards import card_of as trunk_card
from callcenter.lines.models import Trunk
from callcenter.lines.types import TrunkCard


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRows:
    """What the rows say of a customer at one instant."""

    lead: LeadFacts
    class_id: int | None
    """By which the lead is ordered."""
    calls: Sequence[NumberCall]
    """To the number, the oldest first; the subject's own is left out."""
    assignment: AssignmentCard | None
    """The subject's."""
    progress: Progress | None
    """Of the subject's agent with the present business date; None where no run has fixed a quota for it."""
    trunk: TrunkCard | None
    """None for a trunk that never refused a call."""


async def read_customers(
    work: Work, subjects: Sequence[tuple[Subject, str | None]], since: datetime
) -> list[CustomerRows | None]:
    """Returns the rows of subjects, each with its trunk, as they are in this transaction; None where there is no lead.

    ``since``: from when calls to the number count.
    """
    today = business_date(work.now)
    first, end = allocation.bounds(today)
    columns = [
        {
            "place": place,
            "lead": subject.lead_id,
            "assignment": subject.assignment_id,
            "agent": subject.agent_id,
            "call": subject.call_id,
            "trunk": trunk,
        }
        for place, (subject, trunk) in enumerate(subjects)
    ]
    parameters = {
        **(columns[0] if len(columns) == 1 else {name: [each[name] for each in columns] for name in _SUBJECT}),
        "since": since,
        "now": work.now,
        "today": today,
        "day_begins": first,
        "day_ends": end,
    }
    found: dict[int, list[Any]] = {}
    for row in await (_CUSTOMER if len(columns) == 1 else _CUSTOMERS).all(work.session, parameters):
        found.setdefault(row[0], []).append(row)
    return [_rows_of(found[place], today) if place in found else None for place in range(len(subjects))]


def _rows_of(found: Sequence[Any], today: date) -> CustomerRows:
    _, entry_id, entry_until, held, done, quota, *values = found[0][:_BEFORE_CALLS]
    lead = _lead(values[: len(_LEAD)])
    assignment = _assignment(values[len(_LEAD) : len(_LEAD) + len(_ASSIGNMENT)])
    trunk = _trunk(values[len(_LEAD) + len(_ASSIGNMENT) :])
    block = None if entry_id is None else DncBlock(entry_id, entry_until)
    return CustomerRows(
        lead=facts_of(lead, block, today),
        class_id=lead.class_id,
        calls=[NumberCall(*row[_BEFORE_CALLS:]) for row in found if row[_BEFORE_CALLS] is not None],
        assignment=None if assignment.id is None else assignment_card(assignment),
        progress=None if quota is None else Progress(quota=quota, assigned=held + done, done=done),
        trunk=None if trunk.name is None else trunk_card(trunk),
    )


# --- the statement, made once ----------------------------------------------------------------------------------------


def _columns(table: type[SQLModel], *names: str) -> Any:
    columns = SQLModel.metadata.tables[str(table.__tablename__)].c
    return part(columns[name] for name in names or columns.keys())


_TODAY = bindparam("today", type_=Date)
_SUBJECT: Mapping[str, TypeEngine[Any]] = {
    "place": Integer(),
    "lead": BigInteger(),
    "assignment": BigInteger(),
    "agent": BigInteger(),
    "call": Uuid(),
    "trunk": String(),
}
_LEAD, _lead = _columns(
    Lead, "id", "campaign_id", "state", "phone_index", "class_id", "basis_withdrawn_at", "basis_valid_until"
)
_ASSIGNMENT, _assignment = _columns(Assignment)
_TRUNK, _trunk = _columns(Trunk)


def _customers(subjects: FromClause) -> Prepared:
    of, number = subjects.c, col(Lead.phone_index)
    today = instant("day_begins"), instant("day_ends")
    day = allocation.day_counts(of.agent, _TODAY, today).correlate(subjects).lateral("day")
    quota = day_quota(of.agent, _TODAY).correlate(subjects).scalar_subquery()
    block = dnc.longest_in_force(number, instant("now")).scalar_subquery()
    query = (
        select(
            of.place,
            col(DncEntry.id),
            col(DncEntry.until),
            day.c.held,
            day.c.done,
            quota,
            *_LEAD,
            *_ASSIGNMENT,
            *_TRUNK,
            *calls.number_call(),
        )
        .select_from(subjects)
        .join(Lead, col(Lead.id) == of.lead)
        .join(DncEntry, col(DncEntry.id) == block, isouter=True)
        .join(Assignment, col(Assignment.id) == of.assignment, isouter=True)
        .join(Trunk, col(Trunk.name) == of.trunk, isouter=True)
        .join(day, true())
        .join(Call, calls.rings(number, instant("since"), of.call), isouter=True)
        .order_by(of.place, col(Call.dialled_at))
    )
    return Prepared(query)


_BEFORE_CALLS = 6 + len(_LEAD) + len(_ASSIGNMENT) + len(_TRUNK)
"""Columns before those of the calls."""
_CUSTOMERS = _customers(unnested("subject", _SUBJECT))
_CUSTOMER = _customers(select(*(bindparam(name, type_=of).label(name) for name, of in _SUBJECT.items())).subquery())
"""For one subject: of lists, the server makes the plan anew each time, which takes longer than to carry it out."""
