"""Search criteria, and the content of a customer file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from callcenter.dnc.types import DncReason, DncSource
from callcenter.kit.places import Binding
from callcenter.leads.types import BasisKind, Gender, LeadState

CHANGE_OLD = Binding("lead_change.old", ("lead_id", "field", "at"))
CHANGE_NEW = Binding("lead_change.new", ("lead_id", "field", "at"))
CHANGE_WHY = Binding("lead_change.why", ("lead_id", "field", "at"))


class FileField(StrEnum):
    """The fields of a customer's file that staff correct and add. The number is none: it is the customer's identity."""

    NAME = "name"
    GENDER = "gender"
    BIRTH_ON = "birth_on"
    DISTRICT = "district"
    ADDRESS = "address"
    OCCUPATION = "occupation"
    EMPLOYER = "employer"
    HOUSEHOLD = "household"
    CLAIMS = "claims"
    PREFERENCES = "preferences"
    RISK = "risk"
    SERVICE_FEEDBACK = "service_feedback"
    REFERRAL_SOURCE = "referral_source"


class ChangeSource(StrEnum):
    """Where a correction was made."""

    FILE = "file"
    """By the data officer, in the customer file."""
    DESK = "desk"
    """By the phone agent who had the customer on the screen."""
    VISIT = "visit"
    """By the field agent who visits the customer."""


@dataclass(frozen=True, slots=True)
class Correction:
    """New values of some fields, as texts; an empty text removes a value."""

    values: Mapping[FileField, str]
    why: str
    """It may say something of the customer: it is kept sealed."""
    source: ChangeSource


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """One correction in the history of a file; values that could identify the customer are masked."""

    id: int
    field: FileField
    old: str
    new: str
    why: str
    source: ChangeSource
    at: datetime
    by: str | None
    """Name of the member of staff; None for the system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Criteria of a search, at least one; fields left out do not filter."""

    name: str | None = None
    """The whole name: it is found by blind index, so a part of it is not enough."""
    phone: str | None = None
    """In any usual spelling."""
    last4: str | None = None
    id_number: str | None = None
    """Of the identity card or another document, in any usual spelling."""
    list_id: int | None = None
    campaign_id: int | None = None
    customer_class: str | None = None
    state: LeadState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerHit:
    """One customer found, masked."""

    id: int
    campaign_id: int
    list_id: int
    list_name: str
    name_masked: str
    phone_masked: str
    gender: Gender | None
    age: int | None
    district: str
    customer_class: str
    state: LeadState
    basis_withdrawn: bool
    do_not_call: bool
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerField:
    """One further field of the customer, as the list declares it (requirement L4)."""

    key: str
    title: str | None
    """Title of the list's column; None for a known column, which the panel names."""
    kind: str
    value: Any
    """Typed; money is integer fen. When ``masked``, a text that only shows that there is a value."""
    masked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCard:
    """A customer on an agent's screen: name and number masked, and what the campaign's setting shows (law 5)."""

    name_masked: str
    phone_masked: str
    facts: Sequence[CustomerField]
    """In the order of the card; empty values are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerBasis:
    """The legal basis of calls to the customer, and its withdrawal (requirement L9)."""

    kind: BasisKind
    reference: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDncEntry:
    """One do-not-call entry of the number, in force or not."""

    id: int
    reason: DncReason
    source: DncSource
    entered_at: datetime
    entered_by: str | None
    until: datetime | None
    """None: for ever."""
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_why: str | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class OtherLead:
    """The same number in another campaign."""

    id: int
    campaign_id: int
    list_id: int
    state: LeadState


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """All data of a customer, masked (requirements L4, L7)."""

    id: int
    campaign_id: int
    list_id: int
    list_name: str
    line: int
    source: str
    branch: str
    name_masked: str
    phone_masked: str
    address_masked: str
    carrier: str
    city: str
    gender: Gender | None
    age: int | None
    district: str
    occupation: str
    customer_class: str
    state: LeadState
    imported_at: datetime
    basis: CustomerBasis
    fields: Sequence[CustomerField]
    dnc_entries: Sequence[CustomerDncEntry]
    elsewhere: Sequence[OtherLead]
    """Leads with the same number in other campaigns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearFile:
    """The customer in clear. Returning one is an audited act (requirement L7)."""

    name: str
    phone: str
    address: str
    district: str
    birth_on: date | None
    age: int | None
    fields: Sequence[CustomerField]
