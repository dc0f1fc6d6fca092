"""Personal data at rest: encrypted fields, and blind indexes to find them by (requirement L7).

A stored field reads ``<key id>.<base64 of nonce + ciphertext>``, so keys can be rotated: new writes take the active
key, old rows name theirs. The blind index is a keyed hash of the normalised value: equal values are found without
decrypting, and without the key nothing is learnt from it.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class UndecipherableError(Exception):
    """A stored field cannot be read: its key is unknown, or the bytes were altered."""


@dataclass(frozen=True)
class Vault:
    """Encrypts, decrypts and indexes personal data.

    ``keys`` maps a key id to 32 bytes (AES-256-GCM); ``active`` is the id new writes use; ``index_key`` is 32 bytes.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    active: str
    index_key: bytes = field(repr=False)

    def seal(self, text: str) -> str:
        """Encrypts a value for storage."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(self.keys[self.active]).encrypt(nonce, text.encode(), self.active.encode())
        return f"{self.active}.{base64.b64encode(sealed).decode()}"

    def open(self, stored: str) -> str:
        """Decrypts a stored value; raises UndecipherableError when that cannot be done."""
        key_id, _, body = stored.partition(".")
        key = self.keys.get(key_id)
        if key is None:
            raise UndecipherableError(f"no key with id {key_id!r}: restore the secrets this database was written with")
        try:
            raw = base64.b64decode(body, validate=True)
            return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], key_id.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise UndecipherableError(f"a field sealed with key {key_id!r} was altered") from error

    def index(self, text: str) -> str:
        """The blind index of a normalised value: 64 hexadecimal digits."""
        return hmac.new(self.index_key, text.encode(), hashlib.sha256).hexdigest()


def mask_phone(phone: str) -> str:
    """138****1234: the first three and the last four digits (requirement L7)."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "****"


def mask_name(name: str) -> str:
    """张** : the family name alone."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""
