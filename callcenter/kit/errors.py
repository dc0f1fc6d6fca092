"""Defines refusals: the errors by which the system answers a request that it does not grant.

    Refusal                     a request that is not granted: carries status, stable code, the rule, what to do
    ├── NotFound        404     it does not exist, or the actor may not see it
    ├── NotAllowed      403     the actor lacks the right
    ├── NotLoggedIn     401     the request has no valid session
    ├── Conflict        409     another request was first, or the state does not permit it
    ├── Invalid         422     the input does not fit
    └── Unavailable     503     a part is down; trying again later is right

Rooms derive their own refusals in ``errors.py``. Facts from the switch are never refused (law 7). No message carries
personal data (law 10). The web edge writes a refusal as RFC 9457 problem details.
"""

from typing import Any, ClassVar


class CannotBeginError(Exception):
    """Says in one sentence why a command or a part cannot work, and what to do: it ends with exit code 2."""


class Refusal(Exception):  # noqa: N818 - the system's word: a request is refused, nothing failed
    """Refuses a request. ``code`` is stable, the panels translate it; ``detail`` is for people and logs."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    rule: str | None = None

    def __init__(self, detail: str, *, rule: str | None = None, **params: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        if rule is not None:
            self.rule = rule
        self.params = params

    def problem(self) -> dict[str, Any]:
        """Returns the body of the answer (RFC 9457)."""
        body: dict[str, Any] = {
            "type": f"urn:callcenter:{self.code}",
            "title": self.code.replace("_", " "),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.rule:
            body["rule"] = self.rule
        if self.params:
            body["params"] = self.params
        return body


class NotFound(Refusal):
    status = 404
    code = "not_found"


class NotAllowed(Refusal):
    status = 403
    code = "not_allowed"


class NotLoggedIn(Refusal):
    status = 401
    code = "not_logged_in"


class Conflict(Refusal):
    status = 409
    code = "conflict"


class Invalid(Refusal):
    status = 422
    code = "invalid"


class Unavailable(Refusal):
    status = 503
    code = "unavailable"
