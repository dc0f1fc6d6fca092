"""Middleware before every request: finds the session, refuses requests of other sites, adds security headers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.kit.actor import Actor, LogInStep
from callcenter.kit.errors import NotAllowed
from callcenter.kit.work import Work, Works
from callcenter.people.errors import EnrolmentRequired, PasswordChangeRequired, SecondFactorRequired
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.web.errors import WEBSOCKET_CLOSE, answer_of, problem

COOKIE = "callcenter_session"
DEVICE_COOKIE = "callcenter_device"
_ALWAYS = frozenset({"/api/v1/about", "/api/v1/session"})
_FACTORS = "/api/v1/session/second-factor"
_BEFORE: Mapping[LogInStep, tuple[frozenset[str], type[NotAllowed], str]] = {
    LogInStep.SECOND_FACTOR: (
        _ALWAYS | {f"{_FACTORS}/proof", f"{_FACTORS}/passkeys/challenge", f"{_FACTORS}/passkeys/proof"},
        SecondFactorRequired,
        "prove the second factor first",
    ),
    LogInStep.PASSWORD: (
        _ALWAYS | {"/api/v1/session/password"},
        PasswordChangeRequired,
        "change the one-time password first",
    ),
    LogInStep.ENROLMENT: (
        _ALWAYS
        | {_FACTORS, f"{_FACTORS}/totp", f"{_FACTORS}/totp/first-code"}
        | {f"{_FACTORS}/passkeys", f"{_FACTORS}/passkeys/options"},
        EnrolmentRequired,
        "set up a second factor first: your role needs one",
    ),
}
"""What a session may ask for before a step of its log-in is done, and the refusal of everything else."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class NetworkNotAllowed(NotAllowed):
    """Refuses staff who work from outside the bank's networks."""

    code = "network_not_allowed"
    rule = "S2"


def admitted(connection: HTTPConnection, actor: Actor, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Returns whether this person may work from the request's network (requirement S2); field staff always may."""
    return not networks or Right.USE_FIELD in actor.rights or within(connection, networks)


def within(connection: HTTPConnection, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Returns whether a request comes from one of these networks."""
    try:
        address = ip_address(connection.client.host if connection.client else "")
    except ValueError:
        return False
    return any(address in network for network in networks)


class Sessions:
    """Looks up the session cookie and sets ``actor``, ``token`` and ``still_logged_in`` (for streams) in the state.

    A cookie that was copied to a machine outside the allowed networks is not accepted there. In a session whose log-in
    lacks a step (a second factor, a new password), everything but this step is refused.
    """

    def __init__(
        self,
        app: ASGIApp,
        works: Works,
        people: PeopleService,
        networks: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        self._app = app
        self._works = works
        self._people = people
        self._networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and scope["path"].startswith("/api/"):
            connection = HTTPConnection(scope)
            token = connection.cookies.get(COOKIE, "")
            actor = None
            if token:
                async with self._works.begin() as work:
                    actor = await self._people.actor_for(work, token)
                if actor is not None and not admitted(connection, actor, self._networks):
                    actor = None
            if actor is not None and actor.due is not None:
                admitted_paths, refusal, sentence = _BEFORE[actor.due]
                if scope["path"] not in admitted_paths:
                    if scope["type"] == "http":
                        await answer_of(refusal(sentence).problem())(scope, receive, send)
                        return
                    actor = None  # a WebSocket is closed as one without a session
            scope["state"] = {
                **scope.get("state", {}),
                "actor": actor,
                "token": token,
                "still_logged_in": partial(self._complete, token=token),
            }
        await self._app(scope, receive, send)

    async def _complete(self, work: Work, *, token: str) -> Actor | None:
        actor = await self._people.actor_for(work, token)
        return None if actor is None or actor.due else actor


class SameSite:
    """Refuses requests that another site could make a browser send.

    A request that changes something must carry a header that no foreign page can add; a WebSocket's Origin must be this
    host or one that the settings allow. Programs other than browsers send no Origin.
    """

    def __init__(self, app: ASGIApp, allowed_origins: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] in ("http", "websocket") else Headers()
        if scope["type"] == "http" and scope["method"] not in _SAFE and headers.get("x-requested-with") != "callcenter":
            refusal = problem(403, "csrf", "a request that changes data needs the header X-Requested-With: callcenter")
            await refusal(scope, receive, send)
        elif scope["type"] == "websocket" and not self._own(headers):
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": WEBSOCKET_CLOSE + 403, "reason": "foreign_origin"})
        else:
            await self._app(scope, receive, send)

    def _own(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        return origin is None or origin in self._allowed or urlsplit(origin).netloc == headers.get("host")


@lru_cache(maxsize=8)
def _security_headers(phone_urls: frozenset[str], *, tls: bool) -> Mapping[str, str]:
    """Returns the headers of every answer: own scripts only, the switches' WebSockets, microphone for this site."""
    phones = " ".join(f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, sorted(phone_urls)))
    policy = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",  # the component library sets styles on elements
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {phones}".strip(),
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    headers = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "permissions-policy": "microphone=(self), geolocation=(self), camera=(), display-capture=()",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
    }
    if tls:
        headers["strict-transport-security"] = "max-age=31536000"
    return headers


class SafeHeaders:
    """Adds the security headers, and forbids caching of API answers that do not set a policy of their own."""

    def __init__(self, app: ASGIApp, phone_urls: Callable[[], Iterable[str]], *, tls: bool) -> None:
        self._app = app
        self._phone_urls = phone_urls
        self._tls = tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _security_headers(frozenset(self._phone_urls()), tls=self._tls).items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)
