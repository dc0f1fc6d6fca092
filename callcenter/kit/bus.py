"""How a lower room tells an upper one something: typed events, handled in the same transaction.

A handler that raises undoes the whole transaction, the announcement included; so handlers do only what belongs to the
fact (law 8). What goes outside is put into the outbox.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from callcenter.kit.work import Work


class Event:
    """Base of every room's events: frozen dataclasses, named in the past tense."""

    __slots__ = ()


EventT = TypeVar("EventT", bound=Event)
Handler = Callable[["Work", Any], Awaitable[None]]


class Bus:
    """Who listens to what. Filled once, by bootstrap."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[Handler]] = defaultdict(list)

    def subscribe(self, kind: type[EventT], handler: "Callable[[Work, EventT], Awaitable[None]]") -> None:
        self._handlers[kind].append(handler)

    async def publish(self, work: "Work", event: Event) -> None:
        """Calls the handlers in the order they subscribed."""
        for handler in self._handlers[type(event)]:
            await handler(work, event)
