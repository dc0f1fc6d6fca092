"""Joins the field room's services with a store in memory, for its tests."""

import recordings_policy
from callcenter.bootstrap.services import Services
from callcenter.kit.clock import Clock
from callcenter.kit.crypto import Vault
from callcenter.storage.memory import MemoryStore
from callcenter.storage.port import ObjectStore
from tests.support.joining import joined


def joined_field(vault: Vault, clock: Clock, *parts: object) -> Services:
    """Returns the services by type, with the signed policy on retention."""
    services = joined(vault, recordings_policy.load(), *parts)
    services.give(MemoryStore(clock), as_=ObjectStore)
    return services
