"""Results, lines, totals and filters of the ledger, and its exports."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from callcenter.kit.scope import Scope


class LedgerResult(StrEnum):
    """The result of a lead; every lead has exactly one. ``LEFT`` lists those that may still change by a call."""

    STOCK = "stock"
    """Not assigned; may be allocated."""
    HELD = "held"
    """Held by an agent."""
    PROMISED = "promised"
    """A call was promised and is still owed."""
    SUCCESS = "success"
    THINKING = "thinking"
    REFUSED = "refused"
    DO_NOT_CALL = "do_not_call"
    """The customer said so in a call."""
    WRONG_PERSON = "wrong_person"
    COMPLAINT = "complaint"
    LAPSED = "lapsed"
    """A call was promised and never took place."""
    NOT_REACHED = "not_reached"
    """All attempts used up."""
    INVALID_NUMBER = "invalid_number"
    ON_DNC_LIST = "on_dnc_list"
    """Closed, or kept from being called, because the number is on the do-not-call list."""
    WITHDRAWN = "withdrawn"
    """The legal basis was withdrawn."""
    RULED_OUT = "ruled_out"
    """Closed by another rule, without a conversation."""


LEFT = (LedgerResult.STOCK, LedgerResult.HELD, LedgerResult.PROMISED)
"""Results of leads that are left (requirement L8)."""


class LedgerBy(StrEnum):
    """Groups of totals."""

    BRANCH = "branch"
    LIST = "list"
    AGENT = "agent"
    """The agent who held the lead last."""
    CLASS = "class"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """A selection of leads. Empty fields do not filter; the actor's scope always does."""

    list_id: int | None = None
    branch: str | None = None
    """Empty text: lists of the whole bank."""
    campaign_id: int | None = None
    customer_class: str | None = None
    result: LedgerResult | None = None
    agent_id: int | None = None
    """An agent who held the lead at any time."""
    district: str | None = None
    imported_from: date | None = None
    imported_to: date | None = None
    """Included."""

    def plain(self) -> dict[str, Any]:
        """Returns the fields that filter, in JSON form."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value is not None
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "LedgerFilter":
        """Reads the result of ``plain``."""
        values = dict(plain)
        for name in ("imported_from", "imported_to"):
            if name in values:
                values[name] = date.fromisoformat(values[name])
        if "result" in values:
            values["result"] = LedgerResult(values["result"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """A query of the ledger: filter, scope and instant."""

    wanted: LedgerFilter
    scope: Scope
    """Scope of the actor."""
    as_of: datetime
    """The instant at which do-not-call entries are judged."""


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
    """Line in the list's file."""
    imported_at: datetime
    name_masked: str
    phone_masked: str
    customer_class: str
    district: str
    result: LedgerResult
    left: bool
    times_allocated: int
    agents: tuple[str, ...]
    """The agents who held it, in order."""
    allocated_at: datetime | None
    """When it was last allocated."""
    returned_why: str | None
    """Set while the last agent's assignment was returned."""
    calls: int
    """Dialled calls."""
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
    """Its id or name; None for leads without it (never held), and for the total."""
    name: str
    leads: int
    left: int
    allocated: int
    """Leads that an agent held at least once."""
    called: int
    """Leads that were dialled at least once."""
    reached: int
    """Leads whose customer answered at least once."""
    calls: int
    passed: int
    """Leads whose success passed the quality check."""
    undecided: int
    """Leads whose success waits for quality."""
    failed: int
    """Leads whose success quality has refused: it counts as none."""
    signed: int
    issued: int
    """Leads whose policy the insurer has issued."""
    results: Mapping[LedgerResult, int]

    @property
    def reach_rate(self) -> float | None:
        """Returns reached ÷ called, 0..1."""
        return self.reached / self.called if self.called else None

    @property
    def success_rate(self) -> float | None:
        """Returns successes ÷ called (the conversion), 0..1, without those that quality has refused."""
        return (self.results[LedgerResult.SUCCESS] - self.failed) / self.called if self.called else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One possible value of a filter."""

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
