"""Builders for assignments, calls, recordings and promises to call again."""

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from callcenter.allocation.models import AllocationRun, Assignment, CampaignMember
from callcenter.allocation.types import MEMBER_REASON, AssignmentEnd, AssignmentState
from callcenter.callbacks.models import Callback
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.models import Call, CallSignal
from callcenter.calls.types import CallKind, CallState, Outcome
from callcenter.campaigns.models import Campaign
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.models import Lead
from callcenter.leads.types import LeadState
from callcenter.recordings.models import Incident, Recording
from callcenter.recordings.types import IncidentKind, RecordingState
from tests.support.rows.core import first_or_new, next_number, put
from tests.support.rows.leads import make_campaign, make_lead
from tests.support.rows.people import make_staff
from tests.support.settings import VAULT

BODY = b"not really FLAC"
"""What a built recording holds, as its hash and its size say."""
RINGING = timedelta(seconds=5)
TALK = timedelta(seconds=60)


async def make_member(work: Work, **columns: Any) -> CampaignMember:
    """An agent who serves a campaign since long ago, beside no other or in equal shares."""
    await _require_staff(work, columns)
    if "campaign_id" not in columns:
        columns["campaign_id"] = await first_or_new(work, Campaign, make_campaign)
    place = MEMBER_REASON.place(columns["campaign_id"], columns["staff_id"], columns.get("set_at", work.now))
    sealed = VAULT.seal("as planned", place)
    return await put(
        work, CampaignMember, columns, weight=1, from_on=date(2020, 1, 1), reason_sealed=sealed, set_at=work.now
    )


async def make_run(work: Work, **columns: Any) -> AllocationRun:
    """An evening's run for today that assigned nothing, of a campaign of its own unless one is named."""
    if "campaign_id" not in columns:
        columns["campaign_id"] = (await make_campaign(work)).id
    return await put(
        work,
        AllocationRun,
        columns,
        work_on=business_date(work.now),
        made_at=work.now,
        seed=1,
        quota=30,
        agents=2,
        assigned=0,
        carried=0,
        returned=0,
        shortage=0,
        stock_left=0,
    )


async def make_assignment(work: Work, **columns: Any) -> Assignment:
    """One lead assigned to one agent now, for today; ended at once where its ``state`` says so.

    A lead that an agent holds leaves the stock, as it does in a run.
    """
    lead = await _lead_of(work, columns)
    await _require_agent(work, columns)
    if "run_id" not in columns:
        columns["run_id"] = await _run_of(work, lead.campaign_id)
    assigned_at = columns.get("assigned_at", work.now)
    state = columns.get("state", AssignmentState.OPEN)
    held = state in (AssignmentState.OPEN, AssignmentState.ACTIVE)
    if held and lead.state is LeadState.STOCK:
        lead.state = LeadState.ASSIGNED
    if not held and "ended_as" not in columns:
        columns["ended_as"] = AssignmentEnd.RETURNED_LEADS
        if state is AssignmentState.DONE:
            columns |= {"ended_as": AssignmentEnd.DISPOSITION, "end_detail": "refused"}
    return await put(
        work,
        Assignment,
        columns,
        campaign_id=lead.campaign_id,
        work_on=business_date(work.now),
        position=1,
        due_at=assigned_at,
        reason="story",
        assigned_at=assigned_at,
        done_at=None if held else assigned_at,
    )


async def make_call(work: Work, outcome: Outcome | None = Outcome.ANSWERED, **columns: Any) -> Call:
    """A call that has ended: dialled now (or at ``dialled_at``), answered after 5 s, over after another 60 s.

    A call that was not answered is over when it would have been answered; one that was not placed was never dialled;
    one without an outcome rings.
    """
    lead = await _lead_of(work, columns)
    await _require_agent(work, columns)
    placed, answered = outcome is not Outcome.NOT_PLACED, outcome is Outcome.ANSWERED
    began = columns.get("dialled_at") or columns.get("planned_at") or work.now
    answered_at = columns.setdefault("answered_at", began + RINGING if answered else None)
    ends_at = None if outcome is None else began + RINGING * placed
    ended_at = columns.setdefault("ended_at", answered_at + TALK if answered_at else ends_at)
    return await put(
        work,
        Call,
        columns,
        id=UUID(int=await next_number(work, Call)),
        kind=CallKind.LEAD,
        state=CallState.RINGING if outcome is None else CallState.ENDED,
        outcome=outcome,
        campaign_id=lead.campaign_id,
        node="n1",
        leg_id=f"leg-{columns['agent_id']}",
        phone_index=lead.phone_index,
        caller_id="07715550000",
        trunk="carrier",
        ring_seconds=30,
        verdict={
            "allowed": placed,
            "rule": "none",
            "rule_set": "t1",
            "reason": "story",
            "at": began.isoformat(),
            "campaign_version": 1,
            "calendar": {"edition": "t1", "change": 0},
            "service_hours": 0,
        },
        planned_at=began,
        dialled_at=began if placed else None,
        disposed_at=ended_at,
    )


