"""Checks the reason that some acts require."""

from callcenter.kit.errors import Invalid


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
