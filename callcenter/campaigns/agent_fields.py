"""Which fields of a customer an agent sees on the card: a setting of the campaign (requirement L4). Pure.

Name and number are no part of it: on an agent's screen both are always masked. The identity number is none either: no
agent ever sees it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class AgentField(StrEnum):
    """What can be shown to the agent, in the order of the card."""

    GENDER = "gender"
    AGE = "age"
    BIRTH_ON = "birth_on"
    DISTRICT = "district"
    ADDRESS = "address"
    OCCUPATION = "occupation"
    CUSTOMER_CLASS = "customer_class"
    EMPLOYER = "employer"
    HOUSEHOLD = "household"
    INCOME = "income"
    POLICIES = "policies"
    CLAIMS = "claims"
    PREFERENCES = "preferences"
    RISK = "risk"
    SERVICE_FEEDBACK = "service_feedback"
    REFERRAL_SOURCE = "referral_source"
    FURTHER = "further"
    """The fields that a list declares for itself, all or none of them."""


class Showing(StrEnum):
    """How a field is shown; a field without one is hidden: it does not leave the server."""

    CLEAR = "clear"
    MASKED = "masked"


AgentFields = Mapping[AgentField, Showing]
"""Field → how it is shown; those left out are hidden."""

DEFAULT_AGENT_FIELDS: AgentFields = MappingProxyType(
    dict.fromkeys(
        (AgentField.GENDER, AgentField.AGE, AgentField.DISTRICT, AgentField.OCCUPATION, AgentField.CUSTOMER_CLASS),
        Showing.CLEAR,
    )
)
"""What an agent needs to speak to a customer, and no more."""

NEVER_MASKED = frozenset({AgentField.GENDER, AgentField.CUSTOMER_CLASS})
"""A code has no part that could be shown."""


def agent_fields_problem(fields: AgentFields) -> AgentField | None:
    """Returns a field that cannot be shown as wanted; None when all can."""
    return next((field for field in NEVER_MASKED if fields.get(field) is Showing.MASKED), None)


def stored_agent_fields(fields: AgentFields) -> dict[str, Any]:
    """Returns the setting as a row and the audit trail keep it."""
    return {field.value: showing.value for field, showing in fields.items()}


def agent_fields_of(stored: Mapping[str, Any]) -> AgentFields:
    """Returns a stored setting as typed values, in the order of the card."""
    return {field: Showing(stored[field]) for field in AgentField if field in stored}
