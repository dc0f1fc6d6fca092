"""Decides when a route sends an alert, and what it may be set to. Pure."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from callcenter.alerts.types import AlertKind
from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.messages.types import Channel, Phase, Plan, QuietHours

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_MOST_ADDRESSES = 20
_EXPIRES = {Phase.RAISED: timedelta(days=1), Phase.CLEARED: timedelta(days=1), Phase.TEST: timedelta(minutes=10)}


def due_at(plan: Plan, kind: AlertKind, raised_at: datetime, *, acknowledged: bool) -> datetime | None:
    """Returns when a route sends an open alert; None: not at all, or not while it is acknowledged.

    What falls into the quiet hours is sent at their end, if it is open then.
    """
    if plan.kinds and kind not in plan.kinds:
        return None
    if plan.after_minutes and acknowledged:
        return None
    at = raised_at + timedelta(minutes=plan.after_minutes)
    return at if plan.quiet is None or kind in plan.through_quiet else after_quiet(plan.quiet, at)


def after_quiet(quiet: QuietHours, at: datetime) -> datetime:
    """Returns ``at``, or the end of the quiet hours in which it lies."""
    local = at.astimezone(BUSINESS_ZONE)
    clock = local.time()
    over_midnight = quiet.begin > quiet.end
    lies_within = (clock >= quiet.begin or clock < quiet.end) if over_midnight else quiet.begin <= clock < quiet.end
    if not lies_within:
        return at
    day = local.date() + timedelta(days=1 if over_midnight and clock >= quiet.begin else 0)
    return datetime.combine(day, quiet.end, BUSINESS_ZONE).astimezone(at.tzinfo)


def is_expired(phase: Phase, planned_at: datetime, now: datetime) -> bool:
    """Returns whether a message that was never accepted means nothing any more."""
    return now - planned_at > _EXPIRES[phase]


def addresses_of(target: str) -> Sequence[str] | None:
    """Returns the mail addresses of a list with commas; None unless all are such, and not too many."""
    addresses = [part.strip() for part in target.split(",") if part.strip()]
    fits = 0 < len(addresses) <= _MOST_ADDRESSES and all(_ADDRESS.fullmatch(address) for address in addresses)
    return addresses if fits else None


def origin_of(url: str) -> str | None:
    """Returns scheme, host and port of an HTTP URL (``https://open.feishu.cn``); None for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        return None
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port and port != usual else "")


def allows(origins: Collection[str], url: str) -> bool:
    """Returns whether a webhook may be sent to this URL."""
    return origin_of(url) in {origin.rstrip("/").lower() for origin in origins}


def shown(channel: Channel, target: str) -> str:
    """Returns where a route leads without what lets another one write there: the key in a URL, most of an address."""
    if channel is not Channel.MAIL:
        return origin_of(target) or ""
    return ", ".join(f"{address[0]}***@{address.partition('@')[2]}" for address in addresses_of(target) or ())
