"""When the run is due, which day it serves, and the alarm when it does not come (requirements D1, D5, D6)."""

from datetime import date, timedelta

import pytest

from callcenter.alerts.types import AlertKind
from callcenter.allocation.jobs import allocate_next_working_day, watch_allocation
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.leads.types import DncReason, LeadsBlocked, ListImported
from tests.rooms.allocation.office import MONDAY, TUESDAY, WEDNESDAY, House
from tests.support.leads import make_campaign
from tests.support.stock import put_in_stock


async def evening(house: House, on: date) -> list[date]:
    reports = await allocate_next_working_day(house.works, house.campaigns, house.allocation, on)
    return [report.on for report in reports]


async def look(house: House) -> None:
    await watch_allocation(house.works, house.allocation, house.watch)


# --- which day an evening serves -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run_on", "serves", "why"),
    [
        (date(2026, 1, 2), date(2026, 1, 4), "New Year's Friday is off; Sunday the 4th makes up for it"),
        (date(2026, 2, 13), date(2026, 2, 14), "the Saturday before Spring Festival is worked"),
        (date(2026, 2, 14), date(2026, 2, 24), "nine days of Spring Festival"),
        (date(2026, 2, 27), date(2026, 2, 28), "and a Saturday made up after it"),
        (date(2026, 4, 30), date(2026, 5, 6), "Labour Day"),
        (date(2026, 5, 8), date(2026, 5, 9), "a made-up Saturday"),
        (date(2026, 9, 19), date(2026, 9, 20), "a made-up Sunday before Golden Week"),
        (date(2026, 9, 30), date(2026, 10, 8), "Golden Week"),
        (date(2026, 10, 9), date(2026, 10, 10), "a made-up Saturday after it"),
        (date(2026, 11, 27), date(2026, 11, 30), "Friday serves Monday"),
        (date(2026, 12, 31), date(2027, 1, 4), "over the year's end into a year that is not announced yet"),
    ],
)
async def test_an_evening_serves_the_next_working_day(
    house: House, clock: FrozenClock, run_on: date, serves: date, why: str
) -> None:
    clock.set(at_business_time(run_on, 20))
    await house.stock(12)
    assert await evening(house, run_on) == [serves], why


async def test_a_day_of_a_year_not_announced_yet_is_planned_as_provisional(house: House, clock: FrozenClock) -> None:
    await house.stock(12)
    clock.set(at_business_time(date(2026, 12, 31), 20))
    async with house.works.begin() as work:
        assert (await house.allocation.plan(work, house.campaign_id, date(2027, 1, 4))).provisional
        assert not (await house.allocation.plan(work, house.campaign_id, date(2026, 12, 31))).provisional


async def test_the_administrator_s_word_on_a_day_decides(house: House, clock: FrozenClock) -> None:
    await house.stock(12)
    async with house.works.begin() as work:
        await house.campaigns.override_day(work, TUESDAY, working=False, reason="a storm")
    assert await evening(house, MONDAY) == [WEDNESDAY]


async def test_a_house_that_was_down_at_eight_catches_up_in_the_night_or_in_the_morning(
    house: House, clock: FrozenClock
) -> None:
    await house.stock(100)
    clock.set(at_business_time(TUESDAY, 7))
    assert await evening(house, MONDAY) == [TUESDAY]
    clock.set(at_business_time(TUESDAY, 20))
    assert await evening(house, TUESDAY) == [WEDNESDAY]
    assert await evening(house, TUESDAY) == [WEDNESDAY], "again changes nothing"
    assert await house.held() == dict.fromkeys(house.agents, 4)


async def test_a_campaign_that_cannot_be_allotted_does_not_keep_the_others_from_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.stock(12)
    async with house.works.begin() as work:
        second = await make_campaign(work, quota=6)
        await put_in_stock(work, house.vault, second.campaign_id, 20)
    real = house.leads.callable_stock

    async def broken(work: object, campaign_id: int, limit: int, seed: int = 0) -> object:
        if campaign_id == house.campaign_id:
            raise RuntimeError("a broken campaign")
        return await real(work, campaign_id, limit, seed)  # type: ignore[arg-type]

    monkeypatch.setattr(house.leads, "callable_stock", broken)
    with pytest.raises(RuntimeError, match="broken"):
        await evening(house, MONDAY)
    assert await house.held() == dict.fromkeys(house.agents, 6)


# --- the alarm -------------------------------------------------------------------------------------------------------


