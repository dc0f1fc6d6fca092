"""The calls of the small system's weeks: dialled, answered or not, disposed, promised, complained of, called back.

The services behind a call are the real ones, joined to those of ``weeks``; the switch's signals are played. What an
engine and a desk decide (whom to offer, may this call be placed) is not part of it.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

import recordings_policy
from callcenter.callbacks import handlers as callbacks_handlers
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import CallbackCard, CallbackKind, CallbackState
from callcenter.calls.dispositions import DISPOSITIONS, dispositions_for
from callcenter.calls.open_calls import OpenCalls
from callcenter.calls.service import CallService
from callcenter.calls.signals import CallSignals
from callcenter.calls.types import CallKind, CallPlan, CallState, DispositionDetails, Outcome
from callcenter.complaints import handlers as complaints_handlers
from callcenter.complaints.service import ComplaintServices
from callcenter.complaints.types import Category
from callcenter.desk import handlers as desk_handlers
from callcenter.dialer import handlers as dialer_handlers
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RecorderState, Subject
from callcenter.kit.clock import at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.db import Database
from callcenter.kit.work import Work
from callcenter.storage.memory import MemoryStore
from callcenter.storage.port import ObjectStore
from tests.scenarios.cut_off import Scissors
from tests.scenarios.small_system import HELD
from tests.scenarios.weeks import Weeks, agents, nth
from tests.support.bus import bus_of
from tests.support.cast import signals_of
from tests.support.databases import TestDatabases, sqlalchemy_url
from tests.support.joining import joined
from tests.support.rows import Assignment, Call, Callback, Case, DncEntry, Lead

NOT_ANSWERED = (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.LINE_FAULT)
EXAMPLES, STEPS = 20, 25


Screen = Assignment | Callback


async def always_recorded(_work: Work, _subject: Subject) -> RecorderState:
    return RecorderState(True, "")


class CallingWeeks(Weeks):
    """Weeks in which agents call the customers on their screens, and call back whom they owe it."""

    reached: set[str]
    """What the weeks have come to, over all of them: a machine that never gets anywhere shows nothing."""

    cuts = Weeks.cuts

    async def _open(self) -> None:
        await super()._open()
        parts = (self.system.leads, self.system.dnc, self.system.consent, self.system.campaigns, self.system.allocation)
        bus = bus_of(self.system.works)
        services = joined(self.vault, bus, self.system.alerts, recordings_policy.load(), *parts)
        services.give(MemoryStore(self.clock), as_=ObjectStore)
        services.make(EligibilityService, recorder=always_recorded)
        for subscribe in (
            callbacks_handlers.subscribe,
            complaints_handlers.subscribe,
            dialer_handlers.subscribe,
            desk_handlers.subscribe,
        ):
            services.call(subscribe)
        self.calls, self.callbacks = services.get(CallService), services.get(CallbackService)
        self.complaints = services.get(ComplaintServices)
        self.numbered = 0
        """Calls planned so far."""

    # --- what is on the desks

    async def _rows(self) -> tuple[list[Assignment], list[Callback], list[Call]]:
        async with self.system.works.begin() as work:
            screens = await work.session.scalars(
                select(Assignment).where(col(Assignment.state) == "active").order_by(col(Assignment.id))
            )
            owed = await work.session.scalars(
                select(Callback).where(col(Callback.state) == CallbackState.ACTIVE).order_by(col(Callback.id))
            )
            calls = await work.session.scalars(
                select(Call).where(col(Call.disposed_at).is_(None)).order_by(col(Call.id))
            )
            return list(screens), list(owed), list(calls)

    # --- acts

    @rule(agent=agents, cut=cuts)
    def claim_callback(self, agent: int, cut: int | None) -> None:
        agent_id = self.system.agents[agent]
        screens, _, calls = self.do(self._rows())
        if agent_id in {row.agent_id for row in screens} | {call.agent_id for call in calls}:
            return  # one customer at a time

        async def act(work: Work) -> CallbackCard | None:
            return await self.callbacks.claim_next(work, agent_id)

        self.act(act, cut)

    @rule(which=nth, outcome=st.sampled_from([*NOT_ANSWERED, *[Outcome.ANSWERED] * 4]), cut=cuts)
    def dial(self, which: int, outcome: Outcome, cut: int | None) -> None:
        """Calls the customer on a screen; a conversation then waits for its disposition."""
        screens, owed, calls = self.do(self._rows())
        busy = {call.agent_id for call in calls}
        free: list[Screen] = [row for row in owed if _agent_of(row) not in busy]
        free += [row for row in screens if row.agent_id not in busy]
        if not free:
            return
        chosen = free[which % len(free)]
        self.numbered += 1
        call_id = UUID(int=self.numbered)

        async def act(work: Work) -> None:
            await self._call(work, call_id, chosen, outcome)

        self.act(act, cut)
        if cut is None:
            self._came_to(chosen, outcome)

    async def _call(self, work: Work, call_id: UUID, chosen: Screen, outcome: Outcome) -> None:
        """Plans, dials and ends a call, as desk, engine and switch do one after the other."""
        lead = await work.session.get_one(Lead, chosen.lead_id)
        verdict = {"allowed": True, "rule": "none", "reason": "played"}
        await self.calls.plan(work, self._plan(call_id, chosen, lead, verdict))
        assert await self.calls.begin_dialling(work, call_id, verdict)
        await CallSignals(OpenCalls()).take(work, signals_of(call_id, outcome, work))
        card = await self.calls.card(work, call_id)
        assert (card.state, card.outcome) == (CallState.ENDED, outcome)

    def _came_to(self, chosen: Screen, outcome: Outcome) -> None:
        self.reached.add("answered" if outcome is Outcome.ANSWERED else "not reached")
        if isinstance(chosen, Callback):
            self.reached.add("callback called")

    @rule(agent=agents, what=nth, hours=st.integers(1, 60), unreached=st.sampled_from([None, None, *NOT_ANSWERED]))
    def serve_next(self, agent: int, what: int, hours: int, unreached: Outcome | None) -> None:
        """An agent without a customer calls the next one, a callback before a lead, and says what came of it."""
        agent_id = self.system.agents[agent]
        screens, owed, calls = self.do(self._rows())
        if agent_id in {row.agent_id for row in screens} | {row.claimed_by for row in owed} | {
            call.agent_id for call in calls
        }:
            return

        async def claim(work: Work) -> object:
            card = await self.callbacks.claim_next(work, agent_id)
            return card or await self.system.allocation.claim_next(work, agent_id, self.today)

        if self.act(claim, None) is None:
            return
        screens, owed, _ = self.do(self._rows())
        mine: list[Screen] = [row for row in owed if row.claimed_by == agent_id]
        mine += [row for row in screens if row.agent_id == agent_id]
        self.numbered += 1
        call_id, chosen, outcome = UUID(int=self.numbered), mine[0], unreached or Outcome.ANSWERED

        async def act(work: Work) -> None:
            await self._call(work, call_id, chosen, outcome)

        self.act(act, None)
        self._came_to(chosen, outcome)
        if unreached is None:
            _, _, calls = self.do(self._rows())
            self._dispose(next(call for call in calls if call.id == call_id), what, hours, None)

    def _plan(self, call_id: UUID, of: Screen, lead: Lead, verdict: dict[str, Any]) -> CallPlan:
        kind = CallKind.LEAD
        if isinstance(of, Callback):
            kind = CallKind.COMPLAINT if of.kind is CallbackKind.COMPLAINT else CallKind.CALLBACK
        agent_id = _agent_of(of)
        return CallPlan(
            id=call_id,
            kind=kind,
            agent_id=agent_id,
            lead_id=of.lead_id,
            campaign_id=of.campaign_id,
            assignment_id=of.id if isinstance(of, Assignment) else None,
            callback_id=of.id if isinstance(of, Callback) else None,
            node="n1",
            leg_id=f"leg-{agent_id}",
            phone_index=lead.phone_index,
            caller_id="07715550000",
            trunk="carrier",
            ring_seconds=30,
            verdict=verdict,
        )

    @rule(which=nth, what=nth, hours=st.integers(1, 60), cut=cuts)
    def dispose(self, which: int, what: int, hours: int, cut: int | None) -> None:
        """An agent says what came of a conversation: any disposition that fits it, or none within the limit."""
        _, _, calls = self.do(self._rows())
        if not calls:
            return
        self._dispose(calls[which % len(calls)], what, hours, cut)

    def _dispose(self, call: Call, what: int, hours: int, cut: int | None) -> None:
        choices = dispositions_for(call.kind, call.outcome)
        if what % (len(choices) + 1) == len(choices):
            self.act(lambda work: self.calls.leave_undisposed(work, call.id), cut)
            return
        disposition = choices[what % len(choices)]
        rule_ = DISPOSITIONS[disposition]
        promised_at = self.clock.now() + timedelta(hours=hours)

        async def act(work: Work) -> None:
            working = (await self.system.campaigns.calendar(work)).next_working_day(self.today)
            details = DispositionDetails(
                note="as the customer said",
                callback_at=promised_at if "callback_at" in rule_.requires else None,
                visit_at=at_business_time(working, 14) if rule_.is_success else None,
                complaint_category=Category.OTHER.value,
            )
            await self.calls.dispose(work, call.id, disposition, details)

        self.act(act, cut)
        if cut is None:
            self.reached |= {"promise"} if rule_.makes_callback else set()
            self.reached |= {"complaint"} if rule_.opens_complaint else set()
            self.reached |= {"closed by a disposition"} if rule_.closes_lead else set()

    @rule(which=nth, cut=cuts)
    def complain(self, which: int, cut: int | None) -> None:
        """A customer complains by letter, whichever agent has the lead now."""
        leads = self.do(self._all_leads())
        lead_id = leads[which % len(leads)]

        async def act(work: Work) -> None:
            await self.complaints.intake.open(work, category=Category.OTHER, text="by letter", lead_id=lead_id)

        self.act(act, cut)

    async def _all_leads(self) -> list[int]:
        async with self.system.works.begin() as work:
            return list(await work.session.scalars(select(col(Lead.id)).order_by(col(Lead.id))))

    # --- the laws

    @invariant()
    def laws_of_calls(self) -> None:
        if hasattr(self, "callbacks"):
            self.do(self._laws_of_calls())

    async def _laws_of_calls(self) -> None:
        async with self.system.works.begin() as work:
            callbacks = (await work.session.scalars(select(Callback))).all()
            cases = (await work.session.scalars(select(col(Case.id)))).all()
            calls = (await work.session.scalars(select(Call))).all()
            owed = Counter(row.case_id for row in callbacks if row.kind is CallbackKind.COMPLAINT)
            assert owed == Counter(cases), "a complaint without its one obligation (law 4)"
            promises = [
                row
                for row in callbacks
                if row.kind is CallbackKind.AGENT_PROMISE and row.state in (CallbackState.DUE, CallbackState.ACTIVE)
            ]
            assert len(promises) == len({row.lead_id for row in promises}), "a customer with two open promises"
            blocks = {entry.phone_index: entry.entered_at for entry in await work.session.scalars(select(DncEntry))}
            for promise in promises:
                lead = await work.session.get_one(Lead, promise.lead_id)
                # A customer blocked during the conversation may be promised a call in it; it is refused when it is due.
                for blocked_at in (blocks.get(lead.phone_index), lead.basis_withdrawn_at):
                    assert blocked_at is None or blocked_at <= promise.created_at, "a promise outlived its block"
            claimed = Counter(row.claimed_by for row in callbacks if row.state is CallbackState.ACTIVE)
            assert max(claimed.values(), default=0) <= 1, "two callbacks with one agent"
            talking = Counter(call.agent_id for call in calls if call.disposed_at is None)
            assert max(talking.values(), default=0) <= 1, "two conversations with one agent"
            for call in calls:
                assert call.disposition is not None or call.outcome is Outcome.ANSWERED, "a call without a result"
            held = (await work.session.scalars(select(Assignment).where(col(Assignment.state).in_(HELD)))).all()
            for assignment in held:
                rules = await self.system.campaigns.rules(work, assignment.campaign_id)
                assert assignment.attempts < rules.max_attempts, "a lead is held after its last attempt"


def _agent_of(row: Screen) -> int:
    agent_id = row.claimed_by if isinstance(row, Callback) else row.agent_id
    assert agent_id is not None
    return agent_id


def play(databases: TestDatabases, vault: Vault, *, number: int | None = None, examples: int = EXAMPLES) -> set[str]:
    """Plays weeks: always the same ones, or those of a seed. Returns what they have come to."""
    runner = asyncio.Runner()
    url = runner.run(databases.create())
    database = Database(sqlalchemy_url(url), pool_size=2)
    reached: set[str] = set()
    try:
        shared = {"runner": runner, "database": database, "scissors": Scissors(database), "vault": vault}
        machine = type("Weeks", (CallingWeeks,), {**shared, "reached": reached})
        run_state_machine_as_test(
            machine if number is None else seed(number)(machine),
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=number is None,
                phases=[Phase.generate],  # without shrinking: the steps shown are many, but the time is bounded
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        runner.run(database.close())
        with suppress(Exception):
            runner.run(databases.drop(url))
        runner.close()
    return reached
