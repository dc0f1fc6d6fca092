"""The calendar and a campaign's rules over HTTP: shown, changed with a reason, with the runs that a day has already."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from callcenter.alerts.service import AlertService
from callcenter.calendar.api import router as calendar_router
from callcenter.calendar.models import CalendarEdition
from callcenter.calendar.rules import EDITION
from callcenter.calendar.scheduled import watch_calendar
from callcenter.calendar.service import CalendarService
from callcenter.calendar.settings import CalendarSettings
from callcenter.calendar.types import DayChanged, DayUse
from callcenter.campaigns.api import router, service_hours
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.service_hours import ServiceHoursService
from callcenter.campaigns.settings import CampaignSettings
from callcenter.eligibility.api import rule_sets
from callcenter.eligibility.rule_sets import RuleSetService, digest, statements
from callcenter.eligibility.types import RULE_SET
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.events import Event
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import Endpoints, actor_of
from tests.support.rows import VAULT, Staff, make_campaign, make_staff

SATURDAY = "2026-11-28"


@dataclass
class Office:
    """The endpoints with a data officer logged in; ``uses`` are the runs that any day has already."""

    endpoints: Endpoints
    officer: Staff
    campaign_id: int
    calendar: CalendarService
    announced: list[Event]
    uses: list[DayUse]

    @property
    def client(self) -> httpx.AsyncClient:
        return self.endpoints.as_(self.officer)

    async def days(self, first: str, last: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/calendar", params={"from": first, "to": last})
        return list(answer.json()["days"])


@pytest.fixture
async def office(works: Works, bus: Bus) -> AsyncIterator[Office]:
    uses: list[DayUse] = []
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER)
        campaign_id = (await make_campaign(work)).id

    class Uses:
        async def resting_on(self, _work: Work, _on: date) -> Sequence[DayUse]:
            return uses

    calendar = CalendarService(CalendarSettings(provisional_days=60), Uses())
    campaigns = CampaignService(CampaignSettings(), calendar, VAULT)
    services = [campaigns, calendar, ServiceHoursService(VAULT), RuleSetService()]
    endpoints = Endpoints(works, services, [router, service_hours, calendar_router, rule_sets])
    yield Office(endpoints, officer, campaign_id, calendar, listen(bus, Noted, DayChanged), uses)
    await endpoints.close()


async def test_the_calendar_knows_holidays_make_up_days_and_what_is_only_forecast(office: Office) -> None:
    golden_week = {day["on"]: day for day in await office.days("2026-09-19", "2026-10-11")}
    assert (golden_week["2026-10-01"]["working"], golden_week["2026-10-01"]["holiday"]) == (False, "national_day")
    assert (golden_week["2026-10-10"]["working"], golden_week["2026-10-10"]["kind"]) == (True, "make_up")
    assert (golden_week["2026-10-11"]["kind"], golden_week["2026-10-09"]["kind"]) == ("weekend", "weekday")
    assert not any(day["provisional"] for day in golden_week.values())
    new_year = await office.days("2027-01-01", "2027-02-08")
    assert all(day["provisional"] for day in new_year)
    assert (new_year[0]["holiday"], new_year[-1]["holiday"]) == ("new_year", "spring_festival")


async def test_a_day_is_changed_with_a_reason_and_restored(office: Office) -> None:
    assert (await office.client.put(f"/calendar/{SATURDAY}", json={"working": True, "reason": " "})).status_code == 422
    answer = (await office.client.put(f"/calendar/{SATURDAY}", json={"working": True, "reason": "补拨"})).json()
    assert (answer["day"]["working"], answer["day"]["kind"], answer["runs"]) == (True, "weekend", [])
    (day,) = await office.days(SATURDAY, SATURDAY)
    override = {"working": True, "reason": "补拨", "by": office.officer.name, "at": "2026-11-23T02:30:00Z"}
    assert day["override"] == override
    restored = await office.client.delete(f"/calendar/{SATURDAY}", params={"reason": "取消补拨"})
    assert (restored.json()["day"]["working"], restored.json()["day"]["override"]) == (False, None)
    noted = [event for event in office.announced if isinstance(event, Noted)]
    assert [(event.act, event.facts["reason"]) for event in noted] == [
        ("campaigns.day_overridden", "补拨"),
        ("campaigns.day_restored", "取消补拨"),
    ]
    changed = [event for event in office.announced if isinstance(event, DayChanged)]
    assert changed == [DayChanged(date(2026, 11, 28), True), DayChanged(date(2026, 11, 28), False)]


async def test_a_changed_day_names_the_runs_it_has_already(office: Office) -> None:
    office.uses.append(DayUse(7, office.campaign_id))
    answer = await office.client.put("/calendar/2026-11-24", json={"working": False, "reason": "台风"})
    assert answer.json()["runs"] == [{"run_id": 7, "campaign_id": office.campaign_id}]


async def test_days_of_the_past_are_not_changed_and_spans_are_bounded(office: Office) -> None:
    past = await office.client.put("/calendar/2026-11-22", json={"working": True, "reason": "x"})
    assert past.json()["code"] == "calendar_day_past"
    gone = await office.client.delete("/calendar/2026-11-22", params={"reason": "x"})
    assert gone.json()["code"] == "calendar_day_past"
    long = await office.client.get("/calendar", params={"from": "2026-01-01", "to": "2028-01-01"})
    assert long.json()["code"] == "calendar_span"


async def test_a_campaign_is_changed_at_once_and_the_audit_trail_keeps_the_values_before(office: Office) -> None:
    url = f"/campaigns/{office.campaign_id}"
    before = (await office.client.get(url)).json()
    assert (before["legal_hours"], before["quota"]) == ({"opens": "08:00", "closes": "21:00"}, 30)
    shifts = [{"opens": "14:00", "closes": "17:30"}, {"opens": "09:00", "closes": "11:30"}]
    body = {"shifts": shifts, "quota": 25, "mode": before["mode"], "reason": "试点"}
    after = (await office.client.patch(url, json=body)).json()
    assert after == {**before, "version": 2, "quota": 25, "shifts": shifts[::-1]}
    assert (await office.client.get(url)).json() == after
    (noted,) = [event for event in office.announced if isinstance(event, Noted)]
    assert noted.facts == {
        "reason": "试点",
        "changes": {
            "quota": [30, 25],
            "shifts": [
                [["10:00", "12:00"], ["13:30", "18:00"]],
                [["14:00", "17:30"], ["09:00", "11:30"]],
            ],
        },
    }
    await office.client.patch(url, json={"quota": 25, "reason": "nothing new"})
    assert len([event for event in office.announced if isinstance(event, Noted)]) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"shifts": [{"opens": "20:00", "closes": "21:30"}]}, "window_invalid"),
        ({"shifts": [{"opens": "10:00", "closes": "12:00"}, {"opens": "11:00", "closes": "13:00"}]}, "window_invalid"),
        ({"shifts": []}, "window_invalid"),
        ({"cap_per_day": 4, "cap_per_7_days": 3}, "caps_invalid"),
    ],
)
async def test_a_change_that_breaks_a_rule_is_refused(office: Office, body: dict[str, Any], code: str) -> None:
    url = f"/campaigns/{office.campaign_id}"
    before = (await office.client.get(url)).json()
    answer = await office.client.patch(url, json={**body, "reason": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await office.client.get(url)).json() == before


async def test_only_who_manages_campaigns_changes_them(office: Office, works: Works) -> None:
    for role in (Role.AGENT, Role.AGENT_LEADER, Role.AUDITOR, Role.BRANCH_OFFICER):
        async with works.begin() as work:
            client = office.endpoints.as_(await make_staff(work, role))
        url = f"/campaigns/{office.campaign_id}"
        assert (await client.patch(url, json={"quota": 90, "reason": "x"})).status_code == 403
        assert (await client.put(f"/calendar/{SATURDAY}", json={"working": True, "reason": "x"})).status_code == 403
        assert (await client.delete(f"/calendar/{SATURDAY}", params={"reason": "x"})).status_code == 403


async def test_days_that_are_only_forecast_raise_an_alert_until_they_are_settled(
    office: Office, works: Works, clock: FrozenClock
) -> None:
    alerts = AlertService(VAULT)
    async with works.begin(actor_of(office.officer)) as work:
        await watch_calendar(work, office.calendar, alerts)
        (alert,) = await alerts.list_open(work)
        assert (alert.subject, alert.facts) == ("year:2027", {"year": 2027, "from": "2027-01-01", "days": 22})
    clock.set(at_business_time(date(2026, 10, 8), 9))  # as if the announcement had come: nothing of 2027 is near
    async with works.begin(actor_of(office.officer)) as work:
        assert (await office.calendar.forecasts(work)) == {2026: []}


# -- what was in force before


async def test_the_history_of_a_campaign_says_who_changed_what_when_and_why(office: Office, clock: FrozenClock) -> None:
    url = f"/campaigns/{office.campaign_id}"
    clock.advance(timedelta(hours=1))
    body = {"quota": 25, "shifts": [{"opens": "09:00", "closes": "11:30"}], "reason": "试点"}
    await office.client.patch(url, json=body)
    second, first = (await office.client.get(f"{url}/history")).json()["versions"]
    assert second == {
        "number": 2,
        "valid_from": "2026-11-23T03:30:00Z",
        "by": office.officer.name,
        "reason": "试点",
        "origin": "changed",
        "changes": [
            {"rule": "shifts", "old": [["10:00", "12:00"], ["13:30", "18:00"]], "new": [["09:00", "11:30"]]},
            {"rule": "quota", "old": 30, "new": 25},
        ],
    }
    assert (first["number"], first["origin"], first["by"], first["changes"]) == (1, "created", None, [])


async def test_the_history_of_days_keeps_what_was_taken_back(office: Office, clock: FrozenClock) -> None:
    await office.client.put(f"/calendar/{SATURDAY}", json={"working": True, "reason": "补拨"})
    clock.advance(timedelta(minutes=5))
    await office.client.delete(f"/calendar/{SATURDAY}", params={"reason": "取消补拨"})
    answer = await office.client.get("/calendar/history", params={"from": "2026-11-01", "to": "2026-11-30"})
    by = office.officer.name
    assert answer.json()["decisions"] == [
        {"on": SATURDAY, "working": None, "before": True, "reason": "取消补拨", "by": by, "at": "2026-11-23T02:35:00Z"},
        {"on": SATURDAY, "working": True, "before": None, "reason": "补拨", "by": by, "at": "2026-11-23T02:30:00Z"},
    ]
    other = await office.client.get("/calendar/history", params={"from": "2026-12-01", "to": "2026-12-31"})
    assert other.json()["decisions"] == []


async def test_service_hours_are_every_day_until_they_are_changed_with_a_reason(office: Office) -> None:
    default = {"opens": "08:00", "closes": "21:00", "days": "every_day", "version": 0}
    assert (await office.client.get("/service-hours")).json() == default
    wrong = {"opens": "12:00", "closes": "12:00", "days": "every_day", "reason": "x"}
    assert (await office.client.put("/service-hours", json=wrong)).json()["code"] == "window_invalid"
    body = {"opens": "09:00", "closes": "20:00", "days": "working_days", "reason": "分行安排"}
    changed = (await office.client.put("/service-hours", json=body)).json()
    assert changed == {"opens": "09:00", "closes": "20:00", "days": "working_days", "version": 1}
    assert (await office.client.put("/service-hours", json=body)).json() == changed
    assert (await office.client.get("/service-hours")).json() == changed
    (version,) = (await office.client.get("/service-hours/history")).json()["versions"]
    assert (version["before"], version["hours"]) == (default, changed)
    assert (version["by"], version["reason"]) == (office.officer.name, "分行安排")


async def test_rule_sets_are_listed_from_their_first_use(office: Office, works: Works, clock: FrozenClock) -> None:
    for _ in range(2):
        async with works.begin() as work:
            await RuleSetService().note(work)
        clock.advance(timedelta(days=1))
    listed = (await office.client.get("/rule-sets")).json()["rule_sets"]
    assert listed == [{"name": RULE_SET, "digest": digest(), "first_used_at": "2026-11-23T02:30:00Z"}]


def test_other_words_are_no_other_rule() -> None:
    rule = "def limit(calls):\n    return calls < 3\n"
    in_words = 'def limit(calls):\n    """Says whether one more is allowed."""\n\n    return calls < 3  # C2\n'
    assert statements(in_words) == statements(rule)
    assert statements(rule.replace("3", "4")) != statements(rule)
    assert statements('def limit():\n    """Decides nothing."""\n') == "def limit():\n    pass"


async def test_an_edition_of_the_national_calendar_is_kept_once(works: Works, office: Office) -> None:
    for _ in range(2):
        async with works.begin() as work:
            await office.calendar.note_edition(work)
    async with works.begin() as work:
        [edition] = (await work.session.scalars(select(CalendarEdition))).all()
    assert (edition.name, edition.days["2026-10-10"], edition.days["2026-10-01"]) == (EDITION, True, False)
    assert "2026-11-23" not in edition.days
