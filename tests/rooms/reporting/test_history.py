"""Everything that ever happened to a customer, from every room, over all leads with the same number."""

from typing import Any

import pytest
from sqlalchemy import TextClause, text

from callcenter.allocation.types import AssignmentState
from callcenter.calls.types import Outcome
from callcenter.complaints.types import CaseState
from callcenter.consent.types import BasisAct
from callcenter.customers.types import FileField
from callcenter.dnc.types import DncReason, DncSource, LiftDecision
from callcenter.field.types import VisitState
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.errors import LeadNotFound
from callcenter.people.types import Role
from callcenter.quality.types import ReviewState
from callcenter.reporting.history.service import HistoryService
from callcenter.reporting.history.types import Event, Happening, Position
from callcenter.reporting.queries import history as queries
from tests.rooms.audit.certified_day import Day, at, make_day
from tests.support.leads import lead_service
from tests.support.rows import (
    Assignment,
    Call,
    Case,
    Lead,
    make_campaign,
    make_class_value,
    make_dnc_entry,
    make_dnc_lift,
    make_hand_over,
    make_lead,
    make_lead_basis,
    make_lead_change,
    make_lead_class,
    make_lead_list,
    make_review,
    make_visit,
)

SECRET = "sealed-words-nobody-opens"


@pytest.fixture
def history(vault: Vault) -> HistoryService:
    return HistoryService(vault, lead_service(vault))


@pytest.fixture
async def day(works: Works, bus: Bus, clock: FrozenClock) -> Day:
    """The certified Monday, after which everything else happens to customer 2, who complained."""
    day = await make_day(works, bus, clock)
    async with works.begin() as work:
        lead = await work.session.get_one(Lead, day.leads[2])
        case = await work.session.get_one(Case, day.case_id)
        officer = await day.staff(work, "officer", Role.DATA_OFFICER)
        case.state, case.decided_at, case.decided_by = CaseState.CLOSED, at(15), officer
        await import_again(work, day, lead)
        returned = await day.assign(work, "ben", 2, given=at(9), done=at(9, 30))
        assignment = await work.session.get_one(Assignment, returned)
        assignment.state, assignment.end_note_sealed = AssignmentState.RETURNED, SECRET
        await review_and_visit(work, day, officer)
        await change_do_not_call(work, lead, officer)
        value = await make_class_value(work, name_zh="重点")
        await make_lead_change(work, lead_id=lead.id, by=officer, at=at(12, 40))
        await make_lead_class(work, lead_id=lead.id, class_id=value.id, set_at=at(12, 30), set_by=officer)
    clock.set(at(17))
    async with works.begin(Actor(staff_id=officer, name="officer", role="data_officer")) as work:
        await work.announce(Noted("leads.particulars_revealed", f"lead:{lead.id}", {"why": "asked for a copy"}))
        await work.announce(Noted("recordings.listened", day.subject("complaint"), {"why": "complaint"}))
        await work.announce(Noted("allocation.end_note_read", f"assignment:{returned}", {"why": "asked about it"}))
        await work.announce(Noted("dialer.lead_skipped", f"assignment:{returned}"))
        await work.announce(Noted("leads.list_imported", f"lead_list:{lead.list_id}", {"rows": 9}))
        await work.announce(Noted("leads.particulars_revealed", f"lead:{day.leads[0]}", {"why": "somebody else"}))
    return day


async def import_again(work: Work, day: Day, lead: Lead) -> None:
    """Makes a lead with the same number in another campaign."""
    lead_list = await make_lead_list(work, campaign_id=(await make_campaign(work)).id)
    sealed: dict[str, Any] = dict.fromkeys(("name_sealed", "phone_sealed", "address_sealed"), SECRET)
    copy = await make_lead(work, list_id=lead_list.id, phone_index=lead.phone_index, imported_at=at(8), **sealed)
    day.leads.append(copy.id)


