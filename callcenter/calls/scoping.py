"""Conditions for the queries of other rooms: what is within the actor's scope (S1), and whose number is in a call."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, and_, or_, true
from sqlmodel import col, select

from callcenter.calls.dispositions import dispositions_with
from callcenter.calls.models import Call
from callcenter.calls.types import CallState, Outcome, SuccessVerdict
from callcenter.kit.actor import Actor
from callcenter.kit.literals import written
from callcenter.leads.scoping import listed_within, number_of
from callcenter.people.scoping import staff_within

_SUCCESSES = dispositions_with(lambda rule: rule.is_success)


def call_within(call_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Returns the condition that a column names a call that staff of the actor's scope had."""
    if actor.scope.is_all:
        return true()
    calls = select(col(Call.id)).where(col(Call.id) == call_id, staff_within(col(Call.agent_id), actor))
    return calls.exists()


def success_judged(call_id: Any, verdict: SuccessVerdict | None) -> ColumnElement[bool]:
    """Returns the condition that a column names a success with this verdict of quality; None: without one."""
    judged = col(Call.success_verdict)
    calls = select(col(Call.id)).where(
        col(Call.id) == call_id,
        col(Call.disposition).in_(_SUCCESSES),
        judged.is_(None) if verdict is None else judged == verdict,
    )
    return calls.exists()


def verdicts_of(call_ids: Collection[UUID]) -> Executable:
    """Returns the query for the verdicts of quality about these calls: the call's id and its verdict."""
    judged = col(Call.success_verdict)
    return select(col(Call.id), judged).where(col(Call.id).in_(call_ids), judged.is_not(None))


def customer_within(lead_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Returns the condition that a column names a customer whom staff of the actor's scope have called.

    For a branch also one of the branch's own lists: a list of the whole bank belongs to the branches that call it.
    """
    if actor.scope.is_all:
        return true()
    calls = select(col(Call.id)).where(col(Call.lead_id) == lead_id, staff_within(col(Call.agent_id), actor))
    return calls.exists() | listed_within(lead_id, actor)


def number_in_call(lead_id: Any) -> ColumnElement[bool]:
    """Returns the condition that a call to the number of the lead that a column names has not ended (law 2)."""
    to_number = col(Call.phone_index) == number_of(lead_id)
    return select(col(Call.id)).where(to_number, _is_open()).exists()


def number_awaited(lead_id: Any, midnight: Any) -> ColumnElement[bool]:
    """Returns the condition that a call to the number has not ended, or has no disposition yet; ``rules.owed_until``.

    ``midnight``: the beginning of the business date.
    """
    to_number = col(Call.phone_index) == number_of(lead_id)
    owed = and_(col(Call.outcome) == Outcome.ANSWERED, col(Call.disposed_at).is_(None), col(Call.ended_at) >= midnight)
    return select(col(Call.id)).where(to_number, or_(_is_open(), owed)).exists()


def _is_open() -> ColumnElement[bool]:
    return col(Call.state) != written(col(Call.state), CallState.ENDED)
