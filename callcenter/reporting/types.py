"""Describes what the ledger says of a lead, what it is asked by, and what an export is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from callcenter.kit.scope import Scope


class LedgerResult(StrEnum):
    """Where a lead stands. Every lead has exactly one; ``LEFT`` says which of them are still to be had."""

    STOCK = "stock"
    """Held by nobody, may be allocated."""
    HELD = "held"
    """Held by an agent."""
    PROMISED = "promised"
    """A call was promised and is still owed."""
    SUCCESS = "success"
    THINKING = "thinking"
    REFUSED = "refused"
    DO_NOT_CALL = "do_not_call"
    """Said so in a call."""
    WRONG_PERSON = "wrong_person"
    COMPLAINT = "complaint"
    LAPSED = "lapsed"
    """A call was promised and never came about."""
    NOT_REACHED = "not_reached"
    """All attempts used up."""
    INVALID_NUMBER = "invalid_number"
    ON_DNC_LIST = "on_dnc_list"
    """Ended, or waiting in vain, because the number is on the do-not-call list."""
    WITHDRAWN = "withdrawn"
    """The legal basis was withdrawn."""
    RULED_OUT = "ruled_out"
    """Closed by another rule, without a conversation."""


LEFT = (LedgerResult.STOCK, LedgerResult.HELD, LedgerResult.PROMISED)
"""What is left of the data (requirement L8)."""


class LedgerBy(StrEnum):
    """What totals are grouped by."""

    BRANCH = "branch"
    LIST = "list"
    AGENT = "agent"
    """Who had the lead last."""
    CLASS = "class"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """Which leads. Empty fields do not narrow; the actor's scope narrows besides."""

    list_id: int | None = None
    branch: str | None = None
    """Empty text: lists of the whole bank."""
    campaign_id: int | None = None
    customer_class: str | None = None
    result: LedgerResult | None = None
    agent_id: int | None = None
    """Whoever had the lead at any time."""
    district: str | None = None
    imported_from: date | None = None
    imported_to: date | None = None
    """Included."""

    def plain(self) -> dict[str, Any]:
        """Returns the fields that narrow, as JSON keeps them."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value is not None
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "LedgerFilter":
        """Reads what ``plain`` returned."""
        values = dict(plain)
        for name in ("imported_from", "imported_to"):
            if name in values:
                values[name] = date.fromisoformat(values[name])
        if "result" in values:
            values["result"] = LedgerResult(values["result"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """What is asked of the ledger, by whom and when."""

    wanted: LedgerFilter
    scope: Scope
    """Of whoever asks."""
    as_of: datetime
    """The instant at which do-not-call entries are in force or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One lead's way from its source to its result. Name and number are masked."""

    lead_id: int
    campaign_id: int
    campaign: str
    list_id: int
    list_name: str
    source: str
    branch: str
    target_group: str | None
    line: int
    """Where in the list's file it stood."""
    imported_at: datetime
    name_masked: str
    phone_masked: str
    customer_class: str
    district: str
    result: LedgerResult
    left: bool
    times_allocated: int
    agents: tuple[str, ...]
    """Who had it, in order; the last one has or had it last."""
    allocated_at: datetime | None
    """The last time."""
    returned_why: str | None
    """Set while the last agent's assignment was returned."""
    calls: int
    """Dialled."""
    answered: int
    last_called_at: datetime | None
    last_outcome: str | None
    last_disposition: str | None
    verdict: str | None
    hand_over: str | None
    visits: int
    visit_result: str | None
    complaint: str | None
    do_not_call: bool
    """An entry for the number is in force now."""
    do_not_call_until: datetime | None
    """None with ``do_not_call``: for ever."""
    basis_withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTotal:
    """The sums of one branch, list, agent, class or campaign."""

    key: str | None
    """Its id or name; None for leads nobody ever had, and in the sum of everything."""
    name: str
    leads: int
    left: int
    allocated: int
    """Leads that were held by somebody at least once."""
    called: int
    """Leads that were dialled at least once."""
    reached: int
    """Leads that answered at least once."""
    calls: int
    passed: int
    """Leads whose success passed the quality check."""
    signed: int
    results: Mapping[LedgerResult, int]

    @property
    def reach_rate(self) -> float | None:
        """Returns reached ÷ called, 0..1."""
        return self.reached / self.called if self.called else None

    @property
    def success_rate(self) -> float | None:
        """Successes ÷ called: the conversion."""
        return self.results[LedgerResult.SUCCESS] / self.called if self.called else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing a filter can be set to."""

    value: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCard:
    """One workbook that is kept."""

    id: int
    job_id: int
    requested_by: int | None
    ordered_by_name: str
    filters: Mapping[str, Any]
    filters_sha256: str
    scope: str
    as_of: datetime
    """The moment whose rows it holds."""
    made_at: datetime
    rows: int
    size_bytes: int
    sha256: str
    keep_until: datetime
