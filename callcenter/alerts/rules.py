"""Decides whose work an alert is. Pure."""

from collections.abc import Collection, Mapping

from callcenter.alerts.types import AlertKind
from callcenter.people.types import Right

RIGHT_OF: Mapping[AlertKind, Right] = {
    AlertKind.ALLOCATION_MISSING: Right.ALLOCATE,
    AlertKind.STOCK_LOW: Right.ALLOCATE,
    AlertKind.SHORTAGE: Right.ALLOCATE,
    AlertKind.CALENDAR_PROVISIONAL: Right.MANAGE_CAMPAIGNS,
    AlertKind.LINE_REFUSES: Right.WATCH_FLOOR,
    AlertKind.AUDIT_BROKEN: Right.VIEW_AUDIT,
    # The group leader sees the agents who wait, the administrator mends the line; both hold this right.
    AlertKind.COMMAND_FAILED: Right.MANAGE_AGENTS,
    AlertKind.COMMAND_LOST: Right.MANAGE_AGENTS,
    AlertKind.TASK_OVERDUE: Right.OPERATE,
    AlertKind.ENGINE_LATE: Right.MANAGE_AGENTS,
    AlertKind.ENGINE_SILENT: Right.MANAGE_AGENTS,
    AlertKind.SWITCH_GONE: Right.MANAGE_AGENTS,
    AlertKind.PART_MISSING: Right.OPERATE,
    AlertKind.SIGNAL_KEPT: Right.OPERATE,
    AlertKind.RATE_EXCEEDED: Right.OPERATE,
    AlertKind.SPOOL_BLOCKED: Right.MANAGE_AGENTS,
    AlertKind.STORE_DOWN: Right.OPERATE,
    AlertKind.CALLER_ID_REFUSED: Right.MANAGE_AGENTS,
    AlertKind.MESSAGE_FAILED: Right.OPERATE,
    AlertKind.RECORDING_STOPPED: Right.MANAGE_AGENTS,
    AlertKind.SCRIPT_WAITS: Right.APPROVE_SCRIPTS,
    AlertKind.PROOF_EXPIRES: Right.MANAGE_PEOPLE,
    AlertKind.PROOF_EXPIRED: Right.MANAGE_PEOPLE,
    AlertKind.LOCK_REFUSED: Right.OPERATE,
}
"""The right whose holders see an alert, and the bell in the header with it."""

STANDSTILL = frozenset(
    {
        AlertKind.SPOOL_BLOCKED,
        AlertKind.STORE_DOWN,
        AlertKind.CALLER_ID_REFUSED,
        AlertKind.RECORDING_STOPPED,
    }
)
"""Kinds that say why agents get no call, or soon will not: the floor and ``/readyz`` show them. A trunk that refuses,
a part that is missing and an engine that is late or has no switch are shown apart."""


def switch_subject(node: str) -> str:
    """Returns the subject of an alert about one switch."""
    return f"switch:{node}"


def kinds_for(rights: Collection[str]) -> frozenset[AlertKind]:
    """Returns the kinds of alert that these rights show; with none of them a person has no bell."""
    return frozenset(kind for kind, right in RIGHT_OF.items() if right in rights)
