"""Counts wrong passwords and locks what is tried too often."""

import hashlib
from datetime import datetime

from callcenter.kit.work import Work
from callcenter.people import repository
from callcenter.people.rules import AttemptLimit, Attempts, count_attempt

AT_A_CHANGE = "password change"
"""Takes the place of a device's cookie in ``key_of``: changes of password are counted apart from log-ins."""

AT_A_SECOND_FACTOR = "second factor"
"""The same for codes of a second factor."""


def key_of(login: str, device: str = "") -> bytes:
    """Returns the key under which wrong passwords of a login are counted; apart for each device that is known."""
    return hashlib.sha256((f"{login}\0{device}" if device else login).encode()).digest()


async def count(work: Work, key: bytes, limit: AttemptLimit) -> datetime | None:
    """Counts an attempt; returns until when the login is locked if it must not be tried."""
    row, new = await repository.lock_attempts(work.session, key, work.now)
    before = None if new else Attempts(row.failures, row.last_at, row.locked_until)
    counted = count_attempt(before, work.now, limit)
    if counted is None:
        return row.locked_until
    row.failures, row.last_at, row.locked_until = counted.failures, counted.last_at, counted.locked_until
    return None
