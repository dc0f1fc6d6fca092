"""Signals that our code could not take: kept once, under an alert, requested oldest first, dismissed with a reason."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import select

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertCard, AlertKind
from callcenter.dialer.api import router
from callcenter.dialer.errors import KeptSignalNotFound, KeptSignalSettled
from callcenter.dialer.keeping import KeptSignals
from callcenter.dialer.types import TAKE_SIGNALS, KeptSignalCard, KeptState
from callcenter.kit.bus import Bus
from callcenter.kit.crypto import Vault
from callcenter.kit.effects import OutboxEntry
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.types import Role
from callcenter.telephony import events as tel
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.rows import VAULT, KeptSignal, make_staff

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
ANSWERED = tel.CustomerAnswered(at=AT, call_id=UUID(int=1))
HUNG_UP = tel.CustomerHungUp(at=AT, call_id=UUID(int=1), cause=16, sip_code=None)
REGISTERED = tel.PhoneRegistered(at=AT, extension="1001")
BROKEN = ValueError("no field for 13800001234")


@pytest.fixture
def alerts() -> AlertService:
    return AlertService(VAULT)


@pytest.fixture
def kept(vault: Vault, alerts: AlertService) -> KeptSignals:
    return KeptSignals(vault, alerts)


@pytest.fixture
async def endpoints(works: Works, kept: KeptSignals) -> AsyncIterator[Endpoints]:
    async with works.begin() as work:
        person = await make_staff(work, role=Role.ADMINISTRATOR)
    served = Endpoints(works, [kept], [router], person)
    yield served
    await served.close()


async def keep(works: Works, kept: KeptSignals, *signals: tel.Signal, node: str = "n1") -> list[int]:
    """Keeps signals aside; returns the ids of all that are kept, the oldest first."""
    for signal in signals:
        async with works.begin() as work:
            await kept.keep(work, node, signal, BROKEN)
    return [card.id for card in reversed(await cards(works, kept))]


async def cards(works: Works, kept: KeptSignals, *, settled: bool = False) -> list[KeptSignalCard]:
    async with works.begin() as work:
        return list(await kept.page(work, settled=settled))


async def open_alerts(works: Works, alerts: AlertService) -> list[AlertCard]:
    async with works.begin() as work:
        return list(await alerts.list_of_kinds(work, [AlertKind.SIGNAL_KEPT]))


async def test_a_signal_is_kept_with_its_error_and_without_a_customers_number(works: Works, kept: KeptSignals) -> None:
    event = tel.UnreadEvent(at=AT, event="Hangup", headers={"ConnectedLineNum": "13800001234"})
    await keep(works, kept, event)
    [card] = await cards(works, kept)
    assert (card.state, card.kind, card.node, card.call_id) == (KeptState.KEPT, "UnreadEvent", "n1", None)
    assert (card.error, card.message, card.failures) == ("ValueError", "no field for 138****1234", 1)
    async with works.begin() as work:
        sealed = await kept.sealed(work, card.id)
    assert sealed is not None
    assert "13800001234" not in sealed[0]
    assert kept.read(*sealed) == event


async def test_a_text_that_no_column_takes_is_no_reason_to_lose_a_signal(works: Works, kept: KeptSignals) -> None:
    signal = tel.AgentLegDown(at=AT, leg_id="leg\0\ud800", cause=None)
    async with works.begin() as work:
        await kept.keep(work, "n1", signal, ValueError("\0 and \ud800" + "x" * 1000))
    [card] = await cards(works, kept)
    async with works.begin() as work:
        sealed = await kept.sealed(work, card.id)
    assert sealed is not None
    assert kept.read(*sealed) == signal
    assert len(card.message) == 500


async def test_a_fact_that_is_reported_twice_waits_once_and_each_phone_for_itself(
    works: Works, kept: KeptSignals
) -> None:
    other = tel.PhoneRegistered(at=AT, extension="1002")
    await keep(works, kept, ANSWERED, ANSWERED, REGISTERED, other, HUNG_UP)
    kinds = [card.kind for card in await cards(works, kept)]
    assert kinds == ["CustomerHungUp", "PhoneRegistered", "PhoneRegistered", "CustomerAnswered"]


async def test_one_alert_of_each_switch_is_open_until_none_of_its_signals_is_kept(
    works: Works, kept: KeptSignals, alerts: AlertService
) -> None:
    [first, second] = await keep(works, kept, ANSWERED, HUNG_UP)
    await keep(works, kept, REGISTERED, node="n2")
    facts = {alert.subject: alert.facts for alert in await open_alerts(works, alerts)}
    assert {node: (said["count"], said["error"]) for node, said in facts.items()} == {
        "engine:n1": (2, "ValueError"),
        "engine:n2": (1, "ValueError"),
    }
    async with works.begin() as work:
        await kept.taken(work, "n1", first)
    assert {alert.facts["count"] for alert in await open_alerts(works, alerts)} == {1}
    async with works.begin() as work:
        await kept.dismiss(work, second, "its call was a test")
    assert [alert.subject for alert in await open_alerts(works, alerts)] == ["engine:n2"]


async def test_the_alert_stays_when_a_signal_is_kept_while_the_last_other_one_is_settled(
    works: Works, kept: KeptSignals, alerts: AlertService
) -> None:
    [first] = await keep(works, kept, ANSWERED)
    async with works.begin() as work:
        await kept.taken(work, "n1", first)
        keeping = asyncio.create_task(keep(works, kept, HUNG_UP))
        done, _ = await asyncio.wait({keeping}, timeout=0.3)
        assert not done, "it waits for the transaction that settles"
    await keeping
    assert [alert.facts["count"] for alert in await open_alerts(works, alerts)] == [1]


async def test_kept_signals_are_ordered_again_oldest_first_from_the_engine_of_their_switch(
    works: Works, kept: KeptSignals
) -> None:
    await keep(works, kept, ANSWERED)
    await keep(works, kept, REGISTERED, node="n2")
    [first, other, second] = await keep(works, kept, HUNG_UP)
    async with works.begin() as work:
        assert await kept.request(work) == [first, second, other]
        effects = (await work.session.scalars(select(OutboxEntry).order_by(OutboxEntry.queue))).all()
        ordered = [(effect.queue, effect.kind, effect.payload) for effect in effects]
    assert ordered == [
        ("engine:n1", TAKE_SIGNALS, {"ids": [first, second]}),
        ("engine:n2", TAKE_SIGNALS, {"ids": [other]}),
    ]
    async with works.begin() as work:
        await kept.failed_again(work, first, KeyError("other"))
    by_id = {card.id: card for card in await cards(works, kept)}
    assert (by_id[first].failures, by_id[first].error, by_id[first].requested_at) == (2, "KeyError", None)
    assert by_id[second].requested_at is not None


async def test_what_is_settled_is_neither_ordered_nor_dismissed_nor_taken_again(
    works: Works, kept: KeptSignals, bus: Bus
) -> None:
    [first] = await keep(works, kept, ANSWERED)
    async with works.begin() as work:
        await kept.taken(work, "n1", first)
    noted = listen(bus, Noted)
    async with works.begin() as work:
        assert await kept.request(work, [first]) == []
        assert await kept.sealed(work, first) is None
        await kept.taken(work, "n1", first)
        with pytest.raises(KeptSignalSettled):
            await kept.dismiss(work, first, "too late")
    assert noted == []
    [card] = await cards(works, kept, settled=True)
    assert (card.state, card.reason) == (KeptState.TAKEN, "")
    await keep(works, kept, ANSWERED)
    assert len(await cards(works, kept)) == 1, "the same fact may break our code anew"


async def test_dismissing_needs_a_reason_and_a_signal(works: Works, kept: KeptSignals) -> None:
    [first] = await keep(works, kept, ANSWERED)
    async with works.begin() as work:
        with pytest.raises(ReasonMissing):
            await kept.dismiss(work, first, "  ")
        with pytest.raises(KeptSignalNotFound):
            await kept.dismiss(work, first + 1, "why not")


async def test_the_administrator_settles_over_http_and_the_trail_says_who(
    endpoints: Endpoints, works: Works, kept: KeptSignals, bus: Bus
) -> None:
    [first, second] = await keep(works, kept, ANSWERED, HUNG_UP)
    noted = listen(bus, Noted)
    admin = endpoints.client
    page = (await admin.get("/kept-signals", params={"limit": 1})).json()
    assert [row["id"] for row in page["items"]] == [second]
    page = (await admin.get("/kept-signals", params={"limit": 1, "cursor": page["next"]})).json()
    assert [(row["id"], row["call_id"]) for row in page["items"]] == [(first, str(ANSWERED.call_id))]

    assert (await admin.post("/kept-signals/take", json={"ids": [first]})).json() == {"requested": 1}
    assert (await admin.post(f"/kept-signals/{second}/dismiss", json={"reason": " "})).status_code == 422
    answer = await admin.post(f"/kept-signals/{second}/dismiss", json={"reason": "a test call"})
    assert answer.status_code == 204
    again = await admin.post(f"/kept-signals/{second}/dismiss", json={"reason": "a test call"})
    assert (again.status_code, again.json()["code"]) == (409, "kept_signal_settled")
    [settled] = (await admin.get("/kept-signals", params={"settled": True})).json()["items"]
    assert (settled["settled_by_name"], settled["reason"]) == (endpoints.actor.name, "a test call")
    acts = [(note.act, note.subject) for note in noted if note.act.startswith("dialer.")]
    assert acts == [
        ("dialer.signal_requested", f"kept_signal:{first}"),
        ("dialer.signal_dismissed", f"kept_signal:{second}"),
    ]


async def test_an_auditor_reads_and_settles_nothing(endpoints: Endpoints, works: Works, kept: KeptSignals) -> None:
    [first] = await keep(works, kept, ANSWERED)
    auditor = endpoints.as_role(Role.AUDITOR)
    assert len((await auditor.get("/kept-signals")).json()["items"]) == 1
    assert (await auditor.post("/kept-signals/take", json={})).status_code == 403
    assert (await auditor.post(f"/kept-signals/{first}/dismiss", json={"reason": "x"})).status_code == 403
    async with works.begin() as work:
        assert (await work.session.get_one(KeptSignal, first)).state is KeptState.KEPT
