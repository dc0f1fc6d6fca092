"""Endpoints for supervisors and monitors: alive and ready; measures the requests. Metrics: ``metrics``."""

import asyncio
import time
from collections.abc import Sequence
from uuid import uuid4

import prometheus_client
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.alerts.rules import STANDSTILL
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertCard, AlertKind
from callcenter.health.service import HealthService
from callcenter.health.types import Keeping, Part, PartCard
from callcenter.kit.log import get_logger
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works

log = get_logger(__name__)
router = APIRouter(include_in_schema=False)

_SECONDS = prometheus_client.Histogram(
    "callcenter_http_request_seconds",
    "Time from request to the start of the answer",
    ["method", "room", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_OF_ROUTES = prometheus_client.Summary(
    "callcenter_http_route_seconds",
    "Time from request to the start of the answer, by endpoint; with its count and that of the classes 4xx and 5xx",
    ["method", "route", "answer"],
)
_READY_WITHIN = 3.0
"""Seconds: how long the database may take to answer, and then an announcement to arrive."""
_PROBLEMS = {
    "database": "PostgreSQL does not answer: requests are refused with 503; look at the server and the network to it",
    "listening": (
        "notifications of PostgreSQL do not arrive: nothing is lost, but live pages and commands come seconds late; the"
        " connection is tested every 10 s and opened anew by itself; if this lasts for more than a minute, look in"
        " pg_stat_activity for the application 'callcenter listener'"
    ),
}
_MISSING = {
    Part.ENGINE: "no engine leads switch {node}: no call is dialled, what the switch reports is not taken yet",
    Part.RECORDER: "no recorder works for switch {node}: recordings stay in its spool, nothing is stored yet",
    Part.WEB: "no web worker reports: their heartbeats do not arrive, though this one answers",
    Part.OFFICE: "no office runs: neither scheduled tasks nor jobs",
}
_STANDSTILL = {
    AlertKind.SPOOL_BLOCKED: "switch {node} has no room to record ({free_mb} MB free): no call is dialled at it",
    AlertKind.RECORDING_STOPPED: "the recorder of a conversation at switch {node} has stopped ({count} conversations)",
    AlertKind.STORE_DOWN: "the object store does not answer the recorder of {node} ({error}): its disk fills",
    AlertKind.CALLER_ID_REFUSED: "the caller ID of campaign {campaign_id} is not approved: it dials no customer",
}
_NO_SWITCH = "the engine of {node} cannot reach its switch: no call is dialled there; look at Asterisk and its log"
_LOOK_AT = "; a part that was restarted is back within a minute, else look at its log and at the supervisor's"


@router.get("/healthz")
async def alive() -> dict[str, bool]:
    """Answers that the process lives."""
    return {"alive": True}


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """Answers whether the process can do its work: the database answers, and an announcement made now arrives.

    Parts in other processes that are missing are named, and do not make this one unready: a proxy that asks here would
    take every web worker out of service because the engine is restarted.
    """
    works: Works = request.app.state.works
    waker: Waker = request.app.state.waker
    others: HealthService | None = request.app.state.services.get(HealthService)
    alerts: AlertService | None = request.app.state.services.get(AlertService)
    cards: Sequence[PartCard] = ()
    standstill: Sequence[AlertCard] = ()
    topic = f"ready {uuid4()}"
    with waker.listen(topic) as wake:
        try:
            async with asyncio.timeout(_READY_WITHIN), works.begin() as work:
                await work.notify(topic)
                cards = await others.parts(work) if others else ()
                standstill = await alerts.list_of_kinds(work, STANDSTILL) if alerts else ()
            database = True
        except Exception as error:
            log.warning("not ready", part="database", error=type(error).__name__)
            database = False
        # Not by the waker's word alone: a connection that hangs is noticed by it some seconds later only.
        listening = waker.connected and database and await wake.wait(timeout=_READY_WITHIN)
    parts = {"database": database, "listening": listening}
    problems = [_PROBLEMS[part] for part, works_well in parts.items() if not works_well]
    if not listening:
        log.warning("not ready", part="listening")
    missing = [_MISSING[card.part].format(node=card.node) + _LOOK_AT for card in cards if not card.running]
    missing += [_NO_SWITCH.format(node=card.node) for card in cards if _has_no_switch(card)]
    detail: dict[str, object] = {"parts": [_shown(card) for card in cards], "missing": missing} if others else {}
    if alerts:
        detail["standstill"] = [_STANDSTILL[alert.kind].format(**alert.facts) for alert in standstill]
    return JSONResponse({"ready": not problems, **parts, "problems": problems, **detail}, 503 if problems else 200)


def _has_no_switch(card: PartCard) -> bool:
    return card.running and card.engine is not None and card.engine.keeping is Keeping.NO_SWITCH


def _shown(card: PartCard) -> dict[str, object]:
    engine = card.engine
    return {
        "part": card.part,
        "node": card.node,
        "running": card.running,
        "since": card.since.isoformat() if card.since else None,
        "processes": card.processes,
        "standbys": card.standbys,
        "heard_at": card.heard_at.isoformat() if card.heard_at else None,
        **({"keeping": engine.keeping, "lag_seconds": engine.lag.total_seconds()} if engine else {}),
    }


class Measure:
    """Middleware. Counts and times requests by room, so that the number of series stays small."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = time.perf_counter() - begun
                _SECONDS.labels(scope["method"], _room(scope), str(message["status"])).observe(took)
                if route := _route(scope):
                    _OF_ROUTES.labels(scope["method"], route, f"{message['status'] // 100}xx").observe(took)
            await send(message)

        await self._app(scope, receive, note if scope["type"] == "http" else send)


def _route(scope: Scope) -> str | None:
    """Returns the path of an endpoint as it is declared, without ids; None for panels and unknown paths."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path.startswith("/api/") else None


def _room(scope: Scope) -> str:
    """Returns the first part of an endpoint's path; "none" for all other paths (panels, unknown paths)."""
    parts = scope["path"].split("/")
    return parts[3] if "endpoint" in scope and len(parts) > 3 else "none"
