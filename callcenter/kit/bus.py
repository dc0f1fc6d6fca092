"""Delivers the events of lower rooms to the rooms above, in the same transaction.

A handler that raises undoes the whole transaction, the announcement included; so handlers do only what belongs to the
fact (law 8). What goes outside is put into the outbox.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from callcenter.kit.events import Event
from callcenter.kit.work import Work

EventT = TypeVar("EventT", bound=Event)
Handler = Callable[[Work, Any], Awaitable[None]]


class Bus:
    """Knows who listens to what. Bootstrap fills it once."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[Handler]] = defaultdict(list)

    def subscribe(self, kind: type[EventT], handler: Callable[[Work, EventT], Awaitable[None]]) -> None:
        """Adds a handler for one kind of event, behind those already there."""
        self._handlers[kind].append(handler)

    async def publish(self, work: Work, event: Event) -> None:
        """Calls the handlers of this kind of event in the order they subscribed."""
        for handler in self._handlers[type(event)]:
            await handler(work, event)
