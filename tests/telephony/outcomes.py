"""What a call's signals mean, as a test reads them."""

from collections.abc import Iterable

from callcenter.calls.rules import Evidence
from callcenter.telephony.events import (
    CallSignal,
    CustomerAnswered,
    CustomerDialled,
    CustomerHungUp,
    CustomerRinging,
    DialFinished,
    Signal,
)


def evidence_in(signals: Iterable[Signal]) -> Evidence:
    """Returns what the signals of one call say together; our side has not hung up."""
    kinds = {type(signal): signal for signal in signals if isinstance(signal, CallSignal)}
    over, done = kinds.get(CustomerHungUp), kinds.get(DialFinished)
    return Evidence(
        answered=CustomerAnswered in kinds,
        rang=CustomerRinging in kinds,
        dialled=CustomerDialled in kinds,
        we_hung_up=False,
        hung_up=over is not None,
        status=done.status if isinstance(done, DialFinished) else None,
        cause=over.cause if isinstance(over, CustomerHungUp) else None,
        sip_code=over.sip_code if isinstance(over, CustomerHungUp) else None,
    )
