"""The one switch an engine commands: what all parts of the engine share, and what they remember of it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from callcenter.dialer.rules.link import LinkState
from callcenter.dialer.settings import DialerSettings
from callcenter.health.lag import LagMeter
from callcenter.kit.work import Works
from callcenter.telephony.events import CustomerAnswered, CustomerHungUp, DialFinished, Signal
from callcenter.telephony.port import SwitchGateway


@dataclass(slots=True, kw_only=True)
class Switch:
    """One switch, its link, and what is under way. Kept in memory only: a restarted engine reads the switch's state."""

    node: str
    trunk: str
    """The trunk that robots' legs take in a rehearsal."""
    gateway: SwitchGateway
    works: Works
    settings: DialerSettings
    lag: LagMeter
    """How late its signals are taken."""
    link: LinkState = field(default_factory=LinkState)
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while signals are taken, or the switch's state is: the state must not overwrite a newer signal."""
    batches: int = 0
    """Batches of signals begun so far."""
    taken_until: datetime | None = None
    """The newest instant of any signal taken so far."""
    talking: set[UUID] = field(default_factory=set)
    """Calls that were answered and have not ended, by the signals and the switch's state."""
    dialling: set[UUID] = field(default_factory=set)
    """Calls between their verdict and the switch's answer to the command: the switch need not know them yet."""

    def follow(self, signal: Signal) -> None:
        """Notes whether a conversation has begun or ended by this signal."""
        match signal:
            case CustomerAnswered():
                self.talking.add(signal.call_id)
            case CustomerHungUp() | DialFinished():
                self.talking.discard(signal.call_id)
