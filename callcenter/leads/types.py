"""What a lead is, why a row of a list is not taken, and what other rooms may know of a customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from callcenter.classes.types import UNRANKED
from callcenter.kit.events import Event


class RejectReason(StrEnum):
    """Why a row of a list became no lead (requirement L2). Declared in the order in which they are looked for."""

    MISSING_PHONE = "missing_phone"
    FOREIGN = "foreign"
    LANDLINE = "landline"
    """A fixed line, where landlines are not taken, or one without its area code."""
    SHORT_CODE = "short_code"
    """110, 10086: an emergency number or an operator's."""
    SERVICE_NUMBER = "service_number"
    """400, 800, 95xxx, 12345: a company's or an authority's."""
    MALFORMED = "malformed"
    NO_LEGAL_BASIS = "no_legal_basis"
    FIELD_INVALID = "field_invalid"
    """A further field does not hold what the list declares; the reject's detail names the column."""
    DO_NOT_CALL = "do_not_call"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    DUPLICATE_IN_SYSTEM = "duplicate_in_system"
    """The campaign has this number already, from another list."""


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"


class BasisKind(StrEnum):
    """On what ground a customer may be called at all (requirement L9)."""

    WRITTEN_CONSENT = "written_consent"
    RECORDED_CONSENT = "recorded_consent"
    ELECTRONIC_CONSENT = "electronic_consent"
    EXISTING_RELATION = "existing_relation"
    """A customer of the bank whose contract covers it."""


class LeadState(StrEnum):
    STOCK = "stock"
    """In nobody's hands: may be allocated."""
    ASSIGNED = "assigned"
    """Assigned to one agent."""
    CLOSED = "closed"
    """Done with: success, refusal, wrong number, attempts used up."""


class DncReason(StrEnum):
    CUSTOMER_REQUEST = "customer_request"
    """Asked never to be called again."""
    REFUSED = "refused"
    COMPLAINT = "complaint"
    WRONG_PERSON = "wrong_person"
    INDUSTRY_LIST = "industry_list"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LeadCard:
    """A customer as agents and reviewers see one: masked, nothing to dial or to visit by."""

    id: int
    campaign_id: int
    list_id: int
    name_masked: str
    phone_masked: str
    gender: Gender | None
    age: int | None
    """Full years on the business date of the work."""
    district: str
    occupation: str
    customer_class: str
    basis_kind: BasisKind


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What the decision "may this be called" needs to know of a lead (requirement C3)."""

    lead_id: int
    campaign_id: int
    state: LeadState
    phone_index: str
    """Blind index of the number: the key of caps that hold over all campaigns."""
    dnc: bool
    """An entry of the do-not-call list is in force now."""
    dnc_entry_id: int | None
    dnc_until: datetime | None
    """End of that entry; None with ``dnc`` set means for ever."""
    basis_valid: bool


@dataclass(frozen=True, slots=True)
class Particulars:
    """A customer in clear, for those who visit. Each time it is made an audited act (requirement L7)."""

    name: str
    phone: str
    address: str
    district: str
    age: int | None


@dataclass(frozen=True, slots=True)
class StockLead:
    """A lead nobody holds, as the allocation sees it."""

    id: int
    customer_class: str
    district: str
    imported_at: datetime
    class_rank: int = UNRANKED
    """The smaller, the earlier."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file. ``rows == good + rejected``; ``reasons`` adds up to ``rejected``."""

    list_id: int
    rows: int
    good: int
    rejected: int
    reasons: dict[RejectReason, int]
    already_imported: bool
    """The same bytes were imported into this campaign before: nothing changed, the figures are those of then."""


@dataclass(frozen=True, slots=True)
class LeadListCard:
    id: int
    name: str
    campaign_id: int
    imported_at: datetime
    rows: int
    good: int
    rejected: int
    reasons: dict[RejectReason, int]
    file_name: str = ""
    source: str = ""
    """Who supplied it."""
    branch: str = ""
    target_group_id: int | None = None
    imported_by: int | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Known column → title in the file."""
    fields: tuple[Mapping[str, Any], ...] = ()
    """The list's further fields, as declared: key, title, kind, required, choices."""


@dataclass(frozen=True, slots=True)
class RejectCard:
    """A row that was not taken; the row itself stays sealed."""

    id: int
    line: int
    """Line of the text file, or row of the sheet, counted from 1, the header included."""
    reason: RejectReason
    detail: str = ""
    """The column's title, where a further field is invalid."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is."""

    rows: int
    good: int
    rejected: int
    rows_about: int | None = None
    """How many rows the file has in all, as far as that can be told beforehand."""


@dataclass(frozen=True, slots=True)
class ListImported(Event):
    list_id: int
    campaign_id: int
    good: int


@dataclass(frozen=True, slots=True)
class LeadsBlocked(Event):
    """These leads may not be called any more: do-not-call, or the legal basis was withdrawn (requirements L6, L9)."""

    lead_ids: tuple[int, ...]
    why: str
    """``do_not_call`` or ``basis_withdrawn``."""
