"""Signs what leaves the system, so that its receiver sees that it is whole and where it comes from (Ed25519)."""

import base64
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from callcenter.kit.crypto import Vault

_PURPOSE = "signature of packs and protocols of recordings"


class Signer:
    """Signs with a key that is derived from the installation's index key, which is never changed."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._vault.derived_key(_PURPOSE))

    def sign(self, content: bytes) -> str:
        """Returns the signature, as base64."""
        return base64.b64encode(self._key.sign(content)).decode()

    @cached_property
    def public_pem(self) -> str:
        """Returns the public key (PEM); the receiver gets it once, by another way than the packs."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
