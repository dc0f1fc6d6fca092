"""What other rooms' queries ask of a lead: whether it belongs to the actor's branch (L3, S1), and its number."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, false, true
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


def number_ends_with(lead_id: Any, last4: str) -> ColumnElement[bool]:
    """Returns the condition that a column names a lead whose number ends with these four digits."""
    named: ColumnElement[bool] = lead_id.in_(select(col(Lead.id)).where(col(Lead.phone_last4) == last4))
    return named


def number_of(lead_id: Any) -> ScalarSelect[str]:
    """Returns the blind index of the number of the lead that a column names."""
    return select(col(Lead.phone_index)).where(col(Lead.id) == lead_id).correlate_except(Lead).scalar_subquery()
