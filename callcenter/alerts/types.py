"""Alerts. They carry codes and figures only; the panel writes the sentence in the user's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from callcenter.kit.places import Binding

ALERT_NOTE = Binding("alert.note", ("id",))


class AlertKind(StrEnum):
    ALLOCATION_MISSING = "allocation_missing"
    """20:00 has passed and the next working day has no allocation (requirement D6). Facts: ``campaign_id``, ``on``."""
    STOCK_LOW = "stock_low"
    """The stock lasts fewer working days than it must (requirement D5). Facts: ``campaign_id``, ``stock``, ``days``,
    ``least``."""
    SHORTAGE = "shortage"
    """A run had fewer leads than the quotas ask for (requirement D5). Facts: ``campaign_id``, ``on``, ``shortage``, and
    where leads of branches are allocated ``branches``: branch → what its agents lack."""
    CALENDAR_PROVISIONAL = "calendar_provisional"
    """Days of the near future are provisional: their holidays have not been announced (requirement D1). Facts:
    ``year``, ``from``, ``days``."""

    LINE_REFUSES = "line_refuses"
    """A trunk refuses every call and was taken out until a probe succeeds (requirement C13). Facts: ``trunk``,
    ``refusals``, ``code``."""
    AUDIT_BROKEN = "audit_broken"
    """Audit records were changed or removed; this alert never clears by itself (requirement S3). No facts."""

    COMMAND_FAILED = "command_failed"
    """A command to the switch failed and is not repeated. Facts: ``command``, ``queue``, ``at``, ``error``, and the
    ``call_id`` or ``leg_id`` of the last one."""
    COMMAND_LOST = "command_lost"
    """The process died during a command, which may or may not have happened. Facts: as above, without ``error``."""

    TASK_OVERDUE = "task_overdue"
    """A scheduled task has not succeeded within an hour of its due time. Facts: ``task``, ``at`` (the due time),
    ``failures`` in a row, ``error`` (the class of the latest one, empty if the task did not run)."""

    ENGINE_LATE = "engine_late"
    """An engine takes the signals of its switch too late (requirement S5). Facts: ``node``, ``seconds`` of lag when its
    state changed last, ``behind`` (the seconds above which it offers no new call)."""
    ENGINE_SILENT = "engine_silent"
    """An engine has not reported for too long, so no call is placed on its switch. Facts: ``node``, ``at`` (its last
    report)."""

    SWITCH_GONE = "switch_gone"
    """An engine cannot reach its switch, so no call is placed there. Facts: ``node``, ``at`` (since when)."""
    PART_MISSING = "part_missing"
    """No process has led a part of the system for too long; a missing engine is ENGINE_SILENT. Facts: ``part``,
    ``node`` (for a part that each node has), ``at`` (since when)."""

    SIGNAL_KEPT = "signal_kept"
    """Our own code could not take signals of a switch; they are kept aside (law 7). Facts: ``node``, ``count`` of those
    that are kept, ``error`` (its class) and ``at`` of the latest."""

    RATE_EXCEEDED = "rate_exceeded"
    """A person or an address does something more often than it may, or a log-in is locked (requirement S1). Facts:
    ``rate``, ``by`` (``staff:7``, ``address:10.0.0.9``), ``until``, and ``count`` but for a locked log-in."""
    SPOOL_BLOCKED = "spool_blocked"
    """A switch has no room to record, or its folder cannot be written: nothing is dialled at it (requirements C9, R7).
    Facts: ``node``, ``free_mb``, ``least_mb``."""
    STORE_DOWN = "store_down"
    """The object store does not answer: recordings stay on the disk of their switch, which fills (requirement R2).
    Facts: ``node`` (whose recorder found it), ``error`` (the class of the latest one)."""
    CALLER_ID_REFUSED = "caller_id_refused"
    """A campaign runs whose caller ID is not on the approved list: no customer of it is dialled (requirement C3).
    Facts: ``campaign_id``, ``approved`` (how many numbers the list has)."""
    MESSAGE_FAILED = "message_failed"
    """A receiver does not take the messages of a route; each is tried again (requirement S6). Facts: ``route`` (its
    name), ``error`` (the class of the latest one), ``at``."""

    RECORDING_STOPPED = "recording_stopped"
    """The recorder of a conversation has stopped; the policy ends the call, or people have to (requirement C9). Facts:
    ``node``, ``count`` of such conversations when it was raised."""
    SCRIPT_WAITS = "script_waits"
    """A version of a script waits for a second person's approval (requirement C8). Facts: ``campaign_id``,
    ``version``."""
    PROOF_EXPIRES = "proof_expires"
    """A licence, training, exam or agreement expires within 30, 7 or 1 days (requirement H1). Facts: ``login``,
    ``proof``, ``on`` (the last day on which it counts), ``days`` left."""
    PROOF_EXPIRED = "proof_expired"
    """The same has expired: the person may not telephone any more. Facts: as above."""
    LOCK_REFUSED = "lock_refused"
    """The store refuses to lengthen the locks of recordings that have to be kept (requirement R3). Facts: ``count`` of
    them, ``error`` (its code)."""


@dataclass(frozen=True, slots=True)
class AlertCard:
    """One alert."""

    id: int
    kind: AlertKind
    subject: str
    """Kind and id of what it is about: ``campaign:3``."""
    facts: Mapping[str, Any]
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: int | None
    """Staff id."""
    note: str
    cleared_at: datetime | None = None
    """When its cause was over; None while it is open."""
