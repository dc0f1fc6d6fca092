"""The ledger of a few leads in every state."""

import pytest

from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Jobs
from callcenter.kit.work import Works
from callcenter.reporting.service import LedgerService
from callcenter.reporting.settings import ReportingSettings
from callcenter.storage.memory import MemoryStore
from tests.rooms.reporting.ledger_cast import Cast, make_cast


@pytest.fixture
def ledger(vault: Vault, store: MemoryStore) -> LedgerService:
    return LedgerService(Jobs(), vault, store, ReportingSettings())


@pytest.fixture
async def cast(works: Works) -> Cast:
    return await make_cast(works)
