"""Describes what is asked of the trail, and the results of a check of the chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

TRAIL = "audit:trail"
"""The trail itself, as the subject of an act or of an alert."""

CHECKED = "audit.checked"
"""The act of a check: its result is an entry of the trail it has checked."""

RESEAL = "audit.reseal"
"""The kind of the job that seals everything again."""

RESEALED = "audit.resealed"
"""The act of sealing everything again; its fact ``bound`` says that no value is sealed for no place any more."""


class Access(StrEnum):
    """How personal data that are masked otherwise were looked at (requirements L7, R5)."""

    REVEAL = "reveal"
    LISTEN = "listen"
    EXPORT = "export"
    READ = "read"


ACCESS_OF: Mapping[str, Access] = {
    "leads.particulars_revealed": Access.REVEAL,
    "recordings.listened": Access.LISTEN,
    "recordings.export_taken": Access.EXPORT,
    "leads.rejects_downloaded": Access.EXPORT,
    "ledger.export_downloaded": Access.EXPORT,
    "allocation.end_note_read": Access.READ,
    "customers.note_read": Access.READ,
}
"""Acts that make the access log."""


TYPED: Mapping[str, str] = {
    "allocation.members_set": "reason",
    "allocation.quota_removed": "reason",
    "allocation.quota_set": "reason",
    "campaigns.changed": "reason",
    "campaigns.class_scheme_set": "reason",
    "campaigns.day_overridden": "reason",
    "campaigns.day_restored": "reason",
    "campaigns.script_published": "reason",
    "campaigns.script_returned": "reason",
    "campaigns.script_submitted": "reason",
    "campaigns.script_withdrawn": "reason",
    "campaigns.service_hours_changed": "reason",
    "customers.lead_reopened": "why",
    "customers.note_read": "why",
    "dialer.signal_dismissed": "reason",
    "field.application_cancelled": "reason",
    "field.application_refused": "reason",
    "field.application_reopened": "reason",
    "field.decided": "reason",
    "field.region_changed": "reason",
    "health.node_closed": "reason",
    "leads.basis_added": "why",
    "leads.basis_withdrawn": "why",
    "leads.class_rules_activated": "why",
    "leads.class_set_manually": "why",
    "leads.dnc_lift_declined": "why",
    "leads.dnc_lift_proposed": "why",
    "leads.dnc_lifted": "why",
    "leads.dnc_list_withdrawn": "why",
    "leads.particulars_revealed": "why",
    "lines.trunk_removed": "reason",
    "lines.trunk_set": "reason",
    "messages.route_removed": "reason",
    "messages.route_set": "reason",
    "people.second_factor_demanded": "reason",
    "people.second_factor_reset": "reason",
    "people.sessions_ended": "reason",
    "people.staff_changed": "reason",
    "people.staff_left": "reason",
    "recordings.incident_closed": "reason",
    "recordings.listened": "why",
}
"""Act → the fact that a person has typed. The trail holds it sealed, for its entry alone, as ``<fact>_sealed``."""


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries of the trail; parts left out do not filter."""

    subject: str | None = None
    """``lead:17``."""
    actor: str | None = None
    """``staff:7``."""
    acts: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first instant that is outside."""


class Fault(StrEnum):
    CHANGED = "changed"
    """The entry's content does not match the hash with which it was written."""
    REMOVED = "removed"
    """Entries are missing before this one, or after the last one."""
    UNCHAINED = "unchained"
    """The entry does not follow from the one before: one was inserted, replaced or rewritten."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain is broken."""

    entry_id: int
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's head as it was noted earlier, outside the database (in the object store, in a file).

    The owner of the database can rewrite the whole chain, but not an anchor that is kept elsewhere.
    """

    entry_id: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    entries: int
    head: Anchor | None
    """The last entry; None when there is none."""
    broken: tuple[Break, ...]

    @property
    def whole(self) -> bool:
        return not self.broken


@dataclass(frozen=True, slots=True)
class CheckCard:
    """The latest check of the trail, as the trail holds it."""

    at: datetime
    actor: str
    entries: int
    broken: int
    """In how many places."""
    places: tuple[Mapping[str, Any], ...]
    """The first of them: ``entry_id``, ``fault``."""
    anchors: int | None
    """With how many heads in the object store the trail was compared; None: the store did not answer."""


@dataclass(frozen=True, slots=True)
class Days:
    """Whole business days, both included."""

    first_on: date
    last_on: date
