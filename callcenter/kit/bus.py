"""Delivers the events of lower rooms to the rooms above, in the same transaction.

A handler that raises undoes the whole transaction, the announced fact included. So a handler does only what must be
committed together with the fact (law 8); what leaves the process goes into the outbox.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from callcenter.kit.events import Event
from callcenter.kit.work import Work

EventT = TypeVar("EventT", bound=Event)
Handler = Callable[[Work, Any], Awaitable[None]]


class Bus:
    """Keeps the handlers of each kind of event. Bootstrap fills it once."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[Handler]] = defaultdict(list)

    def subscribe(self, kind: type[EventT], handler: Callable[[Work, EventT], Awaitable[None]]) -> None:
        """Adds a handler for one kind of event; it runs after the earlier ones."""
        self._handlers[kind].append(handler)

    async def publish(self, work: Work, event: Event) -> None:
        """Calls the handlers of this kind of event in the order they subscribed."""
        for handler in self._handlers[type(event)]:
            await handler(work, event)
