"""The node of an agent is chosen by the agents and the health of each; what is lost for too long is given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.health.rules.nodes import NodeReason, choose_node, confirm_lost, lost_nodes, may_move
from callcenter.health.types import EngineHealth, EngineReport, Keeping, Node, Reading, Report

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SILENT, GONE = 10 * SECOND, 60 * SECOND
LOST = (Keeping.SILENT, Keeping.NO_SWITCH)


def node(name: str, *, closed: bool = False) -> Node:
    return Node(
        name=name,
        websocket_url=f"wss://{name}.bank.test/ws",
        realm=f"{name}.bank.test",
        registered_at=NOW - 3600 * SECOND,
        closed_at=NOW if closed else None,
    )


def report(name: str, keeping: Keeping = Keeping.IN_TIME, *, age: int = 0) -> Report:
    """Returns the report of a node's engine, which has been in its state for five minutes."""
    return Report(
        process=name,
        node=name,
        parts=("engine",),
        leads={"engine": NOW},
        pid=7,
        started_at=NOW,
        beat_at=NOW - age * SECOND,
        engine=EngineReport(keeping, NOW - 300 * SECOND, timedelta(0)),
    )


def chosen(reading: Reading, **agents: int) -> tuple[str, NodeReason] | None:
    choice = choose_node(reading, agents, NOW, SILENT)
    return (choice.node.name, choice.reason) if choice else None


N1, N2 = node("n1"), node("n2")
BOTH = Reading((report("n1"), report("n2", Keeping.LATE)), (N1, N2))


def test_the_node_with_fewer_agents_is_chosen_and_of_equals_the_first() -> None:
    assert chosen(BOTH, n1=3, n2=2) == ("n2", NodeReason.LEAST_LOADED)
    assert chosen(BOTH, n1=2, n2=2) == ("n1", NodeReason.LEAST_LOADED)
    assert chosen(BOTH) == ("n1", NodeReason.LEAST_LOADED)


@pytest.mark.parametrize(
    "n2", [(), (report("n2", age=11),), (report("n2", Keeping.NO_SWITCH),), (report("n2", Keeping.BEHIND),)]
)
def test_a_node_whose_engine_does_not_keep_up_gets_no_agent_while_another_does(n2: tuple[Report, ...]) -> None:
    assert chosen(Reading((report("n1"), *n2), (N1, N2)), n1=90) == ("n1", NodeReason.LEAST_LOADED)


def test_where_no_engine_keeps_up_the_nearest_to_it_is_chosen() -> None:
    dead, behind = report("n1", age=11), report("n2", Keeping.BEHIND)
    assert chosen(Reading((dead, behind), (N1, N2)), n2=50) == ("n2", NodeReason.NONE_KEEPS_UP)
    assert chosen(Reading((dead,), (N1, N2)), n2=50) == ("n2", NodeReason.NONE_KEEPS_UP), "n2 has just begun"
    assert chosen(Reading((dead, report("n2", Keeping.NO_SWITCH)), (N1, N2)), n1=1) == ("n2", NodeReason.NONE_KEEPS_UP)


def test_a_node_out_of_use_is_never_chosen() -> None:
    assert chosen(replace(BOTH, nodes=(node("n1", closed=True), N2)), n2=50) == ("n2", NodeReason.LEAST_LOADED)
    assert chosen(replace(BOTH, nodes=(node("n1", closed=True),))) is None


def test_a_node_is_lost_when_its_engine_is_silent_or_without_switch_for_too_long() -> None:
    names = ("alive", "behind", "died", "dying", "unlinked", "never")
    reports = (
        report("alive"),
        report("behind", Keeping.BEHIND),
        report("died", age=61),
        report("dying", age=60),
        report("unlinked", Keeping.NO_SWITCH),
    )
    reading = Reading(reports, tuple(node(name) for name in names))
    assert lost_nodes(reading, NOW, SILENT, GONE) == ["died", "unlinked", "never"]


def test_no_node_is_lost_by_a_jump_of_the_time() -> None:
    """After a machine was asleep every heartbeat is old, also that of the process which asks."""
    asleep = Reading([report("n1", age=4 * 3600), report("n2", age=4 * 3600 + 3)], [node("n1"), node("n2")])
    assert lost_nodes(asleep, NOW, SILENT, GONE) == []
    awake = Reading([report("n1"), report("n2", age=4 * 3600)], asleep.nodes)
    assert lost_nodes(awake, NOW, SILENT, GONE) == ["n2"]


def test_a_node_is_given_up_after_two_looks_a_beat_apart() -> None:
    beat = 2 * SECOND
    first = confirm_lost(["n1", "n2"], {}, NOW, beat)
    assert first.confirmed == []
    assert confirm_lost(["n1", "n2"], first.first_at, NOW + SECOND, beat).confirmed == [], "too early"
    second = confirm_lost(["n2"], first.first_at, NOW + beat, beat)
    assert second.confirmed == ["n2"], "n1 has beaten meanwhile"
    third = confirm_lost(["n1", "n2"], second.first_at, NOW + 2 * beat, beat)
    assert third.confirmed == ["n2"], "n1 is looked at anew"
    assert confirm_lost(["n1", "n2"], third.first_at, NOW + 3 * beat, beat).confirmed == ["n1", "n2"]


def test_a_look_from_before_the_machine_slept_confirms_no_node() -> None:
    beat, woken = 2 * SECOND, NOW + 4 * 3600 * SECOND
    before = confirm_lost(["n1"], confirm_lost(["n1"], {}, NOW, beat).first_at, NOW + beat, beat)
    assert before.confirmed == ["n1"]
    after = confirm_lost(["n1", "n2"], before.first_at, woken, beat)
    assert after.confirmed == []
    assert confirm_lost(["n1"], after.first_at, woken + beat, beat).confirmed == ["n1"]


def health(name: str, keeping: Keeping) -> EngineHealth:
    return EngineHealth(name, keeping, NOW, timedelta(0))


@pytest.mark.parametrize("own", list(Keeping))
def test_an_agent_is_asked_to_move_from_a_lost_node_to_one_that_works(own: Keeping) -> None:
    engines = [health("n1", own), health("n2", Keeping.IN_TIME)]
    assert may_move(engines[0], engines, frozenset()) == (own in LOST)
    assert not may_move(engines[0], engines, frozenset({"n2"}))
    assert not may_move(engines[0], [engines[0], health("n2", Keeping.BEHIND)], frozenset())
    assert not may_move(None, engines, frozenset())
