"""The services that the tests of several rooms use, and customers who were imported."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from callcenter import bootstrap
from callcenter.audit.handlers import subscribe
from callcenter.audit.service import AuditService
from callcenter.bootstrap import System
from callcenter.consent.service import ConsentService
from callcenter.dnc.service import DncService
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from callcenter.leads.service import LeadService
from callcenter.storage.memory import MemoryStore
from tests.contracts.seaweed import Seaweed
from tests.support.leads import consent_service, dnc_service, import_leads, lead_service
from tests.support.rows import make_campaign
from tests.support.settings import core_settings, set_environment


@pytest.fixture
def leads(vault: Vault) -> LeadService:
    return lead_service(vault)


@pytest.fixture
def dnc(vault: Vault) -> DncService:
    return dnc_service(vault)


@pytest.fixture
def consent(vault: Vault) -> ConsentService:
    return consent_service(vault)


@pytest.fixture
def audit(bus: Bus, vault: Vault) -> AuditService:
    """The audit trail, which records what is announced on the bus."""
    service = AuditService(vault)
    subscribe(bus, service)
    return service


@pytest.fixture
def store(clock: FrozenClock) -> MemoryStore:
    return MemoryStore(clock)


@pytest.fixture
def seaweed(tmp_path: Path) -> Iterator[Seaweed]:
    """A real S3 server of this test."""
    server = Seaweed.under(tmp_path / "s3")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def ids(works: Works) -> list[int]:
    """Three customers of a campaign, numbers 0 to 2; number 0 in another campaign too (the fourth id)."""
    async with works.begin() as work:
        first, second = await make_campaign(work), await make_campaign(work)
        return [*await import_leads(work, first.id, 3), *await import_leads(work, second.id, 1)]


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    """The whole system, joined; nothing of it runs."""
    set_environment(monkeypatch, tmp_path)
    system = bootstrap.build(core_settings(database_url), store=MemoryStore(clock), clock=clock)
    yield system
    await system.close()