async def make_open_call(work: Work, state: CallState = CallState.ANSWERED, **columns: Any) -> Call:
    """A call that goes on: dialled now and answered after 5 s, unless it is only planned."""
    placed = state is not CallState.PLANNED
    columns |= {
        "state": state,
        "outcome": None,
        "dialled_at": work.now if placed else None,
        "answered_at": work.now + RINGING if state is CallState.ANSWERED else None,
        "ended_at": None,
        "disposed_at": None,
    }
    return await make_call(work, **columns)


async def make_signal(work: Work, call: Call, kind: str, **columns: Any) -> CallSignal:
    """A signal of the switch about a call, received when it was dialled."""
    at = columns.get("at", call.dialled_at or call.planned_at)
    return await put(work, CallSignal, columns, call_id=call.id, key=kind, kind=kind, at=at, received_at=at)


async def make_recording(work: Work, call: Call | None = None, **columns: Any) -> Recording:
    """A call's recording: stored for a year where the call was answered, otherwise empty."""
    call = call or await make_call(work)
    armed_at = columns.get("armed_at", call.dialled_at or call.planned_at)
    stored: dict[str, Any] = {"state": RecordingState.EMPTY}
    if call.answered_at and call.ended_at:
        retain_until = call.ended_at + timedelta(days=365)
        stored = {
            "state": RecordingState.STORED,
            "object_key": f"{business_date(armed_at):%Y/%m/%d}/{call.id}.flac",
            "version_id": "v1",
            "sha256": hashlib.sha256(BODY).hexdigest(),
            "size_bytes": len(BODY),
            "duration_ms": (call.ended_at - call.answered_at) // timedelta(milliseconds=1),
            "stored_at": call.ended_at,
            "retain_until": retain_until,
            "wanted_until": retain_until,
        }
    columns = {**stored, **columns}
    return await put(work, Recording, columns, call_id=call.id, node=call.node, armed_at=armed_at, due_at=armed_at)


async def make_incident(work: Work, call: Call, kind: IncidentKind = IncidentKind.LATE, **columns: Any) -> Incident:
    """An open incident of a call's recording."""
    return await put(
        work,
        Incident,
        columns,
        kind=kind,
        call_id=call.id,
        opened_at=work.now,
        detail="not_stored",
        facts={"state": "captured"},
    )


async def make_callback(work: Work, kind: CallbackKind = CallbackKind.AGENT_PROMISE, **columns: Any) -> Callback:
    """A promise to call again that is due now; an agent's own unless ``kind`` says otherwise."""
    lead = await _lead_of(work, columns)
    if kind is CallbackKind.AGENT_PROMISE:
        await _require_agent(work, columns)
    done = columns.get("state") is CallbackState.DONE
    return await put(
        work,
        Callback,
        columns,
        kind=kind,
        campaign_id=lead.campaign_id,
        promised_at=columns.get("due_at", work.now) if kind is CallbackKind.AGENT_PROMISE else None,
        due_at=work.now,
        opens_to_team_at=columns.get("due_at", work.now),
        attempts_demanded=1,
        done_at=work.now if done else None,
        created_at=work.now,
    )


async def _run_of(work: Work, campaign_id: int) -> int:
    """Returns the id of the campaign's first run, made when there is none."""
    query = select(col(AllocationRun.id)).where(col(AllocationRun.campaign_id) == campaign_id)
    known = (await work.session.scalars(query.order_by(col(AllocationRun.id)).limit(1))).first()
    return known if known is not None else (await make_run(work, campaign_id=campaign_id)).id


async def _lead_of(work: Work, columns: dict[str, Any]) -> Lead:
    """Returns the lead that the columns name, made when they name none, and writes its id into them."""
    if "lead_id" in columns:
        return await work.session.get_one(Lead, columns["lead_id"])
    lead = await make_lead(work)
    columns["lead_id"] = lead.id
    return lead


async def _require_staff(work: Work, columns: dict[str, Any]) -> None:
    if "staff_id" not in columns:
        columns["staff_id"] = (await make_staff(work)).id


async def _require_agent(work: Work, columns: dict[str, Any]) -> None:
    """Writes a new agent's id into the columns that name none."""
    if "agent_id" not in columns:
        columns["agent_id"] = (await make_staff(work)).id
