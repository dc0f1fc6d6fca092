"""An alert is raised once, shown to those who have its right, acknowledged by one, and over when its cause is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from callcenter.alerts.api import router
from callcenter.alerts.errors import AlertAcknowledged, AlertNotFound, AlertOver
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.events import Event
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role, StaffCard
from tests.support.events import listen
from tests.support.http import Endpoints, actor_of
from tests.support.people import hire
from tests.support.rows import VAULT

STOCK_LOW, SHORTAGE = AlertKind.STOCK_LOW, AlertKind.SHORTAGE


@pytest.fixture
def people() -> PeopleService:
    return PeopleService(PeopleSettings())


@pytest.fixture
def alerts() -> AlertService:
    return AlertService(VAULT)


@pytest.fixture
def announced(bus: Bus) -> list[Event]:
    return listen(bus, Noted)


@pytest.fixture
async def officer(works: Works, people: PeopleService) -> StaffCard:
    return await hire(works, people, "officer", Role.DATA_OFFICER)


async def test_an_alert_is_raised_once_and_shows_the_latest_figures(
    works: Works, alerts: AlertService, officer: StaffCard, announced: list[Event], clock: FrozenClock
) -> None:
    async with works.begin() as work:
        assert await alerts.raise_(work, STOCK_LOW, "campaign:1", {"days": 5})
        assert await alerts.raise_(work, STOCK_LOW, "campaign:2", {"days": 3})
    clock.advance(timedelta(hours=1))
    async with works.begin(actor_of(officer)) as work:
        assert not await alerts.raise_(work, STOCK_LOW, "campaign:1", {"days": 4})
        cards = {card.subject: card for card in await alerts.list_open(work)}
    assert {subject: card.facts for subject, card in cards.items()} == {
        "campaign:1": {"days": 4},
        "campaign:2": {"days": 3},
    }
    assert cards["campaign:1"].raised_at == cards["campaign:2"].raised_at
    raised = [event.facts["about"] for event in announced if isinstance(event, Noted)]
    assert raised == ["campaign:1", "campaign:2"]


async def test_the_same_alert_raised_many_times_at_once_is_opened_once(
    works: Works, alerts: AlertService, officer: StaffCard
) -> None:
    async def raise_shortage(days: int) -> bool:
        async with works.begin() as work:
            return await alerts.raise_(work, SHORTAGE, "campaign:1", {"days": days})

    answers = await asyncio.gather(*(raise_shortage(days) for days in range(6)))
    assert sorted(answers) == [False] * 5 + [True]
    async with works.begin(actor_of(officer)) as work:
        assert len(await alerts.list_open(work)) == 1


async def test_an_alert_that_is_cleared_is_closed_and_may_be_raised_again(
    works: Works, alerts: AlertService, officer: StaffCard, announced: list[Event]
) -> None:
    async with works.begin(actor_of(officer)) as work:
        assert not await alerts.clear(work, STOCK_LOW, "campaign:1")
        await alerts.raise_(work, STOCK_LOW, "campaign:1", {"days": 5})
        assert await alerts.clear(work, STOCK_LOW, "campaign:1")
        assert not await alerts.clear(work, STOCK_LOW, "campaign:1")
        assert await alerts.list_open(work) == []
        assert await alerts.raise_(work, STOCK_LOW, "campaign:1", {"days": 2})
        assert (await work.session.scalar(text("SELECT count(*) FROM alert"))) == 2
    acts = [event.act for event in announced if isinstance(event, Noted)]
    assert acts == ["alerts.raised", "alerts.cleared", "alerts.raised"]


async def test_one_person_acknowledges_an_alert_and_it_stays_open_until_it_is_cleared(
    works: Works, alerts: AlertService, people: PeopleService, officer: StaffCard, clock: FrozenClock
) -> None:
    other = await hire(works, people, "other", Role.DATA_OFFICER)
    async with works.begin() as work:
        await alerts.raise_(work, STOCK_LOW, "campaign:1", {"days": 5})
        await alerts.raise_(work, SHORTAGE, "campaign:1", {"shortage": 12})
    async with works.begin(actor_of(officer)) as work:
        newest = (await alerts.list_open(work))[0]
        clock.advance(timedelta(minutes=5))
    async with works.begin(actor_of(officer)) as work:
        card = await alerts.acknowledge(work, newest.id, "名单已申请")
        assert (card.acknowledged_by, card.note, card.acknowledged_at) == (
            officer.id,
            "名单已申请",
            clock.now(),
        )
    async with works.begin(actor_of(other)) as work:
        with pytest.raises(AlertAcknowledged):
            await alerts.acknowledge(work, newest.id, "me too")
        assert [card.id for card in await alerts.list_open(work)][-1] == newest.id  # the others first
        assert not await alerts.raise_(work, newest.kind, newest.subject, {"shortage": 20})
        assert (await alerts.list_open(work))[-1].acknowledged_by == officer.id
        await alerts.clear(work, newest.kind, newest.subject)
        with pytest.raises(AlertOver):
            await alerts.acknowledge(work, newest.id, "too late")


async def test_an_alert_is_hidden_from_staff_without_its_right(
    works: Works, alerts: AlertService, people: PeopleService
) -> None:
    agent = await hire(works, people, "agent", Role.AGENT)
    async with works.begin() as work:
        await alerts.raise_(work, STOCK_LOW, "campaign:1", {"days": 5})
    async with works.begin(actor_of(agent)) as work:
        assert await alerts.list_open(work) == []
        with pytest.raises(AlertNotFound):
            await alerts.acknowledge(work, 1, "let me see")
        with pytest.raises(AlertNotFound):
            await alerts.acknowledge(work, 4711, "let me see")


@pytest.fixture
async def endpoints(works: Works, people: PeopleService, alerts: AlertService) -> AsyncIterator[Endpoints]:
    endpoints = Endpoints(works, [people, alerts], [router])
    yield endpoints
    await endpoints.close()


async def test_over_http_an_alert_names_who_acknowledged_it(
    endpoints: Endpoints, works: Works, alerts: AlertService, officer: StaffCard
) -> None:
    async with works.begin() as work:
        await alerts.raise_(work, STOCK_LOW, "campaign:1", {"days": 5})
    client = endpoints.as_(officer)
    (raised,) = (await client.get("/alerts")).json()["items"]
    assert (raised["kind"], raised["facts"], raised["acknowledged_by"]) == ("stock_low", {"days": 5}, None)
    url = f"/alerts/{raised['id']}/acknowledge"
    assert (await client.post(url, json={"note": "  "})).status_code == 422
    assert (await client.post(url, json={"note": "采购中"})).json()["acknowledged_by"] == officer.name
    assert (await client.get("/alerts")).json()["items"][0]["acknowledged_by"] == officer.name
    again = await client.post(url, json={"note": "采购中"})
    assert (again.status_code, again.json()["code"]) == (409, "alert_acknowledged")