async def test_an_alarm_rings_when_the_grace_is_over_and_ends_with_the_run(house: House, clock: FrozenClock) -> None:
    await house.stock(300)
    await house.allot(MONDAY)
    clock.set(at_business_time(MONDAY, 20, 9))
    await look(house)
    assert await house.open_alerts() == {}
    clock.set(at_business_time(MONDAY, 20, 10))
    await look(house)
    await look(house)
    alert = (await house.open_alerts())[AlertKind.ALLOCATION_MISSING]
    assert (alert.subject, dict(alert.facts)) == (
        f"campaign:{house.campaign_id}",
        {"campaign_id": house.campaign_id, "on": "2026-11-24"},
    )
    await evening(house, MONDAY)
    assert await house.open_alerts() == {}
    await look(house)
    assert await house.open_alerts() == {}


async def test_no_alarm_without_agents_or_for_a_campaign_that_does_not_run(house: House, clock: FrozenClock) -> None:
    await house.stock(300)
    clock.set(at_business_time(MONDAY, 20, 30))
    house.board.off |= {(agent, TUESDAY) for agent in house.agents}
    await look(house)
    assert AlertKind.ALLOCATION_MISSING not in await house.open_alerts()
    house.board.off.clear()
    await look(house)
    assert AlertKind.ALLOCATION_MISSING in await house.open_alerts()
    async with house.works.begin() as work:
        await house.campaigns.set_state(work, house.campaign_id, CampaignState.CLOSED)
    await look(house)
    assert await house.open_alerts() == {}


async def test_over_a_weekend_the_alarm_is_about_monday(house: House, clock: FrozenClock) -> None:
    await house.stock(300)
    clock.set(at_business_time(date(2026, 11, 28), 9))
    await look(house)
    assert (await house.open_alerts())[AlertKind.ALLOCATION_MISSING].facts["on"] == "2026-11-30"


# --- the stock -------------------------------------------------------------------------------------------------------


async def test_the_officer_is_warned_the_moment_the_stock_falls_under_six_days(
    house: House, clock: FrozenClock
) -> None:
    """Three agents need twelve a day, so 72 are enough and 71 are not."""
    ids = await house.stock(84)
    await house.allot()
    assert AlertKind.STOCK_LOW not in await house.open_alerts(), "72 are left"
    async with house.works.begin() as work:
        stock = await house.leads.callable_stock(work, house.campaign_id, 1)
        await house.dnc.enter_dnc(work, stock[0].id, DncReason.CUSTOMER_REQUEST)
    await look(house)
    alert = (await house.open_alerts())[AlertKind.STOCK_LOW]
    assert dict(alert.facts) == {
        "campaign_id": house.campaign_id,
        "stock": 71,
        "days": 5.92,
        "least": 6,
        "daily_need": 12,
    }
    async with house.works.begin() as work:
        await put_in_stock(work, house.vault, house.campaign_id, 1, first=len(ids))
        await work.announce(ListImported(1, house.campaign_id, 1))
    assert AlertKind.STOCK_LOW not in await house.open_alerts(), "an import ends it at once"


async def test_a_run_an_import_a_large_block_and_the_roster_are_looked_at(house: House, clock: FrozenClock) -> None:
    ids = await house.stock(72)
    async with house.works.begin() as work:
        for lead_id in ids[:2]:
            await house.dnc.enter_dnc(work, lead_id, DncReason.REFUSED)
    assert AlertKind.STOCK_LOW not in await house.open_alerts(), "a single refusal waits for the next look"
    async with house.works.begin() as work:
        await work.announce(LeadsBlocked(tuple(ids[:50]), "do_not_call"))
    assert AlertKind.STOCK_LOW in await house.open_alerts()
    house.board.off.add((house.agents[0], TUESDAY))
    await look(house)
    assert AlertKind.STOCK_LOW not in await house.open_alerts(), "two agents need eight a day"
    house.board.off.clear()
    clock.advance(timedelta(minutes=1))
    await look(house)
    assert AlertKind.STOCK_LOW in await house.open_alerts()


async def test_a_shortage_is_told_until_a_run_has_none(house: House, clock: FrozenClock) -> None:
    await house.stock(7)
    await house.allot()
    alerts = await house.open_alerts()
    assert dict(alerts[AlertKind.SHORTAGE].facts) == {
        "campaign_id": house.campaign_id,
        "on": "2026-11-24",
        "shortage": 5,
    }
    assert AlertKind.STOCK_LOW in alerts
    await house.stock(300, first=1000)
    clock.set(at_business_time(TUESDAY, 20))
    await house.allot(WEDNESDAY)
    await look(house)
    assert await house.open_alerts() == {}


async def test_the_forecast_tells_stock_need_and_days(house: House) -> None:
    await house.stock(60)
    house.board.parts[house.agents[0], TUESDAY] = 50
    async with house.works.begin() as work:
        [found] = await house.allocation.forecasts(work)
    assert (found.stock, found.daily_need, found.days, found.low, found.on) == (60, 10, 6.0, False, TUESDAY)
    assert sum(found.by_class.values()) == 60
