"""Collects what is announced on the bus."""

from typing import TypeVar, overload

from callcenter.kit.bus import Bus
from callcenter.kit.events import Event
from callcenter.kit.work import Work, Works
from tests.support.bus import bus_of

EventT = TypeVar("EventT", bound=Event)


@overload
def listen(where: Bus | Works, kind: type[EventT], /) -> list[EventT]: ...
@overload
def listen(where: Bus | Works, /, *kinds: type[Event]) -> list[Event]: ...
def listen(where: Bus | Works, /, *kinds: type[Event]) -> list[Event]:  # type: ignore[misc]
    """Returns a list that every event of the kinds is appended to from now on, in the order they are announced."""
    bus = where if isinstance(where, Bus) else bus_of(where)
    announced: list[Event] = []

    async def append(_work: Work, event: Event) -> None:
        announced.append(event)

    for kind in kinds:
        bus.subscribe(kind, append)
    return announced