async def review_and_visit(work: Work, day: Day, officer: int) -> None:
    call = await work.session.get_one(Call, day.calls["called back"])
    decided = {"state": ReviewState.DECIDED, "decided_by": officer, "decided_at": at(14)}
    await make_review(work, call, note_sealed=SECRET, created_at=at(13, 40), **decided)
    visitor = await day.staff(work, "vic", Role.FIELD_AGENT)
    times = {"due_at": at(20), "requested_visit_at": at(16), "handed_at": at(14, 1)}
    hand_over = await make_hand_over(work, call, field_agent_id=visitor, **times)
    await make_visit(work, hand_over, state=VisitState.REPORTED, note_sealed=SECRET, reported_at=at(16, 30))


async def change_do_not_call(work: Work, lead: Lead, officer: int) -> None:
    """Enters and lifts the number, declines a proposal to lift it, adds and withdraws the legal basis."""
    entry = await make_dnc_entry(
        work,
        phone_index=lead.phone_index,
        reason=DncReason.COMPLAINT,
        source=DncSource.COMPLAINT,
        entered_at=at(11),
        lifted_at=at(12),
        lifted_by=officer,
        lifted_words="a mistake",
        note_sealed=SECRET,
    )
    declined = {"decision": LiftDecision.DECLINED, "decided_at": at(11, 20), "decided_by": officer}
    await make_dnc_lift(work, entry_id=entry.id, proposed_by=officer, proposed_at=at(11, 10), **declined)
    withdrawn: dict[str, Any] = {"act": BasisAct.WITHDRAWN, "by": officer}
    await make_lead_basis(work, lead_id=lead.id, at=at(16), reason="by letter", **withdrawn)
    await make_lead_basis(work, lead_id=lead.id, at=at(9, 15), reference="SQ1", note_sealed=SECRET)


async def events_of(works: Works, history: HistoryService, lead_id: int, **options: Any) -> list[Event]:
    async with works.begin() as work:
        return list(await history.list(work, lead_id, **options))


def only(events: list[Event], kind: Happening) -> Event:
    (event,) = [event for event in events if event.kind is kind]
    return event


async def test_every_kind_of_event_is_shown_newest_first(works: Works, history: HistoryService, day: Day) -> None:
    events = await events_of(works, history, day.leads[2])
    assert {event.kind for event in events} == set(Happening), "a kind that is not shown"
    assert [event.at for event in events] == sorted((event.at for event in events), reverse=True)
    assert len({event.key for event in events}) == len(events)
    kinds = [event.kind for event in events]
    assert (kinds.count(Happening.IMPORTED), kinds.count(Happening.CALL), kinds.count(Happening.ALLOCATED)) == (2, 2, 2)


async def test_the_history_is_the_same_from_each_of_the_customers_leads(
    works: Works, history: HistoryService, day: Day
) -> None:
    assert await events_of(works, history, day.leads[-1]) == await events_of(works, history, day.leads[2])


async def test_events_of_other_customers_are_not_shown(works: Works, history: HistoryService, day: Day) -> None:
    events = await events_of(works, history, day.leads[1])
    assert [event.kind for event in events] == [
        Happening.RECORDING,
        Happening.CALL,
        Happening.ALLOCATED,
        Happening.IMPORTED,
    ]
    assert {event.lead_id for event in events} == {day.leads[1]}


async def test_events_name_who_acted_and_the_agent_concerned(works: Works, history: HistoryService, day: Day) -> None:
    events = await events_of(works, history, day.leads[2])
    names = {
        event.kind: (event.by.name if event.by else None, event.agent.name if event.agent else None)
        for event in events
        if event.kind not in (Happening.CALL, Happening.ALLOCATED, Happening.IMPORTED, Happening.RECORDING)
    }
    assert names == {
        Happening.RETURNED: (None, "ben"),
        Happening.FINISHED: (None, "ann"),
        Happening.SKIPPED: ("officer", None),
        Happening.LISTENED: ("officer", None),
        Happening.NOTE_READ: ("officer", None),
        Happening.CALLBACK: (None, None),
        Happening.CALLBACK_DONE: (None, None),
        Happening.REVIEW: ("officer", "ben"),
        Happening.HAND_OVER: (None, "vic"),
        Happening.VISIT: (None, "vic"),
        Happening.COMPLAINT: (None, "ann"),
        Happening.COMPLAINT_DECIDED: ("officer", "ann"),
        Happening.DNC_ENTERED: (None, None),
        Happening.DNC_LIFT_PROPOSED: ("officer", None),
        Happening.DNC_LIFT_DECLINED: ("officer", None),
        Happening.DNC_LIFTED: ("officer", None),
        Happening.BASIS_ADDED: (None, None),
        Happening.BASIS_WITHDRAWN: ("officer", None),
        Happening.CLASS_SET: ("officer", None),
        Happening.CORRECTED: ("officer", None),
        Happening.REVEALED: ("officer", None),
    }


