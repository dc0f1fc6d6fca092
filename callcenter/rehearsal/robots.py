"""Runs the robot agents: they log in, stay ready, talk (their leg is a tone) and dispose, by the public interface.

They run in a process of their own and use only the public interface, so that the system treats a robot like a person.
Settings come from the environment: the system's address, the robots' password, their number, a seed.
"""

import asyncio
import json
import random
import signal
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import websockets

from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import CallKind, Disposition
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.log import get_logger, set_up_logging
from callcenter.rehearsal.cast import Player, robots
from callcenter.rehearsal.settings import RobotSettings

log = get_logger(__name__)


_DISPOSITION_WEIGHTS: Mapping[Disposition, int] = {
    Disposition.SUCCESS: 18,
    Disposition.THINKING: 26,
    Disposition.REFUSED: 26,
    Disposition.CALLBACK: 10,
    Disposition.DO_NOT_CALL: 6,
    Disposition.COMPLAINT: 6,
    Disposition.WRONG_PERSON: 4,
    Disposition.MACHINE: 4,
}
"""Disposition → weight: how often a conversation ends with it."""

_COMPLAINT_DISPOSITIONS = (Disposition.RESOLVED, Disposition.RESOLVED, Disposition.UNRESOLVED)


def choose_disposition(chance: random.Random, kind: CallKind, now: datetime) -> dict[str, Any]:
    """Returns the body of ``POST /desk/dispose`` for a conversation, with the details the disposition requires."""
    if kind is CallKind.COMPLAINT:
        disposition = chance.choice(_COMPLAINT_DISPOSITIONS)
    else:
        disposition = chance.choices(list(_DISPOSITION_WEIGHTS), list(_DISPOSITION_WEIGHTS.values()))[0]
    rule = DISPOSITIONS[disposition]
    body: dict[str, Any] = {"disposition": disposition.value, "note": ""}
    if kind is not CallKind.COMPLAINT:
        body["script_ticks"] = ["greeting", "identity", "insurance"]
    if rule.is_evidence:
        body["note"] = "已向客户说明情况并致歉"
    if "visit_at" in rule.requires:
        visit_at = at_business_time(business_date(now) + timedelta(days=2), 14)
        body |= {"visit_at": visit_at.isoformat(), "visit_address": "", "note": "客户愿意了解，方便时上门"}
        body["visit_time_confirmed"] = True  # in two days may be a day off
        body["script_ticks"].append("promise")
    if "callback_at" in rule.requires:
        body |= {"callback_at": (now + timedelta(seconds=chance.randrange(40, 120))).isoformat(), "note": "稍后再打"}
    if "complaint_category" in rule.requires:
        category = chance.choice(("product", "handling", "staff_attitude", "other"))
        body |= {"complaint_category": category, "note": "客户对来电表示不满，要求回复"}
    if "dnc_permanent" in rule.accepts:
        body["dnc_permanent"] = chance.random() < 0.3
    return body


class Robot:
    """Works as one robot agent at its desk."""

    def __init__(self, player: Player, settings: RobotSettings, chance: random.Random) -> None:
        self._player = player
        self._settings = settings
        self._chance = chance
        self._leaving = False

    async def run(self, leaving: asyncio.Event) -> None:
        """Works until ``leaving`` is set; reconnects when the system is unreachable."""
        while not leaving.is_set():
            try:
                await self._day(leaving)
            except (httpx.HTTPError, websockets.WebSocketException, OSError, TimeoutError) as error:
                log.info("robot waits for the system", robot=self._player.login, error=type(error).__name__)
                await asyncio.sleep(1 + self._chance.random())

    async def _day(self, leaving: asyncio.Event) -> None:
        """Logs in, acts on each snapshot, and logs off at the end. Raises when the system is unreachable."""
        base = f"http://{self._settings.host}/api/v1"
        headers = {"X-Requested-With": "callcenter", "Origin": f"http://{self._settings.host}"}
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=15) as http:
            body = {"login": self._player.login, "password": self._settings.password.get_secret_value()}
            (await http.post("/session", json=body)).raise_for_status()
            cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
            stream = f"ws://{self._settings.host}/api/v1/desk/stream"
            async with websockets.connect(
                stream, additional_headers={"Cookie": cookie}, origin=websockets.Origin(headers["Origin"])
            ) as socket:
                while not leaving.is_set():
                    await self._take_snapshot(http, socket, leaving)
            logged_off = False
            while not logged_off:
                await asyncio.sleep(0.3)
                logged_off = await self._act(http, (await http.get("/desk")).raise_for_status().json(), leaving=True)

    async def _take_snapshot(
        self, http: httpx.AsyncClient, socket: websockets.ClientConnection, leaving: asyncio.Event
    ) -> None:
        """Waits for the next snapshot, or for the end of the day, and acts on it."""
        received, end = asyncio.ensure_future(socket.recv()), asyncio.ensure_future(leaving.wait())
        try:
            await asyncio.wait({received, end}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            if received.done():
                await self._act(http, json.loads(received.result()), leaving=False)
        finally:
            for task in (received, end):
                task.cancel()

    async def _act(self, http: httpx.AsyncClient, snapshot: dict[str, Any], *, leaving: bool) -> bool:
        """Sends one request that the snapshot allows; True when the robot has logged off."""
        allowed, seat = snapshot["allowed"], snapshot["seat"]
        if leaving:
            if seat is None:
                return True
            if seat["state"] != "paused" and seat["pause_requested"] is None:
                await self._post(http, "pause", {"code": "meeting"})
            elif "log_off" in allowed:
                await self._post(http, "log-off")
        if seat is None:
            await self._post(http, "log-on")
        elif "dispose" in allowed and snapshot["dispositions"]:
            await asyncio.sleep(self._chance.uniform(0.3, 1.5) * self._settings.pace)
            now = datetime.fromisoformat(snapshot["now"])
            await self._post(http, "dispose", choose_disposition(self._chance, CallKind(snapshot["call"]["kind"]), now))
        elif seat["state"] == "paused" and "ready" in allowed and not leaving:
            await self._post(http, "ready")
        elif seat["state"] == "preview" and "call" in allowed:
            await self._post(http, "call")
        return False

    async def _post(self, http: httpx.AsyncClient, verb: str, body: dict[str, Any] | None = None) -> None:
        answer = await http.post(f"/desk/{verb}", json=body or {})
        if answer.status_code in (401, 408, 503):
            answer.raise_for_status()
        if answer.is_error:  # no retry: the next snapshot shows the present state
            log.info("robot was refused", robot=self._player.login, verb=verb, code=answer.json().get("code"))


async def work(settings: RobotSettings, kind: type[Robot] = Robot) -> None:
    """Runs all robots until SIGTERM; then each finishes its call and logs off. ``kind``: a bench's robots note more."""
    leaving = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leaving.set)
    async with asyncio.TaskGroup() as group:
        for index, player in enumerate(robots(settings.count)):
            chance = random.Random(settings.seed * 1000 + index)  # noqa: S311 - invented behaviour, no secret
            group.create_task(kind(player, settings, chance).run(leaving))


def main() -> None:
    set_up_logging()
    asyncio.run(work(RobotSettings()))


if __name__ == "__main__":
    main()
