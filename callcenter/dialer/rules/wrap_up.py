"""Decides when a wrap-up is over. Pure. Source: requirement C11, law 12."""

from datetime import datetime, timedelta


def wrap_up_ends_at(since: datetime, limit_seconds: int, overtime: timedelta, *, present: bool) -> datetime:
    """Returns when a wrap-up without a disposition ends by itself.

    An agent whose phone is gone (the browser was closed) has the campaign's limit; one who is there may be typing still
    and has the overtime as well, which the floor shows.
    """
    return since + timedelta(seconds=limit_seconds) + (overtime if present else timedelta(0))
