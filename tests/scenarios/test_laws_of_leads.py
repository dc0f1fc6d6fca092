"""The laws hold for any sequence of events, also when the system is cut off at any point.

Each run plays the same weeks (``weeks``, with their calls in ``calling_weeks``); ``scripts/fuzz --laws`` plays others.
"""

import pytest

from callcenter.kit.crypto import Vault
from tests.scenarios.calling_weeks import play
from tests.support.databases import TestDatabases

pytestmark = pytest.mark.timeout(900)


def test_the_laws_hold_whatever_happens_and_wherever_the_system_is_cut_off(
    databases: TestDatabases, vault: Vault
) -> None:
    assert {"answered", "not reached", "closed by a disposition"} <= play(databases, vault)


def test_the_laws_hold_in_weeks_that_come_to_promises_and_calls_for_them(
    databases: TestDatabases, vault: Vault
) -> None:
    """The weeks of a seed that gets so far: where a change of the rules makes it get less far, another one is taken."""
    reached = play(databases, vault, number=3, examples=9)
    assert {"answered", "not reached", "promise", "callback called", "closed by a disposition"} <= reached
