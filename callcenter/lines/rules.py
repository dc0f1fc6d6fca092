"""Decides when a trunk is paused, and when one call is let through to try it. Pure. Source: requirements C6, C13."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from callcenter.calls.outcomes import OUTCOMES, LineSign
from callcenter.calls.types import Outcome
from callcenter.lines.types import ProbeRules, TrunkCard, TrunkState, TrunkUse


def refuses_everything(latest: Sequence[Outcome], rules: ProbeRules) -> bool:
    """Returns whether a trunk has refused so many calls in a row. ``latest``: of calls that say something of it."""
    signs = [OUTCOMES[outcome].line for outcome in latest[: rules.refusals]]
    return len(signs) == rules.refusals and all(sign is LineSign.REFUSED for sign in signs)


def wait_before_probe(refusals: int, rules: ProbeRules) -> timedelta:
    """Returns how long a paused trunk is left alone: twice as long after each probe that was refused."""
    doublings = min(max(refusals - rules.refusals, 0), 16)
    return min(rules.first_wait * int(2**doublings), rules.longest_wait)


def use_of(trunk: TrunkCard | None, lead_id: int, now: datetime) -> TrunkUse:
    """Returns whether a call to this lead may take the trunk now."""
    if trunk is None or trunk.state is TrunkState.IN_USE:
        return TrunkUse.OPEN
    if trunk.state is TrunkState.PROBING and trunk.probe_lead_id == lead_id:
        return TrunkUse.PROBE
    return TrunkUse.PROBE if trunk.probe_at is not None and now >= trunk.probe_at else TrunkUse.CLOSED
