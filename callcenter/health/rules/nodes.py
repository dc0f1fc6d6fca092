"""Decides on which node an agent works who logs on, and which nodes have been lost for too long. Pure.

Source: requirement S5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.health.rules.lag import engine_of
from callcenter.health.types import EngineHealth, Keeping, Node, Reading


class NodeReason(StrEnum):
    """Why an agent gets a node."""

    LEAST_LOADED = "least_loaded"
    """Its engine keeps up, and no node with such an engine has fewer agents."""
    NONE_KEEPS_UP = "none_keeps_up"
    """No engine keeps up; this one is the nearest to it, with the fewest agents."""


@dataclass(frozen=True, slots=True)
class NodeChoice:
    node: Node
    reason: NodeReason


_RANK: Mapping[Keeping | None, int] = {
    Keeping.IN_TIME: 0,
    Keeping.LATE: 0,
    Keeping.BEHIND: 1,
    None: 2,  # it was registered a moment ago, and its engine has not led yet
    Keeping.NO_SWITCH: 3,
    Keeping.SILENT: 3,
}


def choose_node(
    reading: Reading, agents: Mapping[str, int], now: datetime, silent_after: timedelta
) -> NodeChoice | None:
    """Returns the node of an agent who logs on; None where every node is out of use.

    ``agents``: how many are logged on per node. Nodes with the same number are taken in the order of their names.
    """

    def rank(node: Node) -> tuple[int, int, str]:
        engine = engine_of(node.name, reading.reports, now, silent_after)
        return _RANK[engine.keeping if engine else None], agents.get(node.name, 0), node.name

    best = min((node for node in reading.nodes if node.open), key=rank, default=None)
    if best is None:
        return None
    return NodeChoice(best, NodeReason.LEAST_LOADED if rank(best)[0] == 0 else NodeReason.NONE_KEEPS_UP)


def lost_nodes(reading: Reading, now: datetime, silent_after: timedelta, gone_after: timedelta) -> list[str]:
    """Returns the nodes that have carried nothing for longer than ``gone_after``: their calls are not heard of.

    None where no process at all has beaten lately. The asker beats itself, so then the time has jumped, or all machines
    were asleep, and the next heartbeats are waited for.
    """
    if all(now - report.beat_at > silent_after for report in reading.reports):
        return []
    lost = []
    for node in reading.nodes:
        engine = engine_of(node.name, reading.reports, now, silent_after)
        since = node.registered_at if engine is None else engine.since
        if (engine is None or engine.keeping.lost) and now - since > gone_after:
            lost.append(node.name)
    return lost


@dataclass(frozen=True, slots=True)
class LostLook:
    """What one look for lost nodes has found."""

    first_at: Mapping[str, datetime]
    """Node → when it was first found lost, without a look since then that found it alive."""
    confirmed: Sequence[str]


_LOOK_COUNTS_FOR = timedelta(minutes=2)


def confirm_lost(lost: Sequence[str], first_at: Mapping[str, datetime], now: datetime, beat: timedelta) -> LostLook:
    """Confirms the nodes that two looks, a beat or more apart, have found lost.

    After a machine was asleep its processes wake at different moments: the one that looks may have beaten again while
    the engine of a healthy node has not. One beat later it has. A look of long before does not count, as the machine
    may have been asleep between both.
    """
    first = {node: first_at.get(node, now) for node in lost}
    first = {node: at if now - at <= _LOOK_COUNTS_FOR else now for node, at in first.items()}
    confirmed = [node for node in lost if now - first[node] >= beat]
    # The next look finds a confirmed node confirmed, unless it comes long after this one.
    return LostLook(first | dict.fromkeys(confirmed, now - beat), confirmed)


def may_move(own: EngineHealth | None, others: Iterable[EngineHealth], closed: frozenset[str]) -> bool:
    """Returns whether an agent whose node is lost would get a node that carries calls by logging on again."""
    if own is None or not own.keeping.lost:
        return False
    return any(other.keeping.offers for other in others if other.node != own.node and other.node not in closed)
