"""Decides when a claim on a screen ends by itself. Pure. Source: requirement C11, law 12."""

from datetime import datetime, timedelta


def wrap_up_ends_at(since: datetime, limit_seconds: int) -> datetime:
    """Returns when a wrap-up without a disposition ends: by the campaign's limit, whether the agent is there or not."""
    return since + timedelta(seconds=limit_seconds)


def preview_ends_at(since: datetime, limit: timedelta) -> datetime:
    """Returns when a customer who is not dialled leaves the screen."""
    return since + limit
