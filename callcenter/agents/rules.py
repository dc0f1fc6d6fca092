"""Pure decisions about legs."""

from datetime import timedelta


def leg_retry_delay(attempts: int) -> timedelta:
    """How long to wait before ringing an agent's phone again: 1, 2, 4 … at most 15 seconds."""
    return timedelta(seconds=min(15, 2 ** max(0, attempts - 1)))
