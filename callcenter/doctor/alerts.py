"""Makes faults of open alerts, in the alerts' own sentences. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from callcenter.alerts.types import AlertCard, AlertKind
from callcenter.doctor.types import Area, Fault, Severity
from callcenter.messages.texts import sentence
from callcenter.messages.types import Language

_OF: Mapping[AlertKind, tuple[Area, Severity]] = {
    AlertKind.SPOOL_BLOCKED: (Area.MACHINE, Severity.STOPS),
    AlertKind.STORE_DOWN: (Area.STORE, Severity.WARNS),
    AlertKind.RECORDING_STOPPED: (Area.MACHINE, Severity.STOPS),
    AlertKind.ALLOCATION_MISSING: (Area.LEADS, Severity.WARNS),
    AlertKind.STOCK_LOW: (Area.LEADS, Severity.WARNS),
    AlertKind.SHORTAGE: (Area.LEADS, Severity.WARNS),
    AlertKind.CALENDAR_PROVISIONAL: (Area.TODAY, Severity.WARNS),
    AlertKind.AUDIT_BROKEN: (Area.OPERATION, Severity.WARNS),
    AlertKind.COMMAND_FAILED: (Area.SWITCH, Severity.WARNS),
    AlertKind.COMMAND_LOST: (Area.SWITCH, Severity.WARNS),
    AlertKind.TASK_OVERDUE: (Area.OPERATION, Severity.WARNS),
    AlertKind.SIGNAL_KEPT: (Area.SWITCH, Severity.WARNS),
    AlertKind.MESSAGE_FAILED: (Area.OPERATION, Severity.WARNS),
    AlertKind.SCRIPT_WAITS: (Area.CAMPAIGN, Severity.EXPLAINS),
}
"""Kinds that have no other fault: parts, switches, trunks, caller IDs and proofs are judged by their own facts."""

EXPLAINED = frozenset(_OF)


def judge_alerts(alerts: Sequence[AlertCard]) -> Iterator[Fault]:
    """Yields a fault for each alert."""
    for alert in alerts:
        area, severity = _OF[alert.kind]
        kind, facts = alert.kind.value, alert.facts
        chinese, english = (sentence(language, kind, facts) for language in (Language.ZH, Language.EN))
        yield Fault(kind, area, severity, chinese, english, dict(facts))
