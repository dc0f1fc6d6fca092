"""Protects personal data at rest: encrypted fields, and blind indexes to find them by (requirement L7).

A stored field reads ``<key id>:<base64 of nonce + ciphertext>``, so keys can be rotated: new writes take the active
key, old rows name theirs. It is sealed for its place (``kit.places``) and opens nowhere else. A dot in place of the
colon marks what earlier releases have written: the trail for its entry, and fields for no place at all until the job
``audit.reseal`` has bound them. The blind index is a keyed hash of the normalised value: equal values are found without
decrypting, and without the key the hash reveals nothing.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_BOUND, _UNBOUND = ":", "."
"""The mark between key id and value. No key id and no base64 contains one of them."""
_BLOCK = 64
"""Bytes that SHA-256 takes at a time."""
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


_KEY = 32
"""Bytes of every key."""
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_SMALLEST_VARIETY = 8
"""A key with fewer different bytes than this was typed by hand, not drawn."""
INDEX_CHECK = "index"
"""Name of the check value of the index key; that of a field key is ``field:<key id>``."""


class KeyFaultError(Exception):
    """Says what is wrong with the form of a key; never shows it."""


def keys_of(text: str) -> dict[str, bytes]:
    """Reads ``key id:base64 of 32 bytes`` with commas between, in their order. Raises KeyFaultError."""
    keys: dict[str, bytes] = {}
    for pair in text.split(","):
        key_id, colon, encoded = pair.strip().partition(":")
        if not colon or not KEY_ID.fullmatch(key_id):
            raise KeyFaultError("must read 'key id:base64 of 32 bytes', with commas between")
        if key_id in keys:
            raise KeyFaultError(f"key id {key_id} stands there twice")
        keys[key_id] = _key_of(encoded, f"key {key_id}")
    return keys


def index_key_of(text: str) -> bytes:
    """Reads the base64 of 32 bytes. Raises KeyFaultError."""
    return _key_of(text, "the key")


def _key_of(encoded: str, name: str) -> bytes:
    try:
        key = base64.b64decode(encoded.strip(), validate=True)
    except ValueError:
        raise KeyFaultError(f"{name} is not base64: restore it from the escrow, it may have been cut") from None
    if len(key) != _KEY:
        raise KeyFaultError(f"{name} has {len(key)} bytes instead of {_KEY}: restore it from the escrow")
    if len(set(key)) < _SMALLEST_VARIETY:
        raise KeyFaultError(f"{name} was not drawn at random: make one with 'openssl rand -base64 32'")
    return key


class UndecipherableError(Exception):
    """Says that a stored field cannot be read: its key is unknown, or the bytes were altered."""


@dataclass
class _Mode:
    """Says what a vault refuses; it changes when the database is known."""

    bound_only: bool = False


@dataclass(frozen=True)
class Vault:
    """Encrypts, decrypts and indexes personal data.

    ``keys`` maps a key id to 32 bytes (AES-256-GCM); ``active`` is the id new writes use; ``index_key`` is 32 bytes.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    active: str
    index_key: bytes = field(repr=False)
    _mode: _Mode = field(default_factory=_Mode, init=False, repr=False, compare=False)

    @cached_property
    def _ciphers(self) -> Mapping[str, AESGCM]:
        return {key_id: AESGCM(key) for key_id, key in self.keys.items()}

    @cached_property
    def _index_states(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        key = self.index_key if len(self.index_key) <= _BLOCK else hashlib.sha256(self.index_key).digest()
        padded = key.ljust(_BLOCK, b"\0")
        return hashlib.sha256(padded.translate(_INNER)).copy, hashlib.sha256(padded.translate(_OUTER)).copy

    def derived_key(self, purpose: str) -> bytes:
        """Returns 32 bytes for another purpose, from which the index key cannot be found."""
        return hmac.digest(self.index_key, f"key for {purpose}".encode(), "sha256")

    def check_values(self) -> dict[str, str]:
        """Returns for each key a value that shows whether it is the same key, and from which it cannot be found."""
        keys = {INDEX_CHECK: self.index_key, **{f"field:{key_id}": key for key_id, key in self.keys.items()}}
        return {name: hmac.digest(key, f"check value of {name}".encode(), "sha256").hex() for name, key in keys.items()}

    def seal(self, text: str, place: str) -> str:
        """Encrypts a value for storage. Only the same ``place`` (column and row) decrypts it."""
        nonce, key_id = os.urandom(_NONCE), self.active
        sealed = nonce + self._ciphers[key_id].encrypt(nonce, text.encode(), f"{key_id}{_BOUND}{place}".encode())
        return f"{key_id}{_BOUND}{binascii.b2a_base64(sealed, newline=False).decode()}"

    def seal_words(self, text: str, place: str) -> str:
        """Encrypts what a person wrote, as ``seal`` does; an empty text stays empty."""
        return self.seal(text, place) if text else ""

    def open_words(self, stored: str | None, place: str) -> str:
        """Decrypts what ``seal_words`` made, as ``open`` does; where nothing was written the text is empty."""
        return self.open(stored, place) if stored else ""

    def seal_many(self, texts: Sequence[str], places: Sequence[str]) -> list[str]:
        """Encrypts many values, each as ``seal`` does, with one call for all their nonces."""
        nonces = os.urandom(_NONCE * len(texts))
        encrypt, head = self._ciphers[self.active].encrypt, f"{self.active}{_BOUND}"
        to_text = binascii.b2a_base64
        sealed: list[str] = []
        at = 0
        for text, place in zip(texts, places, strict=True):
            nonce = nonces[at : at + _NONCE]
            at += _NONCE
            bound = encrypt(nonce, text.encode(), (head + place).encode())
            sealed.append(head + to_text(nonce + bound, newline=False).decode())
        return sealed

    def seal_unbound(self, text: str) -> str:
        """Encrypts a value for no place, as revisions of earlier releases do; the job ``audit.reseal`` binds it."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._ciphers[self.active].encrypt(nonce, text.encode(), self.active.encode())
        return f"{self.active}{_UNBOUND}{binascii.b2a_base64(sealed, newline=False).decode()}"

    def open(self, stored: str, place: str) -> str:
        """Decrypts what was sealed for ``place``; raises UndecipherableError when that cannot be done."""
        key_id, mark, body = stored.partition(_BOUND)
        if not mark:
            key_id, mark, body = stored.partition(_UNBOUND)
        cipher = self._cipher(key_id)
        try:
            raw = base64.b64decode(body, validate=True)
            try:
                return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], f"{key_id}{mark}{place}".encode()).decode()
            except InvalidTag:
                if mark == _BOUND or self._mode.bound_only:
                    raise
                return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], key_id.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise UndecipherableError(
                f"{place}, sealed with key {key_id!r}, was altered or belongs elsewhere"
            ) from error

    @property
    def newest_mark(self) -> str:
        """Returns what a value begins with that the active key has sealed for its place."""
        return f"{self.active}{_BOUND}"

    @staticmethod
    def is_bound(stored: str) -> bool:
        """Returns whether a value was sealed for a place, by the form in which it is stored."""
        return _BOUND in stored

    def refuse_unbound(self) -> None:
        """Refuses from now on what was sealed for no place: every value of the database is bound."""
        self._mode.bound_only = True

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
        # HMAC by hand (RFC 2104): both keyed states are made once and copied, twice as fast as a call of ``hmac``.
        copy_inner, copy_outer = self._index_states
        inner = copy_inner()
        inner.update(text.encode())
        outer = copy_outer()
        outer.update(inner.digest())
        index: str = outer.hexdigest()
        return index

    def index_many(self, texts: Sequence[str]) -> list[str]:
        """Returns the blind index of each value, as ``index`` does."""
        copy_inner, copy_outer = self._index_states
        indexes: list[str] = []
        for text in texts:
            inner = copy_inner()
            inner.update(text.encode())
            outer = copy_outer()
            outer.update(inner.digest())
            indexes.append(outer.hexdigest())
        return indexes


def mask_phone(phone: str) -> str:
    """Returns the first three and the last four digits: 138****1234 (requirement L7)."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "****"


def mask_name(name: str) -> str:
    """Returns the family name alone: 张**."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""
