"""Protects personal data at rest: encrypted fields, and blind indexes to find them by (requirement L7).

A stored field reads ``<key id>.<base64 of nonce + ciphertext>``, so keys can be rotated: new writes take the active
key, old rows name theirs. The blind index is a keyed hash of the normalised value: equal values are found without
decrypting, and without the key the hash reveals nothing.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class UndecipherableError(Exception):
    """Says that a stored field cannot be read: its key is unknown, or the bytes were altered."""


@dataclass(frozen=True)
class Vault:
    """Encrypts, decrypts and indexes personal data.

    ``keys`` maps a key id to 32 bytes (AES-256-GCM); ``active`` is the id new writes use; ``index_key`` is 32 bytes.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    active: str
    index_key: bytes = field(repr=False)

    @cached_property
    def _ciphers(self) -> Mapping[str, AESGCM]:
        return {key_id: AESGCM(key) for key_id, key in self.keys.items()}

    def seal(self, text: str) -> str:
        """Encrypts a value for storage."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._ciphers[self.active].encrypt(nonce, text.encode(), self.active.encode())
        return f"{self.active}.{binascii.b2a_base64(sealed, newline=False).decode()}"

    def open(self, stored: str) -> str:
        """Decrypts a stored value; raises UndecipherableError when that cannot be done."""
        key_id, _, body = stored.partition(".")
        cipher = self._cipher(key_id)
        try:
            raw = base64.b64decode(body, validate=True)
            return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], key_id.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise UndecipherableError(f"a field sealed with key {key_id!r} was altered") from error

    def seal_bytes(self, data: bytes, place: str) -> bytes:
        """Encrypts a piece of a file. Only the same ``place`` decrypts it, so pieces cannot be exchanged."""
        nonce = os.urandom(_NONCE)
        head = self.active.encode() + b"."
        return head + nonce + self._ciphers[self.active].encrypt(nonce, data, head + place.encode())

    def open_bytes(self, stored: bytes, place: str) -> bytes:
        """Decrypts what ``seal_bytes`` made for ``place``; raises UndecipherableError when that cannot be done."""
        key_id, dot, body = stored.partition(b".")
        cipher = self._cipher(key_id.decode(errors="replace"))
        try:
            return cipher.decrypt(body[:_NONCE], body[_NONCE:], key_id + dot + place.encode())
        except (InvalidTag, ValueError) as error:
            raise UndecipherableError("a sealed piece was altered, or is in the wrong place") from error

    def _cipher(self, key_id: str) -> AESGCM:
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UndecipherableError(f"no key with id {key_id!r}: restore the secrets this database was written with")
        return cipher

    def index(self, text: str) -> str:
        """Returns the blind index of a normalised value: 64 hexadecimal digits."""
        return hmac.digest(self.index_key, text.encode(), "sha256").hex()


def mask_phone(phone: str) -> str:
    """Returns the first three and the last four digits: 138****1234 (requirement L7)."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "****"


def mask_name(name: str) -> str:
    """Returns the family name alone: 张**."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""
