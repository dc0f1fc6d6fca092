"""Checks the reason that some acts require."""

from typing import Annotated

from pydantic import Field, StringConstraints

from callcenter.kit.errors import Invalid

IN_TRAIL = "why; it is kept in the audit trail. No personal data"
"""Description of every form field whose text the audit trail keeps, sealed (see ``kit.trail.Noted``)."""

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Field(description=IN_TRAIL)
]
"""A reason that the audit trail keeps, as a field of a body or a parameter."""


class ReasonMissing(Invalid):
    """Refuses an act that needs a reason and was requested without one."""

    code = "reason_missing"


def require_reason(reason: str, act: str, *, rule: str | None = None) -> str:
    """Returns the reason without surrounding blanks; raises ReasonMissing when nothing is left.

    ``act`` names the act as the subject of a sentence: "lifting an entry".
    """
    if stripped := reason.strip():
        return stripped
    raise ReasonMissing(f"{act} needs a reason", rule=rule)
