"""Judges parts, switches and trunks. Pure."""

from collections.abc import Iterator, Sequence

from callcenter.doctor.rules.faults import fault
from callcenter.doctor.types import Fault, SystemFacts
from callcenter.health.types import Keeping, Node, Part, PartCard
from callcenter.lines.types import TrunkCard

_MISSING = {
    Part.ENGINE: "engine_missing",
    Part.RECORDER: "recorder_missing",
    Part.OFFICE: "office_missing",
    Part.WEB: "web_missing",
}
_KEEPING = {
    Keeping.NO_SWITCH: "switch_gone",
    Keeping.BEHIND: "engine_behind",
    Keeping.LATE: "engine_late",
    Keeping.SILENT: "engine_missing",
}
_ACCOUNT = frozenset({401, 403, 407})
_NUMBER = frozenset({404, 410, 480, 484, 604})


def judge_system(facts: SystemFacts) -> Iterator[Fault]:
    """Yields what is wrong with the parts, the switches and the trunks."""
    for card in facts.parts:
        yield from _part(card)
    yield from _nodes(facts.nodes)
    for trunk in facts.trunks:
        yield _trunk(trunk)
    if not facts.caller_ids:
        yield fault("caller_ids_empty")


def _part(card: PartCard) -> Iterator[Fault]:
    if not card.running:
        yield fault(_MISSING[card.part], node=card.node)
    elif card.engine is not None and (code := _KEEPING.get(card.engine.keeping)):
        yield fault(code, node=card.node, seconds=f"{card.engine.lag.total_seconds():.1f}")


def _nodes(nodes: Sequence[Node]) -> Iterator[Fault]:
    if not nodes:
        yield fault("no_nodes")
    elif not any(node.open for node in nodes):
        yield fault("nodes_closed")


def _trunk(trunk: TrunkCard) -> Fault:
    return fault(_trunk_fault(trunk.sip_code), trunk=trunk.name, refusals=trunk.refusals, code=trunk.sip_code)


def _trunk_fault(sip_code: int | None) -> str:
    if sip_code is None:
        return "trunk_no_way"
    if sip_code in _ACCOUNT:
        return "trunk_account"
    return "trunk_number" if sip_code in _NUMBER else "trunk_overloaded"
