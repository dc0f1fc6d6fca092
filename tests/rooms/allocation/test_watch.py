"""When the run is due, which day it serves, and the alert when it is missing (requirements D1, D5, D6)."""

from datetime import date, timedelta

import pytest

from callcenter.alerts.types import AlertKind
from callcenter.allocation.scheduled import allocate_next_working_day, watch_allocation
from callcenter.campaigns.types import CampaignChanges, CampaignState
from callcenter.dnc.types import DncReason
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.leads.types import LeadsBlocked, ListImported
from tests.rooms.allocation.office import MONDAY, TUESDAY, WEDNESDAY, System
from tests.support.leads import calendar_service
from tests.support.stock import put_in_stock


async def run_evening(system: System, on: date) -> list[date]:
    reports = await allocate_next_working_day(system.works, system.campaigns, system.runs, on)
    return [report.on for report in reports]


async def watch(system: System) -> None:
    await watch_allocation(system.works, system.quotas, system.leftovers, system.watch)


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
    system: System, clock: FrozenClock, run_on: date, serves: date, why: str
) -> None:
    clock.set(at_business_time(run_on, 20))
    await system.stock(12)
    assert await run_evening(system, run_on) == [serves], why


async def test_a_day_of_a_year_not_announced_yet_is_planned_as_provisional(system: System, clock: FrozenClock) -> None:
    await system.stock(12)
    clock.set(at_business_time(date(2026, 12, 31), 20))
    async with system.works.begin() as work:
        assert (await system.runs.plan(work, system.campaign_id, date(2027, 1, 4))).provisional
        assert not (await system.runs.plan(work, system.campaign_id, date(2026, 12, 31))).provisional


async def test_an_overridden_day_is_not_served(system: System, clock: FrozenClock) -> None:
    await system.stock(12)
    async with system.works.begin() as work:
        await calendar_service().override_day(work, TUESDAY, working=False, reason="a storm")
    assert await run_evening(system, MONDAY) == [WEDNESDAY]


async def test_a_run_that_was_missed_at_eight_is_made_up_in_the_night_or_in_the_morning(
    system: System, clock: FrozenClock
) -> None:
    await system.stock(100)
    clock.set(at_business_time(TUESDAY, 7))
    assert await run_evening(system, MONDAY) == [TUESDAY]
    clock.set(at_business_time(TUESDAY, 20))
    assert await run_evening(system, TUESDAY) == [WEDNESDAY]
    assert await run_evening(system, TUESDAY) == [WEDNESDAY], "again changes nothing"
    assert await system.held() == dict.fromkeys(system.agents, 4)


async def test_a_campaign_that_cannot_be_allocated_does_not_stop_the_others(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    await system.stock(12)
    await system.open_campaign(quota=6, stock=20, first=12)
    real = system.leads.callable_stock

    async def broken(work: object, campaign_id: int, limit: int, seed: int = 0) -> object:
        if campaign_id == system.campaign_id:
            raise RuntimeError("a broken campaign")
        return await real(work, campaign_id, limit, seed)  # type: ignore[arg-type]

    monkeypatch.setattr(system.leads, "callable_stock", broken)
    with pytest.raises(RuntimeError, match="broken"):
        await run_evening(system, MONDAY)
    assert await system.held() == dict.fromkeys(system.agents, 3), "its part of the quota of 6"


# --- the alert -------------------------------------------------------------------------------------------------------


async def test_a_missing_run_raises_an_alert_until_it_is_made(system: System, clock: FrozenClock) -> None:
    await system.stock(300)
    await system.allocate(MONDAY)
    clock.set(at_business_time(MONDAY, 19, 59))
    await watch(system)
    assert await system.open_alerts() == {}
    clock.set(at_business_time(MONDAY, 20))
    await watch(system)
    await watch(system)
    alert = (await system.open_alerts())[AlertKind.ALLOCATION_MISSING]
    assert (alert.subject, dict(alert.facts)) == (
        f"campaign:{system.campaign_id}",
        {"campaign_id": system.campaign_id, "on": "2026-11-24"},
    )
    await run_evening(system, MONDAY)
    assert await system.open_alerts() == {}
    await watch(system)
    assert await system.open_alerts() == {}


async def test_no_alert_is_raised_without_agents_or_a_running_campaign(system: System, clock: FrozenClock) -> None:
    await system.stock(300)
    clock.set(at_business_time(MONDAY, 20, 30))
    system.board.off |= {(agent, TUESDAY) for agent in system.agents}
    await watch(system)
    assert AlertKind.ALLOCATION_MISSING not in await system.open_alerts()
    system.board.off.clear()
    await watch(system)
    assert AlertKind.ALLOCATION_MISSING in await system.open_alerts()
    async with system.works.begin() as work:
        await system.campaigns.change(work, system.campaign_id, CampaignChanges(state=CampaignState.CLOSED), "story")
    await watch(system)
    assert await system.open_alerts() == {}


async def test_over_a_weekend_the_alert_is_about_monday(system: System, clock: FrozenClock) -> None:
    await system.stock(300)
    clock.set(at_business_time(date(2026, 11, 28), 9))
    await watch(system)
    assert (await system.open_alerts())[AlertKind.ALLOCATION_MISSING].facts["on"] == "2026-11-30"


# --- the stock -------------------------------------------------------------------------------------------------------


async def test_an_alert_is_raised_when_the_stock_falls_below_six_days(system: System, clock: FrozenClock) -> None:
    """Three agents need twelve a day, so 72 are enough and 71 are not."""
    ids = await system.stock(84)
    await system.allocate()
    assert AlertKind.STOCK_LOW not in await system.open_alerts(), "72 are left"
    async with system.works.begin() as work:
        stock = await system.leads.callable_stock(work, system.campaign_id, 1)
        await system.dnc.enter_dnc(work, stock[0].id, DncReason.CUSTOMER_REQUEST)
    await watch(system)
    alert = (await system.open_alerts())[AlertKind.STOCK_LOW]
    assert dict(alert.facts) == {
        "campaign_id": system.campaign_id,
        "stock": 71,
        "days": 5.92,
        "least": 6,
        "daily_need": 12,
    }
    async with system.works.begin() as work:
        await put_in_stock(work, system.campaign_id, 1, first=len(ids))
        await work.announce(ListImported(1, system.campaign_id, 1))
    assert AlertKind.STOCK_LOW not in await system.open_alerts(), "an import ends it at once"


async def test_the_stock_is_watched_after_runs_blocks_and_roster_changes(system: System, clock: FrozenClock) -> None:
    ids = await system.stock(72)
    async with system.works.begin() as work:
        for lead_id in ids[:2]:
            await system.dnc.enter_dnc(work, lead_id, DncReason.REFUSED)
    assert AlertKind.STOCK_LOW not in await system.open_alerts(), "a single refusal waits for the next check"
    async with system.works.begin() as work:
        await work.announce(LeadsBlocked(tuple(ids[:50]), "do_not_call"))
    assert AlertKind.STOCK_LOW in await system.open_alerts()
    system.board.off.add((system.agents[0], TUESDAY))
    await watch(system)
    assert AlertKind.STOCK_LOW not in await system.open_alerts(), "two agents need eight a day"
    system.board.off.clear()
    clock.advance(timedelta(minutes=1))
    await watch(system)
    assert AlertKind.STOCK_LOW in await system.open_alerts()


async def test_a_shortage_is_alerted_until_a_run_has_none(system: System, clock: FrozenClock) -> None:
    await system.stock(7)
    await system.allocate()
    alerts = await system.open_alerts()
    assert dict(alerts[AlertKind.SHORTAGE].facts) == {
        "campaign_id": system.campaign_id,
        "on": "2026-11-24",
        "shortage": 5,
    }
    assert AlertKind.STOCK_LOW in alerts
    await system.stock(300, first=1000)
    clock.set(at_business_time(TUESDAY, 20))
    await system.allocate(WEDNESDAY)
    await watch(system)
    assert await system.open_alerts() == {}


async def test_the_forecast_shows_stock_daily_need_and_days(system: System) -> None:
    await system.stock(60)
    system.board.parts[system.agents[0], TUESDAY] = 50
    async with system.works.begin() as work:
        [forecast] = await system.forecasts.list(work)
    assert (forecast.stock, forecast.daily_need, forecast.days, forecast.low, forecast.on) == (
        60,
        10,
        6.0,
        False,
        TUESDAY,
    )
    assert sum(forecast.by_class.values()) == 60
