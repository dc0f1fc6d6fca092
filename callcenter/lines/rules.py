"""Decides which trunk carries a call, when one is paused, and when one call is let through to try it. Pure.

Source: requirements C6, C13.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from callcenter.calls.outcomes import OUTCOMES, LineSign
from callcenter.calls.types import Outcome
from callcenter.lines.types import (
    ChoiceReason,
    NumberFormat,
    ProbeRules,
    TrunkCard,
    TrunkChoice,
    TrunkOption,
    TrunkState,
    TrunkUse,
)

_GOLDEN = 0.6180339887498949
"""Its multiples spread evenly over 0..1."""


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


def choose(options: Sequence[TrunkOption], lead_id: int, now: datetime) -> TrunkChoice:
    """Returns the trunk that carries a call to this lead: of the lowest priority number that can, by share.

    The share is one of the leads, not of chance: judged again, a call gets the same trunk as long as nothing changes.
    A paused trunk whose probe is due gets this call, whatever the others carry: refused, it costs the customer nothing.
    ``options`` are not empty.
    """
    uses = [(option, _use_now(option, lead_id, now)) for option in sorted(options, key=_order)]
    if probed := [option for option, use in uses if use is TrunkUse.PROBE]:
        return TrunkChoice(probed[0].name, TrunkUse.PROBE, ChoiceReason.PROBE)
    able = [option for option, use in uses if use is TrunkUse.OPEN]
    if not able:
        full = [option for option, use in uses if use is TrunkUse.FULL]
        use = TrunkUse.FULL if full else TrunkUse.CLOSED
        return TrunkChoice((full or [uses[0][0]])[0].name, use, ChoiceReason.NONE_FREE)
    equals = [option for option in able if option.priority == able[0].priority]
    if len(equals) > 1:
        return TrunkChoice(_by_share(equals, lead_id).name, TrunkUse.OPEN, ChoiceReason.SHARE)
    reason = ChoiceReason.ONLY_ONE if len(options) == 1 else ChoiceReason.PRIORITY
    return TrunkChoice(equals[0].name, TrunkUse.OPEN, reason)


def number_for(number: str, form: NumberFormat, prefix: str) -> str:
    """Returns a Chinese number as a carrier wants it."""
    if form is NumberFormat.NATIONAL:
        return prefix + number
    international = "86" + number.removeprefix("0")
    return ("+" if form is NumberFormat.E164_PLUS else "") + prefix + international


def _order(option: TrunkOption) -> tuple[int, str]:
    return option.priority, option.name


def _use_now(option: TrunkOption, lead_id: int, now: datetime) -> TrunkUse:
    use = use_of(option.health, lead_id, now)
    load = option.load
    full = (option.channels and load.open_calls >= option.channels) or (
        option.calls_per_second and load.began >= option.calls_per_second
    )
    return TrunkUse.FULL if full and use is TrunkUse.OPEN else use


def _by_share(options: Sequence[TrunkOption], lead_id: int) -> TrunkOption:
    point = (lead_id * _GOLDEN) % 1.0 * sum(option.share for option in options)
    for option in options:
        point -= option.share
        if point < 0:
            return option
    return options[-1]
