"""The services that many rooms' tests ask, and customers who came with an import."""

import pytest

from callcenter.dnc.service import DncService
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from callcenter.leads.service import LeadService
from tests.support.leads import dnc_service, import_leads, lead_service
from tests.support.rows import make_campaign


@pytest.fixture
def leads(vault: Vault) -> LeadService:
    return lead_service(vault)


@pytest.fixture
def dnc(vault: Vault) -> DncService:
    return dnc_service(vault)


@pytest.fixture
async def ids(works: Works) -> list[int]:
    """Three customers of a campaign, numbers 0 to 2; number 0 in another campaign too (the fourth id)."""
    async with works.begin() as work:
        first, second = await make_campaign(work), await make_campaign(work)
        return [*await import_leads(work, first.id, 3), *await import_leads(work, second.id, 1)]
