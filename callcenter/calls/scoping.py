"""Conditions that a call or a customer is within the actor's scope, for the queries of other rooms (S1)."""

from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import col, select

from callcenter.calls.models import Call
from callcenter.kit.actor import Actor
from callcenter.leads.scoping import listed_within
from callcenter.people.scoping import staff_within


def call_within(call_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Returns the condition that a column names a call that staff of the actor's scope had."""
    if actor.scope.is_all:
        return true()
    calls = select(col(Call.id)).where(col(Call.id) == call_id, staff_within(col(Call.agent_id), actor))
    return calls.exists()


def customer_within(lead_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Returns the condition that a column names a customer whom staff of the actor's scope have called.

    For a branch also one of the branch's own lists: a list of the whole bank belongs to the branches that call it.
    """
    if actor.scope.is_all:
        return true()
    calls = select(col(Call.id)).where(col(Call.lead_id) == lead_id, staff_within(col(Call.agent_id), actor))
    return calls.exists() | listed_within(lead_id, actor)
