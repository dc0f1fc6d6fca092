"""A phone or leg whose signal was kept aside is taken as the switch holds it now."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.dialer.rules.presence import Presence, as_it_is
from callcenter.telephony import events as tel
from callcenter.telephony.port import SwitchState

THEN = datetime(2026, 11, 23, 2, tzinfo=UTC)
NOW = THEN + timedelta(hours=1)
HOLDS = SwitchState(legs=frozenset({"leg-1"}), calls=frozenset(), answered=frozenset(), phones=frozenset({"1001"}))


@pytest.mark.parametrize(
    ("kept", "now"),
    [
        (tel.PhoneRegistered(at=THEN, extension="1001"), tel.PhoneRegistered(at=NOW, extension="1001")),
        (tel.PhoneUnregistered(at=THEN, extension="1001"), tel.PhoneRegistered(at=NOW, extension="1001")),
        (tel.PhoneRegistered(at=THEN, extension="1002"), tel.PhoneUnregistered(at=NOW, extension="1002")),
        (tel.AgentLegUp(at=THEN, leg_id="leg-1"), tel.AgentLegUp(at=NOW, leg_id="leg-1")),
        (tel.AgentLegDown(at=THEN, leg_id="leg-1", cause=16), tel.AgentLegUp(at=NOW, leg_id="leg-1")),
        (tel.AgentLegUp(at=THEN, leg_id="leg-2"), tel.AgentLegDown(at=NOW, leg_id="leg-2", cause=None)),
    ],
    ids=str,
)
def test_an_old_signal_is_taken_as_things_are_now(kept: Presence, now: Presence) -> None:
    assert as_it_is(kept, HOLDS, NOW) == now
