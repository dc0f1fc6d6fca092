"""Writes acts that other rooms announce into the trail."""

from callcenter.audit.service import AuditService
from callcenter.kit.bus import Bus
from callcenter.kit.trail import Noted


def subscribe(bus: Bus, audit: AuditService) -> None:
    bus.subscribe(Noted, audit.write)
