"""Everything that ever happened to a customer, from every room, over all leads with the same number."""

from typing import Any

import pytest
from sqlalchemy import TextClause, text

from callcenter.allocation.models import Assignment
from callcenter.allocation.types import AssignmentState
from callcenter.calls.types import Outcome
from callcenter.classes.models import ClassScheme, ClassValue, LeadClass
from callcenter.classes.types import ClassSource
from callcenter.complaints.models import Case
from callcenter.complaints.types import CaseState
from callcenter.consent.models import LeadBasis
from callcenter.consent.types import BasisAct
from callcenter.dnc.models import DncEntry, DncLift
from callcenter.dnc.types import DncReason, DncSource, LiftDecision
from callcenter.field.models import HandOver, Region, Visit
from callcenter.field.types import HandOverState, VisitResult, VisitState
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.types import BasisKind
from callcenter.people.types import Role
from callcenter.quality.models import Review
from callcenter.quality.types import ReviewState, ReviewVerdict
from callcenter.reporting.history.service import HistoryService
from callcenter.reporting.history.types import Event, Happening, Position
from callcenter.reporting.queries import history as queries
from tests.rooms.audit.certified_day import Day, at, make_day
from tests.support.leads import lead_service

SECRET = "sealed-words-nobody-opens"


@pytest.fixture
def history(vault: Vault) -> HistoryService:
    return HistoryService(lead_service(vault))


@pytest.fixture
async def day(works: Works, bus: Bus, clock: FrozenClock) -> Day:
    """The certified Monday; its customer 2, who complained, then lives through everything else."""
    made = await make_day(works, bus, clock)
    async with works.begin() as work:
        lead = await work.session.get_one(Lead, made.leads[2])
        case = await work.session.get_one(Case, made.case_id)
        officer = await made.staff(work, "officer", Role.DATA_OFFICER)
        visitor = await made.staff(work, "vic", Role.FIELD_AGENT)
        case.state, case.decided_at, case.decided_by = CaseState.CLOSED, at(15), officer
        await twin(work, made, lead)
        returned = await made.assign(work, "ben", 2, given=at(9), done=at(9, 30))
        (await work.session.get_one(Assignment, returned)).state = AssignmentState.RETURNED
        await reviewed_and_visited(work, made, officer, visitor)
        await do_not_call(work, lead, officer)
        await classed(work, lead, officer)
    clock.set(at(17))
    async with works.begin(Actor(staff_id=officer, name="officer", role="data_officer")) as work:
        await work.announce(Noted("leads.particulars_revealed", f"lead:{lead.id}", {"why": "asked for a copy"}))
        await work.announce(Noted("recordings.listened", made.subject("complaint"), {"why": "complaint"}))
        await work.announce(Noted("dialer.lead_skipped", f"assignment:{returned}"))
        await work.announce(Noted("leads.list_imported", f"lead_list:{lead.list_id}", {"rows": 9}))
        await work.announce(Noted("leads.particulars_revealed", f"lead:{made.leads[0]}", {"why": "somebody else"}))
    return made


async def twin(work: Work, day: Day, lead: Lead) -> None:
    """The same number in another list."""
    campaign_id = await work.session.scalar(
        text(
            "INSERT INTO campaign SELECT (c).* FROM (SELECT jsonb_populate_record(k, '{\"id\": 4711}') AS c"
            " FROM campaign k) made RETURNING id"
        )
    )
    second = LeadList(campaign_id=campaign_id, name="m", file_name="m.csv", sha256="1" * 64, imported_at=at(8))
    work.session.add(second)
    await work.session.flush()
    copy = Lead(
        campaign_id=campaign_id,
        list_id=second.id,
        line=7,
        name_sealed=SECRET,
        phone_sealed=SECRET,
        phone_index=lead.phone_index,
        phone_last4="0000",
        address_sealed=SECRET,
        basis_kind=BasisKind.EXISTING_RELATION,
        basis_reference="contract",
        imported_at=at(8),
    )
    work.session.add(copy)
    await work.session.flush()
    day.leads.append(copy.id)


async def reviewed_and_visited(work: Work, day: Day, checker: int, visitor: int) -> None:
    lead_id, call_id = day.leads[2], day.calls["called back"]
    review = Review(
        call_id=call_id, agent_id=day.agents["ben"], lead_id=lead_id, campaign_id=day.campaign_id, created_at=at(13, 40)
    )
    review.state, review.verdict, review.note_sealed = ReviewState.DECIDED, ReviewVerdict.PASS, SECRET
    review.decided_by, review.decided_at = checker, at(14)
    region = Region(name="north", created_at=at(8))
    work.session.add_all([review, region])
    await work.session.flush()
    hand_over = HandOver(
        call_id=call_id,
        lead_id=lead_id,
        campaign_id=day.campaign_id,
        district="north",
        region_id=region.id,
        field_agent_id=visitor,
        state=HandOverState.ASSIGNED,
        due_at=at(20),
        requested_visit_at=at(16),
        handed_at=at(14, 1),
    )
    work.session.add(hand_over)
    await work.session.flush()
    work.session.add(
        Visit(
            hand_over_id=hand_over.id,
            number=1,
            field_agent_id=visitor,
            visit_at=at(16),
            state=VisitState.REPORTED,
            result=VisitResult.SIGNED,
            note_sealed=SECRET,
            reported_at=at(16, 30),
        )
    )


