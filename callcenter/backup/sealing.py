"""Seals texts under a passphrase: scrypt makes the key, AES-256-GCM seals.

The file is JSON with the parameters in clear, so that a later release may choose others and still open it. They are
part of what is authenticated, and within limits: an altered file can neither weaken the next one nor exhaust the
memory.
"""

import base64
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from callcenter.backup.errors import BackupRefused
from callcenter.backup.types import FORMAT

LEAST_CHARACTERS = 12
_COST, _BLOCK, _LANES = 2**17, 8, 1
"""128 MiB and about half a second for each try of a passphrase."""
_MOST_COST = 2**20


def seal(text: str, passphrase: str, name: str) -> str:
    """Returns the sealed text; ``name`` says what it is, and only under that name is it opened. Blocks."""
    salt, nonce = os.urandom(16), os.urandom(12)
    head = {"format": FORMAT, "name": name, "n": _COST, "r": _BLOCK, "p": _LANES, "salt": _text(salt)}
    sealed = AESGCM(_key(passphrase, head)).encrypt(nonce, text.encode(), _bound(head))
    return json.dumps({**head, "nonce": _text(nonce), "sealed": _text(sealed)}, indent=1) + "\n"


def open_sealed(sealed: str, passphrase: str, name: str) -> str:
    """Returns the text. Raises BackupRefused if it is none of ours, was altered, or has another passphrase.

    Blocks.
    """
    try:
        box: Mapping[str, Any] = json.loads(sealed)
        head = {part: box[part] for part in ("format", "name", "n", "r", "p", "salt")}
        nonce, body = base64.b64decode(box["nonce"]), base64.b64decode(box["sealed"])
        fits = head["format"] == FORMAT and head["name"] == name
        bounded = 2**14 <= head["n"] <= _MOST_COST and (head["r"], head["p"]) == (_BLOCK, _LANES)
        key = _key(passphrase, head) if fits and bounded else None
    except (ValueError, KeyError, TypeError):
        key = None
    if key is None:
        raise BackupRefused("sealed_form", name=name)
    try:
        return AESGCM(key).decrypt(nonce, body, _bound(head)).decode()
    except (InvalidTag, ValueError):
        raise BackupRefused("passphrase_wrong", name=name) from None


def _key(passphrase: str, head: Mapping[str, Any]) -> bytes:
    salt = base64.b64decode(head["salt"])
    return Scrypt(salt=salt, length=32, n=head["n"], r=head["r"], p=head["p"]).derive(passphrase.encode())


def _bound(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
