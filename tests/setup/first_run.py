"""The steps from a fresh installation to a lead in an agent's day, by the interface that the pages use."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.rehearsal import cast
from tests.support.browser import HEADERS
from tests.support.waiting import eventually

PASSWORD = "staple-7-battery-horse"
BRANCH = "某某银行南宁分行"
SCRIPT = [
    {
        "key": None,
        "text": "您好，我是{company}的{agent}，执业证号{licence}，本次通话将全程录音。",
        "text_en": None,
        "mandatory": True,
    }
]


class Person:
    """A person at a browser of their own."""

    def __init__(self, url: str, login: str) -> None:
        self.login = login
        self._http = httpx.AsyncClient(base_url=f"{url}/api/v1", headers=HEADERS, timeout=60)

    async def log_in(self, password: str) -> bool:
        """Logs in; returns whether the password has to be changed first."""
        answer = await self.send("POST", "/session", json={"login": self.login, "password": password})
        return bool(answer["due"] == "password")

    async def begin(self, one_time_password: str) -> "Person":
        """Logs in for the first time."""
        assert await self.log_in(one_time_password)
        await self.send("PUT", "/session/password", json={"present": one_time_password, "new": PASSWORD})
        return self

    async def send(self, method: str, path: str, **request: Any) -> Any:
        """Sends a request that must not be refused; returns the answer."""
        answer = await self._http.request(method, path, **request)
        assert answer.is_success, f"{self.login}: {method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    async def close(self) -> None:
        await self._http.aclose()


class FirstRun:
    """What the administrator, and those who are hired, do on the pages of the first run."""

    def __init__(self, url: str, administrator: Person, today: date) -> None:
        self._url = url
        self._boss = administrator
        self._people = [administrator]
        self._today = today

    @classmethod
    async def begin(cls, url: str, login: str, password: str) -> "FirstRun":
        boss = Person(url, login)
        assert not await boss.log_in(password)
        now = (await boss.send("GET", "/about"))["now"]
        return cls(url, boss, datetime.fromisoformat(now).astimezone(BUSINESS_ZONE).date())

    async def close(self) -> None:
        """Closes the browsers of all."""
        for person in self._people:
            await person.close()

    async def missing(self) -> list[str]:
        """Returns the steps that are not done."""
        answer = await self._boss.send("GET", "/first-run")
        return [one["step"] for one in answer["steps"] if not one["done"]]

    async def hire(self, login: str, role: str, **record: Any) -> Person:
        """Adds a person, who logs in and changes the one-time password."""
        body = {"login": login, "name": f"员工{login}", "role": role, "branch": BRANCH, **record}
        issued = await self._boss.send("POST", "/people", json=body)
        self._people.append(person := Person(self._url, login))
        return await person.begin(issued["password"])

    async def staff(self) -> dict[str, Person]:
        """Adds one person of each role that is needed; the agent has every proof."""
        instant = f"{self._today.isoformat()}T00:00:00+08:00"
        fit = {
            "licence_number": "YL-0001",
            "licence_valid_until": (self._today + timedelta(days=365)).isoformat(),
            **dict.fromkeys(("trained_at", "examined_at", "agreement_signed_at"), instant),
        }
        people = {
            "agent": await self.hire("agent01", "agent", extension="1001", **fit),
            "complaint": await self.hire("complaint01", "complaint_officer", extension="1002", **fit),
        }
        for role in ("agent_leader", "qa", "data_officer", "dispatcher"):
            people[role] = await self.hire(role.replace("_", "-"), role)
        return people

    async def region(self) -> None:
        """Makes a region, and hires its leader."""
        districts = ["青秀区", "兴宁区"]
        made = await self._boss.send("POST", "/field/regions", json={"name": "东区", "districts": districts})
        await self.hire("east", "field_leader", region_id=made["id"])
        (leader,) = await self._boss.send("GET", "/people/choices", params={"role": "field_leader"})
        body = {"name": "东区", "districts": districts, "leader_id": leader["id"], "reason": "任命负责人"}
        await self._boss.send("PUT", f"/field/regions/{made['id']}", json=body)

    async def campaign(self, caller_id: str) -> int:
        """Makes a campaign."""
        body = {"name": "首个活动", "product": "安康保险", "company_full_name": cast.COMPANY, "caller_id": caller_id}
        return int((await self._boss.send("POST", "/campaigns", json=body))["id"])

    async def script(self, campaign_id: int, leader: Person) -> None:
        """Submits a script, which the leader of the agents approves."""
        body = {"title": "首版", "statements": SCRIPT, "based_on": None, "reason": "首版话术"}
        await self._boss.send("POST", f"/campaigns/{campaign_id}/scripts", json=body)
        approval = {"from_on": self._today.isoformat()}
        await leader.send("POST", f"/campaigns/{campaign_id}/scripts/1/approve", json=approval)

    async def list_of(self, campaign_id: int, officer: Person, number: str) -> None:
        """The data officer imports one customer."""
        body = cast.customer_list(1, random.Random(1), first_number=number)
        upload = await officer.send("POST", "/lead-imports", files={"file": ("first.csv", body)})
        wanted = {"campaign_id": campaign_id, "name": "首批名单"}
        job = await officer.send("POST", f"/lead-imports/{upload['id']}/import", json=wanted)

        async def imported() -> bool:
            state = await officer.send("GET", f"/jobs/{job['id']}")
            assert state["state"] != "failed", state
            return bool(state["state"] == "done")

        await eventually(imported, 120)

    async def agents(self, campaign_id: int) -> None:
        """All agents serve the campaign from today on."""
        agents = await self._boss.send("GET", "/people/choices", params={"role": "agent"})
        body = {
            "campaign_id": campaign_id,
            "staff_ids": [one["id"] for one in agents],
            "weight": 1,
            "from_on": self._today.isoformat(),
            "reason": "首批坐席",
        }
        await self._boss.send("PUT", "/allocation/members", json=body)

    async def start(self, campaign_id: int) -> None:
        await self._boss.send("PATCH", f"/campaigns/{campaign_id}", json={"state": "running", "reason": "条件齐备"})

    async def allocate(self, campaign_id: int) -> int:
        """Plans and commits today's leads; returns how many were assigned."""
        wanted = {"campaign_id": campaign_id, "on": self._today.isoformat()}
        plan = await self._boss.send("POST", "/allocation/plans", json=wanted)
        body = {**wanted, "seed": plan["seed"], "digest": plan["digest"]}
        return int((await self._boss.send("POST", "/allocation/runs", json=body))["assigned"])
