"""Reads all rows that an agent's screen shows in one statement.

A desk is shown anew at each change of its session or its call, and each room has a row or a figure on it: read room by
room that were some fifteen statements. So this file, like reports and certificates, reads across rooms. It decides
nothing: the rooms' own functions make cards of the rows, and select their figures.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from callcenter.agents.models import AgentSession
from callcenter.agents.sessions import seat_of
from callcenter.agents.types import AgentState, DeskDuty, Seat
from callcenter.allocation import repository as allocation
from callcenter.allocation.cards import card_of as assignment_card
from callcenter.allocation.models import Assignment
from callcenter.allocation.types import AssignmentCard
from callcenter.callbacks import repository as callbacks
from callcenter.callbacks.cards import card_of as callback_card
from callcenter.callbacks.models import Callback
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.types import CallbackCard
from callcenter.calls import repository as calls
from callcenter.calls.cards import card_of as call_card
from callcenter.calls.cards import owed_of
from callcenter.calls.models import Call
from callcenter.calls.types import CallCard, CallTally, Disposition, Outcome, OwedDisposition, Successes
from callcenter.campaigns.models import Campaign
from callcenter.desk import repository
from callcenter.desk.models import DeskDraft, DeskNotice
from callcenter.desk.notices import SHOWN_FOR
from callcenter.kit import rows
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.literals import instant
from callcenter.kit.work import Work
from callcenter.leads.models import Lead, LeadList
from callcenter.people.models import Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenRows:
    """What the rows of an agent's screen say at one instant. Customer, list, campaign and agent are read as well: the
    rooms that are asked for them in the same transaction find them there."""

    seat: Seat | None
    call: CallCard | None
    """The agent's, or the one whose disposition a paused agent owes."""
    owed: OwedDisposition | None
    assignment: AssignmentCard | None
    """Of the customer on the screen; None for a callback."""
    callback: CallbackCard | None
    notice: DeskNotice | None
    """The newest unread one."""
    held: int
    """The agent's leads of the day that are not done."""
    done: int
    tally: CallTally
    callbacks_due: int
    next_due_at: datetime | None
    """When the agent's next lead is due."""
    last: "LastCall | None"
    window: str | None
    """Which window of the browser works at the desk."""


@dataclass(frozen=True, slots=True)
class LastCall:
    """The agent's newest call of the day that has ended."""

    phone_last4: str
    outcome: Outcome
    disposition: Disposition | None
    ended_at: datetime


class ScreenReader:
    """Sends the one statement of a desk."""

    def __init__(self, settings: CallbackSettings, vault: Vault) -> None:
        self._settings = settings
        self._vault = vault

    async def read(self, work: Work, agent_id: int) -> ScreenRows:
        """Returns what an agent's screen shows, as it is in this transaction."""
        row = (await work.session.execute(_SCREEN, self._parameters(work.now, agent_id))).one()
        session, call, assignment, callback, notice, staff, *others = row[:9]
        for read in (session, call, assignment, callback, notice, staff, *others):
            if read is not None:
                rows.keep(work.session, read)
        held, done, due, next_due_at, dialled, answered, *verdicts = row[9:-5]
        last, window = row[-5:-1], row[-1]
        return ScreenRows(
            seat=seat_of(session) if session else None,
            call=call_card(call) if call else None,
            owed=owed_of(call) if call and session and session.call_id is None else None,
            assignment=assignment_card(assignment) if assignment and not callback else None,
            callback=callback_card(callback, self._settings, self._vault) if callback else None,
            notice=notice,
            held=held,
            done=done,
            tally=CallTally(dialled, answered, Successes(*verdicts)),
            callbacks_due=due,
            next_due_at=next_due_at,
            last=LastCall(*last) if last[0] is not None else None,
            window=window,
        )

    def _parameters(self, now: datetime, agent_id: int) -> dict[str, Any]:
        today = business_date(now)
        first, end = allocation.bounds(today)
        return {
            "agent": agent_id,
            "now": now,
            "today": today,
            "day_begins": first,
            "day_ends": end,
            "left_since": now - self._settings.complaint_staff_first,
            "unread_since": now - SHOWN_FOR,
        }


_AGENT = bindparam("agent", type_=BigInteger)
_TODAY = bindparam("today", type_=Date)


def _callbacks_due() -> ColumnElement[int]:
    """Counts for the agent's duty: complaint staff call complaints alone, phone agents leave them to them first."""
    of_staff = callbacks.due_count(_AGENT, instant("now"), None).scalar_subquery()
    of_agent = callbacks.due_count(_AGENT, instant("now"), instant("left_since")).scalar_subquery()
    return case((col(AgentSession.duty) == DeskDuty.COMPLAINTS, of_staff), else_=of_agent)


def _screen() -> Select[Any]:
    first, end = instant("day_begins"), instant("day_ends")
    day = allocation.day_counts(_AGENT, _TODAY, (first, end)).subquery("day")
    own = calls.tally_of(_AGENT, first).subquery("own")
    last = calls.last_ended(_AGENT, first).subquery("last")
    called = aliased(Lead)
    figures = (
        *(day.c.held, day.c.done),
        _callbacks_due(),
        allocation.next_due(_AGENT, _TODAY).scalar_subquery(),
        *(own.c.dialled, own.c.answered, own.c.passed, own.c.open, own.c.failed),
        *(col(called.phone_last4), last.c.outcome, last.c.disposition, last.c.ended_at),
        col(DeskDraft.window),
    )
    session = and_(col(AgentSession.agent_id) == _AGENT, col(AgentSession.state) != AgentState.OFFLINE)
    lead_id = func.coalesce(col(Callback.lead_id), col(Assignment.lead_id))
    campaign_id = func.coalesce(col(Callback.campaign_id), col(Assignment.campaign_id))
    owes = and_(col(AgentSession.state) == AgentState.PAUSED, col(AgentSession.call_id).is_(None))
    call_id = case((owes, calls.oldest_owed(_AGENT).scalar_subquery()), else_=col(AgentSession.call_id))
    # A paused agent who owes a disposition sees the customer it is about.
    assignment_id = case((owes, col(Call.assignment_id)), else_=col(AgentSession.assignment_id))
    callback_id = case((owes, col(Call.callback_id)), else_=col(AgentSession.callback_id))
    unread = repository.newest_unread(_AGENT, instant("unread_since")).scalar_subquery()
    return (
        select(AgentSession, Call, Assignment, Callback, DeskNotice, Staff, Lead, LeadList, Campaign, *figures)
        .select_from(Staff)
        .join(AgentSession, session, isouter=True)
        .join(Call, col(Call.id) == call_id, isouter=True)
        .join(Assignment, col(Assignment.id) == assignment_id, isouter=True)
        .join(Callback, col(Callback.id) == callback_id, isouter=True)
        .join(Lead, col(Lead.id) == lead_id, isouter=True)
        .join(LeadList, col(LeadList.id) == col(Lead.list_id), isouter=True)
        .join(Campaign, col(Campaign.id) == campaign_id, isouter=True)
        .join(DeskNotice, col(DeskNotice.id) == unread, isouter=True)
        .join(day, true())
        .join(own, true())
        .join(last, true(), isouter=True)
        .join(called, col(called.id) == last.c.lead_id, isouter=True)
        .join(DeskDraft, col(DeskDraft.agent_id) == col(Staff.id), isouter=True)
        .where(col(Staff.id) == _AGENT)
        # Rows that this transaction has read before, to change them, are read as they are now.
        .execution_options(populate_existing=True)
    )


_SCREEN = _screen()
"""Made once: to make it takes more time than to send it and read its answer."""
