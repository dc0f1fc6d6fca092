"""The condition that a lead belongs to the actor's branch, for the queries of other rooms (requirements L3, S1)."""

from typing import Any

from sqlalchemy import ColumnElement, false, true
from sqlmodel import col, select

from callcenter.kit.actor import Actor
from callcenter.kit.scope import ScopeKind
from callcenter.leads.models import Lead, LeadList


def listed_within(lead_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Returns the condition that a column names a lead of a list of the actor's branch, as in the ledger.

    Regions and single agents have no lists.
    """
    match actor.scope.kind:
        case ScopeKind.ALL:
            return true()
        case ScopeKind.BRANCH:
            leads = (
                select(col(Lead.id))
                .join(LeadList, col(LeadList.id) == col(Lead.list_id))
                .where(col(Lead.id) == lead_id, col(LeadList.branch) == actor.scope.branch)
            )
            return leads.exists()
        case ScopeKind.REGION | ScopeKind.OWN:
            return false()
