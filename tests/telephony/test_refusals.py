"""A carrier's border controller refuses calls of a real Asterisk in every way that was once misread (C6)."""

import asyncio
from collections import defaultdict
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from callcenter.calls.rules import is_certain, outcome_of
from callcenter.calls.types import Outcome
from callcenter.telephony.events import AgentLegUp, CallSignal, CustomerHungUp, DialFinished, Signal
from callcenter.telephony.port import DialRequest
from tests.support.waiting import eventually
from tests.telephony.lab import running_lab
from tests.telephony.outcomes import evidence_in
from tests.telephony.record_transcripts import REFUSALS
from tests.telephony.scripted_carrier import scripted_carrier

pytestmark = pytest.mark.e2e

LEG = "leg-1"
ENDS = {CustomerHungUp, DialFinished}
OUTCOMES = {
    "line_not_authorised": Outcome.LINE_FAULT,
    "line_without_credit": Outcome.LINE_FAULT,
    "line_forbidden": Outcome.LINE_FAULT,
    "line_proxy_not_authorised": Outcome.LINE_FAULT,
    "no_circuit": Outcome.LINE_FAULT,
    # Asterisk 22.10 keeps the carrier's cause 1 to itself, which would make it an invalid number. As a fault of the
    # line it costs the customer no attempt.
    "no_such_number_behind_503": Outcome.LINE_FAULT,
    "announcement_then_absent": Outcome.UNREACHABLE,
}
"""How the carrier refuses → what the call comes to."""


async def test_a_refusal_says_what_is_about_the_line_and_what_about_the_customer(tmp_path: Path) -> None:
    assert OUTCOMES.keys() == REFUSALS.keys()
    with running_lab(tmp_path) as lab:
        gateway, linked, leg_up = lab.gateway(), asyncio.Event(), asyncio.Event()
        signals: dict[UUID, list[Signal]] = defaultdict(list)

        async def listen() -> None:
            async for batch in gateway.run():
                linked.set()
                for signal in batch:
                    if isinstance(signal, CallSignal):
                        signals[signal.call_id].append(signal)
                    elif isinstance(signal, AgentLegUp):
                        leg_up.set()

        listening = asyncio.create_task(listen())
        try:
            await asyncio.wait_for(linked.wait(), 30)
            await gateway.connect_robot(LEG, "9030", "carrier")
            await asyncio.wait_for(leg_up.wait(), 30)
            lab.carrier.kill()  # no BYE: the agent's leg, which runs over the same trunk, outlives it for a while
            numbers = {name: f"139123401{place:02}" for place, name in enumerate(REFUSALS)}
            script = {numbers[name]: responses for name, responses in REFUSALS.items()}
            async with scripted_carrier(lab.carrier_port, script):
                for name, number in numbers.items():
                    call_id = uuid4()
                    await gateway.dial(
                        DialRequest(
                            call_id=call_id,
                            leg_id=LEG,
                            number=number,
                            trunk="carrier",
                            caller_id="4001234567",
                            ring_seconds=5,
                        )
                    )
                    heard = signals[call_id]

                    def is_over(heard: list[Signal] = heard) -> bool:
                        return {type(signal) for signal in heard} >= ENDS

                    await eventually(is_over, 30)
                    evidence = evidence_in(heard)
                    assert is_certain(evidence), name
                    assert outcome_of(evidence) is OUTCOMES[name], name
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