async def do_not_call(work: Work, lead: Lead, officer: int) -> None:
    entry = DncEntry(
        phone_index=lead.phone_index,
        reason=DncReason.COMPLAINT,
        source=DncSource.COMPLAINT,
        entered_at=at(11),
        lifted_at=at(12),
        lifted_by=officer,
        lifted_why="a mistake",
        note_sealed=SECRET,
    )
    work.session.add(entry)
    await work.session.flush()
    declined = DncLift(entry_id=entry.id, proposed_at=at(11, 10), proposed_by=officer, why="wrong number")
    declined.decided_at, declined.decided_by, declined.decision = at(11, 20), officer, LiftDecision.DECLINED
    declined.decided_why = "no proof"
    withdrawn = LeadBasis(lead_id=lead.id, act=BasisAct.WITHDRAWN, reason="by letter", at=at(16), by=officer)
    added = LeadBasis(
        lead_id=lead.id,
        act=BasisAct.ADDED,
        kind=BasisKind.WRITTEN_CONSENT,
        reference="SQ1",
        note_sealed=SECRET,
        reason="signed anew",
        at=at(9, 15),
    )
    work.session.add_all([declined, withdrawn, added])


async def classed(work: Work, lead: Lead, officer: int) -> None:
    scheme = ClassScheme(key="value", name_zh="价值", name_en="value", created_at=at(8))
    work.session.add(scheme)
    await work.session.flush()
    value = ClassValue(scheme_id=scheme.id, code="key", name_zh="重点", name_en="key", rank=1)
    work.session.add(value)
    await work.session.flush()
    work.session.add(
        LeadClass(
            lead_id=lead.id,
            scheme_id=scheme.id,
            class_id=value.id,
            source=ClassSource.MANUAL,
            reason="asked the branch",
            set_at=at(12, 30),
            set_by=officer,
        )
    )


async def told(works: Works, history: HistoryService, lead_id: int, **options: Any) -> list[Event]:
    async with works.begin() as work:
        return list(await history.of(work, lead_id, **options))


def one(events: list[Event], kind: Happening) -> Event:
    (found,) = [event for event in events if event.kind is kind]
    return found


async def test_everything_is_told_newest_first(works: Works, history: HistoryService, day: Day) -> None:
    events = await told(works, history, day.leads[2])
    assert {event.kind for event in events} == set(Happening), "a kind nobody tells"
    assert [event.at for event in events] == sorted((event.at for event in events), reverse=True)
    assert len({event.key for event in events}) == len(events)
    kinds = [event.kind for event in events]
    assert (kinds.count(Happening.IMPORTED), kinds.count(Happening.CALL), kinds.count(Happening.ALLOCATED)) == (2, 2, 2)


async def test_the_history_is_the_same_from_each_of_the_customers_leads(
    works: Works, history: HistoryService, day: Day
) -> None:
    assert await told(works, history, day.leads[-1]) == await told(works, history, day.leads[2])


async def test_of_others_nothing_is_told(works: Works, history: HistoryService, day: Day) -> None:
    events = await told(works, history, day.leads[1])
    assert [event.kind for event in events] == [
        Happening.RECORDING,
        Happening.CALL,
        Happening.ALLOCATED,
        Happening.IMPORTED,
    ]
    assert {event.lead_id for event in events} == {day.leads[1]}


async def test_who_did_what_to_whom(works: Works, history: HistoryService, day: Day) -> None:
    events = await told(works, history, day.leads[2])
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
        Happening.REVEALED: ("officer", None),
    }


async def test_a_call_says_how_it_ended_and_which_rule_let_it_through(
    works: Works, history: HistoryService, day: Day
) -> None:
    calls = await told(works, history, day.leads[2], kinds=[Happening.CALL])
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


async def test_reasons_are_told_and_sealed_words_are_not(works: Works, history: HistoryService, day: Day) -> None:
    events = await told(works, history, day.leads[2])
    assert one(events, Happening.REVEALED).facts == {"why": "asked for a copy"}
    assert one(events, Happening.DNC_LIFTED).facts["why"] == "a mistake"
    assert one(events, Happening.BASIS_WITHDRAWN).facts == {"act": "withdrawn", "why": "by letter"}
    assert one(events, Happening.REVIEW).facts["note"] is True
    assert one(events, Happening.CLASS_SET).facts["class_zh"] == "重点"
    assert SECRET not in repr(events)


async def test_pages_follow_each_other_without_gap_or_double(works: Works, history: HistoryService, day: Day) -> None:
    everything = await told(works, history, day.leads[2])
    seen: list[Event] = []
    after: Position | None = None
    while page := await told(works, history, day.leads[2], after=after, limit=3):
        seen += page
        after = Position.of(str(Position(page[-1].at, page[-1].key)))
    assert seen == everything


async def test_a_customer_nobody_has_is_not_found(works: Works, history: HistoryService, day: Day) -> None:
    with pytest.raises(LeadNotFound):
        await told(works, history, 987_654)


@pytest.mark.parametrize("text_", ["", "yesterday~x", "2026-11-23T00:00:00~x", "2026-11-23T00:00:00+00:00"])
def test_a_position_nobody_gave_is_none(text_: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Position.of(text_)


async def test_a_history_costs_what_it_is_and_not_what_the_others_are(works: Works, day: Day) -> None:
    """Where a part has no index to find the customer's rows by, the plan reads the table even if forbidden to."""
    values = {"lead_id": day.leads[2], "kinds": list(Happening), "at": None, "key": "", "limit": 50}
    async with works.begin() as work:
        await work.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = (await work.session.execute(explained(queries.STATEMENT), values)).scalars().all()
    assert len(plan) > 50
    assert [line for line in plan if "Seq Scan" in line] == []


def explained(statement: TextClause) -> TextClause:
    return text(f"EXPLAIN {statement.text}").bindparams(*statement._bindparams.values())
