"""Pure decisions about legs."""

from datetime import timedelta


def leg_retry_delay(attempts: int) -> timedelta:
    """Returns how long to wait before connecting an agent's leg again: 1, 2, 4 … at most 15 seconds."""
    return timedelta(seconds=min(15, 2 ** max(0, attempts - 1)))
