"""Makes faults of what a look has found."""

from callcenter.checkup.words import WORDS
from callcenter.doctor.types import Area, Fault, Severity
from callcenter.setup.errors import AnswerRefused


def found(code: str, /, **params: object) -> Fault:
    """Returns a fault with its sentences filled in."""
    area, severity, chinese, english = WORDS[code]
    return Fault(code, area, severity, chinese.format(**params), english.format(**params), params)


def refused(refusal: AnswerRefused, area: Area) -> Fault:
    """Returns what a test of the installation refuses, in its own sentences."""
    return Fault(refusal.code, area, Severity.STOPS, refusal.chinese, refusal.english)
