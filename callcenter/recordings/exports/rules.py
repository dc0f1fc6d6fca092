"""Decides whether a recording may leave the bank (requirement R6, law 6). Pure."""

from callcenter.recordings.exports.types import ExportFacts, Purpose, Refused


def refusal(facts: ExportFacts) -> Refused | None:
    """Returns why an export is forbidden; None when it is allowed.

    The insurer gets recordings of issued policies alone; everybody else needs a request that is registered.
    """
    if facts.insurers_liaison and facts.purpose is not Purpose.INSURER:
        return Refused.NOT_ENTITLED
    if facts.purpose is Purpose.INSURER:
        if facts.policy is None:
            return Refused.NOT_SOLD
        if not facts.policy.issued:
            return Refused.NOT_ISSUED
    elif not facts.number:
        return Refused.NO_NUMBER
    return None if facts.stored else Refused.NOT_STORED
