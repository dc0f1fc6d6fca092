"""Collects what is announced on the bus."""

from typing import TypeVar, overload

from callcenter.kit.bus import Bus, Event
from callcenter.kit.work import Work

EventT = TypeVar("EventT", bound=Event)


@overload
def listen(bus: Bus, kind: type[EventT], /) -> list[EventT]: ...
@overload
def listen(bus: Bus, /, *kinds: type[Event]) -> list[Event]: ...
def listen(bus: Bus, /, *kinds: type[Event]) -> list[Event]:  # type: ignore[misc]
    """Returns a list that every event of the kinds is appended to from now on, in the order they are announced."""
    announced: list[Event] = []

    async def append(_work: Work, event: Event) -> None:
        announced.append(event)

    for kind in kinds:
        bus.subscribe(kind, append)
    return announced
