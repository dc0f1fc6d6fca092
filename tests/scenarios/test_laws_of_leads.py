"""The laws hold for any sequence of events, also when the system is cut off at any point.

Each run plays the same weeks (``weeks``, with their calls in ``calling_weeks``); ``scripts/fuzz --laws`` plays others.
"""

import pytest

from callcenter.kit.crypto import Vault
from tests.scenarios.calling_weeks import play
from tests.support.databases import TestDatabases


@pytest.mark.timeout(900)
def test_the_laws_hold_whatever_happens_and_wherever_the_system_is_cut_off(
    databases: TestDatabases, vault: Vault
) -> None:
    reached = play(databases, vault)
    assert {"answered", "not reached", "promise", "complaint", "callback called", "closed by a disposition"} <= reached