async def test_a_call_shows_how_it_ended_and_which_rule_allowed_it(
    works: Works, history: HistoryService, day: Day
) -> None:
    calls = await events_of(works, history, day.leads[2], kinds=[Happening.CALL])
    back, first = calls
    assert (back.call_id, back.at, back.by and back.by.name) == (day.calls["called back"], at(13, 35), "ben")
    assert back.facts == {
        "kind": "complaint",
        "state": "ended",
        "outcome": Outcome.ANSWERED.value,
        "disposition": "resolved",
        "seconds": 90,
        "rule": "none",
        "rule_set": "t1",
        "note": False,
    }
    assert first.call_id == day.calls["complaint"]


async def test_reasons_are_shown_and_sealed_notes_are_not(works: Works, history: HistoryService, day: Day) -> None:
    events = await events_of(works, history, day.leads[2])
    assert only(events, Happening.REVEALED).facts == {"why": "asked for a copy"}
    assert only(events, Happening.DNC_LIFTED).facts["why"] == "a mistake"
    assert only(events, Happening.BASIS_WITHDRAWN).facts == {"act": "withdrawn", "why": "by letter", "note": False}
    assert only(events, Happening.NOTE_READ).facts == {"why": "asked about it"}
    assert only(events, Happening.REVIEW).facts["note"] is True
    assert only(events, Happening.RETURNED).facts["note"] is True
    assert only(events, Happening.FINISHED).facts["note"] is False
    assert only(events, Happening.CLASS_SET).facts["class_zh"] == "重点"
    assert SECRET not in repr(events)


async def test_a_correction_shows_what_the_file_shows(works: Works, history: HistoryService, day: Day) -> None:
    async with works.begin() as work:
        of_customer: dict[str, Any] = {"lead_id": day.leads[2], "field": FileField.EMPLOYER, "at": at(18)}
        await make_lead_change(work, old="", new="市一医院", why="打 13800001234 核实", **of_customer)
    employer, occupation = await events_of(works, history, day.leads[2], kinds=[Happening.CORRECTED])
    assert occupation.facts == {
        "field": "occupation",
        "source": "desk",
        "note": True,
        "old": "教师",
        "new": "医生",
        "why": "客户告知",
    }
    assert (employer.facts["old"], employer.facts["new"]) == ("", "市***")
    assert employer.facts["why"] == "打 *** 核实"


async def test_pages_follow_each_other_without_gap_or_repeat(works: Works, history: HistoryService, day: Day) -> None:
    everything = await events_of(works, history, day.leads[2])
    pages: list[Event] = []
    after: Position | None = None
    while page := await events_of(works, history, day.leads[2], after=after, limit=3):
        pages += page
        after = Position.of(str(Position(page[-1].at, page[-1].key)))
    assert pages == everything


async def test_an_unknown_customer_is_not_found(works: Works, history: HistoryService, day: Day) -> None:
    with pytest.raises(LeadNotFound):
        await events_of(works, history, 987_654)


@pytest.mark.parametrize("text_", ["", "yesterday~x", "2026-11-23T00:00:00~x", "2026-11-23T00:00:00+00:00"])
def test_a_malformed_position_is_refused(text_: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Position.of(text_)


async def test_a_history_reads_only_rows_of_its_customer(works: Works, day: Day) -> None:
    """Where a part has no index to find the customer's rows by, the plan reads the table even if forbidden to."""
    values = {"lead_id": day.leads[2], "kinds": list(Happening), "at": None, "key": "", "limit": 50}
    async with works.begin() as work:
        await work.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = (await work.session.execute(explained(queries.STATEMENT), values)).scalars().all()
    assert len(plan) > 50
    assert [line for line in plan if "Seq Scan" in line] == []


def explained(statement: TextClause) -> TextClause:
    return text(f"EXPLAIN {statement.text}").bindparams(*statement._bindparams.values())
