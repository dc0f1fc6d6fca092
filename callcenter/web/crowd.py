"""Bounds how many clients are waited for at once: the one waited for longest makes way for a new one.

A server waits for its clients: for the head of a request, for a body, for what was sent to be taken. Each
wait has a time, but within that time a stranger can begin any number of them. A client that works is waited for a few
milliseconds, so it is never among the oldest, however many strangers there are.
"""

from collections.abc import Callable

MOST_WAITING = 200
"""Connections of one process that wait for a head, or for their client to take what was sent; likewise bodies."""
HURRY = 1.0
"""Seconds that the client which makes way has left: of many that come at once, some have sent what is not read yet."""


class Crowd:
    """Keeps the clients that are waited for, the oldest first."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._waiting: dict[object, Callable[[], None]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def enter(self, client: object, make_way: Callable[[], None]) -> None:
        """Counts a client until it leaves; where there are too many, calls ``make_way`` of the oldest."""
        self._waiting[client] = make_way
        if len(self._waiting) > self._most:
            oldest = next(iter(self._waiting))
            self._waiting.pop(oldest)()

    def leave(self, client: object) -> None:
        """Counts the client no longer."""
        self._waiting.pop(client, None)
