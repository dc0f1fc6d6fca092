"""Says what a signal about a phone or a leg amounts to later, when the switch is asked. Pure."""

from datetime import datetime

from callcenter.telephony import events as tel
from callcenter.telephony.port import SwitchState

Presence = tel.PhoneRegistered | tel.PhoneUnregistered | tel.AgentLegUp | tel.AgentLegDown
"""Signals that a phone or a leg has come or gone. Unlike a call's they are written into no journal, so an
old one cannot be distinguished from a new one."""


def as_it_is(signal: Presence, state: SwitchState, at: datetime) -> Presence:
    """Returns the signal by which the same phone or leg would be reported now."""
    match signal:
        case tel.PhoneRegistered(extension=extension) | tel.PhoneUnregistered(extension=extension):
            kind = tel.PhoneRegistered if extension in state.phones else tel.PhoneUnregistered
            return kind(at=at, extension=extension)
        case _ if signal.leg_id in state.legs:
            return tel.AgentLegUp(at=at, leg_id=signal.leg_id)
        case _:
            return tel.AgentLegDown(at=at, leg_id=signal.leg_id, cause=None)
