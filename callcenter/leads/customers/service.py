"""The customer file: searching, reading, revealing."""

from callcenter.kit.crypto import Vault


class CustomerService:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault
