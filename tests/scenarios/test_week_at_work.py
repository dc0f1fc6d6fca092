"""Six working days of two branches with telephones: Golden Week, the Saturday that makes up for it, a leave, somebody
who goes, promises, settings that change in between. Each day's certificate holds, and stays what it was (law 11).
"""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from callcenter.callbacks.types import CallbackState
from callcenter.calls.types import Disposition, DispositionDetails
from callcenter.kit.clock import at_business_time
from tests.scenarios.week import QUOTA, Bank, open_bank
from tests.support.settings import set_environment

pytestmark = pytest.mark.timeout(1200)

BEGIN = date(2026, 9, 28)
SATURDAY = date(2026, 10, 10)  # makes up for Golden Week
MONDAY = date(2026, 10, 12)  # is declared a day off on the Saturday


def september(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return at_business_time(date(2026, 9, day), hour, minute)


def october(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return at_business_time(date(2026, 10, day), hour, minute)


WORKED = [
    *(date(2026, 9, day) for day in (29, 30)),
    *(date(2026, 10, day) for day in (8, 9)),  # Golden Week until the 7th
    SATURDAY,
    date(2026, 10, 13),
]
ALLOCATED = {
    BEGIN: WORKED[0],
    **dict(pairwise(WORKED[:5])),
    SATURDAY: MONDAY,
    date(2026, 10, 11): WORKED[-1],
    WORKED[-1]: date(2026, 10, 14),
}
"""Evening → the day that its runs are for; on all others there is nothing to do."""
RESTS, LEAVES = "north 3", "south 3"

PROMISES = {
    date(2026, 9, 29): [
        ("north 1", september(30, 14)),  # kept by themselves
        (RESTS, september(30, 14)),  # on leave by then: kept by the branch
        (RESTS, october(8, 14)),  # back by then
    ],
    date(2026, 9, 30): [
        ("north 2", october(3, 10)),  # in Golden Week
        ("south 1", october(8, 19, 30)),  # after the last shift
        (LEAVES, october(9, 15)),  # gone by then
    ],
    date(2026, 10, 8): [("south 2", october(9, 14))],  # the afternoon will begin at 14:30
    SATURDAY: [("north 2", october(12, 14))],  # a Monday that will be a day off
}
KEPT_FROM = {
    september(30, 14): september(30, 14),
    october(8, 14): october(8, 14),
    october(3, 10): october(8, 10),
    october(8, 19, 30): october(9, 10),
    october(9, 15): october(9, 15),
    october(9, 14): october(9, 14, 30),
    october(12, 14): october(13, 10),
}
"""The time that was named → from when on it can be kept."""
GRACE = timedelta(minutes=30)
BY_THE_TEAM = {(RESTS, september(30, 14)), (LEAVES, october(9, 15))}


@pytest.fixture
async def bank(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bank]:
    set_environment(
        monkeypatch,
        tmp_path,
        RECORDINGS_MIN_FREE_BYTES="1000000",
        CAMPAIGNS_CALLER_IDS="07715550000",
        DIALER_TICK_SECONDS="5",
        DIALER_SWEEP_SECONDS="20",
    )
    async with open_bank(tmp_path, database_url, at_business_time(BEGIN, 19)) as bank:
        everybody = list(bank.agents)
        await bank.share("life", everybody, 2, BEGIN)
        await bank.share("open", everybody, 1, BEGIN)
        await bank.share("pension", everybody[:2], 3, BEGIN)
        await bank.change(
            "PATCH", f"/campaigns/{bank.campaigns['open']}", open_to_all_branches=True, reason="one list for both"
        )
        yield bank


async def allocate(bank: Bank, evening: date, on: date | None) -> None:
    """Lets the evening's runs be made and looks at what everybody holds then."""
    reports = await bank.evening(evening)
    assert [report.on for report in reports] == ([on] * 3 if on else []), "the next working day, once"
    if on is None:
        return
    short = await bank.short()
    for report in reports:
        lacking = sum(share.quota - share.carried - share.new for share in report.shares)
        assert (report.shortage, short.get(report.campaign_id, 0)) == (lacking, lacking), "every shortage is said"
        shares = {share.agent_id: share for share in report.shares}
        if report.campaign_id == bank.campaigns["pension"]:
            assert {share.quota for share in shares.values()} == {3}, "3 of 2 + 1 + 3, of six leads"
    for agent, held in (await bank.held()).items():
        assert held.total() <= QUOTA
        if held and agent in ("north 1", "north 2"):
            assert (held["life"], held["open"], held["pension"]) <= (2, 1, 3)
    assert await bank.foreign() == []


async def work_on(bank: Bank, on: date, *, absent: set[str]) -> None:
    """Lets everybody work a day. North 2 is ready after all others: what is theirs waits for them.

    Before the first call and at noon nobody is ready: what cannot be kept then is moved all the same.
    """
    for agent, at in PROMISES.get(on, []):
        said = DispositionDetails(callback_at=at, note="请到时再打")
        bank.answers.setdefault(agent, []).append((Disposition.CALLBACK, said))
    await bank.pass_to(at_business_time(on, 10))
    there = [agent for agent in bank.agents if agent not in absent]
    await bank.log_on(*(agent for agent in there if agent != "north 2"))
    await bank.call_at(at_business_time(on, 10, 1))
    await bank.log_on("north 2")
    if on in (date(2026, 10, 8), date(2026, 10, 13)):  # what north 2 promised for a day off
        await bank.call_at(at_business_time(on, 10, 15))
    await bank.pause()
    await bank.pass_to(at_business_time(on, 14, 1))  # the schedule's look at noon
    begins = at_business_time(on, 14, 5 if on <= date(2026, 10, 8) else 31)
    await bank.be_served(begins)
    await bank.ready()
    await bank.call_at(begins)
    await bank.call_at(at_business_time(on, 15, 10))
    await bank.go_home()


async def change_in_the_evening(bank: Bank, on: date, absent: set[str]) -> None:
    """Changes what is different on the days behind this one."""
    bank.clock.set(at_business_time(on, 18, 30))
    match on:
        case date(month=9, day=29):
            await bank.leave(RESTS, date(2026, 9, 30), date(2026, 10, 1))
            absent.add(RESTS)
        case date(month=9, day=30):
            absent.remove(RESTS)
        case date(month=10, day=8):
            morning, afternoon = {"opens": "10:00", "closes": "12:00"}, {"opens": "14:30", "closes": "18:00"}
            for campaign_id in bank.campaigns.values():
                await bank.change(
                    "PATCH", f"/campaigns/{campaign_id}", shifts=[morning, afternoon], reason="a later start"
                )
            await bank.change("POST", f"/people/{bank.agents[LEAVES]}/leave", reason="has left")
            absent.add(LEAVES)


async def declare_monday_a_day_off(bank: Bank) -> None:
    """On the Saturday evening, when the runs for the Monday have been made."""
    bank.clock.set(october(10, 20, 30))
    answer = await bank.change("PUT", f"/calendar/{MONDAY}", working=False, reason="typhoon")
    assert len(answer["runs"]) == 3, "each campaign's run was made for it"


async def look_at_promises(bank: Bank) -> None:
    """Every promise was kept in its time by whose it was, or then by the branch; its own time stays readable."""
    kept = await bank.promises()
    names = {number: agent for agent, number in bank.agents.items()}
    assert sorted((names[promise.agent_id or 0], promise.promised_at) for promise, _ in kept) == sorted(bank.promised)
    for promise, call in kept:
        owner, named_at = names[promise.agent_id or 0], promise.promised_at
        assert named_at is not None
        assert promise.state is CallbackState.DONE, (owner, named_at, promise.end_reason)
        assert call is not None
        assert call.dialled_at is not None
        by_the_team = (owner, named_at) in BY_THE_TEAM
        assert promise.due_at == KEPT_FROM[named_at], (owner, named_at)
        assert promise.opens_to_team_at - promise.due_at == (timedelta() if by_the_team else GRACE), (owner, named_at)
        assert promise.due_at <= call.dialled_at < promise.due_at + timedelta(hours=1, minutes=15)
        caller = names[call.agent_id]
        assert caller != owner if by_the_team else caller == owner, (owner, named_at, caller)
        assert caller.split()[0] == owner.split()[0], "the branch's own"


async def change_everything(bank: Bank) -> None:
    """Changes by the pages' endpoints all that a day was judged by."""
    for campaign_id in bank.campaigns.values():
        shifts = [{"opens": "09:00", "closes": "09:30"}]
        caps: dict[str, Any] = {"cap_per_day": 2, "cap_per_7_days": 2, "max_attempts": 1}
        await bank.change(
            *("PATCH", f"/campaigns/{campaign_id}"),
            shifts=shifts,
            quota=1,
            mode="progressive",
            **caps,
            reason="new rules",
        )
        await bank.change(
            *("PUT", f"/campaigns/{campaign_id}/retries"),
            rules=[{"after": "busy", "delay_minutes": 300, "most": 1, "spread": False}],
            min_gap_minutes=600,
            day_parts=["11:00"],
            reason="new rules",
        )
        await bank.change("PATCH", f"/campaigns/{campaign_id}", state="closed", reason="the end")
        await bank.change(
            *("POST", f"/campaigns/{campaign_id}/scripts"),
            title="new",
            statements=[{"text": "您好，{company}，{agent}，{licence}", "mandatory": True}],
            based_on=None,
            reason="new rules",
        )
    await bank.share("life", ["north 1", "south 1"], 0, date(2026, 10, 14))
    await bank.change("PUT", f"/calendar/{date(2026, 10, 14)}", working=False, reason="new rules")
    await bank.change("PUT", "/service-hours", opens="09:00", closes="09:30", days="working_days", reason="new rules")


def broken(certificate: dict[str, Any]) -> list[Any]:
    return [(section["id"], section["exceptions"]) for section in certificate["sections"] if section["exceptions"]]


async def test_a_week_with_calls_and_promises_is_certified_and_stays_so(bank: Bank) -> None:
    certificates: dict[date, dict[str, Any]] = {}
    absent: set[str] = set()
    for days in range((WORKED[-1] - BEGIN).days + 1):
        today = BEGIN + timedelta(days=days)
        if today in WORKED:
            await work_on(bank, today, absent=absent)
            await change_in_the_evening(bank, today, absent)
        elif today == MONDAY:
            await bank.pass_to(at_business_time(today, 14, 31))
        await allocate(bank, today, ALLOCATED.get(today))
        if today == SATURDAY:
            await declare_monday_a_day_off(bank)
        bank.clock.set(at_business_time(today + timedelta(days=1), 0, 30))
        if today in WORKED:
            certificates[today] = made = await bank.certificate(today)
            assert made["result"] == "holds", broken(made)
            assert made["figures"]["placed"] >= 2 * (len(bank.agents) - len(absent))
    assert not any(bank.answers.values()), "each was said to somebody"
    await look_at_promises(bank)
    await change_everything(bank)
    for on, certificate in certificates.items():
        assert await bank.certificate(on) == certificate, "the past is judged by the rules of its time"
