"""What customers are searched by, and what the file of one shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from callcenter.dnc.types import DncReason, DncSource
from callcenter.leads.types import BasisKind, Gender, LeadState


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Fields left out do not narrow; one at least is given."""

    name: str | None = None
    """The whole name: found by blind index, so no part of it is enough."""
    phone: str | None = None
    """However it is written."""
    last4: str | None = None
    list_id: int | None = None
    campaign_id: int | None = None
    customer_class: str | None = None
    state: LeadState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
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
class Field:
    """One further field of the customer, as the list declares it (requirement L4)."""

    key: str
    title: str | None
    """Of the list's column; None for a known one, which the panel names."""
    kind: str
    value: Any
    """Typed; money is integer fen. Where ``masked``, a text that only says that there is something."""
    masked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """On what ground the customer may be called, and whether that still holds (requirement L9)."""

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
class Elsewhere:
    """The same number in another campaign."""

    id: int
    campaign_id: int
    list_id: int
    state: LeadState


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """Everything the lists hold of a customer, masked (requirements L4, L7)."""

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
    basis: Basis
    fields: Sequence[Field]
    dnc_entries: Sequence[CustomerDncEntry]
    elsewhere: Sequence[Elsewhere]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearFile:
    """The customer in clear. Making one is an audited act (requirement L7)."""

    name: str
    phone: str
    address: str
    district: str
    birth_on: date | None
    age: int | None
    fields: Sequence[Field]
