"""Which parts run is decided by the heartbeats of the processes that lead them."""

from datetime import UTC, datetime, timedelta

from callcenter.health.rules.parts import Watch, judge, watched
from callcenter.health.types import EngineReport, Keeping, Part, PartCard, Report

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SILENT, MISSING = 10 * SECOND, 30 * SECOND


def report(process: str, part: Part, node: str = "n1", *, leads: bool = True, age: int = 0) -> Report:
    """Returns the report of a process that has led its part for a minute."""
    return Report(
        process=process,
        node=node,
        parts=(part.value,),
        leads={part.value: NOW - 60 * SECOND} if leads else {},
        pid=7,
        started_at=NOW - 90 * SECOND,
        beat_at=NOW - age * SECOND,
        engine=EngineReport(Keeping.LATE, NOW, 2 * SECOND) if part is Part.ENGINE and leads else None,
    )


def card(cards: list[PartCard], subject: str) -> PartCard:
    [found] = [card for card in cards if card.subject == subject]
    return found


def test_every_node_needs_engine_and_recorder_and_the_system_an_office_and_a_web() -> None:
    cards = judge([], {"n2", "n1"}, NOW, SILENT)
    assert [card.subject for card in cards] == [
        *("engine:n1", "recorder:n1", "engine:n2", "recorder:n2", "office", "web"),
    ]
    assert not any(card.running for card in cards)


def test_a_part_runs_while_a_process_that_leads_it_beats() -> None:
    reports = [
        report("a", Part.ENGINE),
        report("b", Part.ENGINE, leads=False),
        report("c", Part.WEB),
        report("d", Part.WEB, "n2", age=5),
        report("e", Part.OFFICE, age=11),
    ]
    cards = judge(reports, {"n1"}, NOW, SILENT)
    engine = card(cards, "engine:n1")
    assert (engine.running, engine.since, engine.standbys) == (True, NOW - 60 * SECOND, 1)
    assert engine.engine
    assert (engine.engine.keeping, engine.engine.lag) == (Keeping.LATE, 2 * SECOND)
    web = card(cards, "web")
    assert (web.processes, web.standbys, web.heard_at) == (2, 0, NOW), "web workers of every node count"
    office = card(cards, "office")
    assert (office.running, office.since, office.heard_at) == (False, None, NOW - 11 * SECOND)


def test_a_standby_alone_does_not_run_the_part() -> None:
    engine = card(judge([report("b", Part.ENGINE, leads=False)], {"n1"}, NOW, SILENT), "engine:n1")
    assert (engine.running, engine.standbys, engine.heard_at) == (False, 1, None)


def test_a_part_that_died_is_missing_since_its_last_heartbeat() -> None:
    cards = judge([report("e", Part.OFFICE, age=31), report("c", Part.WEB)], set(), NOW, SILENT)
    watch = watched(Watch({}), cards, NOW, MISSING)
    assert watch == Watch({"office": NOW - 31 * SECOND}, frozenset({"office"}))


def test_a_part_that_was_stopped_in_order_is_missing_since_that_was_noticed() -> None:
    cards = judge([report("c", Part.WEB)], set(), NOW, SILENT)
    first = watched(Watch({}), cards, NOW, MISSING)
    assert first == Watch({"office": NOW})
    assert not watched(first, cards, NOW + MISSING, MISSING).overdue
    assert watched(first, cards, NOW + MISSING + SECOND, MISSING).overdue == {"office"}


def test_a_part_that_is_back_is_followed_no_more() -> None:
    cards = judge([report("c", Part.WEB), report("e", Part.OFFICE)], set(), NOW, SILENT)
    assert watched(Watch({"office": NOW - 50 * SECOND}, frozenset({"office"})), cards, NOW, MISSING) == Watch({})
