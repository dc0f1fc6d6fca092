"""Decides from repeated looks at one condition when its alert is raised and when it is over. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a condition must last in one state before that state counts."""

    before_raised: timedelta = timedelta(0)
    before_cleared: timedelta = timedelta(0)
    """Keeps a value around its threshold from raising and clearing an alert by turns."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What the looks at one condition have shown so far."""

    raised: bool | None = None
    """None: neither was written yet; what an earlier process has left may stand in the database."""
    bad: bool = False
    since: datetime | None = None
    """When the present state was seen first."""


def looked(before: Condition, bad: bool, patience: Patience, now: datetime) -> Condition:
    """Returns the condition after a look; its alert is to be written where ``raised`` has changed."""
    since = before.since if before.since is not None and before.bad == bad else now
    needed = patience.before_raised if bad else patience.before_cleared
    seen = replace(before, bad=bad, since=since)
    if now - since >= needed or (before.raised is None and not bad):
        return replace(seen, raised=bad)
    return seen
