"""Moves a call along its states, and says what its end means. Shared by requests (``service``) and ``signals``."""

from datetime import datetime
from uuid import UUID

from callcenter.calls import repository
from callcenter.calls.cards import evidence_of
from callcenter.calls.errors import CallNotFound
from callcenter.calls.models import HeldCall
from callcenter.calls.rules import outcome_of
from callcenter.calls.transitions import CALL, Fact
from callcenter.calls.types import HANG_UP, CallEnded, CallProgressed, CallState, Outcome, engine_queue
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.work import Work


async def lock(work: Work, call_id: UUID) -> HeldCall:
    """Returns the call, locked until the transaction ends. Raises CallNotFound."""
    call = await repository.find(work, call_id, lock=True)
    if call is None:
        raise CallNotFound("there is no such call")
    return call


async def apply(work: Work, call: HeldCall, fact: Fact, at: datetime) -> bool:
    """Moves a locked call; at its end decides the outcome and announces CallEnded, before its answer CallProgressed.

    Returns False where the fact changes nothing.
    """
    if CALL.move(call, fact) is None:
        return False
    if call.state in (CallState.DIALLING, CallState.RINGING):
        await work.announce(CallProgressed(call_id=call.id, agent_id=call.agent_id))
    if call.state is CallState.ENDED:
        call.ended_at = at
        call.outcome = _outcome_after(fact, call)
        await work.announce(
            CallEnded(
                call_id=call.id,
                kind=call.kind,
                agent_id=call.agent_id,
                lead_id=call.lead_id,
                assignment_id=call.assignment_id,
                callback_id=call.callback_id,
                outcome=call.outcome,
                at=at,
                trunk=call.trunk,
                sip_code=call.sip_code,
                is_probe=call.is_probe,
            )
        )
    return True


def _outcome_after(fact: Fact, call: HeldCall) -> Outcome:
    if fact is Fact.REFUSED:
        return Outcome.CANCELLED if call.hung_up_by_us else Outcome.NOT_PLACED
    if fact is Fact.LOST:
        return Outcome.ANSWERED if call.answered_at else Outcome.UNKNOWN
    return outcome_of(evidence_of(call))


async def order_hang_up(work: Work, call: HeldCall) -> None:
    """Orders the switch to end a call, again and again until that has been carried out.

    To end a call twice is harmless; a call that goes on without end is not.
    """
    order = {"call_id": str(call.id)}
    await work.enqueue(Effect(engine_queue(call.node), HANG_UP, order, Delivery.AT_LEAST_ONCE))
