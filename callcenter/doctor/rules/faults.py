"""Makes faults from their codes, and orders them. Pure."""

from collections.abc import Iterable
from datetime import datetime

from callcenter.doctor.types import Area, Fault, Severity
from callcenter.doctor.words import WORDS
from callcenter.kit.clock import BUSINESS_ZONE

_GRAVITY = list(Severity)
_ORDER = list(Area)


def fault(code: str, /, **params: object) -> Fault:
    """Returns a fault with its sentences filled in."""
    area, severity, chinese, english = WORDS[code]
    return Fault(code, area, severity, chinese.format(**params), english.format(**params), params)


def moment(at: datetime | None) -> str:
    """Returns an instant in business time; a dash where it is not known."""
    return "—" if at is None else f"{at.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"


def ordered(faults: Iterable[Fault]) -> list[Fault]:
    """Returns faults, the gravest first; of the same gravity from the machine up to the agents. Each once."""
    unique = {(one.code, one.zh): one for one in faults}
    return sorted(unique.values(), key=lambda one: (_GRAVITY.index(one.severity), _ORDER.index(one.area)))
