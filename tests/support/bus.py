"""Gives a test the bus behind its transactions, to listen on."""

from callcenter.kit.bus import Bus
from callcenter.kit.work import Works


def bus_of(works: Works) -> Bus:
    """Returns the bus of ``works``; rooms see only that it publishes."""
    assert isinstance(works.bus, Bus)
    return works.bus
