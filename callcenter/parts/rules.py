"""Decides which parts the system needs, and which of them run. Pure."""

from collections.abc import Collection, Sequence

from callcenter.kit.leader import Candidate
from callcenter.parts.types import OF_A_NODE, Part, PartCard

SCHEDULE = "schedule"
"""The lock of the process that runs the scheduled tasks."""


def lock_of(part: Part, node: str | None = None) -> str:
    """Returns the name of the lock that the part's leading process holds."""
    return f"{part.value}:{node}" if part in OF_A_NODE else SCHEDULE


def nodes_of(candidates: Sequence[Candidate]) -> set[str]:
    """Returns the switches for which a process leads or waits to."""
    parted = (candidate.name.partition(":") for candidate in candidates)
    return {node for part, _, node in parted if part in OF_A_NODE and node}


def judge(candidates: Sequence[Candidate], nodes: Collection[str]) -> list[PartCard]:
    """Returns every part that a system with these switches needs, the parts of each switch together."""
    needed: list[tuple[Part, str | None]] = [(part, node) for node in sorted(nodes) for part in OF_A_NODE]
    needed.append((Part.OFFICE, None))
    cards = []
    for part, node in needed:
        same = [candidate for candidate in candidates if candidate.name == lock_of(part, node)]
        leader = next((candidate for candidate in same if candidate.leads), None)
        cards.append(
            PartCard(
                part=part,
                node=node,
                running=leader is not None,
                since=leader.since if leader else None,
                standbys=sum(not candidate.leads for candidate in same),
            )
        )
    return cards
