"""The ledger over a small town."""

import pytest

from callcenter.audit.handlers import subscribe
from callcenter.audit.service import AuditService
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Jobs
from callcenter.kit.work import Works
from callcenter.reporting.service import LedgerService
from callcenter.reporting.settings import ReportingSettings
from callcenter.storage.memory import MemoryStore
from tests.rooms.reporting.ledger_cast import Cast, make_cast


@pytest.fixture
def store(clock: FrozenClock) -> MemoryStore:
    return MemoryStore(clock)


@pytest.fixture
def audit(bus: Bus) -> AuditService:
    service = AuditService()
    subscribe(bus, service)
    return service


@pytest.fixture
def ledger(vault: Vault, store: MemoryStore) -> LedgerService:
    return LedgerService(Jobs(), vault, store, ReportingSettings())


@pytest.fixture
async def cast(works: Works, vault: Vault) -> Cast:
    return await make_cast(works, vault)
