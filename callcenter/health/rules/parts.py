"""Decides which parts the system needs, which of them run, and which are missing for too long. Pure.

Source: requirement S5. A part runs while a process that leads it beats. The lock of its leader decides who may lead; it
is never asked who does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.health.rules.lag import engine_of
from callcenter.health.types import OF_A_NODE, Part, PartCard, Report

SCHEDULE = "schedule"
"""The lock of the process that runs the scheduled tasks."""


def lock_of(part: Part, node: str | None = None) -> str:
    """Returns the name of the lock that the part's leading process holds."""
    return f"{part.value}:{node}" if part in OF_A_NODE else SCHEDULE


def judge(reports: Sequence[Report], nodes: Collection[str], now: datetime, silent_after: timedelta) -> list[PartCard]:
    """Returns every part that a system with these nodes needs, the parts of each node together."""
    needed: list[tuple[Part, str | None]] = [(part, node) for node in sorted(nodes) for part in OF_A_NODE]
    needed += [(Part.OFFICE, None), (Part.WEB, None)]
    return [_card(part, node, reports, now, silent_after) for part, node in needed]


def _card(part: Part, node: str | None, reports: Iterable[Report], now: datetime, silent_after: timedelta) -> PartCard:
    same = [report for report in reports if part in report.parts and node in (None, report.node)]
    alive = [report for report in same if now - report.beat_at <= silent_after]
    leading = [report.leads[part] for report in alive if part in report.leads]
    return PartCard(
        part=part,
        node=node,
        since=min(leading, default=None),
        processes=len(leading),
        standbys=len(alive) - len(leading),
        heard_at=max((report.beat_at for report in same if part in report.leads), default=None),
        engine=engine_of(node, same, now, silent_after) if part is Part.ENGINE and node else None,
    )


@dataclass(frozen=True, slots=True)
class Watch:
    """The parts that are missing, as one process has followed them."""

    missing_since: Mapping[str, datetime]
    """Subject of the part → since when."""
    overdue: frozenset[str] = frozenset()
    """Those that are missing for so long that an alert says so."""


def watched(before: Watch, cards: Iterable[PartCard], now: datetime, after: timedelta) -> Watch:
    """Returns which parts are missing, and which of them for longer than ``after``.

    One that died is missing since its last heartbeat, one that was stopped in order since this process has noticed it.
    """
    missing = {
        card.subject: before.missing_since.get(card.subject, min(card.heard_at or now, now))
        for card in cards
        if not card.running
    }
    return Watch(missing, frozenset(subject for subject, since in missing.items() if now - since > after))
