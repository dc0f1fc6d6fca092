"""Joins services for tests that need no whole system, by the types of their constructors as production does."""

from callcenter.bootstrap.services import Services
from callcenter.bootstrap.system import bind_ports
from callcenter.kit.crypto import Vault


def joined(vault: Vault, *parts: object) -> Services:
    """Returns the services by type: ``.get(FieldServices)``. Settings not among ``parts`` are the defaults."""
    services = Services()
    bind_ports(services)
    for part in (vault, *parts):
        services.give(part)
    return services
